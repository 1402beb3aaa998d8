"""The index of many scans as one HTML file: nothing loaded, whole without its one script; filters are plain CSS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from markupsafe import Markup
from msgspec import Struct

from albdoctor.report import overview_words
from albdoctor.report.format import Format, Setting
from albdoctor.report.html import environment, part, paste_where, policy
from albdoctor.report.model import Status
from albdoctor.report.overview import Cause, Line, Overview, Shared
from albdoctor.report.overview_format import OfLines
from albdoctor.report.overview_text import STATUS, extent, headline
from albdoctor.text import Lang, Text, fill
from albdoctor.version import VERSION

MOST_SHARED = 3
"""Causes of many scans that are shown before the scans; the others are folded."""


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
    """Begin a document, in both languages."""
    other: Lang = "ko" if setting.lang == "en" else "en"
    return OfLines(lambda told, sheet: sheet.write(render(told, setting.lang).encode()), setting, (other,))


def render(overviews: Mapping[Lang, Overview], lang: Lang) -> str:
    """Write the page; every value is escaped for HTML and freed of hidden characters.

    It begins with the language that is named; a list of scans is in the same order in every one.
    """
    own, *others = sorted(overviews, key=lambda one: one != lang)
    editions = [Edition(own, overviews[own], ""), *(Edition(one, overviews[one], f"{one}-") for one in others)]
    style = part("report.css") + part("index.css") + Markup("\n").join(_hiding(editions[0]))
    script = part("report.js")
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            editions=editions,
            lang=own,
            title=editions[0].title,
            style=style,
            script=script,
            policy=policy(style, script),
            version=VERSION,
            most=MOST_SHARED,
        )
    )


class Edition:
    """The overview in one language, and how its words are said."""

    def __init__(self, lang: Lang, overview: Overview, mark: str) -> None:
        """Begin every id with `mark`: of the page's own language it is empty, so that links to it stay."""
        self.lang: Lang = lang
        self.mark, self.overview = mark, overview
        every = tuple(_filters(overview.lines))
        self.rows = tuple(_rows(overview.lines, every))
        self.filters = [one for one in every if len(one.values) > 1]
        """A list with one value has nothing to choose."""
        self.headline = headline(overview, lang)
        self.title = f"albdoctor: {self.headline}"
        self.started_at = min((line.started_at for line in overview.lines), default=None)
        shared = (one for one in overview.shared if len(one.lines) > 1 or len(one.causes) > 1)
        self.shared = [(one, extent(one, lang)) for one in shared]
        self._numbers = {id(row.line): row.number for row in self.rows}

    def scans_of(self, one: Shared) -> list[tuple[int, str]]:
        """The rows of the scans that met a cause, by number and name."""
        return [(self._numbers[id(line)], line.title) for line in one.lines]

    def say(self, text: Text, **values: str | int) -> str:
        """Say some of our words."""
        return fill(text.of(self.lang), values)

    def number(self, counted: tuple[Text, Text], n: int) -> str:
        """Say how many."""
        return overview_words.number(counted, n, self.lang)

    def paste(self, cause: Cause) -> str:
        """Say where a cause's script goes."""
        return paste_where(self.lang, cause)


def _hiding(edition: Edition) -> Iterator[Markup]:
    """The style rules that hide the rows which a choice leaves out, in whatever language it is made."""
    rule = Markup(".edition:has({}:checked) tr.scan:not(.{}) {{ display: none; }}")
    for word in edition.overview.totals:
        yield rule.format(f".verdict-{word}", word)
    for one in edition.filters:
        for n in range(len(one.values)):
            yield rule.format(Markup('.by-{} option[value="{}"]').format(one.key, n), f"{one.key}{n}")


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
