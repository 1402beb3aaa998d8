"""Snapshots of what the lab cannot make: judged as `scan --facts` judges them, the whole result compared.

`NAME.json` is a facts file cut down to what matters, `NAME.txt` what must be told of it. `HELD` says why it is not in
the lab; every check that no scenario expects has to be found in one of these.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from albdoctor import api
from albdoctor.checkup import registry
from albdoctor.facts.files import decode
from albdoctor.lab.scenarios import SCENARIOS
from albdoctor.report.model import FindingReport, Report

HERE = Path(__file__).parent
HELD = {
    "network-load-balancer": "in the lab a Network Load Balancer always has a load balancer behind it",
    "group-without-rule": "a group that nothing forwards to hangs on no load balancer: moto unties it at once",
    "many-502-counted": "the lab's visitors are few: nobody waits for a hundred errors",
    "keep-alive-race": "the lab's load balancer opens a connection for each request: no idle one is ever closed",
    "name-missing": "in the lab the account is always seen: here nothing but DNS is known, at another provider",
    "login-cannot-reach-its-provider": "the lab's load balancer logs nobody in",
    "old-server-answers": "in the lab servers outside AWS speak plain HTTP alone",
    "first-health-checks": "the lab's health checks are done when they are asked for: no target is ever in its first",
    "secondary-out-of-date": "the lab's servers of one zone all read the same state",
    "port-53-intercepted": "nothing stands between the lab's root servers and a scan",
    "status-check-failed": "in the lab every instance passes EC2's status checks",
    "no-route-to-on-premises": "in the lab every target is in the VPC",
}
NEITHER: dict[str, str] = {}
"""Checks that neither a scenario nor a recording shows, by slug, each with the reason: none."""


def judged(name: str) -> Report:
    """The report of a recording."""
    (facts,) = decode((HERE / f"{name}.json").read_bytes(), name)
    return api.judge(facts)


def told(report: Report) -> str:
    """All that a report says but the time and what is in order: the verdict, and every finding."""
    lines = [f"{report.verdict}, exit {report.exit_code}: {report.exit_reason}"]
    for finding in report.findings:
        lines += told_of(finding)
    return "".join(f"{line}\n" for line in lines)


def told_of(finding: FindingReport) -> list[str]:
    """A finding as lines."""
    rank = "cause" if finding.root_cause else "explained"
    fix = finding.fix
    return [
        f"{finding.severity} {finding.certainty} {rank} {finding.slug} {finding.subject.kind}/{finding.subject.id}",
        f"  {finding.message}",
        *(f"  {seen.asked} -> {seen.saw}" for seen in finding.evidence),
        f"  fix[{'script' if fix.script else 'by hand'}, {fix.impact}]: {fix.summary}",
    ]


@pytest.mark.parametrize("name", HELD)
def test_a_recording_is_told_whole(name: str) -> None:
    assert told(judged(name)) == (HERE / f"{name}.txt").read_text(encoding="utf-8")


def test_every_recording_is_held_for_a_reason() -> None:
    assert {path.stem for path in HERE.glob("*.json")} == {path.stem for path in HERE.glob("*.txt")} == set(HELD)


def test_every_check_is_shown_by_a_scenario_or_a_recording() -> None:
    staged = {one.slug for scenario in SCENARIOS for one in scenario.expected}
    recorded = {finding.slug for name in HELD for finding in judged(name).findings}
    assert {check.slug for check in registry.load()} - staged - recorded == set(NEITHER)
