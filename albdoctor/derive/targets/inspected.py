"""The target groups whose hosts the user wants inspected (`--inspect-hosts`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from albdoctor.derive.needs import derivation
from albdoctor.derive.targets.listening import ASKED
from albdoctor.derive.targets.watched import Probed, Watched, probed_groups, watched_groups
from albdoctor.facts.elb import GroupsHealth, TargetGroups
from albdoctor.facts.hosts import DECLINED, ListeningSockets
from albdoctor.facts.known import Gap, Observed, Unknown
from albdoctor.facts.wire import TargetProbes


class Inspected(Probed, frozen=True, kw_only=True):
    """A watched group of instances."""


InspectedGroups: TypeAlias = tuple[Inspected, ...]
"""Every watched group of instances; none, and no gap, where the user wants no host inspected."""


@derivation
def inspected_groups(
    listening_sockets: Observed[ListeningSockets],
    target_groups: Observed[TargetGroups],
    groups_health: Observed[GroupsHealth],
    target_probes: Observed[TargetProbes],
) -> Iterator[Inspected | Unknown]:
    """Give them as far as the user wants to know: groups and health are no gap where nobody looks into hosts."""
    if isinstance(listening_sockets, Unknown) and _not_wanted(listening_sockets):
        return
    if isinstance(target_groups, Unknown) or isinstance(groups_health, Unknown):
        yield from (one for one in (target_groups, groups_health, listening_sockets) if isinstance(one, Unknown))
    elif isinstance(listening_sockets, Unknown):
        yield listening_sockets
    else:
        found = tuple(watched_groups(target_groups.value, groups_health.value))
        yield from (item for item in found if isinstance(item, Unknown))
        watched = tuple(item for item in found if isinstance(item, Watched) and item.group.target_type == "instance")
        for probed in probed_groups(watched, target_probes):
            yield Inspected(group=probed.group, targets=probed.targets)


def _not_wanted(sockets: Unknown) -> bool:
    """Whoever was asked and said no has left something out, which is told; who never wanted it has not."""
    return (sockets.gap, sockets.asked) == (Gap.NOT_ASKED, ASKED) and not sockets.detail.endswith(DECLINED)
