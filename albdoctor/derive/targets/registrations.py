"""Which targets are registered in which group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.targets.watched import NOBODY_ASKED
from albdoctor.facts.elb import GroupsHealth, TargetGroup, TargetGroups, TargetHealth
from albdoctor.facts.known import Unknown


class Registrations(Struct, frozen=True, kw_only=True):
    """A group, and the health of each of its targets; there may be none."""

    group: TargetGroup
    targets: tuple[TargetHealth, ...]

    @property
    def ails(self) -> bool:
        """Whether it has no target, or one that is not healthy: then it matters who registers its targets."""
        return not all(one.target_health.state == "healthy" for one in self.targets) or not self.targets


AllRegistrations: TypeAlias = tuple[Registrations, ...]
"""Those of every group, functions' groups too."""


@derivation
def registrations(target_groups: TargetGroups, groups_health: GroupsHealth) -> Iterator[Registrations | Unknown]:
    """Give every group with its targets, or the gap where they are not known."""
    health_of = {health.target_group_arn: health.targets for health in groups_health}
    for group in target_groups:
        targets = health_of.get(group.target_group_arn, NOBODY_ASKED)
        yield targets if isinstance(targets, Unknown) else Registrations(group=group, targets=targets.value)
