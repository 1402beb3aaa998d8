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
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def alb_mixed_public_private_subnets(balancers_subnets: OpenBalancersSubnets) -> Iterator[Verdict]:
    """Yield every internet-facing load balancer with public and private subnets."""
    for subnets in balancers_subnets:
        public = subnets.public
        private = tuple(one for one, is_public in public.items() if is_public is False)
        if None in public.values():
            yield subnets.unknown
        elif not private or True not in public.values():
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
