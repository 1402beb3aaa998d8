"""Whether tasks and instances are given the time that they need to start, before their health checks count."""

from __future__ import annotations

from albdoctor.derive.targets.scaled import Scaled
from albdoctor.derive.targets.tasks import Filler, Why
from albdoctor.facts.elb import TargetGroup

SLACK = 60.0
"""Seconds that registering a task, and noticing that it is unhealthy, may take."""
LAUNCH = 120.0
"""Seconds more that an instance takes: to come into service, and until Auto Scaling has heard that it is unhealthy."""
ENOUGH = 300
"""Seconds: a task that is given as much is not stopped for being slow."""
ENOUGH_FOR_INSTANCES = 600
"""The same of an instance, which has to boot, and perhaps to install what it serves."""


def patience(at: Filler | Scaled) -> int:
    """Seconds that what is new has: the grace period, or until as many checks failed as make a target unhealthy."""
    if isinstance(at, Filler):
        return _patience(at.group, at.service.health_check_grace_period_seconds)
    return _patience(at.group, at.scaling.health_check_grace_period)


def _patience(group: TargetGroup, grace: int | None) -> int:
    return max(grace or 0, group.health_check_interval_seconds * group.unhealthy_threshold_count)


def longer(at: Filler | Scaled) -> int:
    """A grace period, in seconds, with which that is no question any more."""
    return max(ENOUGH, 2 * patience(at))


def given_no_time(filler: Filler) -> bool:
    """Whether every task that was stopped for its health checks was stopped as soon as they could tell.

    One that ran for longer had started. That they could not become healthy for another reason is another check's word.
    """
    stops = filler.stopped(Why.HEALTH)
    limit = patience(filler)
    short = limit < ENOUGH and all((one.task.seconds or limit + SLACK + 1) <= limit + SLACK for one in stops)
    return len(stops) > 1 and short and not filler.serves


def ended_too_soon(scaled: Scaled) -> bool:
    """The same of instances; one that answers with another code than its health check wants has started."""
    limit = patience(scaled) + SLACK + LAUNCH
    lives = [one.seconds for one in scaled.unhealthy]
    short = patience(scaled) < ENOUGH_FOR_INSTANCES and all(one is not None and one <= limit for one in lives)
    return len(lives) > 1 and short and not scaled.answers
