"""Redirects followed by hand: on one address, to the host and other names of its domain, every hop written down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import msgspec
from msgspec import Struct

from albdoctor.collect.asked import shared
from albdoctor.collect.options import ConnectTo
from albdoctor.collect.public import why_not
from albdoctor.collect.tcp import Place, place_of
from albdoctor.collect.web.blocked_ports import BLOCKED
from albdoctor.collect.web.http import DEFAULT_PORTS, EXCHANGE_SECONDS, HEADER_CHARACTERS, Answered, Request, ask
from albdoctor.derive.names import is_under
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.wire import Exchange, Handshake

if TYPE_CHECKING:
    from albdoctor.collect.web.http_library import httpx

WALK_SECONDS = 10.0
"""For a whole chain of redirects."""
LONGEST_WALK = 10
"""Requests in one chain of redirects."""
URL_CHARACTERS = 2_048
REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Codes with a Location that a client follows (RFC 9110 section 15.4)."""


CERTIFICATE = "CERTIFICATE_VERIFY_FAILED"
"""OpenSSL's word for a certificate that browsers refuse."""
NO_ADDRESS = "no address"
ANOTHER_HOST = "not followed: another host"


class Onward(Struct, frozen=True, kw_only=True):
    """What a walk needs to go on at another name of the scanned domain."""

    domain: str
    """The registrable domain: a redirect out of it is shown, not followed."""
    addresses_of: Callable[[str], Awaitable[Observed[tuple[str, ...]]]]
    shake: Callable[[Place, str], Awaitable[Handshake]]
    """A handshake that verifies the certificate."""


class Walk(Struct, frozen=True, kw_only=True):
    """Who is visited: the name, pinned to one of its addresses."""

    host: str
    address: str
    connect_to: ConnectTo
    onward: Onward | None = None
    """None: a redirect to any other host is not followed."""
    answers: dict[str, asyncio.Task[Answered]] = msgspec.field(default_factory=dict[str, "asyncio.Task[Answered]"])
    """By URL: walks from several URLs that meet ask the rest of the way once."""


async def follow(
    transport: httpx.AsyncHTTPTransport, walk: Walk, start: str, seconds: float = WALK_SECONDS
) -> tuple[Exchange, ...]:
    """Get a URL of the host and follow its redirects, at most `LONGEST_WALK` requests; no URL is asked twice.

    A redirect that is not followed is the last exchange, with its URL, no status and why: another host, another
    scheme, malformed, too long, a port of an address that is not public, a URL seen before, too many; or another name
    of the domain that has no address, or for which the certificate here does not stand; or a port that browsers block.
    Raises nothing.
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
        before = url
        url, refusal = _onward(walk, url, location)
        refusal = refusal or _elsewhere(walk, url) or _repeated(url, hops, cookie=cookie)
        failure = f"not followed: {refusal}" if refusal else _blocked(url) or await _entry(walk, before, url)
        if failure:
            return (*hops, _not_followed(walk, url, failure))


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
        if not _is_ours(walk, _host_of(parts)):
            return joined, "another host"
        if len(location) >= HEADER_CHARACTERS:
            return joined, "too long"  # it was cut: what is left leads elsewhere
        return (_normal(parts), "") if parts.port != 0 else (joined, "malformed")
    except ValueError:  # brackets that are no IPv6 address, a port that is no number
        return location, "malformed"


def _is_ours(walk: Walk, host: str) -> bool:
    """Whether a name is the scanned one, or another of its domain that may be looked up."""
    domain = walk.onward.domain if walk.onward else ""
    return host == walk.host or (domain != "" and is_under(host, domain))


async def _entry(walk: Walk, before: str, url: str) -> str:
    """Why a client does not get from one URL to the next at this address; empty: it does."""
    host = _host_of(urlsplit(url))
    if walk.onward is None or host == walk.host:
        return ""
    addresses = await walk.onward.addresses_of(host)
    if isinstance(addresses, Unknown):
        return ANOTHER_HOST
    if walk.address not in addresses.value:
        return ANOTHER_HOST if addresses.value else NO_ADDRESS
    first, then = urlsplit(before), urlsplit(url)
    if then.scheme != "https" or (first.scheme, first.netloc) == (then.scheme, then.netloc):
        return ""
    shaken = await walk.onward.shake(_place(walk, url), host)
    # An exchange verifies nothing, and a browser would go no further.
    return f"tls: {shaken.failure or CERTIFICATE}" if shaken.verify_code or not shaken.completed else ""


def _elsewhere(walk: Walk, url: str) -> str:
    """Why another port of the host may not be asked: `--connect-to` led here, and not there."""
    port = _port_of(url)
    return "not public" if why_not(walk.connect_to, walk.address, port, _host_of(urlsplit(url))) else ""


def _blocked(url: str) -> str:
    """Why no browser asks this URL, by its port alone; empty: they do. Visitors get no page there, whoever answers."""
    port = _port_of(url)
    return f"blocked: no browser opens port {port}" if port in BLOCKED else ""


def _place(walk: Walk, url: str) -> Place:
    """Where the socket is opened for a URL."""
    return place_of(walk.connect_to, walk.address, _port_of(url), _host_of(urlsplit(url)))


def _host_of(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _repeated(url: str, hops: list[Exchange], *, cookie: bool) -> str:
    if any(hop.url == url for hop in hops):
        # A browser sends the cookie back and may get through: not the same as a plain loop.
        return "seen before, after a cookie was set" if cookie else "seen before"
    return f"more than {LONGEST_WALK} requests" if len(hops) >= LONGEST_WALK else ""


def _not_followed(walk: Walk, url: str, failure: str) -> Exchange:
    return Exchange(url=url[:URL_CHARACTERS], address=walk.address, port=_port_of(url), failure=failure)


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
    parts = urlsplit(url)
    return Request(
        url=url,
        address=walk.address,
        port=_port_of(url),
        place=_place(walk, url),
        host=parts.netloc,
        server_name=_host_of(parts),
    )
