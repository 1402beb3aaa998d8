"""The fix of a finding as it would be printed."""

from __future__ import annotations

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import run_one
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill, fill_script


def script_of(check: Check, facts: Facts, *, impact: str) -> str:
    """The filled script of the check's only finding, whose fix has this impact; empty: the fix is by hand."""
    outcome = run_one(facts, check)
    assert not outcome.crash, outcome.crash
    (finding,) = outcome.findings
    fix = finding.fix or check.fixes[0]
    assert fix.script or fix.by_hand
    assert fix.impact == impact
    return fill_script(fix.script, finding.values)


def by_hand_of(check: Check, facts: Facts, *, impact: str) -> str:
    """The English words of the check's only finding, whose fix is by hand."""
    assert script_of(check, facts, impact=impact) == ""
    (finding,) = run_one(facts, check).findings
    fix = finding.fix or check.fixes[0]
    assert fix.by_hand is not None
    return fill(fix.by_hand.en, finding.values)
