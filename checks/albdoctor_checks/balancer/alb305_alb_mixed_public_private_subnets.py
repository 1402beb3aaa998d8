"""ALB305: a part of an internet-facing load balancer's subnets has no way to the internet."""

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
    fixes=(BY_HAND,),
    breaks={"https-port"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def alb_mixed_public_private_subnets(
    load_balancers: LoadBalancers,
    subnets: Subnets,
    route_tables: RouteTables,
    internet_gateways: InternetGateways,
) -> Iterator[Verdict]:
    """Yield every internet-facing load balancer with public and private subnets."""
    network = RoutedSubnets(subnets=subnets, route_tables=route_tables, internet_gateways=internet_gateways)
    for balancer in open_albs(load_balancers):
        public = publicity(network, balancer)
        private = tuple(one for one, is_public in public.items() if is_public is False)
        if None in public.values():
            yield NOT_DESCRIBED
        elif not private or True not in public.values():
            yield fine(balancer.ref)
        else:
            fix, values = plan(network, balancer)
            yield found(
                balancer.ref,
                *(saw(f"ec2 DescribeRouteTables {one}", default_route(network, one)) for one in public),
                fix=fix,
                fix_values=values,
                balancer=balancer.load_balancer_name,
                subnets=private,
            )
