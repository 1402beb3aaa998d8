"""What a health check sends, and what the facts say about each target of a group."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import urlsplit

from msgspec import Struct

from albdoctor.derive.once import once
from albdoctor.derive.targets.speaks import Speech, sends_to_https, speech, told, wants_tls
from albdoctor.facts.elb import GroupsHealth, Matcher, Target, TargetGroup, TargetGroups, TargetHealth, target_ref
from albdoctor.facts.known import UNHEARD_OF, Gap, Known, Observed, Ref, Unknown
from albdoctor.facts.metrics import Metrics
from albdoctor.facts.wire import Exchange, Probes, TargetPortProbe, TargetProbe, TargetProbes
from albdoctor.text import Text, same

SPAN = re.compile(r"([0-9]{3})(?:-([0-9]{3}))?")
CODES = re.compile(r"\[([0-9, ]+)\]")
SHOWN = 3
WEB_PORTS = (80, 443)
"""Ports that serve a site even where a health check is pointed at them; other ports may be a check's own."""

REDIRECTS = (301, 302, 303, 307, 308)
HOST_CODES = (400, 403, 404, 421)
"""Statuses with which servers turn away a Host that they do not know."""

MISMATCH = "Target.ResponseCodeMismatch"
FAILED = "Target.FailedHealthChecks"
TIMEOUT = "Target.Timeout"
STOPPED = "Target.InvalidState"
NOT_IN_USE = "Target.NotInUse"
STATES = frozenset({"initial", "healthy", "unhealthy", "unhealthy.draining", "unused", "draining", "unavailable"})
"""`TargetHealthStateEnum` of the ELBv2 API; a state that comes later says nothing here, neither good nor bad."""
REASONS = frozenset(
    {
        "Elb.InitialHealthChecking",
        "Elb.InternalError",
        "Elb.RegistrationInProgress",
        "Target.DeregistrationInProgress",
        "Target.HealthCheckDisabled",
        "Target.IpUnusable",
        "Target.NotRegistered",
        FAILED,
        MISMATCH,
        NOT_IN_USE,
        STOPPED,
        TIMEOUT,
    }
)
"""`TargetHealthReasonEnum`."""
TARGET_TYPES = frozenset({"instance", "ip", "lambda"})
PROTOCOLS = frozenset({"", "HTTP", "HTTPS"})
"""Of groups that an Application Load Balancer can forward to; a function's group has none."""

NOBODY_ASKED = Unknown(gap=Gap.NOT_ASKED, asked="elasticloadbalancing:DescribeTargetHealth")
"""A group of which the snapshot holds no health."""
PROBE = "direct probe of the target"
NOBODY_PROBED = Unknown(gap=Gap.NOT_ASKED, asked=PROBE)


