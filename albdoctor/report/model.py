"""The report: the public contract `albdoctor/report/1` as structs. Everything is already in one language."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any, Literal, get_args

from msgspec import Struct

from albdoctor.checkup.engine import Result
from albdoctor.checkup.finding import Certainty, Severity
from albdoctor.checkup.fix import Impact
from albdoctor.checkup.verdict import Word
from albdoctor.derive.request.outcome import By, Came
from albdoctor.derive.request.place import Place
from albdoctor.facts.known import Gap, Kind
from albdoctor.text import Lang

REPORT: Literal["albdoctor/report/1"] = "albdoctor/report/1"
REPORTS: Literal["albdoctor/reports/1"] = "albdoctor/reports/1"

Status = Literal["ok", "info", "warning", "error", "unknown"]
RowStatus = Literal["ok", "info", "warning", "error", "unknown", "not-reached"]
"""A row that the request does not come to has no mark: it stands behind the break, or off the way."""


class Tool(Struct, frozen=True, kw_only=True):
    """Who made the report."""

    name: str
    version: str


class SourceReport(Struct, frozen=True, kw_only=True):
    """Where something is written in the user's repository."""

    file: str
    """From the root of the repository, with slashes."""
    line: int
    """From 1."""
    end_line: int
    name: str = ""
    """What it is called there: `aws_lb.web`, a template's logical id."""


class ScanInfo(Struct, frozen=True, kw_only=True):
    """What was scanned, when, with whose eyes."""

    domain: str
    host: str
    path: str
    named: bool
    """False: no name is known to lead to the load balancer, and `host` is the balancer's own DNS name."""
    started_at: datetime
    seconds: float
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    balancers: tuple[str, ...]
    """ARNs of the load balancers that the name leads to or is meant to lead to; empty too where none could be seen."""
    source: SourceReport | None = None
    """Where the configuration names what was scanned; None: it does not."""


Thing = Literal[
    "registrar",
    "delegation",
    "zone",
    "record",
    "certificate",
    "front",
    "balancer",
    "listener",
    "group",
    "health",
    "target",
    "answer",
]
"""What a row is about: its label, in no language."""


class Row(Struct, frozen=True, kw_only=True):
    """One thing on the path, and how it is."""

    thing: Thing
    ref: str = ""
    """Id of the thing; empty: it has none, or could not be seen."""
    group: str = ""
    """ARN of the target group that it is, or belongs to."""
    on_the_way: bool = True
    """False: it is known to be off the way of the scanned URL."""
    label: str
    saw: str
    status: RowStatus
    findings: tuple[str, ...] = ()
    """Fingerprints of the findings about it."""

    @property
    def is_behind(self) -> bool:
        """Whether the request does not come to it; an answer did come, whoever gave it."""
        return self.status == "not-reached" and self.thing != "answer"


class StageReport(Struct, frozen=True, kw_only=True):
    """One stage of the path: the worst of its checks and rows; `unknown` is worse than `info`, which hides nothing."""

    stage: str
    title: str
    status: Status
    rows: tuple[Row, ...] = ()

    @property
    def mark(self) -> RowStatus:
        """The status as it is drawn: a stage whose every row is behind the break has no tick."""
        behind = bool(self.rows) and all(row.status == "not-reached" for row in self.rows)
        return "not-reached" if behind and self.status == "ok" else self.status


class Subject(Struct, frozen=True, kw_only=True):
    """The thing a finding is about."""

    kind: Kind
    id: str


class Seen(Struct, frozen=True, kw_only=True):
    """Whom was asked, and what came back."""

    asked: str
    saw: str


class AnswerReport(Struct, frozen=True, kw_only=True):
    """What came of the request at one address."""

    address: str
    outcome: Came
    status: int | None
    by: By
    seconds: float
    detail: str
    """Why, in the field's words."""


class ShareReport(Struct, frozen=True, kw_only=True):
    """A target group that gets requests for the URL."""

    group: str
    """ARN."""
    share: float | None
    """0 to 1; None: only requests of some clients, by source address or header."""


class WayReport(Struct, frozen=True, kw_only=True):
    """What the load balancer's own rules make of the scanned URL over one protocol."""

    protocol: Literal["https", "http"]
    listener: str
    """ARN; empty: no listener takes it."""
    rule: str
    """ARN; empty: not known."""
    priority: str
    does: Literal["forward", "redirect", "fixed-response", "other", "not-known"]
    to: str
    """Where a redirect leads."""
    status: int
    """Of a redirect or a fixed response; 0: neither."""
    groups: tuple[ShareReport, ...]


class RequestReport(Struct, frozen=True, kw_only=True):
    """What visitors of the scanned URL get."""

    url: str
    served: Literal["yes", "partly", "no", "not-seen"]
    """yes: at every address that was tried."""
    sentence: str
    """What they get, in words: the first line of the report."""
    answers: tuple[AnswerReport, ...]


