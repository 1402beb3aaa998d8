"""Set-ups put together from others at random: sound is what was served, exit 1 is for the way, less is worse."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from albdoctor.api import judge, load_facts
from albdoctor.checkup.engine import Result
from albdoctor.checkup.finding import ERROR, Severity
from albdoctor.derive.request.outcome import Came
from albdoctor.derive.request.place import Place
from albdoctor.exits import Exit
from albdoctor.facts.known import Known
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Tcp
from albdoctor.report.model import FindingReport, Report
from tests.support.build_served import answering, got, shut

pytestmark = pytest.mark.sweep

CASES = {path.stem: load_facts(path) for path in sorted((Path(__file__).parent / "cases").glob("*.json"))}
GROUPS = (
    "probes",
    "host_answers",
    "target_groups",
    "groups_health",
    "listeners",
    "rules",
    "load_balancers",
    "security_groups",
    "route_tables",
    "network_acls",
    "subnets",
    "metrics",
    "record_sets",
    "certificates",
)
"""What one set-up takes from another."""


NAMES = st.sampled_from(sorted(CASES))
TAKEN = st.dictionaries(st.sampled_from(GROUPS), NAMES, max_size=3)


def put_together(name: str, taken: dict[str, str]) -> Facts:
    """One set-up, some groups of which are another's."""
    return replace(CASES[name], **{group: getattr(CASES[other], group) for group, other in taken.items()})


FAILING = {
    "refused": shut(Tcp.REFUSED),
    "silent": shut(Tcp.SILENT),
    "502": answering(got(502, by_balancer=True)),
    "500": answering(got(500, server="nginx")),
    "timeout": answering(got(None, failure="timeout")),
}


def _by_account(report: Report) -> bool:
    return "by the load balancer's own account" in report.request.sentence


def _on_the_way(report: Report) -> list[FindingReport]:
    return [one for one in report.findings if one.place is Place.ON_THE_WAY]


@given(NAMES, TAKEN)
def test_a_set_up_that_nobody_thought_of(name: str, taken: dict[str, str]) -> None:
    report = judge(put_together(name, taken))
    assert [check.slug for check in report.checks if check.outcome is Result.CRASHED] == []
    came = {one.outcome for one in report.request.answers}
    if report.verdict == "sound":
        assert came == {Came.SERVED} or _by_account(report)
    if report.exit_code == Exit.FINDINGS:
        assert any(one.severity is ERROR for one in _on_the_way(report))
    assert [one.slug for one in report.findings if one.is_beside and one.severity is not Severity.INFO] == []
    if came - {Came.SERVED, Came.NOT_SEEN}:
        assert _on_the_way(report), "whatever fails, something says so"


@given(NAMES, TAKEN, st.sampled_from(sorted(FAILING)), st.booleans())
def test_with_one_address_less_it_is_broken(name: str, taken: dict[str, str], how: str, last: bool) -> None:
    facts = put_together(name, taken)
    before = judge(facts)
    served = [one.address for one in before.request.answers if one.outcome is Came.SERVED]
    if not served or not isinstance(facts.probes, Known):
        return
    address = served[-1 if last else 0]
    probes = tuple(
        replace(FAILING[how], address=address) if one.address == address else one
        for one in facts.probes.value.addresses
    )
    after = judge(replace(facts, probes=Known(replace(facts.probes.value, addresses=probes))))
    assert (after.verdict, after.exit_code) == ("broken", Exit.FINDINGS)
    worse = {(one.check, one.subject): one.severity for one in before.findings if one.severity is ERROR}
    told = {(one.check, one.subject): one.severity for one in after.findings}
    assert [name for name in worse if name in told and told[name] is not ERROR] == []


def test_the_set_ups_are_many() -> None:
    assert len(CASES) > 30
    assert {judge(facts).verdict for facts in CASES.values()} >= {"sound", "at-risk", "broken"}
