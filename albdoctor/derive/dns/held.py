"""What a hosted zone holds, name by name: the one way to its record sets, be they all read or only those of some names.

What was not read is unknown. A test refuses any other reader (`tests/derive/test_held.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.names import ancestors, is_under
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.mirror import known_or
from albdoctor.facts.route53 import RECORD_SETS, HostedZone, RecordSets, ResourceRecordSet, ZoneRecords, led_to

Records: TypeAlias = tuple[ResourceRecordSet, ...]
ASKED = RECORD_SETS.asked
ADDRESS_TYPES = ("A", "AAAA", "CNAME")
MOST_HOPS = 8
"""Aliases and CNAMEs within one zone that are followed."""


def held_in(record_sets: RecordSets, zone: HostedZone) -> ZoneRecords:
    """What a zone holds; everything in it is unknown where the zone was not read."""
    unread = Unknown(gap=Gap.NOT_ASKED, asked=ASKED, detail=zone.id)
    empty = ZoneRecords(zone_id=zone.id, records=unread)
    return next((entry for entry in record_sets if entry.zone_id == zone.id), empty)


def unread(held: ZoneRecords) -> Unknown | None:
    """Why nothing at all is known of a zone."""
    return held.records if isinstance(held.records, Unknown) and not held.names else None


def at(held: ZoneRecords, name: str) -> Observed[Records]:
    """The record sets of exactly this name."""
    if isinstance(held.records, Known):
        return Known(tuple(record for record in held.records.value if record.owner == name))
    for one in held.names:
        if one.name == name:
            return Known(one.records)
    # Nothing is at a name below one that does not exist.
    gone = any(not one.exists and is_under(name, one.name) for one in held.names)
    return Known(()) if gone else _gap(held, held.records, name)


def exists(held: ZoneRecords, name: str) -> Observed[bool]:
    """Whether a name exists in a zone: it holds a record of any type, or lies above one that does."""
    if isinstance(held.records, Known):
        return Known(any(is_under(record.owner, name) for record in held.records.value))
    if any(one.exists and is_under(one.name, name) for one in held.names):
        return Known(True)
    gone = any(not one.exists and is_under(name, one.name) for one in held.names)
    return Known(False) if gone else _gap(held, held.records, name)


def answering(held: ZoneRecords, zone: str, host: str, types: tuple[str, ...] = ADDRESS_TYPES) -> Observed[Records]:
    """The record sets that answer a host, exact or by wildcard."""
    owner = answering_name(held, zone, host)
    found = at(held, owner.value) if isinstance(owner, Known) else owner
    if isinstance(found, Unknown):
        return found
    return Known(tuple(record for record in found.value if record.type in types))


def answering_name(held: ZoneRecords, zone: str, host: str) -> Observed[str]:
    """The name whose records answer a host: its own, or a wildcard.

    A wildcard answers only where its own parent is the closest name that exists (RFC 4592 section 3.3).
    """
    for name in ancestors(host, zone):
        there = exists(held, name)
        if isinstance(there, Unknown):
            return there
        if there.value:
            return Known(host if name == host else f"*.{name}")
    return Known(f"*.{zone}")


class Step(Struct, frozen=True, kw_only=True):
    """One name on the way that record sets of a zone lead within it."""

    name: str
    records: Observed[Records]
    """Those that answer it."""


def steps(held: ZoneRecords, zone: str, host: str) -> Iterator[Step]:
    """Follow the host's records, over aliases and CNAMEs, as far as they lead within their zone."""
    waiting, seen = [host], set[str]()
    while waiting and len(seen) < MOST_HOPS:
        name = waiting.pop(0)
        seen.add(name)
        records = answering(held, zone, name)
        yield Step(name=name, records=records)
        for record in records.value if isinstance(records, Known) else ():
            target = known_or(partial(led_to, record), otherwise="")
            if target and is_under(target, zone) and target not in (*seen, *waiting):
                waiting.append(target)


def way_gap(held: ZoneRecords, zone: str, host: str) -> Unknown | None:
    """Why it is not known where the host's records lead, if so: what was not read may lead anywhere."""
    return next((step.records for step in steps(held, zone, host) if isinstance(step.records, Unknown)), None)


def _gap(held: ZoneRecords, why: Unknown, name: str) -> Unknown:
    """The gap of a name: of a large zone nobody asked for it, unless a question stayed without an answer."""
    if not held.names or why.gap is not Gap.NOT_ASKED:
        return why
    detail = f"{name}: of the large zone {held.zone_id} other names were read"
    return Unknown(gap=why.gap, asked=why.asked, detail=detail)
