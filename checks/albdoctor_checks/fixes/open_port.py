"""How a port of a load balancer's security group opens to the internet, by itself or before another step."""

from __future__ import annotations

from enum import Enum

from msgspec.structs import replace

from albdoctor.checkup import Fix
from albdoctor.derive.network.clients import Clients, Ingress
from albdoctor.derive.request.serving import is_open
from albdoctor.facts.elb import LoadBalancer
from albdoctor.text import Text, Value

VERIFY = "aws ec2 describe-security-group-rules --region {region} --filters Name=group-id,Values={group_id} --query 'SecurityGroupRules[?!IsEgress].[IpProtocol,FromPort,ToPort,CidrIpv4,CidrIpv6]' --output text"
OPEN_IPV4 = """\
aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} \\
  --ip-permissions 'IpProtocol=tcp,FromPort='{port}',ToPort='{port}',IpRanges=[{CidrIp=0.0.0.0/0}]'
"""
OPEN_BOTH = """\
aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} \\
  --ip-permissions 'IpProtocol=tcp,FromPort='{port}',ToPort='{port}',IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]'
"""
TERRAFORM = """\
resource "aws_vpc_security_group_ingress_rule" "clients_{port}" {
  security_group_id = "{group_id}"
  ip_protocol       = "tcp"
  from_port         = {port}
  to_port           = {port}
  cidr_ipv4         = "0.0.0.0/0"
}
"""
WORLD = Text(
    en="Everybody on the internet can then connect to TCP {port}, also on whatever else uses {group_id}.",
    ko="TCP {port}에 누구나 접속할 수 있게 되며, {group_id} 보안 그룹을 쓰는 다른 리소스도 함께 열립니다.",
)

ALLOW_IPV4 = Fix(
    summary=Text(
        en="Allow TCP {port} from 0.0.0.0/0 in security group {group_id} of the load balancer.",
        ko="로드 밸런서의 보안 그룹 {group_id}에 0.0.0.0/0에서 들어오는 TCP {port} 인바운드 규칙을 추가하세요.",
    ),
    side_effects=(WORLD,),
    script=OPEN_IPV4,
    console=(
        Text(
            en="EC2 > Security Groups > {group_id} > Edit inbound rules > Add rule: Custom TCP, {port}, Anywhere-IPv4",
            ko="EC2 > 보안 그룹 > {group_id} > 인바운드 규칙 편집 > 규칙 추가: 사용자 지정 TCP, {port}, Anywhere-IPv4",
        ),
    ),
    terraform=TERRAFORM,
    verify=VERIFY,
)
ALLOW_BOTH = Fix(
    summary=Text(
        en="Allow TCP {port} from 0.0.0.0/0 and ::/0 in security group {group_id} of the load balancer.",
        ko="로드 밸런서의 보안 그룹 {group_id}에 0.0.0.0/0과 ::/0에서 들어오는 TCP {port} 인바운드 규칙을 추가하세요.",
    ),
    side_effects=(WORLD,),
    script=OPEN_BOTH,
    console=(
        Text(
            en="EC2 > Security Groups > {group_id} > Edit inbound rules > Add rule twice: Custom TCP, {port}, Anywhere-IPv4 and Anywhere-IPv6",
            ko="EC2 > 보안 그룹 > {group_id} > 인바운드 규칙 편집 > 규칙 추가(두 번): 사용자 지정 TCP, {port}, Anywhere-IPv4와 Anywhere-IPv6",
        ),
    ),
    terraform=TERRAFORM
    + """\
resource "aws_vpc_security_group_ingress_rule" "clients_{port}_ipv6" {
  security_group_id = "{group_id}"
  ip_protocol       = "tcp"
  from_port         = {port}
  to_port           = {port}
  cidr_ipv6         = "::/0"
}
""",
    verify=VERIFY,
)
ADMIT_MORE = Fix(
    summary=Text(
        en="Decide who may connect to TCP {port}, and add those addresses to security group {group_id}.",
        ko="TCP {port}에 접속할 수 있는 대상을 정하고 그 주소를 보안 그룹 {group_id}에 추가하세요.",
    ),
    by_hand=Text(
        en="Only some addresses are admitted, perhaps on purpose. Add the missing ones, each by its own range:\n"
        "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --protocol tcp --port {port} --cidr ADDRESS/32",
        ko="일부 주소만 허용되어 있으며 의도한 설정일 수 있습니다. 빠진 주소를 각각의 범위로 추가하세요.\n"
        "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --protocol tcp --port {port} --cidr ADDRESS/32",
    ),
    verify=VERIFY,
)


class Opening(Enum):
    """Whom a port must be opened to before anybody can use it."""

    NOT_NEEDED = "not needed"
    """Somebody may connect already, nobody from the internet shall, or it is not known who may."""
    IPV4 = "ipv4"
    BOTH = "both"
    """The load balancer has IPv6 addresses too."""


def opening(ingress: Ingress, balancer: LoadBalancer, port: int) -> tuple[Opening, dict[str, Value]]:
    """Tell whether a port of a load balancer must be opened, and the values for it."""
    # Groups that are not described give an undecided answer, never "nobody".
    if not is_open(balancer) or ingress.clients(balancer, port) is not Clients.NOBODY:
        return Opening.NOT_NEEDED, {}
    to = Opening.BOTH if ingress.lacks_ipv6(balancer, port) else Opening.IPV4
    return to, {"group_id": balancer.security_groups[0], "port": port}


def after_opening(fix: Fix) -> dict[Opening, Fix]:
    """Give the fix by what must be opened before it is of use; by itself it opens nothing."""
    told = (*fix.side_effects, WORLD)
    return {
        Opening.NOT_NEEDED: fix,
        Opening.IPV4: replace(fix, script=OPEN_IPV4 + fix.script, side_effects=told),
        Opening.BOTH: replace(fix, script=OPEN_BOTH + fix.script, side_effects=told),
    }
