"""Many scans side by side: of each report only what an overview tells, in order, and what several scans share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from albdoctor.checkup.finding import Certainty, Severity
from albdoctor.checkup.fix import Impact
from albdoctor.checkup.verdict import Word
from albdoctor.facts.arn import Arn
from albdoctor.facts.known import Gap, Kind
from albdoctor.report.model import FindingReport, GapReport, Report, Subject
from albdoctor.report.names import with_unicode

WORST_FIRST: tuple[Word, ...] = ("broken", "at-risk", "unknown", "sound")


class Remedy(Struct, frozen=True, kw_only=True):
    """What to type for a cause; empty where a form does not exist."""

    summary: str
    impact: Impact
    script: str
    by_hand: str
    console: tuple[str, ...]
    """Only where there is neither a script nor something to do by hand."""
    side_effects: tuple[str, ...]
    verify: str


class Cause(Struct, frozen=True, kw_only=True):
    """A root cause of one scan."""

    fingerprint: str
    check: str
    slug: str
    severity: Severity
    regraded_from: Severity | None = None
    """What it was judged, where the configuration regraded it."""
    certainty: Certainty
    subject: Subject
    message: str
    alternatives: tuple[str, ...]
    decide: str
    is_decided_first: bool
    """Whether the deciding command comes before the script."""
    fix: Remedy
    effects: int
    """How many findings follow from it."""


class Missing(Struct, frozen=True, order=True):
    """A kind of gap: the same question that failed in the same way, of whatever thing."""

    gap: Gap
    asked: str


class Line(Struct, frozen=True, kw_only=True):
    """One scan of many."""

    domain: str
    named: bool
    """False: no name is known to lead to the load balancer, and `domain` is the balancer's own DNS name."""
    balancers: tuple[str, ...]
    """ARNs."""
    accounts: tuple[str, ...]
    """Of the load balancers; where none is known, those whose eyes the scan had."""
    regions: tuple[str, ...]
    """Of the load balancers; where none is known, those that were asked."""
    started_at: datetime
    verdict: Word
    exit_code: int
    exit_reason: str
    causes: tuple[Cause, ...]
    gaps: tuple[Missing, ...]
    """Only what kept a check from judging."""
    suppressed: int

    @property
    def title(self) -> str:
        """The name that was scanned; of a load balancer without one, its own."""
        return with_unicode(self.domain) if self.named or not self.balancers else name_of(self.balancers[0])

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the load balancers."""
        return tuple(name_of(arn) for arn in self.balancers)


class Shared(Struct, frozen=True, kw_only=True):
    """The root causes that one check found, over all scans."""

    check: str
    slug: str
    severity: Severity
    """The worst of them."""
    regraded_from: Severity | None = None
    """What that one was judged, where the configuration regraded it."""
    causes: tuple[Cause, ...]
    """Each once, however many scans met it."""
    lines: tuple[Line, ...]
    """The scans that met them."""

    @property
    def places(self) -> dict[Kind, int]:
        """How many things of each kind are touched."""
        return dict(Counter(subject.kind for subject in {cause.subject for cause in self.causes}))

    @property
    def messages(self) -> int:
        """How many different messages they have."""
        return len({cause.message for cause in self.causes})


class Spread(Struct, frozen=True, kw_only=True):
    """A kind of gap and the number of scans that met it."""

    missing: Missing
    scans: int


class Overview(Struct, frozen=True, kw_only=True):
    """Many scans in order: the worst first."""

    lines: tuple[Line, ...]
    shared: tuple[Shared, ...]
    """The worst first, then what touches most scans."""
    gaps: tuple[Spread, ...]
    missed: tuple[GapReport, ...]
    """Why not every load balancer could be listed."""
    exit_code: int
    exit_reason: str

    @property
    def totals(self) -> dict[Word, int]:
        """Number of scans of each verdict, the worst first."""
        counted = Counter(line.verdict for line in self.lines)
        return {word: counted[word] for word in WORST_FIRST}

    @property
    def balancers(self) -> int:
        """Number of load balancers that were seen."""
        return len({arn for line in self.lines for arn in line.balancers})


def line_of(report: Report) -> Line:
    """Keep of a report what an overview tells: its size grows with the root causes, not with what was seen."""
    scan = report.scan
    balancers = tuple(map(Arn.of, scan.balancers))
    return Line(
        domain=scan.domain,
        named=scan.named,
        balancers=scan.balancers,
        accounts=_each_once(arn.account for arn in balancers) or scan.accounts,
        regions=_each_once(arn.region for arn in balancers) or scan.regions,
        started_at=scan.started_at,
        verdict=report.verdict,
        exit_code=report.exit_code,
        exit_reason=report.exit_reason,
        causes=tuple(_cause(report, finding) for finding in report.root_causes),
        gaps=tuple(dict.fromkeys(_missing(gap.gap, gap.asked) for gap in report.needed)),
        suppressed=len(report.suppressed),
    )


def overview(lines: Iterable[Line], missed: Iterable[GapReport], exit_code: int, exit_reason: str) -> Overview:
    """Put many scans in order."""
    ordered = tuple(sorted(lines, key=_order))
    met = Counter(gap for line in ordered for gap in line.gaps)
    gaps = [Spread(missing=missing, scans=scans) for missing, scans in met.items()]
    return Overview(
        lines=ordered,
        shared=_shared(ordered),
        gaps=tuple(sorted(gaps, key=lambda spread: (-spread.scans, spread.missing))),
        missed=tuple(dict.fromkeys(missed)),
        exit_code=exit_code,
        exit_reason=exit_reason,
    )


def name_of(arn: str) -> str:
    """Give a load balancer's name, from its ARN (.../app/NAME/ID)."""
    path = Arn.of(arn).path
    return path[-2] if len(path) > 2 else arn


