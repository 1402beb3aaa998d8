"""What the balancers counted in the last hours (CloudWatch GetMetricData, namespace AWS/ApplicationELB)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from albdoctor.collect.aws import elb
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.finder import is_application
from albdoctor.collect.aws.found import Found
from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.metrics import GAUGES, MOST_SUMS, UNHEALTHY_HOSTS, Course, Metric

ASKED = "cloudwatch:GetMetricData"
HOURS = 3.0
PERIOD = 300
"""Seconds of one data point."""
MOST_QUERIES = 500
"""Metrics in one question."""
TOLERATED = timedelta(minutes=1)
"""The window of a question ends at its scan's time, or so long ago at most."""
OF_TARGETS = tuple(f"HTTPCode_Target_{kind}_Count" for kind in ("2XX", "3XX", "4XX", "5XX"))
OF_BALANCER = (
    "RequestCount",
    "HTTPCode_ELB_5XX_Count",
    "HTTPCode_ELB_502_Count",
    "HTTPCode_ELB_503_Count",
    "HTTPCode_ELB_504_Count",
    "HTTPCode_ELB_4XX_Count",
    "HTTPCode_ELB_3XX_Count",
    *OF_TARGETS,
    "ClientTLSNegotiationErrorCount",
    "RejectedConnectionCount",
    "NewConnectionCount",
)
OF_GROUP = (
    UNHEALTHY_HOSTS,
    "TargetConnectionErrorCount",
    "TargetTLSNegotiationErrorCount",
    "UnhealthyRoutingRequestCount",
    *OF_TARGETS,
)


class Series(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One metric's data, or one page of it."""

    id: str
    status_code: str
    timestamps: tuple[datetime, ...] = ()
    values: tuple[float, ...] = ()
    """As many as there are timestamps."""


async def metrics(found: Found, now: datetime) -> tuple[Metric, ...]:
    """Every counter and gauge of the balancer and its groups over the last `HOURS`; none at all for other types."""
    if not is_application(found.balancer):
        return ()
    wanted = _of_balancer(found)
    groups = await found.part(elb.target_groups)
    wanted += [
        Metric(
            name=name,
            load_balancer_arn=found.balancer.load_balancer_arn,
            target_group_arn=group.target_group_arn,
        )
        for group in groups
        for name in OF_GROUP
    ]
    account, region = found.account, found.region

    async def ask(some: tuple[Metric, ...]) -> tuple[Metric, ...]:
        # Joined questions may be asked long after the first of their scans began.
        return await _counted(account, region, some, max(now, datetime.now(UTC) - TOLERATED))

    return await account.joined((ASKED, region), tuple(wanted), ask, _asked_for, MOST_QUERIES)


def _asked_for(counted: Metric) -> tuple[Metric, ...]:
    return (msgspec.structs.replace(counted, total=0.0, datapoints=0, course=None),)


def _of_balancer(found: Found) -> list[Metric]:
    return [Metric(name=name, load_balancer_arn=found.balancer.load_balancer_arn) for name in OF_BALANCER]


async def _counted(account: Account, region: str, wanted: tuple[Metric, ...], now: datetime) -> tuple[Metric, ...]:
    series = await account.items(
        "cloudwatch",
        "GetMetricData",
        region,
        Series,
        MetricDataQueries=[_query(f"m{number}", metric) for number, metric in enumerate(wanted)],
        StartTime=now - timedelta(hours=HOURS),
        EndTime=now,
    )
    pages: dict[str, list[Series]] = defaultdict(list)
    for each in series:
        pages[each.id].append(each)
    return tuple(_sum(metric, pages[f"m{number}"]) for number, metric in enumerate(wanted))


def _sum(metric: Metric, pages: list[Series]) -> Metric:
    """Add up what all pages tell of a metric; what fails or lacks something is not "no data"."""
    points: list[tuple[datetime, float]] = []
    status = ""
    for page in pages:
        status = page.status_code
        if status not in ("Complete", "PartialData"):
            raise _gap(status, Gap.DENIED if status == "Forbidden" else Gap.FAILED)
        if len(page.values) != len(page.timestamps):
            raise _gap(f"{metric.name}: {len(page.values)} values for {len(page.timestamps)} timestamps")
        points += zip(page.timestamps, page.values, strict=True)
    if status != "Complete":
        raise _gap(f"{metric.name}: {f'{status}, and no further page' if status else 'no answer'}")
    total = sum(value for _, value in points)
    return msgspec.structs.replace(metric, total=total, datapoints=len(points), course=_course(points))


def _course(points: list[tuple[datetime, float]]) -> Course | None:
    """Put the data points, which may come in any order, into their periods; what is not of one window has no course."""
    if not points:
        return None
    since, last = min(when for when, _ in points), max(when for when, _ in points)
    sums = [0.0] * (int((last - since).total_seconds() // PERIOD) + 1)
    if len(sums) > MOST_SUMS:
        return None
    for when, value in points:
        sums[int((when - since).total_seconds() // PERIOD)] += value
    return Course(since=since, period=PERIOD, sums=tuple(sums))


def _gap(detail: str, gap: Gap = Gap.FAILED) -> NotAnsweredError:
    return NotAnsweredError(Unknown(gap=gap, asked=ASKED, detail=detail))


def _query(id_: str, metric: Metric) -> Mapping[str, Any]:
    dimensions = [{"Name": "LoadBalancer", "Value": metric.load_balancer_arn.split(":loadbalancer/")[-1]}]
    if metric.target_group_arn:
        dimensions.append({"Name": "TargetGroup", "Value": metric.target_group_arn.split(":")[-1]})
    return {
        "Id": id_,
        "MetricStat": {
            "Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": metric.name, "Dimensions": dimensions},
            "Period": PERIOD,
            "Stat": "Maximum" if metric.name in GAUGES else "Sum",
        },
        "ReturnData": True,
    }
