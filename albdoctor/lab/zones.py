"""One DNS zone in memory, and how a server that holds some zones answers (RFC 1034 section 4.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rrset import RRset

if TYPE_CHECKING:
    from albdoctor.lab.signing import Signer

ADDRESS_TYPES = (dns.rdatatype.A, dns.rdatatype.AAAA)
SOA_TIMERS = "1 7200 900 1209600 86400"


def name_of(text: str) -> Name:
    """Read a name, with or without the final dot; Route 53 writes `*` as an octal escape."""
    return dns.name.from_text(text.replace("\\052", "*").rstrip(".") + ".")


def text_of(name: Name) -> str:
    """Write a name as the rest of the tool does: lower case, no final dot; the root is "."."""
    return name.to_text(omit_final_dot=True).lower() or "."


def data_of(rrset: RRset) -> list[str]:
    """Write the data of records; dnspython leaves the type of a set's items open."""
    return [str(rdata) for rdata in cast("Iterable[object]", rrset)]


def targets_of(rrset: RRset) -> list[Name]:
    """Read the names that NS or CNAME records point to."""
    return [name_of(target) for target in data_of(rrset)]


class Zone:
    """The records of one zone."""

    def __init__(self, origin: str) -> None:
        """Start an empty zone; it needs an SOA before it is served."""
        self.origin = name_of(origin)
        self.signer: Signer | None = None
        """Who signs it; None: it is not signed."""
        self._sets: dict[Name, dict[RdataType, RRset]] = {}

    def holds(self, name: str) -> bool:
        """Whether a name belongs into this zone."""
        return name_of(name).is_subdomain(self.origin)

    def add(self, owner: str, type_: str, ttl: int, *data: str) -> None:
        """Set the records of one owner and type; names in the data are absolute, with or without the final dot.

        No data at all makes a name that exists and has nothing (an alias whose target is gone).
        """
        name = name_of(owner)
        node = self._sets.setdefault(name, {})
        if data:
            rrset = dns.rrset.from_text_list(
                name, ttl, dns.rdataclass.IN, type_, data, origin=dns.name.root, relativize=False
            )
            node[rrset.rdtype] = rrset

    def add_soa(self, primary: str, mailbox: str, ttl: int = 900) -> None:
        """Set the SOA record with the usual timers."""
        self.add(self.origin.to_text(), "SOA", ttl, f"{primary}. {mailbox}. {SOA_TIMERS}")

    def at(self, name: Name, type_: RdataType) -> RRset | None:
        """Find the records of one owner and type."""
        if type_ == dns.rdatatype.DNSKEY and name == self.origin and self.signer:
            return self.signer.keys()
        return self._sets.get(name, {}).get(type_)

    def exists(self, name: Name) -> bool:
        """Whether the name or a name below it has records: an empty non-terminal exists (RFC 4592 section 2.2.2)."""
        return any(owner.is_subdomain(name) for owner in self._sets)

    def source(self, name: Name) -> Name | None:
        """Find the owner whose records answer for a name: itself or the wildcard; None: no such name."""
        if self.exists(name):
            return name
        for depth in range(len(name.labels) - 1, len(self.origin.labels) - 1, -1):
            encloser = Name(name.labels[-depth:])
            if self.exists(encloser) or encloser == self.origin:
                wildcard = Name((b"*", *encloser.labels))
                return wildcard if wildcard in self._sets else None
        return None

    def cut(self, name: Name) -> RRset | None:
        """Find the delegation at or above a name, below the apex."""
        for depth in range(len(self.origin.labels) + 1, len(name.labels) + 1):
            delegation = self.at(Name(name.labels[-depth:]), dns.rdatatype.NS)
            if delegation is not None:
                return delegation
        return None

    def glue(self, delegation: RRset) -> Iterator[RRset]:
        """Give the addresses this zone knows for the servers of a delegation."""
        for target in targets_of(delegation):
            for type_ in ADDRESS_TYPES:
                addresses = self.at(target, type_)
                if addresses is not None:
                    yield addresses


def answer(zones: Iterable[Zone], query: dns.message.Message) -> dns.message.Message:
    """Answer as an authoritative server that holds these zones; REFUSED for any other name."""
    response = dns.message.make_response(query)
    question = query.question[0]
    zone = _closest(zones, question.name, question.rdtype)
    if zone is None:
        response.set_rcode(dns.rcode.REFUSED)
        return response
    delegation = zone.cut(question.name)
    if delegation is not None and not (delegation.name == question.name and question.rdtype == dns.rdatatype.DS):
        response.authority.append(delegation)
        ds = zone.at(delegation.name, dns.rdatatype.DS)
        if ds is not None and query.ednsflags & dns.flags.DO:
            response.authority.extend(_signed(zone, query, [ds]))
        response.additional.extend(zone.glue(delegation))
        return response
    response.flags |= dns.flags.AA
    _fill(response, zone, question.name, question.rdtype)
    response.answer[:] = _signed(zone, query, response.answer)
    response.authority[:] = _signed(zone, query, response.authority)
    return response


def _signed(zone: Zone, query: dns.message.Message, sets: list[RRset]) -> list[RRset]:
    """Sets with their signatures, for who asks for them (RFC 4035 section 3.1)."""
    if zone.signer is None or not query.ednsflags & dns.flags.DO:
        return sets
    signer = zone.signer
    return [part for one in sets for part in signer.signed(one)]


def _closest(zones: Iterable[Zone], name: Name, type_: RdataType) -> Zone | None:
    """Choose the deepest zone that holds the name; DS lives in the parent's zone (RFC 4035 section 3.1.4.1)."""
    holding = [zone for zone in zones if name.is_subdomain(zone.origin)]
    if type_ == dns.rdatatype.DS:
        holding = [zone for zone in holding if zone.origin != name] or holding
    return max(holding, key=lambda zone: len(zone.origin.labels), default=None)


def _fill(response: dns.message.Message, zone: Zone, name: Name, type_: RdataType) -> None:
    """Fill in the records of a name, following CNAMEs inside the zone; else the SOA that says there are none."""
    seen: set[Name] = set()
    while name not in seen and name.is_subdomain(zone.origin) and (not seen or zone.cut(name) is None):
        seen.add(name)
        owner = zone.source(name)
        if owner is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
            break
        found = zone.at(owner, type_)
        alias = zone.at(owner, dns.rdatatype.CNAME)
        if found is not None:
            response.answer.append(_as(found, name))
            return
        if alias is None:
            break
        response.answer.append(_as(alias, name))
        name = targets_of(alias)[0]
    else:
        return
    soa = zone.at(zone.origin, dns.rdatatype.SOA)
    if soa is not None:
        response.authority.append(soa)


def _as(rrset: RRset, name: Name) -> RRset:
    """Give records under the name that was asked for (a wildcard's own name is never shown)."""
    return (
        rrset
        if rrset.name == name
        else dns.rrset.from_text_list(name, rrset.ttl, rrset.rdclass, rrset.rdtype, data_of(rrset))
    )
