"""HTTP exchanges with real servers, and redirects followed by hand."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import pytest

from albdoctor.collect.options import ConnectTo
from albdoctor.collect.tcp import Place
from albdoctor.collect.web.http import Request, exchange, http_transport
from albdoctor.collect.web.redirects import Onward, Walk, follow
from albdoctor.collect.web.tls import handshake
from albdoctor.collect.web.trust import unverified
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.wire import Exchange, Handshake
from albdoctor.version import VERSION
from tests.support.clocks import SLACK
from tests.support.servers import (
    LOOPBACK,
    Handler,
    answering,
    blocking_tls_port,
    closed_port,
    closing,
    dripping,
    flooding,
    http,
    redirecting,
    resetting,
    serving,
    silent_port,
    speechless,
    then_reset,
)
from tests.support.tls import Authority

HOST = "shop.example"
ADDRESS = "192.0.2.10"
HEAD = b"HTTP/1.1 200 OK\r\n"


def request(port: int, url: str = f"http://{HOST}/", host: str = HOST) -> Request:
    place = Place(LOOPBACK, port)
    return Request(url=url, address=ADDRESS, port=80, place=place, host=host, server_name=HOST)


def get(handler: Handler, url: str = f"http://{HOST}/", seconds: float = 5.0, **serve: Any) -> Exchange:
    async def scenario() -> Exchange:
        async with serving(handler, **serve) as port, http_transport() as transport:
            return await exchange(transport, request(port, url), seconds)

    return asyncio.run(scenario())


def test_request_is_pinned_and_says_who_asks() -> None:
    asked: list[bytes] = []
    seen = get(answering(http("hi", Server="nginx", X_Secret="s", Set_Cookie="a=b"), asked), f"http://{HOST}/a b?q=한")
    assert asked == [
        f"GET /a%20b?q=%ED%95%9C HTTP/1.1\r\nHost: {HOST}\r\n"
        f"User-Agent: albdoctor/{VERSION} (+https://pypi.org/project/albdoctor/)\r\n"
        "Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n".encode()
    ]
    assert (seen.url, seen.address, seen.port) == (f"http://{HOST}/a b?q=한", ADDRESS, 80)
    assert (seen.status, seen.headers, seen.body_start, seen.failure) == (200, (("server", "nginx"),), "hi", "")
    assert seen.milliseconds > 0


def test_environment_proxies_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{LOOPBACK}:{closed_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://{LOOPBACK}:{closed_port()}")
    assert get(answering(http())).status == 200


def test_https_takes_any_certificate(tmp_path: Path) -> None:
    tls = Authority().issue("other.example", self_signed=True).server_context(tmp_path)
    names: list[str | None] = []
    tls.sni_callback = lambda _session, name, _context: names.append(name)
    seen = get(answering(http()), f"https://{HOST}/", tls=tls)
    assert (seen.status, seen.failure, names) == (200, "", [HOST])


@pytest.mark.parametrize(
    ("handler", "failure"),
    [
        pytest.param(speechless, "timeout", id="silence"),
        pytest.param(closing, "reset", id="closed without an answer"),
        pytest.param(resetting, "reset", id="RST"),
        pytest.param(dripping(HEAD, b"X-Slow: 1\r\n"), "timeout", id="slow-loris in the head"),
        pytest.param(dripping(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 102 \r\n\r\n"), "timeout", id="only 1xx"),
        pytest.param(flooding(b"", b"HTTP/1.1 103 \r\n\r\n" * 4096), "not http: no end after", id="flood of 1xx"),
        pytest.param(flooding(HEAD, b"X-Flood: " + b"a" * 4096 + b"\r\n"), "not http: ", id="endless head"),
        pytest.param(flooding(HEAD, b"a" * 4096), "not http: ", id="endless header"),
        pytest.param(dripping(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", b""), "not http: illegal status line", id="SSH"),
        pytest.param(dripping(b"\x15\x03\x01\x00\x02\x02\x46\r\n\r\n", b""), "not http: illegal", id="TLS alert"),
        pytest.param(dripping(b"HTTP/1.1 99 Low\r\n\r\n", b""), "not http: ", id="no such status"),
        pytest.param(dripping(HEAD + b"Content-Length: -1\r\n\r\n", b""), "not http: ", id="negative length"),
        pytest.param(dripping(b"\0" * 500 + b"\r\n\r\n", b""), "not http: ", id="zeros"),
    ],
)
def test_no_answer(handler: Handler, failure: str) -> None:
    started = perf_counter()
    seen = get(handler, seconds=0.5 if failure == "timeout" else 5.0)
    assert perf_counter() - started < SLACK
    assert (seen.status, seen.headers, seen.body_start) == (None, (), "")
    assert seen.failure.startswith(failure)
    assert len(seen.failure) <= 200


@pytest.mark.parametrize(
    ("handler", "body", "failure"),
    [
        pytest.param(flooding(HEAD + b"\r\n", b"x" * 65536), "x" * 512, "", id="endless body is cut"),
        pytest.param(dripping(HEAD + b"\r\nstart", b""), "start", "body: timeout", id="slow-loris in the body"),
        pytest.param(then_reset(HEAD + b"Content-Length: 9\r\n\r\nstart"), "start", "body: reset", id="RST inside"),
        pytest.param(answering(HEAD + b"Content-Length: 9\r\n\r\nstart"), "start", "body: reset", id="cut short"),
        pytest.param(answering(HEAD + b"\r\n\xff\xfe\xed\x95\x9c"), "\ufffd\ufffd한", "", id="not UTF-8"),
        pytest.param(answering(HEAD + b"Content-Encoding: gzip\r\n\r\nnot gzip"), "not gzip", "", id="false gzip"),
        pytest.param(
            dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b""), "", "body: not http: ", id="bad chunk"
        ),
    ],
)
def test_answer_whose_body_is_odd_is_an_answer(handler: Handler, body: str, failure: str) -> None:
    seen = get(handler, seconds=0.5 if failure == "body: timeout" else 5.0)
    assert (seen.status, seen.body_start) == (200, body)
    assert seen.failure.startswith(failure) if failure else seen.failure == ""


def test_header_values_are_cut() -> None:
    seen = get(answering(http("", Server="x" * 5000)))
    assert seen.headers == (("server", "x" * 2048),)
    many = get(answering(HEAD + b"Via: x\r\n" * 500 + b"\r\n"))
    assert many.headers == (("via", "x"),) * 32


def test_nobody_there() -> None:
    async def at(place: Place, url: str = f"http://{HOST}/") -> str:
        async with http_transport() as transport:
            asked = Request(url=url, address=ADDRESS, port=80, place=place, host=HOST, server_name=HOST)
            return (await exchange(transport, asked, 0.3)).failure

    assert asyncio.run(at(Place(LOOPBACK, closed_port()))) == "refused"
    assert asyncio.run(at(Place("localhost", closed_port()))) == "refused"
    assert asyncio.run(at(Place("127.255.255.255", 80))).startswith("unreachable: ")
    with silent_port() as port:
        assert asyncio.run(at(Place(LOOPBACK, port))) == "timeout"


def test_tls_that_fails_is_told_in_openssl_words() -> None:
    seen = get(dripping(b"HTTP/1.1 400 Bad Request\r\n\r\n", b""), f"https://{HOST}/")
    assert seen.failure == "tls: WRONG_VERSION_NUMBER"


def test_missing_client_certificate_shows_in_the_exchange(tmp_path: Path) -> None:
    """TLS 1.3 servers refuse after the client's handshake is over (RFC 8446 section 4.4.2.4)."""
    authority = Authority()
    strict = authority.issue(HOST).server_context(tmp_path)
    strict.verify_mode = ssl.CERT_REQUIRED
    strict.load_verify_locations(authority.bundle(tmp_path))
    with blocking_tls_port(strict) as port:

        async def scenario() -> tuple[Handshake, Exchange]:
            async with http_transport() as transport:
                return (
                    await handshake(Place(LOOPBACK, port), HOST, unverified()),
                    await exchange(transport, request(port, f"https://{HOST}/")),
                )

        shaken, seen = asyncio.run(scenario())
    assert (shaken.completed, shaken.protocol) == (True, "TLSv1.3")
    assert seen.failure == "tls: TLSV13_ALERT_CERTIFICATE_REQUIRED"


