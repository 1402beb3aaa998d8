"""The overview of many scans on a terminal: what is not sound, the causes over all of them, why this exit code."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import TextIO

from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Shown

from albdoctor.checkup.verdict import Word
from albdoctor.facts.known import Gap
from albdoctor.report import overview_words as words
from albdoctor.report import words as report_words
from albdoctor.report.format import Format, Setting, Sheet
from albdoctor.report.model import Status
from albdoctor.report.overview import Line, Missing, Overview, Shared
from albdoctor.report.overview_format import OfLines
from albdoctor.report.safe import plain
from albdoctor.report.screen import Screen, screen_on
from albdoctor.report.terminal import MARKS
from albdoctor.text import Lang, Text, fill

STATUS: dict[Word, Status] = {"broken": "error", "at-risk": "warning", "unknown": "unknown", "sound": "ok"}
STYLES = {"broken": "bold red", "at-risk": "bold yellow", "unknown": "bold", "sound": "bold green"}
WIDEST = 40
"""Cells of the column of names; a longer name moves what follows it."""
NAMES = 5
"""Names that are listed for one cause."""
GAPS = 20
"""Kinds of gaps that are listed."""


def document(setting: Setting) -> Format:
    """Begin a document; quiet leaves the last line of what goes to stdout."""

    def put(told: Mapping[Lang, Overview], sheet: Sheet) -> None:
        straight = sheet.stdout is not None
        tell = write_last_line if setting.quiet and straight else write
        with sheet.page() as page:
            tell(told[setting.lang], page, setting.lang, color=setting.color and straight)

    return OfLines(put, setting)


def write(overview: Overview, out: TextIO, lang: Lang, *, color: bool = True) -> None:
    """Write the overview."""
    _Page(overview, screen_on(out, color=color), lang).write()


def write_last_line(overview: Overview, out: TextIO, lang: Lang, *, color: bool = True) -> None:
    """Write only the exit code and why."""
    page = _Page(overview, screen_on(out, color=color), lang)
    page.last_line()


class _Page:
    def __init__(self, overview: Overview, console: Screen, lang: Lang) -> None:
        self.overview, self.console = overview, console
        self.lang: Lang = lang

    def write(self) -> None:
        self._head()
        self._lines()
        self._causes()
        self._gaps()
        self.last_line()

    def _say(self, text: Text, **values: str | int) -> str:
        return fill(text.of(self.lang), values)

    def _scans(self, count: int) -> str:
        return words.number(words.SCANS, count, self.lang)

    def _print(self, *parts: str | tuple[str, str], indent: int = 0) -> None:
        """Print one physical line, however long it is, so that it can be searched and pasted."""
        self.console.tell(Shown.assemble(" " * indent, *parts), soft_wrap=True)

    def _head(self) -> None:
        self._print((headline(self.overview, self.lang), "bold"))
        self._print("")

    def _lines(self) -> None:
        told = [line for line in self.overview.lines if line.verdict != "sound"]
        rows = [(line, name_and_note(line, self.lang), ", ".join(line.regions)) for line in told]
        names = min(max((cell_len(name) for _, name, _ in rows), default=0), WIDEST)
        regions = max((cell_len(region) for _, _, region in rows), default=0)
        verdicts = max((cell_len(report_words.VERDICTS[line.verdict].of(self.lang)) for line in told), default=0)
        for line, name, region in rows:
            mark, style = MARKS[STATUS[line.verdict]]
            verdict = _wide(report_words.VERDICTS[line.verdict].of(self.lang), verdicts)
            columns = (f"{_wide(name, names)}  {_wide(plain(region), regions)}  ", (verdict, style))
            self._print((mark, style), "  ", *columns, f"  {self._first(line)}", indent=2)
        sound = self.overview.totals["sound"]
        if sound:
            self._print((MARKS["ok"][0], "green"), f"  {self._say(words.TOTALS['sound'], n=sound)}", indent=2)
        if self.overview.lines:
            self._print("")

    def _first(self, line: Line) -> str:
        """Name the first root cause, or else the first gap, and how many more there are."""
        names = [f"{cause.check} {cause.slug}" for cause in line.causes] or [self._missing(gap) for gap in line.gaps]
        return plain(names[0] if names else "") + (f" +{len(names) - 1}" if len(names) > 1 else "")

    def _missing(self, gap: Missing) -> str:
        return f"{gap.asked}: {report_words.GAPS[gap.gap].of(self.lang)}"

    def _causes(self) -> None:
        if not self.overview.shared:
            return
        self._print((words.CAUSES.of(self.lang), "bold"))
        for number, shared in enumerate(self.overview.shared, start=1):
            self._shared(number, shared)
        if any(cause.fix.script for shared in self.overview.shared for cause in shared.causes):
            self._print((words.ALL_SCRIPTS.of(self.lang), "dim"))
        self._print("")

    def _shared(self, number: int, shared: Shared) -> None:
        _, style = MARKS[shared.severity.value]
        self._print(
            (f"{number:2}  {report_words.severity(shared, self.lang)}", f"bold {style}"),
            (f"  {shared.check} ", "bold"),
            shared.slug,
            (f"  {extent(shared, self.lang)}", "dim"),
        )
        first = shared.causes[0]
        more = f" ({self._say(words.MORE, n=shared.messages - 1)})" if shared.messages > 1 else ""
        self._block(plain(first.message) + more)
        self._labelled(words.SCANNED, plain(_few(line.title for line in shared.lines)))
        impact = f" ({report_words.IMPACTS[first.fix.impact].of(self.lang)})" if first.fix.script else ""
        self._labelled(report_words.FIX, plain(first.fix.summary) + impact)
        domain = next((line.domain for line in shared.lines if line.named), None)
        if domain is not None:
            self._command(words.DETAILS, f"albdoctor scan --domain {_word(domain)}")

    def _gaps(self) -> None:
        missed = [(Missing(gap.gap, gap.asked), gap.detail) for gap in self.overview.missed]
        if missed:
            self._print((words.NOT_LISTED.of(self.lang), "bold"))
            for gap, detail in missed:
                self._block(plain(self._missing(gap)) + (f" ({plain(detail, 200)})" if detail else ""))
        if self.overview.gaps:
            self._print((report_words.NOT_JUDGED.of(self.lang), "bold"))
            for spread in self.overview.gaps[:GAPS]:
                where = self._say(words.MET_BY, scans=self._scans(spread.scans))
                self._block(f"{plain(self._missing(spread.missing))}, {where}")
            if len(self.overview.gaps) > GAPS:
                self._block(self._say(words.MORE, n=len(self.overview.gaps) - GAPS))
        kinds = {gap.gap for gap, _ in missed} | {spread.missing.gap for spread in self.overview.gaps}
        if Gap.DENIED in kinds:
            self._print((words.POLICY.of(self.lang), "dim"))
        if kinds:
            self._print("")

    def last_line(self) -> None:
        last = self._say(report_words.EXIT, code=self.overview.exit_code, reason=self.overview.exit_reason)
        worst = next((word for word, count in self.overview.totals.items() if count), "unknown")
        self._print((last, STYLES[worst]))

    def _block(self, text: str) -> None:
        self.console.tell(Padding(Shown(text), (0, 0, 0, 4), expand=False))

    def _labelled(self, label: Text, said: str) -> None:
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_row(Shown(_wide(label.of(self.lang), 8), style="cyan"), said)
        self.console.tell(Padding(table, (0, 0, 0, 6), expand=False))

    def _command(self, label: Text, command: str) -> None:
        word = label.of(self.lang)
        self._print((word, "cyan"), " " * max(10 - cell_len(word), 2), command, indent=6)


def headline(overview: Overview, lang: Lang) -> str:
    """Count the scans, and their verdicts from the worst on."""
    if not overview.lines:
        return words.NONE.of(lang)
    scans = words.number(words.SCANS, len(overview.lines), lang)
    if overview.balancers:
        balancers = words.number(words.BALANCERS, overview.balancers, lang)
        scans = fill(words.OF.of(lang), {"scans": scans, "balancers": balancers})
    verdicts = (fill(words.TOTALS[word].of(lang), {"n": count}) for word, count in overview.totals.items() if count)
    return f"{scans}: {', '.join(verdicts)}"


def name_and_note(line: Line, lang: Lang) -> str:
    """Name a scan; of a load balancer without a name, say so."""
    return plain(line.title) + ("" if line.named else f" ({words.NO_NAME.of(lang)})")


def extent(shared: Shared, lang: Lang) -> str:
    """Say how many things are touched, and how many scans met them."""
    places = ", ".join(words.number(words.PLACES[kind], count, lang) for kind, count in shared.places.items())
    scans = words.number(words.SCANS, len(shared.lines), lang)
    return f"{fill(words.ON.of(lang), {'places': places})}, {fill(words.MET_BY.of(lang), {'scans': scans})}"


def _word(name: str) -> str:
    """Quote a name for the shell if it needs that; letters of any language do not."""
    return name if re.fullmatch(r"[\w.-]+", name) else plain(shlex.quote(name))


def _few(names: Iterable[str]) -> str:
    every = list(dict.fromkeys(names))
    return ", ".join(every[:NAMES]) + (f" +{len(every) - NAMES}" if len(every) > NAMES else "")


def _wide(text: str, cells: int) -> str:
    return text + " " * (cells - cell_len(text))
