"""ALB515: an Automated Internet Firewall lets no connection of a visitor in to the subnets of a load balancer."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.internet_firewall import OUTBOUND_ONLY, InternetFirewalls
from albdoctor.text import Text

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


@check(
    id="ALB515",
    slug="net-firewall-drops-inbound",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The VPC's Automated Internet Firewall drops every connection from the internet to load balancer {balancer} in {closed} of {all} subnets: {subnets}",
        ko="VPC의 Automated Internet Firewall 때문에 인터넷에서 로드 밸런서 {balancer}에 접속하지 못합니다(서브넷 {all}개 중 {closed}개): {subnets}",
    ),
    why=Text(
        en="In an outbound-only subnet it drops unsolicited inbound connections, whatever security groups, network ACLs and routes allow, and sends no answer: browsers wait until the connection times out.",
        ko="outbound-only 서브넷에서는 보안 그룹, 네트워크 ACL, 라우팅이 허용하더라도 외부에서 시작한 연결을 응답 없이 버리므로, 브라우저는 연결 시간이 초과될 때까지 기다립니다.",
    ),
    fixes=(FIX,),
    breaks={"https-port"},
    at_the_door=True,
    words=Text(
        en=(
            "Automated Internet Firewall; outbound-only subnet; internet firewall drops inbound; "
            "unsolicited inbound dropped"
        ),
        ko=("자동 인터넷 방화벽; Automated Internet Firewall; 아웃바운드 전용 서브넷; 인터넷 방화벽 인바운드 차단"),
    ),
    refs=(
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html",
        "https://docs.aws.amazon.com/network-security-manager/latest/APIReference/API_IgwFirewallConfig.html",
    ),
)
def net_firewall_drops_inbound(firewalls: InternetFirewalls) -> Iterator[Verdict]:
    """Yield every internet-facing load balancer in whose subnets the firewall lets connections out only."""
    for firewall in firewalls:
        balancer, shut, among = firewall.balancer, firewall.shut, len(firewall.treatments)
        if not shut:
            yield fine(balancer.ref)
            continue
        yield found(
            balancer.ref,
            *(saw(asked.subnets(id_), f"NetworkFirewallConnectivityType: {OUTBOUND_ONLY}") for id_ in shut),
            some=len(shut) < among,
            balancer=balancer.load_balancer_name,
            region=balancer.region,
            subnets=shut,
            closed=len(shut),
            all=among,
        )
