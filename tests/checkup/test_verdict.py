"""The verdict and the exit code."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from albdoctor.checkup import ERROR, INFO, WARNING, Severity
from albdoctor.checkup.causes import diagnose
from albdoctor.checkup.engine import Outcome, run
from albdoctor.checkup.verdict import FailOn, exit_code, verdict
from albdoctor.derive.topology import topology
from albdoctor.exits import Exit
from albdoctor.facts.snapshot import Facts
from tests.support.build import facts
from tests.support.stories import DENIED, make, story

SOUND, ILL, BLIND = story("healthy"), story("unhealthy"), facts()


def _outcomes(snapshot: Facts, severity: Severity) -> tuple[Outcome, ...]:
    return run(snapshot, [make("TST401", "ill", severity=severity)])


@pytest.mark.parametrize(
    ("snapshot", "severity", "word"),
    [
        (ILL, ERROR, "broken"),
        (ILL, WARNING, "at-risk"),
        (ILL, INFO, "sound"),
        (SOUND, ERROR, "sound"),
        (BLIND, ERROR, "unknown"),
    ],
)
def test_verdict(snapshot: Facts, severity: Severity, word: str) -> None:
    outcomes = _outcomes(snapshot, severity)
    assert verdict(diagnose(outcomes, topology(snapshot)), outcomes) == word


@pytest.mark.parametrize(
    ("snapshot", "severity", "fail_on", "allow_gaps", "code"),
    [
        (ILL, ERROR, "error", False, Exit.FINDINGS),
        (ILL, WARNING, "error", False, Exit.SOUND),
        (ILL, WARNING, "warning", False, Exit.FINDINGS),
        (ILL, INFO, "info", False, Exit.FINDINGS),
        (ILL, ERROR, "never", False, Exit.SOUND),
        (SOUND, ERROR, "info", False, Exit.SOUND),
        (BLIND, ERROR, "error", False, Exit.GAPS),
        (BLIND, ERROR, "error", True, Exit.SOUND),
        (BLIND, ERROR, "never", False, Exit.GAPS),
    ],
)
def test_exit_code(snapshot: Facts, severity: Severity, fail_on: FailOn, allow_gaps: bool, code: Exit) -> None:
    outcomes = _outcomes(snapshot, severity)
    assert exit_code(diagnose(outcomes, topology(snapshot)), outcomes, fail_on, allow_gaps) is code


def test_a_crashed_check_leaves_a_gap() -> None:
    strict_zip_fails = facts(target_groups=ILL.target_groups, groups_health=())
    outcomes = _outcomes(strict_zip_fails, ERROR)
    assert exit_code((), outcomes, "error", allow_gaps=False) is Exit.GAPS


def test_what_would_only_have_helped_leaves_no_gap() -> None:
    (outcome,) = _outcomes(SOUND, ERROR)
    without = (replace(outcome, missed=(DENIED,)),)
    assert (verdict((), without), exit_code((), without, "error", allow_gaps=False)) == ("sound", Exit.SOUND)
