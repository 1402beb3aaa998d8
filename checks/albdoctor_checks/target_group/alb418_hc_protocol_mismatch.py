"""ALB418: the health check speaks another protocol than the port it is sent to."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.health_words import FAILED
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.protocols import check_protocol_heard, check_protocol_likely
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.text import Text, command
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group
from albdoctor_checks.target_group.check_evidence import health_and_ports

ALTERNATIVES = (
    Text(
        en="The protocol of the target group itself is wrong, not the health check's.",
        ko="상태 검사가 아니라 대상 그룹 자체의 프로토콜이 잘못되었습니다.",
    ),
    Text(
        en="Nothing listens on the port, or the application refuses the request's Host header with 400.",
        ko="해당 포트에서 수신하는 프로세스가 없거나, 애플리케이션이 요청의 Host 헤더를 400으로 거부합니다.",
    ),
)


@check(
    id="ALB418",
    slug="hc-protocol-mismatch",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Health checks of target group {group} use {used}, but port {check_port} of the targets speaks {spoken}: {targets}",
        ko="대상 그룹 {group}의 상태 검사 프로토콜은 {used}, 대상의 {check_port} 포트 프로토콜은 {spoken}입니다: {targets}",
    ),
    why=Text(
        en="A health check has a protocol of its own, and it is HTTP unless set, also in an HTTPS target group. With the wrong one every check fails, although requests may succeed.",
        ko="상태 검사에는 별도의 프로토콜 설정이 있으며, HTTPS 대상 그룹에서도 지정하지 않으면 HTTP입니다. 이 설정이 틀리면 요청은 성공하더라도 상태 검사는 모두 실패합니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Set the health check protocol of {group} to {spoken}.",
                ko="{group} 그룹의 상태 검사 프로토콜을 바꾸세요: {spoken}",
            ),
            script="aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-protocol {spoken}\n",
            console=(
                Text(
                    en="EC2 > Target Groups > {group} > Health checks > Edit: protocol {spoken}",
                    ko="EC2 > 대상 그룹 > {group} > 상태 검사 > 편집: 프로토콜 {spoken}",
                ),
            ),
            terraform='health_check {\n  protocol = "{spoken}"\n}\n',
            cloudformation="HealthCheckProtocol: {spoken}\n",
            verify=SHOW_HEALTH,
        ),
    ),
    breaks={"connection", "health"},
    words=Text(
        en=(
            "health check protocol wrong; health check uses HTTP but target is HTTPS; "
            "health check protocol HTTPS; health check over http to tls port; "
            "health check protocol mismatch"
        ),
        ko=(
            "헬스체크 프로토콜; 상태 검사 프로토콜 불일치; 헬스체크가 HTTP인데 서버는 HTTPS; "
            "상태 검사 프로토콜 HTTPS; 헬스체크 프로토콜 변경"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
    ),
)
def hc_protocol_mismatch(probed_groups: ProbedGroups) -> Iterator[Verdict]:
    """Yield every target group whose health check speaks the wrong protocol, while the group speaks the right one."""
    for item in probed_groups:
        group = item.group
        heard = [seen for seen in item.targets if check_protocol_heard(seen)]
        guilty = heard or [seen for seen in item.targets if check_protocol_likely(seen)]
        if not guilty:
            yield item.gap(FAILED) or fine(group.ref)
            continue
        first = guilty[0]
        spoken = "HTTP" if group.health_check_protocol == "HTTPS" else "HTTPS"
        finding = found(
            group.ref,
            *_evidence(first),
            fix_values=of_group(group),
            used=group.health_check_protocol,
            spoken=spoken,
            check_port=first.check_port,
            targets=target_ids(guilty),
        )
        decide = command(
            "curl -vk {scheme}://127.0.0.1:{port}{path}",
            scheme=spoken.lower(),
            port=first.check_port,
            path=group.health_check_path,
        )
        yield finding if heard else likely(finding, *ALTERNATIVES, decide=decide)


def _evidence(first: Seen) -> Iterator[Evidence]:
    group = first.group
    checked = f"HealthCheckProtocol: {group.health_check_protocol}, HealthCheckPort: {group.health_check_port}"
    yield saw(asked.group(group), f"Protocol: {group.protocol}, {checked}")
    yield from health_and_ports(first, first.check_port)
