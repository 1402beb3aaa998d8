"""What visitors get, in one sentence: the first line of every report."""

from __future__ import annotations

from albdoctor.checkup.verdict import Word
from albdoctor.derive.request.outcome import AtAddress, By, Came, Requested
from albdoctor.derive.request.redirect_loops import next_url
from albdoctor.derive.request.scene import Scene
from albdoctor.details import question, reason
from albdoctor.text import Lang, Text, fill

AT = Text(en="at {n} of {all} addresses", ko="(주소 {all}개 중 {n}개)")
AT_ONE = Text(en="at its only address", ko="(유일한 주소)")

CAME: dict[Came, Text] = {
    Came.SERVED: Text(en="{url} is served {where}", ko="{url} 요청이 정상 응답을 받습니다 {where}"),
    Came.ERROR_STATUS: Text(
        en="{url} answers {status} from {by} {where}", ko="{url} 요청에 {by} 측이 {status} 오류로 응답합니다 {where}"
    ),
    Came.REDIRECT_LOOP: Text(en="{url} redirects in a circle {where}", ko="{url} 요청이 끝없이 리디렉션됩니다 {where}"),
    Came.LEADS_ASTRAY: Text(
        en="{url} redirects to a name that fails ({detail}) {where}",
        ko="{url} 요청이 리디렉션된 이름에서 실패합니다({detail}) {where}",
    ),
    Came.NO_ANSWER: Text(
        en="{url} takes the request and sends no answer {where}", ko="{url} 요청을 받은 뒤 응답이 오지 않습니다 {where}"
    ),
    Came.RESET: Text(
        en="{url} closes the connection without an answer {where}", ko="{url} 요청에 응답 없이 연결이 끊깁니다 {where}"
    ),
    Came.NOT_HTTP: Text(
        en="{url} answers with something that is no HTTP {where}", ko="{url} 응답이 HTTP 형식이 아닙니다 {where}"
    ),
    Came.REFUSED: Text(
        en="{url} refuses connections on port 443 {where}", ko="{url} 주소의 443 포트가 연결을 거부합니다 {where}"
    ),
    Came.SILENT: Text(
        en="{url} does not answer connection attempts on port 443 {where}",
        ko="{url} 주소의 443 포트가 연결 시도에 응답하지 않습니다 {where}",
    ),
    Came.NOT_TLS: Text(
        en="{url} speaks plain HTTP on port 443 {where}", ko="{url} 주소의 443 포트가 평문 HTTP로 통신합니다 {where}"
    ),
    Came.TLS_FAILS: Text(
        en="{url} fails in the TLS handshake ({detail}) {where}",
        ko="{url} 접속이 TLS 핸드셰이크에서 실패합니다({detail}) {where}",
    ),
    Came.UNTRUSTED: Text(
        en="{url} shows a certificate that browsers refuse ({detail}) {where}",
        ko="{url} 인증서를 브라우저가 거부합니다({detail}) {where}",
    ),
    Came.NOT_SEEN: Text(
        en="{url} could not be tried from here ({detail})", ko="{url} 여기서 시도할 수 없었습니다({detail})"
    ),
}
LEADS_ON = Text(
    en="{url} redirects to {to} {where}",
    ko="{url} 요청이 {to} 주소로 리디렉션됩니다 {where}",
)
"""Served, by a redirect to another name that was not followed."""
BY: dict[By, Text] = {
    By.LOAD_BALANCER: Text(en="the load balancer", ko="로드 밸런서"),
    By.APPLICATION: Text(en="the application", ko="애플리케이션"),
    By.OTHER: Text(en="something in front of the load balancer", ko="로드 밸런서 앞의 다른 서버"),
    By.NOBODY: Text(en="nobody", ko="없음"),
}
MORE = Text(en=", and fails otherwise at {n} more", ko=". 다른 {n}개 주소에서도 실패합니다")
NO_ADDRESS = Text(en="{host} has no address ({why})", ko="{host} 이름에 주소가 없습니다({why})")
NOT_KNOWN = Text(en="the addresses of {host} are not known ({why})", ko="{host} 이름의 주소를 알 수 없습니다({why})")
WITHOUT_NAME = Text(
    en="no name that was looked at leads to {host}", ko="확인한 이름 중 {host} 로드 밸런서를 가리키는 이름이 없습니다"
)
BUT: dict[Word, Text] = {
    "broken": Text(en="and yet is broken", ko="그러나 문제가 있습니다"),
    "at-risk": Text(en="but something is at risk", ko="그러나 위험 요소가 있습니다"),
    "sound": Text(en="and is sound, from the registrar to the target", ko="도메인 등록 기관부터 대상까지 정상입니다"),
    "unknown": Text(en="but not everything could be seen", ko="그러나 일부를 확인하지 못했습니다"),
}
"""What is added where visitors are served."""
ILL = Text(
    en="but some targets are out of service, and no check says why",
    ko="그러나 사용할 수 없는 대상이 있으며 원인은 알 수 없습니다",
)
ON_RESERVE = Text(
    en="but by the secondary of a failover: its primary is out of service",
    ko="그러나 장애 조치의 보조 로드 밸런서가 응답하고 있으며 기본 로드 밸런서는 서비스 중이 아닙니다",
)
UP_TO_THERE = Text(
    en="and is sound up to there; that name was not asked", ko="여기까지는 정상이며 그 이름에는 요청하지 않았습니다"
)
ACCOUNT_SAYS = Text(
    en="by the load balancer's own account it is served (healthy targets, answers counted)",
    ko="로드 밸런서의 기록으로는 정상 응답 중입니다(정상 대상과 응답 수 기준)",
)


