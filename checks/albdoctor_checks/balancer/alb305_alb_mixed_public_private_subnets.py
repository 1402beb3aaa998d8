"""ALB305: a part of an internet-facing load balancer's subnets has no way to the internet."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.public_subnets import OpenBalancersSubnets
from albdoctor.text import Text
from albdoctor_checks.fixes.public_subnets import BY_HAND, LED_THROUGH, MOVE, ROUTE, plan


@check(
    id="ALB305",
    slug="alb-mixed-public-private-subnets",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Some subnets of internet-facing load balancer {balancer} are private: {subnets}",
        ko="인터넷 경계 로드 밸런서 {balancer}의 일부 서브넷이 프라이빗입니다: {subnets}",
    ),
    why=Text(
        en="The name resolves to a node in each subnet, so the share of the connections that goes to the private ones times out.",
        ko="도메인은 각 서브넷에 있는 로드 밸런서 노드의 주소로 응답하므로, 그중 프라이빗 서브넷의 노드로 가는 연결은 시간 초과됩니다.",
    ),
    fixes=(MOVE, ROUTE, BY_HAND, LED_THROUGH),
    breaks={"https-port"},
    at_the_door=True,
    words=Text(
        en=(
            "intermittent timeouts; 50 percent of requests time out; half of the requests hang; "
            "every second request times out; one ALB IP does not answer; works sometimes; "
            "slow first load; one of two subnets is private; mixed public and private subnets; "
            "one availability zone unreachable; sporadic connection timeout; "
            "one of the load balancer's IPs times out; random timeouts; "
            "load balancer works in one AZ only; first load takes 20 seconds"
        ),
        ko=(
            "간헐적 타임아웃; 50% 확률로 접속 안됨; IP 두 개 중 하나만 응답; 됐다 안됐다 함; "
            "가용 영역 서브넷; 두 번 중 한 번 실패; 절반만 접속됨; 가끔 접속이 안됨; "
            "한쪽 서브넷만 프라이빗; 한쪽 가용 영역만 안됨; 첫 접속이 느림; 새로고침하면 됨; "
            "랜덤하게 타임아웃; 서브넷 하나만 IGW 없음; 일부 IP만 응답"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def alb_mixed_public_private_subnets(balancers_subnets: OpenBalancersSubnets) -> Iterator[Verdict]:
    """Yield every internet-facing load balancer with public and private subnets."""
    for subnets in balancers_subnets:
        public = subnets.public
        lost = subnets.told_elsewhere  # by ALB510 and ALB515
        private = tuple(one for one, is_public in public.items() if is_public is False and one not in lost)
        if None in public.values():
            yield subnets.unknown
        elif not private or not (lost or True in public.values()):
            yield fine(subnets.balancer.ref)
        else:
            planned = plan(subnets)
            yield found(
                subnets.balancer.ref,
                *(saw(asked.route_table(one), route) for one, route in subnets.default_routes.items()),
                fix=planned.fix,
                fix_values=planned.values,
                balancer=subnets.balancer.load_balancer_name,
                subnets=private,
            )
