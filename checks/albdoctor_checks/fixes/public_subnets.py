"""How the subnets of an internet-facing load balancer become public: other subnets, a route, or by hand."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.network.public_subnets import (
    BalancerSubnets,
    has_default_route,
    led_through,
    own_tables,
    public_instead,
)
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.plan import Plan

VERIFY = "aws elbv2 describe-load-balancers --region {region} --load-balancer-arns {arn} --query 'LoadBalancers[0].AvailabilityZones[].SubnetId' --output text"

MOVE = Fix(
    summary=Text(
        en="Move {balancer} to the public subnets of the same zones: {public_subnets}.",
        ko="{balancer} 로드 밸런서를 같은 가용 영역의 퍼블릭 서브넷으로 옮기세요: {public_subnets}",
    ),
    impact=Impact.BRIEF,
    side_effects=(
        Text(
            en="The nodes get new addresses; a record that names the load balancer follows by itself.",
            ko="노드의 IP 주소가 바뀝니다. 로드 밸런서 이름을 가리키는 레코드는 자동으로 따라갑니다.",
        ),
    ),
    script="aws elbv2 set-subnets --region {region} --load-balancer-arn {arn} --subnets {public_subnets}\n",
    console=(
        Text(
            en="EC2 > Load Balancers > {balancer} > Network mapping > Edit subnets",
            ko="EC2 > 로드 밸런서 > {balancer} > 네트워크 매핑 > 서브넷 편집",
        ),
    ),
    verify=VERIFY,
)

ROUTE = Fix(
    summary=Text(
        en="Send 0.0.0.0/0 of the subnets of {balancer} to the internet gateway {gateway}.",
        ko="{balancer} 로드 밸런서 서브넷의 0.0.0.0/0 경로를 인터넷 게이트웨이 {gateway}에 연결하세요.",
    ),
    impact=Impact.BRIEF,
    side_effects=(
        Text(
            en="The subnets become public: whatever else is in them and has a public address can be reached from the internet.",
            ko="서브넷이 퍼블릭으로 바뀝니다. 같은 서브넷에서 퍼블릭 IP를 가진 다른 리소스도 인터넷에서 접근할 수 있게 됩니다.",
        ),
        Text(
            en="Whatever is in them without a public address no longer reaches the internet through a NAT gateway.",
            ko="같은 서브넷에서 퍼블릭 IP가 없는 리소스는 더 이상 NAT 게이트웨이로 인터넷에 나갈 수 없습니다.",
        ),
    ),
    script="""\
for table in {tables_without_route}; do
  aws ec2 create-route --region {region} --route-table-id "$table" --destination-cidr-block 0.0.0.0/0 --gateway-id {gateway}
done
for table in {tables_with_route}; do
  aws ec2 replace-route --region {region} --route-table-id "$table" --destination-cidr-block 0.0.0.0/0 --gateway-id {gateway}