class Seen(Struct, frozen=True, kw_only=True, dict=True):
    """One registered target: its group, its health and its probe. Every check asks for its ports (hence `dict`)."""

    group: TargetGroup
    health: TargetHealth
    probe: TargetProbe | Unknown
    """Unknown: nobody probed it; `Unknown.gap` says why."""

    @property
    def target(self) -> Target:
        """The target as registered."""
        return self.health.target

    @property
    def state(self) -> str:
        """State of its health: healthy, unhealthy, initial, draining, unused, unavailable."""
        return self.health.target_health.state

    @property
    def reason(self) -> str:
        """Reason code of its health; empty when healthy."""
        return self.health.target_health.reason

    @cached_property
    def port(self) -> int:
        """The port that requests go to."""
        return self.target.port or self.group.port or 0

    @cached_property
    def check_port(self) -> int:
        """The port that health checks go to."""
        ports = (self.health.health_check_port, self.group.health_check_port)
        return next((int(port) for port in ports if port.isdigit()), self.port)

    @property
    def name(self) -> str:
        """Id and port, as people write it: i-0abc:443."""
        return f"{self.target.id}:{self.port}"

    @property
    def failing(self) -> bool:
        """Its health check fails now; initial and draining targets do not count."""
        return self.state == "unhealthy"

    @property
    def judged(self) -> bool:
        """The balancer has a verdict on it."""
        return self.state in ("healthy", "unhealthy")

    @property
    def proven(self) -> bool:
        """It is healthy and the check goes the same way as requests do: port and protocol."""
        same_way = self.check_port == self.port and self.group.health_check_protocol == self.group.protocol
        return self.state == "healthy" and same_way

    @property
    def codes(self) -> tuple[int, ...]:
        """Statuses that the check got, from the API's words "Health checks failed with these codes: [301]"."""
        match = CODES.search(self.health.target_health.description) if self.reason == MISMATCH else None
        return tuple(int(code) for code in match[1].replace(",", " ").split()) if match else ()

    def answered(self, *codes: int) -> bool:
        """Whether its health check fails with one of these statuses."""
        return self.failing and not set(codes).isdisjoint(self.codes)

    @property
    def check_answer(self) -> Exchange | None:
        """What the probe got for the health check's own request; None: not probed, or the port speaks otherwise."""
        probe = self.at(self.check_port)
        if probe is None:
            return None
        return probe.https if self.group.health_check_protocol == "HTTPS" else probe.http

    @property
    def check_seconds(self) -> float:
        """How long the probe waited for the health check's answer, or for giving up on it; 0.0: not asked."""
        answer = self.check_answer
        return answer.milliseconds / 1000 if answer else 0.0

    @property
    def by_name(self) -> int | None:
        """The status that the probe got for the health check's path with the scanned name as `Host:`."""
        probe = self.at(self.check_port)
        return probe.http_by_name.status if probe and probe.http_by_name else None

    @property
    def host_rejected(self) -> bool:
        """The probe got another answer by name than by private address: only the name is let in."""
        answer = self.check_answer
        if answer is None or answer.status not in HOST_CODES or self.by_name is None or wants_tls(answer):
            return False
        let_in = self.by_name < 400 or accepts(self.group.matcher, self.by_name)
        return self.answered(*HOST_CODES) and let_in and not accepts(self.group.matcher, answer.status)

    def speaks(self, port: int) -> Speech:
        """Say what one of its ports speaks."""
        return speech(self.at(port))

    def at(self, port: int) -> TargetPortProbe | None:
        """Give the probe of one of its ports."""
        return self.probe.at(port) if isinstance(self.probe, TargetProbe) else None

    def ports(self, *speeches: Speech) -> tuple[int, ...]:
        """List its probed ports that speak one of these: 80 and 443 first, then in rising order."""
        probed = [one.port for one in self.probe.ports] if isinstance(self.probe, TargetProbe) else []
        kept = (port for port in probed if self.speaks(port) in speeches)
        return tuple(sorted(kept, key=lambda port: (port not in WEB_PORTS, port)))

    @property
    def check_cannot_pass(self) -> bool:
        """Its health check port was heard to refuse connections, or to speak another protocol than the check."""
        wrong = Speech.PLAIN_HTTP if self.group.health_check_protocol == "HTTPS" else Speech.TLS
        return self.speaks(self.check_port) in (Speech.REFUSED, wrong)

    @property
    def refused(self) -> bool:
        """Its registered port refuses connections, and no other trace says that it is well."""
        return self.judged and not self.proven and self.speaks(self.port) is Speech.REFUSED

    @property
    def served_instead(self) -> int | None:
        """Another port that serves while the registered one is refused; what fits the group's protocol first.

        The port of a health check override is left out unless it is 80 or 443: it may be the check's own.
        """
        if not self.refused:
            return None
        fitting = (Speech.TLS, Speech.BOTH) if self.group.protocol == "HTTPS" else (Speech.PLAIN_HTTP, Speech.BOTH)
        serving = (*self.ports(*fitting), *self.ports(Speech.PLAIN_HTTP, Speech.TLS, Speech.BOTH))
        return next((port for port in serving if port != self.check_port or port in WEB_PORTS), None)

    def spec(self, port: int) -> str:
        """Name this target at a port as `register-targets --targets` wants it."""
        zone = ",AvailabilityZone=all" if self.target.availability_zone == "all" else ""
        return f"Id={self.target.id},Port={port}{zone}"

    @property
    def health_line(self) -> tuple[str, str]:
        """Who was asked for its health, and the answer."""
        health = self.health.target_health
        words = " ".join(part for part in (self.name, health.state, health.reason, health.description) if part)
        return f"elasticloadbalancing DescribeTargetHealth {self.group.target_group_name}", words

    def probe_line(self, port: int) -> tuple[Text, Text]:
        """Where the probe connected to, and what came back. KeyError: the port was not probed."""
        seen = self.at(port)
        if seen is None or not isinstance(self.probe, TargetProbe):
            raise KeyError(port)
        where = f"{self.probe.public_address}:{port}"
        asked = Text(en=f"connection to {where} ({self.target.id})", ko=f"{where} 연결({self.target.id})")
        return asked, told(seen)


