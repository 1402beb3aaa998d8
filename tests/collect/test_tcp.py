"""How connection attempts end, against real sockets."""

from __future__ import annotations

import asyncio
from time import perf_counter

from albdoctor.collect.options import ConnectTo, parse_connect_to
from albdoctor.collect.tcp import Place, connect, place_of
from albdoctor.facts.wire import PortProbe, Tcp
from tests.support.clocks import SLACK
from tests.support.servers import LOOPBACK, closed_port, serving, silent_port, speechless


def attempt(host: str, port: int, seconds: float = 0.3) -> PortProbe:
    return asyncio.run(connect(443, Place(host, port), seconds))


def test_open() -> None:
    async def scenario() -> PortProbe:
        async with serving(speechless) as port:
            return await connect(443, Place(LOOPBACK, port))

    seen = asyncio.run(scenario())
    assert (seen.port, seen.tcp, seen.detail) == (443, Tcp.OPEN, "")
    assert 0 < seen.milliseconds < 1000


def test_refused() -> None:
    seen = attempt(LOOPBACK, closed_port())
    assert seen.tcp is Tcp.REFUSED
    assert "Connect call failed" in seen.detail


def test_silent_ends_with_the_timeout() -> None:
    with silent_port() as port:
        started = perf_counter()
        seen = attempt(LOOPBACK, port)
    assert (seen.tcp, seen.detail) == (Tcp.SILENT, "no answer within 0.3 s")
    assert 0.3 <= perf_counter() - started < SLACK


def test_no_way_from_here_is_not_silence() -> None:
    # A broadcast address has no route for TCP: ENETUNREACH from this machine's own kernel.
    assert attempt("127.255.255.255", 80).tcp is Tcp.UNREACHABLE
    assert attempt("label-too-long-" * 8, 80).tcp is Tcp.UNREACHABLE


def test_rule_for_the_address_comes_before_the_rule_for_the_name() -> None:
    rules = parse_connect_to(
        ("shop.example:443:127.0.0.2:1", "192.0.2.1:443:127.0.0.3:2", "[2001:db8::1]:443:[::1]:3", "192.0.2.7:80:h:4")
    )
    assert place_of(rules, "192.0.2.1", 443, "shop.example") == ("127.0.0.3", 2)
    assert place_of(rules, "192.0.2.2", 443, "shop.example") == ("127.0.0.2", 1)
    assert place_of(rules, "2001:db8::1", 443, "shop.example") == ("::1", 3)
    assert place_of(rules, "192.0.2.2", 80, "shop.example") == ("192.0.2.2", 80)
    assert place_of(rules, "192.0.2.2", 443) == ("192.0.2.2", 443)
    assert place_of(ConnectTo(), "192.0.2.2", 443, "shop.example") == ("192.0.2.2", 443)
