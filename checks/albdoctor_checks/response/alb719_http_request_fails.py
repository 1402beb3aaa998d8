"""ALB719: visitors get an error, and nothing else that was found explains it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.checkup.signals import MEANINGS
from albdoctor.derive.request.ruled_out import addresses, came_line, in_order
from albdoctor.derive.request.scene import Scene
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.response.could_be import could_be

FIX = Fix(
    summary=Text(
        en="Find out which of the remaining causes it is: the command below decides.",
        ko="남은 원인 중 무엇인지 아래 명령으로 확인하세요.",
    ),
    by_hand=Text(
        en="Run the command, then look where it points: the application's log at that second, the load balancer's access log (actions_executed, error_reason), the rule or web ACL that answered.",
        ko="명령을 실행한 뒤 결과가 가리키는 곳을 확인하세요. 그 시각의 애플리케이션 로그, 로드 밸런서 액세스 로그(actions_executed, error_reason), 응답한 규칙이나 웹 ACL이 단서입니다.",
    ),
    verify="curl -sSI {url}",
)


@check(
    id="ALB719",
    slug="http-request-fails",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Visitors of {url} get an error at {failing} of {all} addresses: {what}",
        ko="{url} 방문자가 주소 {all}개 중 {failing}개에서 오류를 받습니다: {what}",
    ),
    why=Text(
        en="This is what came of the request itself. Nothing that was found on its way explains it, so what is left is listed.",
        ko="요청을 실제로 보내 확인한 결과입니다. 경로에서 발견된 문제로는 설명되지 않아 남은 가능성을 나열합니다.",
    ),
    fixes=(FIX,),
    shows=frozenset(MEANINGS) - {"health", "validation", "certificate"},
    last_word=True,
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def http_request_fails(scan: Scan, scene: Scene) -> Iterator[Verdict]:
    """Yield the host when its visitors get an error at some address."""
    host, requested = Ref(Kind.DOMAIN, scan.host), scene.requested
    if scene.fails and requested.failing:
        first = requested.failing[0]
        yield found(
            host,
            *(saw(*line) for line in (*addresses(scene), *in_order(scene))),
            alternatives=could_be(first),
            decide=f"curl -sv -o /dev/null --resolve {scan.host}:443:{first.address} {requested.url}",
            url=requested.url,
            what=came_line(first),
            failing=len(requested.failing),
            all=len(requested.at),
        )
    elif requested.served == "yes":
        yield fine(host)
