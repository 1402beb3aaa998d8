"""ALB602: the process on the port that requests go to listens on the loopback address only."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive.targets.inspected import InspectedGroups
from albdoctor.derive.targets.listed import subject_of, target_ids
from albdoctor.derive.targets.listening import Sockets, loopback_only, sockets_gap, sockets_line
from albdoctor.derive.targets.seen import Seen
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group
from albdoctor_checks.fixes.listen_on_ipv6 import LISTEN_ON_IPV6


@check(
    id="ALB602",
    slug="target-bound-to-loopback",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The process on port {port} of {targets} listens on {address} only",
        ko="대상의 {port} 포트를 쓰는 프로세스가 {address} 주소에서만 수신합니다: {targets}",
    ),
    why=Text(
        en="A loopback address is reached from the host itself only. The load balancer connects to the target's private address, where nobody listens: the connection is refused, health checks fail and requests get 502. On the host itself everything looks well.",
        ko="루프백 주소에는 해당 호스트 안에서만 접속할 수 있습니다. 로드 밸런서는 대상의 프라이빗 IP 주소로 접속하는데 그 주소에서는 아무것도 수신하지 않으므로 연결이 거부되고, 상태 검사가 실패하며 요청에는 502가 돌아갑니다. 호스트 안에서 확인하면 모두 정상으로 보입니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Let the process listen on 0.0.0.0:{port}, or on the target's private address, and restart it.",
                ko="프로세스가 0.0.0.0:{port} 또는 대상의 프라이빗 IP 주소에서 수신하도록 설정을 바꾸고 다시 시작하세요.",
            ),
            impact=Impact.BRIEF,
            side_effects=(
                Text(
                    en="The port is then open to everybody whom the instance's security groups admit: let them allow port {port} from the load balancer's security group only.",
                    ko="그 뒤로는 인스턴스의 보안 그룹이 허용하는 모든 곳에서 이 포트에 접속할 수 있습니다. 보안 그룹에서 {port} 포트는 로드 밸런서의 보안 그룹에서만 허용하세요.",
                ),
            ),
            by_hand=Text(
                en="Open a shell on the target:\n"
                "  aws ssm start-session --region {region} --target {instance}\n"
                "1. See which process it is:\n"
                "  sudo ss -ltnp 'sport = :{port}'\n"
                "2. Change the address it binds to. nginx: `listen {port};` instead of `listen 127.0.0.1:{port};`. Apache: `Listen {port}`. Node.js: `app.listen({port}, '0.0.0.0')`. Gunicorn: `--bind 0.0.0.0:{port}`. Uvicorn, Vite, Next.js: `--host 0.0.0.0`. Rails: `-b 0.0.0.0`. Spring Boot: remove `server.address`. Docker: `-p {port}:PORT` instead of `-p 127.0.0.1:{port}:PORT`.\n"
                "3. Restart it, and see that it listens on 0.0.0.0:{port} or [::]:{port}:\n"
                "  sudo ss -ltn 'sport = :{port}'\n"
                "If it listens on 127.0.0.1 on purpose, behind a web server on the same host, register the target on that server's port instead.",
                ko="대상에 접속하세요.\n"
                "  aws ssm start-session --region {region} --target {instance}\n"
                "1. 어떤 프로세스인지 확인합니다.\n"
                "  sudo ss -ltnp 'sport = :{port}'\n"
                "2. 수신 주소 설정을 바꿉니다. nginx는 `listen 127.0.0.1:{port};` 대신 `listen {port};`, Apache는 `Listen {port}`, Node.js는 `app.listen({port}, '0.0.0.0')`, Gunicorn은 `--bind 0.0.0.0:{port}`, Uvicorn, Vite, Next.js는 `--host 0.0.0.0`, Rails는 `-b 0.0.0.0`로 지정하고, Spring Boot는 `server.address` 설정을 지우며, Docker는 `-p 127.0.0.1:{port}:PORT` 대신 `-p {port}:PORT` 옵션을 씁니다.\n"
                "3. 프로세스를 다시 시작하고 0.0.0.0:{port} 또는 [::]:{port} 주소에서 수신하는지 확인합니다.\n"
                "  sudo ss -ltn 'sport = :{port}'\n"
                "같은 호스트의 웹 서버 뒤에 두려고 일부러 127.0.0.1에서 수신하는 것이라면, 대상을 그 웹 서버의 포트로 등록하세요.",
            ),
            verify=SHOW_HEALTH,
        ),
        LISTEN_ON_IPV6,
    ),
    breaks={"connection", "health", "response"},
    words=Text(
        en=(
            "bind 0.0.0.0; listens on 127.0.0.1 only; bound to localhost; HOSTNAME env Next.js; "
            "app listens on localhost; bind address; gunicorn bind 127.0.0.1; vite --host; "
            "uvicorn --host 0.0.0.0; flask run host; works with curl localhost but not from outside; "
            "listen on all interfaces; server binds to loopback; rails -b 0.0.0.0; server.address; "
            "Next.js standalone hostname; listening on ::1 only"
        ),
        ko=(
            "localhost에만 바인딩; 127.0.0.1에서만 수신; 0.0.0.0 바인딩; gunicorn 8000 바인딩; "
            "로컬에서만 접속됨; 서버 안에서 curl은 되는데 밖에서 안됨; uvicorn host 0.0.0.0; "
            "루프백 주소; 바인드 주소; flask 0.0.0.0; 로컬호스트 바인딩; Next.js HOSTNAME"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
        "https://man7.org/linux/man-pages/man5/proc_pid_net.5.html",
        "https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3",
    ),
)
def target_bound_to_loopback(inspected_groups: InspectedGroups, sockets: Sockets) -> Iterator[Verdict]:
    """Yield the targets of a group whose process listens on a loopback address only; nothing unless hosts are inspected."""
    for item in inspected_groups:
        bound = {seen: on for seen in item.targets if (on := loopback_only(seen, sockets))}
        # Where another port serves, that one is meant for requests, and the process behind it is hidden on purpose.
        guilty = [seen for seen in bound if seen.served_instead is None]
        if not guilty:
            yield sockets_gap(item.targets, sockets) or fine(item.group.ref)
            continue
        first = guilty[0]
        yield found(
            subject_of(guilty),
            *_evidence(first, sockets),
            fix=LISTEN_ON_IPV6 if item.group.ip_address_type == "ipv6" else None,
            fix_values=of_group(item.group),
            port=first.port,
            address=bound[first],
            instance=first.target.id,
            targets=target_ids(guilty),
        )


def _evidence(first: Seen, sockets: Sockets) -> Iterator[Evidence]:
    yield saw(*first.health_line)
    yield saw(*sockets_line(first, sockets))
    if first.at(first.port):
        yield saw(*first.probe_line(first.port))
