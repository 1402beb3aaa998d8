"""ALB601: nothing answers on the port that requests go to, and no other port is known to serve."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive.targets.counters import CONNECTION_ERRORS, Counters
from albdoctor.derive.targets.health_words import FAILED
from albdoctor.derive.targets.host_ways import AllHostWays, rejecting_hosts
from albdoctor.derive.targets.listed import subject_of, target_ids
from albdoctor.derive.targets.listening import Sockets, loopback_only, nobody_listens, of_ipv4_alone, sockets_line
from albdoctor.derive.targets.protocols import connection_fails_towards
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.text import Text, command
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group
from albdoctor_checks.fixes.listen_on_ipv6 import LISTEN_ON_IPV6, anywhere

OTHER_PORT = Text(
    en="The process listens on another port than the registered one.",
    ko="프로세스가 등록된 포트가 아닌 다른 포트에서 수신합니다.",
)
CUT = Text(
    en="The process accepts connections and cuts them without an HTTP answer.",
    ko="프로세스가 연결을 받은 뒤 HTTP 응답 없이 끊습니다.",
)

HANDED_ON = Text(
    en="A rule on the host hands the port on to a container, which cuts connections.",
    ko="호스트의 규칙이 이 포트를 컨테이너로 전달하고, 컨테이너가 연결을 끊습니다.",
)


@check(
    id="ALB601",
    slug="target-no-process-on-port",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Port {port} of {targets} refuses connections",
        ko="대상의 {port} 포트가 연결을 거부합니다: {targets}",
    ),
    why=Text(
        en="Requests get 502 at once. The way to the target is open, but no process listens on that address and port: it is not running, it listens on 127.0.0.1 only, or a firewall on the host rejects the connection.",
        ko="요청에는 바로 502가 돌아갑니다. 대상까지의 경로는 열려 있지만 해당 주소와 포트에서 수신하는 프로세스가 없습니다. 실행 중이 아니거나, 127.0.0.1에서만 수신하거나, 호스트 방화벽이 연결을 거부하는 경우입니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Start the process that should serve port {port}, have it listen on {anywhere}, and have it start at boot.",
                ko="{port} 포트를 서비스할 프로세스를 {anywhere} 주소에서 수신하도록 시작하고, 부팅 시 자동으로 시작되게 하세요.",
            ),
            by_hand=Text(
                en="Open a shell on the target:\n"
                "  aws ssm start-session --region {region} --target INSTANCE_ID\n"
                "1. See who listens where: 127.0.0.1:{port} is not enough, it must be {anywhere}:{port}. A container must publish the port as {anywhere}:{port} (`docker ps`).\n"
                "  sudo ss -ltnp\n"
                "2. Start the service (nginx or yours), also at boot:\n"
                "  sudo systemctl enable --now nginx\n"
                "3. Ask it:\n"
                "  curl -v http://127.0.0.1:{port}/\n"
                "If all that is well, look for a REJECT rule with `sudo iptables -S` or `sudo nft list ruleset`. If the process is meant to use another port, register the target on that port instead.",
                ko="대상에 접속하세요.\n"
                "  aws ssm start-session --region {region} --target INSTANCE_ID\n"
                "1. 어떤 프로세스가 어디서 수신하는지 확인합니다. 127.0.0.1:{port} 수신으로는 부족하며 {anywhere}:{port} 수신이어야 합니다. 컨테이너라면 `docker ps` 결과에 {anywhere}:{port} 포트가 게시되어 있어야 합니다.\n"
                "  sudo ss -ltnp\n"
                "2. 서비스(nginx 또는 사용하는 서비스)를 시작하고 부팅 시에도 시작되게 합니다.\n"
                "  sudo systemctl enable --now nginx\n"
                "3. 응답을 확인합니다.\n"
                "  curl -v http://127.0.0.1:{port}/\n"
                "모두 정상이면 `sudo iptables -S` 또는 `sudo nft list ruleset` 결과에 REJECT 규칙이 있는지 보세요. 프로세스가 다른 포트를 쓰는 것이 맞다면 대상을 그 포트로 등록하세요.",
            ),
            verify=SHOW_HEALTH,
        ),
        LISTEN_ON_IPV6,
    ),
    breaks={"connection", "health", "response"},
    words=Text(
        en=(
            "no process on port; nothing listening on port; connection refused; service not running; "
            "app crashed; server not started; nginx not running; application is down; process died; "
            "docker container not running; systemctl start; user data failed; netstat shows nothing; "
            "curl localhost connection refused; service failed to start; httpd stopped; "
            "app not started after reboot; connection reset; port refuses connections; "
            "pm2 not running"
        ),
        ko=(
            "해당 포트에 프로세스 없음; 서버가 안 떠 있음; 연결 거부; 프로세스가 죽음; "
            "앱이 실행되지 않음; nginx가 꺼져 있음; 서비스가 실행 중이 아님; 톰캣이 안 떠 있음; "
            "서버 실행 안 함; 재부팅 후 서버가 안 뜸; 포트를 쓰는 프로세스 없음; 애플리케이션 다운; "
            "서버가 죽음; 스프링 서버 안 켜짐; 도커 컨테이너가 꺼짐; 웹 서버 미실행; "
            "netstat에 포트가 없음"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
        "https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7.1",
    ),
)
def target_no_process_on_port(
    probed_groups: ProbedGroups, counters: Counters, sockets: Sockets, host_ways: Observed[AllHostWays]
) -> Iterator[Verdict]:
    """Yield the targets of a group that refuse connections on their registered port and serve no other."""
    rejecting = rejecting_hosts(host_ways)  # that is ALB513
    for item in probed_groups:
        heard = [seen for seen in item.targets if (seen.target, seen.port) not in rejecting]
        free = [seen for seen in heard if not loopback_only(seen, sockets)]  # else it is ALB602
        refused = [seen for seen in free if seen.refused and seen.served_instead is None]
        empty = [seen for seen in free if nobody_listens(seen, sockets) and seen.served_instead is None]
        unheard = [seen for seen in free if isinstance(sockets.of(seen), Unknown)]
        guilty = refused or empty or [seen for seen in unheard if connection_fails_towards(seen, counters)]
        if not guilty:
            yield item.only(unheard).gap(FAILED) or fine(item.group.ref)
            continue
        first, counted = guilty[0], counters.of(item.group, CONNECTION_ERRORS) > 0
        finding = found(
            subject_of(guilty),
            *_evidence(first, counters, sockets, refused=bool(refused)),
            fix=LISTEN_ON_IPV6 if of_ipv4_alone(first, sockets) else None,
            fix_values=of_group(item.group) | {"instance": first.target.id, "anywhere": anywhere(item.group)},
            port=first.port,
            targets=target_ids(guilty),
        )
        others = (HANDED_ON,) if empty else (OTHER_PORT, CUT)
        sure = refused or (empty and counted)
        yield (
            finding
            if sure
            else likely(finding, *others, decide=command("sudo ss -ltnp 'sport = :{port}'", port=first.port))
        )


def _evidence(first: Seen, counters: Counters, sockets: Sockets, *, refused: bool) -> Iterator[Evidence]:
    yield saw(*first.health_line)
    if refused:
        yield saw(*first.probe_line(first.port))
    if isinstance(sockets.of(first), Known):
        yield saw(*sockets_line(first, sockets))
    if counters.of(first.group, CONNECTION_ERRORS) > 0:
        yield saw(*counters.line(first.group, CONNECTION_ERRORS))
