"""ALB306: the load balancer's security groups do not let the internet in on a listener's port."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from albdoctor.checkup import CONFIRMED, ERROR, INFO, LIKELY, WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.network.clients import Clients, clients, lacks_ipv6
from albdoctor.derive.network.filters import described, rules_seen
from albdoctor.derive.request.serving import listeners_of, open_albs
from albdoctor.facts.ec2 import PrefixLists, SecurityGroups
from albdoctor.facts.elb import Listeners, LoadBalancers
from albdoctor.facts.known import Unknown
from albdoctor.text import Text
from albdoctor_checks.balancer.ingress import OPEN_BOTH, OPEN_IPV4

FIX = Fix(
    summary=Text(
        en="Allow TCP {port} from 0.0.0.0/0 in security group {group_id} of the load balancer.",
        ko="로드 밸런서의 보안 그룹 {group_id}에 0.0.0.0/0에서 들어오는 TCP {port} 인바운드 규칙을 추가하세요.",
    ),
    side_effects=(
        Text(
            en="Everybody on the internet can then connect to this port, also on whatever else uses {group_id}.",
            ko="이 포트는 누구나 접속할 수 있게 되며, {group_id} 보안 그룹을 쓰는 다른 리소스도 함께 열립니다.",
        ),
    ),
    script=OPEN_IPV4,
    console=(
        Text(
            en="EC2 > Security Groups > {group_id} > Edit inbound rules > Add rule: Custom TCP, {port}, Anywhere-IPv4",
            ko="EC2 > 보안 그룹 > {group_id} > 인바운드 규칙 편집 > 규칙 추가: 사용자 지정 TCP, {port}, Anywhere-IPv4",
        ),
    ),
    terraform="""\
resource "aws_vpc_security_group_ingress_rule" "clients_{port}" {
  security_group_id = "{group_id}"
  ip_protocol       = "tcp"
  from_port         = {port}
  to_port           = {port}
  cidr_ipv4         = "0.0.0.0/0"
}
""",
    verify="aws ec2 describe-security-group-rules --region {region} --filters Name=group-id,Values={group_id} --query 'SecurityGroupRules[?!IsEgress].[IpProtocol,FromPort,ToPort,CidrIpv4]' --output text",
)

ON_PURPOSE = Text(
    en="Access is restricted to these addresses on purpose (an office, a CDN); then test from one of them.",
    ko="일부러 특정 주소(사무실, CDN 등)에서 오는 접속만 허용했습니다. 그렇다면 그 주소에서 접속해 보세요.",
)


@check(
    id="ALB306",
    slug="alb-sg-blocks-listener-port",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The security groups of load balancer {balancer} do not allow listener port {port} from the internet",
        ko="로드 밸런서 {balancer}의 보안 그룹에 인터넷에서 오는 TCP {port} 트래픽을 허용하는 규칙이 없습니다",
    ),
    why=Text(
        en="A security group drops what no rule allows and sends no answer: browsers wait until the connection times out.",
        ko="보안 그룹은 허용 규칙이 없는 패킷을 응답 없이 버리므로, 브라우저는 연결 시간이 초과될 때까지 기다립니다.",
    ),
    fix=FIX,
    explains={"tls-port-closed", "http-port80-closed"},
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html",
    ),
)
def alb_sg_blocks_listener_port(
    load_balancers: LoadBalancers, listeners: Listeners, security_groups: SecurityGroups, prefix_lists: PrefixLists
) -> Iterator[Verdict]:
    """Yield every listener of an internet-facing load balancer whose port is closed to the internet."""
    for balancer in open_albs(load_balancers):
        groups = described(security_groups, balancer.security_groups)
        for listener in listeners_of(balancer, listeners):
            who = clients(security_groups, prefix_lists, balancer, listener.port)
            if isinstance(who, Unknown):
                yield who
            elif who in (Clients.WORLD, Clients.CDN):
                yield fine(listener.ref)
            else:
                both = lacks_ipv6(security_groups, balancer, listener.port)
                severity = INFO if listener.port not in (80, 443) else WARNING if who is Clients.SOME else None
                yield found(
                    listener.ref,
                    saw(f"ec2 DescribeSecurityGroups {' '.join(balancer.security_groups)}", rules_seen(groups, "in")),
                    certainty=LIKELY if who is Clients.SOME else CONFIRMED,
                    alternatives=(ON_PURPOSE,) if who is Clients.SOME else (),
                    severity=severity,
                    fix=replace(FIX, script=OPEN_BOTH) if both else FIX,
                    balancer=balancer.load_balancer_name,
                    port=listener.port,
                    group_id=balancer.security_groups[0],
                    region=balancer.region,
                )
