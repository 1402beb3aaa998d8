"""How requests and errors of a load balancer went over the window that CloudWatch was asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import ceil

from msgspec import Struct

from albdoctor.derive.topology import items
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Unknown
from albdoctor.facts.metrics import MOST_SUMS, Course, Metric
from albdoctor.facts.snapshot import Facts

SHOWN = (
    "RequestCount",
    *(f"HTTPCode_ELB_{kind}_Count" for kind in ("3XX", "4XX", "5XX")),
    *(f"HTTPCode_Target_{kind}_Count" for kind in ("2XX", "3XX", "4XX", "5XX")),
)
"""Counters of the whole load balancer. It has none of its own 2XX: a fixed response is a request only."""
FAULTS = (
    "ClientTLSNegotiationErrorCount",
    "RejectedConnectionCount",
    "TargetConnectionErrorCount",
    "TargetTLSNegotiationErrorCount",
)
"""Counters that are told where they are not zero; those of target groups are added up."""
PERIOD = 300
"""Seconds of a period where no counter has a course."""
MOST = 1e300
"""A sum is finite, whatever a snapshot holds."""
MOST_LATER = 86_400
"""Seconds after the begin of a scan at which CloudWatch may have been asked for it."""
LONGEST = 24.0 * 455
"""Hours: CloudWatch keeps nothing for longer."""


class Went(Struct, frozen=True, kw_only=True):
    """One counter."""

    name: str
    """CloudWatch's."""
    total: float
    sums: tuple[float, ...]
    """For each period of the window; empty: only the total is known."""


class BalancerCourse(Struct, frozen=True, kw_only=True):
    """The counters of one load balancer."""

    balancer: LoadBalancer
    hours: float
    """Length of the window."""
    until: datetime
    """Its end: the time of the scan; where CloudWatch was asked later, the end of the last period."""
    period: int
    """Seconds; the last one ends with the window."""
    counters: tuple[Went, ...]


def courses(facts: Facts) -> Iterator[BalancerCourse]:
    """Put the counters of each load balancer side by side; one of which nothing was asked has none."""
    if isinstance(facts.metrics, Unknown):
        return
    of_balancer: dict[str, list[Metric]] = defaultdict(list)
    for one in facts.metrics.value.values:
        of_balancer[one.load_balancer_arn].append(one)
    for balancer in items(facts.load_balancers):
        if own := of_balancer.get(balancer.load_balancer_arn):
            yield _course(balancer, own, facts.scan.taken_at, facts.metrics.value.hours)


def _course(balancer: LoadBalancer, counted: Sequence[Metric], scan: datetime, hours: float) -> BalancerCourse:
    held = [one.course for one in counted if one.course]
    period = held[0].period if held else PERIOD
    last = max((_last(one) for one in held), default=0.0)
    later = scan.timestamp() < last <= scan.timestamp() + MOST_LATER
    until = datetime.fromtimestamp(last + period, UTC) if later else scan
    # Snapshots that were merged may be older than the whole.
    oldest = max((until.timestamp() - one.since.timestamp() for one in held), default=0.0)
    slots = ceil(max(min(hours, LONGEST) * 3600, oldest) / period)
    told = bool(held) or not any(one.total for one in counted)
    alike = all(one.period == period and _last(one) <= until.timestamp() for one in held)
    fits = told and alike and 0 < slots <= MOST_SUMS
    by_name: dict[str, list[Metric]] = defaultdict(list)
    for one in counted:
        if one.name in FAULTS or not one.target_group_arn:
            by_name[one.name].append(one)
    names = [name for name in SHOWN if name in by_name]
    names += [name for name in FAULTS if any(one.total for one in by_name[name])]
    return BalancerCourse(
        balancer=balancer,
        until=until,
        hours=max(hours, slots * period / 3600) if fits else hours,
        period=period,
        counters=tuple(_went(name, by_name[name], until.timestamp(), slots if fits else 0) for name in names),
    )


def _last(course: Course) -> float:
    """When the last period began, as a time stamp."""
    return course.since.timestamp() + course.period * (len(course.sums) - 1)


def _went(name: str, counted: Sequence[Metric], until: float, slots: int) -> Went:
    """Add up what was counted under a name; where the course of some of it is not known, none is told."""
    known = all(one.course for one in counted if one.total)
    sums = [0.0] * (slots if known else 0)
    for course in (one.course for one in counted if one.course and sums):
        first = slots - ceil((until - course.since.timestamp()) / course.period)
        for number, value in enumerate(course.sums, start=first):
            place = min(max(number, 0), slots - 1)
            sums[place] = min(sums[place] + value, MOST)
    return Went(name=name, total=min(sum(one.total for one in counted), MOST), sums=tuple(sums))
