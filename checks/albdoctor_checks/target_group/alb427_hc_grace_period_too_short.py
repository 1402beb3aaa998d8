"""ALB427: tasks or instances are stopped before they had time to start: there is no grace period, or a short one."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.grace import ended_too_soon, given_no_time, longer, patience
from albdoctor.derive.targets.scaled import Scaled, Starting
from albdoctor.derive.targets.tasks import Filler, Why
from albdoctor.text import Text, command
from albdoctor_checks.fixes import scaling_group
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
        en="{who} have {given} seconds to become healthy in target group {group}, and are stopped before they have started",
        ko="{who}: 대상 그룹 {group}에서 정상이 될 시간이 {given}초뿐이어서 시작이 끝나기 전에 중지됩니다",
    ),
    why=Text(
        en="Health checks begin as soon as a target is registered. Until its grace period is over an Amazon ECS service or an Auto Scaling group takes no notice of them; unless somebody sets it, it is 0 (300 where the console made an Auto Scaling group), so that an application which needs longer to start is stopped first, every time.",
        ko="상태 검사는 대상이 등록되자마자 시작됩니다. Amazon ECS 서비스와 Auto Scaling 그룹은 유예 기간 동안 검사 실패를 무시하지만 기본값이 0이므로(콘솔에서 만든 Auto Scaling 그룹은 300), 시작에 더 오래 걸리는 애플리케이션은 매번 시작하기 전에 중지됩니다.",
    ),
    fixes=(GRACE, scaling_group.GRACE, scaling_group.GRACE_AT_ITS_OWNER),
    breaks={"registration", "start"},
    shows={"health"},
    words=Text(
        en=(
            "health check grace period; healthCheckGracePeriodSeconds; app starts slowly; slow start; "
            "task killed during startup; startPeriod vs grace; app needs a minute to boot; JVM warm up; "
            "ECS deployment stuck; tasks are stopped before they start; Spring Boot ECS health check; "
            "HealthCheckGracePeriod; taken out of service in response to an ELB system health check failure; "
            "Auto Scaling keeps terminating instances; instances are replaced in a loop; user data takes too long"
        ),
        ko=(
            "유예 기간; 상태 검사 유예 기간; 스프링 기동 느림; 앱 시작이 느림; 기동 중에 태스크가 중지됨; "
            "healthCheckGracePeriodSeconds; 부팅 느림; 시작하기 전에 교체됨; 헬스체크 유예 기간; "
            "오토스케일링 인스턴스가 계속 종료됨; 인스턴스가 반복해서 교체됨; 상태 확인 유예 기간"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-healthcheck.html",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-check-grace-period.html",
    ),
)
def hc_grace_period_too_short(starting: Starting) -> Iterator[Verdict]:
    """Yield whatever runs servers that were all stopped within the time that their health checks give them."""
    for one in starting:
        if isinstance(one, Filler):
            yield _of_tasks(one) if given_no_time(one) else fine(one.group.ref)
        else:
            yield _of_instances(one) if ended_too_soon(one) else fine(one.group.ref)


def _of_tasks(filler: Filler) -> Finding:
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
        who=Text(
            en=f"Tasks of Amazon ECS service {service.service_name} (cluster {service.cluster})",
            ko=f"Amazon ECS 서비스 {service.service_name} (클러스터 {service.cluster})의 태스크",
        ),
        given=patience(filler),
    )
    show = "aws ecs describe-task-definition --region {region} --task-definition {name} --query {what}"
    what = "taskDefinition.containerDefinitions[].[name,logConfiguration.options]"
    decide = command(show, region=service.region, name=service.task_definition, what=what)
    return likely(finding, NEVER, decide=decide)


def _of_instances(scaled: Scaled) -> Finding:
    group, ended = scaled.scaling, scaled.unhealthy
    grace = group.health_check_grace_period or 0
    lived = ", ".join(f"{one.seconds:.0f} s" for one in ended)
    finding = found(
        scaled.group.ref,
        saw(asked.scaling_group(group), f"HealthCheckType: {group.health_check_type}, HealthCheckGracePeriod: {grace}"),
        saw(asked.scaling_history(group), ended[0].cause),
        saw(asked.scaling_history(group), f"StartTime, Terminating - Launching: {lived}"),
        key=group.auto_scaling_group_name,
        fix=scaling_group.more_time(scaled),
        fix_values=scaling_group.of_scaling(scaled) | {"longer": longer(scaled)},
        who=Text(
            en=f"Instances of Auto Scaling group {group.auto_scaling_group_name}",
            ko=f"Auto Scaling 그룹 {group.auto_scaling_group_name}의 인스턴스",
        ),
        given=patience(scaled),
    )
    show = "aws ec2 get-console-output --region {region} --instance-id {id} --query Output --output text"
    return likely(finding, NEVER, decide=command(show, region=group.region, id=ended[0].instance_id))