done
""",
    console=(
        Text(
            en="VPC > Route tables > the table of {subnets} > Edit routes > 0.0.0.0/0 to {gateway}",
            ko="VPC > 라우팅 테이블 > {subnets}의 테이블 > 라우팅 편집 > 0.0.0.0/0 대상을 {gateway} 게이트웨이로 지정",
        ),
    ),
    verify=VERIFY,
)

BY_HAND = Fix(
    summary=Text(
        en="Give {balancer} public subnets, one in each of its Availability Zones.",
        ko="{balancer} 로드 밸런서에 가용 영역마다 퍼블릭 서브넷을 지정하세요.",
    ),
    impact=Impact.BRIEF,
    console=(
        Text(
            en="VPC > Internet gateways > attach one to {vpc}; VPC > Subnets > create a subnet in each zone; VPC > Route tables > 0.0.0.0/0 to the gateway",
            ko="VPC > 인터넷 게이트웨이 > {vpc}에 연결, VPC > 서브넷 > 가용 영역마다 서브넷 생성, VPC > 라우팅 테이블 > 0.0.0.0/0 대상을 게이트웨이로 지정",
        ),
        Text(
            en="EC2 > Load Balancers > {balancer} > Network mapping > Edit subnets",
            ko="EC2 > 로드 밸런서 > {balancer} > 네트워크 매핑 > 서브넷 편집",
        ),
    ),
    by_hand=Text(
        en="{vpc} has no public subnet in every Availability Zone of the load balancer, and other subnets share its route tables. Attach an internet gateway to {vpc} if it has none, create a subnet (/27 or larger) in each zone whose route table sends 0.0.0.0/0 to the gateway, then run:\n"
        "  aws elbv2 set-subnets --region {region} --load-balancer-arn {arn} --subnets SUBNET_1 SUBNET_2",
        ko="{vpc}에는 로드 밸런서의 모든 가용 영역에 퍼블릭 서브넷이 있지 않고, 라우팅 테이블도 다른 서브넷과 함께 쓰고 있습니다. {vpc}에 인터넷 게이트웨이가 없으면 먼저 연결하고, 가용 영역마다 0.0.0.0/0 경로가 게이트웨이로 향하는 /27 이상의 서브넷을 만든 다음 실행하세요.\n"
        "  aws elbv2 set-subnets --region {region} --load-balancer-arn {arn} --subnets SUBNET_1 SUBNET_2",
    ),
    verify=VERIFY,
)

LED_THROUGH = Fix(
    summary=Text(
        en="Give {balancer} a way to the internet that keeps what {vpc} leads its traffic through: {through}.",
        ko="{vpc} 트래픽이 거치는 경로({through})를 그대로 두고 {balancer} 로드 밸런서에 인터넷 경로를 만드세요.",
    ),
    impact=Impact.BRIEF,
    by_hand=Text(
        en="Routes of {vpc} lead through {through}: a firewall endpoint, an appliance or a transit gateway, which must not be bypassed. Ask who runs it how visitors shall come in. Usual are subnets for the load balancer alone, not the firewall's own, whose 0.0.0.0/0 leads to the firewall endpoint of the same zone, with a route table of the internet gateway that leads their ranges back through it. The routes as they are:\n"
        "  aws ec2 describe-route-tables --region {region} --filters Name=vpc-id,Values={vpc} --query 'RouteTables[].[RouteTableId,Associations[].[SubnetId,GatewayId],Routes]'",
        ko="{vpc}의 경로가 방화벽 엔드포인트, 어플라이언스 또는 전송 게이트웨이를 거치며({through}), 이를 우회해서는 안 됩니다. 방문자가 어떤 경로로 들어와야 하는지 담당자에게 확인하세요. 보통은 방화벽 서브넷이 아닌 로드 밸런서 전용 서브넷을 두고, 0.0.0.0/0 경로를 같은 가용 영역의 방화벽 엔드포인트에 연결한 뒤, 인터넷 게이트웨이의 라우팅 테이블에서 그 서브넷 대역을 다시 방화벽 엔드포인트로 보냅니다. 현재 경로는 다음과 같습니다.\n"
        "  aws ec2 describe-route-tables --region {region} --filters Name=vpc-id,Values={vpc} --query 'RouteTables[].[RouteTableId,Associations[].[SubnetId,GatewayId],Routes]'",
    ),
    verify=VERIFY,
)


def plan(of: BalancerSubnets) -> Plan:
    """Choose the fix that fits this VPC, with the values that it needs beside the balancer's name and subnets."""
    balancer = of.balancer
    values: dict[str, Value] = {
        "region": balancer.region,
        "arn": balancer.load_balancer_arn,
        "vpc": balancer.vpc_id,
    }
    through = led_through(of)
    if through:
        return Plan(fix=LED_THROUGH, values=values | {"through": through})
    others = public_instead(of)
    if others:
        return Plan(fix=MOVE, values=values | {"public_subnets": others})
    tables = own_tables(of)
    if not of.gateway or not tables or of.version == 6:
        return Plan(fix=BY_HAND, values=values)
    values |= {
        "gateway": of.gateway,
        "tables_with_route": tuple(one.route_table_id for one in tables if has_default_route(one)),
        "tables_without_route": tuple(one.route_table_id for one in tables if not has_default_route(one)),
    }
    return Plan(fix=ROUTE, values=values)
