"""ALB401: the group speaks TLS to targets that speak plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.targets.counters import CONNECTION_ERRORS, TLS_ERRORS, Counters
from albdoctor.derive.targets.forwarders import Forwarders
from albdoctor.derive.targets.health_words import FAILED, TIMEOUT
from albdoctor.derive.targets.listed import target_ids, target_ports
from albdoctor.derive.targets.protocols import (
    healthy_over_http,
    new_ports,
    proven_port,
    tls_ends_in_502,
    tls_fails_towards,
    tls_may_fail_towards,
)
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.speaks import Speech
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.facts.elb import TargetGroups
from albdoctor.text import Command, Text, command
from albdoctor_checks.fixes.group import SHOW_HEALTH
from albdoctor_checks.fixes.group_protocol import TO_HTTP
from albdoctor_checks.fixes.replace_group import mends, replacement
from albdoctor_checks.target_group.check_evidence import health_and_ports

INCOMPATIBLE = Text(
    en="The target speaks TLS, but shares no protocol version or cipher with the load balancer.",
    ko="대상이 TLS로 통신하지만 로드 밸런서와 공통으로 지원하는 TLS 버전이나 암호가 없습니다.",
)
SPEAKS_BOTH = Text(
    en="The port tells TLS and plain HTTP apart and speaks both, and the application breaks requests off.",
    ko="포트가 TLS와 평문 HTTP를 구분해 둘 다 지원하고, 애플리케이션이 요청 도중에 연결을 끊습니다.",
)
NOTHING_THERE = Text(
    en="Nothing listens on the target's registered port.",
    ko="대상이 등록된 포트에서 수신하는 프로세스가 없습니다.",
)
SOME_SPEAK_HTTP = Fix(
    summary=Text(
        en="Make {targets} serve TLS like the other targets of {group}, or deregister them.",
        ko="다음 대상도 {group} 그룹의 다른 대상처럼 TLS를 제공하게 하거나 등록을 취소하세요: {targets}",
    ),
    by_hand=Text(
        en="Other targets of {group} speak TLS, so the whole group cannot become HTTP. Configure TLS on {targets} (any certificate will do: the load balancer does not validate it), or deregister them.",
        ko="{group} 그룹의 다른 대상은 TLS를 쓰고 있어 그룹 전체를 HTTP로 바꿀 수 없습니다. 다음 대상에 TLS를 설정하거나 등록을 취소하세요: {targets}. 로드 밸런서는 대상의 인증서를 검증하지 않으므로 어떤 인증서든 괜찮습니다.",
    ),
    verify=SHOW_HEALTH,
)


@check(
    id="ALB401",
    slug="tg-https-target-speaks-http",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Target group {group} sends TLS (port {port}) to targets that speak plain HTTP: {targets}",
        ko="대상 그룹 {group}의 대상은 평문 HTTP로 통신하는데 로드 밸런서가 {port} 포트에 TLS로 접속합니다: {targets}",
    ),
    why=Text(
        en="The group's protocol is HTTPS: the load balancer ends the client's TLS and then opens a new TLS connection to the target. A server that speaks plain HTTP cannot answer it, so requests get 502 or 504, and health checks fail unless they are sent as plain HTTP.",
        ko="그룹의 프로토콜이 HTTPS이므로 로드 밸런서는 클라이언트의 TLS를 종료한 뒤 대상에 다시 TLS로 접속합니다. 평문 HTTP 서버는 여기에 응답할 수 없어 요청에 502나 504가 돌아가고, 상태 검사도 평문 HTTP로 보내도록 설정하지 않았다면 실패합니다.",
    ),
    fixes=(TO_HTTP, SOME_SPEAK_HTTP),
    breaks={"connection", "health", "response"},
    words=Text(
        en=(
            "502 Bad Gateway; direct IP works, ALB gives 502; target group HTTPS 443; "
            "backend-protocol HTTPS; SSL termination at ALB; TLS offloading; "
            "target group protocol mismatch; health checks failed, no code; "
            "end-to-end encryption ALB; http works https 502; "
            "EC2 has no certificate but target group is HTTPS; instance speaks plain HTTP; "
            "forward to HTTPS target group; which protocol for the target group; "
            "target group should be HTTP; ssl handshake with backend fails; https to backend; "
            "TargetTLSNegotiationErrorCount; works by IP but domain gives 502; "
            "wrong target group protocol; do I need a certificate on EC2; re-encrypt to backend; "
            "HTTPS all the way to the instance; nginx only listens on 80 and target group is 443; "
            "port forward works but ALB 502"
        ),
        ko=(
            "502 Bad Gateway; 대상 그룹 프로토콜 HTTPS; EC2는 HTTP인데 타겟 그룹은 HTTPS; "
            "SSL 종료(오프로딩); ALB HTTPS 443 대상 그룹 80; IP로는 되는데 도메인은 502; "
            "백엔드 프로토콜 불일치; 리스너는 HTTPS 대상은 HTTP; Bad Gateway 원인; "
            "인증서 없는 서버에 HTTPS; 대상 그룹을 HTTPS로 만듦; 타겟 그룹 프로토콜; 대상 그룹 443; "
            "EC2에 인증서 없음; 서버는 HTTP인데 대상 그룹은 HTTPS; EC2 IP로는 접속되는데 ALB는 502; "
            "종단 간 암호화; 대상 그룹 프로토콜 변경; EC2에도 인증서가 필요한가요; ALB SSL 오프로딩; "
            "직접 접속은 되는데 502; 프로토콜 HTTP로 바꾸기; 타겟그룹 HTTPS 443"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html",
    ),
)
def tg_https_target_speaks_http(
    probed_groups: ProbedGroups, forwarders: Forwarders, target_groups: TargetGroups, counters: Counters, scene: Scene
) -> Iterator[Verdict]:
    """Yield every HTTPS target group whose targets speak plain HTTP."""
    taken = frozenset(group.target_group_name for group in target_groups)
    for item in probed_groups:
        group = item.group
        proven = [seen for seen in item.targets if proven_port(seen, Speech.PLAIN_HTTP)]
        counted = [seen for seen in item.targets if tls_fails_towards(seen, counters)]
        ends_in_502 = tls_ends_in_502(item, scene, counters)
        over_http = [seen for seen in item.targets if ends_in_502 and healthy_over_http(seen)]
        may_fail = [seen for seen in item.targets if tls_may_fail_towards(seen, counters)]
        guilty = proven or counted or over_http or may_fail
        if group.protocol != "HTTPS" or not guilty:
            yield (item.gap(FAILED, TIMEOUT) if group.protocol == "HTTPS" else None) or fine(group.ref)
            continue
        port = _http_port(guilty[0], accepts=bool(counted or over_http))
        moved = new_ports(item.targets, guilty[0], port, Speech.PLAIN_HTTP)
        finding = found(
            group.ref,
            *_evidence(guilty[0], port, counters),
            *(_bad_gateways(scene) if over_http else ()),
            counted=bool(counted) or counters.of(group, CONNECTION_ERRORS) > 0,
            beyond_health=bool(over_http),
            fix=SOME_SPEAK_HTTP if any(seen.proven for seen in item.targets) else None,
            mends=mends(group, "HTTP", moved),
            fix_values=replacement(group, "HTTP", moved, forwarders, taken),
            targets=target_ids(guilty),
            port=target_ports(guilty),
        )
        # Plain HTTP passes, TLS was counted to fail, and nothing else is given to visitors.
        if proven or (counted and over_http):
            yield finding
        elif over_http:
            yield likely(finding, SPEAKS_BOTH, INCOMPATIBLE, decide=_over_tls(guilty[0]))
        else:
            others = (INCOMPATIBLE,) if counted else (NOTHING_THERE, INCOMPATIBLE)
            yield likely(finding, *others, decide=_command(guilty[0], port))


def _http_port(seen: Seen, *, accepts: bool) -> int:
    """Where plain HTTP answers; unseen: the registered port when it accepts connections or is not 443, else 80."""
    heard = proven_port(seen, Speech.PLAIN_HTTP) or next(iter(seen.ports(Speech.PLAIN_HTTP)), None)
    return heard or (seen.port if accepts or seen.port != 443 else 80)


def _evidence(first: Seen, http_port: int, counters: Counters) -> Iterator[Evidence]:
    """What decides comes first: the protocol, and what was heard on the ports."""
    group = first.group
    checked = ", HealthCheckProtocol: HTTP" if healthy_over_http(first) else ""
    yield saw(asked.group(group), f"Protocol: HTTPS, Port: {group.port}{checked}")
    health, *heard = health_and_ports(first, first.port, http_port)
    yield from (*heard, health)
    for name in (TLS_ERRORS, CONNECTION_ERRORS):
        if counters.of(group, name):
            yield saw(*counters.line(group, name))


def _command(first: Seen, port: int) -> Command:
    ask = "sudo ss -ltnp 'sport = :{listens}'; curl -v http://127.0.0.1:{port}{path}"
    return command(ask, listens=first.port, port=port, path=first.group.health_check_path)


def _over_tls(first: Seen) -> Command:
    ask = "curl -vk https://127.0.0.1:{listens}{path}"
    return command(ask, listens=first.port, path=first.group.health_check_path)


def _bad_gateways(scene: Scene) -> Iterator[Evidence]:
    for one in scene.requested.failing[:3]:
        yield saw(asked.url(scene.requested.url), f"{one.status} ({one.address})")
