"""ALB302: the load balancer is not (fully) in service."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Evidence, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.free_addresses import rooms_of
from albdoctor.derive.request.serving import ApplicationBalancers
from albdoctor.facts.ec2 import Subnets
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Gap, Observed, Unknown
from albdoctor.text import Text

KNOWN_STATES = ("provisioning", "active_impaired", "failed")

FIX = Fix(
    summary=Text(
        en="Wait until load balancer {balancer} is active, or remove the cause that its state names.",
        ko="{balancer} 로드 밸런서가 active 상태가 될 때까지 기다리거나, 상태에 표시된 원인을 해결하세요.",
    ),
    by_hand=Text(
        en="`provisioning` ends by itself within minutes. `active_impaired` cannot scale: give its subnets free addresses (/27 or larger, 8 free)."
        " `failed` does not recover: delete the load balancer and create it again once the cause (quota, subnets, permissions) is removed.",
        ko="`provisioning` 상태는 몇 분 안에 저절로 끝납니다. `active_impaired` 상태는 확장할 수 없다는 뜻이므로 서브넷에 여유 IP(/27 이상, 8개 이상)를 확보하세요."
        " `failed` 상태는 복구되지 않습니다. 원인(할당량, 서브넷, 권한)을 없앤 뒤 로드 밸런서를 삭제하고 다시 만드세요.",
    ),
    verify="aws elbv2 describe-load-balancers --region {region} --load-balancer-arns {arn} --query 'LoadBalancers[0].State'",
)


@check(
    id="ALB302",
    slug="alb-not-active",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Load balancer {balancer} is {state}, not active",
        ko="로드 밸런서 {balancer}의 상태가 active가 아니라 {state}입니다",
    ),
    why=Text(
        en="Until a load balancer is active its addresses may not answer; an impaired one answers, but cannot grow with the load.",
        ko="active 상태가 되기 전에는 응답하지 않을 수 있습니다. active_impaired 상태에서는 응답은 하지만 부하에 맞춰 확장하지 못합니다.",
    ),
    fixes=(FIX,),
    breaks={"https-port"},
    shows={"nodes"},
    words=Text(
        en=(
            "load balancer provisioning; load balancer not active; load balancer state failed; "
            "active_impaired; ALB stuck in provisioning; new load balancer not ready"
        ),
        ko=(
            "로드 밸런서 프로비저닝 중; 로드밸런서 상태; ALB 생성 중; ALB active 아님; "
            "프로비저닝이 안 끝남; 로드밸런서 준비 안됨"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",),
)
def alb_not_active(balancers: ApplicationBalancers, subnets: Observed[Subnets]) -> Iterator[Verdict]:
    """Yield every load balancer that is not active."""
    for balancer in balancers:
        if balancer.state.code == "active":
            yield fine(balancer.ref)
        elif balancer.state.code not in KNOWN_STATES:
            detail = f"unknown load balancer state {balancer.state.code}"
            yield Unknown(gap=Gap.FAILED, asked="elasticloadbalancing:DescribeLoadBalancers", detail=detail)
        else:
            reason = f" ({balancer.state.reason})" if balancer.state.reason else ""
            yield found(
                balancer.ref,
                saw(asked.balancers(balancer), f"State: {balancer.state.code}{reason}"),
                *(_room_of(balancer, subnets) if balancer.state.code != "provisioning" else ()),
                severity=None if balancer.state.code == "failed" else WARNING,
                some=balancer.state.code == "active_impaired",  # it answers, and cannot grow
                stays=balancer.state.code == "failed",  # addresses alone do not bring it back
                balancer=balancer.load_balancer_name,
                state=balancer.state.code,
                region=balancer.region,
                arn=balancer.load_balancer_arn,
            )


def _room_of(balancer: LoadBalancer, subnets: Observed[Subnets]) -> Iterator[Evidence]:
    """What its subnets have left, as far as that was seen: the cause where it is little, and ruled out where not."""
    if not isinstance(subnets, Unknown):
        for room in rooms_of(balancer, subnets.value).rooms:
            yield saw(asked.subnets(room.subnet_id), room.counted)
