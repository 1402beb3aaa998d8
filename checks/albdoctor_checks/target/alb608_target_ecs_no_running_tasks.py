"""ALB608: the Amazon ECS service that fills the target group cannot run its tasks, and says why."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.tasks import Filler, Fillers, Why
from albdoctor.text import Text
from albdoctor_checks.fixes import ecs_service
from albdoctor_checks.fixes.ecs_service import of_service

REASONS: dict[Why, tuple[Text, Fix]] = {
    Why.IMAGE: (Text(en="the image cannot be pulled", ko="이미지를 가져올 수 없음"), ecs_service.IMAGE),
    Why.SETUP: (
        Text(
            en="secrets, credentials or the log group cannot be had",
            ko="시크릿, 자격 증명 또는 로그 그룹을 얻을 수 없음",
        ),
        ecs_service.SETUP,
    ),
    Why.MEMORY: (Text(en="a container runs out of memory", ko="컨테이너 메모리 부족"), ecs_service.MEMORY),
    Why.CONTAINER_CHECK: (
        Text(en="the container's own health check fails", ko="컨테이너 자체 상태 검사 실패"),
        ecs_service.CONTAINER_CHECK,
    ),
    Why.EXIT: (Text(en="an essential container ends by itself", ko="필수 컨테이너가 스스로 종료됨"), ecs_service.LOG),
    Why.PLACE: (Text(en="no instance has room for a task", ko="태스크를 배치할 인스턴스가 없음"), ecs_service.ROOM),
}
"""What is said of each reason, and what helps. Failed health checks of the load balancer are another check's."""
SHOWN = 2
"""Stopped tasks that are told."""


@check(
    id="ALB608",
    slug="target-ecs-no-running-tasks",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Tasks of Amazon ECS service {service} (cluster {cluster}), which fills target group {group}, do not run: {reason}",
        ko="대상 그룹 {group}에 등록되어야 할 Amazon ECS 서비스 {service} (클러스터 {cluster})의 태스크가 실행되지 않습니다: {reason}",
    ),
    why=Text(
        en="The service registers its tasks in the target group while they run. None stays running, so the load balancer has nowhere to send requests, and answers 503.",
        ko="서비스는 실행 중인 태스크를 대상 그룹에 등록합니다. 계속 실행되는 태스크가 없어 로드 밸런서가 요청을 보낼 곳이 없고 503으로 응답합니다.",
    ),
    fixes=(*(fix for _, fix in REASONS.values()),),
    breaks={"registration"},
    words=Text(
        en=(
            "ECS service has no running tasks; CannotPullContainerError; runningCount 0; tasks keep stopping; "
            "essential container in task exited; exit code 137; exit code 1; OutOfMemoryError; "
            "ResourceInitializationError; unable to place a task; task failed to start; "
            "ECS task stopped reason; Fargate task stops immediately; desired count 1 running count 0; "
            "deployment circuit breaker; image pull failed; ECS service stuck pending"
        ),
        ko=(
            "ECS 서비스에 실행 중인 태스크가 없음; CannotPullContainerError; 태스크가 바로 종료됨; "
            "필수 컨테이너 종료; 종료 코드 137; 메모리 부족; 이미지를 가져오지 못함; "
            "ResourceInitializationError; 태스크를 배치할 수 없음; 실행 중 태스크 0; 태스크 중지 사유; "
            "Fargate 태스크가 시작되지 않음"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html",
    ),
)
def target_ecs_no_running_tasks(fillers: Fillers) -> Iterator[Verdict]:
    """Yield every service without a task that stays, for a target group in which nothing is healthy."""
    for filler in fillers:
        why, evidence = _reason(filler)
        if why is None or filler.serves:
            yield fine(filler.group.ref)
            continue
        reason, fix = REASONS[why]
        yield found(
            filler.group.ref,
            saw(*filler.counts),
            *evidence,
            fix=fix,
            key=filler.service.service_name,
            fix_values=of_service(filler),
            reason=reason,
        )


def _reason(filler: Filler) -> tuple[Why | None, tuple[Evidence, ...]]:
    """The newest reason, and what says so; one task that ended while others run is no more than that."""
    stops = filler.stopped(*REASONS)
    if stops and (filler.service.running_count == 0 or len(stops) > 1):
        return stops[0].why, tuple(saw(asked.tasks(filler.service), one.line) for one in stops[:SHOWN])
    if filler.no_room and filler.service.running_count == 0:
        return Why.PLACE, (saw(asked.service(filler.service), filler.no_room),)
    return None, ()
