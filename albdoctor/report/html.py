"""The report as one HTML file: nothing loaded, whole without its one script, in print and in the dark."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import defaultdict
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from msgspec import Struct

from albdoctor.checkup.finding import Severity
from albdoctor.checkup.pages import is_explained, link_of
from albdoctor.facts.known import Gap
from albdoctor.report import overview_words, words
from albdoctor.report.charts import charts
from albdoctor.report.drawing import described, picture
from albdoctor.report.format import Format, Setting, Whole
from albdoctor.report.lead import lead
from albdoctor.report.model import FindingReport, Report, Row, RowStatus, StageReport
from albdoctor.report.overview import Cause
from albdoctor.report.safe import by_hand, plain, typed
from albdoctor.report.sketch import sketch
from albdoctor.report.terminal import MARKS
from albdoctor.text import Lang, Text, fill

TITLE = "{verdicts} · albdoctor"
MANY = 10
"""More causes than this get an overview, and each is folded."""
ROWS = 12
"""So many rows of a stage are shown; the others are folded."""
WORST_FIRST: tuple[RowStatus, ...] = ("error", "warning", "unknown", "info", "ok", "not-reached")


def document(setting: Setting) -> Format:
    """Begin a document."""
    return Whole(lambda reports, _ending: render(reports).encode(), setting)


def render(reports: tuple[Report, ...]) -> str:
    """Write one page for all scans; every value is escaped for HTML and freed of hidden characters.

    It holds both languages where every report can be told in both, and begins with the reports' own.
    """
    lang: Lang = reports[0].lang if reports else "en"
    template = environment().get_template("report.html.j2")
    editions = _editions(reports, lang)
    style, script = part("report.css"), part("report.js")
    return template.render(
        editions=editions,
        lang=lang,
        title=editions[0].title,
        style=style,
        script=script,
        policy=policy(style, script),
        many=MANY,
    )


class Edition:
    """Every report in one language, and how its words are said."""

    def __init__(self, lang: Lang, reports: tuple[Report, ...], mark: str) -> None:
        """Begin every id with `mark`: of the page's own language it is empty, so that links to it stay."""
        self.lang: Lang = lang
        self.mark = mark
        self.told = tuple(Told(report) for report in reports)
        verdicts = (f"{words.VERDICTS[one.verdict].of(lang)}: {one.scan.domain}" for one in reports)
        self.title = fill(TITLE, {"verdicts": ", ".join(verdicts)})

    def say(self, text: Text, **values: str | int) -> str:
        """Say some of our words."""
        return fill(text.of(self.lang), values)

    def paste(self, cause: FindingReport) -> str:
        """Say where a cause's script goes."""
        return paste_where(self.lang, cause)


def _editions(reports: tuple[Report, ...], lang: Lang) -> tuple[Edition, ...]:
    """The page in the reports' own language, then in the other if they can be told in it."""
    own = Edition(lang, reports, "")
    other: Lang = "ko" if lang == "en" else "en"
    if not all(report.is_told_in(other) for report in reports):
        return (own,)
    return own, Edition(other, tuple(report.told_in(other) for report in reports), f"{other}-")


@cache
def part(name: str) -> Markup:
    """A style sheet or script of ours, which stands in pages as it is."""
    return Markup(files("albdoctor.report").joinpath("templates", name).read_text("utf-8"))  # noqa: S704 - ours


def policy(*inline: str) -> str:
    """The Content-Security-Policy of a page: of all styles and scripts, only these run, and nothing is loaded.

    A hash names its text; a nonce in a saved file would be known to whoever writes into the next one.
    """
    style, *scripts = (f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in inline)
    allowed = f"style-src {style}" + "".join(f"; script-src {script}" for script in scripts)
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


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
    made = Environment(
        loader=PackageLoader("albdoctor.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters["ids"] = whole_ids
    made.filters["one"] = _on_one_line
    ours = cast("dict[str, Any]", made.globals)
    ours.update(
        words=words,
        own=overview_words,
        marks=MARKS,
        by_hand=by_hand,
        typed=typed_whole,
        is_explained=is_explained,
        link_of=link_of,
        newline="\n",
    )
    return made


WORD = re.compile(r"[^\s,;()]+")
SHORT = 34
"""Letters of an id that fit on a line of a phone; longer ones fill lines."""


def whole_ids(text: str) -> Markup:
    """Write a text so that no id in it is broken at one of its hyphens."""
    shown, end = plain(text, 20_000), 0
    told: list[str] = []
    for found in WORD.finditer(shown):
        if "-" not in found[0]:
            continue
        kind = "id" if len(found[0]) <= SHORT else "id long"
        told += [escape(shown[end : found.start()]), Markup('<span class="{}">{}</span>').format(kind, found[0])]
        end = found.end()
    return Markup().join([*told, escape(shown[end:])])


def _on_one_line(text: str) -> Markup:
    """Write a command that is never broken."""
    return Markup('<span class="id">{}</span>').format(plain(text, 20_000))


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
        self.report = report
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
            for name in finding.goes_with:
                self.effects[name].append(finding)
            names = (finding.fingerprint, *finding.goes_with)
            self._numbers[finding.fingerprint] = {number_of[name] for name in names if name in number_of}

        drawn = sketch(report, self.numbers)
        self.described = described(drawn, report.lang)
        self.pictures = tuple(picture(drawn, shape, report.lang) for shape in ("wide", "tall"))
        self.charts = tuple(charts(report))
        self.rests_on = tuple(dict.fromkeys(seen for one in report.findings for seen in one.evidence))
        """Each question that a finding rests on, with what came back."""
        not_needed = [one for one in report.asked if one.gap is Gap.NOT_ASKED and not one.detail]
        self.asked = tuple(one for one in report.asked if one not in not_needed)
        self.not_needed = tuple(dict.fromkeys(one.asked for one in not_needed))
        """What was not asked, though nobody left it out."""

    def numbers(self, row: Row) -> list[int]:
        """Number the steps behind the findings about a row."""
        return sorted(set[int]().union(*(self._numbers[one] for one in row.findings)))

    def rows(self, stage: StageReport) -> Rows:
        """All rows of a stage; where they are very many, the worst first and the others folded."""
        if len(stage.rows) <= ROWS:
            return Rows(stage.rows)
        worst_first = tuple(sorted(stage.rows, key=lambda row: WORST_FIRST.index(row.status)))
        return Rows(worst_first[:ROWS], worst_first[ROWS:])

    def forms(self, step: FindingReport) -> list[str]:
        """In which forms a step's fix is told beside what is done by hand."""
        fix = step.fix
        forms = {"cli": fix.script, "console": fix.console, "terraform": fix.terraform}
        return [form for form, told in (forms | {"cloudformation": fix.cloudformation}).items() if told]
