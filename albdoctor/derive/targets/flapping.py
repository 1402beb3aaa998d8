"""How often targets of a group were unhealthy lately, by CloudWatch's gauge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.facts.elb import TargetGroup
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.metrics import UNHEALTHY_HOSTS, Course, Metrics

TIME = "%Y-%m-%dT%H:%M:%S%z"
NOT_COUNTED = Unknown(gap=Gap.NOT_ASKED, asked="cloudwatch:GetMetricData", detail=UNHEALTHY_HOSTS)
"""Of a snapshot from before this gauge was asked for."""


class Spells(Struct, frozen=True, kw_only=True):
    """A group whose targets are healthy now, and how often some of them were not within the window."""

    group: TargetGroup
    hours: float
    """Length of the window."""
    spells: int = 0
    """How often a target became unhealthy while none was."""
    minutes: int = 0
    """How long that was, in whole periods."""
    most: int = 0
    """The most targets that were unhealthy at once."""
    since: str = ""
    """Begin and end of what CloudWatch holds, as the AWS CLI takes times (ISO 8601)."""
    until: str = ""


AllSpells: TypeAlias = tuple[Spells, ...]
"""One for each group that has targets, all of them healthy: of others it is no question whether they were."""


@derivation
def spells(watched: WatchedGroups, metrics: Metrics) -> Iterator[Spells | Unknown]:
    """Count the spells of every group."""
    known = {
        one.target_group_arn: one for one in metrics.values if one.name == UNHEALTHY_HOSTS and one.target_group_arn
    }
    for item in watched:
        if any(one.state not in ("healthy", "draining") for one in item.targets):
            continue
        gauge = known.get(item.group.target_group_arn)
        if gauge is None:
            yield NOT_COUNTED
        else:
            yield _counted(item.group, metrics.hours, gauge.course)


def _counted(group: TargetGroup, hours: float, course: Course | None) -> Spells:
    if course is None:
        return Spells(group=group, hours=hours)
    ill = [value > 0 for value in course.sums]
    return Spells(
        group=group,
        hours=hours,
        spells=sum(1 for one, _ in groupby(ill) if one),
        minutes=sum(ill) * course.period // 60,
        since=f"{course.since:{TIME}}",
        until=f"{course.since + timedelta(seconds=course.period * len(ill)):{TIME}}",
        most=int(min(max(course.sums), 1e9)),
    )