def test_caller_can_cancel() -> None:
    async def scenario() -> None:
        async with serving(speechless) as port, http_transport() as transport:
            async with asyncio.timeout(0.2):
                await exchange(transport, request(port), 30)

    with pytest.raises(TimeoutError):
        asyncio.run(scenario())


# Redirects


def walked(*handlers: tuple[int, Handler], start: str = "", seconds: float = 5.0) -> list[str]:
    """Serve ports of the host, walk from its first one, and write each hop down."""

    async def serve(
        rest: tuple[tuple[int, Handler], ...], places: dict[int, int], then: Callable[[dict[int, int]], Awaitable[Any]]
    ) -> Any:
        if not rest:
            return await then(places)
        (meant, handler), *others = rest
        async with serving(handler) as port:
            return await serve(tuple(others), places | {meant: port}, then)

    async def walk(places: dict[int, int]) -> tuple[Exchange, ...]:
        rules = tuple(((ADDRESS, meant), (LOOPBACK, port)) for meant, port in places.items())
        pinned = Walk(host=HOST, address=ADDRESS, connect_to=ConnectTo(places=rules))
        async with http_transport() as transport:
            return await follow(transport, pinned, start or f"http://{HOST}/", seconds)

    running: Coroutine[Any, Any, tuple[Exchange, ...]] = serve(handlers, {}, walk)
    hops = asyncio.run(running)
    assert all(hop.address == ADDRESS for hop in hops)
    return [f"{hop.port} {hop.url} {hop.status or hop.failure}" for hop in hops]


