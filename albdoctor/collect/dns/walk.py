"""The iterative walk from the root (RFC 1034 section 5.3.3): finds the servers of any name, without a resolver."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar

from msgspec import Struct

from albdoctor.collect.dns.messages import Reply
from albdoctor.collect.dns.replies import (
    ADDRESSES,
    Referral,
    addresses_in,
    is_below,
    is_usable,
    referral_of,
    target_in,
    trouble,
)
from albdoctor.collect.dns.wire import Server, Wire
from albdoctor.facts.dns import Answer

FEW = 2
"""Servers that are asked where any one of them will do."""
HOSTS = 80
"""Names of name servers that are resolved in one scan; a hostile zone can name thousands."""
HOPS = 8
"""CNAMEs that are followed; resolvers give up at 8 to 16."""

# Whose addresses the current task is looking for: needed to see two name servers wait for each other.
_looking_for: ContextVar[str] = ContextVar("_looking_for", default="")


class Zone(Struct, frozen=True):
    """A zone that can be asked: its servers with the addresses the parent gave, and those it gave none for."""

    name: str
    servers: tuple[Server, ...]
    without_glue: tuple[str, ...] = ()


class HostAddresses(Struct, frozen=True):
    """Addresses of a name server; without one, `error` says why: "NXDOMAIN", "NODATA", "CNAME", "timeout"."""

    addresses: tuple[str, ...]
    error: str = ""


class Found(Struct, frozen=True):
    """The end of a look-up: the last zone, and what its servers answered."""

    zone: Zone
    replies: tuple[Reply, ...]

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers alone."""
        return tuple(reply.answer for reply in self.replies)

    @property
    def useful(self) -> tuple[Answer, ...]:
        """The answers that settle the question."""
        return tuple(reply.answer for reply in self.replies if is_usable(reply, self.zone.name))


class Followed(Struct, frozen=True):
    """Where a chain of CNAMEs leads."""

    targets: tuple[str, ...]
    addresses: frozenset[str]
    ending: str
    """Rcode of the last hop, or why there was none ("timeout")."""
    answered: bool
    answers: tuple[Answer, ...]


