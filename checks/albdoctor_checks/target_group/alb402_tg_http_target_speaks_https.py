"""ALB402: the group speaks plain HTTP to targets that speak TLS only."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.lines import exchange_line
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.targets.forwarders import Forwarders
from albdoctor.derive.targets.health_words import FAILED
from albdoctor.derive.targets.listed import target_ids, target_ports
from albdoctor.derive.targets.protocols import new_ports, proven_port, tls_complaint_likely
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.speaks import Speech
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.facts.elb import TargetGroups
from albdoctor.text import Text, command
from albdoctor_checks.fixes.group import SHOW_HEALTH
from albdoctor_checks.fixes.group_protocol import TO_HTTPS
from albdoctor_checks.fixes.replace_group import mends, replacement
from albdoctor_checks.target_group.check_evidence import health_and_ports

SHOWN = 160
"""Characters of a server's complaint that are cited."""
HOST_LIST = Text(
    en="The application refuses the health check's Host header (a private address) with 400.",
    ko="애플리케이션이 상태 검사의 Host 헤더(프라이빗 IP 주소)를 400으로 거부합니다.",
)
BOTH = Text(
    en="The port answers plain HTTP as well as TLS.",
    ko="이 포트는 평문 HTTP와 TLS에 모두 응답합니다.",
)
PROVE_FIRST = Fix(
    summary=Text(
        en="Find out what port {port} of {targets} speaks before you change the protocol of {group}.",
        ko="{group} 그룹의 프로토콜을 바꾸기 전에 대상의 {port} 포트가 무엇으로 통신하는지 확인하세요: {targets}",
    ),
    by_hand=Text(
        en="Run the deciding command on the target. If TLS answers there, serve plain HTTP on a port of the target or create an HTTPS target group. Never switch to HTTPS without that proof: a plain HTTP server behind an HTTPS target group takes the site down.",
        ko="대상에서 판별 명령을 실행하세요. TLS로 응답하면 대상의 한 포트에서 평문 HTTP를 제공하거나 HTTPS 대상 그룹을 새로 만드세요. 확인하지 않고 HTTPS로 바꾸면 안 됩니다. HTTPS 대상 그룹 뒤에 평문 HTTP 서버가 있으면 사이트 전체가 중단됩니다.",
    ),
    verify=SHOW_HEALTH,
)


@check(
    id="ALB402",
    slug="tg-http-target-speaks-https",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Target group {group} sends plain HTTP (port {port}) to targets that speak TLS: {targets}",
        ko="대상 그룹 {group}의 대상은 TLS로 통신하는데 로드 밸런서가 {port} 포트에 평문 HTTP로 접속합니다: {targets}",
    ),
    why=Text(
        en="The group's protocol is HTTP. A TLS server answers plain HTTP with 400 or cuts the connection, so health checks fail and clients get 400 or 502.",
        ko="그룹의 프로토콜이 HTTP입니다. TLS 서버는 평문 HTTP 요청에 400으로 답하거나 연결을 끊으므로 상태 검사가 실패하고 클라이언트는 400이나 502를 받습니다.",
    ),
    fixes=(TO_HTTPS, PROVE_FIRST),
    breaks={"connection", "health", "response"},
    words=Text(
        en=(
            "plain HTTP sent to HTTPS port; The plain HTTP request was sent to HTTPS port; "
            "Client sent an HTTP request to an HTTPS server; target speaks TLS but group is HTTP; "
            "backend requires https; target group HTTP but server is https only; "
            "This combination of host and port requires TLS; server only speaks https; "
            "backend has a certificate; 400 the plain HTTP request"
        ),
        ko=(
            "HTTPS 포트에 HTTP 요청; 대상은 HTTPS인데 대상 그룹은 HTTP; 서버가 HTTPS만 지원; "
            "The plain HTTP request was sent to HTTPS port; 백엔드가 TLS인데 HTTP로 연결; "
            "서버에 인증서가 있는데 대상 그룹은 HTTP; 톰캣 SSL 포트에 HTTP"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    ),
)
def tg_http_target_speaks_https(
    probed_groups: ProbedGroups, forwarders: Forwarders, target_groups: TargetGroups, scene: Scene
) -> Iterator[Verdict]:
    """Yield every HTTP target group whose targets speak TLS only."""
    taken = frozenset(group.target_group_name for group in target_groups)
    for item in probed_groups:
        group = item.group
        proven = [seen for seen in item.targets if proven_port(seen, Speech.TLS)]
        complaint = scene.complaint(group.target_group_arn)
        heard = [seen for seen in item.targets if complaint and not seen.proven]
        guilty = proven or heard or [seen for seen in item.targets if tls_complaint_likely(seen)]
        if group.protocol != "HTTP" or not guilty:
            yield (item.gap(FAILED) if group.protocol == "HTTP" else None) or fine(group.ref)
            continue
        first = guilty[0]
        moved = new_ports(item.targets, first, proven_port(first, Speech.TLS) or first.port, Speech.TLS)
        finding = found(
            group.ref,
            *_evidence(first, moved[first]),
            *([saw(exchange_line(complaint)[0], complaint.body_start[:SHOWN])] if complaint else []),
            fix=PROVE_FIRST if not proven or any(seen.proven for seen in item.targets) else None,
            mends=mends(group, "HTTPS", moved),
            fix_values=replacement(group, "HTTPS", moved, forwarders, taken),
            targets=target_ids(guilty),
            port=target_ports(guilty),
        )
        other = BOTH if first.state == "healthy" else HOST_LIST
        decide = command("curl -vk https://127.0.0.1:{port}{path}", port=first.port, path=group.health_check_path)
        yield finding if proven or heard else likely(finding, other, decide=decide)


def _evidence(first: Seen, new_port: int) -> Iterator[Evidence]:
    yield saw(asked.group(first.group), f"Protocol: HTTP, Port: {first.group.port}")
    yield from health_and_ports(first, first.port, new_port)
