"""Rules that share the scanned URL's requests out by weight: which of their groups have nobody healthy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.actions import in_order
from albdoctor.derive.routing.routes import Hop
from albdoctor.derive.targets.listening import LEAVING
from albdoctor.derive.targets.watched import NOT_DESCRIBED
from albdoctor.facts.elb import GroupsHealth, Listener, Rule, TargetHealth
from albdoctor.facts.elb_actions import Action, ForwardConfig, TargetGroupTuple
from albdoctor.facts.known import Unknown

ILL = ("unhealthy", *LEAVING)
"""States of a target that serves nobody, unless all of its group are unhealthy."""


class SharedGroup(Struct, frozen=True, kw_only=True):
    """A group that gets a part of a rule's requests."""

    arn: str
    weight: int
    targets: tuple[TargetHealth, ...]

    @property
    def dead(self) -> bool:
        """Whether no target is healthy, in its first checks, or unchecked."""
        return all(one.target_health.state in ILL for one in self.targets)

    @property
    def healthy(self) -> bool:
        """Whether a target is healthy."""
        return any(one.target_health.state == "healthy" for one in self.targets)

    @property
    def empty(self) -> bool:
        """Whether no target gets requests: not even one that is unhealthy."""
        return all(one.target_health.state in LEAVING for one in self.targets)


class Sharing(Struct, frozen=True, kw_only=True):
    """A rule on the scanned URL's way that forwards to several groups with a weight over zero."""

    hop: Hop
    listener: Listener
    rule: Rule
    certain: bool
    """False: a rule before it depends on the client."""
    groups: tuple[SharedGroup, ...]

    @property
    def dead(self) -> tuple[SharedGroup, ...]:
        """The groups without anybody healthy, where another one has somebody: the load balancer does not change over.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
        """
        return tuple(one for one in self.groups if one.dead) if any(one.healthy for one in self.groups) else ()

    @property
    def percent(self) -> int:
        """The share of the rule's requests that the dead groups get; 1 to 99."""
        share = sum(one.weight for one in self.dead) / (sum(one.weight for one in self.groups) or 1)
        return min(99, max(1, round(share * 100)))

    @property
    def without_dead(self) -> tuple[Action, ...]:
        """The rule's actions with the weight of the dead groups at zero, and all else kept."""
        *before, last = in_order(self.rule.actions)
        dead = {one.arn for one in self.dead}
        weights = tuple(replace(one, weight=0) if one.target_group_arn in dead else one for one in last.groups)
        forward = replace(last.forward_config or ForwardConfig(), target_groups=weights)
        return (*before, replace(last, forward_config=forward))


Sharings: TypeAlias = tuple[Sharing, ...]


@derivation
def sharings(visits: Visits, groups_health: GroupsHealth) -> Iterator[Sharing | Unknown]:
    """Give every rule that shares the scanned URL's requests out; a gap where a group's targets are not known."""
    health = {one.target_group_arn: one.targets for one in groups_health}
    ends = dict.fromkeys(hops[-1] for visit in visits for hops in visit.journeys)
    for hop in ends:
        if hop.listener is None or hop.route is None or hop.effect is None or len(hop.effect.groups) < 2:
            continue
        groups: list[SharedGroup] = []
        for one in hop.effect.groups:
            targets = health.get(one.target_group_arn, NOT_DESCRIBED)
            if isinstance(targets, Unknown):
                yield targets
                break
            groups.append(SharedGroup(arn=one.target_group_arn, weight=_weight(one), targets=targets.value))
        else:
            route = hop.route
            yield Sharing(hop=hop, listener=hop.listener, rule=route.rule, certain=route.certain, groups=tuple(groups))


def _weight(group: TargetGroupTuple) -> int:
    return 1 if group.weight is None else group.weight
