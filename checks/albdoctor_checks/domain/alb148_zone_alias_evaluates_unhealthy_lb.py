"""ALB148: Route 53 answers with the secondary, for a group of the primary's load balancer has nobody healthy."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.withdrawn import IllGroup, Withdrawals
from albdoctor.facts.known import Kind, Ref
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Make a target of {groups} healthy, or delete the group if nothing needs it.",
        ko="{groups} 대상 그룹의 대상을 정상으로 만들거나, 필요 없는 그룹이라면 삭제하세요.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="As soon as {balancer} counts as healthy, Route 53 leads visitors back to it.",
            ko="{balancer} 로드 밸런서가 정상으로 판정되면 Route 53이 방문자를 다시 그곳으로 보냅니다.",
        ),
    ),
    by_hand=Text(
        en="For Route 53 a load balancer is healthy only if every target group on it has a healthy target; one that is empty and forgotten takes the whole record out. Look at it:\n"
        "  aws elbv2 describe-target-health --region {region} --target-group-arn {arn}\n"
        "Register or repair its targets. If no rule needs it, take it out of the rules and delete it:\n"
        "  aws elbv2 delete-target-group --region {region} --target-group-arn {arn}\n"
        "Leave EvaluateTargetHealth on: without it this failover never happens.",
        ko="Route 53은 로드 밸런서에 연결된 모든 대상 그룹에 정상 대상이 있어야 정상으로 봅니다. 비어 있는 그룹 하나만 남아 있어도 레코드 전체가 제외됩니다. 상태를 확인하세요.\n"
        "  aws elbv2 describe-target-health --region {region} --target-group-arn {arn}\n"
        "대상을 등록하거나 고치세요. 필요한 규칙이 없다면 규칙에서 빼고 삭제하세요.\n"
        "  aws elbv2 delete-target-group --region {region} --target-group-arn {arn}\n"
        "EvaluateTargetHealth는 켜 두세요. 끄면 장애 조치가 동작하지 않습니다.",
    ),
    verify="aws elbv2 describe-target-health --region {region} --target-group-arn {arn}",
)


@check(
    id="ALB148",
    slug="zone-alias-evaluates-unhealthy-lb",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="Route 53 leaves load balancer {balancer} out of the answers for {host}: no target is healthy in {groups}",
        ko="Route 53이 {host} 응답에서 로드 밸런서 {balancer} 주소를 제외했습니다. 정상 대상이 없는 대상 그룹: {groups}",
    ),
    why=Text(
        en="The record evaluates the health of its target (EvaluateTargetHealth), and one target group without a healthy target makes the load balancer unhealthy. Visitors are led to the secondary, whatever the other groups could serve; there is no reserve any more.",
        ko="레코드가 대상 상태를 평가하므로(EvaluateTargetHealth) 정상 대상이 없는 대상 그룹 하나 때문에 로드 밸런서 전체가 비정상으로 판정됩니다. 다른 그룹이 정상이어도 방문자는 보조 레코드로 가며, 더 이상의 예비가 없습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "EvaluateTargetHealth; evaluate target health; failover record active; Route 53 failed over; "
            "traffic goes to the standby; primary not in DNS answers; alias record unhealthy; "
            "empty target group fails over; failover to secondary for no reason"
        ),
        ko=(
            "대상 상태 평가; EvaluateTargetHealth; Route 53 장애 조치; 보조 레코드로 응답; 페일오버됨; "
            "프라이머리가 응답에 없음; 빈 대상 그룹 때문에 장애 조치; 스탠바이로 트래픽이 감"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html",),
)
def zone_alias_evaluates_unhealthy_lb(withdrawals: Withdrawals) -> Iterator[Verdict]:
    """Yield the host when DNS was seen to leave a primary whose load balancer has a group with nobody healthy."""
    for one in withdrawals:
        host = Ref(Kind.DOMAIN, one.here.host)
        if not one.ill:
            yield fine(host)
            continue
        record = one.record
        yield found(
            host,
            saw(
                asked.records(one.here.zone.id, record.owner, record.type),
                f"{record.failover} -> {record.leads_to}, EvaluateTargetHealth: true",
            ),
            *(saw(asked.health(group.name), _states(group)) for group in one.ill),
            key=one.balancer.load_balancer_arn,
            host=one.here.host,
            balancer=one.balancer.load_balancer_name,
            groups=tuple(group.name for group in one.ill),
            arn=one.ill[0].arn,
            region=one.balancer.region,
        )


def _states(group: IllGroup) -> str:
    return ", ".join(f"{one.target.id} {one.target_health.state}" for one in group.targets) or "no target"
