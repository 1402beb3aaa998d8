"""The first line of a report: what visitors get, at how many addresses, in both languages."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from albdoctor.checkup.verdict import Word
from albdoctor.derive.request.outcome import AtAddress, By, Came, Requested
from albdoctor.facts.known import Gap, Unknown
from albdoctor.report.request import headline, sentence
from albdoctor.text import Lang
from tests.support.build_served import ONE, OTHER, URL, got

HOST = "shop.example"
SERVED = AtAddress(address=ONE, came=Came.SERVED, by=By.APPLICATION, status=200)

LED_ON = replace(SERVED, status=301, last=got(301, location="https://www.shop.example/"))


def requested(*at: AtAddress, no_address: str = "", gap: Unknown | None = None) -> Requested:
    return Requested(url=URL, at=at, no_address=no_address, gap=gap)


def at(came: Came, by: By = By.NOBODY, status: int | None = None, detail: str = "", address: str = ONE) -> AtAddress:
    return AtAddress(address=address, came=came, by=by, status=status, detail=detail)


SENTENCES: dict[str, tuple[Requested, str, str]] = {
    "served": (
        requested(SERVED, replace(SERVED, address=OTHER)),
        f"{URL} is served at 2 of 2 addresses",
        f"{URL} 요청이 정상 응답을 받습니다 (주소 2개 중 2개)",
    ),
    "served at the only address": (
        requested(SERVED),
        f"{URL} is served at its only address",
        f"{URL} 요청이 정상 응답을 받습니다 (유일한 주소)",
    ),
    "not tried at one": (
        requested(SERVED, at(Came.NOT_SEEN, detail="no IPv6", address=OTHER)),
        f"{URL} is served at 1 of 2 addresses",
        f"{URL} 요청이 정상 응답을 받습니다 (주소 2개 중 1개)",
    ),
    "an error at one of two is what is told": (
        requested(SERVED, at(Came.ERROR_STATUS, By.LOAD_BALANCER, 502, address=OTHER)),
        f"{URL} answers 502 from the load balancer at 1 of 2 addresses",
        f"{URL} 요청에 로드 밸런서 측이 502 오류로 응답합니다 (주소 2개 중 1개)",
    ),
    "of two kinds that which most addresses have": (
        requested(
            at(Came.REFUSED),
            at(Came.ERROR_STATUS, By.APPLICATION, 500, address=OTHER),
            at(Came.ERROR_STATUS, By.APPLICATION, 500, address="203.0.113.7"),
        ),
        f"{URL} answers 500 from the application at 2 of 3 addresses, and fails otherwise at 1 more",
        f"{URL} 요청에 애플리케이션 측이 500 오류로 응답합니다 (주소 3개 중 2개). 다른 1개 주소에서도 실패합니다",
    ),
    "by something in front": (
        requested(at(Came.ERROR_STATUS, By.OTHER, 502)),
        f"{URL} answers 502 from something in front of the load balancer at its only address",
        f"{URL} 요청에 로드 밸런서 앞의 다른 서버 측이 502 오류로 응답합니다 (유일한 주소)",
    ),
    "a redirect to a name that was not asked": (
        requested(LED_ON),
        f"{URL} redirects to https://www.shop.example/ at its only address",
        f"{URL} 요청이 https://www.shop.example/ 주소로 리디렉션됩니다 (유일한 주소)",
    ),
    "a redirect to a name that fails": (
        requested(at(Came.LEADS_ASTRAY, detail="https://www.shop.example/: no address")),
        f"{URL} redirects to a name that fails (https://www.shop.example/: no address) at its only address",
        f"{URL} 요청이 리디렉션된 이름에서 실패합니다(https://www.shop.example/: 주소 없음) (유일한 주소)",
    ),
    "a circle": (
        requested(at(Came.REDIRECT_LOOP, By.APPLICATION, 302)),
        f"{URL} redirects in a circle at its only address",
        f"{URL} 요청이 끝없이 리디렉션됩니다 (유일한 주소)",
    ),
    "no answer": (
        requested(at(Came.NO_ANSWER, detail="timeout")),
        f"{URL} takes the request and sends no answer at its only address",
        f"{URL} 요청을 받은 뒤 응답이 오지 않습니다 (유일한 주소)",
    ),
    "closed": (
        requested(at(Came.RESET, detail="reset")),
        f"{URL} closes the connection without an answer at its only address",
        f"{URL} 요청에 응답 없이 연결이 끊깁니다 (유일한 주소)",
    ),
    "no HTTP": (
        requested(at(Came.NOT_HTTP)),
        f"{URL} answers with something that is no HTTP at its only address",
        f"{URL} 응답이 HTTP 형식이 아닙니다 (유일한 주소)",
    ),
    "refused": (
        requested(at(Came.REFUSED)),
        f"{URL} refuses connections on port 443 at its only address",
        f"{URL} 주소의 443 포트가 연결을 거부합니다 (유일한 주소)",
    ),
    "silent": (
        requested(at(Came.SILENT)),
        f"{URL} does not answer connection attempts on port 443 at its only address",
        f"{URL} 주소의 443 포트가 연결 시도에 응답하지 않습니다 (유일한 주소)",
    ),
    "plain HTTP": (
        requested(at(Came.NOT_TLS, By.APPLICATION, 400)),
        f"{URL} speaks plain HTTP on port 443 at its only address",
        f"{URL} 주소의 443 포트가 평문 HTTP로 통신합니다 (유일한 주소)",
    ),
    "TLS": (
        requested(at(Came.TLS_FAILS, detail="NO_SHARED_CIPHER")),
        f"{URL} fails in the TLS handshake (NO_SHARED_CIPHER) at its only address",
        f"{URL} 접속이 TLS 핸드셰이크에서 실패합니다(NO_SHARED_CIPHER) (유일한 주소)",
    ),
    "a bad certificate": (
        requested(at(Came.UNTRUSTED, detail="certificate has expired (OpenSSL 10)")),
        f"{URL} shows a certificate that browsers refuse (certificate has expired (OpenSSL 10)) at its only address",
        f"{URL} 인증서를 브라우저가 거부합니다(인증서 만료 (OpenSSL 10)) (유일한 주소)",
    ),
    "nobody could try": (
        requested(at(Came.NOT_SEEN, detail="no IPv6")),
        f"{URL} could not be tried from here (no IPv6)",
        f"{URL} 여기서 시도할 수 없었습니다(IPv6 없음)",
    ),
    "no address": (
        requested(no_address="NXDOMAIN"),
        f"{HOST} has no address (NXDOMAIN)",
        f"{HOST} 이름에 주소가 없습니다(NXDOMAIN)",
    ),
    "nobody says which": (
        requested(gap=Unknown(gap=Gap.UNREACHABLE, asked="DNS A", detail="port 53 is closed")),
        f"the addresses of {HOST} are not known (port 53 is closed)",
        f'{HOST} 이름의 주소를 알 수 없습니다("port 53 is closed")',
    ),
    "nor why": (
        requested(gap=Unknown(gap=Gap.NOT_ASKED, asked="DNS A")),
        f"the addresses of {HOST} are not known (DNS A)",
        f"{HOST} 이름의 주소를 알 수 없습니다(DNS A)",
    ),
}


@pytest.mark.parametrize(("seen", "en", "ko"), SENTENCES.values(), ids=SENTENCES)
def test_what_visitors_get(seen: Requested, en: str, ko: str) -> None:
    assert (sentence(seen, HOST, "en"), sentence(seen, HOST, "ko")) == (en, ko)


def test_every_outcome_is_said() -> None:
    assert {one.came for seen, _, _ in SENTENCES.values() for one in seen.at} == set(Came)


FAILS, UNSEEN = requested(at(Came.REFUSED)), requested(at(Came.NOT_SEEN, detail="private"))


@pytest.mark.parametrize(
    ("seen", "word", "lang", "line"),
    [
        (
            requested(SERVED),
            "sound",
            "en",
            "is served at its only address, and is sound, from the registrar to the target.",
        ),
        (requested(SERVED), "at-risk", "en", "is served at its only address, but something is at risk."),
        (requested(SERVED), "unknown", "en", "is served at its only address, but not everything could be seen."),
        (requested(SERVED), "broken", "en", "is served at its only address, and yet is broken."),
        (
            requested(SERVED),
            "sound",
            "ko",
            "요청이 정상 응답을 받습니다 (유일한 주소), 도메인 등록 기관부터 대상까지 정상입니다.",
        ),
        (
            requested(LED_ON),
            "sound",
            "en",
            "redirects to https://www.shop.example/ at its only address, and is sound up to there; that name was not"
            " asked.",
        ),
        (
            requested(LED_ON),
            "broken",
            "en",
            "redirects to https://www.shop.example/ at its only address, and yet is broken.",
        ),
        (FAILS, "broken", "en", "refuses connections on port 443 at its only address."),
        (FAILS, "broken", "ko", "주소의 443 포트가 연결을 거부합니다 (유일한 주소)."),
        (UNSEEN, "unknown", "en", "could not be tried from here (private)."),
        (
            UNSEEN,
            "sound",
            "en",
            "could not be tried from here (private); by the load balancer's own account it is served"
            " (healthy targets, answers counted).",
        ),
        (
            UNSEEN,
            "sound",
            "ko",
            "여기서 시도할 수 없었습니다(사설 주소); 로드 밸런서의 기록으로는 정상 응답 중입니다"
            "(정상 대상과 응답 수 기준).",
        ),
    ],
)
def test_the_first_line(seen: Requested, word: Word, lang: Lang, line: str) -> None:
    assert headline(seen, HOST, word, lang) == f"{URL} {line}"
