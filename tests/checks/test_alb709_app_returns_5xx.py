"""ALB709 over facts: server errors that a target sent."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Exchange
from albdoctor_checks.response.alb709_app_returns_5xx import app_returns_5xx as check
from tests.support.build import balancer, facts
from tests.support.build_web import ALB, PARKING, address_probe, exchange, web
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="probes of the name's addresses")
URL = "https://shop.example/"


def seen(*https: Exchange) -> Facts:
    return facts(load_balancers=(balancer(),), **web(address_probe(https=https)))


def test_an_error_of_the_application_is_found() -> None:
    assert told(check, seen(exchange(URL, 500, server="gunicorn"))) == [
        "error confirmed domain/shop.example: The application answers https://shop.example/ with 500",
        "  GET https://shop.example/ at 198.51.100.10 -> 500 (server: gunicorn)",
        "  fix[by hand, none]: Read the application's log: the load balancer only passes its 500 on.",
    ]


def test_without_a_server_header_it_is_likely() -> None:
    assert told(check, seen(exchange(URL, 503)))[0].startswith("error likely domain/shop.example: ")


def test_errors_of_the_balancer_and_answers_pass() -> None:
    assert result_of(check, seen(exchange(URL, 502, server=ALB))) is Result.PASSED
    assert result_of(check, seen(exchange(URL, 404, server="gunicorn"))) is Result.PASSED


def test_nothing_and_not_known() -> None:
    parking = address_probe(https=(exchange(URL, 500, address=PARKING),), address=PARKING)
    assert result_of(check, facts(load_balancers=(balancer(),), **web(parking))) is Result.EMPTY
    assert result_of(check, seen()) is Result.EMPTY
    wire: dict[str, Any] = web() | {"probes": DENIED}
    assert result_of(check, facts(load_balancers=(balancer(),), **wire)) is Result.SKIPPED
