"""The DNS tree of the lab: which server holds which zones, and the walk from the root to an answer.

Everything is read live from the registry and the emulated Route 53, so that a fix there takes effect at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

import dns.edns
import dns.flags
import dns.message
import dns.rcode
from dns.message import Message

from albdoctor.lab.nameservers import (
    AMAZONAWS_SERVERS,
    AWSDNS,
    AWSDNS_SERVERS,
    CLOUDFLARE_CUSTOMER_SERVERS,
    CLOUDFLARE_SERVERS,
    CLOUDFRONT_SERVERS,
    DAY,
    EDGE_ADDRESSES,
    EDGE_NAME,
    GABIA_SERVERS,
    PARKING_SERVERS,
    ROOT_SERVERS,
    TLD_SERVERS,
    add_addresses,
    awsdns_address,
    awsdns_delegation,
    cloudflare_zone,
    cloudfront_zone,
    gabia_zone,
    infrastructure,
    parking_zone,
    root_zone,
)
from albdoctor.lab.recursion import Answered, Recursion
from albdoctor.lab.registry import GABIA, Registry
from albdoctor.lab.signing import Signer
from albdoctor.lab.zones import Zone, answer, text_of

SIGNED_TLDS = tuple(tld for tld in TLD_SERVERS if "." not in tld)
PARKING_ADDRESS = "192.0.2.80"
FAMILIES = {"A": ".", "AAAA": ":"}
"""Types of address records, and what every such address has in it."""

Mode: TypeAlias = Literal["ok", "drop", "refuse", "servfail", "tc"]


@dataclass(frozen=True)
class RecordSet:
    """A record set of a hosted zone: values, or the name an alias leads to."""

    name: str
    type: str
    ttl: int = 60
    values: tuple[str, ...] = ()
    alias: str = ""
    rests: bool = False
    """It answers only where no other of its name and type does: a failover secondary, or one of weight 0."""
    withdrawn: bool = False
    """It evaluates the health of its target, which is unhealthy: it answers only where all others are too."""


@dataclass(frozen=True)
class HostedZone:
    """A hosted zone of the emulated Route 53, as its servers need it."""

    id: str
    name: str
    name_servers: tuple[str, ...]
    private: bool = False
    records: tuple[RecordSet, ...] = ()


class Cloud(Protocol):
    """What the tree reads from the emulated AWS, anew for every question."""

    def hosted_zones(self) -> Sequence[HostedZone]:
        """Every hosted zone."""
        ...

    def balancer_addresses(self, dns_name: str) -> tuple[str, ...] | None:
        """The node addresses that a load balancer's name resolves to; None: no such balancer."""
        ...

    def possible_name_servers(self) -> Sequence[str]:
        """Every name that a delegation set of the emulated Route 53 has, had or can get."""
        ...


@dataclass
class Conduct:
    """How a server behaves; `delay` in seconds."""

    mode: Mode = "ok"
    delay: float = 0.0