def by_path(answers: dict[str, bytes]) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        await answering(answers[head.split()[1].decode()])(_Given(head), writer)  # type: ignore[arg-type] # reads only

    return handler


class _Given:
    """A reader that has the request already."""

    def __init__(self, head: bytes) -> None:
        self._head = head

    async def readuntil(self, _separator: bytes) -> bytes:
        return self._head


def moved(location: str, **headers: str) -> bytes:
    return http("", "302 Found", Location=location, **headers)


def test_redirects_of_the_same_host_are_followed_on_the_same_address() -> None:
    pages = by_path({"/": moved("/login?next=%2F"), "/login?next=%2F": moved(f"//{HOST.upper()}.:8080/x#top")})
    assert walked((80, pages), (8080, answering(http()))) == [
        f"80 http://{HOST}/ 302",
        f"80 http://{HOST}/login?next=%2F 302",
        f"8080 http://{HOST}:8080/x 200",
    ]


def test_a_port_that_fails_ends_the_walk() -> None:
    onward = dripping(moved(f"https://{HOST}:80/"), b"")
    assert walked((80, onward), seconds=1)[1] == f"80 https://{HOST}:80/ tls: WRONG_VERSION_NUMBER"


@pytest.mark.parametrize(
    ("location", "last"),
    [
        ("https://evil.example/x", "443 https://evil.example/x not followed: another host"),
        ("http://web-1.ap-northeast-2.elb.amazonaws.com/", None),
        (f"http://{HOST}@evil.example/", f"80 http://{HOST}@evil.example/ not followed: another host"),
        ("http://169.254.169.254/", "80 http://169.254.169.254/ not followed: another host"),
        ("file:///etc/passwd", "0 file:///etc/passwd not followed: scheme"),
        ("javascript:alert(1)", "0 javascript:alert(1) not followed: scheme"),
        ("http://[::1/", "0 http://[::1/ not followed: malformed"),
        (f"http://{HOST}:99999/", f"0 http://{HOST}:99999/ not followed: malformed"),
        (f"http://{HOST}:0/", f"80 http://{HOST}:0/ not followed: malformed"),
        ("http://" + "a" * 70 + "é.example/", None),
        ("/" + "a" * 3000, f"80 http://{HOST}/{'a' * (2047 - len(HOST) - 7)} not followed: too long"),
    ],
)
def test_redirects_that_are_not_followed(location: str, last: str | None) -> None:
    hops = walked((80, redirecting(location)))
    assert len(hops) == 2
    assert " not followed: " in hops[1]
    assert last is None or hops[1] == last


@pytest.mark.parametrize("port", [22, 25, 587, 6667, 10080])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_port_that_no_browser_opens_is_not_asked(port: int, scheme: str) -> None:
    """Whoever owns a name could have a mail server spoken to in lines of their choice."""
    asked: list[bytes] = []
    assert walked((80, redirecting(f"{scheme}://{HOST}:{port}/MAIL%20FROM")), (port, answering(http(), asked)))[1:] == [
        f"{port} {scheme}://{HOST}:{port}/MAIL%20FROM blocked: no browser opens port {port}"
    ]
    assert asked == []


WWW = f"www.{HOST}"


