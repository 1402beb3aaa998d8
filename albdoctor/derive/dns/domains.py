"""The delegations on the way to the scanned host: of its registrable domain, and of each zone below that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.derive.dns.by_servers import by_servers
from albdoctor.derive.dns.delegation import Delegated, Fit, delegated, no_answer_of_parents, parents_of, usable
from albdoctor.derive.dns.held import at, held_in
from albdoctor.derive.dns.leaving import leaving
from albdoctor.derive.dns.registrars import Holder
from albdoctor.derive.dns.zones import is_live
from albdoctor.derive.names import is_under
from albdoctor.derive.needs import derivation
from albdoctor.facts.dns import Cut, Delegation, HostAnswers, ServedRecords
from albdoctor.facts.known import Kind, Known, Observed, Ref, Unknown
from albdoctor.facts.route53 import HostedZone, HostedZones, RecordSets
from albdoctor.facts.snapshot import Scan

DelegatedDomains: TypeAlias = tuple[Delegated, ...]
"""The scanned domain, and zones below it that are delegated: as far as the account has their zones, or their own
servers show that something is wrong. Zones below that the account holds are `DelegatedBelow`."""


@derivation
def delegated_domains(
    scan: Scan,
    delegation: Delegation,
    hosted_zones: Observed[HostedZones],
    served_records: Observed[ServedRecords],
    record_sets: Observed[RecordSets],
    host_answers: Observed[HostAnswers],
    holder: Holder,
) -> Iterator[Delegated | Unknown]:
    """Classify each delegation; where the account's zones cannot be seen, by the servers' own word, and say so."""
    for name in (scan.registrable, *_below(scan, delegation)):
        zones = hosted_zones.value if isinstance(hosted_zones, Known) else ()
        held = _compared(delegated(name, delegation, zones), host_answers)
        if held is None:
            yield from _by_servers(name, delegation, hosted_zones)
        elif name == scan.registrable and isinstance(held, Delegated):
            told = replace(held, leaving=leaving(held.zone, served_records, delegation, record_sets))
            yield _published(told, holder, scan.taken_at)
        elif name == scan.registrable or (isinstance(held, Delegated) and held.fit is Fit.SIBLING):
            yield held


def _compared(held: Delegated | Unknown | None, host_answers: Observed[HostAnswers]) -> Delegated | Unknown | None:
    """Two providers share a zone only where every server was heard, and says of the host what the zone's own say."""
    if not isinstance(held, Delegated) or not held.shared:
        return held
    answers = host_answers.value if isinstance(host_answers, Known) else None
    if answers is None or answers.zone != held.domain:
        return replace(held, shared=False)
    told = (*answers.a, *answers.aaaa, *answers.cname)
    foreign, said = {*held.foreign}, {True: set[str](), False: set[str]()}
    for one in told:
        said[one.server in foreign] |= {record.data for record in one.records}
    heard = {*held.names} <= {one.server for one in told} and all(map(usable, told))
    return replace(held, shared=heard and bool(said[True]) and said[True] <= said[False])


def _published(domain: Delegated, holder: Holder, now: datetime) -> Delegated:
    """Tell a parent zone that only lags behind: whoever holds the registration has a zone's set already."""
    if domain.fit in (Fit.SOUND, Fit.SIBLING, Fit.PARKED) or holder.taken_out:
        return domain
    zone = next((one for one in domain.zones if holder.has(one.name_servers, now)), None)
    return replace(domain, fit=Fit.PUBLISHING, zone=zone) if zone else domain


def _by_servers(
    name: str, delegation: Delegation, hosted_zones: Observed[HostedZones]
) -> Iterator[Delegated | Unknown]:
    told = by_servers(name, delegation)
    if isinstance(hosted_zones, Unknown):
        if not parents_of(name, delegation):
            yield no_answer_of_parents(name)
        yield hosted_zones
    elif told and not told.below and told.fit is not Fit.MISTYPED:
        return  # ALB133 tells that the account has no zone, and who is named instead
    if told:
        yield replace(told, above=_above(told, hosted_zones, delegation))


class Below(Struct, frozen=True, kw_only=True):
    """A delegated zone below the registrable domain of which the account holds a zone."""

    delegated: Delegated
    ttl: int
    """Seconds that the present delegation is kept."""


DelegatedBelow: TypeAlias = tuple[Below, ...]


@derivation
def delegated_below(
    scan: Scan,
    delegation: Delegation,
    hosted_zones: HostedZones,
    record_sets: Observed[RecordSets],
    host_answers: Observed[HostAnswers],
) -> Iterator[Below | Unknown]:
    """Classify the delegation of each zone of the account between the registrable domain and the host.

    Where the zone above is the account's too and its record is right already, its servers only lag behind.
    """
    for name in _below(scan, delegation):
        held = _compared(delegated(name, delegation, hosted_zones), host_answers)
        if held is None or isinstance(held, Unknown):
            yield from (held,) if held else ()
            continue
        cut = delegation.cut(name)
        above = _above(held, Known(hosted_zones), delegation)
        right = above is not None and _record(above, name, record_sets) == {*held.zone.name_servers}
        fit = Fit.SOUND if right else held.fit
        yield Below(delegated=replace(held, fit=fit, above=above), ttl=cut.ttl if cut else 0)


def _below(scan: Scan, delegation: Delegation) -> tuple[str, ...]:
    """The cuts below the registrable domain."""
    return tuple(
        cut.zone for cut in delegation.cuts if cut.zone != scan.registrable and is_under(cut.zone, scan.registrable)
    )


def _above(below: Delegated, hosted_zones: Observed[HostedZones], delegation: Delegation) -> HostedZone | None:
    """The account's zone whose record delegates a zone below the registrable domain: the one that the world asks."""
    zones = hosted_zones.value if below.below and isinstance(hosted_zones, Known) else ()
    named = (one for one in zones if not one.private and one.name == below.parent_zone)
    return next((one for one in named if is_live(one, delegation)), None)


def _record(zone: HostedZone, name: str, record_sets: Observed[RecordSets]) -> set[str]:
    """The servers that a zone's own NS record of a name holds; empty: it has none, or was not read."""
    read = at(held_in(record_sets.value, zone), name) if isinstance(record_sets, Known) else record_sets
    here = read.value if isinstance(read, Known) else ()
    values = (value for one in here if one.type == "NS" for value in one.values)
    return {value.rstrip(".").lower() for value in values}


class WatchedCut(Struct, frozen=True, kw_only=True):
    """A zone on the way from the registrable domain to the host, every server of which was asked."""

    cut: Cut
    delegated: Delegated | None
    """How it is delegated, as far as that is known."""

    @property
    def fit(self) -> Fit | None:
        """The case that its delegation is; None: it is not known, or nothing is wrong that shows."""
        return self.delegated.fit if self.delegated else None

    @property
    def ref(self) -> Ref:
        """Name the zone's domain."""
        return Ref(Kind.DOMAIN, self.cut.zone)


WatchedCuts: TypeAlias = tuple[WatchedCut, ...]


@derivation
def watched_cuts(
    scan: Scan, delegation: Delegation, domains: Observed[DelegatedDomains], below: Observed[DelegatedBelow]
) -> Iterator[WatchedCut]:
    """Give every such zone, from the registrable domain down."""
    told = [*(domains.value if isinstance(domains, Known) else ())]
    told += [one.delegated for one in (below.value if isinstance(below, Known) else ())]
    known = {one.domain: one for one in told}
    for name in (scan.registrable, *_below(scan, delegation)):
        if cut := delegation.cut(name):
            yield WatchedCut(cut=cut, delegated=known.get(name))
