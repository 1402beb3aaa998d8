"""Suppressions: findings that somebody decided to live with, until a date; and the baseline of an earlier report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Outcome, Result
from albdoctor.checkup.finding import Finding, found, saw
from albdoctor.checkup.own import SUPPRESSION_EXPIRED
from albdoctor.facts.known import Kind, Ref


class Suppression(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[suppress]]` table of albdoctor.toml."""

    check: str
    """Id or slug."""
    reason: str
    subject: str = "*"
    """kind/id of the subject, as the report shows it; `*` and `?` are wildcards."""
    until: date | None = None
    """The last day on which it holds."""

    def covers(self, check: Check, finding: Finding) -> bool:
        """Whether it is about this finding."""
        return self.check in (check.id, check.slug) and fnmatchcase(str(finding.subject), self.subject)


class Suppressed(Struct, frozen=True, kw_only=True):
    """What was left out of the findings."""

    check: Check
    finding: Finding
    reason: str


def apply(
    outcomes: Iterable[Outcome],
    suppressions: Iterable[Suppression],
    baseline: frozenset[str],
    today: date,
    file: str,
) -> tuple[tuple[Outcome, ...], tuple[Suppressed, ...]]:
    """Take suppressed and known findings out; each suppression past its date becomes a finding of its own."""
    rules = tuple(suppressions)
    holding = [rule for rule in rules if rule.until is None or rule.until >= today]
    kept: list[Outcome] = []
    left_out: list[Suppressed] = []
    for outcome in outcomes:
        stay: list[Finding] = []
        for finding in outcome.findings:
            reason = _reason(outcome.check, finding, holding, baseline)
            if reason is None:
                stay.append(finding)
            else:
                left_out.append(Suppressed(check=outcome.check, finding=finding, reason=reason))
        kept.append(replace(outcome, findings=tuple(stay)))
    expired = [rule for rule in rules if rule not in holding]
    if expired:
        findings = tuple(_expired(rule, file) for rule in expired)
        kept.append(Outcome(check=SUPPRESSION_EXPIRED, result=Result.FOUND, findings=findings))
    return tuple(kept), tuple(left_out)


def _reason(check: Check, finding: Finding, rules: list[Suppression], baseline: frozenset[str]) -> str | None:
    for rule in rules:
        if rule.covers(check, finding):
            return rule.reason
    return "baseline" if finding.fingerprint(check.id) in baseline else None


def _expired(rule: Suppression, file: str) -> Finding:
    until = str(rule.until)
    return found(
        Ref(Kind.SCAN, f"{rule.check}@{rule.subject}"),
        saw(file, f"until = {until}"),
        key=until,
        check=rule.check,
        subject=rule.subject,
        until=until,
        file=file,
    )
