"""A zone that is known as a whole, as a scan would read it if it were too large for that."""

from __future__ import annotations

import asyncio
from functools import partial

from msgspec.structs import replace

from albdoctor.collect.aws.zone_records import TOO_LARGE, read_on
from albdoctor.derive.dns import wanted
from albdoctor.derive.dns.compared import compared_names
from albdoctor.derive.dns.held import at, exists
from albdoctor.facts.known import Known, needed
from albdoctor.facts.route53 import NamedRecords, ZoneRecords
from albdoctor.facts.snapshot import Facts


def named_only(whole: ZoneRecords, zone: str, host: str, more: tuple[str, ...] = ()) -> ZoneRecords:
    """The names that a scan of a host asks for, then these; a zone that is not known stays as it is."""
    if not isinstance(whole.records, Known):
        return whole

    async def read(name: str) -> NamedRecords:
        return NamedRecords(name=name, exists=needed(exists(whole, name)), records=needed(at(whole, name)))

    async def every() -> ZoneRecords:
        begun = ZoneRecords(zone_id=whole.zone_id, records=TOO_LARGE, names=(await read(zone),))
        held = await read_on(begun, partial(wanted.of_host, zone=zone, host=host), read)
        return await read_on(held, partial(wanted.of_names, names=more), read)

    return asyncio.run(every())


def with_large_zones(facts: Facts) -> Facts:
    """The snapshot, had each of its zones been too large."""
    if not isinstance(facts.record_sets, Known) or not isinstance(facts.hosted_zones, Known):
        return facts
    zones = {zone.id: zone for zone in facts.hosted_zones.value}
    scan, groups = facts.scan, (facts.certificates, facts.served_records, facts.delegation)
    made = tuple(
        named_only(
            entry,
            zones[entry.zone_id].name,
            scan.host,
            compared_names(zones[entry.zone_id], scan.registrable, *groups),
        )
        for entry in facts.record_sets.value
        if entry.zone_id in zones
    )
    return replace(facts, record_sets=Known(made))
