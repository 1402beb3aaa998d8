"""The report as one HTML file: no script, nothing loaded from elsewhere, readable in print and in the dark."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, partial
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from msgspec import Struct

from albdoctor.checkup.finding import Severity
from albdoctor.report import words
from albdoctor.report.format import Format, Setting, Whole
from albdoctor.report.lead import lead
from albdoctor.report.model import FindingReport, Report, Row, RowStatus, StageReport
from albdoctor.report.overview import Cause
from albdoctor.report.safe import by_hand, plain, typed
from albdoctor.report.terminal import MARKS
from albdoctor.text import Lang, Text, fill

TITLE = Text(en="albdoctor: {domains}", ko="albdoctor: {domains}")
MANY = 10
"""More causes than this get an overview, and each is folded."""
ROWS = 12
"""So many rows of a stage are shown; the others are folded."""
WORST_FIRST: tuple[RowStatus, ...] = ("error", "warning", "unknown", "info", "ok", "not-reached")


def document(setting: Setting) -> Format:
    """Begin a document."""
    return Whole(lambda reports, _ending: render(reports).encode(), setting)


def render(reports: tuple[Report, ...]) -> str:
    """Write one page for all scans; every value is escaped for HTML and freed of hidden characters."""
    lang: Lang = reports[0].lang if reports else "en"

    def say(text: Text, **values: str | int) -> str:
        return fill(text.of(lang), values)

    template = environment().get_template("report.html.j2")
    domains = ", ".join(report.scan.domain for report in reports)
    return template.render(
        reports=reports,
        lang=lang,
        say=say,
        words=words,
        title=say(TITLE, domains=domains),
        marks=MARKS,
        by_hand=by_hand,
        typed=typed_whole,
        paste=partial(paste_where, lang),
        Told=Told,
        many=MANY,
        newline="\n",
    )


class Typed(str):
    """A line to be pasted, made plain already: it is never cut."""

    __slots__ = ()


def typed_whole(text: str) -> list[str]:
    """Split what is to be pasted into lines."""
    return [Typed(line) for line in typed(text)]


def paste_where(lang: Lang, cause: FindingReport | Cause) -> str:
    """Say where a cause's script goes."""
    return words.paste_where(lang, decided_first=cause.is_decided_first)


@cache
def environment() -> Environment:
    """Make what fills in our templates: every value is escaped for HTML and freed of hidden characters."""
    return Environment(
        loader=PackageLoader("albdoctor.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: Any) -> Any:  # noqa: ANN401 - jinja2 hands over every value that a template prints
    return plain(value, 20_000) if type(value) is str and value != "\n" else value


class Group(Struct, frozen=True):
    """The steps that one check asks for, with their numbers."""

    check: str
    slug: str
    severity: Severity
    causes: tuple[tuple[int, FindingReport], ...]
    beside: bool = False
    """Off the way of the scanned URL."""


class Rows(Struct, frozen=True):
    """The rows of a stage, and those that are folded."""

    first: tuple[Row, ...]
    more: tuple[Row, ...] = ()


class Told:
    """A report as the template asks for it: found at once, however many findings there are."""

    def __init__(self, report: Report) -> None:
        """Number the steps and sort what follows from them."""
        self.after = {one.fingerprint: report.after(one) for one in report.steps if one.explained_by}
        numbered = tuple(enumerate(report.steps, start=1))
        self.lead = lead(report)
        self.many = len(numbered) > MANY
        self.groups = tuple(
            Group(check, slug, severity, tuple(causes), beside)
            for (check, slug, severity, beside), causes in groupby(
                numbered, key=lambda pair: (pair[1].check, pair[1].slug, pair[1].severity, pair[1].is_beside)
            )
        )
        self.effects: dict[str, list[FindingReport]] = defaultdict(list)
        number_of = report.step_numbers
        self._numbers: dict[str, set[int]] = {}
        for finding in report.findings:
            for name in finding.explained_by:
                self.effects[name].append(finding)
            names = (finding.fingerprint, *finding.explained_by)
            self._numbers[finding.fingerprint] = {number_of[name] for name in names if name in number_of}

    def numbers(self, row: Row) -> list[int]:
        """Number the steps behind the findings about a row."""
        return sorted(set[int]().union(*(self._numbers[one] for one in row.findings)))

    def rows(self, stage: StageReport) -> Rows:
        """All rows of a stage; where they are very many, the worst first and the others folded."""
        if len(stage.rows) <= ROWS:
            return Rows(stage.rows)
        worst_first = tuple(sorted(stage.rows, key=lambda row: WORST_FIRST.index(row.status)))
        return Rows(worst_first[:ROWS], worst_first[ROWS:])
