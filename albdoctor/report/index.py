"""The index of many scans as one HTML file: no script, nothing loaded from elsewhere; filters are plain CSS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from markupsafe import Markup
from msgspec import Struct

from albdoctor.report import overview_words, words
from albdoctor.report.format import Format, Setting
from albdoctor.report.html import environment, part, paste_where, policy, typed_whole
from albdoctor.report.model import Status
from albdoctor.report.overview import Line, Overview, Shared
from albdoctor.report.overview_format import OfLines
from albdoctor.report.overview_text import STATUS, extent, headline
from albdoctor.report.safe import by_hand
from albdoctor.report.terminal import MARKS
from albdoctor.text import Lang, Text, fill
from albdoctor.version import VERSION


class Filter(Struct, frozen=True):
    """A list to choose rows by; a row that has the nth value is of the class `{key}{n}`."""

    key: str
    title: Text
    values: tuple[str, ...]


class Row(Struct, frozen=True):
    """One scan in the table."""

    number: int
    line: Line
    status: Status
    classes: str


def document(setting: Setting) -> Format:
    """Begin a document."""
    return OfLines(lambda told, sheet: sheet.write(render(told, setting.lang).encode()), setting)


def render(overview: Overview, lang: Lang) -> str:
    """Write the page; every value is escaped for HTML and freed of hidden characters."""

    def say(text: Text, **values: str | int) -> str:
        return fill(text.of(lang), values)

    def number(counted: tuple[Text, Text], n: int) -> str:
        return overview_words.number(counted, n, lang)

    filters = tuple(_filters(overview.lines))
    rows = tuple(_rows(overview.lines, filters))
    numbers = {id(row.line): row.number for row in rows}

    def scans_of(one: Shared) -> list[tuple[int, str]]:
        return [(numbers[id(line)], line.title) for line in one.lines]

    shared = [(one, extent(one, lang)) for one in overview.shared if len(one.lines) > 1 or len(one.causes) > 1]
    shown = [one for one in filters if len(one.values) > 1]
    style = part("report.css") + part("index.css") + Markup("\n").join(_hiding(overview, shown))
    template = environment().get_template("index.html.j2")
    return template.render(
        overview=overview,
        filters=shown,
        style=style,
        policy=policy(style),
        rows=rows,
        shared=shared,
        scans_of=scans_of,
        started_at=min((line.started_at for line in overview.lines), default=None),
        headline=headline(overview, lang),
        version=VERSION,
        lang=lang,
        say=say,
        number=number,
        words=words,
        own=overview_words,
        marks=MARKS,
        by_hand=by_hand,
        typed=typed_whole,
        paste=partial(paste_where, lang),
        newline="\n",
    )


def _hiding(overview: Overview, filters: Iterable[Filter]) -> Iterator[Markup]:
    """The style rules that hide the rows which a choice leaves out."""
    rule = Markup("main:has({}:checked) tr.scan:not(.{}) {{ display: none; }}")
    for word in overview.totals:
        yield rule.format(f"#verdict-{word}", word)
    for one in filters:
        for n in range(len(one.values)):
            yield rule.format(Markup('#{} option[value="{}"]').format(one.key, n), f"{one.key}{n}")


def _filters(scanned: tuple[Line, ...]) -> Iterator[Filter]:
    yield Filter("region", overview_words.REGION, _values(region for line in scanned for region in line.regions))
    yield Filter("account", overview_words.ACCOUNT, _values(one for line in scanned for one in line.accounts))
    yield Filter("cause", overview_words.CAUSE, _values(name for line in scanned for name in _causes(line)))


def _values(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _causes(line: Line) -> Iterator[str]:
    yield from (f"{cause.check} {cause.slug}" for cause in line.causes)


def _rows(scanned: tuple[Line, ...], filters: tuple[Filter, ...]) -> Iterator[Row]:
    classes = {(one.key, value): f"{one.key}{n}" for one in filters for n, value in enumerate(one.values)}
    for number, line in enumerate(scanned, start=1):
        has = {"region": line.regions, "account": line.accounts, "cause": tuple(_causes(line))}
        own = dict.fromkeys(classes[key, value] for key, values in has.items() for value in values)
        yield Row(number, line, STATUS[line.verdict], " ".join((line.verdict, *own)))
