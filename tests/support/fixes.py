"""The fix of a finding as it would be printed."""

from __future__ import annotations

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import run_one
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill_script


def script_of(check: Check, facts: Facts, *, impact: str) -> str:
    """The filled script of the check's only finding, whose fix has this impact; empty: the fix is by hand."""
    outcome = run_one(facts, check)
    assert not outcome.crash, outcome.crash
    (finding,) = outcome.findings
    fix = finding.fix or check.fixes[0]
    assert fix.script or fix.by_hand
    assert fix.impact == impact
    return fill_script(fix.script, finding.values)