class Watched(Struct, frozen=True, kw_only=True):
    """A group and its registered targets; never empty."""

    group: TargetGroup
    targets: tuple[Seen, ...]

    def only(self, targets: Iterable[Seen]) -> Watched:
        """The same group with some of its targets."""
        return Watched(group=self.group, targets=tuple(targets))

    def gap(self, *reasons: str) -> Unknown | None:
        """Why nothing more is known of a target that fails for one of these reasons; None: there is no such gap."""
        unprobed = (seen.probe for seen in self.targets if seen.failing and seen.reason in reasons)
        return next((probe for probe in unprobed if isinstance(probe, Unknown)), None)


def watched(
    target_groups: TargetGroups, groups_health: GroupsHealth, target_probes: Observed[TargetProbes] | None = None
) -> Iterator[Watched | Unknown]:
    """Give every group that has targets, or the gap where its health is not known. Lambda groups are left out."""
    return iter(_watched(target_groups, groups_health, target_probes))


@once
def _watched(
    target_groups: TargetGroups, groups_health: GroupsHealth, target_probes: Observed[TargetProbes] | None
) -> tuple[Watched | Unknown, ...]:
    return tuple(_each(target_groups, groups_health, target_probes))


def _each(
    target_groups: TargetGroups, groups_health: GroupsHealth, target_probes: Observed[TargetProbes] | None
) -> Iterator[Watched | Unknown]:
    health_of = {health.target_group_arn: health.targets for health in groups_health}
    for group in target_groups:
        targets = _strange(group) or _told(health_of.get(group.target_group_arn, NOBODY_ASKED))
        if isinstance(targets, Unknown):
            yield targets
        elif targets.value and group.target_type != "lambda":
            seen = (
                Seen(group=group, health=health, probe=_probe_of(group, health.target, target_probes))
                for health in targets.value
            )
            yield Watched(group=group, targets=tuple(seen))


def _strange(group: TargetGroup) -> Unknown | None:
    """The gap where a group's type or protocols are of a kind that nobody knows yet."""
    if group.target_type in TARGET_TYPES and {group.protocol, group.health_check_protocol} <= PROTOCOLS:
        return None
    detail = f"{group.target_group_name}: {group.target_type} {group.protocol} {group.health_check_protocol}"
    asked = "elasticloadbalancing:DescribeTargetGroups"
    return Unknown(gap=Gap.FAILED, asked=asked, detail=f"{detail} {UNHEARD_OF}")


def _told(targets: Observed[tuple[TargetHealth, ...]]) -> Observed[tuple[TargetHealth, ...]]:
    """Health that can be judged: a state or reason that nobody knows yet makes it a gap."""
    for one in targets.value if isinstance(targets, Known) else ():
        health = one.target_health
        if health.state not in STATES or (health.reason and health.reason not in REASONS):
            detail = f"{one.target.id}: {health.state[:60]} {health.reason[:60]} {UNHEARD_OF}"
            return Unknown(gap=Gap.FAILED, asked="elasticloadbalancing:DescribeTargetHealth", detail=detail)
    return targets


def _probe_of(
    group: TargetGroup, target: Target, target_probes: Observed[TargetProbes] | None
) -> TargetProbe | Unknown:
    if target_probes is None:
        return NOBODY_PROBED
    if isinstance(target_probes, Unknown):
        return target_probes
    port = target.port or group.port
    probe = _by_target(target_probes.value).get((group.target_group_arn, target.id, port))
    detail = f"{target.id}:{port} is not known to admit anybody from outside its VPC"
    return probe or Unknown(gap=Gap.UNREACHABLE, asked=PROBE, detail=detail)


@once
def _by_target(probes: TargetProbes) -> Mapping[tuple[str, str, int | None], TargetProbe]:
    return {(probe.target_group_arn, probe.target_id, probe.target_port): probe for probe in reversed(probes)}


