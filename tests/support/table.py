"""Runs one check over one snapshot and writes the whole result down, so that a test compares all of it."""

from __future__ import annotations

from collections import Counter

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Outcome, Result, run_one
from albdoctor.checkup.fix import Fix
from albdoctor.facts.snapshot import Facts
from albdoctor.redact.snapshot import redact
from albdoctor.text import Value, Values, fill, fill_cloudformation, fill_script, fill_terraform


def result_of(check: Check, facts: Facts) -> Result:
    """How the check ends; a crash raises with its traceback."""
    outcome = run_one(facts, check)
    assert not outcome.crash, outcome.crash
    return outcome.result


def told(check: Check, facts: Facts) -> list[str]:
    """Every finding of the check as lines: how bad, how sure, about what (and its key), the message; evidence; the fix.

    The redacted snapshot must be judged the same. Also fills every text of the finding and its fix in both
    languages, so that no placeholder is left without a value.
    """
    outcome = run_one(facts, check)
    assert not outcome.crash, outcome.crash
    assert _shape(run_one(redact(facts), check)) == _shape(outcome), "--redact changes what the check says"
    lines: list[str] = []
    for finding in outcome.findings:
        fix = finding.fix or check.fixes[0]
        _fill_all(check, fix, dict(finding.values))
        key = f" [{finding.key}]" if finding.key else ""
        message = fill(check.message.en, finding.values)
        lines.append(f"{finding.severity or check.severity} {finding.certainty} {finding.subject}{key}: {message}")
        lines.extend(f"  {seen.asked.en} -> {seen.saw.en}" for seen in finding.evidence)
        lines.append(fix_line(fix, finding.values))
    return lines


def fix_line(fix: Fix, values: Values) -> str:
    """The fix as one line: whether a script does it, what users feel meanwhile, and its summary."""
    return f"  fix[{'script' if fix.script else 'by hand'}, {fix.impact}]: {fill(fix.summary.en, values)}"


def _fill_all(check: Check, fix: Fix, values: dict[str, Value]) -> None:
    hand = (fix.by_hand,) if fix.by_hand else ()
    for text in (check.message, check.why, fix.summary, *fix.effects_for(values), *fix.console, *hand):
        fill(text.en, values)
        fill(text.ko, values, "ko")
    for script in (fix.script, fix.verify):
        fill_script(script, values)
    fill_terraform(fix.terraform, values)
    fill_cloudformation(fix.cloudformation, values)


def _shape(outcome: Outcome) -> tuple[object, ...]:
    """All of an outcome but the names in it."""
    findings = Counter(
        (one.subject.kind, one.certainty, one.severity, len(one.evidence), len(one.alternatives), tuple(one.values))
        for one in outcome.findings
    )
    return outcome.result, outcome.crash, findings, [gap.gap for gap in outcome.gaps], outcome.judged
