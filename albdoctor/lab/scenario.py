"""What a scenario is: something built, something broken, what a scan must find, and who can fix it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from albdoctor.checkup.finding import ERROR, INFO, WARNING, Certainty, Severity
from albdoctor.exits import Exit
from albdoctor.lab.plan import Plan
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport, Report
from albdoctor.text import Text

CONFIRMED, LIKELY = Certainty.CONFIRMED, Certainty.LIKELY

LOOKS_INTO_HOSTS = ("--inspect-hosts", "--yes")

Repair: TypeAlias = Callable[[Shop, FindingReport], None]
"""Does by hand what a finding's fix says, where no AWS API reaches."""


@dataclass(frozen=True)
class Expected:
    """A finding that the scan must make."""

    slug: str
    certainty: Certainty
    severity: Severity
    root_cause: bool
    aside: bool = False
    """Of something that the scanned URL's requests do not meet."""

    def __str__(self) -> str:
        """Write it as verify's lines do."""
        words = (self.severity, self.certainty, *(() if self.root_cause else ("explained",)))
        return f"{self.slug} ({', '.join((*words, *(('off the way',) if self.aside else ())))})"


def cause(slug: str, certainty: Certainty = CONFIRMED, *, severity: Severity = ERROR) -> Expected:
    """Expect a finding that nothing else explains."""
    return Expected(slug, certainty, severity, root_cause=True)


def effect(slug: str, certainty: Certainty = CONFIRMED, *, severity: Severity = ERROR) -> Expected:
    """Expect a finding that is folded under a cause."""
    return Expected(slug, certainty, severity, root_cause=False)


def aside(slug: str, certainty: Certainty = CONFIRMED, *, root_cause: bool = True) -> Expected:
    """Expect a remark on something off the way of the scanned URL."""
    return Expected(slug, certainty, INFO, root_cause, aside=True)


@dataclass(frozen=True)
class Scenario:
    """One fault, or several at once, with everything that a scan must say about it: anything else fails."""

    name: str
    about: Text
    plan: Plan = field(default_factory=Plan)
    """What is built."""
    expected: tuple[Expected, ...] = ()
    options: tuple[str, ...] = ()
    """Options that its scans need beside the usual ones: `LOOKS_INTO_HOSTS`."""
    repairs: Mapping[str, Repair] = field(default_factory=dict[str, Repair])
    """Who fixes by hand what has no script, by the finding's slug; the registrar's panel is always there."""

    @property
    def verdict(self) -> str:
        """The word that sums its first scan up."""
        severities = {one.severity for one in self.expected}
        return "broken" if ERROR in severities else "at-risk" if WARNING in severities else "sound"

    def complaints(self, report: Report) -> list[str]:
        """Compare a first scan with the expectation: one sentence for each difference, none when it holds."""
        seen = [_seen(finding) for finding in report.findings]
        missing = Counter(self.expected) - Counter(seen)
        extra = Counter(seen) - Counter(self.expected)
        told = [f"expected {one}, which was not found" for one in missing.elements()]
        told += [f"got {one}, which was not expected" for one in extra.elements()]
        if report.verdict != self.verdict:
            told.append(f"expected the verdict {self.verdict}, got {report.verdict}")
        roots = [one.root_cause for one in seen]
        if roots != sorted(roots, reverse=True):
            told.append("a root cause stands after what it explains")
        return [*told, *_broken_promises(report)]


def _broken_promises(report: Report) -> Iterator[str]:
    """What no report may ever say: sound where visitors get an error, exit 1 for what is off the way."""
    failing = [one for one in report.request.answers if one.outcome.value not in ("served", "not-seen")]
    if report.verdict == "sound":
        yield from (f"sound, and {one.address} was {one.outcome}" for one in failing)
    on = [one for one in report.findings if not one.is_beside]
    if failing and not on:
        yield "visitors get an error, and no finding says so"
    if report.exit_code == Exit.FINDINGS and not any(one.severity is ERROR for one in on):
        yield "exit 1, and no error is on the way"


def _seen(finding: FindingReport) -> Expected:
    return Expected(finding.slug, finding.certainty, finding.severity, finding.root_cause, aside=finding.is_beside)
