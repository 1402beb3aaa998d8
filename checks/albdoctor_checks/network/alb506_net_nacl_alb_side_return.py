"""ALB506: the network ACL of the balancer's subnets drops requests to targets or their answers."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check
from albdoctor.derive.network.acl_repair import BALANCER_SIDE
from albdoctor.derive.network.reach import Network
from albdoctor.derive.targets.ways import AllWays
from albdoctor.text import Text
from albdoctor_checks.fixes.network_acl import BALANCER_ENTRIES, BALANCER_RENUMBER
from albdoctor_checks.network.blocking_acls import blocking_acls


@check(
    id="ALB506",
    slug="net-nacl-alb-side-return",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Network ACL {acl} of the load balancer's subnets blocks requests to port {port} of {targets}, or their answers",
        ko="로드 밸런서 서브넷의 네트워크 ACL {acl}에서 대상의 {port} 포트로 가는 요청이나 그 응답이 차단됩니다: {targets}",
    ),
    why=Text(
        en="A network ACL keeps no state: the request must be allowed out on the target's port, and the answer in on ports 1024-65535. One of them is not, so connections end without an answer: health checks time out and requests end with 504.",
        ko="네트워크 ACL은 상태를 저장하지 않으므로, 대상의 포트로 나가는 요청과 1024-65535 포트로 들어오는 응답을 모두 허용해야 합니다. 둘 중 하나가 막혀 연결이 응답 없이 끝나므로 상태 검사는 시간 초과되고 요청은 504로 끝납니다.",
    ),
    fixes=(BALANCER_ENTRIES, BALANCER_RENUMBER),
    breaks={"health", "packets", "response"},
    words=Text(
        en=(
            "network ACL return traffic; NACL ephemeral ports 1024-65535; "
            "NACL of load balancer subnet; return traffic blocked; NACL outbound load balancer"
        ),
        ko=(
            "로드 밸런서 서브넷 NACL; NACL 임시 포트; NACL 응답 트래픽 차단; NACL 아웃바운드; "
            "네트워크 ACL 반환 트래픽 1024-65535"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def net_nacl_alb_side_return(ways: AllWays, network: Network) -> Iterator[Verdict]:
    """Yield every network ACL at the balancer's side that blocks the way to the targets or back."""
    for item in ways:
        yield from blocking_acls(item, network, BALANCER_SIDE, BALANCER_RENUMBER)