def names(targets: Iterable[Seen]) -> tuple[str, ...]:
    """Name the first targets, and how many more there are: ("i-0a", "i-0b", "i-0c", "+4")."""
    return _first(seen.target.id for seen in targets)


def ports(targets: Iterable[Seen]) -> tuple[str, ...]:
    """List the first ports that requests to these targets go to, and how many more there are."""
    return _first(str(seen.port) for seen in targets)


def _first(words: Iterable[str]) -> tuple[str, ...]:
    every = tuple(dict.fromkeys(words))
    return (*every[:SHOWN], f"+{len(every) - SHOWN}") if len(every) > SHOWN else every


def group_or_target(targets: Sequence[Seen]) -> Ref:
    """Name the thing that a finding about these targets is about: the only target, else their group."""
    first = targets[0]
    return target_ref(first.group.target_group_arn, first.target) if len(targets) == 1 else first.group.ref


def zone_not_enabled(seen: Seen) -> bool:
    """Whether a target is unused because the balancer has no subnet in its zone: only the API's words tell."""
    words = seen.health.target_health.description.lower()
    return seen.reason == NOT_IN_USE and "availability zone" in words


def host_header(address: str, port: int, protocol: str) -> str:
    """The `Host:` that a health check sends: the private address, and the port unless it is the protocol's own."""
    literal = f"[{address}]" if ":" in address else address
    return literal if port == (443 if protocol == "HTTPS" else 80) else f"{literal}:{port}"


def accepts(matcher: Matcher, status: int | None) -> bool:
    """Whether a status counts as healthy: "200", "200,302", "200-399"; None (no answer) never does."""
    return status is not None and any(low <= status <= high for low, high in spans(matcher))


def spans(matcher: Matcher) -> tuple[tuple[int, int], ...]:
    """The ranges of HTTP statuses that count as healthy; none for a gRPC matcher."""
    parts = (SPAN.fullmatch(part.strip()) for part in matcher.http_code.split(","))
    return tuple((int(part[1]), int(part[2] or part[1])) for part in parts if part)


def matcher_with(matcher: Matcher, code: int) -> str:
    """Write the matcher's codes with one more: "200" and 301 give "200,301"."""
    return matcher.http_code if accepts(matcher, code) else f"{matcher.http_code},{code}"


def only_forces_https(seen: Seen) -> bool:
    """Whether the probe was redirected to https on the same path: nothing but the scheme is wrong."""
    answer = seen.check_answer
    if answer is None or not sends_to_https(answer):
        return False
    return (urlsplit(answer.header("location")).path or "/") == urlsplit(answer.url).path


def root_answers(seen: Seen) -> bool:
    """Whether the probe of `/` got what counts as healthy, asked as the health check would ask."""
    probe = seen.at(seen.check_port)
    return probe is not None and probe.root is not None and accepts(seen.group.matcher, probe.root.status)


def answered_through(probes: Observed[Probes]) -> tuple[Exchange, ...]:
    """Give the good answers to https://host/path that a target, not the load balancer itself, has given."""
    addresses = probes.value.addresses if isinstance(probes, Known) else ()
    firsts = (address.https[0] for address in addresses if address.https)
    return tuple(
        one
        for one in firsts
        if one.status is not None and 200 <= one.status < 400 and not one.header("server").startswith("awselb/")
    )


def counted(metrics: Observed[Metrics], name: str, arn: str) -> float:
    """Sum of a counter; 0.0 also when the counters are not known: only ever evidence for, never against."""
    return _totals(metrics.value).get((name, arn), 0.0) if isinstance(metrics, Known) else 0.0


@once
def _totals(metrics: Metrics) -> Mapping[tuple[str, str], float]:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for metric in metrics.values:
        sums[metric.name, metric.target_group_arn or metric.load_balancer_arn] += metric.total
    return sums


def metric_line(metrics: Observed[Metrics], name: str, group: TargetGroup) -> tuple[Text, Text]:
    """Which counter was asked for, and its sum: "361 in 3 h"."""
    hours = f"{metrics.value.hours:g}" if isinstance(metrics, Known) else "0"
    total = counted(metrics, name, group.target_group_arn)
    asked = same(f"cloudwatch GetMetricData {name} {group.target_group_name}")
    return asked, Text(en=f"{total:g} in {hours} h", ko=f"{hours}시간 동안 {total:g}회")
