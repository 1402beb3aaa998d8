"""ALB609: Amazon ECS stops tasks of a service again and again, because their health checks fail."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.tasks import Fillers, Why
from albdoctor.text import Text
from albdoctor_checks.fixes.ecs_service import HOLD, of_service

MOST_SHOWN = 2


@check(
    id="ALB609",
    slug="target-ecs-replacement-loop",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Amazon ECS keeps replacing tasks of service {service} (cluster {cluster}), whose health checks in target group {group} fail ({count} stopped within an hour)",
        ko="대상 그룹 {group}의 상태 검사가 실패해 Amazon ECS가 서비스 {service} (클러스터 {cluster})의 태스크를 계속 교체합니다(1시간 안에 {count}개 중지)",
    ),
    why=Text(
        en="A service takes the load balancer's word for it: a task whose health check fails after the grace period is stopped, and another one is started, which fails in the same way. Visitors meet tasks that are about to go.",
        ko="서비스는 로드 밸런서의 판단을 따릅니다. 유예 기간이 지난 뒤 상태 검사에 실패한 태스크는 중지되고 새 태스크가 시작되지만 같은 이유로 또 실패합니다. 방문자는 곧 사라질 태스크에 연결됩니다.",
    ),
    fixes=(HOLD,),
    breaks={"registration"},
    shows={"health", "start"},
    words=Text(
        en=(
            "task failed ELB health checks; tasks keep restarting; ECS replaces tasks; unhealthy then replaced; "
            "ECS task replacement loop; is unhealthy in target-group; service unable to reach steady state; "
            "containers killed by health check; deployment never completes; ECS events unhealthy"
        ),
        ko=(
            "Task failed ELB health checks; 태스크가 계속 교체됨; ECS 태스크 교체 루프; 헬스체크 실패로 태스크 중지; "
            "서비스가 안정 상태에 도달하지 못함; 태스크가 떴다 죽었다 반복; 배포가 끝나지 않음; 컨테이너가 계속 재시작"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshoot-service-load-balancers.html",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html",
    ),
)
def target_ecs_replacement_loop(fillers: Fillers) -> Iterator[Verdict]:
    """Yield every service of which several tasks were stopped for failed health checks, unless that is over."""
    for filler in fillers:
        stops = filler.stopped(Why.HEALTH)
        if len(stops) < 2 or filler.settled:
            yield fine(filler.group.ref)
            continue
        yield found(
            filler.group.ref,
            saw(*filler.counts),
            *(saw(asked.tasks(filler.service), one.line) for one in stops[:MOST_SHOWN]),
            key=filler.service.service_name,
            fix_values=of_service(filler),
            count=len(stops),
        )
