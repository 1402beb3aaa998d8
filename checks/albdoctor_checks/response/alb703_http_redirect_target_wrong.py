"""ALB703: a redirect leads to another name of the domain, where visitors get no page."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.request.functions import Functions
from albdoctor.derive.request.lines import exchange_line
from albdoctor.derive.request.outcome import By, Requested, answered_by, astray, is_blocked
from albdoctor.derive.routing.conditions import host_of
from albdoctor.facts.known import Kind, Known, Observed, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import Exchange, Probes
from albdoctor.text import Text

SERVER_ERROR = 500
FIX = Fix(
    summary=Text(
        en="Make {name} answer, or redirect to a name that does.",
        ko="{name} 이름이 정상 응답하게 하거나, 정상 응답하는 이름으로 리디렉션하세요.",
    ),
    by_hand=Text(
        en="The name that a redirect leads to needs all that the first one has: a record, a place on the listener's certificate, and a rule that takes it. See which of them is missing:\n"
        "  albdoctor scan --domain {name}\n"
        "If {name} is not meant to exist, change the redirect (a rule of the load balancer, or the application's setting of its own address) or forward instead.",
        ko="리디렉션된 이름에도 처음 이름과 똑같이 레코드, 리스너 인증서에 포함된 이름, 그 이름을 처리하는 규칙이 필요합니다. 무엇이 없는지 확인하세요.\n"
        "  albdoctor scan --domain {name}\n"
        "{name} 이름을 쓸 계획이 없다면 리디렉션(로드 밸런서 규칙 또는 애플리케이션의 사이트 주소 설정)을 바꾸거나 리디렉션 대신 전달(forward)하세요.",
    ),
    verify="curl -sSIL --max-redirs 5 {url}",
)


OPEN_PORT = Fix(
    summary=Text(
        en="Redirect to a port that browsers open: 443, or leave the port out.",
        ko="브라우저가 여는 포트로 리디렉션하세요. 443을 쓰거나 포트를 생략하면 됩니다.",
    ),
    by_hand=Text(
        en="Browsers open no connection to ports of other services, whatever listens there. See who sends the redirect (Server: awselb/2.0 is the load balancer's rule, else it is the application):\n"
        "  curl -sSI {url}\n"
        "Change the port in that rule, or in the application's setting of its own address, to 443.",
        ko="브라우저는 다른 서비스용 포트에 무엇이 있든 연결하지 않습니다. 리디렉션을 보낸 쪽을 확인하세요(Server: awselb/2.0이면 로드 밸런서 규칙, 아니면 애플리케이션).\n"
        "  curl -sSI {url}\n"
        "그 규칙이나 애플리케이션의 사이트 주소 설정에서 포트를 443으로 바꾸세요.",
    ),
    verify="curl -sSIL --max-redirs 5 {url}",
)


@check(
    id="ALB703",
    slug="http-redirect-target-wrong",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="{url} redirects to {target}, which fails: {what}",
        ko="{url} 요청이 리디렉션되는 {target} 주소에서 실패합니다: {what}",
    ),
    why=Text(
        en="The redirect itself is answered well, so that a monitor of the first name sees nothing. Browsers follow it and show an error.",
        ko="리디렉션 자체는 정상이므로 처음 이름만 보는 모니터링에는 문제가 보이지 않습니다. 브라우저는 리디렉션을 따라가 오류를 표시합니다.",
    ),
    fixes=(FIX, OPEN_PORT),
    words=Text(
        en=(
            "redirect to wrong host; redirects to a name that fails; www redirect broken; "
            "redirects to internal host name; redirect to old domain; "
            "redirect target does not resolve; canonical host redirect fails"
        ),
        ko=(
            "리다이렉트 대상이 잘못됨; 다른 주소로 리다이렉트됨; www로 리다이렉트 후 안됨; "
            "예전 도메인으로 리다이렉트; 리다이렉트된 주소가 안 열림; 엉뚱한 도메인으로 이동"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html#redirect-actions",
    ),
)
def http_redirect_target_wrong(
    scan: Scan, requested: Requested, probes: Observed[Probes], functions: Functions
) -> Iterator[Verdict]:
    """Yield the host when its redirects lead to another name that fails or to a blocked port, from https or http."""
    host, named = Ref(Kind.DOMAIN, scan.host), {one.address for one in requested.at}
    listed = probes.value.addresses if isinstance(probes, Known) else ()
    chains = [chain for one in listed if one.address in named for chain in (one.https, one.http) if chain]
    lost = [chain for chain in chains if _is_lost(chain, functions)]
    if not lost:
        if chains:
            yield fine(host)
        return
    first, end = lost[0][0], lost[0][-1]
    yield found(
        host,
        *(saw(*exchange_line(exchange)) for exchange in lost[0]),
        fix=OPEN_PORT if is_blocked(end) else None,
        url=first.url,
        target=end.url,
        name=host_of(end.url) or end.url,
        what=str(end.status or end.failure),
    )


def _is_lost(chain: tuple[Exchange, ...], functions: Functions) -> bool:
    """Whether a redirect leads astray; an application that fails with 5xx at the end is told as that."""
    end = astray(chain, functions)
    return end is not None and not ((end.status or 0) >= SERVER_ERROR and answered_by(end, functions) is By.APPLICATION)
