"""ALB405: no target of the group passes its health check, so the balancer sends requests to all of them."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.answers import TargetAnswers
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group


@check(
    id="ALB405",
    slug="tg-all-unhealthy-fail-open",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="No target of target group {group} is healthy ({count} unhealthy), and the load balancer sends requests to all of them",
        ko="대상 그룹 {group}에 정상 대상이 없어(비정상 {count}개) 로드 밸런서가 비정상 대상 모두에 요청을 보냅니다",
    ),
    why=Text(
        en="With no healthy target a load balancer fails open: it uses every target. The site may work while its health check is wrong, but failover, deployments and Auto Scaling follow the health check, not the site.",
        ko="정상 대상이 하나도 없으면 로드 밸런서는 모든 대상을 사용합니다(fail-open). 상태 검사가 잘못되어도 사이트는 열릴 수 있지만, 장애 조치와 배포, Auto Scaling은 사이트가 아니라 상태 검사 결과를 따릅니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Repair what makes the health checks of {group} fail; the targets then become healthy by themselves.",
                ko="{group} 그룹의 상태 검사가 실패하는 원인을 고치세요. 그러면 대상이 자동으로 정상 상태가 됩니다.",
            ),
            by_hand=Text(
                en="Look at the reason of each target:\n"
                "  aws elbv2 describe-target-health --region {region} --target-group-arn {arn}\n"
                "Timeout: security groups, network ACLs, a slow application. FailedHealthChecks: port or protocol. ResponseCodeMismatch: path, host or login.",
                ko="각 대상의 사유를 확인하세요.\n"
                "  aws elbv2 describe-target-health --region {region} --target-group-arn {arn}\n"
                "Timeout은 보안 그룹, 네트워크 ACL, 느린 애플리케이션이 원인이고, FailedHealthChecks는 포트나 프로토콜, ResponseCodeMismatch는 경로, 호스트, 로그인이 원인입니다.",
            ),
            verify=SHOW_HEALTH,
        ),
    ),
    shows={"health"},
    explains={"rule-weight-sends-to-dead-group"},
    mends={"rule-weight-sends-to-dead-group"},
    words=Text(
        en=(
            "all targets unhealthy but site works; fail open; every target is unhealthy; "
            "unhealthy targets still get traffic; all unhealthy; HealthyHostCount 0; "
            "unhealthy hosts alarm"
        ),
        ko=(
            "모든 대상이 비정상인데 사이트는 됨; 전부 unhealthy; 대상 모두 비정상; fail open; "
            "정상 대상 0개; 비정상인데 트래픽이 감"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html",
    ),
)
def tg_all_unhealthy_fail_open(watched_groups: WatchedGroups, answers: TargetAnswers) -> Iterator[Verdict]:
    """Yield every target group without a target that is healthy or in its first checks."""
    for item in watched_groups:
        staying = [one for one in item.targets if one.state not in ("draining", "unused")]
        if not staying or not all(one.failing for one in staying):
            yield fine(item.group.ref)
            continue
        yield found(
            item.group.ref,
            *(saw(*one.health_line) for one in staying[:3]),
            *(saw(asked.url(one.url), f"{one.status}") for one in answers.good[:1]),
            severity=WARNING if answers.good else None,
            fix_values=of_group(item.group),
            count=len(staying),
            targets=target_ids(staying),
        )
