"""Whether the real checks, run over a situation, find cause and symptom and relate them directly."""

from __future__ import annotations

from collections.abc import Iterable

from albdoctor.checkup.causes import diagnose
from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Outcome, run
from albdoctor.derive.topology import topology
from albdoctor.facts.snapshot import Facts
from tests.causes.area import Pair


def judged(facts: Facts, checks: Iterable[Check]) -> tuple[Outcome, ...]:
    """Run checks; a crash fails with its traceback."""
    outcomes = run(facts, checks)
    crashes = [outcome.crash for outcome in outcomes if outcome.crash]
    assert not crashes, crashes[0]
    return outcomes


def silent(pair: Pair, outcomes: Iterable[Outcome]) -> list[str]:
    """Which of the two checks finds nothing."""
    finding = {outcome.check.id for outcome in outcomes if outcome.findings}
    return [check_id for check_id in (pair.cause, pair.symptom) if check_id not in finding]


def unexplained(pair: Pair, facts: Facts, outcomes: Iterable[Outcome]) -> list[str]:
    """Subjects of the symptom's findings that no finding of the cause explains directly.

    Only the two checks are related, so that no third one can stand between them.
    """
    related = diagnose([one for one in outcomes if one.check.id in (pair.cause, pair.symptom)], topology(facts))
    causes = {item.fingerprint for item in related if item.check.id == pair.cause}
    return [
        str(item.finding.subject)
        for item in related
        if item.check.id == pair.symptom and causes.isdisjoint(item.explained_by)
    ]
