"""ALB407: targets stand in an Availability Zone in which the balancer has no subnet."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.registered import Registered
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.facts.elb import LoadBalancer, LoadBalancers, TargetGroup
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group


@check(
    id="ALB407",
    slug="tg-target-az-not-enabled",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Targets of target group {group} are outside the load balancer's Availability Zones ({zones}) and get no requests: {targets}",
        ko="대상 그룹 {group}의 대상이 로드 밸런서의 가용 영역({zones}) 밖에 있어 요청을 받지 못합니다: {targets}",
    ),
    why=Text(
        en="A load balancer uses the targets of its own Availability Zones only. Targets elsewhere stay unused; when no other target is left, clients get 503.",
        ko="로드 밸런서는 활성화된 가용 영역에 있는 대상만 사용합니다. 다른 가용 영역의 대상은 사용되지 않으며, 다른 대상이 없으면 클라이언트는 503을 받습니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Add a subnet of the targets' Availability Zone to the load balancer.",
                ko="대상이 있는 가용 영역의 서브넷을 로드 밸런서에 추가하세요.",
            ),
            by_hand=Text(
                en="Choose a public subnet of the targets' zone and set all subnets at once, or run the targets in an enabled zone ({zones}):\n"
                "  aws elbv2 set-subnets --region {region} --load-balancer-arn {balancer} --subnets {subnets} SUBNET_ID",
                ko="대상이 있는 가용 영역의 퍼블릭 서브넷을 골라 전체 서브넷을 한 번에 지정하거나, 활성화된 가용 영역({zones})에서 대상을 실행하세요.\n"
                "  aws elbv2 set-subnets --region {region} --load-balancer-arn {balancer} --subnets {subnets} SUBNET_ID",
            ),
            console=(
                Text(
                    en="EC2 > Load Balancers > Network mapping > Edit subnets",
                    ko="EC2 > 로드 밸런서 > 네트워크 매핑 > 서브넷 편집",
                ),
            ),
            verify=SHOW_HEALTH,
        ),
    ),
    breaks={"response", "targets"},
    words=Text(
        en=(
            "target in an availability zone that is not enabled; AZ not enabled; "
            "target in another AZ; availability zone of instance not in load balancer; "
            "enable availability zone; instance in zone c; add subnet of the zone to load balancer"
        ),
        ko=(
            "가용 영역이 활성화되지 않음; 대상이 다른 가용 영역에 있음; 로드 밸런서 가용 영역 추가; "
            "AZ 불일치; 인스턴스 가용 영역; 가용 영역 활성화"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-subnets.html",),
)
def tg_target_az_not_enabled(watched_groups: WatchedGroups, load_balancers: LoadBalancers) -> Iterator[Verdict]:
    """Yield every target group with targets in a zone that the balancer does not serve."""
    known = {one.load_balancer_arn: one for one in load_balancers}
    for item in watched_groups:
        outside = [one for one in item.targets if one.zone_not_enabled]
        balancers = [known[arn] for arn in item.group.load_balancer_arns if arn in known]
        yield _finding(item.group, outside, balancers) if outside else fine(item.group.ref)


def _finding(group: TargetGroup, outside: list[Registered], balancers: list[LoadBalancer]) -> Finding:
    zones = [zone for balancer in balancers for zone in balancer.availability_zones]
    return found(
        group.ref,
        saw(*outside[0].health_line),
        *(saw(asked.balancers(one), _zones(one)) for one in balancers),
        fix_values=of_group(group),
        balancer=balancers[0].load_balancer_arn if balancers else "LOAD_BALANCER_ARN",
        zones=tuple(dict.fromkeys(zone.zone_name for zone in zones)),
        subnets=" ".join(dict.fromkeys(zone.subnet_id for zone in zones)),
        targets=target_ids(outside),
    )


def _zones(balancer: LoadBalancer) -> str:
    return ", ".join(f"{zone.zone_name}: {zone.subnet_id}" for zone in balancer.availability_zones)
