"""Every outcome where everything else is sound: broken, with a cause of its own, in every format and both languages."""

from __future__ import annotations

import io
import re
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from albdoctor.api import judge, load_facts
from albdoctor.checkup.finding import ERROR
from albdoctor.derive.request.outcome import Came
from albdoctor.facts.known import Known
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import AddressProbe, Tcp
from albdoctor.policy import Policy
from albdoctor.report import html, terminal
from albdoctor.report import json as json_report
from albdoctor.report.model import Report
from albdoctor.text import Lang
from tests.support.build_served import URL, answering, got, plain_on_443, shaking, shut

BASE = load_facts(Path(__file__).parents[1] / "cases" / "base.json")
assert isinstance(BASE.probes, Known)
GOOD = BASE.probes.value.addresses
ALIKE = ("http-request-fails", "http-request-fails")
PORT = ("http-request-fails", "tls-port-closed")
ELSEWHERE = ("http-redirect-target-wrong", "http-redirect-target-wrong")
WWW = "https://www.shop.example/"


def astray(status: int | None = None, failure: str = "") -> AddressProbe:
    """The address redirects to www, which fails so."""
    end = replace(got(status, by_balancer=status is not None, failure=failure), url=WWW)
    return answering(got(301, location=WWW), end)


OUTCOMES: dict[str, tuple[AddressProbe, Came, tuple[str, str]]] = {
    "502 by the load balancer": (answering(got(502, by_balancer=True)), Came.ERROR_STATUS, ALIKE),
    "561 by the load balancer": (answering(got(561, by_balancer=True)), Came.ERROR_STATUS, ALIKE),
    "404 by the load balancer": (answering(got(404, by_balancer=True)), Came.ERROR_STATUS, ALIKE),
    "500 by the application": (
        answering(got(500, server="gunicorn")),
        Came.ERROR_STATUS,
        ("app-returns-5xx", "app-returns-5xx"),
    ),
    "429 by the application": (answering(got(429, server="nginx")), Came.ERROR_STATUS, ALIKE),
    "a circle": (answering(got(302, location=URL)), Came.REDIRECT_LOOP, ("http-redirect-loop", "http-redirect-loop")),
    "a name without an address": (astray(failure="no address"), Came.LEADS_ASTRAY, ELSEWHERE),
    "a name that fails": (astray(502), Came.LEADS_ASTRAY, ELSEWHERE),
    "no answer": (answering(got(None, failure="timeout")), Came.NO_ANSWER, ALIKE),
    "closed": (answering(got(None, failure="reset")), Came.RESET, ALIKE),
    "no HTTP": (answering(got(None, failure="not http: x")), Came.NOT_HTTP, ALIKE),
    "refused": (shut(Tcp.REFUSED), Came.REFUSED, PORT),
    "silent": (shut(Tcp.SILENT), Came.SILENT, PORT),
    "plain HTTP": (plain_on_443(), Came.NOT_TLS, ("tls-not-tls", "tls-not-tls")),
    "TLS fails": (shaking("NO_SHARED_CIPHER"), Came.TLS_FAILS, ("tls-handshake-fails", "tls-handshake-fails")),
    "a bad certificate": (
        shaking(verify_code=19, verify_message="self-signed certificate in certificate chain"),
        Came.UNTRUSTED,
        ("tls-not-our-certificate", "tls-not-our-certificate"),
    ),
}
"""What is seen at an address, what it is, and the root cause where one of two, and where both addresses show it."""


def facts_with(probed: AddressProbe, failing: int) -> Facts:
    """The healthy site, of whose addresses the first ones fail so."""
    assert isinstance(BASE.probes, Known)
    named = [replace(probed, address=one.address) for one in GOOD[:failing]]
    return replace(BASE, probes=Known(replace(BASE.probes.value, addresses=(*named, *GOOD[failing:]))))


def _texts(report: Report) -> dict[str, str]:
    page = io.StringIO()
    terminal.write(report, page)
    return {
        "text": page.getvalue(),
        "html": re.sub("<[^>]+>", " ", re.sub("</?span[^>]*>", "", html.render((report,)))),
        "json": json_report.render((report,)).decode(),
    }


def test_the_ground_is_sound_and_every_failure_is_in_the_table() -> None:
    assert (judge(BASE).verdict, len(GOOD)) == ("sound", 2)
    assert {came for _, came, _ in OUTCOMES.values()} == set(Came) - {Came.SERVED, Came.NOT_SEEN}


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("failing", [1, 2])
@pytest.mark.parametrize(("probed", "came", "slugs"), OUTCOMES.values(), ids=OUTCOMES)
def test_what_visitors_get_is_the_verdict(
    probed: AddressProbe, came: Came, slugs: tuple[str, str], failing: int, lang: Lang
) -> None:
    report = judge(facts_with(probed, failing), Policy(lang=lang))
    assert (report.verdict, report.exit_code) == ("broken", 1)
    assert [one.outcome for one in report.request.answers].count(came) == failing
    (cause,) = [one for one in report.root_causes if one.severity is ERROR]
    assert cause.slug == slugs[failing - 1]
    first = {"en": f"{failing} of 2 addresses.", "ko": f"(주소 2개 중 {failing}개)."}[lang]
    assert report.request.sentence.endswith(first)
    for name, text in _texts(report).items():
        flat = " ".join(text.split())
        assert _written(report.request.sentence, name) in flat, name
        assert cause.slug in flat, name
        if name == "text":
            assert flat.startswith(report.request.sentence)


def _written(sentence: str, name: str) -> str:
    """The sentence as a format writes it."""
    if name == "json":
        return msgspec.json.encode(sentence).decode()
    return sentence
