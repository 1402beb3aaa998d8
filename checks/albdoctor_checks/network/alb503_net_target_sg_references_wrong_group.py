"""ALB503: the targets' security group has a rule for the port, and it names another group than the balancer's."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check
from albdoctor.derive.targets.ways import AllWays
from albdoctor.text import Text
from albdoctor_checks.fixes.target_security_group import ADMIT_BESIDE, ADMIT_BESIDE_IN_SEVERAL
from albdoctor_checks.network.shut_ports import open_elsewhere


@check(
    id="ALB503",
    slug="net-target-sg-references-wrong-group",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Security group {guards} allows port {port} of {targets} from {named}, which is no security group of load balancer {balancer}",
        ko="보안 그룹 {guards}의 {port} 포트 인바운드 규칙이 {balancer} 로드 밸런서의 보안 그룹이 아닌 {named}만 허용합니다: {targets}",
    ),
    why=Text(
        en="A rule whose source is a security group admits only what has that very group on it. A load balancer that was made anew, or whose groups were replaced, has another one: its packets are silently dropped, requests end with 504, and health checks time out.",
        ko="보안 그룹을 소스로 하는 규칙은 바로 그 보안 그룹이 연결된 리소스만 허용합니다. 로드 밸런서를 새로 만들었거나 보안 그룹을 바꾸었다면 그룹 ID가 달라졌으므로 패킷이 응답 없이 버려집니다. 요청은 504로 끝나고 상태 검사는 시간 초과됩니다.",
    ),
    fixes=(ADMIT_BESIDE, ADMIT_BESIDE_IN_SEVERAL),
    breaks={"health", "packets", "response"},
    words=Text(
        en=(
            "security group rule references the wrong group; rule names the old load balancer's security group; "
            "new ALB but old security group in the rule; ALB security group replaced; "
            "security group source is another group; stale security group rule; inbound rule exists but still times out"
        ),
        ko=(
            "보안 그룹 규칙이 잘못된 그룹을 참조; 예전 ALB 보안 그룹을 소스로 지정; ALB를 새로 만들었는데 보안 그룹은 그대로; "
            "로드 밸런서 보안 그룹 교체; 소스 보안 그룹이 다름; 오래된 보안 그룹 규칙; 인바운드 규칙은 있는데 시간 초과"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html#target-security-groups",
    ),
)
def net_target_sg_references_wrong_group(ways: AllWays) -> Iterator[Verdict]:
    """Yield the targets whose security groups admit another security group to the port instead of the balancer's."""
    for item in ways:
        yield from open_elsewhere(item, item.blocked("target-sg-other-in"), ADMIT_BESIDE_IN_SEVERAL)
