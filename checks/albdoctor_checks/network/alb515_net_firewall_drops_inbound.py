"""ALB515: a firewall in front of the VPC lets no connection of a visitor in to the subnets of a load balancer."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Finding, Fix, Impact, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.network.edge_firewalls import EdgeFirewall, EdgeFirewalls, EdgeWay, Stands
from albdoctor.derive.network.internet_firewall import OUTBOUND_ONLY, InternetFirewalls
from albdoctor.derive.targets.ways import BEYOND
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.response.could_be import OWN_NETWORK

AUTOMATED = Text(en="Automated Internet Firewall", ko="Automated Internet Firewall")
ITS_RULES = Text(
    en="The firewall sees both directions, by routes that were not seen, and its rules drop the connections.",
    ko="확인하지 못한 경로로 방화벽이 양방향을 모두 보고 있으며, 방화벽 규칙이 연결을 버립니다.",
)
FIX = Fix(
    summary=Text(
        en="Decide whether the internet may reach subnets {subnets}, and have the firewall treat them as bidirectional or flexible if so.",
        ko="서브넷 {subnets}에 인터넷 접속을 허용할지 정하고, 허용한다면 방화벽이 bidirectional 또는 flexible로 처리하게 하세요.",
    ),
    by_hand=Text(
        en="Ask whoever runs the firewall: a policy of AWS Network Security Manager decides this, often for many VPCs and accounts at once. "
        "There, add {subnets}, and no other subnet, to what a subnet connectivity override of bidirectional or flexible selects. "
        "Leave the default connectivity as it is: it holds for all other subnets. The first override that matches a subnet applies, so look at the order. "
        "Connections are then inspected: the firewall's rules have to accept the load balancer's ports.",
        ko="먼저 방화벽 담당자와 상의하세요. 이 설정은 AWS Network Security Manager의 정책이 정하며, 여러 VPC와 계정에 한꺼번에 적용되는 경우가 많습니다. "
        "정책에서 bidirectional 또는 flexible 서브넷 연결 재정의(subnet connectivity override)의 대상에 다음 서브넷만 추가하세요: {subnets}\n"
        "기본 연결 설정은 나머지 모든 서브넷에 적용되므로 바꾸지 마세요. 서브넷에 일치하는 첫 번째 재정의가 적용되므로 순서도 확인하세요. "
        "그다음부터는 연결을 검사하므로 방화벽 규칙이 로드 밸런서의 포트를 허용해야 합니다.",
    ),
    console=(
        Text(
            en="AWS Network Security Manager: the automated internet firewall's policy > subnet connectivity overrides: {subnets}, bidirectional or flexible",
            ko="AWS Network Security Manager: Automated Internet Firewall 정책 > 서브넷 연결 재정의: {subnets}, bidirectional 또는 flexible",
        ),
    ),
    verify="aws ec2 describe-subnets --region {region} --subnet-ids {subnets} --query 'Subnets[].[SubnetId,NetworkFirewallConnectivityType]' --output text",
)

SHOW_ROUTES = "  aws ec2 describe-route-tables --region {region} --filters Name=vpc-id,Values={vpc} --query 'RouteTables[].[RouteTableId,Associations[].[SubnetId,GatewayId],Routes]'"
VERIFY = "curl -sSI --max-time 10 https://{host}/"
REPLACE_ROUTES = (
    "  aws ec2 replace-route --region {region} --route-table-id TABLE --destination-cidr-block RANGE --vpc-endpoint-id ENDPOINT\n"
    "  aws ec2 replace-route --region {region} --route-table-id TABLE --destination-ipv6-cidr-block RANGE --vpc-endpoint-id ENDPOINT"
)
IT_IS_GONE = Fix(
    summary=Text(
        en="Lead the routes of {tables} that name {through} to the endpoint or appliance that stands in its place now.",
        ko="{tables}에서 {through} 쪽으로 가는 경로를 지금 그 자리를 대신하는 엔드포인트나 어플라이언스로 바꾸세요.",
    ),
    impact=Impact.TRAFFIC,
    by_hand=Text(
        en="Visitors were led through {through} on purpose, so ask whoever runs the firewall before you lead them past it. A stopped appliance may only have to be started. The routes, and the endpoints that there are:\n"
        + SHOW_ROUTES
        + "\n  aws ec2 describe-vpc-endpoints --region {region} --filters Name=vpc-id,Values={vpc} --query 'VpcEndpoints[].[VpcEndpointId,VpcEndpointType,State,SubnetIds]'\n"
        "Where a new one stands in its place, lead both directions through it: in the internet gateway's table the ranges of {subnets}, in the table of these subnets 0.0.0.0/0, of IPv6 ::/0 (--network-interface-id for an appliance):\n"
        + REPLACE_ROUTES,
        ko="방문자의 패킷이 일부러 {through} 쪽을 거치게 한 것이므로, 우회하기 전에 방화벽 담당자와 상의하세요. 중지된 어플라이언스라면 시작하는 것으로 충분할 수 있습니다. 현재 경로와 엔드포인트는 다음과 같습니다.\n"
        + SHOW_ROUTES
        + "\n  aws ec2 describe-vpc-endpoints --region {region} --filters Name=vpc-id,Values={vpc} --query 'VpcEndpoints[].[VpcEndpointId,VpcEndpointType,State,SubnetIds]'\n"
        "대신할 엔드포인트가 있으면 양방향 모두 그쪽을 거치게 하세요. 인터넷 게이트웨이의 테이블에서는 서브넷({subnets}) 대역을, 그 서브넷의 테이블에서는 0.0.0.0/0 경로를(IPv6는 ::/0) 바꿉니다(어플라이언스는 --network-interface-id).\n"
        + REPLACE_ROUTES,
    ),
    verify=VERIFY,
)
ONE_DIRECTION = Fix(
    summary=Text(
        en="Lead both directions of {subnets} through {through}, or neither, as whoever runs the firewall decides.",
        ko="{subnets} 서브넷의 양방향이 모두 {through} 쪽을 거치게 하거나 모두 거치지 않게 하세요. 방화벽 담당자가 정합니다.",
    ),
    impact=Impact.TRAFFIC,
    by_hand=Text(
        en="What comes in follows the route table of the internet gateway, answers follow that of the subnets. Ask whoever runs the firewall which one is meant. The routes as they are:\n"
        + SHOW_ROUTES
        + "\nTo have it see both directions, the gateway's table (where it has none, a new one that is associated with the gateway) leads the ranges of {subnets} to {through}, and the table of these subnets leads 0.0.0.0/0 there.",
        ko="들어오는 패킷은 인터넷 게이트웨이의 라우팅 테이블을, 응답은 서브넷의 라우팅 테이블을 따릅니다. 어느 쪽이 맞는지 방화벽 담당자에게 확인하세요. 현재 경로는 다음과 같습니다.\n"
        + SHOW_ROUTES
        + "\n양방향을 모두 거치게 하려면 게이트웨이의 테이블(없으면 새로 만들어 게이트웨이에 연결)에서 서브넷({subnets}) 대역을, 그 서브넷의 테이블에서 0.0.0.0/0 경로를 {through} 쪽으로 보내세요.",
    ),
    verify=VERIFY,
)


@check(
    id="ALB515",
    slug="net-firewall-drops-inbound",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The VPC's firewall ({firewall}) lets no connection from the internet in to load balancer {balancer} in {closed} of {all} subnets: {subnets}",
        ko="VPC의 방화벽({firewall}) 때문에 인터넷에서 로드 밸런서 {balancer}에 접속하지 못합니다(서브넷 {all}개 중 {closed}개): {subnets}",
    ),
    why=Text(
        en="A firewall that sees a single direction of a connection (AWS Network Firewall for one) gives up on it. A route table of the internet gateway that leads visitors to an endpoint or appliance which is not there drops their packets too, and so does an Automated Internet Firewall, at an outbound-only subnet. Security groups and network ACLs do not matter, and no answer is sent: browsers wait until the connection times out.",
        ko="연결의 한 방향만 보는 방화벽(예: AWS Network Firewall)은 그 연결을 성립시키지 않습니다. 인터넷 게이트웨이의 라우팅 테이블이 존재하지 않는 엔드포인트나 어플라이언스를 가리킬 때, 그리고 Automated Internet Firewall의 outbound-only 서브넷으로 외부에서 연결할 때도 패킷이 버려집니다. 보안 그룹이나 네트워크 ACL과는 상관이 없으며 응답이 없으므로, 브라우저는 연결 시간이 초과될 때까지 기다립니다.",
    ),
    fixes=(FIX, IT_IS_GONE, ONE_DIRECTION),
    breaks={"https-port", "ipv6"},
    at_the_door=True,
    words=Text(
        en=(
            "Automated Internet Firewall; outbound-only subnet; internet firewall drops inbound; "
            "unsolicited inbound dropped; gateway route table; edge route table; middlebox routing; ingress routing; "
            "firewall endpoint deleted; Gateway Load Balancer endpoint blackhole; asymmetric routing; "
            "AWS Network Firewall drops traffic"
        ),
        ko=(
            "자동 인터넷 방화벽; Automated Internet Firewall; 아웃바운드 전용 서브넷; 인터넷 방화벽 인바운드 차단; "
            "게이트웨이 라우팅 테이블; 엣지 라우팅 테이블; 미들박스 라우팅; 방화벽 엔드포인트 삭제; 비대칭 라우팅; "
            "AWS Network Firewall 접속 안됨"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html",
        "https://docs.aws.amazon.com/network-security-manager/latest/APIReference/API_IgwFirewallConfig.html",
        "https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html",
        "https://docs.aws.amazon.com/network-firewall/latest/developerguide/vpc-config.html",
    ),
)
def net_firewall_drops_inbound(firewalls: InternetFirewalls, edges: EdgeFirewalls, scan: Scan) -> Iterator[Verdict]:
    """Yield every internet-facing load balancer into whose subnets a firewall lets no visitor, or routes lead to none."""
    for firewall in firewalls:
        balancer, shut, among = firewall.balancer, firewall.shut, len(firewall.treatments)
        if not shut:
            yield fine(balancer.ref)
            continue
        yield found(
            balancer.ref,
            *(saw(asked.subnets(id_), f"NetworkFirewallConnectivityType: {OUTBOUND_ONLY}") for id_ in shut),
            some=len(shut) < among,
            firewall=AUTOMATED,
            balancer=balancer.load_balancer_name,
            region=balancer.region,
            subnets=shut,
            closed=len(shut),
            all=among,
        )
    for edge in edges:
        for how in (Stands.GONE, Stands.ONE_WAY):
            yield from _told(edge, how, edge.standing(how), scan.host)
        yield from _told(edge, Stands.GONE, edge.lost_ipv6, scan.host, over="ipv6")
        yield from map(_beyond, edge.standing(Stands.THROUGH))
        if not edge.ways and not edge.lost_ipv6:
            yield fine(edge.balancer.ref)


def _told(
    edge: EdgeFirewall, how: Stands, ways: tuple[EdgeWay, ...], host: str, *, over: str = ""
) -> Iterator[Finding]:
    """The ways that are shut for one reason, together; those of IPv6 alone leave clients IPv4."""
    balancer = edge.balancer
    if not ways:
        return
    through = tuple(dict.fromkeys(one.through for one in ways))
    finding = found(
        balancer.ref,
        *(saw(*line) for line in dict.fromkeys(line for one in ways for line in one.lines)),
        key=f"{how.value}-{over}" if over else how.value,
        severity=WARNING if over else None,
        some=bool(over) or len(ways) < edge.among,
        fix=IT_IS_GONE if how is Stands.GONE else ONE_DIRECTION,
        firewall=_named(through, how, over),
        through=through,
        tables=tuple(dict.fromkeys(table for one in ways for table in one.tables)),
        host=host,
        vpc=balancer.vpc_id,
        balancer=balancer.load_balancer_name,
        region=balancer.region,
        subnets=tuple(one.subnet_id for one in ways),
        closed=len(ways),
        all=edge.among,
    )
    decide = command(
        "aws network-firewall list-firewalls --region {region} --vpc-ids {vpc}",
        region=balancer.region,
        vpc=balancer.vpc_id,
    )
    yield finding if how is Stands.GONE else likely(finding, ITS_RULES, OWN_NETWORK, decide=decide)


def _named(through: tuple[str, ...], how: Stands, over: str) -> Text:
    names = ", ".join(through)
    if over:
        return Text(en=f"IPv6 through {names}: gone or stopped", ko=f"IPv6, {names}: 삭제되었거나 중지됨")
    if how is Stands.GONE:
        return Text(en=f"{names}: gone or stopped", ko=f"{names}: 삭제되었거나 중지됨")
    return Text(en=f"{names}: it sees one direction only", ko=f"{names}: 한 방향만 거침")


def _beyond(way: EdgeWay) -> Unknown:
    """Why nobody knows whether visitors get into a subnet."""
    detail = f"{way.tables[0]} leads visitors' packets to {way.subnet_id} through {way.through}"
    return Unknown(gap=Gap.UNREACHABLE, asked=BEYOND, detail=detail)
