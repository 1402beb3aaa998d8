"""ALB417: the health check's connection fails before any HTTP answer."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, likely
from albdoctor.derive.targets.health_words import FAILED
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.text import Text, fill_script
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group
from albdoctor_checks.target_group.check_evidence import health_and_ports

ALTERNATIVES = (
    Text(
        en="Nothing listens on the port, or the process listens on 127.0.0.1 only.",
        ko="해당 포트에서 수신하는 프로세스가 없거나 127.0.0.1에서만 수신합니다.",
    ),
    Text(
        en="The health check speaks TLS to a plain HTTP port, or plain HTTP to a TLS port.",
        ko="상태 검사가 평문 HTTP 포트에 TLS로, 또는 TLS 포트에 평문 HTTP로 접속합니다.",
    ),
    Text(
        en="A firewall on the host rejects the connection.",
        ko="호스트의 방화벽이 연결을 거부합니다.",
    ),
)

LOOK_AND_ASK = "sudo ss -ltnp 'sport = :{check_port}'; curl -vk {scheme}://127.0.0.1:{check_port}{path}"


@check(
    id="ALB417",
    slug="hc-connection-refused",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Health checks of target group {group} ({protocol}, port {check_port}) end without an HTTP answer: {targets}",
        ko="대상 그룹 {group}의 상태 검사({protocol}, {check_port} 포트)가 HTTP 응답을 받지 못합니다: {targets}",
    ),
    why=Text(
        en="The target refuses or cuts the connection, or what it sends is not HTTP, so it counts as unhealthy. The way to it is open: a blocked one would time out.",
        ko="대상이 연결을 거부하거나 끊거나 HTTP가 아닌 응답을 보내 비정상으로 처리됩니다. 네트워크가 막혔다면 시간 초과가 나므로 대상까지의 경로는 열려 있습니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Make port {check_port} of the targets answer {protocol}, or point the health check at the port and protocol that do.",
                ko="대상의 {check_port} 포트가 {protocol} 요청에 응답하게 하거나, 상태 검사를 응답하는 포트와 프로토콜로 바꾸세요.",
            ),
            by_hand=Text(
                en="On the target, see which process listens where (in a container also `docker ps`, for the port mapping). It must listen on 0.0.0.0 or the private address, on port {check_port}:\n"
                "  sudo ss -ltnp\n"
                "Then ask it as the health check does:\n"
                "  curl -vk {scheme}://127.0.0.1:{check_port}{path}",
                ko="대상에서 어떤 프로세스가 어느 주소와 포트에서 수신하는지 확인하세요(컨테이너라면 `docker ps`로 포트 매핑도 확인). 0.0.0.0 또는 프라이빗 IP 주소의 {check_port} 포트에서 수신해야 합니다.\n"
                "  sudo ss -ltnp\n"
                "그다음 상태 검사와 같은 요청을 보내 보세요.\n"
                "  curl -vk {scheme}://127.0.0.1:{check_port}{path}",
            ),
            verify=SHOW_HEALTH,
        ),
    ),
    breaks={"health"},
    shows={"connection"},
    words=Text(
        en=(
            "health checks failed; connection refused; connection reset health check; "
            "connection refused health check; nothing listening on port; "
            "health check connection refused; target closes the connection; "
            "unhealthy without a code; health check fails immediately; Target.FailedHealthChecks; "
            "not an HTTP answer"
        ),
        ko=(
            "연결 거부; 헬스체크 연결 거부; 헬스체크 연결 재설정; Health checks failed 코드 없음; "
            "상태 검사가 바로 실패; 응답 없는 헬스체크 실패; 헬스체크 connection refused"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def hc_connection_refused(probed_groups: ProbedGroups) -> Iterator[Verdict]:
    """Yield every target group whose health checks fail without an HTTP answer."""
    for item in probed_groups:
        group = item.group
        failing = [seen for seen in item.targets if seen.failing and seen.reason == FAILED]
        if not failing:
            yield fine(group.ref)
            continue
        heard = [seen for seen in failing if seen.check_cannot_pass]
        first = (heard or failing)[0]
        finding = found(
            group.ref,
            *health_and_ports(first, first.check_port),
            fix_values=of_group(group),
            protocol=group.health_check_protocol,
            check_port=first.check_port,
            targets=target_ids(failing),
            scheme=group.health_check_protocol.lower(),
            path=group.health_check_path,
        )
        decide = fill_script(LOOK_AND_ASK, finding.values)
        yield finding if heard else likely(finding, *ALTERNATIVES, decide=decide)
