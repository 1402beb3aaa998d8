"""Which hosted zone serves a host, and which of its record sets answer it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.dns.delegation import Delegated, delegated, parent_names
from albdoctor.derive.names import ancestors, is_under, longest_match
from albdoctor.derive.needs import derivation
from albdoctor.facts.dns import Delegation
from albdoctor.facts.known import UNHEARD_OF, Gap, Known, Observed, Unknown
from albdoctor.facts.route53 import HostedZone, HostedZones, RecordSets, ResourceRecordSet
from albdoctor.facts.snapshot import Scan

Records: TypeAlias = tuple[ResourceRecordSet, ...]
ASKED = "route53:ListResourceRecordSets"
ADDRESS_TYPES = ("A", "AAAA", "CNAME")


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


def records_of(record_sets: RecordSets, zone: HostedZone) -> Observed[Records]:
    """The record sets of one zone; unknown where they were not read."""
    return next(
        (entry.records for entry in record_sets if entry.zone_id == zone.id),
        Unknown(gap=Gap.NOT_ASKED, asked=ASKED, detail=zone.id),
    )


def answering(records: Records, zone: str, host: str, types: tuple[str, ...] = ADDRESS_TYPES) -> Records:
    """The record sets that answer a host, exact or by wildcard.

    A wildcard answers only where its own parent is the closest name that exists (RFC 4592 section 3.3).
    """
    if exists(records, host):
        owner = host
    else:
        above = ancestors(host, zone)[1:]
        encloser = next((name for name in above if exists(records, name)), zone)
        owner = f"*.{encloser}"
    return tuple(record for record in records if record.owner == owner and record.type in types)


def exists(records: Records, name: str) -> bool:
    """Whether a name exists in a zone: it holds a record of any type, or lies above one that does."""
    return any(is_under(record.owner, name) for record in records)


def delegated_away(records: Records, zone: str, host: str) -> bool:
    """Whether the zone hands the host on to other name servers by an NS record below its apex."""
    below = tuple(name for name in ancestors(host, zone) if name != zone)
    return any(record.type == "NS" and record.owner in below for record in records)


KNOWN_TYPES = frozenset(
    ("A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB")
) | {"TLSA", "TXT"}
"""Types of record sets (Route 53 developer guide, "Supported DNS record types")."""


def unheard_types(records: Records, host: str) -> Unknown | None:
    """The gap where a name has record sets of types that this version does not know: they may lead somewhere."""
    types = sorted({one.type for one in records if one.owner == host} - KNOWN_TYPES)
    detail = f"{host} has a record of type {', '.join(types)}, which {UNHEARD_OF}"
    return Unknown(gap=Gap.FAILED, asked=ASKED, detail=detail) if types else None


class ServingZone(Struct, frozen=True, kw_only=True):
    """The account's public zone that serves the host, and what it holds."""

    host: str
    zone: HostedZone
    records: Records

    def answering(self, types: tuple[str, ...] = ADDRESS_TYPES) -> Records:
        """The record sets that answer the host."""
        return answering(self.records, self.zone.name, self.host, types)


ServingZones: TypeAlias = tuple[ServingZone, ...]
"""One, or none where no public zone of the account holds the host."""


@derivation
def serving_zones(
    scan: Scan, hosted_zones: HostedZones, record_sets: RecordSets, delegation: Observed[Delegation]
) -> Iterator[ServingZone | Unknown]:
    """Find the zone that serves the host, with its record sets."""
    zone = serving_zone(hosted_zones, scan.host, delegation)
    if zone is not None:
        records = records_of(record_sets, zone)
        if isinstance(records, Unknown):
            yield records
        else:
            yield ServingZone(host=scan.host, zone=zone, records=records.value)


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
