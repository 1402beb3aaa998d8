"""ALB703 over facts: redirects to another name of the domain, as they were really followed."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor import judge
from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Exchange
from albdoctor_checks.response.alb703_http_redirect_target_wrong import http_redirect_target_wrong as check
from tests.support.build import facts
from tests.support.build_served import answering, led_to
from tests.support.build_web import ALB, address_probe, exchange, web
from tests.support.stories import story
from tests.support.table import result_of, told

HTTPS, HTTP, WWW = "https://shop.example/", "http://shop.example/", "https://www.shop.example/"
LEAVES = exchange(HTTPS, 301, location="https://www.shop.example:443/", server=ALB)
PAGE = exchange(HTTPS)


def ended(failure: str, url: str = WWW) -> Exchange:
    return replace(exchange(url, None), failure=failure)


def seen(*https: Exchange, http: tuple[Exchange, ...] = ()) -> Facts:
    return facts(**web(address_probe(http=http, https=https)))


def test_a_name_without_an_address_is_found() -> None:
    assert told(check, seen(LEAVES, ended("no address"))) == [
        "error confirmed domain/shop.example: https://shop.example/ redirects to https://www.shop.example/, which"
        " fails: no address",
        "  GET https://shop.example/ at 198.51.100.10 -> 301 -> https://www.shop.example:443/ (server: awselb/2.0)",
        "  A and AAAA www.shop.example -> no address",
        "  fix[by hand, none]: Make www.shop.example answer, or redirect to a name that does.",
    ]


MAIL = "http://shop.example:25/"
BLOCKED = ended("blocked: no browser opens port 25", MAIL)
TO_MAIL = exchange(HTTPS, 301, location=MAIL, server=ALB)


def test_a_port_that_browsers_block_is_found_and_nobody_is_served() -> None:
    blocked = seen(TO_MAIL, BLOCKED)
    assert told(check, blocked) == [
        "error confirmed domain/shop.example: https://shop.example/ redirects to http://shop.example:25/, which fails:"
        " blocked: no browser opens port 25",
        "  GET https://shop.example/ at 198.51.100.10 -> 301 -> http://shop.example:25/ (server: awselb/2.0)",
        "  GET http://shop.example:25/ at 198.51.100.10 -> blocked: no browser opens port 25",
        "  fix[by hand, none]: Redirect to a port that browsers open: 443, or leave the port out.",
    ]
    healthy = story("healthy", **led_to(answering(TO_MAIL, BLOCKED)))
    report = judge(healthy)
    assert (report.verdict, report.request.served) == ("broken", "no")
    assert [one.outcome for one in report.request.answers] == ["leads-astray"]


def test_another_port_that_browsers_open_is_no_case() -> None:
    other = "https://shop.example:8443/"
    leads = exchange(HTTPS, 301, location=other, server=ALB)
    assert result_of(check, seen(leads, exchange(other))) is Result.PASSED
    assert result_of(check, seen(leads, ended("unreachable: no route", other))) is Result.PASSED


def test_a_name_that_only_http_leads_to_is_found() -> None:
    up = exchange(HTTP, 301, location=WWW, server=ALB)
    first, *_ = told(check, seen(PAGE, http=(up, ended("no address"))))
    assert first.endswith(f"{HTTP} redirects to {WWW}, which fails: no address")


@pytest.mark.parametrize(
    ("end", "what"),
    [
        (ended("tls: CERTIFICATE_VERIFY_FAILED"), "tls: CERTIFICATE_VERIFY_FAILED"),
        (ended("timeout"), "timeout"),
        (exchange(WWW, 503, server=ALB), "503"),
        (exchange(WWW, 404, server=ALB), "404"),
    ],
)
def test_whatever_fails_there_is_found(end: Exchange, what: str) -> None:
    assert told(check, seen(LEAVES, end))[0].endswith(f"which fails: {what}")


@pytest.mark.parametrize(
    "chain",
    [
        (PAGE,),
        (LEAVES, exchange(WWW)),
        (LEAVES, exchange(WWW, 404, server="nginx")),
        (LEAVES, ended("not followed: another host")),
        (LEAVES, ended("unreachable: no route")),
        (LEAVES, exchange(WWW, 500, server="nginx")),
        (LEAVES, exchange(WWW, 301, location=HTTPS), ended("not followed: seen before", HTTPS)),
        (exchange(HTTPS, 302, location="/login"), exchange(f"{HTTPS}login", 502, server=ALB)),
    ],
)
def test_silence(chain: tuple[Exchange, ...]) -> None:
    """A page, what nobody saw, a circle, an application's own 5xx and what fails under the same name are no case."""
    assert result_of(check, seen(*chain)) is Result.PASSED


def test_what_was_not_probed_is_not_judged() -> None:
    denied: dict[str, Any] = {"probes": Unknown(gap=Gap.NOT_ASKED, asked="probes of the name's addresses")}
    assert result_of(check, facts(**web(address_probe()) | denied)) is Result.EMPTY
