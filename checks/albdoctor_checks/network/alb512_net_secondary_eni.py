"""ALB512: the port is open on another interface of the instance than the primary one, to which requests go."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check
from albdoctor.derive.targets.ways import AllWays
from albdoctor.text import Text
from albdoctor_checks.fixes.target_security_group import ADMIT_AT_PRIMARY, ADMIT_AT_PRIMARY_IN_SEVERAL
from albdoctor_checks.network.shut_ports import open_elsewhere


@check(
    id="ALB512",
    slug="net-secondary-eni",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The load balancer is allowed on port {port} at {named}, another network interface of {targets}, and not at the primary one: security group {guards}",
        ko="대상의 다른 네트워크 인터페이스({named})만 로드 밸런서를 {port} 포트에서 허용하고, 요청이 가는 기본 인터페이스에는 허용 규칙이 없습니다(보안 그룹 {guards}): {targets}",
    ),
    why=Text(
        en="A target that is registered by its instance id is reached at the primary private address of its primary network interface. Security groups belong to interfaces: a rule on another one lets nothing in there, so requests end with 504 and health checks time out.",
        ko="인스턴스 ID로 등록된 대상에는 기본 네트워크 인터페이스의 기본 프라이빗 주소로 요청이 갑니다. 보안 그룹은 인터페이스마다 적용되므로 다른 인터페이스의 규칙은 소용이 없습니다. 요청은 504로 끝나고 상태 검사는 시간 초과됩니다.",
    ),
    fixes=(ADMIT_AT_PRIMARY, ADMIT_AT_PRIMARY_IN_SEVERAL),
    breaks={"health", "packets", "response"},
    words=Text(
        en=(
            "secondary network interface; second ENI; two network interfaces; security group on the wrong ENI; "
            "instance with several interfaces; primary network interface; eth1; secondary ENI target"
        ),
        ko=(
            "보조 네트워크 인터페이스; 두 번째 ENI; 네트워크 인터페이스 두 개; 다른 ENI에 보안 그룹 적용; "
            "기본 네트워크 인터페이스; 인스턴스 ENI 여러 개; eth1"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-type",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html",
    ),
)
def net_secondary_eni(ways: AllWays) -> Iterator[Verdict]:
    """Yield the instances that let the balancer in on another interface than the one that its requests reach."""
    for item in ways:
        yield from open_elsewhere(item, item.blocked("target-sg-beside-in"), ADMIT_AT_PRIMARY_IN_SEVERAL)
