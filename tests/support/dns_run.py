"""Runs DNS collectors against a tree of loopback servers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from albdoctor.collect.dns.questions import Dns
from albdoctor.collect.options import ConnectTo, Options
from albdoctor.facts.dns import Delegation
from albdoctor.facts.known import Known, Observed
from tests.support.dns_server import Server, serving
from tests.support.dns_tree import ROOT

T = TypeVar("T")


def with_dns(
    servers: dict[str, Server],
    work: Callable[[Dns], Awaitable[T]],
    host: str = "shop.example",
    registrable: str = "shop.example",
    resolvers: tuple[str, ...] = (),
    trust_anchors: tuple[str, ...] = (),
) -> T:
    """Serve the tree, let the work ask, and give what it found."""

    async def ask() -> T:
        async with serving(servers) as connect_to:
            return await work(Dns(options_of(connect_to, host, registrable, resolvers, trust_anchors)))

    return asyncio.run(ask())


def options_of(
    connect_to: ConnectTo,
    host: str,
    registrable: str = "shop.example",
    resolvers: tuple[str, ...] = (),
    trust_anchors: tuple[str, ...] = (),
) -> Options:
    """How a scan finds a tree that is served."""
    return Options(
        domain=host,
        host=host,
        registrable=registrable,
        dns_roots=((ROOT, 53),),
        resolvers=tuple((address, 53) for address in resolvers),
        connect_to=connect_to,
        trust_anchors=trust_anchors,
    )


def walk(
    servers: dict[str, Server], host: str = "shop.example", registrable: str = "shop.example"
) -> Observed[Delegation]:
    """Walk to a host."""
    return with_dns(servers, lambda dns: dns.delegation(), host, registrable)


def known(observed: Observed[T]) -> T:
    """The value of what must be known."""
    assert isinstance(observed, Known), observed
    return observed.value