def _each_once(values: Iterable[str]) -> tuple[str, ...]:
    """Each value once, but the empty ones."""
    return tuple(dict.fromkeys(value for value in values if value))


@lru_cache(maxsize=1_000)
def _missing(gap: Gap, asked: str) -> Missing:
    """The same kind of gap is one object in all lines."""
    return Missing(gap, asked)


def _cause(report: Report, finding: FindingReport) -> Cause:
    fix = finding.fix
    return Cause(
        fingerprint=finding.fingerprint,
        check=finding.check,
        slug=finding.slug,
        severity=finding.severity,
        regraded_from=finding.regraded_from,
        certainty=finding.certainty,
        subject=finding.subject,
        message=finding.message,
        alternatives=finding.alternatives,
        decide=finding.decide,
        is_decided_first=finding.is_decided_first,
        fix=Remedy(
            summary=fix.summary,
            impact=fix.impact,
            script=fix.script,
            by_hand=fix.by_hand,
            console=() if fix.script or fix.by_hand else fix.console,
            side_effects=fix.side_effects,
            verify=fix.verify,
        ),
        effects=len(report.effects_of(finding)),
    )


def _order(line: Line) -> tuple[int, int, str, tuple[str, ...]]:
    errors = sum(cause.severity is Severity.ERROR for cause in line.causes)
    return WORST_FIRST.index(line.verdict), -errors, line.title, line.balancers


def _shared(lines: tuple[Line, ...]) -> tuple[Shared, ...]:
    causes: dict[tuple[str, str], dict[str, Cause]] = defaultdict(dict)
    met: dict[tuple[str, str], dict[int, Line]] = defaultdict(dict)
    for number, line in enumerate(lines):
        for cause in line.causes:
            causes[cause.check, cause.slug].setdefault(cause.fingerprint, cause)
            met[cause.check, cause.slug][number] = line
    worst = {name: min(found.values(), key=lambda cause: cause.severity.rank) for name, found in causes.items()}
    shared = [
        Shared(
            check=check,
            slug=slug,
            severity=worst[check, slug].severity,
            regraded_from=worst[check, slug].regraded_from,
            causes=tuple(found.values()),
            lines=tuple(met[check, slug].values()),
        )
        for (check, slug), found in causes.items()
    ]
    return tuple(sorted(shared, key=lambda one: (one.severity.rank, -len(one.lines), one.check)))
