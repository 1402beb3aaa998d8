"""A failing request as lines of evidence: what came at each address, and what was seen to be in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from albdoctor.derive import asked
from albdoctor.derive.request.outcome import AtAddress, By, Came
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.routing.overlap import told
from albdoctor.derive.routing.routes import Hop, effect_of
from albdoctor.details import reason
from albdoctor.text import Text, same

SHOWN = 4
"""So many addresses are cited."""

WORDS: dict[Came, Text] = {
    Came.REDIRECT_LOOP: Text(en="redirects in a circle", ko="리디렉션 반복"),
    Came.LEADS_ASTRAY: Text(en="redirects to a name that fails", ko="리디렉션된 이름에서 실패"),
    Came.NO_ANSWER: Text(en="no answer", ko="응답 없음"),
    Came.RESET: Text(en="connection closed without an answer", ko="응답 없이 연결 끊김"),
    Came.NOT_HTTP: Text(en="no HTTP", ko="HTTP 아님"),
    Came.REFUSED: Text(en="443 refuses connections", ko="443 포트 연결 거부"),
    Came.SILENT: Text(en="443 does not answer", ko="443 포트 무응답"),
    Came.NOT_TLS: Text(en="plain HTTP on port 443", ko="443 포트에서 평문 HTTP"),
    Came.TLS_FAILS: Text(en="the TLS handshake fails", ko="TLS 핸드셰이크 실패"),
    Came.UNTRUSTED: Text(en="browsers refuse the certificate", ko="브라우저가 인증서를 거부"),
    Came.SERVED: Text(en="served", ko="정상 응답"),
    Came.NOT_SEEN: Text(en="not tried", ko="시도하지 않음"),
}
BY: dict[By, Text] = {
    By.LOAD_BALANCER: Text(en="by the load balancer", ko="로드 밸런서"),
    By.APPLICATION: Text(en="by the application", ko="애플리케이션"),
    By.OTHER: Text(en="by something in front of the load balancer", ko="로드 밸런서 앞의 다른 서버"),
    By.NOBODY: Text(en="", ko=""),
}


def came_line(at: AtAddress) -> Text:
    """What came of the request at one address: "502 by the load balancer", "443 does not answer"."""
    if at.came is Came.ERROR_STATUS:
        return Text(en=f"{at.status} {BY[at.by].en}", ko=f"{at.status}({BY[at.by].ko})")
    word = WORDS[at.came]
    if not at.detail:
        return word
    return Text(en=f"{word.en} ({at.detail})", ko=f"{word.ko} ({reason(at.detail, 'ko')})")


def came_lines(at: Iterable[AtAddress]) -> Text:
    """What came of it at several addresses, each outcome once."""
    lines = dict.fromkeys(map(came_line, at))
    return Text(en=", ".join(one.en for one in lines), ko=", ".join(one.ko for one in lines))


def said_by(hop: Hop | None) -> Text:
    """What a load balancer's own rule answers, in the same words."""
    status = hop.effect.status if hop and hop.effect else "-"
    return Text(en=f"{status} {BY[By.LOAD_BALANCER].en}", ko=f"{status}({BY[By.LOAD_BALANCER].ko})")


RULED_OUT = Text(en="ruled out", ko="제외된 원인")
OPEN = Text(
    en="the way to port 443: every address accepts connections", ko="443 포트까지의 경로: 모든 주소가 연결을 받음"
)
FORWARDED = Text(en="the rules: the request is forwarded", ko="규칙: 요청이 대상 그룹으로 전달됨")
HEALTHY = Text(en="target health: every target of the way is healthy", ko="대상 상태: 경로의 모든 대상이 정상")


def addresses(scene: Scene) -> Iterator[tuple[Text, Text]]:
    """What came of the request at the first addresses, the failing ones first."""
    for one in sorted(scene.requested.at, key=lambda one: not one.failed)[:SHOWN]:
        yield at_line(one, scene.requested.url)


def at_line(at: AtAddress, url: str) -> tuple[Text, Text]:
    """What came of the request for a URL at one address; behind a redirect it is another URL that fails."""
    return same(f"GET {at.last.url if at.last is not None else url} at {at.address}"), came_line(at)


def in_order(scene: Scene) -> Iterator[tuple[Text, Text]]:
    """What was ruled out: seen, and in order."""
    last = scene.way.last
    seen = {
        OPEN: scene.opens,
        FORWARDED: bool(scene.way.shares) and last is not None and last.route is not None and last.route.certain,
        HEALTHY: scene.all_healthy,
    }
    yield from ((RULED_OUT, text) for text, holds in seen.items() if holds)


def gates(scene: Scene) -> Iterator[tuple[Text, Text]]:
    """The rules that ask for what a CDN in front does not send, where that is why it is turned away."""
    last = scene.way.last
    if scene.gate and last is not None and last.listener is not None and last.route is not None:
        for one in last.route.doubtful:
            yield same(asked.rule(last.listener, one)), same(told(one))


def answering_rule(scene: Scene) -> Hop | None:
    """The rule, no default one, that gives the failing answer itself; None: none is known to."""
    last, failing = _answers_itself(scene), scene.requested.failing
    if last is None or last.effect is None or last.route is None:
        return None
    # What rules that depend on the client forward to healthy targets gets no such answer.
    forward = scene.all_healthy and all(effect_of(last.request, one.actions).groups for one in last.route.doubtful)
    alike = all(one.by is By.LOAD_BALANCER and one.status == last.effect.status for one in failing)
    return last if failing and alike and (last.route.certain or forward) else None


def unseen_rule(scene: Scene) -> Hop | None:
    """The rule, no default one, that answers every client with a server error, where nobody tried; None: none does."""
    last = _answers_itself(scene)
    if last is None or last.effect is None or last.route is None or last.effect.status < SERVER_ERROR:
        return None
    return last if last.route.certain and scene.live and scene.requested.served == "not-seen" else None


SERVER_ERROR = 500


def _answers_itself(scene: Scene) -> Hop | None:
    """Where the way ends in a fixed response of a rule that is no default one."""
    last = scene.way.last
    if last is None or last.listener is None or last.effect is None or last.route is None:
        return None
    return last if last.effect.kind == "fixed-response" and not last.route.is_default else None
