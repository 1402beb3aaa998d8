"""ALB709: the application itself answers with a server error."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive.request.functions import Functions
from albdoctor.derive.request.lines import exchange_line
from albdoctor.derive.request.own_probes import OwnProbes
from albdoctor.derive.request.redirect_loops import by_balancer
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command

FIX = Fix(
    summary=Text(
        en="Read the application's log: the load balancer only passes its {status} on.",
        ko="애플리케이션 로그에서 원인을 찾으세요. 로드 밸런서는 대상의 {status} 응답을 그대로 전달할 뿐입니다.",
    ),
    by_hand=Text(
        en="Everything up to the target works. On the target, look for the error of this request in the application's log (CloudWatch Logs, or one of these):\n"
        "  journalctl -u SERVICE -n 50\n"
        "  docker logs --tail 50 CONTAINER\n"
        "Usual causes: a missing environment variable, a database that does not answer, an exception in the code.",
        ko="대상까지의 경로는 모두 정상입니다. 대상의 애플리케이션 로그(CloudWatch Logs 또는 아래 명령)에서 이 요청의 오류를 찾으세요.\n"
        "  journalctl -u SERVICE -n 50\n"
        "  docker logs --tail 50 CONTAINER\n"
        "누락된 환경 변수, 응답하지 않는 데이터베이스, 코드 예외가 흔한 원인입니다.",
    ),
    verify="curl -sI https://{host}/",
)
NAMELESS = Text(
    en="The load balancer made the answer, and its Server header is switched off.",
    ko="로드 밸런서가 만든 응답이며, Server 헤더를 보내지 않도록 설정되어 있습니다.",
)


@check(
    id="ALB709",
    slug="app-returns-5xx",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The application answers {url} with {status}",
        ko="애플리케이션이 {url} 요청에 {status} 오류로 응답합니다",
    ),
    why=Text(
        en="Visitors see an error page. The answer does not carry the load balancer's Server header, so it comes from a target: DNS, certificate, listener and network are fine.",
        ko="방문자에게 오류 페이지가 보입니다. 응답에 로드 밸런서의 Server 헤더가 없으므로 대상이 보낸 응답이며, DNS, 인증서, 리스너, 네트워크는 정상입니다.",
    ),
    fixes=(FIX,),
    shows={"response"},
    words=Text(
        en=(
            "application error 500; app returns 5xx; 500 internal server error; "
            "application returns 502; application exception; nginx 502 on the instance; php-fpm 502; "
            "white page error; HTTPCode_Target_5XX_Count; 5xx from target; server error from app; "
            "stack trace; Whitelabel Error Page 500; nginx upstream 502"
        ),
        ko=(
            "500 에러; 애플리케이션 오류; 앱에서 500; 내부 서버 오류; Whitelabel Error Page; "
            "서버 에러; 5xx 에러; 앱이 502를 반환; php-fpm 502; 인스턴스의 nginx 502; "
            "화이트라벨 에러"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def app_returns_5xx(scan: Scan, own_probes: OwnProbes, functions: Functions) -> Iterator[Verdict]:
    """Yield the host when a target answers its request with a 5xx status."""
    subject = Ref(Kind.DOMAIN, scan.host)
    ends = [own.probe.https[-1] for own in own_probes if own.probe.https and own.probe.https[-1].status]
    failed = [end for end in ends if (end.status or 0) >= 500 and (functions.made(end) or not by_balancer(end))]
    if failed:
        named = any(end.header("server") for end in failed)
        finding = found(
            subject,
            *(saw(*exchange_line(end)) for end in failed),
            host=scan.host,
            url=failed[0].url,
            status=failed[0].status or 0,
        )
        yield finding if named else likely(finding, NAMELESS, decide=command("curl -sI {url}", url=failed[0].url))
    elif ends:
        yield fine(subject)
