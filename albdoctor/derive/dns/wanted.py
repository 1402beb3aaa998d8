"""Which names of a large zone a scan asks for: those that its readers ask about, found from what was read so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from albdoctor.derive.dns.held import answering, answering_name, at, steps
from albdoctor.derive.names import ancestors
from albdoctor.facts.known import Known, Unknown
from albdoctor.facts.route53 import ZoneRecords


def of_host(held: ZoneRecords, zone: str, host: str) -> tuple[str, ...]:
    """The host, what lies above it, and each name that its records lead to within the zone; only what is not read.

    Where nothing answers, also the name that a console makes of one typed in full.
    """
    return _unread(held, _of_host(held, zone, host))


def of_names(held: ZoneRecords, names: Iterable[str]) -> tuple[str, ...]:
    """These names; for one that holds nothing, the wildcard beside it; only what is not read."""
    each = tuple(names)
    empty = (name for name in each if at(held, name) == Known(()))
    return _unread(held, (*each, *(beside(name) for name in empty)))


def beside(name: str) -> str:
    """The wildcard of the names that have the same parent."""
    return f"*.{name.partition('.')[2]}"


def _of_host(held: ZoneRecords, zone: str, host: str) -> Iterator[str]:
    for step in steps(held, zone, host):
        yield from ancestors(step.name, zone)
        owner = answering_name(held, zone, step.name)
        if isinstance(owner, Known):
            yield owner.value
    if answering(held, zone, host) == Known(()):
        yield f"{host}.{zone}"


def _unread(held: ZoneRecords, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(names) if isinstance(at(held, name), Unknown))
