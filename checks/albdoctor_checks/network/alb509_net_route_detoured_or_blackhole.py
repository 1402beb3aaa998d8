"""ALB509: a route between load balancer and targets, or back, names something that is gone."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine
from albdoctor.derive.network.next_hops import Hop
from albdoctor.derive.targets.astray import RoutedGroups
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH
from albdoctor_checks.network.lost_packets import lost_packets

FIX = Fix(
    summary=Text(
        en="Lead {destination} of route table {table} to what stands in the place of {via} now, or remove the route if nothing does.",
        ko="라우팅 테이블 {table}의 {destination} 경로를 {via} 대신 쓰이는 대상으로 바꾸거나, 더 이상 없으면 경로를 삭제하세요.",
    ),
    impact=Impact.TRAFFIC,
    by_hand=Text(
        en="Somebody led this range through {via} on purpose, often a firewall, so ask whoever runs it before you lead packets past it. The routes as they are:\n"
        "  aws ec2 describe-route-tables --region {region} --route-table-ids {table} --query 'RouteTables[].Routes[]'\n"
        "Where a new one stands in its place, lead the route there, with the option of its kind (--network-interface-id, --vpc-endpoint-id, --transit-gateway-id, --vpc-peering-connection-id):\n"
        "  aws ec2 replace-route --region {region} --route-table-id {table} {option} {destination} --network-interface-id INTERFACE\n"
        "Where nothing is to stand there any more, remove it; the next less specific route then decides, inside the VPC its local one:\n"
        "  aws ec2 delete-route --region {region} --route-table-id {table} {option} {destination}",
        ko="누군가 일부러 이 대역이 {via} 쪽을 거치게 한 것이므로(방화벽인 경우가 많음) 우회하기 전에 담당자와 상의하세요. 현재 경로는 다음과 같습니다.\n"
        "  aws ec2 describe-route-tables --region {region} --route-table-ids {table} --query 'RouteTables[].Routes[]'\n"
        "대신 쓰이는 리소스가 있으면 종류에 맞는 옵션(--network-interface-id, --vpc-endpoint-id, --transit-gateway-id, --vpc-peering-connection-id)으로 경로를 바꾸세요.\n"
        "  aws ec2 replace-route --region {region} --route-table-id {table} {option} {destination} --network-interface-id INTERFACE\n"
        "더 이상 거칠 곳이 없으면 경로를 삭제하세요. 그러면 그다음으로 구체적인 경로가 적용되며, VPC 안에서는 local 경로입니다.\n"
        "  aws ec2 delete-route --region {region} --route-table-id {table} {option} {destination}",
    ),
    console=(
        Text(
            en="VPC > Route tables > {table} > Edit routes > {destination}",
            ko="VPC > 라우팅 테이블 > {table} > 라우팅 편집 > {destination}",
        ),
    ),
    verify=SHOW_HEALTH,
)


@check(
    id="ALB509",
    slug="net-route-detoured-or-blackhole",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Route table {table} leads packets for {toward} to {via}, which is gone, so that load balancer {balancer} does not reach {targets}",
        ko="라우팅 테이블 {table}에서 {toward} 대역으로 가는 패킷의 경로가 존재하지 않는 리소스({via})를 가리켜 {balancer} 로드 밸런서와 대상이 통신하지 못합니다: {targets}",
    ),
    why=Text(
        en="The most specific route decides, also before the VPC's local one. A route whose target was deleted or detached stays in the table as a blackhole and drops what it catches: connections get no answer, often in one Availability Zone only.",
        ko="가장 구체적인 경로가 VPC의 local 경로보다도 먼저 적용됩니다. 경로의 대상이 삭제되거나 분리되어도 경로는 블랙홀(blackhole) 상태로 남아 패킷을 버리므로, 연결에 응답이 없습니다. 한 가용 영역에서만 나타나는 경우가 많습니다.",
    ),
    fixes=(FIX,),
    breaks={"health", "packets", "response"},
    words=Text(
        en=(
            "blackhole route; route state blackhole; more specific route; deleted NAT gateway in route table; "
            "route to deleted firewall endpoint; route table points to deleted ENI; deleted transit gateway attachment; "
            "deleted peering connection route; timeout in one availability zone only"
        ),
        ko=(
            "블랙홀 경로; blackhole 라우팅; 더 구체적인 경로; 삭제된 NAT 게이트웨이 경로; 삭제된 방화벽 엔드포인트 경로; "
            "라우팅 테이블이 삭제된 ENI를 가리킴; 피어링 삭제 후 통신 불가; 한 가용 영역에서만 시간 초과"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html",
        "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
    ),
)
def net_route_detoured_or_blackhole(routed: RoutedGroups) -> Iterator[Verdict]:
    """Yield every blackholed route that packets between a load balancer and its targets take."""
    for item in routed:
        strays = item.dropped(Hop.BLACKHOLE)
        yield from lost_packets(strays)
        if not strays and not item.gaps:
            yield fine(item.group.ref)
