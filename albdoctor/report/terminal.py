"""The report on a terminal: the path first, then every step in order, what follows from each folded under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from albdoctor.report import words
from albdoctor.report.format import Ending, Format, Setting, Sheet
from albdoctor.report.lead import lead
from albdoctor.report.model import FindingReport, GapSum, Report, RowStatus
from albdoctor.report.safe import by_hand, plain, typed
from albdoctor.report.screen import Screen, screen_on
from albdoctor.report.short import last_line
from albdoctor.text import Lang, Text, fill

MARKS: dict[RowStatus, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "info": ("i", "cyan"),
    "warning": ("!", "yellow"),
    "error": ("✗", "red"),
    "unknown": ("?", "magenta"),
    "not-reached": ("–", "dim"),
}


class _Reports:
    """Reports as people read them, one after the other."""

    live = False  # which files hold the scripts is known after the last report
    tells_missed = False

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._reports: list[Report] = []

    def add(self, report: Report) -> bytes:
        self._reports.append(report)
        return b""

    def end(self, ending: Ending, sheet: Sheet) -> None:
        """Write every report; quiet leaves the last line of each that goes to stdout."""
        straight = sheet.stdout is not None
        with sheet.page() as page:
            for number, report in enumerate(self._reports):
                if number and straight:
                    page.write("\n")
                if self._setting.quiet and straight:
                    page.write(f"{last_line(report)}\n")
                else:
                    write(report, page, color=self._setting.color and straight, files=ending.files)


def document(setting: Setting) -> Format:
    """Begin a document."""
    return _Reports(setting)


def write(
    report: Report,
    out: TextIO,
    *,
    color: bool = True,
    files: Mapping[str, Path] | None = None,
    width: int | None = None,
) -> None:
    """Write the report. `files` maps fingerprints to the files that hold their scripts (--fix-dir)."""
    _Page(report, screen_on(out, color=color, width=width), files or {}).write()


class _Page:
    def __init__(self, report: Report, console: Screen, files: Mapping[str, Path]) -> None:
        self.report, self.console, self.files = report, console, files
        self.lang: Lang = report.lang
        self.steps = report.steps
        self.scripts = [one.fingerprint for one in self.steps if one.fix.script]
        """Of the steps, in the order in which they must run."""
        self.told: set[str] = set()

    def write(self) -> None:
        self._head()
        self._path()
        for number, step in enumerate(self.steps, start=1):
            if step.is_beside and (number == 1 or not self.steps[number - 2].is_beside):
                self.console.tell(Line(words.BESIDE.of(self.lang), style="bold"))
            self._step(number, step)
        self._gaps()
        if self.report.suppressed:
            self.console.tell(self._say(words.SUPPRESSED, count=len(self.report.suppressed)))
        if self.report.not_selected:
            self.console.tell(self._say(words.NOT_SELECTED, checks=", ".join(self.report.not_selected)))
        style = {"broken": "bold red", "at-risk": "bold yellow", "sound": "bold green"}.get(self.report.verdict, "bold")
        last = self._say(words.EXIT, code=self.report.exit_code, reason=self.report.exit_reason)
        self.console.tell(Line(last, style=style), soft_wrap=True)

    def _say(self, text: Text, **values: str | int) -> str:
        return fill(text.of(self.lang), values)

    def _head(self) -> None:
        report = self.report
        headline = plain(report.request.sentence, 600)
        self.console.tell(Line(f"{headline} {lead(report)}".rstrip(), style="bold"))
        accounts = plain(", ".join(report.scan.accounts))
        parts = [
            self._say(words.ACCOUNT, accounts=accounts) if accounts else words.NO_ACCOUNT.of(self.lang),
            plain(", ".join(report.scan.regions)),
            f"{report.scan.started_at:%Y-%m-%d %H:%M} UTC",
            self._say(words.TOOK, seconds=f"{report.scan.seconds:.1f}"),
        ]
        self.console.tell(Line(" · ".join(part for part in parts if part), style="dim"))
        self.console.tell()

    def _path(self) -> None:
        numbers = self.report.step_numbers
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_column(no_wrap=True, min_width=1)
        for stage in self.report.stages:
            for row in stage.rows:
                mark, style = MARKS[row.status]
                not_reached = words.STATUSES[row.status].of(self.lang) if row.status == "not-reached" else ""
                after = " ".join(filter(None, (not_reached, self._led_to(row.findings, numbers))))
                faded = style if row.status == "not-reached" else ""
                label, saw = Line(plain(row.label), faded), Line(plain(row.saw, 300), faded)
                table.add_row(Line(mark, style), label, saw, Line(after, style))
        self.console.tell(Padding(table, (0, 0, 0, 2), expand=False))
        self.console.tell()

    def _led_to(self, fingerprints: Iterable[str], numbers: Mapping[str, int]) -> str:
        """Number the steps behind a row: its own findings, or what explains them."""
        shown = {one.fingerprint: one for one in self.report.findings}
        causes = {
            numbers[name]
            for fingerprint in fingerprints
            for name in (fingerprint, *shown[fingerprint].explained_by)
            if name in numbers
        }
        return f"← {' '.join(map(str, sorted(causes)))}" if causes else ""

    def _step(self, number: int, cause: FindingReport) -> None:
        _, style = MARKS[cause.severity.value]
        severity = words.SEVERITIES[cause.severity].of(self.lang)
        certainty = words.CERTAINTIES[cause.certainty].of(self.lang)
        head = Line.assemble(
            (f"{number:2}  {severity}", f"bold {style}"),
            (f"  {cause.check} ", "bold"),
            cause.slug,
            (f"  {certainty}", "dim"),
        )
        self.console.tell(head)
        self._block(plain(cause.message), style="bold")
        self._block(plain(cause.why))
        if cause.explained_by:
            self._labelled(words.AFTER, [words.after_steps(self.report.after(cause), self.lang)])
        self._labelled(words.SAW, [f"{plain(seen.asked)}: {plain(seen.saw)}" for seen in cause.evidence])
        if cause.alternatives:
            self._labelled(words.COULD_BE, [plain(other) for other in cause.alternatives])
        if cause.decide:
            self._commands(words.DECIDE, typed(cause.decide))
        self._fix(cause)
        self._effects(cause)
        self.console.tell()

    def _effects(self, cause: FindingReport) -> None:
        """Name what follows; what another cause leads to as well was told in full under the first."""
        said: list[str] = []
        for effect in self.report.effects_of(cause):
            becomes = words.what_becomes(effect.step, self.lang)
            name = f"{effect.check} {effect.slug} ({becomes})"
            said.append(name if effect.fingerprint in self.told else f"{name}: {plain(effect.message)}")
            self.told.add(effect.fingerprint)
        if said:
            self._labelled(words.LEADS_TO, said)

    def _fix(self, cause: FindingReport) -> None:
        fix = cause.fix
        summary = plain(fix.summary)
        if fix.script:
            summary += f" ({words.IMPACTS[fix.impact].of(self.lang)})"
        self._labelled(words.FIX, [summary])
        if fix.side_effects:
            self._labelled(words.MIND, [plain(effect) for effect in fix.side_effects])
        if fix.by_hand:
            self._by_hand(by_hand(fix.by_hand))
        if not fix.script and not fix.by_hand and fix.console:
            self._labelled(words.CONSOLE, [plain(step) for step in fix.console])
        if fix.script:
            self._script(cause)
        if fix.verify:
            self._commands(words.VERIFY, typed(fix.verify))

    def _script(self, cause: FindingReport) -> None:
        """Print the block at the margin, so that it can be pasted; or name the file that holds it."""
        file = self.files.get(cause.fingerprint)
        named = plain(str(file)) if file else ""
        where = words.paste_where(self.lang, decided_first=cause.is_decided_first, where=named)
        number = self.scripts.index(cause.fingerprint) + 1
        said = self._say(words.PASTE_NUMBER, number=number, count=len(self.scripts), where=where)
        self._labelled(words.PASTE, [said if len(self.scripts) > 1 else where])
        for line in () if file else typed(cause.fix.script):
            self.console.tell(Line(line), soft_wrap=True)

    def _by_hand(self, said: list[str]) -> None:
        """Lines that are indented are to be typed: they are not folded."""
        for index, line in enumerate(said):
            show = self._commands if line.startswith("  ") else self._labelled
            show(words.BY_HAND if index == 0 else None, [line])

    def _block(self, text: str, style: str = "") -> None:
        self.console.tell(Padding(Line(text, style=style), (0, 0, 0, 4), expand=False))

    def _labelled(self, label: Text | None, said: list[str]) -> None:
        word = label.of(self.lang) if label else ""
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True, min_width=max(cell_len(word), 8))
        table.add_column(overflow="fold")
        for index, line in enumerate(said):
            table.add_row(Line(word if index == 0 else "", style="cyan"), line)
        self.console.tell(Padding(table, (0, 0, 0, 6), expand=False))

    def _commands(self, label: Text | None, commands: list[str]) -> None:
        """Print commands, each on one physical line however long it is, so that it can be pasted."""
        word = label.of(self.lang) if label else ""
        for index, command in enumerate(commands):
            shown = word if index == 0 else ""
            gap = " " * (10 - cell_len(shown))
            self.console.tell(Line.assemble(("      " + shown, "cyan"), gap, command), soft_wrap=True)

    def _gaps(self) -> None:
        needed, not_required = self.report.needed, self.report.not_required
        crashed = [check.check for check in self.report.checks if check.outcome == "crashed"]
        if needed or crashed:
            self.console.tell(Line(self._not_judged(needed, crashed), style="bold"))
            for gap in needed:
                self._gap(gap, gap.needed_by)
            self.console.tell()
        if not_required:
            self.console.tell(Line(words.NOT_REQUIRED.of(self.lang), style="bold"))
            for gap in not_required:
                self._gap(gap, gap.optional_for or (words.NO_ACCOUNT.of(self.lang),))
            self.console.tell()

    def _gap(self, gap: GapSum, touched: tuple[str, ...]) -> None:
        reason = words.GAPS[gap.gap].of(self.lang)
        shown = f"{plain(gap.asked)}: {reason}" + (f" ({plain(gap.detail, 200)})" if gap.detail else "")
        names = ", ".join(touched[:6]) + (f" +{len(touched) - 6}" if len(touched) > 6 else "")
        self.console.tell(Padding(Line.assemble(shown, (f"  → {names}", "dim")), (0, 0, 0, 4), expand=False))

    def _not_judged(self, needed: Iterable[GapSum], crashed: Iterable[str]) -> str:
        touched = {name for gap in needed for name in gap.needed_by} | set(crashed)
        number = self._say(words.CHECKS, count=len(touched)) if len(touched) != 1 else words.ONE_CHECK.of(self.lang)
        return f"{words.NOT_JUDGED.of(self.lang)}: {number}"
