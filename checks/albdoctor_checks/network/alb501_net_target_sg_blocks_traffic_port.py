"""ALB501: the targets' security group does not let the balancer's requests in."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check
from albdoctor.derive.targets.ways import AllRequestWays
from albdoctor.text import Text
from albdoctor_checks.fixes.target_security_group import (
    ADMIT_BALANCER,
    ADMIT_BALANCER_IN_SEVERAL,
    ADMIT_HIGH_PORT,
)
from albdoctor_checks.network.shut_ports import shut_ports


@check(
    id="ALB501",
    slug="net-target-sg-blocks-traffic-port",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="No inbound rule of security group {guards} allows the load balancer on port {port} of {targets}",
        ko="보안 그룹 {guards}에 로드 밸런서에서 대상의 {port} 포트로 오는 트래픽을 허용하는 인바운드 규칙이 없습니다: {targets}",
    ),
    why=Text(
        en="Requests go to this port, and the security group silently drops what no rule allows: requests end with 504, and health checks on the port time out.",
        ko="요청이 이 포트로 가는데, 보안 그룹은 허용 규칙이 없는 패킷을 응답 없이 버립니다. 요청은 504로 끝나고 같은 포트의 상태 검사는 시간 초과됩니다.",
    ),
    fixes=(ADMIT_BALANCER, ADMIT_BALANCER_IN_SEVERAL, ADMIT_HIGH_PORT),
    breaks={"health", "packets", "response"},
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html#target-security-groups",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def net_target_sg_blocks_traffic_port(ways: AllRequestWays) -> Iterator[Verdict]:
    """Yield the targets whose security groups keep the balancer from the port that requests go to."""
    for item in ways:
        yield from shut_ports(item, item.blocked("target-sg-in"))