@dataclass
class Tree:
    """All authoritative servers, by pretend address."""

    registry: Registry
    cloud: Cloud
    foreign_zones: list[Zone] = field(default_factory=list[Zone])
    """What people keep at the foreign DNS provider."""
    parked: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Names with web addresses in the registrar's own zone, other than the parking page's."""
    conduct: dict[str, Conduct] = field(default_factory=dict[str, Conduct])
    """Misbehaviour by server address."""
    signers: dict[str, Signer] = field(default_factory=lambda: {name: Signer(name) for name in (".", *SIGNED_TLDS)})
    """Who signs a zone, by its name: root and top-level domains, and what a scenario signs."""
    _seen: set[str] = field(default_factory=set[str])

    # --- servers ---------------------------------------------------------------------------------------------

    def addresses(self) -> dict[str, str]:
        """Every server: its pretend address and its name."""
        servers = dict(ROOT_SERVERS)
        for tld_servers in TLD_SERVERS.values():
            servers |= tld_servers
        servers |= {f"g-ns-{number}.awsdns": address for number, address in enumerate(AWSDNS_SERVERS, 1)}
        servers |= GABIA_SERVERS | CLOUDFLARE_SERVERS | CLOUDFLARE_CUSTOMER_SERVERS
        servers |= PARKING_SERVERS | AMAZONAWS_SERVERS | CLOUDFRONT_SERVERS
        servers |= {name: awsdns_address(name) for name in self._awsdns_names()}
        return {address: name for name, address in servers.items()}

    def misbehave(self, server: str, mode: Mode = "ok", delay: float = 0.0) -> None:
        """Make a server (name or pretend address) drop, refuse, fail, truncate or answer late."""
        by_name = {name: address for address, name in self.addresses().items()}
        self.conduct[by_name.get(server, server)] = Conduct(mode, delay)

    def respond(self, address: str, query: Message, *, over_tcp: bool = False) -> Message | None:
        """Answer as the server at an address does; None: it says nothing."""
        mode = self.conduct.get(address, Conduct()).mode
        if mode == "drop":
            return None
        if mode == "tc" and not over_tcp:
            response = dns.message.make_response(query)
            response.flags |= dns.flags.TC
            return response
        if mode in ("refuse", "servfail"):
            response = dns.message.make_response(query)
            response.set_rcode(dns.rcode.REFUSED if mode == "refuse" else dns.rcode.SERVFAIL)
            return response
        zones = tuple(self._zones(address, text_of(query.question[0].name)))
        for zone in zones:
            zone.signer = self.signers.get(text_of(zone.origin))
        return answer(zones, query)

    # --- resolution ------------------------------------------------------------------------------------------

    def resolve(self, name: str, type_: str) -> Answered:
        """Follow the tree from the root, CNAMEs too, as a recursive resolver does."""
        return Recursion(lambda address, query: self.respond(address, query, over_tcp=True)).resolve(name, type_)

    def lookup(self, name: str, type_: str) -> list[str]:
        """Give the data that the public DNS has for a name; empty when it has none."""
        return self.resolve(name, type_).data(type_)

    def resolve_cname(self, name: str) -> str | None:
        """Give the target of a CNAME as the public DNS has it: what ACM looks at, and validates."""
        return None if self.bogus(name) else next(iter(self.lookup(name, "CNAME")), None)

    def caa_of(self, name: str) -> list[str]:
        """Give the CAA records that govern a name: its own, or those of the nearest name above it that has any."""
        while name:
            found = self.lookup(name, "CAA")
            if found:
                return found
            name = name.partition(".")[2]
        return []

    def bogus(self, name: str, type_: str = "A") -> dns.edns.EDECode | None:
        """Say why a validating resolver refuses a name (RFC 8914); None: it does not.

        Of the domain's own link alone: nothing above it in the lab is ever wrong.
        """
        domain = self.registry.holder_of(name)
        if domain is None or not domain.published or not domain.ds or (name == domain.name and type_ == "DS"):
            return None
        signer = self.signers.get(domain.name)
        if signer is None or signer.ds not in domain.ds:
            return dns.edns.EDECode.DNSKEY_MISSING
        return dns.edns.EDECode.SIGNATURE_EXPIRED if signer.expired else None

    def is_secure(self, name: str) -> bool:
        """Whether a validating resolver sets the AD flag for a name."""
        domain = self.registry.holder_of(name)
        return domain is not None and bool(domain.ds) and self.bogus(name) is None

    # --- zones -----------------------------------------------------------------------------------------------

    def _zones(self, address: str, name: str) -> Iterator[Zone]:
        """The zones that the server at an address holds, as far as the name asked for needs them."""
        if address in ROOT_SERVERS.values():
            yield self._root_zone()
        for tld, servers in TLD_SERVERS.items():
            if address in servers.values():
                yield self._tld_zone(tld, name)
        if address in AWSDNS_SERVERS:
            yield from self._awsdns_zones(name)
        elif address in GABIA_SERVERS.values():
            yield gabia_zone()
            yield from self._parking_zone(name)
        elif address in CLOUDFLARE_SERVERS.values() or address in CLOUDFLARE_CUSTOMER_SERVERS.values():
            yield cloudflare_zone()
            yield from self.foreign_zones
        elif address in PARKING_SERVERS.values():
            yield parking_zone()
            yield from self._parking_zone(name)
        elif address in AMAZONAWS_SERVERS.values():
            yield self._amazonaws_zone(name)
        elif address in CLOUDFRONT_SERVERS.values():
            yield cloudfront_zone()
        else:
            yield from self._hosted_zones(address)

    def _root_zone(self) -> Zone:
        zone = root_zone()
        for tld in SIGNED_TLDS:
            zone.add(tld, "DS", DAY, self.signers[tld].ds)
        return zone

    def _tld_zone(self, tld: str, asked: str) -> Zone:
        servers = TLD_SERVERS[tld]
        zone = Zone(tld)
        zone.add_soa(next(iter(servers)), f"hostmaster.nic.{tld}")
        zone.add(tld, "NS", 2 * DAY, *(f"{server}." for server in servers))
        add_addresses(zone, servers)
        for name, delegated in infrastructure(tld, self._awsdns_names()).items():
            if _within(asked, name):
                zone.add(name, "NS", 2 * DAY, *(f"{server}." for server in delegated))
                add_addresses(zone, delegated)
        for domain in self.registry.under(tld):
            if domain.published and _within(asked, domain.name):
                zone.add(domain.name, "NS", 2 * DAY, *(f"{server}." for server in domain.delegated))
                zone.add(domain.name, "DS", DAY, *domain.ds)
        return zone

    def _awsdns_names(self) -> frozenset[str]:
        """Every Route 53 server there is or was: those of deleted zones stay, and refuse."""
        current = {server for zone in self.cloud.hosted_zones() for server in zone.name_servers}
        self._seen |= {name for name in current | set(self.cloud.possible_name_servers()) if AWSDNS.fullmatch(name)}
        return frozenset(self._seen)

    def _awsdns_zones(self, asked: str) -> Iterator[Zone]:
        """The zone awsdns-NN.TLD that holds the name asked for."""
        origin = next((name.partition(".")[2] for name in self._awsdns_names() if _within(asked, name, up=1)), None)
        if origin is None:
            return
        zone = Zone(origin)
        zone.add_soa(f"g-ns-1.{origin}", "awsdns-hostmaster.amazon.com")
        zone.add(origin, "NS", 2 * DAY, *(f"{name}." for name in awsdns_delegation(origin)))
        add_addresses(zone, awsdns_delegation(origin))
        if asked in self._awsdns_names():
            zone.add(asked, "A", 2 * DAY, awsdns_address(asked))
        yield zone

    def _parking_zone(self, name: str) -> Iterator[Zone]:
        """What Gabia's servers say for any domain of theirs: a parking page, mail and a TXT record."""
        domain = self.registry.holder_of(name)
        if domain is None or domain.registrar != GABIA:
            return
        zone = Zone(domain.name)
        zone.add_soa("ns.gabia.co.kr", "webmaster.gabia.com", 600)
        zone.add(domain.name, "NS", 600, *(f"{server}." for server in GABIA_SERVERS))
        zone.add(domain.name, "MX", 600, "10 mail.gabia.co.kr.")
        zone.add(domain.name, "TXT", 600, '"v=spf1 include:_spf.gabia.co.kr ~all"')
        for owner in (domain.name, f"www.{domain.name}"):
            zone.add(owner, "A", 600, *self.parked.get(owner, (PARKING_ADDRESS,)))
        yield zone

    def _amazonaws_zone(self, name: str) -> Zone:
        zone = Zone("amazonaws.com")
        zone.add_soa(next(iter(AMAZONAWS_SERVERS)), "dns-admin.amazon.com", 60)
        zone.add("amazonaws.com", "NS", 2 * DAY, *(f"{server}." for server in AMAZONAWS_SERVERS))
        add_addresses(zone, AMAZONAWS_SERVERS)
        addresses = self.cloud.balancer_addresses(name.removeprefix("dualstack."))
        if addresses is not None:
            for type_ in FAMILIES:
                zone.add(name, type_, 60, *_of_type(type_, addresses))
        return zone

    def _hosted_zones(self, address: str) -> Iterator[Zone]:
        for hosted in self.cloud.hosted_zones():
            if not hosted.private and any(awsdns_address(server) == address for server in hosted.name_servers):
                yield self._served(hosted)

    def _served(self, hosted: HostedZone) -> Zone:
        """A hosted zone as its servers answer it; aliases become addresses."""
        zone = Zone(hosted.name)
        # The last one of a name answers.
        for record in sorted(hosted.records, key=lambda one: (not one.withdrawn, not one.rests)):
            if record.alias:
                zone.add(record.name, record.type, 60, *self._alias(hosted, record))
            elif record.type != "SOA":
                zone.add(record.name, record.type, record.ttl, *record.values)
        zone.add_soa(hosted.name_servers[0], "awsdns-hostmaster.amazon.com")
        return zone

    def _alias(self, hosted: HostedZone, record: RecordSet) -> tuple[str, ...]:
        """What an alias stands for: a balancer's addresses, or another record of the same zone."""
        target = record.alias.rstrip(".").lower()
        if _within(target, hosted.name):
            same = (other for other in hosted.records if other.name == target and other.type == record.type)
            return next((other.values for other in same), ())
        known = self.cloud.balancer_addresses(target.removeprefix("dualstack.")) or ()
        return _of_type(record.type, EDGE_ADDRESSES if target == EDGE_NAME else known)


def _of_type(type_: str, addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the addresses that records of a type hold."""
    return tuple(one for one in addresses if FAMILIES.get(type_, " ") in one)


def _within(name: str, domain: str, up: int = 0) -> bool:
    """Whether a name is a domain or lies below it; `up`: of the domain that many labels further up."""
    domain = domain.split(".", up)[-1]
    return name == domain or name.endswith(f".{domain}")
