"""The name's addresses as this machine sees them: TCP, TLS and HTTP on 80 and 443, all addresses at once."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from albdoctor.collect.options import Options
from albdoctor.collect.public import why_not
from albdoctor.collect.tcp import Place, connect, place_of
from albdoctor.collect.web.http import Request, exchange, http_transport
from albdoctor.collect.web.redirects import Onward, Walk, follow
from albdoctor.collect.web.tls import handshake, verified_handshake
from albdoctor.collect.web.trust import of_any_name, outdated, trusting, unverified
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.wire import AddressProbe, Exchange, Handshake, PortProbe, Probes, Tcp

if TYPE_CHECKING:
    from albdoctor.collect.web.http_library import httpx

OLDEST_GOOD = "TLSv1.2"
MOST_ADDRESSES = 32
"""A load balancer's name has eight at most; whoever owns a zone could point a scan at thousands of strangers."""


Find: TypeAlias = Callable[[str], Awaitable[Observed[tuple[str, ...]]]]
"""Finds the addresses of a name."""


async def probes(options: Options, addresses: tuple[str, ...], find: Find | None = None) -> Observed[Probes]:
    """Probe the addresses of the name's answer, the first `MOST_ADDRESSES` of them; the others do not appear.

    Nothing is sent to any other address, nor to one that is not public; `find` tells whether a redirect to another
    name of the domain stays at the address. Unknown only when the trusted roots
    (`--ca-bundle`) cannot be read. An address that cannot be reached from here is known to be so: `Tcp.UNREACHABLE`.
    """
    asked = f"TLS handshake with {options.host}:443"
    try:
        trusted = trusting(options.ca_bundle)
    except OSError as error:
        return Unknown(gap=Gap.FAILED, asked=asked, detail=f"the trusted roots cannot be read: {error}")

    async def shake(place: Place, name: str) -> Handshake:
        return await handshake(place, name, trusted)

    onward = Onward(domain=options.registrable, addresses_of=find, shake=shake) if find else None
    async with http_transport() as transport:
        visits = [
            _Visit(options=options, transport=transport, way=_way(options, address, onward))
            for address in addresses[:MOST_ADDRESSES]
        ]
        seen = await asyncio.gather(*(_probe(visit, trusted) for visit in visits))
    return Known(Probes(host=options.host, addresses=tuple(seen)))


class _Visit(Struct, frozen=True, kw_only=True):
    """One address, and what it takes to talk to it."""

    options: Options
    transport: httpx.AsyncHTTPTransport
    way: Walk

    @property
    def address(self) -> str:
        return self.way.address

    async def tcp(self, port: int) -> PortProbe:
        place = place_of(self.options.connect_to, self.address, port, self.options.host)
        reason = why_not(self.options.connect_to, self.address, port, self.options.host)
        if reason:
            return PortProbe(port=port, tcp=Tcp.UNREACHABLE, detail=reason)
        return await connect(port, place)

    async def walk(self, scheme: str) -> tuple[Exchange, ...]:
        return await follow(self.transport, self.way, f"{scheme}://{self.options.host}{self.options.path}")

    async def handshakes(self, trusted: ssl.SSLContext) -> tuple[Handshake, Handshake]:
        host = self.options.host
        place = place_of(self.options.connect_to, self.address, 443, host)
        of_any = of_any_name(self.options.ca_bundle) if "_" in host else None
        return await asyncio.gather(
            verified_handshake(place, host, trusted, of_any),
            handshake(place, None, unverified()),
        )

    async def outdated(self, shaken: Handshake) -> Handshake | None:
        """Offer outdated versions to a server that speaks nothing newer than TLS 1.2."""
        if not shaken.completed or shaken.protocol != OLDEST_GOOD:
            return None
        place = place_of(self.options.connect_to, self.address, 443, self.options.host)
        return await handshake(place, self.options.host, outdated())

    async def plain_on_443(self) -> Exchange:
        host = f"{self.options.host}:443"
        request = Request(
            url=f"http://{host}{self.options.path}",
            address=self.address,
            port=443,
            place=place_of(self.options.connect_to, self.address, 443, self.options.host),
            host=host,
            server_name=self.options.host,
        )
        return await exchange(self.transport, request)


def _way(options: Options, address: str, onward: Onward | None) -> Walk:
    return Walk(host=options.host, address=address, connect_to=options.connect_to, onward=onward)


async def _probe(visit: _Visit, trusted: ssl.SSLContext) -> AddressProbe:
    plain, secure = await asyncio.gather(_port_80(visit), _port_443(visit, trusted))
    return AddressProbe(
        address=visit.address,
        port_80=plain.port,
        http=plain.exchanges,
        port_443=secure.port,
        https=secure.exchanges,
        with_sni=secure.with_sni,
        without_sni=secure.without_sni,
        outdated=secure.outdated,
        plain_on_443=secure.plain,
    )


class _Port(Struct, frozen=True, kw_only=True):
    """What one port showed."""

    port: PortProbe
    exchanges: tuple[Exchange, ...] = ()
    with_sni: Handshake | None = None
    without_sni: Handshake | None = None
    outdated: Handshake | None = None
    plain: Exchange | None = None


async def _port_80(visit: _Visit) -> _Port:
    port = await visit.tcp(80)
    return _Port(port=port, exchanges=await visit.walk("http") if port.tcp is Tcp.OPEN else ())


async def _port_443(visit: _Visit, trusted: ssl.SSLContext) -> _Port:
    port = await visit.tcp(443)
    if port.tcp is not Tcp.OPEN:
        return _Port(port=port)
    with_sni, without_sni = await visit.handshakes(trusted)
    if not (with_sni.completed or without_sni.completed):
        return _Port(port=port, with_sni=with_sni, without_sni=without_sni, plain=await visit.plain_on_443())
    exchanges, old = await asyncio.gather(visit.walk("https"), visit.outdated(with_sni))
    return _Port(port=port, with_sni=with_sni, without_sni=without_sni, outdated=old, exchanges=exchanges)