def onward(*hosts: str, location: str, refusal: str = "", **addresses: tuple[str, ...] | None) -> tuple[list[str], str]:
    """Walk from the host with leave to go on in its domain; give the hops, and the hosts that were asked."""
    asked: list[str] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked.append(head.lower().partition("host: ")[2].partition("\r\n")[0])
        page = moved(location) if asked[-1] == HOST else http()
        await answering(page)(_Given(head.encode()), writer)  # type: ignore[arg-type] # reads only

    async def addresses_of(name: str) -> Observed[tuple[str, ...]]:
        given = addresses[name.partition(".")[0]]
        return Unknown(gap=Gap.UNREACHABLE, asked="DNS") if given is None else Known(given)

    async def shake(place: Place, name: str) -> Handshake:
        assert place.host == LOOPBACK
        return Handshake(server_name=name, completed=not refusal, failure=refusal, verify_code=62 if refusal else 0)

    async def walk() -> tuple[Exchange, ...]:
        leave = Onward(domain=HOST, addresses_of=addresses_of, shake=shake)
        async with serving(handler) as port, http_transport() as transport:
            rules = tuple(((ADDRESS, meant), (LOOPBACK, port)) for meant in (80, 443))
            pinned = Walk(host=HOST, address=ADDRESS, connect_to=ConnectTo(places=rules), onward=leave)
            return await follow(transport, pinned, f"http://{HOST}/")

    hops = asyncio.run(walk())
    assert asked == [HOST, *hosts]
    return [f"{hop.port} {hop.url} {hop.status or hop.failure}" for hop in hops][1:], hops[-1].address


def test_another_name_of_the_domain_is_followed_where_it_has_the_same_address() -> None:
    to = f"http://{WWW}/x"
    assert onward(WWW, location=to, www=("192.0.2.9", ADDRESS)) == ([f"80 {to} 200"], ADDRESS)


@pytest.mark.parametrize(
    ("addresses", "failure"),
    [((), "no address"), (("192.0.2.9",), "not followed: another host"), (None, "not followed: another host")],
)
def test_a_name_that_leads_elsewhere_is_not_asked(addresses: tuple[str, ...] | None, failure: str) -> None:
    assert onward(location=f"http://{WWW}/", www=addresses)[0] == [f"80 http://{WWW}/ {failure}"]


def test_a_name_out_of_the_domain_is_not_looked_up() -> None:
    for name in ("evil.example", f"not{HOST}"):
        assert onward(location=f"http://{name}/")[0] == [f"80 http://{name}/ not followed: another host"]


def test_a_certificate_that_does_not_stand_for_the_name_ends_the_walk() -> None:
    refused = onward(location=f"https://{WWW}/", www=(ADDRESS,), refusal="CERTIFICATE_VERIFY_FAILED")
    assert refused[0] == [f"443 https://{WWW}/ tls: CERTIFICATE_VERIFY_FAILED"]


def test_loop_shows_the_repeated_url() -> None:
    pages = by_path({"/": moved("/a"), "/a": moved(f"http://{HOST}:80/#again")})
    assert walked((80, pages)) == [
        f"80 http://{HOST}/ 302",
        f"80 http://{HOST}/a 302",
        f"80 http://{HOST}/ not followed: seen before",
    ]


def test_loop_that_a_cookie_may_end_says_so() -> None:
    assert walked((80, redirecting("/", Set_Cookie="seen=1"))) == [
        f"80 http://{HOST}/ 301",
        f"80 http://{HOST}/ not followed: seen before, after a cookie was set",
    ]


def test_walk_is_at_most_ten_requests_long() -> None:
    pages = by_path({f"/{'a' * length}": moved(f"/{'a' * (length + 1)}") for length in range(20)})
    hops = walked((80, pages))
    assert len(hops) == 11
    assert hops[-1] == f"80 http://{HOST}/{'a' * 10} not followed: more than 10 requests"


def test_walk_ends_in_time() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.2)
        count[0] += 1
        writer.write(moved(f"/{count[0]}"))
        await writer.drain()

    count, started = [0], perf_counter()
    hops = walked((80, slow), seconds=0.5)
    assert perf_counter() - started < SLACK
    assert hops[-1].endswith(" timeout")


def test_redirect_without_location_is_an_answer() -> None:
    assert walked((80, answering(http("", "304 Not Modified")))) == [f"80 http://{HOST}/ 304"]
    assert walked((80, answering(http("", "301 Moved")))) == [f"80 http://{HOST}/ 301"]


def test_exchange_names_no_exception_of_httpx() -> None:
    odd = Request(
        url=f"http://{HOST}/", address=ADDRESS, port=80, place=Place("bad host\n", 80), host=HOST, server_name=HOST
    )

    async def scenario() -> Exchange:
        async with http_transport() as transport:
            assert isinstance(transport, httpx.AsyncHTTPTransport)
            return await exchange(transport, odd)

    seen = asyncio.run(scenario())
    assert seen.status is None
    assert seen.failure
