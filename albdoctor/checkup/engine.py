"""Runs checks over a snapshot: each ends as passed, found, empty, skipped or crashed."""

from __future__ import annotations

import reprlib
import traceback
from collections.abc import Collection, Iterable, Mapping
from contextlib import nullcontext
from enum import StrEnum

from msgspec import Struct

from albdoctor.checkup.check import Check
from albdoctor.checkup.deadline import within
from albdoctor.checkup.declared import is_a, lacking, wrong_member
from albdoctor.checkup.finding import Finding, Fine, Severity
from albdoctor.checkup.foreign import SECONDS, contained, is_ours
from albdoctor.checkup.judgement import Judgement
from albdoctor.checkup.judging import Judged, judged
from albdoctor.derive.once import one_judgement
from albdoctor.errors import BadCheckError
from albdoctor.facts.known import Unknown
from albdoctor.facts.snapshot import Facts


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


def run(facts: Facts, checks: Iterable[Check], judgement: Judgement | None = None) -> tuple[Outcome, ...]:
    """Run every check; one that crashes does not stop the others. The judgement keeps what was derived."""
    judgement = judgement or Judgement(facts)
    with one_judgement():
        return tuple(_run(judgement, check) for check in checks)


def run_one(facts: Facts, check: Check) -> Outcome:
    """Run one check alone."""
    return _run(Judgement(facts), check)


def _run(judgement: Judgement, check: Check) -> Outcome:
    """What it cannot do without and nobody knows skips a check: it never sees an `Unknown`."""
    try:
        with contained():
            return _judged(judgement, check)
    except Exception:  # noqa: BLE001 - a crash is an outcome, so that the other checks go on
        return Outcome(check=check, result=Result.CRASHED, crash=traceback.format_exc())


def _judged(judgement: Judgement, check: Check) -> Outcome:
    wanted = judgement.arguments(check.wants)
    if wanted.lacks or wanted.idle:
        lacks = _once(wanted.lacks)
        missed = _once((*wanted.missed, *wanted.idle), lacks)
        return Outcome(check=check, result=Result.SKIPPED, gaps=lacks, missed=missed)
    with nullcontext() if is_ours(check.judge) else within(SECONDS):
        told = _told(check, wanted.values)
    findings = tuple(verdict for verdict in told.things if isinstance(verdict, Finding))
    own = (verdict for verdict in (*told.things, told.lack) if isinstance(verdict, Unknown))
    gaps = _once((*wanted.gaps, *own))
    in_order = sum(isinstance(verdict, Fine) for verdict in told.things)
    return Outcome(
        check=check,
        result=_result(findings, gaps, in_order),
        findings=findings,
        gaps=gaps,
        missed=_once((*wanted.missed, *told.missed), gaps),
        judged=in_order,
    )


def _told(check: Check, values: Mapping[str, object]) -> Judged:
    """What it yields, each as it must be."""
    told = judged(check, check.wants, values)
    for thing in told.things:
        if not isinstance(thing, Finding | Fine | Unknown):
            raise BadCheckError(f"{check.id} yields {reprlib.repr(thing)}, which is no finding, no `fine` and no gap")
        if isinstance(thing, Finding):
            _can_be_told(check, thing)
    return told


def _can_be_told(check: Check, finding: Finding) -> None:
    """Refuse a finding that no report could write: each of its words needs a value."""
    if not is_a(finding.severity, Severity | None):
        raise BadCheckError(f"{check.id}: {finding.severity!r} is no severity")
    wrong = wrong_member(finding)
    if wrong:
        raise BadCheckError(f"{check.id} yields a finding with a wrong member: {wrong}")
    fix = finding.fix or check.fixes[0]
    if (fix.tells or fix) not in check.fixes:
        raise BadCheckError(f"{check.id} hands out a fix that it does not declare: {fix.summary.en!r}")
    without = lacking(check, fix, finding.values)
    if without:
        raise BadCheckError(f"{check.id} has no value for {', '.join(sorted(without))}")


def _result(findings: tuple[Finding, ...], gaps: tuple[Unknown, ...], judged: int) -> Result:
    if findings:
        return Result.FOUND
    if gaps:
        return Result.SKIPPED
    return Result.PASSED if judged else Result.EMPTY


def _once(gaps: Iterable[Unknown], told: Collection[Unknown] = ()) -> tuple[Unknown, ...]:
    return tuple(gap for gap in dict.fromkeys(gaps) if gap not in told)
