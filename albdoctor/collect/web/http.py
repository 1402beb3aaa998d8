"""One HTTP exchange, pinned to an address. Redirects are followed in `redirects`."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urlsplit

from msgspec import Struct

from albdoctor.collect.libraries import http_loaded
from albdoctor.collect.pace import take_turn
from albdoctor.collect.tcp import Place, since
from albdoctor.collect.web.links import links_of
from albdoctor.collect.web.tls import ssl_reason
from albdoctor.collect.web.trust import lenient
from albdoctor.facts.wire import Exchange
from albdoctor.version import VERSION

if TYPE_CHECKING:
    from albdoctor.collect.web.http_library import httpx

EXCHANGE_SECONDS = 5.0
"""For one exchange in total: connecting, TLS, the answer's head and the start of its body."""
BODY_BYTES = 65_536
READ_BYTES = 4 * BODY_BYTES
"""Of one connection: the head of an answer, the start of its body, and what else a server sends."""
BODY_CHARACTERS = 512
HEADER_CHARACTERS = 2_048
HEADER_COUNT = 32
FAILURE_CHARACTERS = 200
USER_AGENT = f"albdoctor/{VERSION} (+https://pypi.org/project/albdoctor/)"
DEFAULT_PORTS = {"http": 80, "https": 443}
KEPT_HEADERS = frozenset(
    {"server", "location", "content-type", "strict-transport-security", "via", "cf-ray", "x-amz-cf-id", "x-powered-by"}
)
# Everything that may stand in a request target (RFC 3986 section 2); the rest is percent-encoded.
TARGET_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"


class Request(Struct, frozen=True, kw_only=True):
    """One GET request: what is meant, and where the socket is opened for it."""

    url: str
    """As it is recorded; scheme, path and query are taken from it."""
    address: str
    port: int
    place: Place
    host: str
    """The Host header's value."""
    server_name: str
    """SNI; an address means that none is sent (RFC 6066 section 3 allows names only)."""
    user_agent: str = USER_AGENT


class Answered(Struct, frozen=True):
    """An exchange, and what only the next step of a walk needs to know."""

    exchange: Exchange
    sets_cookie: bool


class _Seen:
    """What has come in so far: kept when the rest fails or takes too long."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: tuple[tuple[str, str], ...] = ()
        self.sets_cookie = False
        self.body = bytearray()
        self.milliseconds = 0.0


@asynccontextmanager
async def http_transport() -> AsyncGenerator[httpx.AsyncHTTPTransport]:
    """Open the way out for exchanges: no proxies, no cookies, no redirects, nothing verified, nothing reused."""
    await http_loaded()
    from albdoctor.collect.web.bounded import bound
    from albdoctor.collect.web.http_library import httpx

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    made = httpx.AsyncHTTPTransport(verify=lenient(), trust_env=False, limits=limits, retries=0)
    async with bound(made, READ_BYTES) as transport:
        yield transport


async def exchange(
    transport: httpx.AsyncHTTPTransport, request: Request, seconds: float = EXCHANGE_SECONDS
) -> Exchange:
    """Send one request and read the start of the answer. Raises nothing: a failure is part of the fact."""
    return (await ask(transport, request, seconds)).exchange


async def ask(transport: httpx.AsyncHTTPTransport, request: Request, seconds: float) -> Answered:
    """As `exchange`, and tell whether the answer sets a cookie."""
    from albdoctor.collect.web.http_library import httpx

    await take_turn("http", request.address)
    seen, failure, started = _Seen(), "", perf_counter()
    try:
        async with asyncio.timeout(seconds):
            await _send(transport, request, seen, started)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        failure = _failure(error)
    if failure and seen.status is not None:
        failure = f"body: {failure}"
    exchanged = Exchange(
        url=request.url,
        address=request.address,
        port=request.port,
        status=seen.status,
        headers=seen.headers,
        body_start=seen.body.decode(errors="replace")[:BODY_CHARACTERS],
        links=links_of(dict(seen.headers).get("content-type", ""), bytes(seen.body)),
        failure=failure,
        milliseconds=seen.milliseconds or since(started),
    )
    return Answered(exchanged, seen.sets_cookie)


async def _send(transport: httpx.AsyncHTTPTransport, request: Request, seen: _Seen, started: float) -> None:
    response = await transport.handle_async_request(_as_httpx(request))
    try:
        seen.milliseconds = since(started)
        headers = [(name.lower(), value[:HEADER_CHARACTERS]) for name, value in response.headers.multi_items()]
        seen.headers = tuple(pair for pair in headers if pair[0] in KEPT_HEADERS)[:HEADER_COUNT]
        seen.sets_cookie = any(name == "set-cookie" for name, _ in headers)
        seen.status = response.status_code
        async for chunk in response.aiter_raw():
            seen.body += chunk[: BODY_BYTES - len(seen.body)]
            if len(seen.body) >= BODY_BYTES:
                return
    finally:
        await response.aclose()


def _as_httpx(request: Request) -> httpx.Request:
    from albdoctor.collect.web.http_library import httpx

    parts = urlsplit(request.url)
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=TARGET_CHARACTERS)
    host, port = request.place
    return httpx.Request(
        "GET",
        httpx.URL(scheme=parts.scheme, host=host, port=port, raw_path=target.encode("ascii")),
        headers=[
            ("Host", request.host),
            ("User-Agent", request.user_agent),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
        ],
        extensions={"sni_hostname": request.server_name},
    )


def _failure(error: BaseException) -> str:
    from albdoctor.collect.web.http_library import httpx

    if isinstance(error, httpx.RemoteProtocolError):
        words = str(error)
        # The peer closed in good order, but without an answer or in the middle of one.
        cut_short = words.startswith(("Server disconnected", "peer closed connection"))
        return "reset" if cut_short else f"not http: {words}"[:FAILURE_CHARACTERS]
    for cause in _causes(error):
        match cause:
            case ssl.SSLError():
                return f"tls: {ssl_reason(cause)}"
            case TimeoutError() | httpx.TimeoutException():
                return "timeout"
            case ConnectionRefusedError():
                return "refused"
            case ConnectionError():
                return "reset"
            case _:
                continue
    if isinstance(error, httpx.ConnectError):
        return f"unreachable: {error}"[:FAILURE_CHARACTERS]
    if isinstance(error, httpx.NetworkError):
        return "reset"
    return f"failed: {type(error).__name__}: {error}"[:FAILURE_CHARACTERS]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):  # several addresses of a `--connect-to` name were tried
            yield from _causes(cast("BaseExceptionGroup[BaseException]", error).exceptions[0])
        error = error.__cause__ or error.__context__
