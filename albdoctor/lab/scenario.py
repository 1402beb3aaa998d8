"""What a scenario is: something built, something broken, what a scan must find, and who can fix it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from albdoctor.checkup.finding import ERROR, Certainty, Severity
from albdoctor.lab.plan import Plan
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport, Report
from albdoctor.text import Text

CONFIRMED, LIKELY = Certainty.CONFIRMED, Certainty.LIKELY

Repair: TypeAlias = Callable[[Shop, FindingReport], None]
"""Does by hand what a finding's fix says, where no AWS API reaches."""


@dataclass(frozen=True)
class Expected:
    """A finding that the scan must make."""

    slug: str
    certainty: Certainty
    severity: Severity
    root_cause: bool

    def __str__(self) -> str:
        """Write it as verify's lines do."""
        return f"{self.slug} ({self.severity}, {self.certainty}{'' if self.root_cause else ', explained'})"


def cause(slug: str, certainty: Certainty = CONFIRMED, *, severity: Severity = ERROR) -> Expected:
    """Expect a finding that nothing else explains."""
    return Expected(slug, certainty, severity, root_cause=True)


def effect(slug: str, certainty: Certainty = CONFIRMED, *, severity: Severity = ERROR) -> Expected:
    """Expect a finding that is folded under a cause."""
    return Expected(slug, certainty, severity, root_cause=False)


@dataclass(frozen=True)
class Scenario:
    """One fault, or several at once, with everything that a scan must say about it: anything else fails."""

    name: str
    about: Text
    plan: Plan = field(default_factory=Plan)
    """What is built."""
    expected: tuple[Expected, ...] = ()
    options: tuple[str, ...] = ()
    """Options that its scans need beside the usual ones: "--inspect-hosts"."""
    repairs: Mapping[str, Repair] = field(default_factory=dict[str, Repair])
    """Who fixes by hand what has no script, by the finding's slug; the registrar's panel is always there."""

    def complaints(self, report: Report) -> list[str]:
        """Compare a first scan with the expectation: one sentence for each difference, none when it holds."""
        seen = [_seen(finding) for finding in report.findings]
        missing = Counter(self.expected) - Counter(seen)
        extra = Counter(seen) - Counter(self.expected)
        told = [f"expected {one}, which was not found" for one in missing.elements()]
        told += [f"got {one}, which was not expected" for one in extra.elements()]
        roots = [one.root_cause for one in seen]
        if roots != sorted(roots, reverse=True):
            told.append("a root cause stands after what it explains")
        return told


def _seen(finding: FindingReport) -> Expected:
    return Expected(finding.slug, finding.certainty, finding.severity, finding.root_cause)