class Walker:
    """Walks down from the root and remembers every zone it met."""

    def __init__(self, wire: Wire, roots: tuple[Server, ...]) -> None:
        """Take the wire and the root servers."""
        self.wire = wire
        self.root = Zone(".", roots)
        self._zones: dict[str, Zone] = {".": self.root}
        self._glue: dict[str, tuple[str, ...]] = {}
        self._hosts: dict[str, asyncio.Task[HostAddresses]] = {}
        self._waiting: defaultdict[str, set[str]] = defaultdict(set)
        self._walks: dict[str, asyncio.Event] = {}

    @property
    def is_lost(self) -> bool:
        """Tell whether the walk never got past the root: then no failure says anything about a domain."""
        return len(self._zones) == 1

    def closest(self, name: str) -> Zone:
        """Give the deepest known zone that holds a name."""
        holding = (zone for zone in self._zones.values() if zone.name == name or is_below(name, zone.name))
        return max(holding, key=lambda zone: 0 if zone.name == "." else zone.name.count(".") + 1)

    def known_addresses(self, name: str) -> tuple[str, ...]:
        """Give the addresses that a parent gave for a name server, in whatever referral."""
        return self._glue.get(name, ())

    def enter(self, referral: Referral) -> Zone:
        """Remember the zone that a referral leads to, and every server that any referral named for it."""
        self._glue.update(referral.glue)
        before = self._zones.get(referral.zone, Zone(referral.zone, ()))
        names = dict.fromkeys((*(server.name for server in before.servers), *before.without_glue, *referral.named_by))
        servers = tuple(Server(name, address) for name in names for address in self.known_addresses(name))
        bare = tuple(name for name in names if not self.known_addresses(name))
        zone = self._zones[referral.zone] = Zone(referral.zone, servers, bare)
        if referral.zone in self._walks:
            self._walks[referral.zone].set()
        return zone

    @contextmanager
    def walking_to(self, domain: str) -> Generator[None]:
        """While the block finds the zone of a domain, look-ups of names in it wait, and ask nobody above it."""
        arrived = self._walks[domain] = asyncio.Event()
        try:
            yield
        finally:
            arrived.set()

    async def _wait_for_walks(self, name: str) -> None:
        if _looking_for.get():
            return  # the walk may be what waits for this name server
        for domain, arrived in self._walks.items():
            if domain not in self._zones and (name == domain or is_below(name, domain)):
                await arrived.wait()

    async def few(self, zone: Zone) -> tuple[Server, ...]:
        """Pick some servers of a zone, one address each, IPv4 first."""
        picked = self._one_each(zone.servers)
        if picked:
            return picked
        return self._one_each(await self._resolved(zone.without_glue[:FEW])) or self._one_each(
            await self._resolved(zone.without_glue[FEW:])
        )

    async def every(self, zone: Zone) -> tuple[Server, ...]:
        """Give every address of every server of a zone that can be reached from here."""
        resolved = await self._resolved(zone.without_glue)
        return tuple(server for server in (*zone.servers, *resolved) if self.wire.can_reach(server))

    async def ask_few(self, zone: Zone, name: str, type_: str) -> tuple[Reply, ...]:
        """Ask some servers; only when none of them gives a usable answer, the others too."""
        first = await self.few(zone)
        replies = await self._ask_all(first, name, type_)
        if any(is_usable(reply, zone.name) for reply in replies):
            return replies
        others = tuple(server for server in await self.every(zone) if server not in first)
        return (*replies, *await self._ask_all(others, name, type_))

    async def ask_every(self, zone: Zone, name: str, type_: str) -> tuple[Reply, ...]:
        """Ask every address of every server of a zone."""
        return await self._ask_all(await self.every(zone), name, type_)

    async def _ask_all(self, servers: Iterable[Server], name: str, type_: str) -> tuple[Reply, ...]:
        return await self.wire.ask_all(servers, name, type_, lookup=bool(_looking_for.get()))

    async def look_up(self, name: str, type_: str, *, glue_will_do: bool = False, everyone_in: str = "") -> Found:
        """Go from the deepest known zone down to the servers that answer for a name.

        Ends: each referral that counts leads strictly downwards. `glue_will_do`: stop where a parent gave the
        name's addresses. `everyone_in`: from this zone down every server is asked, not a few.
        """
        await self._wait_for_walks(name)
        zone = self.closest(name)
        while True:
            widely = everyone_in and (zone.name == everyone_in or is_below(zone.name, everyone_in))
            replies = await (self.ask_every if widely else self.ask_few)(zone, name, type_)
            referral = referral_of(replies, zone.name, name)
            if referral is None:
                return Found(zone, replies)
            zone = self.enter(referral)
            if glue_will_do and name in self._glue:
                return Found(zone, ())

    async def follow(self, name: str) -> Followed:
        """Find the addresses of a name, over CNAMEs in whatever zone they lie."""
        targets: list[str] = []
        found: set[str] = set()
        seen = {name}
        while True:
            ipv4, ipv6 = await asyncio.gather(self.look_up(name, "A"), self.look_up(name, "AAAA"))
            useful = (*ipv4.useful, *ipv6.useful)
            found |= addresses_in(useful, name)
            following = target_in(useful, name)
            if not following or following[0] in seen or len(targets) == HOPS:
                ending = useful[0].rcode or "" if useful else trouble((*ipv4.answers, *ipv6.answers))
                answers = (*ipv4.answers, *ipv6.answers)
                # A chain that comes back to a name it has been at ends with that name, as the sign of a loop.
                loop = following[:1] if len(targets) < HOPS else ()
                return Followed((*targets, *loop), frozenset(found), ending, bool(useful), answers)
            name = following[0]
            targets.append(name)
            seen.add(name)

    async def host_addresses(self, name: str) -> HostAddresses:
        """Find the addresses of a name server; shared by all who wait for it."""
        waiter = _looking_for.get()
        if name == waiter or self._waits_for(name, waiter):
            return HostAddresses((), "name servers that only resolve through each other")
        task = self._hosts.get(name)
        if task is None:
            if len(self._hosts) >= HOSTS:
                return HostAddresses((), "not asked: too many name servers")
            task = self._hosts[name] = asyncio.ensure_future(self._find_host(name))
        self._waiting[waiter].add(name)
        try:
            return await asyncio.shield(task)
        finally:
            self._waiting[waiter].discard(name)

    def _waits_for(self, name: str, waiter: str) -> bool:
        """Tell whether the search for a name already waits, directly or not, for the one who asks."""
        open_, seen = [name], set[str]()
        while open_:
            current = open_.pop()
            if waiter in self._waiting.get(current, ()):
                return True
            seen.add(current)
            open_.extend(self._waiting.get(current, set()) - seen)
        return False

    async def _find_host(self, name: str) -> HostAddresses:
        _looking_for.set(name)
        types = ("A", "AAAA") if self.wire.wants_ipv6 else ("A",)
        found = list(await asyncio.gather(*(self.look_up(name, type_, glue_will_do=True) for type_ in types)))
        if name in self._glue:
            # What resolvers use; and the servers of a name below itself may well be dead.
            return HostAddresses(self._glue[name])
        useful = [answer for one in found for answer in one.useful]
        if not addresses_in(useful, name) and len(types) == 1:
            # Never call a name without an address only because this machine has no IPv6.
            found.append(await self.look_up(name, "AAAA"))
            useful += found[-1].useful
        addresses = tuple(sorted(addresses_in(useful, name)))[:ADDRESSES]
        if addresses:
            return HostAddresses(addresses)
        if target_in(useful, name):
            return HostAddresses((), "CNAME")
        if any(answer.rcode == "NXDOMAIN" for answer in useful):
            return HostAddresses((), "NXDOMAIN")
        # A name without AAAA records, of which nobody heard whether it has A records, is not known to have no address.
        unheard = [answer for one in found if not one.useful for answer in one.answers]
        return HostAddresses((), trouble(unheard) if any(not one.useful for one in found) else "NODATA")

    async def _resolved(self, names: tuple[str, ...]) -> tuple[Server, ...]:
        found = await asyncio.gather(*(self.host_addresses(name) for name in names))
        return tuple(
            Server(name, address) for name, host in zip(names, found, strict=True) for address in host.addresses
        )

    def _one_each(self, servers: Iterable[Server]) -> tuple[Server, ...]:
        reachable = [server for server in servers if self.wire.can_reach(server) and not self.wire.why_not(server)]
        first: dict[tuple[str, int], Server] = {}
        for server in sorted(reachable, key=lambda server: ":" in server.address):
            first.setdefault((server.name, server.port), server)
        return tuple(first.values())[:FEW]
