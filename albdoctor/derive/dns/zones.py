"""Which hosted zone serves a host, and which of its record sets answer it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.dns.delegation import Delegated, delegated, parent_names
from albdoctor.derive.dns.held import ADDRESS_TYPES, ASKED, Records, answering, at, held_in, unread
from albdoctor.derive.names import ancestors, longest_match
from albdoctor.derive.needs import derivation
from albdoctor.facts.dns import Delegation
from albdoctor.facts.known import UNHEARD_OF, Gap, Known, Observed, Unknown, needed
from albdoctor.facts.route53 import HostedZone, HostedZones, RecordSets, ZoneRecords
from albdoctor.facts.snapshot import Scan


def public_zones(hosted_zones: HostedZones, host: str) -> HostedZones:
    """Every public zone of the longest name that holds the host; several where the name exists twice."""
    name = longest_match(host, (zone.name for zone in hosted_zones if not zone.private))
    return tuple(zone for zone in hosted_zones if not zone.private and zone.name == name)


def serving_zone(hosted_zones: HostedZones, host: str, delegation: Observed[Delegation]) -> HostedZone | None:
    """The account's public zone for a host: of several with one name, the one that the parent names.

    The parent may name none of them; then it is the first. None: no public zone of the account holds the host.
    """
    zones = public_zones(hosted_zones, host)
    if not zones:
        return None
    names = parent_names(zones[0].name, delegation.value) if isinstance(delegation, Known) else frozenset[str]()
    return max(zones, key=lambda zone: len(names & frozenset(zone.name_servers)))


def is_live(zone: HostedZone, delegation: Delegation) -> bool:
    """Whether the parent names at least one server of this zone."""
    return bool(parent_names(zone.name, delegation) & frozenset(zone.name_servers))


def delegated_away(held: ZoneRecords, zone: str, host: str) -> Observed[bool]:
    """Whether the zone hands the host on to other name servers by an NS record below its apex."""
    here = [at(held, name) for name in ancestors(host, zone) if name != zone]
    if any(record.type == "NS" for each in here if isinstance(each, Known) for record in each.value):
        return Known(True)
    return next((each for each in here if isinstance(each, Unknown)), Known(False))


KNOWN_TYPES = frozenset(
    ("A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB")
) | {"TLSA", "TXT"}
"""Types of record sets (Route 53 developer guide, "Supported DNS record types")."""


def unheard_types(records: Records, host: str) -> Unknown | None:
    """The gap where a name has record sets of types that this version does not know: they may lead somewhere."""
    types = sorted({one.type for one in records} - KNOWN_TYPES)
    detail = f"{host} has a record of type {', '.join(types)}, which {UNHEARD_OF}"
    return Unknown(gap=Gap.FAILED, asked=ASKED, detail=detail) if types else None


class ServingZone(Struct, frozen=True, kw_only=True):
    """The account's public zone that serves the host, and what it holds.

    A method that asks for what was not read ends the check with that gap.
    """

    host: str
    zone: HostedZone
    held: ZoneRecords

    def answering(self, types: tuple[str, ...] = ADDRESS_TYPES) -> Records:
        """The record sets that answer the host."""
        return needed(answering(self.held, self.zone.name, self.host, types))

    def at(self, name: str) -> Records:
        """The record sets of exactly this name."""
        return needed(at(self.held, name))

    @property
    def delegated_away(self) -> bool:
        """Whether the zone hands the host on to other name servers."""
        return needed(delegated_away(self.held, self.zone.name, self.host))


ServingZones: TypeAlias = tuple[ServingZone, ...]
"""One, or none where no public zone of the account holds the host."""


@derivation
def serving_zones(
    scan: Scan, hosted_zones: HostedZones, record_sets: RecordSets, delegation: Observed[Delegation]
) -> Iterator[ServingZone | Unknown]:
    """Find the zone that serves the host, with its record sets."""
    zone = serving_zone(hosted_zones, scan.host, delegation)
    if zone is not None:
        held = held_in(record_sets, zone)
        yield unread(held) or ServingZone(host=scan.host, zone=zone, held=held)


class ServingDelegation(Struct, frozen=True):
    """How the parent's name servers fit the zone that serves the host."""

    delegated: Delegated


ServingDelegations: TypeAlias = tuple[ServingDelegation, ...]
"""One, or none where no public zone of the account holds the host."""


@derivation
def serving_delegations(
    scan: Scan, delegation: Delegation, hosted_zones: HostedZones
) -> Iterator[ServingDelegation | Unknown]:
    """Classify the delegation of the zone that serves the host."""
    zone = serving_zone(hosted_zones, scan.host, Known(delegation))
    fits = delegated(zone.name, delegation, hosted_zones) if zone else None
    if fits is not None:
        yield fits if isinstance(fits, Unknown) else ServingDelegation(fits)
