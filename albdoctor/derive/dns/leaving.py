"""What a domain loses when it leaves its present name servers for a hosted zone."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from albdoctor.derive.dns.held import at, held_in, unread
from albdoctor.derive.dns.wanted import beside
from albdoctor.derive.names import is_under
from albdoctor.facts.dns import Answer, Delegation, Record, ServedRecords
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.route53 import HostedZone, RecordSets, ZoneRecords

ADDRESSES = ("A", "AAAA", "CNAME")
"""Any of these answers for a name: the zone leads it somewhere else on purpose."""
KEPT = ("MX", "TXT", "CAA")
"""Of these each value counts."""


class Leaving(Struct, frozen=True, kw_only=True):
    """What the present servers hold, one line for each record, as far as it is known."""

    lost: tuple[str, ...] = ()
    """Not in the zone."""
    unread: tuple[str, ...] = ()
    """Of names that were not read of a large zone: nobody looked whether it has them."""


def leaving(
    zone: HostedZone, served: Observed[ServedRecords], delegation: Delegation, record_sets: Observed[RecordSets]
) -> Leaving:
    """Compare what the present servers hold with the zone; a zone that could not be read at all tells nothing."""
    held = held_in(record_sets.value, zone) if isinstance(record_sets, Known) else None
    if held is None or unread(held):
        return Leaving()
    records = _present(zone.name, served, delegation)
    lines = {f"{one.name} {one.type} {one.data}": _holds(held, one) for one in records}
    return Leaving(
        lost=tuple(line for line, has in lines.items() if has == Known(False)),
        unread=tuple(line for line, has in lines.items() if isinstance(has, Unknown)),
    )


def names_compared(domain: str, served: Observed[ServedRecords], delegation: Delegation) -> tuple[str, ...]:
    """The names that `leaving` asks a domain's zone about."""
    return tuple(dict.fromkeys(one.name for one in _present(domain, served, delegation)))


def _present(domain: str, served: Observed[ServedRecords], delegation: Delegation) -> Iterator[Record]:
    """What the present servers hold, as far as it is known."""
    for answer in served.value.answers if isinstance(served, Known) else ():
        yield from _answered(answer)
    yield from _delegated(domain, delegation)


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


def _holds(held: ZoneRecords, record: Record) -> Observed[bool]:
    exact = at(held, record.name)
    wild = at(held, beside(record.name))
    here = exact if isinstance(exact, Unknown) or exact.value else wild
    if isinstance(here, Unknown):
        return here
    if record.type in ADDRESSES:
        return Known(any(one.type in ADDRESSES for one in here.value))
    values = (value for one in here.value if one.type == record.type for value in one.values)
    return Known(_plain(record.data, record.type) in {_plain(value, record.type) for value in values})


def _plain(value: str, type_: str) -> str:
    """One way of writing a value: Route 53 keeps the final dot of a name and the spaces as typed."""
    words = " ".join(value.split())
    return words.lower().rstrip(".") if type_ in ("MX", "NS", "DS") else words
