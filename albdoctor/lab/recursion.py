"""Recursion: follow referrals from the root to an answer, without sockets (RFC 1034 section 5.3.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
from dns.message import Message
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rrset import RRset

from albdoctor.lab.nameservers import ROOT_SERVERS
from albdoctor.lab.zones import data_of, name_of, targets_of

MAX_REFERRALS = 24

Ask: TypeAlias = Callable[[str, Message], Message | None]
"""Asks the server at an address; None: it says nothing."""


@dataclass(frozen=True)
class Answered:
    """What the walk from the root found: "" as rcode means that no server gave a usable answer."""

    rcode: str
    records: tuple[RRset, ...] = ()
    authority: tuple[RRset, ...] = ()
    """The zone's SOA record, where there is no answer (RFC 2308 section 2)."""

    def data(self, type_: str) -> list[str]:
        """The data of the records of one type; names without the final dot."""
        wanted = dns.rdatatype.from_text(type_)
        return [data.rstrip(".") for rrset in self.records if rrset.rdtype == wanted for data in data_of(rrset)]


@dataclass(frozen=True)
class Recursion:
    """Asks authoritative servers on behalf of somebody; keeps nothing."""

    ask: Ask

    def resolve(self, name: str, type_: str) -> Answered:
        """Follow the tree from the root, CNAMEs too, as a recursive resolver does."""
        wanted = dns.rdatatype.from_text(type_)
        records: list[RRset] = []
        asked: set[Name] = set()
        current = name_of(name)
        while current not in asked:
            asked.add(current)
            response = self._walk(current, wanted, MAX_REFERRALS)
            if response is None:
                return Answered("")
            records += response.answer
            rcode = dns.rcode.to_text(response.rcode())
            aliases = {rrset.name: targets_of(rrset)[0] for rrset in records if rrset.rdtype == dns.rdatatype.CNAME}
            if wanted == dns.rdatatype.CNAME or any(rrset.rdtype == wanted for rrset in response.answer):
                return Answered(rcode, tuple(records))
            end = current
            while end in aliases and len(asked) < MAX_REFERRALS:
                end = aliases[end]
            if end == current:
                return Answered(rcode, tuple(records), tuple(response.authority))
            current = end
        return Answered("")

    def _walk(self, name: Name, type_: RdataType, budget: int) -> Message | None:
        """Ask down from the root; None: some step has no server that answers usefully."""
        query = dns.message.make_query(name, type_, flags=0)
        servers: Iterable[str] = ROOT_SERVERS.values()
        zone = dns.name.root
        for _ in range(budget):
            response = next((got for got in (self._ask(address, query) for address in servers) if got), None)
            if response is None:
                return None
            if response.flags & dns.flags.AA:
                return response
            referral = next((rrset for rrset in response.authority if rrset.rdtype == dns.rdatatype.NS), None)
            if referral is None or referral.name == zone or not referral.name.is_subdomain(zone):
                return None
            zone = referral.name
            servers = self._addresses_of(referral, response, budget - 1)
        return None

    def _ask(self, address: str, query: Message) -> Message | None:
        response = self.ask(address, query)
        usable = response is not None and response.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
        return response if usable else None

    def _addresses_of(self, referral: RRset, response: Message, budget: int) -> Iterator[str]:
        glue = {rrset.name: rrset for rrset in response.additional if rrset.rdtype == dns.rdatatype.A}
        for target in targets_of(referral):
            if target in glue:
                yield from data_of(glue[target])
            elif budget > 0:
                found = self._walk(target, dns.rdatatype.A, budget // 2)
                for rrset in found.answer if found else ():
                    yield from data_of(rrset) if rrset.rdtype == dns.rdatatype.A else ()
