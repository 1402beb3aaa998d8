"""What CloudWatch counted for a target group: only ever evidence for something, never against it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.needs import derivation
from albdoctor.facts.elb import TargetGroup
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.metrics import Metrics
from albdoctor.text import Text, same

TLS_ERRORS = "TargetTLSNegotiationErrorCount"
CONNECTION_ERRORS = "TargetConnectionErrorCount"
ANSWERS = "HTTPCode_Target_2XX_Count"


class Counters(Struct, frozen=True, kw_only=True):
    """The sums of the counters of every target group; all 0.0 when they are not known."""

    hours: float
    totals: Mapping[tuple[str, str], float]
    """By the counter's name and the ARN of the group, or of the load balancer where it counts for no group."""

    def of(self, group: TargetGroup, name: str) -> float:
        """The sum of a counter of a group."""
        return self.totals.get((name, group.target_group_arn), 0.0)

    def line(self, group: TargetGroup, name: str) -> tuple[Text, Text]:
        """Which counter was asked for, and its sum: "361 in 3 h"."""
        total, hours = f"{self.of(group, name):g}", f"{self.hours:g}"
        return same(asked.metric(name, group)), Text(en=f"{total} in {hours} h", ko=f"{hours}시간 동안 {total}회")


@derivation
def counters(metrics: Observed[Metrics]) -> Counters:
    """Add up what was counted."""
    totals: dict[tuple[str, str], float] = {}
    for metric in metrics.value.values if isinstance(metrics, Known) else ():
        key = (metric.name, metric.target_group_arn or metric.load_balancer_arn)
        totals[key] = totals.get(key, 0.0) + metric.total
    return Counters(hours=metrics.value.hours if isinstance(metrics, Known) else 0.0, totals=totals)
