"""How a public name comes to lead to an internet-facing load balancer instead of an internal one."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.text import Text

CREATE_ANOTHER = Fix(
    summary=Text(
        en="Create an internet-facing load balancer and point {host} to it: the scheme of {balancer} cannot be changed.",
        ko="인터넷 경계(internet-facing) 로드 밸런서를 새로 만들고 {host} 레코드가 그 로드 밸런서를 가리키게 하세요. {balancer} 로드 밸런서의 체계(scheme)는 바꿀 수 없습니다.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="A target group belongs to one load balancer: the new one needs target groups of its own, with the same targets.",
            ko="대상 그룹은 로드 밸런서 하나에만 속하므로, 새 로드 밸런서에는 같은 대상을 등록한 새 대상 그룹이 필요합니다.",
        ),
        Text(
            en="Clients inside the VPC that used the private addresses now come in over the internet.",
            ko="프라이빗 IP 주소로 접속하던 VPC 내부 클라이언트도 인터넷을 거쳐 들어오게 됩니다.",
        ),
    ),
    console=(
        Text(
            en="EC2 > Load Balancers > Create load balancer > Application Load Balancer > Scheme: Internet-facing, two public subnets of {vpc}",
            ko="EC2 > 로드 밸런서 > 로드 밸런서 생성 > Application Load Balancer > 체계: 인터넷 경계, {vpc}의 퍼블릭 서브넷 두 개 선택",
        ),
        Text(
            en="Route 53 > Hosted zones > the zone of {host} > Edit record > Alias to the new load balancer",
            ko="Route 53 > 호스팅 영역 > {host} 레코드가 있는 영역 > 레코드 편집 > 새 로드 밸런서에 대한 별칭",
        ),
    ),
    by_hand=Text(
        en="Create an internet-facing Application Load Balancer in public subnets of {vpc}, give it the listeners and the certificate of {balancer} and new target groups, then change the alias record of {host}. If {host} is only for people on a VPN, move the record to a private hosted zone instead.",
        ko="{vpc}의 퍼블릭 서브넷에 인터넷 경계 Application Load Balancer를 만들고 {balancer} 로드 밸런서와 같은 리스너와 인증서,"
        " 새 대상 그룹을 설정한 다음 {host}의 별칭 레코드를 바꾸세요."
        " VPN 사용자만 접속하는 이름이라면 레코드를 프라이빗 호스팅 영역으로 옮기세요.",
    ),
    verify="aws elbv2 describe-load-balancers --region {region} --query 'LoadBalancers[].[LoadBalancerName,Scheme,DNSName]' --output text",
)
