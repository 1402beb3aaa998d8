"""What came of the request at an address, from what was seen on the wire there: every outcome, and by whom."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.scene import scene_of
from albdoctor.derive.dns.visited import LONGEST_CHAIN
from albdoctor.derive.request.outcome import By, Came, Requested
from albdoctor.facts.dns import Answer, Record, ResolverAnswer
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.wire import AddressProbe, Exchange, Tcp
from tests.support.build import facts
from tests.support.build_dns import answer, host_answers, probe
from tests.support.build_served import (
    ADDRESSES,
    ONE,
    OTHER,
    URL,
    answering,
    got,
    led_to,
    plain_on_443,
    shaking,
    shut,
)

OWN_502 = (
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
)
NGINX_502 = OWN_502.replace("</body>", "<hr><center>nginx/1.27</center></body>")

NOT_FOLLOWED = replace(got(None, failure="not followed: another host"), url="https://elsewhere.example/")


V6_TIMES_OUT = replace(host_answers(), aaaa=(answer(type_="AAAA", error="timeout"),))
"""No IPv4 address, and whether there is an IPv6 address nobody said."""


def _requested(**groups: Any) -> Requested:
    return scene_of(facts(**groups)).requested


def _again(failure: str = "", status: int | None = None, url: str = f"{URL}login") -> Exchange:
    return replace(got(status, failure=failure), url=url)


REDIRECT = got(302, location="/login")
WWW = "https://www.shop.example/"
LEAVING = got(301, location=WWW)

AT = {
    "served": (probe(ONE), (Came.SERVED, By.APPLICATION, 200, "")),
    "not found is an application's answer": (probe(ONE, status=404), (Came.SERVED, By.APPLICATION, 404, "")),
    "so is asking for a login": (probe(ONE, status=401), (Came.SERVED, By.APPLICATION, 401, "")),
    "and refusing one": (probe(ONE, status=403), (Came.SERVED, By.APPLICATION, 403, "")),
    "and a method": (probe(ONE, status=405), (Came.SERVED, By.APPLICATION, 405, "")),
    "a plain GET is turned away": (probe(ONE, status=400), (Came.ERROR_STATUS, By.APPLICATION, 400, "")),
    "by a limit": (probe(ONE, status=429), (Came.ERROR_STATUS, By.APPLICATION, 429, "")),
    "the application fails": (probe(ONE, status=500), (Came.ERROR_STATUS, By.APPLICATION, 500, "")),
    "its own 502": (
        answering(replace(got(502), body_start=NGINX_502)),
        (Came.ERROR_STATUS, By.APPLICATION, 502, ""),
    ),
    "the load balancer's 502": (
        answering(got(502, by_balancer=True)),
        (Came.ERROR_STATUS, By.LOAD_BALANCER, 502, ""),
    ),
    "the same with its Server header off": (
        answering(replace(got(502), body_start=OWN_502)),
        (Came.ERROR_STATUS, By.LOAD_BALANCER, 502, ""),
    ),
    "the load balancer's 404 is an error": (
        answering(got(404, by_balancer=True)),
        (Came.ERROR_STATUS, By.LOAD_BALANCER, 404, ""),
    ),
    "its 561 after a login": (answering(got(561, by_balancer=True)), (Came.ERROR_STATUS, By.LOAD_BALANCER, 561, "")),
    "a CDN's 502": (answering(got(502, server="CloudFront")), (Came.ERROR_STATUS, By.OTHER, 502, "")),
    "what a CDN serves": (answering(got(200, server="cloudflare")), (Came.SERVED, By.OTHER, 200, "")),
    "a redirect to another host": (answering(got(301), NOT_FOLLOWED), (Came.SERVED, By.APPLICATION, 301, "")),
    "a redirect to a page": (answering(REDIRECT, _again(status=200)), (Came.SERVED, By.APPLICATION, 200, "")),
    "a redirect to an error": (
        answering(REDIRECT, _again(status=503)),
        (Came.ERROR_STATUS, By.APPLICATION, 503, ""),
    ),
    "a redirect to no answer": (
        answering(REDIRECT, _again("timeout")),
        (Came.NO_ANSWER, By.NOBODY, None, "timeout"),
    ),
    "a redirect to a closed port": (
        answering(REDIRECT, _again("refused", url="https://shop.example:8443/")),
        (Came.REFUSED, By.NOBODY, None, "refused"),
    ),
    "a redirect to TLS that fails": (
        answering(REDIRECT, _again("tls: WRONG_VERSION_NUMBER", url="https://shop.example:80/")),
        (Came.TLS_FAILS, By.NOBODY, None, "WRONG_VERSION_NUMBER"),
    ),
    "a redirect to no HTTP": (
        answering(REDIRECT, _again("not http: illegal status line")),
        (Came.NOT_HTTP, By.NOBODY, None, "not http: illegal status line"),
    ),
    "a redirect to where this machine has no way": (
        answering(REDIRECT, _again("unreachable: no route", url="https://shop.example:8443/")),
        (Came.NOT_SEEN, By.NOBODY, None, "unreachable: no route"),
    ),
    "a redirect to another name that serves": (
        answering(LEAVING, _again(status=200, url=WWW)),
        (Came.SERVED, By.APPLICATION, 200, ""),
    ),
    "a redirect to a name without an address": (
        answering(LEAVING, _again("no address", url=WWW)),
        (Came.LEADS_ASTRAY, By.NOBODY, None, f"{WWW}: no address"),
    ),
    "a redirect to a name with a certificate that is refused": (
        answering(LEAVING, _again("tls: CERTIFICATE_VERIFY_FAILED", url=WWW)),
        (Came.LEADS_ASTRAY, By.NOBODY, None, f"{WWW}: tls: CERTIFICATE_VERIFY_FAILED"),
    ),
    "a redirect to a name that no rule takes": (
        answering(LEAVING, replace(got(404, by_balancer=True), url=WWW)),
        (Came.LEADS_ASTRAY, By.LOAD_BALANCER, 404, f"{WWW}: 404"),
    ),
    "a redirect to a name of which nobody saw": (
        answering(LEAVING, _again("unreachable: no route", url=WWW)),
        (Came.NOT_SEEN, By.NOBODY, None, "unreachable: no route"),
    ),
    "a circle over two names": (
        answering(LEAVING, replace(got(301, location=URL), url=WWW), _again("not followed: seen before", url=URL)),
        (Came.REDIRECT_LOOP, By.APPLICATION, 301, ""),
    ),
    "a circle": (
        answering(got(302, location=URL), replace(got(None, failure="not followed: seen before"), url=URL)),
        (Came.REDIRECT_LOOP, By.APPLICATION, 302, ""),
    ),
    "a circle that a cookie may end": (
        answering(
            got(302, location=URL),
            replace(got(None, failure="not followed: seen before, after a cookie was set"), url=URL),
        ),
        (Came.SERVED, By.APPLICATION, 302, ""),
    ),
    "no answer": (answering(got(None, failure="timeout")), (Came.NO_ANSWER, By.NOBODY, None, "timeout")),
    "closed without an answer": (answering(got(None, failure="reset")), (Came.RESET, By.NOBODY, None, "reset")),
    "no HTTP": (answering(got(None, failure="not http: x")), (Came.NOT_HTTP, By.NOBODY, None, "not http: x")),
    "refused after TLS": (answering(got(None, failure="refused")), (Came.REFUSED, By.NOBODY, None, "refused")),
    "TLS fails only now": (
        answering(got(None, failure="tls: CERTIFICATE_REQUIRED")),
        (Came.TLS_FAILS, By.NOBODY, None, "CERTIFICATE_REQUIRED"),
    ),
    "the port refuses": (shut(Tcp.REFUSED, "RST"), (Came.REFUSED, By.NOBODY, None, "RST")),
    "the port is silent": (shut(Tcp.SILENT, "5 s"), (Came.SILENT, By.NOBODY, None, "5 s")),
    "this machine has no way": (shut(Tcp.UNREACHABLE, "no IPv6"), (Came.NOT_SEEN, By.NOBODY, None, "no IPv6")),
    "no handshake was tried": (
        replace(probe(ONE), with_sni=None, https=()),
        (Came.NOT_SEEN, By.NOBODY, None, "no TLS handshake was tried"),
    ),
    "no request was sent": (shaking(), (Came.NOT_SEEN, By.NOBODY, None, "no request was sent")),
    "plain HTTP on 443": (plain_on_443(200), (Came.NOT_TLS, By.APPLICATION, 200, "WRONG_VERSION_NUMBER")),
    "TLS fails": (
        shaking("TLSV1_ALERT_INTERNAL_ERROR"),
        (Came.TLS_FAILS, By.NOBODY, None, "TLSV1_ALERT_INTERNAL_ERROR"),
    ),
    "an expired certificate": (
        shaking(verify_code=10, verify_message="certificate has expired"),
        (Came.UNTRUSTED, By.NOBODY, None, "certificate has expired (OpenSSL 10)"),
    ),
    "one for another name, however good its page": (
        replace(
            shaking(verify_code=62, verify_message="hostname mismatch"),
            https=(got(200),),
        ),
        (Came.UNTRUSTED, By.NOBODY, None, "hostname mismatch (OpenSSL 62)"),
    ),
}


@pytest.mark.parametrize(("seen", "expected"), AT.values(), ids=AT)
def test_at_one_address(seen: AddressProbe, expected: tuple[Came, By, int | None, str]) -> None:
    (one,) = _requested(**led_to(seen)).at
    assert (one.came, one.by, one.status, one.detail) == expected


def test_every_outcome_is_in_the_table() -> None:
    assert {expected[0] for _, expected in AT.values()} == set(Came)
    assert {expected[1] for _, expected in AT.values()} == set(By)


BAD, UNTRIED = answering(got(502)), shut(Tcp.UNREACHABLE, address=OTHER)


@pytest.mark.parametrize(
    ("groups", "served", "everywhere"),
    [
        (led_to(probe(ONE), probe(OTHER)), "yes", True),
        (led_to(probe(ONE), addresses=ADDRESSES), "yes", False),
        (led_to(probe(ONE), UNTRIED), "yes", False),
        (led_to(BAD, probe(OTHER)), "partly", True),
        (led_to(BAD, UNTRIED), "no", False),
        (led_to(UNTRIED), "not-seen", False),
        (led_to(addresses=ADDRESSES), "not-seen", False),
        (led_to(probe(ONE), probe(OTHER), addresses=(ONE,)), "yes", True),
        (led_to(probe(OTHER), addresses=(ONE,)), "not-seen", False),
        ({"host_answers": host_answers(rcode="NXDOMAIN")}, "no", False),
        ({}, "not-seen", False),
    ],
)
def test_at_all_of_them(groups: dict[str, Any], served: str, everywhere: bool) -> None:
    """An address that the name does not give proves nothing; one that it gives and nobody tried counts."""
    requested = _requested(**groups)
    assert (requested.served, requested.seen_everywhere) == (served, everywhere)


UNASKED = Unknown(gap=Gap.UNREACHABLE, asked="DNS A shop.example", detail="port 53 is closed")


def _told(a: Answer, aaaa: Answer) -> ResolverAnswer:
    return ResolverAnswer(resolver="192.0.2.53", a=a, aaaa=aaaa, ns=answer(type_="NS"))


LEADS_ON = (Record(name="shop.example", type="CNAME", ttl=60, data="a.example"),)
FROM_RESOLVER = _told(a=answer(*ADDRESSES), aaaa=answer(type_="AAAA"))
RESOLVER_SAYS_NO = _told(a=answer(rcode="NXDOMAIN"), aaaa=answer(type_="AAAA", rcode="NXDOMAIN"))
HALF_WAY = _told(a=replace(answer(), records=LEADS_ON), aaaa=replace(answer(type_="AAAA"), records=LEADS_ON))
MUTE = _told(a=answer(error="timeout"), aaaa=answer(type_="AAAA", error="timeout"))
DANGLING = replace(host_answers(), chain=("gone.example",), chain_rcode="NXDOMAIN")
CHAIN = tuple(f"n{number}.example" for number in range(LONGEST_CHAIN))
CIRCLE = replace(DANGLING, chain=("a.example", "b.example", "a.example"), chain_rcode="")
NOT_IN_CHARGE = replace(
    host_answers(), a=(answer(authoritative=False),), aaaa=(answer(type_="AAAA", authoritative=False),)
)
NOBODY_ANSWERED = Unknown(gap=Gap.UNREACHABLE, asked="DNS A and AAAA shop.example", detail="no server answered")


@pytest.mark.parametrize(
    ("groups", "addresses", "none"),
    [
        ({"host_answers": host_answers(*ADDRESSES)}, ADDRESSES, ""),
        ({"host_answers": host_answers(ONE), "resolver_answers": (FROM_RESOLVER,)}, (ONE,), ""),
        ({"host_answers": UNASKED, "resolver_answers": (FROM_RESOLVER,)}, ADDRESSES, ""),
        ({"host_answers": host_answers(rcode=None), "resolver_answers": (FROM_RESOLVER,)}, ADDRESSES, ""),
        ({"host_answers": UNASKED, "resolver_answers": (RESOLVER_SAYS_NO,)}, (), "NXDOMAIN"),
        ({"host_answers": host_answers(rcode="NXDOMAIN")}, (), "NXDOMAIN"),
        ({"host_answers": host_answers(rcode="NOERROR")}, (), "NODATA"),
        ({"host_answers": DANGLING}, (), "CNAME gone.example: NXDOMAIN"),
        ({"host_answers": CIRCLE}, (), "CNAME a.example -> b.example -> a.example: no address"),
        ({"host_answers": NOT_IN_CHARGE, "resolver_answers": (FROM_RESOLVER,)}, ADDRESSES, ""),
    ],
)
def test_which_addresses_there_are(groups: dict[str, Any], addresses: tuple[str, ...], none: str) -> None:
    requested = _requested(**groups)
    assert (tuple(one.address for one in requested.at), requested.no_address) == (addresses, none)


@pytest.mark.parametrize(
    ("groups", "gap"),
    [
        ({"host_answers": UNASKED}, UNASKED),
        ({"host_answers": UNASKED, "resolver_answers": (MUTE,)}, UNASKED),
        ({"host_answers": UNASKED, "resolver_answers": (HALF_WAY,)}, UNASKED),
        ({"host_answers": host_answers(rcode=None)}, NOBODY_ANSWERED),
        ({"host_answers": V6_TIMES_OUT}, NOBODY_ANSWERED),
        ({"host_answers": replace(DANGLING, chain_rcode="timeout")}, NOBODY_ANSWERED),
        ({"host_answers": replace(DANGLING, chain=CHAIN, chain_rcode="NOERROR")}, NOBODY_ANSWERED),
        ({"host_answers": NOT_IN_CHARGE}, NOBODY_ANSWERED),
        ({"host_answers": host_answers(rcode="SERVFAIL")}, NOBODY_ANSWERED),
    ],
)
def test_silence_is_no_address_that_is_missing(groups: dict[str, Any], gap: Unknown) -> None:
    requested = _requested(**groups)
    assert (requested.at, requested.no_address, requested.gap, requested.served) == ((), "", gap, "not-seen")
