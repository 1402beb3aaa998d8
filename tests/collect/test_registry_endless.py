"""Registries that never come to an end, over real sockets: bounded in bytes, time and depth, and told as a gap."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from ssl import SSLContext

import pytest
from msgspec import Struct

from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.registry.registration import registration
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.registration import Registration
from tests.support.registry import Place
from tests.support.tls import Authority

pytestmark = pytest.mark.process

RDAP, OTHER = "rdap.verisign.com", "rdap.other.example"
PIECE = 16_384
SENT_AT_MOST = 8_000_000
"""Bytes that may be on their way, in the buffers of two sockets, when a connection is closed."""
SECONDS = 14
"""RDAP has 10, WHOIS 5; the rest is this machine's."""
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/rdap+json\r\n"
BOMB = gzip.compress(b" " * 1_000_000) * 200
"""200 MB in as many KB."""
STILL = 3
"""Seconds for which nothing else may go on; a machine that is busy takes its part."""

Sends = Callable[[int], AsyncIterator[bytes]]
"""What a server says to its nth question."""


class Log(Struct):
    """What the servers saw."""

    asked: int = 0
    sent: int = 0


async def _whole(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _endless(start: bytes, piece: bytes) -> AsyncIterator[bytes]:
    yield start
    while True:
        yield piece


async def _drip(start: bytes, piece: bytes = b" ") -> AsyncIterator[bytes]:
    yield start
    while True:
        await asyncio.sleep(0.2)
        yield piece


def _sized(body: bytes, head: bytes = b"") -> AsyncIterator[bytes]:
    return _whole(OK + head + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)


def _redirect(number: int) -> AsyncIterator[bytes]:
    host = (OTHER, RDAP)[number % 2]
    return _whole(f"HTTP/1.1 302 Found\r\nLocation: https://{host}/{number}\r\nContent-Length: 0\r\n\r\n".encode())


def _chunk(piece: bytes) -> bytes:
    return f"{len(piece):x}\r\n".encode() + piece + b"\r\n"


@asynccontextmanager
async def _serving(says: Sends, log: Log, context: SSLContext | None) -> AsyncGenerator[Place]:
    numbers = itertools.count()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n" if context else b"\n")
            log.asked += 1
            async for piece in says(next(numbers)):
                writer.write(piece)
                log.sent += len(piece)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):  # the last: the test is over
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield "127.0.0.1", server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _beating(longest: list[float]) -> None:
    """Measure how long others wait for the event loop."""
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.01)
        longest[0] = max(longest[0], time.monotonic() - before)


class Ended(Struct):
    """What came of a question."""

    found: Observed[Registration]
    log: Log
    seconds: float
    longest: float
    """Seconds for which nothing else could go on."""


def _asked(says: Sends, domain: str, server: tuple[str, ...], folder: Path | None = None) -> Ended:
    authority, log, longest = Authority(), Log(), [0.0]
    context = authority.issue(*server).server_context(folder) if folder else None

    async def run() -> tuple[Observed[Registration], float]:
        async with _serving(says, log, context) as place:
            options = Options(
                domain=domain,
                host=domain,
                registrable=domain,
                ca_bundle=authority.bundle(folder) if folder else "",
                connect_to=ConnectTo(
                    places=(
                        *(((host, 443 if folder else 43), place) for host in server),
                        (("whois.iana.org", 43), ("127.0.0.1", 1)),  # nobody listens there
                    )
                ),
            )
            beat = asyncio.create_task(_beating(longest))
            began = time.monotonic()
            found = await registration(options)
            seconds = time.monotonic() - began
            beat.cancel()
            return found, seconds

    found, seconds = asyncio.run(run())
    return Ended(found, log, seconds, longest[0])


