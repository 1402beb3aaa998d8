"""ALB511: VPC Block Public Access keeps the internet from the subnets of a load balancer."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Finding, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.network.public_access import PublicAccess, PublicAccesses
from albdoctor.derive.request.silence import Silence
from albdoctor.text import Text, command, same
from albdoctor_checks.network.silent_door import counted
from albdoctor_checks.response.could_be import OWN_NETWORK

FIREWALL = Text(
    en="A firewall in front of the load balancer drops the packets: AWS Network Firewall, an appliance, the provider's network.",
    ko="로드 밸런서 앞의 방화벽(AWS Network Firewall, 어플라이언스, 통신사 네트워크)이 패킷을 버립니다.",
)
NOT_TOLD = Text(
    en="BlockPublicAccessStates: not in these facts",
    ko="BlockPublicAccessStates: 이 사실 파일에 없음",
)
UNANSWERED = Text(
    en="no answer on ports 443 and 80 at any address, although security groups, network ACLs and routes are open and targets are healthy",
    ko="보안 그룹, 네트워크 ACL, 라우팅이 모두 열려 있고 대상도 정상인데 모든 주소의 443, 80 포트가 무응답",
)
MODES = "'Subnets[].[SubnetId,BlockPublicAccessStates.InternetGatewayBlockMode]' --output text"
FIX = Fix(
    summary=Text(
        en="Decide whether the internet may reach subnets {subnets}, and exclude them from VPC Block Public Access if so.",
        ko="서브넷 {subnets}에 인터넷 접속을 허용할지 정하고, 허용한다면 VPC 퍼블릭 액세스 차단에서 제외하세요.",
    ),
    by_hand=Text(
        en="Somebody turned this protection on for the whole Region, so ask whoever answers for security; an organization's declarative policy may hold it. An exclusion lets the internet in to the named subnet only, once for each of {subnets}:\n"
        "  aws ec2 create-vpc-block-public-access-exclusion --region {region} --subnet-id SUBNET --internet-gateway-exclusion-mode allow-bidirectional",
        ko="리전 전체에 적용되는 보호 기능을 누군가 켠 것이므로 먼저 보안 담당자와 상의하세요. 조직의 선언적 정책으로 고정되어 있을 수도 있습니다. 제외를 만들면 지정한 서브넷에만 인터넷 접속이 허용됩니다. 서브넷마다 한 번씩 실행하세요: {subnets}\n"
        "  aws ec2 create-vpc-block-public-access-exclusion --region {region} --subnet-id SUBNET --internet-gateway-exclusion-mode allow-bidirectional",
    ),
    console=(
        Text(
            en="VPC > Settings > Block public access > Create exclusions: {subnets}, Bidirectional",
            ko="VPC > 설정 > 퍼블릭 액세스 차단 > 제외 생성: {subnets}, 양방향",
        ),
    ),
    verify="aws ec2 describe-subnets --region {region} --subnet-ids {subnets} --query " + MODES,
)


@check(
    id="ALB511",
    slug="net-vpc-block-public-access",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="VPC Block Public Access keeps the internet from load balancer {balancer} in {closed} of {all} subnets: {subnets}",
        ko="VPC 퍼블릭 액세스 차단(BPA) 때문에 인터넷에서 로드 밸런서 {balancer}에 접속하지 못합니다(서브넷 {all}개 중 {closed}개): {subnets}",
    ),
    why=Text(
        en="It drops what comes through internet gateways, whatever security groups, network ACLs and routes allow, and sends no answer: browsers wait until the connection times out.",
        ko="보안 그룹, 네트워크 ACL, 라우팅이 허용하더라도 인터넷 게이트웨이로 들어오는 패킷을 응답 없이 버리므로, 브라우저는 연결 시간이 초과될 때까지 기다립니다.",
    ),
    fixes=(FIX,),
    breaks={"https-port"},
    at_the_door=True,
    words=Text(
        en=("VPC block public access; BPA; block public access enabled; block-bidirectional; VPC BPA exclusion"),
        ko="VPC 퍼블릭 액세스 차단; BPA; 퍼블릭 액세스 차단 설정; VPC BPA 제외",
    ),
    refs=("https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html",),
)
def net_vpc_block_public_access(accesses: PublicAccesses, silence: Silence) -> Iterator[Verdict]:
    """Yield every internet-facing load balancer in whose subnets VPC Block Public Access blocks, or seems to."""
    for access in accesses:
        if access.blocked:
            evidence = [
                saw(asked.subnets(id_), f"InternetGatewayBlockMode: {access.modes[id_]}") for id_ in access.blocked
            ]
            yield _finding(access, access.blocked, *evidence)
        elif not access.untold:
            yield fine(access.balancer.ref)
        elif silence.unexplained and access.balancer.ref in silence.open:
            told = saw(asked.subnets(*access.untold), NOT_TOLD)
            answer = saw(same("TCP 443, 80"), UNANSWERED)
            yield likely(
                _finding(access, access.untold, told, answer, *counted(silence)),
                OWN_NETWORK,
                FIREWALL,
                decide=command(
                    f"aws ec2 describe-subnets --region {{region}} --subnet-ids {{ids}} --query {MODES}",
                    region=access.balancer.region,
                    ids=access.untold,
                ),
            )


def _finding(access: PublicAccess, subnets: tuple[str, ...], *evidence: Evidence) -> Finding:
    return found(
        access.balancer.ref,
        *evidence,
        some=len(subnets) < len(access.modes),
        balancer=access.balancer.load_balancer_name,
        region=access.balancer.region,
        subnets=subnets,
        closed=len(subnets),
        all=len(access.modes),
    )