class FixReport(Struct, frozen=True, kw_only=True):
    """The fix with this scan's values filled in; empty where a form does not exist."""

    summary: str
    impact: Impact
    script: str
    console: tuple[str, ...]
    terraform: str
    cloudformation: str
    by_hand: str
    side_effects: tuple[str, ...]
    verify: str


class FindingReport(Struct, frozen=True, kw_only=True):
    """One finding."""

    fingerprint: str
    check: str
    slug: str
    stage: str
    severity: Severity
    """What it counts as in the exit code."""
    regraded_from: Severity | None = None
    """What it was judged, where the configuration regraded it; the verdict is by that. None: `severity` is."""
    place: Place
    """Where its subject stands, seen from the scanned URL; off its way nothing is worse than info."""
    certainty: Certainty
    subject: Subject
    source: SourceReport | None = None
    """The block of Terraform or CloudFormation that makes the subject (`--iac`); None: not known for certain."""
    message: str
    why: str
    evidence: tuple[Seen, ...]
    explained_by: tuple[str, ...]
    root_cause: bool
    step: int | None
    """Its number among the steps that mend everything, in the order to do them; None: it vanishes by itself."""
    vanishes: bool
    """It is gone as soon as what explains it is, or what mends it too."""
    mended_by: tuple[str, ...] = ()
    """Fingerprints of the findings whose own fix mends this one too; they need not explain it."""
    alternatives: tuple[str, ...]
    """What else it could be; only for likely findings."""
    decide: str
    """The command that decides between this and the alternatives."""
    fix: FixReport
    refs: tuple[str, ...]

    @property
    def goes_with(self) -> tuple[str, ...]:
        """Fingerprints of what explains it, or mends it too."""
        return tuple(dict.fromkeys((*self.explained_by, *self.mended_by)))

    @property
    def is_decided_first(self) -> bool:
        """Whether the deciding command comes before the script: a guess moves no traffic."""
        return bool(self.decide) and self.fix.impact is Impact.TRAFFIC and self.certainty is Certainty.LIKELY

    @property
    def judged(self) -> Severity:
        """What it was judged, whatever the configuration makes of it."""
        return self.regraded_from or self.severity

    @property
    def is_beside(self) -> bool:
        """Whether it is told only: what it is about is off the way of the scanned URL."""
        return self.place is not Place.ON_THE_WAY


class CounterReport(Struct, frozen=True, kw_only=True):
    """One CloudWatch counter of a load balancer."""

    name: str
    """CloudWatch's: RequestCount, HTTPCode_ELB_5XX_Count, ..."""
    label: str
    total: float
    sums: tuple[float, ...]
    """For each period of the window; empty: only the total is known."""


class CountersReport(Struct, frozen=True, kw_only=True):
    """What CloudWatch counted of a load balancer on the way."""

    balancer: str
    """ARN."""
    hours: float
    """Length of the window."""
    until: datetime
    """Its end."""
    period: int
    """Seconds."""
    counters: tuple[CounterReport, ...]


class AskedReport(Struct, frozen=True, kw_only=True):
    """One question of the scan: a group of facts, and what came back."""

    facts: str
    """The group's name in facts files."""
    asked: str
    """IAM actions, or what is asked otherwise (DNS, HTTP)."""
    gap: Gap | None
    """Why it is not known; None: it was answered."""
    detail: str
    things: int
    """How many things were seen; of a group that is no list, 1."""
    partial: int
    """How many of them are not known whole."""
    ids: tuple[str, ...]
    """Some of them, by what tells them apart."""


class GapReport(Struct, frozen=True, kw_only=True):
    """Something that is not known, and why."""

    gap: Gap
    asked: str
    detail: str


class CheckReport(Struct, frozen=True, kw_only=True):
    """What became of one check."""

    check: str
    slug: str
    outcome: Result
    gaps: tuple[GapReport, ...]
    """What it could not judge for; then what would only have helped: a passed check may have such a gap too."""


class GapSum(Struct, frozen=True, kw_only=True):
    """One thing that could not be seen in the whole scan, and whom it concerns.

    `needed_by` are the ids of the checks that could not judge, or not everything, for it (exit code 3). `optional_for`
    are those that it would only have helped, or whose question a served request answers: alone it changes not the exit
    code. Where both are
    empty, it concerns `scan.accounts`.
    """

    gap: Gap
    asked: str
    detail: str
    needed_by: tuple[str, ...]
    optional_for: tuple[str, ...]


class AccessReport(Struct, frozen=True, kw_only=True):
    """What kept the scan from looking into AWS, and what to do next."""

    sentence: str = ""
    """Why nothing of AWS could be seen, and what to do; empty: something was seen."""
    missing: tuple[str, ...] = ()
    """IAM actions that were denied, and those that could not be tried because of them."""
    commands: tuple[str, ...] = ()
    """What makes the policy of a scan and gives it to the caller."""
    note: str = ""
    """Who gives the permissions where no command of the caller's does."""


