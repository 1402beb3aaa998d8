"""ALB427, ALB608 and ALB609 over facts: tasks that do not start, that end, and that are replaced."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.ecs import EcsCluster, ServiceTasks
from albdoctor.facts.elb import TargetHealth
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill_script
from albdoctor_checks.fixes import ecs_service
from albdoctor_checks.target.alb608_target_ecs_no_running_tasks import target_ecs_no_running_tasks
from albdoctor_checks.target.alb609_target_ecs_replacement_loop import target_ecs_replacement_loop
from albdoctor_checks.target_group.alb427_hc_grace_period_too_short import hc_grace_period_too_short
from tests.support.build import GROUP_ARN, REGION, target
from tests.support.build_owners import CLUSTER_ARN, cluster, ecs_task, service, stopped
from tests.support.build_targets import DENIED, scene, unhealthy
from tests.support.table import result_of, told

PULL = "CannotPullContainerError: pull image manifest has been retried 1 time(s): web:latest: not found"
EVERY = (target_ecs_no_running_tasks, target_ecs_replacement_loop, hc_grace_period_too_short)
FOUND = f"error confirmed target-group/{GROUP_ARN} [web]: "
SERVICE = "  ecs DescribeServices shop/web -> "
TASKS = "  ecs DescribeTasks shop/web -> "
NO_TASKS = Unknown(gap=Gap.DENIED, asked="ecs:DescribeTasks")

UNTOLD = (EcsCluster(cluster_arn=CLUSTER_ARN, services=Unknown(gap=Gap.DENIED, asked="ecs:ListServices")),)


def seen(*tasks: Any, targets: tuple[TargetHealth, ...] = (), of: Any = None, **groups: Any) -> Facts:
    """A service that fills the group, and its tasks that were stopped."""
    base: dict[str, Any] = {
        "auto_scaling_groups": (),
        "scaling_histories": (),
        "ecs_clusters": (cluster(of or service(runningCount=0)),),
        "ecs_tasks": (stopped(*tasks),),
    }
    made: Facts = scene(*targets, **(base | groups))
    return made


def container(**members: Any) -> list[dict[str, Any]]:
    return [{"name": "app", **members}]


@pytest.mark.parametrize(
    ("task", "reason", "line", "fix"),
    [
        (
            ecs_task(PULL, startedAt=None, stopCode="TaskFailedToStart"),
            "the image cannot be pulled",
            f"TaskFailedToStart, {PULL}",
            ecs_service.IMAGE,
        ),
        (
            ecs_task("ResourceInitializationError: unable to pull secrets", startedAt=None),
            "secrets, credentials or the log group cannot be had",
            "ResourceInitializationError: unable to pull secrets",
            ecs_service.SETUP,
        ),
        (
            ecs_task(
                "Essential container in task exited",
                containers=container(exitCode=137, reason="OutOfMemoryError: Container killed due to memory usage"),
            ),
            "a container runs out of memory",
            "Essential container in task exited, app exitCode 137, OutOfMemoryError: Container killed due to memory"
            " usage",
            ecs_service.MEMORY,
        ),
        (
            ecs_task("Task failed container health checks"),
            "the container's own health check fails",
            "Task failed container health checks",
            ecs_service.CONTAINER_CHECK,
        ),
        (
            ecs_task("Essential container in task exited", containers=container(exitCode=1)),
            "an essential container ends by itself",
            "Essential container in task exited, app exitCode 1",
            ecs_service.LOG,
        ),
    ],
)
def test_why_no_task_runs_is_told_in_amazon_ecs_s_own_words(task: Any, reason: str, line: str, fix: Any) -> None:
    facts = seen(task)
    assert told(target_ecs_no_running_tasks, facts) == [
        f"{FOUND}Tasks of Amazon ECS service web (cluster shop), which fills target group web-http, do not run:"
        f" {reason}",
        f"{SERVICE}desiredCount: 1, runningCount: 0",
        f"{TASKS}{line}",
        told(target_ecs_no_running_tasks, facts)[-1],
    ]
    (finding,) = run_one(facts, target_ecs_no_running_tasks).findings
    assert finding.fix is fix
    assert told(target_ecs_no_running_tasks, facts)[-1].startswith("  fix[by hand, none]: ")


def test_a_cluster_without_room_is_told_by_the_services_message() -> None:
    message = "(service web) was unable to place a task because no container instance met all of its requirements."
    facts = seen(of=service(runningCount=0, events=[{"message": message}]))
    assert told(target_ecs_no_running_tasks, facts) == [
        f"{FOUND}Tasks of Amazon ECS service web (cluster shop), which fills target group web-http, do not run:"
        " no instance has room for a task",
        f"{SERVICE}desiredCount: 1, runningCount: 0",
        f"{SERVICE}{message}",
        "  fix[by hand, none]: Give cluster shop an instance with room for a task of web.",
    ]


def test_tasks_that_end_one_after_the_other_are_found_while_the_next_one_runs() -> None:
    ended = ecs_task("Essential container in task exited", containers=container(exitCode=1))
    running: dict[str, Any] = {
        "of": service(),
        "targets": (target(state="initial", reason="Elb.InitialHealthChecking"),),
    }
    assert result_of(target_ecs_no_running_tasks, seen(ended, ended, **running)) is Result.FOUND
    assert result_of(target_ecs_no_running_tasks, seen(ended, **running)) is Result.PASSED


@pytest.mark.parametrize(
    "facts",
    [
        seen(),  # it has just begun
        seen(ecs_task("Scaling activity initiated by (deployment ecs-svc/1)"), of=service()),
        seen(ecs_task(PULL), ecs_task(PULL), of=service(runningCount=2), targets=(target(), unhealthy())),
        seen(ecs_task(), of=service(), targets=(unhealthy(),)),  # one, once
        seen(ecs_task(), ecs_task(), of=service(), targets=(target(),)),  # a deployment that was rolled back
    ],
)
@pytest.mark.parametrize("check", EVERY)
def test_services_that_run_their_tasks_pass(check: Check, facts: Facts) -> None:
    assert result_of(check, facts) is Result.PASSED


def test_tasks_that_are_replaced_for_their_health_checks_are_found() -> None:
    facts = seen(ecs_task(seconds=4000), ecs_task(seconds=90), of=service(), targets=(unhealthy(),))
    line = f"{TASKS}Task failed ELB health checks in (target-group {GROUP_ARN})"
    assert told(target_ecs_replacement_loop, facts) == [
        f"{FOUND}Amazon ECS keeps replacing tasks of service web (cluster shop), whose health checks in target group"
        " web-http fail (2 stopped within an hour)",
        f"{SERVICE}desiredCount: 1, runningCount: 1",
        line,
        line,
        "  fix[by hand, none]: Mend the health check of web-http; a grace period keeps the tasks of web (cluster shop)"
        " alive meanwhile.",
    ]
    # One of them ran for an hour: it had started.
    assert result_of(hc_grace_period_too_short, facts) is Result.PASSED
    assert result_of(target_ecs_no_running_tasks, facts) is Result.PASSED


def test_tasks_that_are_stopped_as_soon_as_their_checks_tell_had_no_time_to_start() -> None:
    facts = seen(ecs_task(seconds=64), ecs_task(seconds=71), targets=(unhealthy(),))
    assert told(hc_grace_period_too_short, facts) == [
        f"error likely target-group/{GROUP_ARN} [web]: Tasks of Amazon ECS service web (cluster shop) have 60 seconds"
        " to become healthy in target group web-http, and are stopped before they have started",
        f"{SERVICE}healthCheckGracePeriodSeconds: 0",
        f"{TASKS}Task failed ELB health checks in (target-group {GROUP_ARN})",
        f"{TASKS}stoppingAt - startedAt: 64 s, 71 s",
        "  fix[script, none]: Give the tasks of web (cluster shop) 300 seconds to start.",
    ]
    (finding,) = run_one(facts, hc_grace_period_too_short).findings
    assert len(finding.alternatives) == 1
    assert finding.decide.startswith(
        f"aws ecs describe-task-definition --region {REGION} --task-definition arn:aws:ecs"
    )
    assert fill_script(ecs_service.GRACE.script, finding.values) == (
        f"aws ecs update-service --region {REGION} --cluster shop --service web \\\n"
        "  --health-check-grace-period-seconds 300 --query service.healthCheckGracePeriodSeconds\n"
    )


@pytest.mark.parametrize(
    ("grace", "seconds", "result"),
    [(120, 130, Result.FOUND), (120, 181, Result.PASSED), (300, 310, Result.PASSED)],
)
def test_a_grace_period_that_is_there_counts(grace: int, seconds: float, result: Result) -> None:
    of = service(healthCheckGracePeriodSeconds=grace)
    facts = seen(ecs_task(seconds=seconds), ecs_task(seconds=seconds), of=of, targets=(unhealthy(),))
    assert result_of(hc_grace_period_too_short, facts) is result


@pytest.mark.parametrize("check", EVERY)
def test_nothing_and_unknown(check: Check) -> None:
    assert result_of(check, seen(ecs_clusters=(), ecs_tasks=())) is Result.EMPTY
    assert result_of(check, seen(ecs_tasks=NO_TASKS)) is Result.SKIPPED
    assert result_of(check, seen(ecs_clusters=UNTOLD, ecs_tasks=())) is Result.SKIPPED
    assert result_of(check, seen(groups_health=DENIED)) is Result.SKIPPED
    untold = (ServiceTasks(service_arn=service().service_arn, stopped=NO_TASKS),)
    assert result_of(check, seen(ecs_tasks=untold)) is Result.SKIPPED
