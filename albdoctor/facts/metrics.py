"""CloudWatch counters of the balancers and their groups (namespace AWS/ApplicationELB)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from albdoctor.facts.ecs import EcsFacts
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Observed
from albdoctor.facts.values import ArnText, Moment, Word

MOST_SUMS = 288
"""Of one course: a day of five minutes each."""

UNHEALTHY_HOSTS = "UnHealthyHostCount"
"""How many targets of a group were unhealthy."""
GAUGES = frozenset({UNHEALTHY_HOSTS})
"""Metrics that count nothing: of each period the highest value is asked for."""


class Course(Struct, frozen=True, kw_only=True):
    """How one counter went: its sum for each period from the first to the last that CloudWatch holds.

    Of a gauge it is the highest value of each.
    """

    since: Moment
    """Begin of the first period."""
    period: Annotated[int, Meta(ge=1, le=86_400)]
    """Seconds."""
    sums: Annotated[tuple[float, ...], Meta(min_length=1, max_length=MOST_SUMS)]
    """0 where CloudWatch holds nothing in between: counters are only published when they are not zero."""


class Metric(Struct, frozen=True, kw_only=True):
    """Sum of one counter over the window; of a gauge only whether it is 0 says anything, and the course."""

    name: Word
    """CloudWatch's name: TargetTLSNegotiationErrorCount, HTTPCode_ELB_502_Count, ..."""
    load_balancer_arn: ArnText
    target_group_arn: ArnText = ""
    """Empty: the metric of the whole balancer."""
    total: float = 0.0
    datapoints: int = 0
    """0: CloudWatch holds none. Counters are only published when they are not zero."""
    course: Course | None = None
    """None: CloudWatch holds none, or only the sum was kept (snapshots of versions before 0.2)."""


class Metrics(Struct, frozen=True, kw_only=True):
    """Every counter that was asked for."""

    hours: float
    """Length of the window that ends at the time of the scan."""
    values: tuple[Metric, ...] = ()


METRICS = Card(
    name="metrics",
    holds=Metrics,
    actions=("cloudwatch:GetMetricData",),
    builds_on=("target_groups",),
    opt_out="--no-metrics",
    only_helps=True,
    entries="values",
    key=("name", "load_balancer_arn", "target_group_arn"),
)


class MetricsFacts(EcsFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what CloudWatch counted."""

    metrics: Observed[Metrics] = METRICS.not_asked
