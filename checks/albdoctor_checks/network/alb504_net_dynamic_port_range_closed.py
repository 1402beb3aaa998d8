"""ALB504: hosts hand out the ports of their containers, and the security group does not let the balancer to them."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check
from albdoctor.derive.network.reach import TARGET_GROUPS
from albdoctor.derive.targets.ways import AllRequestWays
from albdoctor.text import Text
from albdoctor_checks.fixes.target_security_group import ADMIT_DYNAMIC_PORTS
from albdoctor_checks.network.shut_ports import range_closed


@check(
    id="ALB504",
    slug="net-dynamic-port-range-closed",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="No inbound rule of security group {guards} allows the load balancer on port {port} of {targets}, which hosts took from 32768-65535",
        ko="보안 그룹 {guards}에 로드 밸런서에서 호스트가 32768-65535 범위에서 고른 대상의 {port} 포트로 오는 트래픽을 허용하는 인바운드 규칙이 없습니다: {targets}",
    ),
    why=Text(
        en="With bridge networking each container gets a port of the host's choice, another one at every deployment. Where the security group opens the container's own port, or last week's, requests to the new one are dropped: some tasks time out, and after a deployment all.",
        ko="브리지 네트워킹에서는 호스트가 컨테이너마다 포트를 고르고, 배포할 때마다 바뀝니다. 보안 그룹이 컨테이너의 포트나 예전 포트만 허용하면 새 포트로 가는 요청이 버려져 일부 태스크가, 배포 뒤에는 모든 태스크가 시간 초과됩니다.",
    ),
    fixes=(ADMIT_DYNAMIC_PORTS,),
    breaks={"health", "packets", "response"},
    words=Text(
        en=(
            "ephemeral port range 32768; dynamic port mapping; hostPort 0; bridge network mode; "
            "ECS dynamic ports; ports 32768-65535; NodePort range 30000-32767; random host port"
        ),
        ko=(
            "동적 포트 매핑; 임시 포트 범위 32768; 동적 포트; 브리지 네트워크 모드; hostPort 0; "
            "에페머럴 포트; 32768-65535 열기; 노드포트"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-networkmode-bridge.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html#target-security-groups",
    ),
)
def net_dynamic_port_range_closed(ways: AllRequestWays) -> Iterator[Verdict]:
    """Yield the targets on ports that hosts hand out, where security groups keep the balancer from them."""
    for item in ways:
        yield from range_closed(item, item.blocked(*TARGET_GROUPS))
