"""`--redact`: facts without saying whose, and the user's suppressions and baseline, which name the originals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import run
from albdoctor.checkup.finding import Finding
from albdoctor.checkup.suppressions import Suppression
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.survey import Surveyed
from albdoctor.policy import Policy
from albdoctor.redact.snapshot import redact_all

Pair = tuple[Check, Finding, Finding]
"""A check, what it found in the originals, and the same finding about the redacted facts."""


def redacted(seen: tuple[Facts, ...], policy: Policy) -> tuple[tuple[Facts, ...], Policy]:
    """Redact snapshots, and make what was suppressed or known in the originals so in the redacted ones."""
    made = redact_all(seen)
    pairs = tuple(pair for one, other in zip(seen, made, strict=True) for pair in _pairs(one, other, policy))
    known = {other.fingerprint(check.id) for check, one, other in pairs if one.fingerprint(check.id) in policy.baseline}
    today = max(facts.scan.taken_at for facts in seen).date()
    return made, replace(
        policy,
        suppressions=tuple(new for old in policy.suppressions for new in _suppressions(old, pairs, today)),
        baseline=policy.baseline | known,  # an earlier redacted report may have been the baseline
        config_file=Path(policy.config_file).name,
    )


def redacted_all(
    seen: tuple[Facts, ...], surveys: tuple[Surveyed, ...], policy: Policy
) -> tuple[tuple[Facts, ...], tuple[Surveyed, ...], Policy]:
    """Redact what scans of everything saw, if anything; a survey does not say any more of which accounts it was."""
    made, policy = redacted(seen, policy) if seen else (seen, policy)
    return made, tuple(map(_anonymous, surveys)), policy


def _anonymous(survey: Surveyed) -> Surveyed:
    return replace(survey, accounts=(), gaps=tuple(replace(gap, detail="") for gap in survey.gaps))


def _pairs(facts: Facts, made: Facts, policy: Policy) -> Iterator[Pair]:
    """Findings come in the same order from the originals and from the redacted facts: judging them is the same."""
    checks = policy.checks()
    for one, other in zip(run(facts, checks), run(made, checks), strict=True):
        yield from ((one.check, old, new) for old, new in zip(one.findings, other.findings, strict=True))


def _suppressions(old: Suppression, pairs: tuple[Pair, ...], today: date) -> Iterator[Suppression]:
    subjects = dict.fromkeys(str(new.subject) for check, found, new in pairs if old.covers(check, found))
    if old.until is not None and old.until < today:
        # it holds nothing back any more; that it ended is told once
        subject = old.subject if old.subject == "*" else next(iter(subjects), "redacted")
        yield replace(old, subject=subject, reason="redacted")
        return
    yield from (replace(old, subject=subject, reason="redacted") for subject in subjects)