def sentence(requested: Requested, host: str, lang: Lang) -> str:
    """Say what visitors get: the worst that is seen, and at how many of the addresses."""
    if requested.without_name:
        return fill(WITHOUT_NAME.of(lang), {"host": host})
    if requested.no_address:
        return fill(NO_ADDRESS.of(lang), {"host": host, "why": reason(requested.no_address, lang)})
    if requested.gap:
        gap = requested.gap
        why = reason(gap.detail, lang) or question(gap.asked, lang)
        return fill(NOT_KNOWN.of(lang), {"host": host, "why": why})
    worst = _most(requested.failing) or _most(requested.seen) or requested.at[0]
    alike = sum(_kind(one) == _kind(worst) for one in requested.at)
    where = AT_ONE if len(requested.at) == 1 else AT
    values: dict[str, str | int] = {
        "url": requested.url,
        "status": worst.status or "-",
        "by": BY[worst.by].of(lang),
        "detail": reason(worst.detail, lang) or "-",
        "where": fill(where.of(lang), {"n": alike, "all": len(requested.at)}),
    }
    if to := led_on(worst):
        return fill(LEADS_ON.of(lang), values | {"to": to})
    rest = len(requested.failing) - alike if worst.failed else 0
    more = fill(MORE.of(lang), {"n": rest}) if rest else ""
    return fill(CAME[worst.came].of(lang), values) + more


def led_on(at: AtAddress) -> str:
    """Where a redirect that was not followed leads; empty: the request was answered here."""
    return next_url(at.last) if at.came is Came.SERVED and at.last is not None else ""


def untold_risk(scene: Scene) -> Text:
    """What is at risk where no finding says it."""
    return ON_RESERVE if scene.failed_over else ILL


def headline(requested: Requested, host: str, word: Word, lang: Lang, risk: Text | None = None) -> str:
    """The first line of a report; `risk`: what is at risk, where no finding says it."""
    said = sentence(requested, host, lang)
    if requested.served == "yes" and word == "sound" and all(map(led_on, requested.seen)):
        return f"{said}, {UP_TO_THERE.of(lang)}."
    if requested.served == "yes":
        return f"{said}, {(risk or BUT[word]).of(lang)}."
    if word == "sound":
        return f"{said}; {ACCOUNT_SAYS.of(lang)}."
    return f"{said}."


def _kind(at: AtAddress) -> tuple[Came, By, int | None]:
    return at.came, at.by, at.status


def _most(at: tuple[AtAddress, ...]) -> AtAddress | None:
    """One of those that are alike at most addresses; None: there is none."""
    kinds = [_kind(one) for one in at]
    return max(at, key=lambda one: kinds.count(_kind(one)), default=None)
