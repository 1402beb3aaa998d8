"""Auto Scaling groups that should fill a target group, and what became of their instances.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-check-grace-period.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.registrars import Registrars
from albdoctor.derive.targets.registrations import AllRegistrations, Registrations
from albdoctor.derive.targets.tasks import Filler, fillers
from albdoctor.facts.ecs import EcsTasks
from albdoctor.facts.elb import TargetGroup
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.scaling import UNHEALTHY, AutoScalingGroup, EndedInstance, ScalingHistories
from albdoctor.facts.scan import Scan

LATELY = timedelta(hours=2)
"""Activities are told for six weeks; what is over for longer explains nothing that is seen now."""
ANSWERS = "Target.ResponseCodeMismatch"


class Scaled(Struct, frozen=True, kw_only=True):
    """An Auto Scaling group that ends unhealthy targets, and a target group in which it registers its instances."""

    at: Registrations
    scaling: AutoScalingGroup
    unhealthy: tuple[EndedInstance, ...]
    """Those that it ended lately because their health checks failed, the newest first."""

    @property
    def group(self) -> TargetGroup:
        """The target group."""
        return self.at.group

    @property
    def answers(self) -> bool:
        """Whether a target is healthy, or answers its health check, with another code: it has started."""
        return any(
            one.target_health.state == "healthy" or one.target_health.reason == ANSWERS for one in self.at.targets
        )

    @property
    def settled(self) -> bool:
        """Whether a target is healthy, and none fails: whatever was ended, it is over."""
        states = {one.target_health.state for one in self.at.targets}
        return "healthy" in states and "unhealthy" not in states

    @property
    def loops(self) -> bool:
        """Whether one that it ended was launched after it had ended another: not several that failed at once."""
        ends = [one.ended_at for one in self.unhealthy]
        return any(one.launched_at is not None and one.launched_at >= min(ends) for one in self.unhealthy)


ScaledGroups: TypeAlias = tuple[Scaled, ...]
"""Each pair of an Auto Scaling group that ends unhealthy targets and a target group that it fills, as far as known."""
Starting: TypeAlias = tuple[Filler | Scaled, ...]
"""Whatever starts servers for a target group, as far as it was seen what became of them."""


@derivation
def starting(
    scan: Scan,
    registrations: AllRegistrations,
    registrars: Registrars,
    ecs_tasks: Observed[EcsTasks],
    scaling_histories: Observed[ScalingHistories],
) -> Iterator[Filler | Scaled | Unknown]:
    """Give services and Auto Scaling groups; where one kind is not known the other is all the same.

    Neither is asked for where every target is healthy: then it is no gap.
    """
    ailing = any(at.ails for at in registrations)
    for one in (ecs_tasks, scaling_histories):
        if isinstance(one, Unknown) and (ailing or one.gap is not Gap.NOT_ASKED):
            yield one
    if isinstance(ecs_tasks, Known):
        yield from fillers(registrations, registrars, ecs_tasks.value)
    if isinstance(scaling_histories, Known):
        yield from scaled_groups(scan, registrations, registrars, scaling_histories.value)


@derivation
def scaled_groups(
    scan: Scan, registrations: AllRegistrations, registrars: Registrars, scaling_histories: ScalingHistories
) -> Iterator[Scaled | Unknown]:
    """Give the Auto Scaling groups of each target group with what they ended, or the gap where that is not known."""
    histories = {one.auto_scaling_group_arn: one.ended for one in scaling_histories}
    for at in registrations:
        yield from registrars.of_scaling if at.ails else ()
        for scaling in registrars.scaling.get(at.group.target_group_arn, ()):
            ended = histories.get(scaling.auto_scaling_group_arn)
            if isinstance(ended, Unknown):
                yield ended
            elif ended is not None:
                recent = (one for one in ended.value if scan.taken_at - one.ended_at <= LATELY)
                yield Scaled(at=at, scaling=scaling, unhealthy=tuple(one for one in recent if UNHEALTHY in one.cause))
