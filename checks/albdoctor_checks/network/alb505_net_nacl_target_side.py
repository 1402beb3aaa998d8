"""ALB505: the network ACL of the targets' subnet drops requests or their answers."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check
from albdoctor.derive.network.acl_repair import TARGET_SIDE
from albdoctor.derive.network.reach import Network
from albdoctor.derive.targets.ways import AllWays
from albdoctor.text import Text
from albdoctor_checks.fixes.network_acl import TARGET_ENTRIES, TARGET_RENUMBER
from albdoctor_checks.network.blocking_acls import blocking_acls


@check(
    id="ALB505",
    slug="net-nacl-target-side",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Network ACL {acl} of the targets' subnet blocks traffic between the load balancer and port {port} of {targets}",
        ko="대상 서브넷의 네트워크 ACL {acl}에서 로드 밸런서와 대상의 {port} 포트 사이 트래픽이 차단됩니다: {targets}",
    ),
    why=Text(
        en="A network ACL keeps no state: the request must be allowed in on its port, and the answer out on ports 1024-65535. One of them is not, so connections get no answer: health checks time out and requests end with 504.",
        ko="네트워크 ACL은 상태를 저장하지 않으므로, 해당 포트로 들어오는 요청과 1024-65535 포트로 나가는 응답을 모두 허용해야 합니다. 둘 중 하나가 막혀 연결에 응답이 없으므로 상태 검사는 시간 초과되고 요청은 504로 끝납니다.",
    ),
    fixes=(TARGET_ENTRIES, TARGET_RENUMBER),
    breaks={"health", "packets", "response"},
    words=Text(
        en=(
            "network ACL blocks target subnet; NACL of the targets; NACL denies port; "
            "ephemeral ports NACL; NACL inbound target; subnet ACL"
        ),
        ko=(
            "대상 서브넷 네트워크 ACL; NACL 차단; NACL 인바운드; 서브넷 ACL; "
            "NACL 때문에 대상 연결 안됨; 네트워크 ACL 규칙"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def net_nacl_target_side(ways: AllWays, network: Network) -> Iterator[Verdict]:
    """Yield every network ACL at the targets' side that blocks the way from the balancer or back."""
    for item in ways:
        yield from blocking_acls(item, network, TARGET_SIDE, TARGET_RENUMBER)
