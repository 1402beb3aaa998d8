"""ALB502: the targets' security group does not let health checks in on their own port."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check
from albdoctor.derive.targets.ways import AllCheckWays
from albdoctor.text import Text
from albdoctor_checks.fixes.target_security_group import (
    ADMIT_BALANCER,
    ADMIT_BALANCER_IN_SEVERAL,
)
from albdoctor_checks.network.shut_ports import shut_ports


@check(
    id="ALB502",
    slug="net-target-sg-blocks-hc-port",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="No inbound rule of security group {guards} allows health checks on port {port} of {targets}",
        ko="보안 그룹 {guards}에 대상의 {port} 포트로 오는 상태 검사를 허용하는 인바운드 규칙이 없습니다: {targets}",
    ),
    why=Text(
        en="Health checks go to a port of their own, and the security group drops them. The targets stay unhealthy even when they serve requests well.",
        ko="상태 검사가 별도의 포트로 가는데 보안 그룹이 이를 차단합니다. 대상이 요청을 잘 처리하더라도 계속 비정상입니다.",
    ),
    fixes=(ADMIT_BALANCER, ADMIT_BALANCER_IN_SEVERAL),
    breaks={"health", "packets"},
    words=Text(
        en=(
            "health check port not open; health check port blocked by security group; "
            "security group lacks the health check port; traffic works but health check times out; "
            "management port closed"
        ),
        ko=(
            "헬스체크 포트 보안 그룹; 상태 검사 포트 차단; 헬스체크 포트 안 열림; "
            "헬스체크 포트 인바운드 규칙; 트래픽은 되는데 헬스체크 타임아웃"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html#target-security-groups",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def net_target_sg_blocks_hc_port(ways: AllCheckWays) -> Iterator[Verdict]:
    """Yield the targets whose security groups keep the balancer from a separate health check port."""
    for item in ways:
        yield from shut_ports(item, [way for way in item.blocked("target-sg-in") if way.port != way.target.port])
