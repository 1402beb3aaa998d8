"""How the nodes of a load balancer get addresses to grow: another subnet of the same zone, or by hand."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.network.free_addresses import BalancerRooms
from albdoctor.derive.network.roomier_subnets import Grounds, roomier
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.plan import Plan

COUNTED = "--query 'Subnets[].[SubnetId,AvailabilityZone,CidrBlock,AvailableIpAddressCount]' --output text"
HOLDERS = (
    "aws ec2 describe-network-interfaces --region {region} --filters Name=subnet-id,Values={tight_list}"
    " --query 'NetworkInterfaces[].[SubnetId,Status,InterfaceType,PrivateIpAddress,Description]' --output text"
)

MOVE = Fix(
    summary=Text(
        en="Move {balancer} to subnets of the same zones with more room: {roomy_subnets} instead of {tight_subnets}.",
        ko="{balancer} 로드 밸런서를 같은 가용 영역에서 여유가 더 많은 서브넷으로 옮기세요: {tight_subnets} 대신 {roomy_subnets}",
    ),
    impact=Impact.BRIEF,
    side_effects=(
        Text(
            en="The nodes get new addresses; a record that names the load balancer follows by itself.",
            ko="노드의 IP 주소가 바뀝니다. 로드 밸런서 이름을 가리키는 레코드는 자동으로 따라갑니다.",
        ),
        Text(
            en="The new subnets have the same routes, network ACL and security group rules; whoever admits the load balancer by the ranges of its old subnets elsewhere (a firewall on a host, a partner) has to admit the new ones first.",
            ko="새 서브넷의 라우팅, 네트워크 ACL, 보안 그룹 규칙은 기존과 같습니다. 그 밖의 곳(호스트 방화벽, 외부 협력사)에서 기존 서브넷 대역으로 로드 밸런서를 허용하고 있다면 새 대역을 먼저 허용하세요.",
        ),
    ),
    script="aws elbv2 set-subnets --region {region} --load-balancer-arn {arn} --subnets {new_subnets}\n",
    console=(
        Text(
            en="EC2 > Load Balancers > {balancer} > Network mapping > Edit subnets",
            ko="EC2 > 로드 밸런서 > {balancer} > 네트워크 매핑 > 서브넷 편집",
        ),
    ),
    verify="aws ec2 describe-subnets --region {region} --subnet-ids {new_subnets} " + COUNTED,
)

BY_HAND = Fix(
    summary=Text(
        en="Free addresses in {tight_subnets}, or give {balancer} subnets of /27 or larger with 8 free addresses there.",
        ko="{tight_subnets} 서브넷의 IP를 확보하거나, {balancer} 로드 밸런서에 여유 IP가 8개 이상인 /27 이상의 서브넷을 지정하세요.",
    ),
    impact=Impact.BRIEF,
    console=(
        Text(
            en="VPC > Subnets > create one (/27 or larger) in the same zone, with the same route table and network ACL",
            ko="VPC > 서브넷 > 같은 가용 영역에 /27 이상의 서브넷 생성, 같은 라우팅 테이블과 네트워크 ACL 연결",
        ),
        Text(
            en="EC2 > Load Balancers > {balancer} > Network mapping > Edit subnets",
            ko="EC2 > 로드 밸런서 > {balancer} > 네트워크 매핑 > 서브넷 편집",
        ),
    ),
    by_hand=Text(
        en="See who holds the addresses; interfaces that are `available` are attached to nothing, and pods keep a reserve that can be made smaller:\n"
        f"  {HOLDERS}\n"
        "Or create a subnet of /27 or larger in the same zone with the same route table and network ACL, let every rule that names the old range name the new one too, and name it together with every subnet that stays ({all_subnets} are the present ones), since the list is replaced as a whole:\n"
        "  aws elbv2 set-subnets --region {region} --load-balancer-arn {arn} --subnets SUBNET_1 SUBNET_2",
        ko="먼저 IP를 쓰는 곳을 확인하세요. `available` 상태의 인터페이스는 아무 데도 연결되어 있지 않으며, 파드용으로 미리 확보한 IP는 줄일 수 있습니다.\n"
        f"  {HOLDERS}\n"
        "또는 같은 가용 영역에 같은 라우팅 테이블과 네트워크 ACL을 쓰는 /27 이상의 서브넷을 만들고, 기존 대역을 지정한 규칙에 새 대역도 추가한 뒤, 그대로 둘 서브넷과 함께 지정하세요. 서브넷 목록은 통째로 바뀝니다(현재: {all_subnets}).\n"
        "  aws elbv2 set-subnets --region {region} --load-balancer-arn {arn} --subnets SUBNET_1 SUBNET_2",
    ),
    verify="aws ec2 describe-subnets --region {region} --subnet-ids {all_subnets} " + COUNTED,
)


def plan(of: BalancerRooms, seen: Grounds) -> Plan:
    """Choose the fix that the facts allow, with the values that it needs beside the load balancer's name."""
    balancer = of.balancer
    own = tuple(zone.subnet_id for zone in balancer.availability_zones)
    tight = tuple(room.subnet_id for room in of.tight)
    values: dict[str, Value] = {
        "region": balancer.region,
        "arn": balancer.load_balancer_arn,
        "tight_subnets": tight,
        "tight_list": ",".join(tight),
        "all_subnets": own,
    }
    instead = roomier(of, seen)
    if not instead or balancer.state.code == "failed":  # that one has to be made anew wherever it stands
        return Plan(fix=BY_HAND, values=values)
    values |= {
        "roomy_subnets": tuple(instead[one] for one in tight),
        "new_subnets": tuple(instead.get(one, one) for one in own),
    }
    return Plan(fix=MOVE, values=values)
