"""A zone that is too large to be read whole is told as any other: the same findings, verdict and exit code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

import albdoctor
from albdoctor.checkup.scene import scene_of
from albdoctor.facts.files import decode, encode
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.route53 import NamedRecords, ZoneRecords
from albdoctor.facts.snapshot import Facts
from albdoctor.merge.snapshots import merge
from albdoctor.redact.snapshot import redact
from albdoctor.report import path
from albdoctor.report.model import Report
from scripts.odd_values import saved
from tests.support.build_dns import record_set, records, zone
from tests.support.named_only import named_only, with_large_zones
from tests.support.stories import story
from tests.test_less_seen import worse

pytestmark = pytest.mark.sweep

DOCUMENTS = saved()
OF_RECORDS = [name for name in DOCUMENTS if b'"record_sets":{"state":"known","value":[{' in DOCUMENTS[name]]
SOME = OF_RECORDS[::6]
MORE = [name for name in OF_RECORDS if name not in SOME]


def told(report: Report) -> dict[str, Any]:
    """Everything but the moment."""
    said: dict[str, Any] = msgspec.to_builtins(report)
    return {key: value for key, value in said.items() if key not in ("scan", "tool")}


@pytest.mark.parametrize("name", [*SOME, *(pytest.param(name, marks=pytest.mark.sweep) for name in MORE)])
def test_the_report_is_the_same(name: str) -> None:
    (facts,) = decode(DOCUMENTS[name].strip(), name)
    large = with_large_zones(facts)
    assert large != facts
    assert told(albdoctor.judge(large)) == told(albdoctor.judge(facts))


ELSEWHERE = NamedRecords(name="elsewhere.example", exists=False)
INSTEAD = {"delegation-points-to-sibling-zone": "zone-record-missing"}
"""What is told of the same thing where nobody knows what the zone beside it holds."""


def unread(facts: Facts) -> Facts:
    """None of the zones could be read."""
    assert isinstance(facts.record_sets, Known)
    why = Unknown(gap=Gap.NOT_ASKED, asked="route53:ListResourceRecordSets", detail="taken away")
    return replace(
        facts, record_sets=Known(tuple(replace(entry, records=why, names=()) for entry in facts.record_sets.value))
    )


def less(large: Facts) -> Iterator[Facts]:
    """Each name that was read of a large zone, not read; last, none of any zone that matters."""
    assert isinstance(large.record_sets, Known)
    entries = large.record_sets.value
    for at, entry in enumerate(entries):
        for one in entry.names:
            made = replace(entry, names=tuple(other for other in entry.names if other is not one))
            yield replace(large, record_sets=Known((*entries[:at], made, *entries[at + 1 :])))
    yield replace(large, record_sets=Known(tuple(replace(entry, names=(ELSEWHERE,)) for entry in entries)))


@pytest.mark.parametrize("name", [*SOME, *(pytest.param(name, marks=pytest.mark.sweep) for name in MORE)])
def test_a_name_that_was_not_read_makes_nothing_graver(name: str) -> None:
    (facts,) = decode(DOCUMENTS[name].strip(), name)
    before = albdoctor.judge(facts)
    after = [albdoctor.judge(each) for each in less(with_large_zones(facts))]
    assert {words for report in after for words in worse(before, report, "record_sets")} == set()
    # What follows from a cause is told by itself where the cause is not seen: as without any record set.
    told_before = {one.slug for report in (before, albdoctor.judge(unread(facts))) for one in report.findings}
    told_after = {one.slug for report in after for one in report.findings}
    assert told_after - told_before <= {INSTEAD.get(slug) for slug in told_before}


OF_ZONES = ("ALB115", "ALB138", "ALB139", "ALB206", "ALB303")
"""Checks that cannot judge without what a zone holds of some name, and that some snapshot tells."""


def found_by(id_: str) -> Iterator[Facts]:
    """Snapshots in which a check finds something."""
    for name in OF_RECORDS:
        (facts,) = decode(DOCUMENTS[name].strip(), name)
        if any(one.check == id_ for one in albdoctor.judge(facts).findings):
            yield facts


@pytest.mark.parametrize("id_", OF_ZONES)
def test_without_the_names_a_check_says_that_it_does_not_know(id_: str) -> None:
    facts = next(found_by(id_))
    *_, nothing = less(with_large_zones(facts))
    (check,) = (one for one in albdoctor.judge(nothing).checks if one.check == id_)
    assert check.outcome == "skipped"
    assert {(gap.gap, gap.asked) for gap in check.gaps} == {(Gap.NOT_ASKED, "route53:ListResourceRecordSets")}


@pytest.mark.parametrize("id_", ["ALB138", "ALB139", "ALB140", "ALB143"])
def test_a_sound_site_is_not_passed_without_the_names(id_: str) -> None:
    (facts,) = decode(DOCUMENTS["healthy"].strip(), "healthy")
    large = with_large_zones(facts)
    *_, nothing = less(large)
    outcomes = [{one.check: one.outcome for one in albdoctor.judge(each).checks}[id_] for each in (large, nothing)]
    assert outcomes == ["passed", "skipped"]


def test_a_certificate_is_less_sure_without_the_names() -> None:
    """Its record is not public; whether it stands in a zone that nobody asks was not looked up."""
    facts = next(found_by("ALB202"))
    *_, nothing = less(with_large_zones(facts))
    certain = {one.certainty for one in albdoctor.judge(nothing).findings if one.slug == "acm-validation-cname-missing"}
    assert certain == {"likely"}


WWW = "www.shop.example"
HELD = named_only(records(record_set(alias="web-1.elb.amazonaws.com")), "shop.example", WWW)
LARGE = story(hosted_zones=(zone(),), record_sets=(HELD,))


def test_a_file_keeps_what_was_read() -> None:
    assert decode(encode((LARGE,)), "facts") == (LARGE,)
    whole = replace(LARGE, record_sets=Known((records(),)))
    assert b'"names":[{"name":"shop.example","exists":true' in encode((LARGE,))
    assert b'"names":[]' not in encode((whole,))  # as before there were large zones


NOT_ALIKE = "ALB124 -> "
"""Their registrable domain is one label, as no registry gives any: a redacted name has nothing in common with it."""


@pytest.mark.parametrize("name", [one for one in SOME[::4] if not one.startswith(NOT_ALIKE)])
def test_redacted_facts_are_judged_alike(name: str) -> None:
    (facts,) = decode(DOCUMENTS[name].strip(), name)
    large = with_large_zones(facts)
    seen = [[(one.slug, one.severity) for one in albdoctor.judge(each).findings] for each in (large, redact(large))]
    assert seen[0] == seen[1]
    assert isinstance(large.record_sets, Known)
    hidden = redact(large).record_sets
    assert isinstance(hidden, Known)
    assert list(map(owners, large.record_sets.value)) == list(map(owners, hidden.value))


def owners(entry: ZoneRecords) -> list[tuple[bool, int]]:
    """Of each name: whether it exists and how many record sets it has; each of them is of that name."""
    assert all(record.owner == one.name for one in entry.names for record in one.records)
    return [(one.exists, len(one.records)) for one in entry.names]


def test_of_two_shards_the_whole_zone_counts() -> None:
    whole = replace(LARGE, record_sets=Known((records(),)))
    later = replace(LARGE.scan, taken_at=LARGE.scan.taken_at + timedelta(minutes=1))
    assert merge((whole, replace(LARGE, scan=later))).record_sets == LARGE.record_sets  # it has grown since
    failed = Unknown(gap=Gap.THROTTLED, asked="route53:ListResourceRecordSets")
    assert isinstance(LARGE.record_sets, Known)
    partly = Known((replace(LARGE.record_sets.value[0], records=failed),))
    other = replace(LARGE, identities=Unknown(gap=Gap.DENIED, asked="sts:GetCallerIdentity"))
    assert merge((other, replace(other, scan=later, record_sets=partly))).record_sets == LARGE.record_sets


def test_the_path_does_not_say_none_of_what_was_not_read() -> None:
    assert isinstance(LARGE.record_sets, Known)
    apex = Known((replace(LARGE.record_sets.value[0], names=LARGE.record_sets.value[0].names[:1]),))
    scanned = replace(LARGE, scan=replace(LARGE.scan, host=WWW))
    assert _record_row(replace(scanned, record_sets=apex)).startswith("could not be seen: not-asked")
    assert _record_row(scanned) == f"none for {WWW}"


def _record_row(facts: Facts) -> str:
    return next(one.saw.en for one in path.rows(facts, scene_of(facts)) if one.label.en == "record")
