"""Runs checks over a snapshot: each ends as passed, found, empty, skipped or crashed."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import cast

from msgspec import Struct

from albdoctor.checkup.check import Check
from albdoctor.checkup.finding import Finding, Fine
from albdoctor.checkup.judging import verdicts_of
from albdoctor.derive.once import one_judgement
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.snapshot import Facts, Scan


class Result(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FOUND = "found"
    EMPTY = "empty"
    """There was nothing to judge."""
    SKIPPED = "skipped"
    """It could not judge, or not all of it; the gaps say why."""
    CRASHED = "crashed"


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one check."""

    check: Check
    result: Result
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Unknown, ...] = ()
    """Also beside findings: what could not be judged."""
    missed: tuple[Unknown, ...] = ()
    """What would have helped and could not be seen; unlike `gaps` it changes neither the result nor the exit code."""
    judged: int = 0
    """How many things were found in order."""
    crash: str = ""
    """The traceback of a crashed check."""


def run(facts: Facts, checks: Iterable[Check]) -> tuple[Outcome, ...]:
    """Run every check; one that crashes does not stop the others."""
    with one_judgement():
        return tuple(run_one(facts, check) for check in checks)


def run_one(facts: Facts, check: Check) -> Outcome:
    """Run one check. A needed group that is `Unknown` skips it: it never sees the group."""
    arguments: dict[str, object] = {}
    missing: list[Unknown] = []
    missed: list[Unknown] = []
    for need in check.needs:
        value = cast("Scan | Observed[object]", getattr(facts, need.group))
        if isinstance(value, Scan) or need.optional:
            arguments[need.parameter] = value
            # What nobody asked for, the user chose to leave out: naming it in every report would be noise.
            if isinstance(value, Unknown) and value.gap is not Gap.NOT_ASKED:
                missed.append(value)
        elif isinstance(value, Known):
            arguments[need.parameter] = value.value
        else:
            missing.append(value)
    if missing:
        return Outcome(check=check, result=Result.SKIPPED, gaps=_once(missing), missed=_once(missed, missing))
    try:
        told = verdicts_of(check, arguments)
    except Exception:  # noqa: BLE001 - a crash is an outcome, so that the other checks go on
        return Outcome(check=check, result=Result.CRASHED, crash=traceback.format_exc())
    verdicts = told.verdicts
    missed += told.missed
    findings = tuple(verdict for verdict in verdicts if isinstance(verdict, Finding))
    gaps = _once(verdict for verdict in verdicts if isinstance(verdict, Unknown))
    judged = sum(isinstance(verdict, Fine) for verdict in verdicts)
    return Outcome(
        check=check,
        result=_result(findings, gaps, judged),
        findings=findings,
        gaps=gaps,
        missed=_once(missed, gaps),
        judged=judged,
    )


def _result(findings: tuple[Finding, ...], gaps: tuple[Unknown, ...], judged: int) -> Result:
    if findings:
        return Result.FOUND
    if gaps:
        return Result.SKIPPED
    return Result.PASSED if judged else Result.EMPTY


def _once(gaps: Iterable[Unknown], told: Collection[Unknown] = ()) -> tuple[Unknown, ...]:
    return tuple(gap for gap in dict.fromkeys(gaps) if gap not in told)
