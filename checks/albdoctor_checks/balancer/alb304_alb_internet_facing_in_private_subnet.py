"""ALB304: an internet-facing load balancer stands in subnets without a way to the internet."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.public_subnets import OpenBalancersSubnets
from albdoctor.text import Text
from albdoctor_checks.fixes.public_subnets import BY_HAND, LED_THROUGH, MOVE, ROUTE, plan


@check(
    id="ALB304",
    slug="alb-internet-facing-in-private-subnet",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Internet-facing load balancer {balancer} is in private subnets only: {subnets}",
        ko="인터넷 경계 로드 밸런서 {balancer}의 서브넷이 모두 프라이빗입니다: {subnets}",
    ),
    why=Text(
        en="Without a route for 0.0.0.0/0 (for IPv6 clients ::/0) to an attached internet gateway the subnets cannot answer clients, and every connection times out.",
        ko="인터넷 게이트웨이로 향하는 0.0.0.0/0 경로(IPv6 클라이언트는 ::/0)가 없으면 클라이언트에 응답할 수 없으므로 모든 연결이 시간 초과됩니다.",
    ),
    fixes=(MOVE, ROUTE, BY_HAND, LED_THROUGH),
    breaks={"https-port"},
    at_the_door=True,
    words=Text(
        en=(
            "private subnet for internet-facing ALB; no internet gateway route; "
            "ALB in private subnets; subnet without internet gateway; ALB unreachable from internet; "
            "route 0.0.0.0/0 missing; wrong subnets for load balancer; "
            "internet gateway not in route table; igw route; ALB in subnets with NAT only; "
            "load balancer subnets not public"
        ),
        ko=(
            "퍼블릭 서브넷인데 IGW 라우팅 없음; 라우팅 테이블; 인터넷 게이트웨이 라우팅 없음; "
            "프라이빗 서브넷에 ALB; ALB를 프라이빗 서브넷에 만듦; 인터넷 게이트웨이 연결 안됨; "
            "0.0.0.0/0 경로 없음; ALB 서브넷 잘못 선택; 서브넷 라우팅; NAT만 있는 서브넷에 ALB"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def alb_internet_facing_in_private_subnet(balancers_subnets: OpenBalancersSubnets) -> Iterator[Verdict]:
    """Yield every internet-facing load balancer none of whose subnets is public."""
    for subnets in balancers_subnets:
        public = subnets.public
        if True in public.values():
            yield fine(subnets.balancer.ref)
        elif None in public.values() or not public:
            yield subnets.unknown
        elif not subnets.told_elsewhere:  # by ALB510 and ALB515
            planned = plan(subnets)
            yield found(
                subnets.balancer.ref,
                *(saw(asked.route_table(one), route) for one, route in subnets.default_routes.items()),
                fix=planned.fix,
                fix_values=planned.values,
                balancer=subnets.balancer.load_balancer_name,
                subnets=tuple(public),
            )
