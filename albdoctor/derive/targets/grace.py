"""Whether tasks are given the time that they need to start, before their health checks count."""

from __future__ import annotations

from albdoctor.derive.targets.tasks import Filler, Why

SLACK = 60.0
"""Seconds that registering a task, and noticing that it is unhealthy, may take."""
ENOUGH = 300
"""Seconds: a task that is given as much is not stopped for being slow."""


def patience(filler: Filler) -> int:
    """Seconds that a new task has: the grace period, or until as many checks failed as make a target unhealthy."""
    group, grace = filler.group, filler.service.health_check_grace_period_seconds or 0
    return max(grace, group.health_check_interval_seconds * group.unhealthy_threshold_count)


def longer(filler: Filler) -> int:
    """A grace period, in seconds, with which that is no question any more."""
    return max(ENOUGH, 2 * patience(filler))


def given_no_time(filler: Filler) -> bool:
    """Whether every task that was stopped for its health checks was stopped as soon as they could tell.

    One that ran for longer had started. That they could not become healthy for another reason is another check's word.
    """
    stops = filler.stopped(Why.HEALTH)
    limit = patience(filler)
    short = limit < ENOUGH and all((one.task.seconds or limit + SLACK + 1) <= limit + SLACK for one in stops)
    return len(stops) > 1 and short and not filler.serves
