"""ALB704 over facts: redirect chains that were really followed."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Exchange
from albdoctor_checks.response.alb704_http_redirect_loop import http_redirect_loop as check
from tests.support.build import balancer, facts
from tests.support.build_web import ALB, PARKING, address_probe, exchange, web
from tests.support.table import result_of, told

HTTPS = "https://shop.example/"
HTTP = "http://shop.example/"
UP = exchange(HTTP, 301, location="https://shop.example:443/", server=ALB)
TO_ITSELF = exchange(HTTPS, 301, location=HTTPS, server="nginx")
DENIED = Unknown(gap=Gap.DENIED, asked="probes of the name's addresses")


def seen(*https: Exchange, http: tuple[Exchange, ...] = (UP,)) -> Facts:
    return facts(load_balancers=(balancer(),), **web(address_probe(http=http, https=https)))


def test_a_target_that_redirects_https_to_itself_is_found() -> None:
    assert told(check, seen(TO_ITSELF)) == [
        "error confirmed domain/shop.example: https://shop.example/ redirects without end",
        "  GET https://shop.example/ at 198.51.100.10 -> 301 -> https://shop.example/ (server: nginx)",
        "  fix[by hand, none]: Let the application trust X-Forwarded-Proto, or redirect to https at the load balancer"
        " only.",
    ]


def test_a_loop_as_the_collector_writes_it_down_is_found() -> None:
    repeated = replace(exchange(HTTPS, None), failure="not followed: seen before")
    assert told(check, seen(TO_ITSELF, repeated)) == told(check, seen(TO_ITSELF))


def test_a_loop_that_a_cookie_may_end_is_likely() -> None:
    repeated = replace(exchange(HTTPS, None), failure="not followed: seen before, after a cookie was set")
    assert told(check, seen(TO_ITSELF, repeated))[0].startswith("error likely domain/shop.example")


def test_when_only_the_balancer_answered_it_is_likely() -> None:
    down = exchange(HTTPS, 302, location=HTTP, server=ALB)
    assert told(check, seen(down, UP)) == [
        "error likely domain/shop.example: https://shop.example/ redirects without end",
        "  GET https://shop.example/ at 198.51.100.10 -> 302 -> http://shop.example/ (server: awselb/2.0)",
        "  GET http://shop.example/ at 198.51.100.10 -> 301 -> https://shop.example:443/ (server: awselb/2.0)",
        "  fix[by hand, none]: Let the application trust X-Forwarded-Proto, or redirect to https at the load balancer"
        " only.",
    ]


@pytest.mark.parametrize(
    ("https", "found"),
    [
        ((exchange(HTTPS, 200),), False),
        ((exchange(HTTPS, 302, location="/login"), exchange(f"{HTTPS}login", 200)), False),
        ((exchange(HTTPS, 302, location="/login"), exchange(f"{HTTPS}login", 302, location="/")), True),
        ((exchange(HTTPS, 302, location="https://id.example/"),), False),
        ((exchange(HTTPS, 302, location="https://[broken"),), False),
        (tuple(exchange(f"{HTTPS}{number}", 302, location=f"/{number + 1}") for number in range(10)), True),
    ],
)
def test_what_is_a_loop(https: tuple[Exchange, ...], found: bool) -> None:
    assert result_of(check, seen(*https)) is (Result.FOUND if found else Result.PASSED)


def test_addresses_of_others_and_silence_say_nothing() -> None:
    parking = address_probe(https=(TO_ITSELF,), address=PARKING)
    assert result_of(check, facts(load_balancers=(balancer(),), **web(parking))) is Result.EMPTY
    assert result_of(check, seen(http=())) is Result.EMPTY


def test_without_probes_nothing_can_be_said() -> None:
    wire: dict[str, Any] = web() | {"probes": DENIED}
    nothing = facts(load_balancers=(balancer(),), **wire)
    assert result_of(check, nothing) is Result.SKIPPED


def test_a_loop_over_two_names_is_for_their_owner_to_decide() -> None:
    www = "https://www.shop.example/"
    there, back = exchange(HTTPS, 301, location=www, server=ALB), exchange(www, 301, location=HTTPS, server="nginx")
    assert told(check, seen(there, back))[-1] == (
        "  fix[by hand, none]: Let only one of the names redirect to the other: shop.example, www.shop.example."
    )
