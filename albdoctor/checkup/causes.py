"""Which finding follows from which: the root cause graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Outcome
from albdoctor.checkup.finding import Finding, Severity
from albdoctor.derive.topology import Topology


class Diagnosed(Struct, frozen=True, kw_only=True):
    """A finding in its place among the others."""

    check: Check
    finding: Finding
    explained_by: tuple[str, ...] = ()
    """Fingerprints of every finding that causes it, directly or through others; root causes first."""

    @property
    def fingerprint(self) -> str:
        """Name of the finding, the same in every scan."""
        return self.finding.fingerprint(self.check.id)

    @property
    def severity(self) -> Severity:
        """The finding's own severity, or else its check's."""
        return self.finding.severity or self.check.severity

    @property
    def is_root_cause(self) -> bool:
        """Nothing else that was found explains it."""
        return not self.explained_by


def diagnose(outcomes: Iterable[Outcome], paths: Topology) -> tuple[Diagnosed, ...]:
    """Relate all findings and order them: root causes first, then along the path, the worst first.

    A explains B when B's check is listed in A's `explains` and both subjects lie on one path; transitively.
    """
    findings = [Diagnosed(check=outcome.check, finding=finding) for outcome in outcomes for finding in outcome.findings]
    by_check: dict[str, list[Diagnosed]] = defaultdict(list)
    for item in findings:
        by_check[item.check.id].append(item)
        by_check[item.check.slug].append(item)
    direct: dict[str, set[str]] = defaultdict(set)
    for cause in findings:
        for name in cause.check.explains:
            for effect in by_check.get(name, ()):
                if paths.on_one_path(cause.finding.subject, effect.finding.subject):
                    direct[effect.fingerprint].add(cause.fingerprint)
    causes = {item.fingerprint: _closure(item.fingerprint, direct) for item in findings}
    related = [
        Diagnosed(
            check=item.check,
            finding=item.finding,
            explained_by=tuple(sorted(causes[item.fingerprint], key=lambda other: (len(causes[other]), other))),
        )
        for item in findings
    ]
    return tuple(sorted(related, key=_order))


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
    return (not item.is_root_cause, item.severity.rank, item.check.id, item.fingerprint)