NO_OBJECT = "the answer is no RDAP object of this domain"
RDAP_SAYS: dict[str, tuple[Sends, Gap, str]] = {
    "a body without end": (
        lambda _: _endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", _chunk(b" " * PIECE)),
        Gap.FAILED,
        "longer than 262144 bytes",
    ),
    "a body without end or length": (lambda _: _endless(OK + b"\r\n", b"[" * PIECE), Gap.FAILED, "longer than"),
    "a length beyond measure": (
        lambda _: _endless(OK + b"Content-Length: 99999999999999\r\n\r\n", b"{" * PIECE),
        Gap.FAILED,
        "longer than",
    ),
    "chunks of one byte": (
        lambda _: _endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", _chunk(b" ") * 1000),
        Gap.FAILED,
        "",
    ),
    "headers without end": (lambda _: _endless(OK, b"X: " + b"x" * 1000 + b"\r\n"), Gap.FAILED, ""),
    "a header without end": (lambda _: _endless(OK + b"X: ", b"x" * PIECE), Gap.FAILED, ""),
    "100 Continue without end": (lambda _: _endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), Gap.FAILED, ""),
    "redirects without end": (_redirect, Gap.FAILED, "HTTP 302"),
    "a body drop by drop": (lambda _: _drip(OK + b"Content-Length: 100000\r\n\r\n"), Gap.UNREACHABLE, "timeout"),
    "headers drop by drop": (lambda _: _drip(OK, b"X: y\r\n"), Gap.UNREACHABLE, "timeout"),
    "lists in lists": (lambda _: _sized(b"[" * 250_000), Gap.FAILED, NO_OBJECT),
    "objects in objects": (lambda _: _sized(b'{"a":' * 50_000), Gap.FAILED, NO_OBJECT),
    "lists in a member": (
        lambda _: _sized(b'{"ldhName":"shop.com","entities":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        Gap.FAILED,
        NO_OBJECT,
    ),
    "a number without end": (lambda _: _sized(b'{"ldhName":' + b"9" * 250_000 + b"}"), Gap.FAILED, NO_OBJECT),
    "a gzip bomb": (
        lambda _: _sized(BOMB, b"Content-Encoding: gzip\r\n"),
        Gap.FAILED,
        NO_OBJECT,
    ),
    "a bomb in a bomb": (
        lambda _: _sized(gzip.compress(BOMB), b"Content-Encoding: gzip, gzip\r\n"),
        Gap.FAILED,
        NO_OBJECT,
    ),
    "a redirect to a name without end": (
        lambda _: _whole(b"HTTP/1.1 302 Found\r\nLocation: https://" + b"a." * 20_000 + b"example/\r\n\r\n"),
        Gap.UNREACHABLE,
        "",
    ),
}


@pytest.mark.parametrize("name", RDAP_SAYS)
def test_an_rdap_server_that_does_not_end(name: str, tmp_path: Path) -> None:
    says, gap, told = RDAP_SAYS[name]
    ended = _asked(says, "shop.com", (RDAP, OTHER), tmp_path)
    assert isinstance(ended.found, Unknown)
    assert ended.found.gap is gap, ended
    assert told in ended.found.detail
    assert len(ended.found.detail) <= 200
    assert ended.log.asked <= 3
    assert ended.log.sent < SENT_AT_MOST
    assert (ended.seconds < SECONDS, ended.longest < STILL) == (True, True), ended


LINE = b"Domain Name: other.kr\r\n"
WHOIS_SAYS: dict[str, tuple[Sends, Gap]] = {
    "a text without end": (lambda _: _endless(b"", LINE * 500), Gap.FAILED),
    "a line without end": (lambda _: _endless(b"", b"x" * PIECE), Gap.FAILED),
    "drop by drop": (lambda _: _drip(LINE), Gap.UNREACHABLE),
    "a gzip bomb": (lambda _: _whole(BOMB), Gap.FAILED),
    "many short lines": (lambda _: _whole(b"a:b\n" * 65_000), Gap.FAILED),
    "a long line of dots": (lambda _: _whole(b". " * 130_000 + b"x"), Gap.FAILED),
    "many dots before a colon": (lambda _: _whole((b"a" + b". " * 60 + b"\n") * 2_000), Gap.FAILED),
    "many words of a refusal": (lambda _: _whole(b"domain " * 37_000), Gap.FAILED),
    "a long line of brackets": (lambda _: _whole(b"[" * 260_000), Gap.FAILED),
    "a long line of blanks": (lambda _: _whole(b" " * 260_000 + b":"), Gap.FAILED),
}


@pytest.mark.parametrize("name", WHOIS_SAYS)
def test_a_whois_server_that_does_not_end(name: str) -> None:
    says, gap = WHOIS_SAYS[name]
    ended = _asked(says, "shop.kr", ("whois.kr",))
    assert isinstance(ended.found, Unknown)
    assert ended.found.gap is gap, ended
    assert len(ended.found.detail) <= 200
    assert ended.log.asked == 1
    assert ended.log.sent < SENT_AT_MOST
    assert (ended.seconds < SECONDS, ended.longest < STILL) == (True, True), ended


def test_one_that_ends_late_is_heard(tmp_path: Path) -> None:
    body = b'{"objectClassName":"domain","ldhName":"shop.com"}'

    async def slowly(_: int) -> AsyncIterator[bytes]:
        yield OK + f"Content-Length: {len(body)}\r\n\r\n".encode()
        for at in range(0, len(body), 10):
            await asyncio.sleep(0.1)
            yield body[at : at + 10]

    ended = _asked(slowly, "shop.com", (RDAP,), tmp_path)
    assert isinstance(ended.found, Known)
    assert ended.found.value.registered
