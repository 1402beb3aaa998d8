"""How a process gets to listen where a target group of IPv6 addresses sends requests."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.facts.elb import TargetGroup
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH

LISTEN_ON_IPV6 = Fix(
    summary=Text(
        en="Let the process listen on [::]:{port}, since {group} sends over IPv6, and restart it.",
        ko="{group} 대상 그룹은 IPv6로 요청을 보내므로, 프로세스가 [::]:{port} 주소에서 수신하도록 설정을 바꾸고 다시 시작하세요.",
    ),
    impact=Impact.BRIEF,
    side_effects=(
        Text(
            en="The port is then open over IPv6 to everybody whom the instance's security groups admit: let them allow port {port} from the load balancer's security group only.",
            ko="그 뒤로는 인스턴스의 보안 그룹이 허용하는 모든 곳에서 IPv6로 이 포트에 접속할 수 있습니다. 보안 그룹에서 {port} 포트는 로드 밸런서의 보안 그룹에서만 허용하세요.",
        ),
    ),
    by_hand=Text(
        en="Open a shell on the target:\n"
        "  aws ssm start-session --region {region} --target {instance}\n"
        "1. See which process it is, and that the host has an IPv6 address:\n"
        "  sudo ss -ltnp 'sport = :{port}'\n"
        "  ip -6 address show scope global\n"
        "2. Have it bind to the IPv6 address too; 0.0.0.0 is IPv4 alone. nginx: `listen [::]:{port};` beside `listen {port};`. Apache: `Listen {port}`. Node.js: `app.listen({port}, '::')`. Gunicorn: `--bind [::]:{port}`. Uvicorn: `--host ::`. Rails: `-b ::`. Spring Boot: remove `server.address` and `-Djava.net.preferIPv4Stack=true`.\n"
        "3. Restart it, and see that it listens on [::]:{port} or *:{port}:\n"
        "  sudo ss -ltn 'sport = :{port}'\n"
        "Where the process knows no IPv6, register its instances in a target group of address type IPv4 instead.",
        ko="대상에 접속하세요.\n"
        "  aws ssm start-session --region {region} --target {instance}\n"
        "1. 어떤 프로세스인지, 호스트에 IPv6 주소가 있는지 확인합니다.\n"
        "  sudo ss -ltnp 'sport = :{port}'\n"
        "  ip -6 address show scope global\n"
        "2. IPv6 주소에서도 수신하게 합니다. 0.0.0.0은 IPv4뿐입니다. nginx는 `listen {port};` 옆에 `listen [::]:{port};` 추가, Apache는 `Listen {port}`, Node.js는 `app.listen({port}, '::')`, Gunicorn은 `--bind [::]:{port}`, Uvicorn은 `--host ::`, Rails는 `-b ::` 옵션을 쓰고, Spring Boot는 `server.address` 설정과 `-Djava.net.preferIPv4Stack=true` 옵션을 지웁니다.\n"
        "3. 프로세스를 다시 시작하고 [::]:{port} 또는 *:{port} 주소에서 수신하는지 확인합니다.\n"
        "  sudo ss -ltn 'sport = :{port}'\n"
        "프로세스가 IPv6를 지원하지 않으면 주소 유형이 IPv4인 대상 그룹에 인스턴스를 등록하세요.",
    ),
    verify=SHOW_HEALTH,
)


def anywhere(group: TargetGroup) -> str:
    """Where a process has to listen, so that everything arrives that a group sends."""
    return "[::]" if group.ip_address_type == "ipv6" else "0.0.0.0"  # noqa: S104 - no bind
