"""What a zone holds: the same for a zone of which some names were read as for the whole one, else unknown."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import albdoctor
from albdoctor.derive.dns.held import answering, at, exists, steps, way_gap
from albdoctor.derive.dns.zones import delegated_away
from albdoctor.facts.files import decode
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.route53 import ResourceRecordSet, ZoneRecords
from scripts.odd_values import saved
from tests.support.build_dns import record_set, records
from tests.support.named_only import named_only, with_large_zones

ZONE = "shop.example"
DOCUMENTS = saved()
OF_RECORDS = [name for name in DOCUMENTS if b'"record_sets":{"state":"known","value":[{' in DOCUMENTS[name]][::4]
LABELS = st.sampled_from(["www", "a", "b", "*", "www-a"])
NAMES = st.lists(LABELS, max_size=3).map(lambda labels: ".".join((*labels, ZONE)))
HOSTS = NAMES.filter(lambda name: "*" not in name)


@st.composite
def record_sets(draw: st.DrawFn) -> ResourceRecordSet:
    """A record set that holds an address, leads to another name, or hands on."""
    name, type_ = draw(NAMES).replace("*", "\\052"), draw(st.sampled_from(["A", "TXT", "NS", "CNAME", "alias"]))
    target = draw(NAMES)
    if type_ == "alias":
        return record_set(name, "A", alias=target)
    return record_set(name, type_, f"{target}." if type_ == "CNAME" else "192.0.2.1")


@given(st.lists(record_sets(), max_size=8), HOSTS, st.lists(NAMES, max_size=4))
def test_what_is_known_of_a_large_zone_is_so(sets: list[ResourceRecordSet], host: str, others: list[str]) -> None:
    """Nothing of the way of the host is unknown; of any other name nothing is told that is not so."""
    whole = records(*sets)
    held = named_only(whole, ZONE, host)
    assert isinstance(held.records, Unknown)
    assert way_gap(held, ZONE, host) is None
    assert [*steps(held, ZONE, host)] == [*steps(whole, ZONE, host)]
    assert delegated_away(held, ZONE, host) == delegated_away(whole, ZONE, host)
    for name in (host, *others):
        _no_other(at(held, name), at(whole, name))
        _no_other(exists(held, name), exists(whole, name))
        _no_other(answering(held, ZONE, name), answering(whole, ZONE, name))
        _no_other(delegated_away(held, ZONE, name), delegated_away(whole, ZONE, name))


def _no_other(seen: object, so: object) -> None:
    assert seen == so or (isinstance(seen, Unknown) and seen.gap is Gap.NOT_ASKED)


def test_a_zone_of_which_nothing_was_read_is_unknown() -> None:
    why = Unknown(gap=Gap.DENIED, asked="route53:ListResourceRecordSets")
    unread = ZoneRecords(zone_id="Z1", records=why)
    assert (
        at(unread, ZONE) == exists(unread, ZONE) == answering(unread, ZONE, ZONE) == way_gap(unread, ZONE, ZONE) == why
    )
    assert named_only(unread, ZONE, ZONE) == unread


READERS = {"albdoctor.derive.dns.held", "albdoctor.facts.groups"}
"""The way to a zone's record sets, and what asks whether an entry has a gap."""


def watched(entry: ZoneRecords, seen: set[str]) -> ZoneRecords:
    """The same entry; it writes down which module looks into it."""

    def look(field: str) -> property:
        inner: Any = getattr(ZoneRecords, field)

        def read(thing: ZoneRecords) -> object:
            asking = inspect.currentframe()
            assert asking is not None
            assert asking.f_back is not None
            seen.add(str(asking.f_back.f_globals["__name__"]))
            return inner.__get__(thing)

        return property(read)

    body = {"__module__": ZoneRecords.__module__, "records": look("records"), "names": look("names")}
    make: Any = type(ZoneRecords)
    made: Any = make("ZoneRecords", (ZoneRecords,), body)
    watching: ZoneRecords = made(zone_id=entry.zone_id, records=entry.records, names=entry.names)
    return watching


@pytest.mark.parametrize("large", [False, True])
def test_nobody_else_looks_into_the_record_sets_of_a_zone(large: bool) -> None:
    """All checks and the whole report, over everything that is told of records."""
    seen: set[str] = set()
    for name in OF_RECORDS:
        (facts,) = decode(DOCUMENTS[name].strip(), name)
        facts = with_large_zones(facts) if large else facts
        assert isinstance(facts.record_sets, Known)
        made = tuple(watched(entry, seen) for entry in facts.record_sets.value)
        report = albdoctor.judge(replace(facts, record_sets=Known(made)))
        assert report.to_text("en")
        assert not [check for check in report.checks if check.outcome == "crashed"]
    assert seen - READERS == set()
    assert "albdoctor.derive.dns.held" in seen
