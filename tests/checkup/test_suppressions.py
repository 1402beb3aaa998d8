"""Suppressions and the baseline."""

from __future__ import annotations

from datetime import date

import pytest

from albdoctor.checkup.engine import Outcome, Result, run
from albdoctor.checkup.suppressions import Suppression, apply
from tests.support.build import GROUP_ARN
from tests.support.stories import DENIED, make, story

TODAY = date(2026, 11, 22)


def _left(rules: list[Suppression], baseline: frozenset[str] = frozenset()) -> tuple[list[str], list[str]]:
    outcomes, suppressed = apply(run(story(), [make("TST401", "ill")]), rules, baseline, TODAY, "albdoctor.toml")
    return _found(outcomes), [f"{item.check.slug}: {item.reason}" for item in suppressed]


def _found(outcomes: tuple[Outcome, ...]) -> list[str]:
    return [f"{outcome.check.slug} {finding.subject.kind}" for outcome in outcomes for finding in outcome.findings]


@pytest.mark.parametrize("subject", ["*", f"target-group/{GROUP_ARN}", "target-group/*web-http/*"])
def test_a_suppression_hides_its_subject(subject: str) -> None:
    rule = Suppression(check="ill", subject=subject, reason="known", until=TODAY)
    assert _left([rule]) == ([], ["ill: known"])


@pytest.mark.parametrize(
    "rule", [Suppression(check="ill", subject="listener/*", reason="x"), Suppression(check="TST4", reason="x")]
)
def test_another_subject_or_check_is_not_hidden(rule: Suppression) -> None:
    assert _left([rule]) == (["ill target-group"], [])


def test_a_suppression_past_its_date_hides_nothing_and_is_told() -> None:
    rule = Suppression(check="TST401", reason="x", until=date(2026, 11, 21))
    assert _left([rule]) == (["ill target-group", "suppression-expired scan"], [])


def test_the_baseline_hides_what_is_known_already() -> None:
    (outcome,) = run(story(), [make("TST401", "ill")])
    known = frozenset(finding.fingerprint("TST401") for finding in outcome.findings)
    assert _left([], known) == ([], ["ill: baseline"])


def test_what_an_outcome_tells_beside_its_findings_stays() -> None:
    outcome = Outcome(check=make("TST401", "ill"), result=Result.SKIPPED, gaps=(DENIED,), missed=(DENIED,), judged=2)
    assert apply([outcome], [], frozenset(), TODAY, "albdoctor.toml") == ((outcome,), ())
