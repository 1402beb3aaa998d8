"""ALB610: an Auto Scaling group ends instances again and again, because their health checks fail."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.scaled import ScaledGroups
from albdoctor.text import Text
from albdoctor_checks.fixes.scaling_group import HOLD, of_scaling

MOST_SHOWN = 2


@check(
    id="ALB610",
    slug="target-asg-replacement-loop",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Auto Scaling group {scaling} keeps replacing instances, whose health checks in target group {group} fail ({count} ended within two hours)",
        ko="대상 그룹 {group}의 상태 검사가 실패해 Auto Scaling 그룹 {scaling}에서 인스턴스를 계속 교체합니다(2시간 안에 {count}개 종료)",
    ),
    why=Text(
        en="With health checks of type ELB an Auto Scaling group takes the load balancer's word for it: an instance whose health check fails after the grace period is ended, and another one is launched, which fails in the same way. Nobody can look at an instance that is gone.",
        ko="상태 확인 유형이 ELB인 Auto Scaling 그룹은 로드 밸런서의 판단을 따릅니다. 유예 기간이 지난 뒤 상태 검사에 실패한 인스턴스는 종료되고 새 인스턴스가 시작되지만 같은 이유로 또 실패합니다. 사라진 인스턴스는 살펴볼 수도 없습니다.",
    ),
    fixes=(HOLD,),
    breaks={"registration"},
    shows={"health", "start"},
    words=Text(
        en=(
            "Auto Scaling keeps terminating instances; ASG terminate launch loop; instances keep being replaced; "
            "taken out of service in response to an ELB system health check failure; ReplaceUnhealthy; "
            "EC2 instances terminated every few minutes; new instances never become healthy; ASG health check type ELB"
        ),
        ko=(
            "오토스케일링이 인스턴스를 계속 종료함; 인스턴스가 계속 교체됨; ASG 교체 루프; 인스턴스가 몇 분마다 종료됨; "
            "ELB system health check failure; ReplaceUnhealthy; 새 인스턴스가 정상이 되지 않음; 오토스케일링 반복 종료"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-healthchecks.html",
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html",
    ),
)
def target_asg_replacement_loop(scaled_groups: ScaledGroups) -> Iterator[Verdict]:
    """Yield every Auto Scaling group that ended an instance which replaced an unhealthy one, unless that is over."""
    for one in scaled_groups:
        if not one.loops or one.settled:
            yield fine(one.group.ref)
            continue
        group, ended = one.scaling, one.unhealthy
        yield found(
            one.group.ref,
            saw(asked.scaling_group(group), f"HealthCheckType: {group.health_check_type}"),
            *(saw(asked.scaling_history(group), f"{each.instance_id}: {each.cause}") for each in ended[:MOST_SHOWN]),
            key=group.auto_scaling_group_name,
            fix_values=of_scaling(one),
            count=len(ended),
        )
