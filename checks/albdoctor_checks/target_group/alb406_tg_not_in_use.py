"""ALB406: a rule names the group, yet its targets count as not in use: nothing sends them requests."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive.targets.health_words import NOT_IN_USE
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group


@check(
    id="ALB406",
    slug="tg-not-in-use",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Target group {group} gets no requests, and its targets are not in use: {targets}",
        ko="대상 그룹 {group}에 요청이 전달되지 않아 대상이 사용되지 않습니다: {targets}",
    ),
    why=Text(
        en="A load balancer checks and uses targets only when a rule or default action forwards to their group with a weight above 0. No request reaches these.",
        ko="로드 밸런서는 규칙이나 기본 작업이 0보다 큰 가중치로 전달하는 그룹의 대상만 검사하고 사용합니다. 이 대상에는 요청이 전혀 가지 않습니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Forward to {group} from a listener rule of the load balancer, or scan again if that was done a moment ago.",
                ko="로드 밸런서의 리스너 규칙에서 {group} 그룹으로 전달하세요. 방금 변경했다면 잠시 뒤 다시 스캔하세요.",
            ),
            impact=Impact.TRAFFIC,
            by_hand=Text(
                en="Only you know which requests belong here. For the default action of a listener:\n"
                "  aws elbv2 modify-listener --region {region} --listener-arn LISTENER_ARN --default-actions Type=forward,TargetGroupArn={arn}",
                ko="어떤 요청을 이 그룹에 보낼지는 직접 정해야 합니다. 리스너의 기본 작업으로 지정하려면 다음과 같이 하세요.\n"
                "  aws elbv2 modify-listener --region {region} --listener-arn LISTENER_ARN --default-actions Type=forward,TargetGroupArn={arn}",
            ),
            verify=SHOW_HEALTH,
        ),
    ),
    words=Text(
        en=(
            "target group not in use; target group unused; targets show unused; "
            "target group not attached to load balancer; Target.NotInUse; "
            "no rule forwards to this group; target group is not configured to receive traffic; "
            "none associated; weight 0"
        ),
        ko=(
            "대상 그룹이 사용되지 않음; 대상 상태 unused; 대상 그룹 연결 안 됨; "
            "로드 밸런서에 대상 그룹 연결; 리스너에 대상 그룹이 없음; 대상이 미사용; 가중치 0"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html",),
)
def tg_not_in_use(watched_groups: WatchedGroups) -> Iterator[Verdict]:
    """Yield every target group whose targets are unused because nothing forwards to the group."""
    for item in watched_groups:
        idle = [one for one in item.targets if one.reason == NOT_IN_USE and not one.zone_not_enabled]
        if not idle:
            yield fine(item.group.ref)
            continue
        yield found(
            item.group.ref,
            saw(*idle[0].health_line),
            fix_values=of_group(item.group),
            targets=target_ids(idle),
        )