class SuppressedReport(Struct, frozen=True, kw_only=True):
    """A finding that a suppression or the baseline keeps out."""

    fingerprint: str
    check: str
    slug: str
    subject: Subject
    reason: str


TELL = "_tell"
"""Where a report keeps what tells it in another language: beside its fields, so that no format writes it."""


def _renderer(name: str) -> Any:  # noqa: ANN401 - a module
    """A module that writes reports: loaded when one is written, and it knows this one."""
    return import_module(f"albdoctor.report.{name}")


class Report(Struct, frozen=True, kw_only=True, dict=True):
    """The whole report of one scan."""

    schema: Literal["albdoctor/report/1"] = REPORT
    tool: Tool
    lang: Lang
    scan: ScanInfo
    request: RequestReport
    verdict: Word
    exit_code: int
    exit_reason: str
    stages: tuple[StageReport, ...]
    ways: tuple[WayReport, ...] = ()
    """https and http; empty: the rules of the load balancer are not known, or there is none."""
    counters: tuple[CountersReport, ...] = ()
    """Empty: CloudWatch was not asked, or could not be."""
    asked: tuple[AskedReport, ...] = ()
    """In the order of the path."""
    findings: tuple[FindingReport, ...]
    """Root causes first, in the order to fix them."""
    checks: tuple[CheckReport, ...]
    gaps: tuple[GapSum, ...]
    """Everything that could not be seen, each once; what is needed stands before what would only have helped."""
    access: AccessReport | None = None
    """What kept the scan from looking into AWS; None: nothing."""
    suppressed: tuple[SuppressedReport, ...] = ()
    not_selected: tuple[str, ...] = ()
    """Slugs of checks that found something and are left out by `--select` or `--ignore`; the verdict counts them."""

    def told_in(self, lang: Lang) -> Report:
        """The same report in a language; one that was read from a file has only its own (`ValueError`)."""
        if lang not in get_args(Lang):
            raise ValueError(f"{lang!r} is none of {', '.join(get_args(Lang))}")
        if lang == self.lang:
            return self
        tell: Callable[[Lang], Report] | None = vars(self).get(TELL)
        if tell is None:
            raise ValueError(f"this report is told in {self.lang!r} only: judge its facts to have it in {lang!r}")
        return tell(lang)

    def is_told_in(self, lang: Lang) -> bool:
        """Whether it can be told in a language."""
        return lang == self.lang or TELL in vars(self)

    def to_json(self) -> str:
        """The report as `scan --format json` writes it (schema `albdoctor/report/1`)."""
        document: bytes = _renderer("json").render((self,))
        return document.decode()

    def to_html(self, lang: Lang | None = None) -> str:
        """One HTML page, as `--format html` writes it; without a language in the report's own."""
        page: str = _renderer("html").render((self.told_in(lang or self.lang),))
        return page

    def to_text(self, lang: Lang | None = None) -> str:
        """The report for people, without colours, as `--format text` writes it into a file."""
        page = io.StringIO()
        _renderer("terminal").write(self.told_in(lang or self.lang), page, color=False)
        return page.getvalue()

    @property
    def needed(self) -> tuple[GapSum, ...]:
        """The gaps for which something could not be judged."""
        return tuple(gap for gap in self.gaps if gap.needed_by)

    @property
    def not_required(self) -> tuple[GapSum, ...]:
        """The gaps that kept no check from judging."""
        return tuple(gap for gap in self.gaps if not gap.needed_by)

    @property
    def steps(self) -> tuple[FindingReport, ...]:
        """What is to be done, in order: the root causes, and what follows from one and does not vanish with it."""
        return tuple(sorted((one for one in self.findings if one.step), key=lambda one: one.step or 0))

    @property
    def step_numbers(self) -> dict[str, int]:
        """The number of each step by its fingerprint."""
        return {one.fingerprint: one.step for one in self.findings if one.step}

    def after(self, step: FindingReport) -> tuple[int, ...]:
        """The numbers of the steps that come before this one, because it follows from what they mend."""
        numbers = self.step_numbers
        return tuple(sorted(numbers[name] for name in step.explained_by if name in numbers))

    @property
    def root_causes(self) -> tuple[FindingReport, ...]:
        """The findings that nothing else explains, those on the way of the scanned URL first."""
        found = (finding for finding in self.findings if finding.root_cause)
        return tuple(sorted(found, key=lambda finding: finding.is_beside))

    def effects_of(self, cause: FindingReport) -> tuple[FindingReport, ...]:
        """The findings that follow from this one, or go with its fix."""
        return tuple(one for one in self.findings if cause.fingerprint in one.goes_with)


class Reports(Struct, frozen=True, kw_only=True):
    """Several scans in one document."""

    schema: Literal["albdoctor/reports/1"] = REPORTS
    reports: tuple[Report, ...]
    gaps: tuple[GapReport, ...] = ()
    """Why not every load balancer could be listed (`--all`)."""
