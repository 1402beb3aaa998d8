"""ALB427: tasks are stopped before they had time to start: the service has no grace period, or a short one."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.grace import given_no_time, longer, patience
from albdoctor.derive.targets.tasks import Fillers, Why
from albdoctor.text import Text, command
from albdoctor_checks.fixes.ecs_service import GRACE, of_service

NEVER = Text(
    en="The application never answers its health check, however long it is given: its log says why.",
    ko="시간을 아무리 주어도 애플리케이션이 상태 검사에 응답하지 않습니다. 원인은 로그에 있습니다.",
)


@check(
    id="ALB427",
    slug="hc-grace-period-too-short",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Tasks of Amazon ECS service {service} (cluster {cluster}) have {given} seconds to become healthy in target group {group}, and are stopped before they have started",
        ko="Amazon ECS 서비스 {service} (클러스터 {cluster})의 태스크가 대상 그룹 {group}에서 정상이 될 시간이 {given}초뿐이어서 시작이 끝나기 전에 중지됩니다",
    ),
    why=Text(
        en="Health checks begin as soon as a task is registered. Until the grace period of the service is over it takes no notice of them; it is 0 unless somebody sets it, so that an application which needs a minute to start is stopped first, every time.",
        ko="상태 검사는 태스크가 등록되자마자 시작됩니다. 서비스의 유예 기간 동안은 검사 실패를 무시하지만 기본값이 0이므로, 시작에 1분이 걸리는 애플리케이션은 매번 시작하기 전에 중지됩니다.",
    ),
    fixes=(GRACE,),
    breaks={"start"},
    shows={"health"},
    words=Text(
        en=(
            "health check grace period; healthCheckGracePeriodSeconds; app starts slowly; slow start; "
            "task killed during startup; startPeriod vs grace; app needs a minute to boot; JVM warm up; "
            "ECS deployment stuck; tasks are stopped before they start; Spring Boot ECS health check"
        ),
        ko=(
            "유예 기간; 상태 검사 유예 기간; 스프링 기동 느림; 앱 시작이 느림; 기동 중에 태스크가 중지됨; "
            "healthCheckGracePeriodSeconds; 부팅 느림; 시작하기 전에 교체됨; 헬스체크 유예 기간"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-healthcheck.html",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
    ),
)
def hc_grace_period_too_short(fillers: Fillers) -> Iterator[Verdict]:
    """Yield every service whose tasks were all stopped within the time that its health checks give them."""
    for filler in fillers:
        if not given_no_time(filler):
            yield fine(filler.group.ref)
            continue
        service, stops = filler.service, filler.stopped(Why.HEALTH)
        grace = service.health_check_grace_period_seconds or 0
        ran = ", ".join(f"{one.task.seconds:.0f} s" for one in stops)
        finding = found(
            filler.group.ref,
            saw(asked.service(service), f"healthCheckGracePeriodSeconds: {grace}"),
            saw(asked.tasks(service), stops[0].line),
            saw(asked.tasks(service), f"stoppingAt - startedAt: {ran}"),
            key=service.service_name,
            fix_values=of_service(filler) | {"longer": longer(filler)},
            given=patience(filler),
        )
        show = "aws ecs describe-task-definition --region {region} --task-definition {name} --query {what}"
        what = "taskDefinition.containerDefinitions[].[name,logConfiguration.options]"
        yield likely(
            finding, NEVER, decide=command(show, region=service.region, name=service.task_definition, what=what)
        )
