"""ALB304: an internet-facing load balancer stands in subnets without a way to the internet."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive.network.public_subnets import publicity
from albdoctor.derive.network.subnet_routes import RoutedSubnets, default_route
from albdoctor.derive.request.serving import open_albs
from albdoctor.facts.ec2 import InternetGateways, RouteTables, Subnets
from albdoctor.facts.elb import LoadBalancers
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import Text
from albdoctor_checks.balancer.subnet_fix import BY_HAND, plan

NOT_DESCRIBED = Unknown(
    gap=Gap.FAILED,
    asked="ec2:DescribeRouteTables",
    detail="a load balancer's subnet, route table or gateway was not described",
)


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
        en="Without a route for 0.0.0.0/0 to an attached internet gateway the subnets cannot answer clients, and every connection times out.",
        ko="인터넷 게이트웨이로 향하는 0.0.0.0/0 경로가 없으면 클라이언트에 응답할 수 없으므로 모든 연결이 시간 초과됩니다.",
    ),
    fixes=(BY_HAND,),
    breaks={"https-port"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def alb_internet_facing_in_private_subnet(
    load_balancers: LoadBalancers,
    subnets: Subnets,
    route_tables: RouteTables,
    internet_gateways: InternetGateways,
) -> Iterator[Verdict]:
    """Yield every internet-facing load balancer none of whose subnets is public."""
    network = RoutedSubnets(subnets=subnets, route_tables=route_tables, internet_gateways=internet_gateways)
    for balancer in open_albs(load_balancers):
        public = publicity(network, balancer)
        if True in public.values():
            yield fine(balancer.ref)
        elif None in public.values() or not public:
            yield NOT_DESCRIBED
        else:
            fix, values = plan(network, balancer)
            yield found(
                balancer.ref,
                *(saw(f"ec2 DescribeRouteTables {one}", default_route(network, one)) for one in public),
                fix=fix,
                fix_values=values,
                balancer=balancer.load_balancer_name,
                subnets=tuple(public),
            )
