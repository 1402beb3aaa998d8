"""Which finding follows from which: the root cause graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Outcome, Result
from albdoctor.checkup.finding import Certainty, Finding, Severity
from albdoctor.derive.topology import Topology
from albdoctor.facts.known import Ref


class Diagnosed(Struct, frozen=True, kw_only=True, dict=True):
    """A finding in its place among the others."""

    check: Check
    finding: Finding
    explained_by: tuple[str, ...] = ()
    """Fingerprints of every finding that causes it, directly or through others; root causes first."""

    mended_by: tuple[str, ...] = ()
    """Fingerprints of those whose own fix mends this too; they need not cause it."""

    graded: Severity | None = None
    """What somebody regraded it to; None: nobody did."""

    @cached_property
    def fingerprint(self) -> str:
        """Name of the finding, the same in every scan."""
        return self.finding.fingerprint(self.check.id)

    @property
    def severity(self) -> Severity:
        """What it counts as: the grade that somebody gave it, or else what it was judged."""
        return self.graded or self.judged

    @property
    def judged(self) -> Severity:
        """The finding's own severity, or else its check's."""
        return self.finding.severity or self.check.severity

    @property
    def is_root_cause(self) -> bool:
        """Nothing else that was found explains it."""
        return not self.explained_by

    @property
    def vanishes(self) -> bool:
        """Whether it is gone when its causes are: a symptom of theirs, and neither it nor its check says that it stays.

        What only a name in `explains` relates is a defect beside its cause, and has to be mended as well. What a cause
        `mends` goes with that in either case.
        """
        stays = self.check.stays or self.finding.stays
        symptom = bool(self.explained_by) and bool(self.check.shows) and not stays
        return symptom or bool(self.mended_by)


def diagnose(outcomes: Iterable[Outcome], paths: Topology) -> tuple[Diagnosed, ...]:
    """Relate all findings and order them: root causes first, then along the path, the worst first.

    A explains B when A's check breaks what B's shows (`Check.causes`) and both subjects lie on one path; transitively.
    """
    findings = [Diagnosed(check=outcome.check, finding=finding) for outcome in outcomes for finding in outcome.findings]
    direct = _direct(findings, paths)
    causes = {item.fingerprint: _closure(item.fingerprint, direct) for item in findings}
    of = {item.fingerprint: item.check for item in findings}
    beside = _mended_beside(findings)
    related = [
        Diagnosed(
            check=item.check,
            finding=item.finding,
            mended_by=(
                *(name for name in sorted(causes[item.fingerprint]) if _mends(of[name], item.check)),
                *beside[item.finding.subject, item.check.slug],
            ),
            explained_by=tuple(sorted(causes[item.fingerprint], key=lambda other: (len(causes[other]), other))),
        )
        for item in findings
    ]
    return tuple(sorted(related, key=_order))


def _mends(cause: Check, effect: Check) -> bool:
    return not cause.mends.isdisjoint((effect.id, effect.slug))


def _mended_beside(findings: Iterable[Diagnosed]) -> defaultdict[tuple[Ref, str], list[str]]:
    """What mends a finding of a check (by slug) on a subject without causing it: scripts, and no guess."""
    mending: defaultdict[tuple[Ref, str], list[str]] = defaultdict(list)
    for item in findings:
        fix = item.finding.fix or item.check.fixes[0]
        if fix.script and item.finding.certainty is Certainty.CONFIRMED:
            for slug in sorted(item.finding.mends):
                mending[item.finding.subject, slug].append(item.fingerprint)
    return mending


def last_words(outcomes: Iterable[Outcome], paths: Topology) -> tuple[Outcome, ...]:
    """Leave out what a check says as the last word where something else explains it."""
    outcomes = tuple(outcomes)
    explained = {item.fingerprint for item in diagnose(outcomes, paths) if not item.is_root_cause}
    return tuple(_unless(explained, outcome) if outcome.check.last_word else outcome for outcome in outcomes)


def _unless(explained: set[str], outcome: Outcome) -> Outcome:
    kept = tuple(one for one in outcome.findings if one.fingerprint(outcome.check.id) not in explained)
    if kept == outcome.findings:
        return outcome
    return replace(outcome, findings=kept, result=outcome.result if kept else Result.EMPTY)


def _direct(findings: list[Diagnosed], paths: Topology) -> dict[str, set[str]]:
    """Fingerprints of the direct causes of each finding, found by check and subject: never every pair of findings."""
    together = paths.on_one_path(item.finding.subject for item in findings)
    checks = {item.check.id: item.check for item in findings}
    harmless = {item.fingerprint for item in findings if item.severity is Severity.INFO}
    effects: dict[str, dict[Ref, list[str]]] = {name: defaultdict(list) for name in checks}
    for item in findings:
        effects[item.check.id][item.finding.subject].append(item.fingerprint)
    caused = {name: [other for other in checks if check.causes(checks[other])] for name, check in checks.items()}
    direct: dict[str, set[str]] = defaultdict(set)
    for cause in findings:
        for name in caused[cause.check.id]:
            # Only what fails requests for everybody answers for what visitors get.
            if checks[name].last_word and cause.severity is not Severity.ERROR:
                continue
            for subject in together[cause.finding.subject] & effects[name].keys():
                # What is only information (a closed port 80) explains nothing that is worse.
                for effect in effects[name][subject]:
                    if cause.fingerprint not in harmless or effect in harmless:
                        direct[effect].add(cause.fingerprint)
    return direct


def _closure(start: str, direct: dict[str, set[str]]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for cause in direct.get(waiting.pop(), ()):
            if cause not in seen:
                seen.add(cause)
                waiting.append(cause)
    return frozenset(seen - {start})


def _order(item: Diagnosed) -> tuple[bool, int, str, str]:
    """An error outranks a warning anywhere on the path; ids rise along the path."""
    return (not item.is_root_cause, item.judged.rank, item.check.id, item.fingerprint)
