"""The walk to one host, written down as facts: who the parents name, and what every named server says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

from albdoctor.collect.dns.chain import loaded
from albdoctor.collect.dns.messages import Reply
from albdoctor.collect.dns.replies import (
    Referral,
    gap_of,
    is_usable,
    names_below,
    reason_in,
    referral_of,
    trouble,
)
from albdoctor.collect.dns.walk import HostAddresses, Walker, Zone
from albdoctor.collect.dns.wire import Server
from albdoctor.facts.dns import INTERCEPTED, Answer, Cut, Delegation, NameServer
from albdoctor.facts.known import Gap, Known, Observed, Unknown

ASKED = "DNS delegation"
LEVELS = 8
"""Labels below the registrable domain that are searched for further cuts."""
HOST_TYPES = ("A", "AAAA", "CNAME")
APEX_TYPES = ("A", "AAAA", "MX", "TXT", "CAA")
Questions: TypeAlias = tuple[tuple[str, str], ...]
"""Names and types."""


def served_questions(domain: str) -> Questions:
    """What one server of a domain is asked to see what else the domain holds: names and types."""
    return (*((domain, type_) for type_ in APEX_TYPES), (f"www.{domain}", "A"), (f"_dmarc.{domain}", "TXT"))


class Look(Struct, frozen=True):
    """What a zone's servers said about the next name down."""

    name: str
    replies: tuple[Reply, ...]
    ds: tuple[Reply, ...]
    referral: Referral | None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The NS answers."""
        return tuple(reply.answer for reply in self.replies)


class DelegationWalk:
    """One walk from the root to the zone that serves the host."""

    def __init__(self, walker: Walker, host: str, registrable: str, *, trust_own_root: bool) -> None:
        """Take the walker and the names; `trust_own_root`: the root is the user's own, not the Internet's."""
        self._walker = walker
        self._host = host
        self._registrable = registrable
        self._trust_own_root = trust_own_root
        self._cuts: list[Cut] = []
        self._wants_keys = False
        self._wants_records = False
        self._anchored = False

    async def run(self, *, keys: bool = False, records: bool = False, anchored: bool = False) -> Observed[Delegation]:
        """Walk; Unknown only when no server told whether the domain is delegated.

        `keys`: of a signed domain the keys will be wanted, from the root's on where it is `anchored`. `records`: what
        else the domain holds will be wanted.
        """
        self._wants_keys, self._wants_records, self._anchored = keys, records, anchored
        with self._walker.walking_to(self._registrable):
            zone = await self._to_the_domain()
        return await self._below(zone) if isinstance(zone, Zone) else zone

    async def _to_the_domain(self) -> Zone | Observed[Delegation]:
        """Walk to the domain's zone; where that is not reached, what is known of the delegation."""
        zone = self._walker.root
        while zone.name != self._registrable:
            look = await self._look_towards_domain(zone)
            refused = self._refusal(zone, look)
            if refused is not None:
                return refused
            if look.referral is None:
                return self._told(look.answers)
            zone = await self._cross(zone, look, look.referral)
        return zone

    async def _below(self, zone: Zone) -> Observed[Delegation]:
        """Follow the cuts between the registrable domain and the host: every server is asked about each name."""
        while True:
            names = names_below(zone.name, self._host)[:LEVELS]
            replies = await asyncio.gather(*(self._walker.ask_every(zone, name, "NS") for name in names))
            looks = [self._seen(zone, name, heard) for name, heard in zip(names, replies, strict=True)]
            cut = next(((look, look.referral) for look in looks if look.referral is not None), None)
            if cut is None:
                return self._told(looks[0].answers if looks else ())
            zone = await self._cross(zone, *cut)

    def _told(self, last: tuple[Answer, ...]) -> Known[Delegation]:
        return Known(Delegation(domain=self._registrable, cuts=tuple(self._cuts), last_answers=last))

    async def _look_towards_domain(self, zone: Zone) -> Look:
        """Find the next cut towards the domain; only the domain's own parent is asked at every server."""
        *above, domain = names_below(zone.name, self._registrable)
        for look in await asyncio.gather(*(self._look(zone, name, everyone=False) for name in above)):
            if look.referral is not None or self._settles_all_below(zone, look):
                return look
        return await self._look(zone, domain, everyone=True)

    def _settles_all_below(self, zone: Zone, look: Look) -> bool:
        """Tell whether asking for deeper names is useless: no such TLD, or nobody answers at all."""
        usable = [reply.answer for reply in look.replies if is_usable(reply, zone.name)]
        return not usable or (zone.name == "." and all(answer.rcode == "NXDOMAIN" for answer in usable))

    async def _look(self, zone: Zone, name: str, *, everyone: bool) -> Look:
        ask = self._walker.ask_every if everyone else self._walker.ask_few
        # DS asked outright: an unsigned parent puts none into its referrals, and needs no second round trip.
        replies, ds = await asyncio.gather(ask(zone, name, "NS"), self._walker.ask_few(zone, name, "DS"))
        return self._seen(zone, name, replies, ds)

    def _seen(self, zone: Zone, name: str, replies: tuple[Reply, ...], ds: tuple[Reply, ...] = ()) -> Look:
        return Look(name, replies, ds, referral_of(replies, zone.name, name))

    def _refusal(self, zone: Zone, look: Look) -> Unknown | None:
        """Tell why the walk cannot go on, when the answers are of no use or not the real root's."""
        if zone.name == "." and any(self._is_intercepted(reply.answer) for reply in look.replies):
            return Unknown(gap=Gap.FAILED, asked=ASKED, detail=INTERCEPTED)
        if any(is_usable(reply, zone.name) for reply in look.replies):
            return None
        whose = "the root" if zone.name == "." else zone.name
        gap, why = gap_of(look.answers), trouble(look.answers)
        detail = f"no server of {whose} gave a usable answer: {why}"
        if gap is Gap.NOT_ASKED:
            detail = f"no server of {whose} may be asked: {reason_in(why)}"
        return Unknown(gap=gap, asked=ASKED, detail=detail)

    def _is_intercepted(self, answer: Answer) -> bool:
        """Tell a resolver from a root server: it offers recursion, or answers for what a root only refers to."""
        if answer.rcode is None:
            return False
        return answer.recursion_available or (bool(answer.records) and not self._trust_own_root)

    async def _cross(self, zone: Zone, look: Look, referral: Referral) -> Zone:
        """Write a cut down and go to its zone."""
        child = self._walker.enter(referral)
        watched = child.name == self._registrable or child.name.endswith("." + self._registrable)
        signed = watched and self._wants_keys and bool(_ds(look.ds, child.name))
        every, first = self._ahead(child.name, signed=signed) if watched else ((), ())
        asked = [every + first * (at == 0) for at in range(len(referral.named_by))]
        named = zip(referral.named_by, asked, strict=True)
        seen, ds, _ = await asyncio.gather(
            asyncio.gather(*(self._nameserver(referral, name, ahead) for name, ahead in named)),
            self._ds_replies(zone, look),
            self._ask_keys_above(child.name if signed else ""),
        )
        self._cuts.append(
            Cut(
                zone=child.name,
                parent_zone=zone.name,
                parent_answers=look.answers,
                nameservers=tuple(server for server, _ in seen),
                ttl=referral.ttl,
                ds=_ds(ds, child.name),
                ds_answers=tuple(reply.answer for reply in ds),
                child_answers=_of_type("SOA", seen),
                child_ns=_of_type("NS", seen),
            )
        )
        return child

    async def _ask_keys_above(self, domain: str) -> None:
        """Ask for the keys of the zones above a signed domain while its own servers are asked."""
        if domain == self._registrable:
            above = [*(["."] if self._anchored else []), *(cut.zone for cut in self._cuts if cut.ds)]
            walker = self._walker
            asked = (walker.ask_few(walker.closest(zone), zone, "DNSKEY") for zone in above)
            await asyncio.gather(loaded(), *asked)

    async def _ds_replies(self, zone: Zone, look: Look) -> tuple[Reply, ...]:
        """Give the DS answers of a look; below the domain most names are no cut, and DS is asked only of those."""
        return look.ds or await self._walker.ask_few(zone, look.name, "DS")

    def _ahead(self, zone: str, *, signed: bool) -> tuple[Questions, Questions]:
        """What every server of a watched zone is asked at once, and what the first of them is asked beside it.

        SOA and NS are the walk's own. The same servers will be asked the rest next: asked now, the answers are there.
        """
        every = [(zone, "SOA"), (zone, "NS")]
        every += [(name, "NS") for name in names_below(zone, self._host)[:LEVELS]]
        every += [(self._host, type_) for type_ in HOST_TYPES]
        every += [(zone, "DNSKEY")] if signed else []
        wants_records = self._wants_records and zone == self._registrable
        return tuple(every), served_questions(zone) if wants_records else ()

    async def _nameserver(
        self, referral: Referral, name: str, ahead: Questions
    ) -> tuple[NameServer, tuple[Answer, ...]]:
        """Describe a name server; one of a watched cut, of which something is asked, is looked up and asked."""
        host = HostAddresses(self._walker.known_addresses(name))
        if not host.addresses:
            host = await self._walker.host_addresses(name) if ahead else HostAddresses((), "not asked")
        servers = (Server(name, address) for address in host.addresses)
        answers = await self._ask_child(servers, ahead) if ahead else ()
        described = NameServer(name=name, addresses=host.addresses, named_by=referral.named_by[name], error=host.error)
        return described, answers

    async def _ask_child(self, servers: Iterable[Server], ahead: Questions) -> tuple[Answer, ...]:
        wire = self._walker.wire
        reachable = [server for server in servers if wire.can_reach(server)]
        soa, ns, *_ = await asyncio.gather(*(wire.ask_all(reachable, name, type_) for name, type_ in ahead))
        return tuple(reply.answer for reply in (*soa, *ns))


def _of_type(type_: str, seen: Iterable[tuple[NameServer, tuple[Answer, ...]]]) -> tuple[Answer, ...]:
    return tuple(answer for _, answers in seen for answer in answers if answer.type == type_)


def _ds(replies: tuple[Reply, ...], zone: str) -> tuple[str, ...]:
    found = (
        record.data
        for reply in replies
        for record in reply.answer.records
        if record.type == "DS" and record.name == zone
    )
    return tuple(dict.fromkeys(found))
