"""Addresses that an application writes as it sees itself behind the load balancer: plain http, its own port or name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum
from ipaddress import ip_address

from msgspec import Struct

from albdoctor.derive.names import is_balancer_name
from albdoctor.derive.needs import derivation
from albdoctor.derive.request.functions import Functions
from albdoctor.derive.request.outcome import By, answered_by, astray
from albdoctor.derive.request.own_probes import OwnProbes
from albdoctor.derive.request.redirect_loops import is_loop, next_url
from albdoctor.derive.routing.conditions import readable_request
from albdoctor.facts.elb import Listeners
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import Exchange

INSIDE = (".local", ".internal", ".localhost", ".lan")
"""What names end in that no public DNS has (RFC 6762, ICANN's .internal, RFC 6761)."""
NEEDED = ("form", "iframe", "link", "script")
"""What browsers refuse or warn of over http on an https page; images and links they lead to https by themselves."""


class Wrong(StrEnum):
    """What is wrong with an address."""

    INSIDE = "inside"
    """Nobody outside of the network can open it."""
    PORT = "port"
    """It names the host with a port to which the load balancer's listeners do not lead."""
    PLAIN = "plain"
    """It is the site's own, over http."""


class WrongUrl(Struct, frozen=True, kw_only=True):
    """An address that an answer names."""

    url: str
    wrong: Wrong
    exchange: Exchange
    tag: str = ""
    """The element of the page; empty: it is a redirect's."""

    @property
    def matters(self) -> bool:
        """Whether visitors notice: not a link or an image over http, which browsers and redirects lead to https."""
        return self.wrong is not Wrong.PLAIN or not self.tag or self.tag in NEEDED


class OwnUrls(Struct, frozen=True, kw_only=True):
    """What the application's answers over https name."""

    seen: bool
    """Whether there was such an answer."""
    wrong: tuple[WrongUrl, ...]


@derivation
def own_urls(scan: Scan, own_probes: OwnProbes, listeners: Listeners, functions: Functions) -> OwnUrls:
    """Look through the redirects and pages that the application sent at the load balancer's addresses.

    Redirects that go round or to a name that fails are told as that (ALB704, ALB703).
    """
    chains = [
        one.probe.https for one in own_probes if not is_loop(one.probe.https) and not astray(one.probe.https, functions)
    ]
    answers = [
        exchange
        for chain in chains
        for exchange in chain
        if exchange.url.startswith("https://")
        and exchange.status
        and answered_by(exchange, functions) is By.APPLICATION
    ]
    open_ports = {80, 443, *(one.port for one in listeners)}
    wrong = (one for exchange in answers for one in _of(exchange, scan.host, open_ports))
    return OwnUrls(seen=bool(answers), wrong=tuple({(one.url, one.tag): one for one in wrong}.values()))


def _of(exchange: Exchange, host: str, open_ports: Collection[int]) -> Iterator[WrongUrl]:
    named = [("", next_url(exchange)), *((link.tag, link.origin) for link in exchange.links)]
    for tag, url in named:
        if url and (wrong := _wrong(url, host, open_ports)):
            yield WrongUrl(url=url, wrong=wrong, exchange=exchange, tag=tag)


def _wrong(url: str, host: str, open_ports: Collection[int]) -> Wrong | None:
    request = readable_request(url)
    if request is None:
        return None
    if _is_inside(request.host):
        return Wrong.INSIDE
    if request.host != host:
        return None
    if request.port not in open_ports:
        return Wrong.PORT
    return Wrong.PLAIN if request.protocol == "http" else None


def _is_inside(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        internal = is_balancer_name(host) and host.startswith("internal-")
        return internal or "." not in host or host.endswith(INSIDE)
    return address.is_private or address.is_loopback or address.is_link_local
