"""What a domain loses when it leaves its present name servers for a hosted zone."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.derive.names import is_under
from albdoctor.facts.dns import Answer, Delegation, Record, ServedRecords
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.route53 import HostedZone, RecordSets, ResourceRecordSet

ADDRESSES = ("A", "AAAA", "CNAME")
"""Any of these answers for a name: the zone leads it somewhere else on purpose."""
KEPT = ("MX", "TXT", "CAA")
"""Of these each value counts."""


def lost(
    zone: HostedZone, served: Observed[ServedRecords], delegation: Delegation, record_sets: Observed[RecordSets]
) -> tuple[str, ...]:
    """The records that the present servers hold and the zone does not, one line each, as far as both are known."""
    if not isinstance(record_sets, Known):
        return ()
    own = next((entry.records for entry in record_sets.value if entry.zone_id == zone.id), None)
    if not isinstance(own, Known):
        return ()
    answers = served.value.answers if isinstance(served, Known) else ()
    records = (*(record for answer in answers for record in _answered(answer)), *_delegated(zone.name, delegation))
    lines = (f"{one.name} {one.type} {one.data}" for one in records if not _holds(own.value, one))
    return tuple(dict.fromkeys(lines))


def _delegated(domain: str, delegation: Delegation) -> Iterator[Record]:
    """What leads from the domain's servers to zones below it: their name servers, DS records, and glue.

    As far as the walk to the scanned host found them: nobody can list the others from outside.
    """
    for cut in delegation.cuts:
        if cut.parent_zone != domain:
            continue
        for server in cut.nameservers:
            yield Record(name=cut.zone, type="NS", ttl=cut.ttl, data=server.name)
        for ds in cut.ds:
            yield Record(name=cut.zone, type="DS", ttl=cut.ttl, data=ds)
        for server in cut.nameservers:
            for address in server.addresses if is_under(server.name, cut.zone) else ():
                yield Record(name=server.name, type="AAAA" if ":" in address else "A", ttl=cut.ttl, data=address)


def _answered(answer: Answer) -> Iterator[Record]:
    """The records of the name itself: what a CNAME leads to is its own zone's matter."""
    return (one for one in answer.records if one.name == answer.question and one.type in (*ADDRESSES, *KEPT))


def _holds(records: tuple[ResourceRecordSet, ...], record: Record) -> bool:
    exact = [one for one in records if one.owner == record.name]
    wild = f"*.{record.name.partition('.')[2]}"
    here = exact or [one for one in records if one.owner == wild]
    if record.type in ADDRESSES:
        return any(one.type in ADDRESSES for one in here)
    values = (value for one in here if one.type == record.type for value in one.values)
    return _plain(record.data, record.type) in {_plain(value, record.type) for value in values}


def _plain(value: str, type_: str) -> str:
    """One way of writing a value: Route 53 keeps the final dot of a name and the spaces as typed."""
    words = " ".join(value.split())
    return words.lower().rstrip(".") if type_ in ("MX", "NS", "DS") else words
