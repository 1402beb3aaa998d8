"""ALB708 over facts: addresses that the application's redirects and pages name."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Exchange, PageLink
from albdoctor_checks.response.alb708_app_wrong_absolute_urls import app_wrong_absolute_urls as check
from tests.support.build import balancer, facts, listener
from tests.support.build_web import ALB, PARKING, address_probe, exchange, web
from tests.support.table import result_of, told

HTTPS, HTTP = "https://shop.example/", "http://shop.example"
DENIED = Unknown(gap=Gap.DENIED, asked="ec2:DescribeNetworkInterfaces")


def page(*links: tuple[str, str]) -> Exchange:
    named = tuple(PageLink(tag=tag, origin=origin) for tag, origin in links)
    return replace(exchange(HTTPS, server="nginx"), links=named)


def seen(*https: Exchange, **groups: Any) -> Facts:
    base: dict[str, Any] = {"load_balancers": (balancer(),), "listeners": (listener(80), listener())}
    return facts(**(base | web(address_probe(https=https)) | groups))


def test_a_form_that_leaves_https_is_found() -> None:
    assert told(check, seen(page(("form", HTTP), ("a", HTTP)))) == [
        "warning likely domain/shop.example: The application at https://shop.example/ sends visitors to"
        " http://shop.example (it leaves https)",
        "  GET https://shop.example/ at 198.51.100.10 -> <form> http://shop.example",
        "  GET https://shop.example/ at 198.51.100.10 -> <a> http://shop.example",
        "  fix[by hand, brief]: Let the application trust X-Forwarded-Proto, or set its public address to"
        " https://shop.example.",
    ]


def test_a_redirect_is_certain() -> None:
    leaves = exchange(HTTPS, 302, location=f"{HTTP}/login", server="nginx")
    up = exchange(f"{HTTP}/login", 301, location=f"{HTTPS}login", server=ALB)
    lines = told(check, seen(leaves, up, replace(page(), url=f"{HTTPS}login")))
    assert lines[:2] == [
        "warning confirmed domain/shop.example: The application at https://shop.example/ sends visitors to"
        " http://shop.example/login (it leaves https)",
        "  GET https://shop.example/ at 198.51.100.10 -> 302 -> http://shop.example/login (server: nginx)",
    ]


@pytest.mark.parametrize(
    ("origin", "how"),
    [
        ("http://10.0.1.5:8080", "no visitor can open it"),
        ("http://localhost:3000", "no visitor can open it"),
        ("http://app:8080", "no visitor can open it"),
        ("http://ip-10-0-1-5.ap-northeast-2.compute.internal", "no visitor can open it"),
        ("https://internal-web-1234567890.ap-northeast-2.elb.amazonaws.com", "no visitor can open it"),
        ("https://shop.example:8080", "the load balancer has no such port"),
    ],
)
def test_inner_names_and_ports_matter_wherever_they_stand(origin: str, how: str) -> None:
    first, *_ = told(check, seen(page(("img", origin))))
    assert first.startswith("warning likely ")
    assert first.endswith(f"({how})")


@pytest.mark.parametrize("tag", ["a", "img"])
def test_what_browsers_lead_to_https_by_themselves_is_information(tag: str) -> None:
    assert told(check, seen(page((tag, HTTP))))[0].startswith("info likely ")


@pytest.mark.parametrize("tag", ["script", "link", "iframe"])
def test_what_browsers_block_matters(tag: str) -> None:
    assert told(check, seen(page(("a", HTTP), (tag, HTTP))))[0].startswith("warning likely ")


@pytest.mark.parametrize(
    "chain",
    [
        (page(),),
        (page(("form", "https://shop.example"), ("a", "https://www.shop.example")),),
        # other people's sites, by whatever scheme; another name of the domain may be another server
        (page(("a", "http://example.org"), ("a", "http://blog.shop.example:8080"), ("script", "https://cdn.example")),),
        (page(("a", "http://[")),),
        (exchange(HTTPS, 302, location="/login", server="nginx"), page()),
        # a circle and a name that fails are told as that
        (
            exchange(HTTPS, 301, location=f"{HTTP}/", server="nginx"),
            exchange(f"{HTTP}/", 301, location=HTTPS, server=ALB),
            replace(exchange(HTTPS, None), failure="not followed: seen before"),
            page(("form", HTTP)),
        )[:3],
        (
            exchange(HTTPS, 302, location="http://app:8080/", server="nginx"),
            replace(exchange("http://app:8080/", None), failure="no address"),
        ),
    ],
)
def test_silence(chain: tuple[Exchange, ...]) -> None:
    assert not told(check, seen(*chain))


def test_what_is_not_the_applications_is_another_checks() -> None:
    by_balancer = exchange(HTTPS, 301, location="https://shop.example:8080/", server=ALB)
    assert result_of(check, seen(by_balancer)) is Result.EMPTY
    elsewhere = replace(page(("form", HTTP)), address=PARKING)
    parked = web(address_probe(https=(elsewhere,), address=PARKING), addresses=(PARKING,))
    assert result_of(check, seen(**parked)) is Result.EMPTY


def test_a_port_with_a_listener_is_no_case() -> None:
    more = (listener(80), listener(), listener(ListenerArn="arn:8443", Port=8443))
    assert result_of(check, seen(page(("a", "https://shop.example:8443")), listeners=more)) is Result.PASSED


def test_not_known() -> None:
    assert result_of(check, seen(page(), network_interfaces=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(exchange(HTTPS, None))) is Result.EMPTY
