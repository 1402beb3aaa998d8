"""ALB508: a target stands outside the VPC, and the load balancer's subnets have no route to it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine
from albdoctor.derive.network.next_hops import Hop
from albdoctor.derive.targets.astray import RoutedGroups
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH
from albdoctor_checks.network.lost_packets import lost_packets

FIX = Fix(
    summary=Text(
        en="Give route table {table} a route to the network of {targets}, and that network a route back to {subnets}.",
        ko="라우팅 테이블 {table}에 대상의 네트워크로 가는 경로를 추가하고, 그 네트워크에도 서브넷({subnets}) 쪽으로 돌아오는 경로를 추가하세요: {targets}",
    ),
    by_hand=Text(
        en="Only you know which connection leads there. Those that {vpc} has:\n"
        "  aws ec2 describe-vpc-peering-connections --region {region} --query 'VpcPeeringConnections[].[VpcPeeringConnectionId,Status.Code,RequesterVpcInfo.[VpcId,CidrBlock],AccepterVpcInfo.[VpcId,CidrBlock]]'\n"
        "  aws ec2 describe-transit-gateway-vpc-attachments --region {region} --filters Name=vpc-id,Values={vpc}\n"
        "  aws ec2 describe-vpn-gateways --region {region} --filters Name=attachment.vpc-id,Values={vpc}\n"
        "Then add the route, for the network's range, with the option of its kind (--vpc-peering-connection-id, --transit-gateway-id, --gateway-id):\n"
        "  aws ec2 create-route --region {region} --route-table-id {table} --destination-cidr-block RANGE --transit-gateway-id TRANSIT_GATEWAY\n"
        "The other side needs one to the ranges of {subnets} too, and its firewall or security groups have to admit them.",
        ko="어떤 연결을 거치는지는 직접 확인해야 합니다. {vpc}에 있는 연결은 다음과 같습니다.\n"
        "  aws ec2 describe-vpc-peering-connections --region {region} --query 'VpcPeeringConnections[].[VpcPeeringConnectionId,Status.Code,RequesterVpcInfo.[VpcId,CidrBlock],AccepterVpcInfo.[VpcId,CidrBlock]]'\n"
        "  aws ec2 describe-transit-gateway-vpc-attachments --region {region} --filters Name=vpc-id,Values={vpc}\n"
        "  aws ec2 describe-vpn-gateways --region {region} --filters Name=attachment.vpc-id,Values={vpc}\n"
        "그런 다음 그 네트워크 대역의 경로를 종류에 맞는 옵션(--vpc-peering-connection-id, --transit-gateway-id, --gateway-id)으로 추가하세요.\n"
        "  aws ec2 create-route --region {region} --route-table-id {table} --destination-cidr-block RANGE --transit-gateway-id TRANSIT_GATEWAY\n"
        "반대쪽에도 서브넷({subnets}) 대역으로 돌아오는 경로가 있어야 하고, 그쪽 방화벽이나 보안 그룹도 이 대역을 허용해야 합니다.",
    ),
    console=(
        Text(
            en="VPC > Route tables > {table} > Edit routes > Add route",
            ko="VPC > 라우팅 테이블 > {table} > 라우팅 편집 > 라우팅 추가",
        ),
    ),
    verify=SHOW_HEALTH,
)


@check(
    id="ALB508",
    slug="net-route-to-target-missing",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Route table {table} of load balancer {balancer} has no route to targets outside its VPC: {targets}",
        ko="{balancer} 로드 밸런서의 라우팅 테이블 {table}에 VPC 밖의 대상으로 가는 경로가 없습니다: {targets}",
    ),
    why=Text(
        en="An address on premises or in another VPC is reached through a peering connection, a transit gateway or a VPN only. Without a route to one of them its packets are dropped, or go to an internet gateway, which drops private addresses: health checks time out, and requests end with 504.",
        ko="온프레미스나 다른 VPC의 주소로는 피어링 연결, 전송 게이트웨이, VPN을 거쳐야만 갈 수 있습니다. 그쪽으로 가는 경로가 없으면 패킷이 버려지거나, 프라이빗 주소를 전달하지 않는 인터넷 게이트웨이로 갑니다. 상태 검사는 시간 초과되고 요청은 504로 끝납니다.",
    ),
    fixes=(FIX,),
    breaks={"health", "packets", "response"},
    words=Text(
        en=(
            "on-premises target unreachable; target in peered VPC; no route to target; target in another VPC times out; "
            "transit gateway route missing; peering route missing; IP target outside the VPC; VPN target; "
            "Direct Connect target unhealthy"
        ),
        ko=(
            "온프레미스 대상 연결 안됨; 피어링된 VPC의 대상; 대상으로 가는 경로 없음; 다른 VPC의 IP 대상; "
            "전송 게이트웨이 경로 없음; 피어링 라우팅 누락; VPC 밖의 IP 대상; VPN 대상; Direct Connect 대상"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-type",
        "https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html",
    ),
)
def net_route_to_target_missing(routed: RoutedGroups) -> Iterator[Verdict]:
    """Yield the targets outside the VPC to which a load balancer's subnets have no route."""
    for item in routed:
        strays = item.dropped(Hop.NOWHERE)
        yield from lost_packets(strays)
        if not strays and not item.gaps:
            yield fine(item.group.ref)
