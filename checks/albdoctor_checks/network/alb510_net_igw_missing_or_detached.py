"""ALB510: the default route of a load balancer's subnets names an internet gateway that their VPC does not have."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.public_subnets import BalancerSubnets, OpenBalancersSubnets
from albdoctor.text import Text, same
from albdoctor_checks.fixes.internet_gateway import ATTACH, BY_HAND, REPLACE, plan

GONE = Text(en="no such gateway", ko="해당 게이트웨이 없음")


@check(
    id="ALB510",
    slug="net-igw-missing-or-detached",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Internet gateway {gateways} is not attached to {vpc}, and {closed} of {all} subnets of load balancer {balancer} send clients' answers there: {subnets}",
        ko="{balancer} 로드 밸런서 서브넷 {all}개 중 {closed}개가 클라이언트에 보내는 응답을 {vpc}에 연결되지 않은 인터넷 게이트웨이 {gateways} 쪽으로 보냅니다: {subnets}",
    ),
    why=Text(
        en="A route stays in its table when the gateway that it names is detached or deleted, and drops everything. Nothing of the internet comes in either, so browsers wait until the connection times out.",
        ko="게이트웨이가 분리되거나 삭제되어도 그것을 가리키는 경로는 라우팅 테이블에 남아 패킷을 모두 버립니다. 인터넷에서 들어오는 패킷도 없으므로 브라우저는 연결 시간이 초과될 때까지 기다립니다.",
    ),
    fixes=(ATTACH, REPLACE, BY_HAND),
    breaks={"https-port"},
    at_the_door=True,
    words=Text(
        en=(
            "internet gateway detached; internet gateway deleted; igw not attached to VPC; "
            "route table points to deleted internet gateway; blackhole route 0.0.0.0/0 igw; "
            "internet gateway of another VPC"
        ),
        ko=(
            "인터넷 게이트웨이 분리됨; 인터넷 게이트웨이 삭제; IGW가 VPC에 연결되지 않음; "
            "라우팅 테이블이 삭제된 인터넷 게이트웨이를 가리킴; 0.0.0.0/0 블랙홀; 인터넷 게이트웨이 연결 해제"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def net_igw_missing_or_detached(balancers_subnets: OpenBalancersSubnets) -> Iterator[Verdict]:
    """Yield every internet-facing load balancer whose subnets lead to a gateway that their VPC does not have."""
    for subnets in balancers_subnets:
        lost, public, routes = subnets.lost_gateways, subnets.public, subnets.default_routes
        if lost:
            planned = plan(subnets)
            yield found(
                subnets.balancer.ref,
                *(saw(asked.route_table(one), routes[one]) for one in lost),
                *(
                    saw(asked.internet_gateways(one), _attachments(subnets, one))
                    for one in dict.fromkeys(lost.values())
                ),
                fix=planned.fix,
                fix_values=planned.values,
                some=len(lost) < len(public),
                balancer=subnets.balancer.load_balancer_name,
                subnets=tuple(lost),
                closed=len(lost),
                all=len(public),
            )
        if None in public.values() or not public:
            yield subnets.unknown
        elif not lost:
            yield fine(subnets.balancer.ref)


def _attachments(subnets: BalancerSubnets, gateway_id: str) -> Text:
    for one in subnets.routed.internet_gateways:
        if one.internet_gateway_id == gateway_id:
            return same(f"Attachments: {', '.join(f'{each.vpc_id} {each.state}' for each in one.attachments) or '[]'}")
    return GONE
