"""The target groups whose targets a load balancer watches: with what is known of each target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.targets.health_words import REASONS, STATES
from albdoctor.derive.targets.registered import Registered
from albdoctor.derive.targets.seen import Seen
from albdoctor.facts.elb import LAMBDA, GroupsHealth, TargetGroup, TargetGroups, TargetHealth
from albdoctor.facts.known import UNHEARD_OF, Gap, Known, Observed, Unknown
from albdoctor.facts.wire import TargetProbe, TargetProbes

TARGET_TYPES = frozenset({"instance", "ip", "lambda"})
PROTOCOLS = frozenset({"", "HTTP", "HTTPS"})
"""Of groups that an Application Load Balancer can forward to; a function's group has none."""
OF_NETWORK = frozenset({"TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE"})
"""Of groups of other load balancers, as one in front has them: no HTTP goes to their targets."""

NOBODY_ASKED = Unknown(gap=Gap.NOT_ASKED, asked="elasticloadbalancing:DescribeTargetHealth")
NOT_DESCRIBED = Unknown(
    gap=Gap.FAILED, asked="elasticloadbalancing:DescribeTargetHealth", detail="a group was not described"
)
"""Of a group that a rule names, and whose targets were asked for in vain."""
"""A group of which the snapshot holds no health."""
PROBE = "direct probe of the target"


class Watched(Struct, frozen=True, kw_only=True):
    """A group and its registered targets; never empty."""

    group: TargetGroup
    targets: tuple[Registered, ...]


class Probed(Struct, frozen=True, kw_only=True):
    """A group and its registered targets with their probes; never empty."""

    group: TargetGroup
    targets: tuple[Seen, ...]

    def only(self, targets: Iterable[Seen]) -> Probed:
        """The same group with some of its targets."""
        return Probed(group=self.group, targets=tuple(targets))

    def gap(self, *reasons: str) -> Unknown | None:
        """Why nothing more is known of a target that fails for one of these reasons; None: there is no such gap."""
        unprobed = (seen.probe for seen in self.targets if seen.failing and seen.reason in reasons)
        return next((probe for probe in unprobed if isinstance(probe, Unknown)), None)


WatchedGroups: TypeAlias = tuple[Watched, ...]
"""Every group that has targets, without probes. Functions' groups are left out: nobody watches them."""
ProbedGroups: TypeAlias = tuple[Probed, ...]
"""The same groups, with the probes of their targets as far as they are known."""


@derivation
def watched_groups(target_groups: TargetGroups, groups_health: GroupsHealth) -> Iterator[Watched | Unknown]:
    """Give every group that has targets, or the gap where its health is not known."""
    health_of = {health.target_group_arn: health.targets for health in groups_health}
    for group in target_groups:
        if group.target_type == "alb" or group.protocol in OF_NETWORK:
            continue
        targets = _strange(group) or _in_known_words(health_of.get(group.target_group_arn, NOBODY_ASKED))
        if isinstance(targets, Unknown):
            yield targets
        elif targets.value and group.target_type != LAMBDA:
            registered = (Registered(group=group, health=health) for health in targets.value)
            yield Watched(group=group, targets=tuple(registered))


@derivation
def probed_groups(watched: WatchedGroups, target_probes: Observed[TargetProbes]) -> Iterator[Probed]:
    """Give every watched group, each of its targets with its probe or the reason why there is none."""
    probes = _by_target(target_probes)
    for item in watched:
        seen = (Seen(group=item.group, health=one.health, probe=_probe_of(one, probes)) for one in item.targets)
        yield Probed(group=item.group, targets=tuple(seen))


def _strange(group: TargetGroup) -> Unknown | None:
    """The gap where a group's type or protocols are of a kind that nobody knows yet."""
    if group.target_type in TARGET_TYPES and {group.protocol, group.health_check_protocol} <= PROTOCOLS:
        return None
    detail = f"{group.target_group_name}: {group.target_type} {group.protocol} {group.health_check_protocol}"
    asked = "elasticloadbalancing:DescribeTargetGroups"
    return Unknown(gap=Gap.FAILED, asked=asked, detail=f"{detail} {UNHEARD_OF}")


def _in_known_words(targets: Observed[tuple[TargetHealth, ...]]) -> Observed[tuple[TargetHealth, ...]]:
    """Health that can be judged: a state or reason that nobody knows yet makes it a gap."""
    for one in targets.value if isinstance(targets, Known) else ():
        health = one.target_health
        if health.state not in STATES or (health.reason and health.reason not in REASONS):
            detail = f"{one.target.id}: {health.state[:60]} {health.reason[:60]} {UNHEARD_OF}"
            return Unknown(gap=Gap.FAILED, asked="elasticloadbalancing:DescribeTargetHealth", detail=detail)
    return targets


ByTarget: TypeAlias = Mapping[tuple[str, str, int | None], TargetProbe]


def _by_target(probes: Observed[TargetProbes]) -> ByTarget | Unknown:
    """The probes by group, target and port; of two probes of one target the first."""
    if isinstance(probes, Unknown):
        return probes
    return {(probe.target_group_arn, probe.target_id, probe.target_port): probe for probe in reversed(probes.value)}


def _probe_of(one: Registered, probes: ByTarget | Unknown) -> TargetProbe | Unknown:
    if isinstance(probes, Unknown):
        return probes
    target, port = one.target, one.target.port or one.group.port
    detail = f"{target.id}:{port} is not known to admit anybody from outside its VPC"
    unreachable = Unknown(gap=Gap.UNREACHABLE, asked=PROBE, detail=detail)
    return probes.get((one.group.target_group_arn, target.id, port), unreachable)
