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
    words=Text(
        en=(
            "504 Gateway Timeout; EC2 security group doesn't allow ALB; "
            "allow from ALB security group; target security group; "
            "unhealthy targets, app works locally; node security group; two tagged security groups; "
            "Target.Timeout; instance security group inbound; security group of the instance; "
            "open port 8080 to the load balancer; target group unhealthy timeout; "
            "task security group; container security group; "
            "expect exactly one security group tagged; security group source sg-; "
            "ALB can't reach EC2; load balancer can't reach the instance; traffic port blocked; "
            "EC2 only allows SSH; app works on localhost but unhealthy; ECS security group; "
            "worker node security group"
        ),
        ko=(
            "보안그룹에서 8080 포트 미허용; 504 Gateway Time-out; 대상 그룹 unhealthy; "
            "ALB SG에서 EC2 SG 인바운드 규칙; 연결은 됐는데 트래픽이 안 전달; "
            "EC2 보안 그룹 소스 ALB; 포트 안 열림; 비정상; EC2 보안 그룹; "
            "인스턴스 보안 그룹 인바운드; ALB에서 EC2로 접근 불가; 대상 보안 그룹; "
            "보안 그룹 8080 열기; EC2 인바운드에 ALB 보안 그룹 추가; 태스크 보안 그룹; "
            "504 게이트웨이 시간 초과; ALB가 EC2에 연결 못 함; 로드밸런서에서 인스턴스로 통신 안됨; "
            "EC2 포트 열기; 상태 검사 시간 초과 보안 그룹; 노드 보안 그룹; 대상 비정상 시간 초과; "
            "소스를 ALB 보안 그룹으로; 3000 포트 보안 그룹"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html#target-security-groups",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def net_target_sg_blocks_traffic_port(ways: AllRequestWays) -> Iterator[Verdict]:
    """Yield the targets whose security groups keep the balancer from the port that requests go to."""
    for item in ways:
        yield from shut_ports(item, item.blocked("target-sg-in"))
