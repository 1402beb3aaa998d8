"""ALB406: a rule names the group, yet its targets count as not in use: nothing sends them requests."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive.health import NOT_IN_USE, names, watched, zone_not_enabled
from albdoctor.facts.elb import GroupsHealth, TargetGroups
from albdoctor.facts.known import Unknown
from albdoctor.text import Text


@check(
    id="ALB406",
    slug="tg-not-in-use",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Target group {group} gets no requests: {targets} is not in use",
        ko="대상 그룹 {group}에 요청이 전달되지 않습니다. 사용되지 않는 대상: {targets}",
    ),
    why=Text(
        en="Targets are checked and used only when a rule or default action of a load balancer forwards to their group with a weight above 0.",
        ko="로드 밸런서의 규칙이나 기본 작업이 0보다 큰 가중치로 그룹에 전달할 때만 대상이 검사되고 사용됩니다.",
    ),
    fix=Fix(
        summary=Text(
            en="Forward to {group} from a listener rule of the load balancer, or scan again if that was done a moment ago.",
            ko="로드 밸런서의 리스너 규칙에서 {group} 그룹으로 전달하세요. 방금 변경했다면 잠시 뒤 다시 검사하세요.",
        ),
        impact=Impact.TRAFFIC,
        by_hand=Text(
            en="Only you know which requests belong here. For a default action:"
            " `aws elbv2 modify-listener --region {region} --listener-arn LISTENER_ARN --default-actions Type=forward,TargetGroupArn={arn}`.",
            ko="어떤 요청을 이 그룹에 보낼지는 사용자만 알 수 있습니다. 기본 작업으로 지정하려면:"
            " `aws elbv2 modify-listener --region {region} --listener-arn LISTENER_ARN --default-actions Type=forward,TargetGroupArn={arn}`",
        ),
        verify="aws elbv2 describe-target-health --region {region} --target-group-arn {arn}",
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html",),
)
def tg_not_in_use(target_groups: TargetGroups, groups_health: GroupsHealth) -> Iterator[Verdict]:
    """Yield every target group whose targets are unused because nothing forwards to the group."""
    for item in watched(target_groups, groups_health):
        if isinstance(item, Unknown):
            yield item
            continue
        group = item.group
        idle = [seen for seen in item.targets if seen.reason == NOT_IN_USE and not zone_not_enabled(seen)]
        if not idle:
            yield fine(group.ref)
            continue
        yield found(
            group.ref,
            saw(*idle[0].health_line),
            group=group.target_group_name,
            arn=group.target_group_arn,
            region=group.region,
            targets=names(idle),
        )
