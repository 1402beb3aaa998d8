"""How a port of a load balancer's security group opens, by itself or before another step.

To everybody only where another listener port of the same load balancer is open to everybody already; else by hand.
"""

from __future__ import annotations

from enum import Enum

from msgspec.structs import replace

from albdoctor.checkup import Fix
from albdoctor.derive.network.clients import IPV6_ONLY, Clients, Ingress
from albdoctor.derive.request.serving import Alb, is_open
from albdoctor.text import Text, Value

VERIFY = "aws ec2 describe-security-group-rules --region {region} --filters Name=group-id,Values={group_id} --query 'SecurityGroupRules[?!IsEgress].[IpProtocol,FromPort,ToPort,CidrIpv4,CidrIpv6]' --output text"
OPEN_IPV4 = """\
aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} \\
  --ip-permissions 'IpProtocol=tcp,FromPort='{port}',ToPort='{port}',IpRanges=[{CidrIp=0.0.0.0/0}]'
"""
OPEN_IPV6 = """\
aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} \\
  --ip-permissions 'IpProtocol=tcp,FromPort='{port}',ToPort='{port}',Ipv6Ranges=[{CidrIpv6=::/0}]'
"""
OPEN_BOTH = """\
aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} \\
  --ip-permissions 'IpProtocol=tcp,FromPort='{port}',ToPort='{port}',IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]'
"""
TERRAFORM_IPV4 = """\
resource "aws_vpc_security_group_ingress_rule" "clients_{port}" {
  security_group_id = "{group_id}"
  ip_protocol       = "tcp"
  from_port         = {port}
  to_port           = {port}
  cidr_ipv4         = "0.0.0.0/0"
}
"""
TERRAFORM_IPV6 = """\
resource "aws_vpc_security_group_ingress_rule" "clients_{port}_ipv6" {
  security_group_id = "{group_id}"
  ip_protocol       = "tcp"
  from_port         = {port}
  to_port           = {port}
  cidr_ipv6         = "::/0"
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
    terraform=TERRAFORM_IPV4,
    verify=VERIFY,
)
ALLOW_IPV6 = Fix(
    summary=Text(
        en="Allow TCP {port} from ::/0 in security group {group_id} of the load balancer.",
        ko="로드 밸런서의 보안 그룹 {group_id}에 ::/0에서 들어오는 TCP {port} 인바운드 규칙을 추가하세요.",
    ),
    side_effects=(WORLD,),
    script=OPEN_IPV6,
    console=(
        Text(
            en="EC2 > Security Groups > {group_id} > Edit inbound rules > Add rule: Custom TCP, {port}, Anywhere-IPv6",
            ko="EC2 > 보안 그룹 > {group_id} > 인바운드 규칙 편집 > 규칙 추가: 사용자 지정 TCP, {port}, Anywhere-IPv6",
        ),
    ),
    terraform=TERRAFORM_IPV6,
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
    terraform=TERRAFORM_IPV4 + TERRAFORM_IPV6,
    verify=VERIFY,
)
ADMIT = Text(
    en="Whom the security groups of the load balancer admit today: {admitted}. That may be on purpose (an office, a CDN). Decide who shall connect to TCP {port}, and add a range or a prefix list:\n"
    "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions {some}\n"
    "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions 'IpProtocol=tcp,FromPort={port},ToPort={port},PrefixListIds=[{PrefixListId=PREFIX_LIST}]'\n"
    "For everybody on the internet the range is {everybody}.",
    ko="지금 로드 밸런서의 보안 그룹이 허용하는 대상: {admitted}. 의도한 설정일 수 있습니다(사무실, CDN 등). TCP {port}에 접속할 대상을 정한 다음 주소 범위나 접두사 목록을 추가하세요.\n"
    "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions {some}\n"
    "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions 'IpProtocol=tcp,FromPort={port},ToPort={port},PrefixListIds=[{PrefixListId=PREFIX_LIST}]'\n"
    "인터넷의 모든 사용자에게 열려면 범위는 다음과 같습니다: {everybody}.",
)
ADMIT_ALL = Text(
    en="No public address is admitted on any listener port of the load balancer today. If the site is for everybody on the internet:\n"
    "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions {everyone}\n"
    "It admits {everybody}, also to whatever else uses {group_id}. If the site is for some only, put their range in the place of each.",
    ko="지금은 로드 밸런서의 어느 리스너 포트에도 퍼블릭 주소가 허용되어 있지 않습니다. 누구나 접속하는 사이트라면 다음을 실행하세요.\n"
    "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions {everyone}\n"
    "이 명령이 허용하는 범위: {everybody}. {group_id} 보안 그룹을 쓰는 다른 리소스도 함께 열립니다. 일부만 쓰는 사이트라면 그 자리에 해당 주소 범위를 넣으세요.",
)
DECIDE = Fix(
    summary=Text(
        en="Decide who may connect to TCP {port}, and add those addresses to security group {group_id}.",
        ko="TCP {port}에 접속할 수 있는 대상을 정하고 그 주소를 보안 그룹 {group_id}에 추가하세요.",
    ),
    by_hand=ADMIT,
    verify=VERIFY,
)
THROUGH_THE_CDN = Fix(
    summary=Text(
        en="Lead {host} to the CDN that security group {group_id} admits, or add who else may connect to TCP {port}.",
        ko="{host} 이름을 보안 그룹 {group_id}에 허용된 CDN으로 연결하거나, TCP {port}에 접속할 다른 대상을 추가하세요.",
    ),
    by_hand=Text(
        en="Whom the security groups of the load balancer admit today: {admitted}. Visitors are meant to come through a distribution, and {host} leads them past it. Find its domain name:\n"
        "  aws cloudfront list-distributions --query 'DistributionList.Items[].[Id,DomainName,Aliases.Items]' --output text\n"
        "Let the record of {host} lead there; the distribution must have {host} among its alternate domain names, with a certificate in us-east-1. If {host} is the origin's own name, nothing is wrong: scan the name that visitors type.",
        ko="지금 로드 밸런서의 보안 그룹이 허용하는 대상: {admitted}. 방문자는 배포(distribution)를 거쳐 들어와야 하는데 {host} 레코드는 로드 밸런서로 바로 연결됩니다. 배포의 도메인 이름을 확인하세요.\n"
        "  aws cloudfront list-distributions --query 'DistributionList.Items[].[Id,DomainName,Aliases.Items]' --output text\n"
        "{host} 레코드를 그 이름으로 연결하세요. 배포의 대체 도메인 이름에 {host} 항목이 있고 us-east-1 인증서가 있어야 합니다. {host} 이름이 오리진 전용이라면 문제가 아니므로 방문자가 입력하는 이름을 검사하세요.",
    ),
    verify="curl -sSI --max-time 10 https://{host}/",
)
DECIDE_ALL = replace(DECIDE, by_hand=ADMIT_ALL)


class Opening(Enum):
    """Whom a port must be opened to before anybody can use it."""

    NOT_NEEDED = "not needed"
    """Somebody may connect already, nobody from the internet shall, or it is not known who may."""
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    BOTH = "both"
    """The load balancer has IPv6 addresses too."""
    DECIDE = "decide"
    """Some may connect to other ports, and not everybody: somebody has to say who."""
    DECIDE_ALL = "decide all"
    """No public address may connect to any listener port: for everybody, or for whom?"""


ALLOW = {
    Opening.IPV4: ALLOW_IPV4,
    Opening.IPV6: ALLOW_IPV6,
    Opening.BOTH: ALLOW_BOTH,
    Opening.DECIDE: DECIDE,
    Opening.DECIDE_ALL: DECIDE_ALL,
}
"""The fix of a port that is shut, by whom it is opened to."""
SCRIPTS = {Opening.IPV4: OPEN_IPV4, Opening.IPV6: OPEN_IPV6, Opening.BOTH: OPEN_BOTH}


def opening(ingress: Ingress, alb: Alb, port: int) -> Opening:
    """Tell whether a port of a load balancer must be opened, and to whom it may be."""
    # Groups that are not described give an undecided answer, never "nobody".
    if not is_open(alb.balancer) or ingress.clients(alb.balancer, port) is not Clients.NOBODY:
        return Opening.NOT_NEEDED
    return shut(ingress, alb, port)


def shut(ingress: Ingress, alb: Alb, port: int) -> Opening:
    """Tell to whom a port may be opened that is shut to all or to most: to everybody only where another one is."""
    balancer, others = alb.balancer, [one.port for one in alb.listeners if one.port != port]
    six = any(ingress.admits_ipv6_world(balancer, one) for one in others)
    if balancer.ip_address_type == IPV6_ONLY:
        open_to = Opening.IPV6 if six else Opening.DECIDE
    elif any(ingress.clients(balancer, one) is Clients.WORLD for one in others):
        open_to = Opening.BOTH if six and ingress.lacks_ipv6(balancer, port) else Opening.IPV4
    else:
        open_to = Opening.DECIDE
    nobody = all(ingress.clients(balancer, one) is Clients.NOBODY for one in (*others, port))
    return Opening.DECIDE_ALL if open_to is Opening.DECIDE and nobody else open_to


def opening_values(ingress: Ingress, alb: Alb, port: int) -> dict[str, Value]:
    """The values that the words and scripts here need beside the Region."""
    balancer = alb.balancer
    ports = sorted({port, *(one.port for one in alb.listeners)})
    admitted = tuple(f"TCP {one}: {who}" for one in ports for who in ingress.admitted(balancer, one))
    four, six = balancer.ip_address_type != IPV6_ONLY, balancer.ip_address_type.startswith("dualstack")
    opened = f"IpProtocol=tcp,FromPort={port},ToPort={port}"
    ranges = ("IpRanges=[{CidrIp=0.0.0.0/0}]",) * four + ("Ipv6Ranges=[{CidrIpv6=::/0}]",) * six
    return {
        "group_id": next(iter(balancer.security_groups), "-"),
        "port": port,
        "admitted": (admitted or (NOBODY,)) if ingress.sees_all(balancer) else (*admitted, NOT_SEEN),
        "some": f"{opened},{'IpRanges=[{CidrIp=RANGE}]' if four else 'Ipv6Ranges=[{CidrIpv6=RANGE}]'}",
        "everyone": ",".join((opened, *ranges)),
        "everybody": ("0.0.0.0/0",) * four + ("::/0",) * six,
    }


NOBODY = Text(en="nobody", ko="없음")
NOT_SEEN = Text(en="security groups that could not be seen", ko="확인하지 못한 보안 그룹")


def after_opening(fix: Fix) -> dict[Opening, Fix]:
    """Give the fix by what must be opened before it is of use; by itself it opens nothing."""
    told = (*fix.side_effects, WORLD)
    opened = {to: replace(fix, script=script + fix.script, side_effects=told) for to, script in SCRIPTS.items()}
    return {Opening.NOT_NEEDED: fix, **opened}
