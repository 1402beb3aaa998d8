"""Redirects followed by hand: on the same host and address only, every hop written down."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import msgspec
from msgspec import Struct

from albdoctor.collect.asked import shared
from albdoctor.collect.options import ConnectTo
from albdoctor.collect.public import why_not
from albdoctor.collect.tcp import place_of
from albdoctor.collect.web.http import DEFAULT_PORTS, EXCHANGE_SECONDS, HEADER_CHARACTERS, Answered, Request, ask
from albdoctor.facts.wire import Exchange

if TYPE_CHECKING:
    import httpx

WALK_SECONDS = 10.0
"""For a whole chain of redirects."""
LONGEST_WALK = 10
"""Requests in one chain of redirects."""
URL_CHARACTERS = 2_048
REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Codes with a Location that a client follows (RFC 9110 section 15.4)."""


class Walk(Struct, frozen=True, kw_only=True):
    """Who is visited: the name, pinned to one of its addresses."""

    host: str
    address: str
    connect_to: ConnectTo
    answers: dict[str, asyncio.Task[Answered]] = msgspec.field(default_factory=dict[str, "asyncio.Task[Answered]"])
    """By URL: walks from several URLs that meet ask the rest of the way once."""


async def follow(
    transport: httpx.AsyncHTTPTransport, walk: Walk, start: str, seconds: float = WALK_SECONDS
) -> tuple[Exchange, ...]:
    """Get a URL of the host and follow its redirects, at most `LONGEST_WALK` requests; no URL is asked twice.

    A redirect that is not followed is the last exchange, with its URL, no status and why: another host, another
    scheme, malformed, too long, a port of an address that is not public, a URL seen before, too many. Raises nothing.
    """
    ends = perf_counter() + seconds
    url, hops, cookie = _normal(urlsplit(start)), list[Exchange](), False
    while True:
        answered = await _once(transport, walk, url, min(EXCHANGE_SECONDS, max(0.0, ends - perf_counter())))
        hops.append(answered.exchange)
        cookie = cookie or answered.sets_cookie
        location = answered.exchange.header("location")
        if answered.exchange.status not in REDIRECTS or not location:
            return tuple(hops)
        url, refusal = _onward(walk, url, location)
        refusal = refusal or _elsewhere(walk, url) or _repeated(url, hops, cookie=cookie)
        if refusal:
            return (*hops, _not_followed(walk, url, refusal))


async def _once(transport: httpx.AsyncHTTPTransport, walk: Walk, url: str, seconds: float) -> Answered:
    if url not in walk.answers:
        walk.answers[url] = asyncio.create_task(ask(transport, _request(walk, url), seconds))
    return await shared(walk.answers[url])


def _onward(walk: Walk, url: str, location: str) -> tuple[str, str]:
    """Where a Location leads (RFC 3986 section 5), and why it is not followed, if so."""
    try:
        joined = urljoin(url, location)
        parts = urlsplit(joined)
        if parts.scheme not in DEFAULT_PORTS:
            return joined, "scheme"
        if _host_of(parts) != walk.host:
            return joined, "another host"
        if len(location) >= HEADER_CHARACTERS:
            return joined, "too long"  # it was cut: what is left leads elsewhere
        return (_normal(parts), "") if parts.port != 0 else (joined, "malformed")
    except ValueError:  # brackets that are no IPv6 address, a port that is no number
        return location, "malformed"


def _elsewhere(walk: Walk, url: str) -> str:
    """Why another port of the host may not be asked: `--connect-to` led here, and not there."""
    port = _port_of(url)
    return "not public" if why_not(walk.connect_to, walk.address, port, walk.host) else ""


def _host_of(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _repeated(url: str, hops: list[Exchange], *, cookie: bool) -> str:
    if any(hop.url == url for hop in hops):
        # A browser sends the cookie back and may get through: not the same as a plain loop.
        return "seen before, after a cookie was set" if cookie else "seen before"
    return f"more than {LONGEST_WALK} requests" if len(hops) >= LONGEST_WALK else ""


def _not_followed(walk: Walk, url: str, refusal: str) -> Exchange:
    return Exchange(
        url=url[:URL_CHARACTERS], address=walk.address, port=_port_of(url), failure=f"not followed: {refusal}"
    )


def _port_of(url: str) -> int:
    """The port that a URL means; 0 where it means none."""
    try:
        parts = urlsplit(url)
        return parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        return 0


def _normal(parts: SplitResult) -> str:
    """Write a URL in one way (RFC 3986 section 6.2): no default port, no empty path, no fragment, no user."""
    host = _host_of(parts)
    port = parts.port if parts.port not in (None, DEFAULT_PORTS[parts.scheme]) else None
    place = host if port is None else f"{host}:{port}"
    return urlunsplit((parts.scheme, place, parts.path or "/", parts.query, ""))


def _request(walk: Walk, url: str) -> Request:
    port = _port_of(url)
    return Request(
        url=url,
        address=walk.address,
        port=port,
        place=place_of(walk.connect_to, walk.address, port, walk.host),
        host=urlsplit(url).netloc,
        server_name=walk.host,
    )
