"""The report on a terminal: the path first, then every step in order, what follows from each folded under it.

It is to be read at once: what is longer than a screen bears (a long script, a row that the request does not come to,
the symptoms in full) is shown with `-v`, and named here. What is to be pasted is never cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

from rich.cells import cell_len
from rich.text import Text as Line

from albdoctor.checkup.finding import Certainty
from albdoctor.facts.known import Gap
from albdoctor.report import words
from albdoctor.report.columns import cut, padded, wrapped
from albdoctor.report.fix_names import file_names, key_of
from albdoctor.report.format import Ending, Format, Setting, Sheet
from albdoctor.report.lead import lead
from albdoctor.report.model import AccessReport, FindingReport, GapSum, Report, Row, RowStatus
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
LONG = 20
"""Lines of a script; one that has more is not shown beside its cause, but the command that runs it."""
ENOUGH = 3
"""Pieces of evidence that are shown of a confirmed finding; what decides stands first."""
FOLDER = "fixes"
"""What the folder of `--fix-dir` is called where one is proposed."""
INDENT = 4
"""Cells before what belongs to a step."""
LABEL = 10
"""Cells of a label and the gap behind it; a longer label takes what it needs."""


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
        straight, setting = sheet.stdout is not None, self._setting
        names = names_of(self._reports)
        with sheet.page() as page:
            for number, report in enumerate(self._reports):
                if number and straight:
                    page.write("\n")
                if setting.quiet and straight:
                    page.write(f"{last_line(report)}\n")
                else:
                    write(
                        report,
                        page,
                        color=setting.color and straight,
                        files=ending.files,
                        names=names,
                        verbose=setting.verbose,
                        windows=setting.windows,
                    )


def document(setting: Setting) -> Format:
    """Begin a document."""
    return _Reports(setting)


def names_of(reports: Iterable[Report]) -> dict[str, str]:
    """The files that `--fix-dir` would make of these reports' scripts, by fingerprint."""
    steps = list({key_of(one): one for report in reports for one in report.steps}.values())
    return {one.fingerprint: name for one, name in zip(steps, file_names(steps), strict=True)}


def write(
    report: Report,
    out: TextIO,
    *,
    color: bool = True,
    files: Mapping[str, Path] | None = None,
    names: Mapping[str, str] | None = None,
    width: int | None = None,
    verbose: bool = False,
    windows: bool = False,
) -> None:
    """Write the report.

    `files` maps fingerprints to the files that hold their scripts (--fix-dir), `names` to those that would.
    """
    page = _Page(report, screen_on(out, color=color, width=width), verbose=verbose, windows=windows)
    page.write(files or {}, names or names_of((report,)))


class _Page:
    def __init__(self, report: Report, console: Screen, *, verbose: bool, windows: bool) -> None:
        self.report, self.console, self.verbose, self.windows = report, console, verbose, windows
        self.files: Mapping[str, Path] = {}
        self.names: Mapping[str, str] = {}
        self.lang: Lang = report.lang
        self.steps = report.steps
        self.scripts = [one.fingerprint for one in self.steps if one.fix.script]
        """Of the steps, in the order in which they must run."""
        self.told: set[str] = set()
        self.left_out = False

    def write(self, files: Mapping[str, Path], names: Mapping[str, str]) -> None:
        self.files, self.names = files, names
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
        if self.left_out:
            self.console.tell(Line(words.MORE_SHOWN.of(self.lang), style="dim"))
        style = {"broken": "bold red", "at-risk": "bold yellow", "sound": "bold green"}.get(self.report.verdict, "bold")
        last = self._say(words.EXIT, code=self.report.exit_code, reason=self.report.exit_reason)
        self.console.tell(Line(last, style=style), soft_wrap=True)

    def _say(self, text: Text, **values: str | int) -> str:
        return fill(text.of(self.lang), values)

    def _head(self) -> None:
        report = self.report
        if report.access and report.access.sentence:
            self._block(plain(report.access.sentence), style="bold", indent=0)
        headline = plain(report.request.sentence, 600)
        self._block(f"{headline} {lead(report)}".rstrip(), style="bold", indent=0)
        accounts = plain(", ".join(report.scan.accounts))
        parts = [
            self._say(words.ACCOUNT, accounts=accounts) if accounts else words.NO_ACCOUNT.of(self.lang),
            plain(", ".join(report.scan.regions)),
            f"{report.scan.started_at:%Y-%m-%d %H:%M} UTC",
            self._say(words.TOOK, seconds=f"{report.scan.seconds:.1f}"),
        ]
        self._block(" · ".join(part for part in parts if part), style="dim", indent=0)
        self.console.tell()

    def _path(self) -> None:
        """A line for each thing on the path: mark, name, what was seen, the steps behind it."""
        numbers = self.report.step_numbers
        rows = [row for stage in self.report.stages for row in stage.rows]
        after = [self._after(row, numbers) for row in rows]
        names = max((cell_len(plain(row.label)) for row in rows), default=0)
        ends = max(map(cell_len, after), default=0)
        room = max(self.console.width - (7 + names + (2 + ends if ends else 0)), 20)
        for row, end in zip(rows, after, strict=True):
            mark, style = MARKS[row.status]
            faded = style if row.status == "not-reached" else ""
            saw = plain(row.saw, 300)
            short = not self.verbose and row.status == "not-reached"
            self.left_out |= short and cut(saw, room) != saw
            first, *more = [cut(saw, room)] if short else wrapped(saw, room)
            label = padded(plain(row.label), names)
            shown = padded(first, room) if end else first
            self._whole(
                ("  ", ""), (mark, style), ("  ", ""), (label, faded), ("  ", ""), (shown, faded), (f"  {end}", style)
            )
            for line in more:
                self._whole((" " * (7 + names), ""), (line, faded))
        self.console.tell()

    def _after(self, row: Row, numbers: Mapping[str, int]) -> str:
        not_reached = words.STATUSES[row.status].of(self.lang) if row.is_behind else ""
        return " ".join(filter(None, (not_reached, self._led_to(row.findings, numbers))))

    def _led_to(self, fingerprints: Iterable[str], numbers: Mapping[str, int]) -> str:
        """Number the steps behind a row: its own findings, or what explains them or mends them too."""
        shown = {one.fingerprint: one for one in self.report.findings}
        causes = {
            numbers[name]
            for fingerprint in fingerprints
            for name in (fingerprint, *shown[fingerprint].goes_with)
            if name in numbers
        }
        return f"← {' '.join(map(str, sorted(causes)))}" if causes else ""

    def _step(self, number: int, cause: FindingReport) -> None:
        _, style = MARKS[cause.severity.value]
        severity = words.severity(cause, self.lang)
        certainty = words.CERTAINTIES[cause.certainty].of(self.lang)
        self._whole(
            (f"{number:2}  {severity}", f"bold {style}"),
            (f"  {cause.check} ", "bold"),
            (cause.slug, ""),
            (f"  {certainty}", "dim"),
        )
        self._block(plain(cause.message), style="bold")
        if number == 1 or self.verbose:
            self._block(plain(cause.why))
        self.left_out |= number > 1 and not self.verbose
        if cause.explained_by:
            self._labelled(words.AFTER, [words.after_steps(self.report.after(cause), self.lang)])
        if cause.source:
            place = f"{cause.source.file}:{cause.source.line} {cause.source.name}"
            self._labelled(words.WRITTEN_IN, [plain(place)])
        self._labelled(words.SAW, self._evidence(cause))
        if cause.alternatives:
            self._labelled(words.COULD_BE, [plain(other) for other in cause.alternatives])
        if cause.decide:
            self._commands(words.DECIDE, typed(cause.decide))
        self._fix(cause)
        self._effects(cause)
        self.console.tell()

    def _evidence(self, cause: FindingReport) -> list[str]:
        """What was seen; of what is confirmed the first pieces are enough to believe it."""
        said = [f"{plain(seen.asked)}: {plain(seen.saw)}" for seen in cause.evidence]
        if self.verbose or cause.certainty is not Certainty.CONFIRMED or len(said) <= ENOUGH:
            return said
        self.left_out = True
        said[ENOUGH - 1] += f" ({self._say(words.MORE_EVIDENCE, count=len(said) - ENOUGH)})"
        return said[:ENOUGH]

    def _effects(self, cause: FindingReport) -> None:
        """Name what goes with the fix and what follows from the cause; with `-v` what each is, once."""
        effects = self.report.effects_of(cause)
        mended = [one for one in effects if one.root_cause]
        later = [one for one in effects if one.step]
        symptoms = [one for one in effects if not (one.root_cause or one.step)]
        for label, told in ((words.MENDS_TOO, mended), (words.LEADS_TO, later), (words.ENDS, symptoms)):
            names = [self._named(one) for one in told]
            if names:
                self._labelled(label, names if self.verbose else [", ".join(names)])
        self.left_out |= bool(effects) and not self.verbose

    def _named(self, effect: FindingReport) -> str:
        name = f"{effect.check} {effect.slug}"
        if effect.step:
            name += f" ({words.what_becomes(effect, self.lang)})"
        in_full = self.verbose and effect.fingerprint not in self.told
        self.told.add(effect.fingerprint)
        return f"{name}: {plain(effect.message)}" if in_full else name

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
        if fix.console and (self.verbose or not (fix.script or fix.by_hand)):
            self._labelled(words.CONSOLE, [plain(step) for step in fix.console])
        self.left_out |= bool(fix.console) and not self.verbose
        if fix.script:
            self._script(cause)
        if fix.verify:
            self._commands(words.VERIFY, typed(fix.verify))

    def _script(self, cause: FindingReport) -> None:
        """Print the block at the margin, so that it can be pasted; or name the file that holds it, or would."""
        file, lines = self.files.get(cause.fingerprint), typed(cause.fix.script)
        shown = not file and (self.verbose or len(lines) <= LONG)
        named = plain(str(file)) if file else ""
        if not shown and not file:
            long = words.PASTE_LONG_WINDOWS if self.windows else words.PASTE_LONG
            named = self._say(long, lines=len(lines))
            self.left_out = True
        where = words.paste_where(self.lang, decided_first=cause.is_decided_first, where=named, windows=self.windows)
        number = self.scripts.index(cause.fingerprint) + 1
        said = self._say(words.PASTE_NUMBER, number=number, count=len(self.scripts), where=where)
        self._labelled(words.PASTE, [said if len(self.scripts) > 1 else where])
        if not shown and not file:
            self._commands(None, [f"bash {FOLDER}/{self.names[cause.fingerprint]}"])
        for line in lines if shown else ():
            self.console.tell(Line(line), soft_wrap=True)

    def _by_hand(self, said: list[str]) -> None:
        """Lines that are indented are to be typed: they are not folded."""
        for index, line in enumerate(said):
            show = self._commands if line.startswith("  ") else self._labelled
            show(words.BY_HAND if index == 0 else None, [line])

    def _block(self, text: str, style: str = "", indent: int = INDENT) -> None:
        for line in wrapped(text, self.console.width - indent):
            self._whole((" " * indent, ""), (line, style))

    def _labelled(self, label: Text | None, said: list[str]) -> None:
        word = label.of(self.lang) if label else ""
        column = max(cell_len(word) + 2, LABEL)
        lines = [line for text in said for line in wrapped(text, self.console.width - INDENT - column)]
        for index, line in enumerate(lines):
            self._whole((" " * INDENT, ""), (padded(word if index == 0 else "", column), "cyan"), (line, ""))

    def _commands(self, label: Text | None, commands: list[str]) -> None:
        """Print commands, each on one physical line however long it is, so that it can be pasted."""
        word = label.of(self.lang) if label else ""
        for index, command in enumerate(commands):
            self._whole((" " * INDENT, ""), (padded(word if index == 0 else "", LABEL), "cyan"), (command, ""))

    def _whole(self, *parts: tuple[str, str]) -> None:
        """Print one line as it is; a terminal that is narrower shows it on two rows, and copies it as one."""
        self.console.tell(Line.assemble(*parts), soft_wrap=True)

    def _gaps(self) -> None:
        needed = self.report.needed
        # What nobody asked for, and no option kept away, is for whoever wants everything: nothing can be done about it.
        not_required = [
            gap for gap in self.report.not_required if self.verbose or gap.detail or gap.gap is not Gap.NOT_ASKED
        ]
        crashed = [check.check for check in self.report.checks if check.outcome == "crashed"]
        if needed or crashed:
            self.console.tell(Line(self._not_judged(needed, crashed), style="bold"))
            for gap in needed:
                self._gap(gap, gap.needed_by)
            self.console.tell()
        if self.report.access and self.report.access.missing:
            self._access(self.report.access)
        if not_required:
            self.console.tell(Line(words.NOT_REQUIRED.of(self.lang), style="bold"))
            for gap in not_required:
                self._gap(gap, gap.optional_for or (words.NO_ACCOUNT.of(self.lang),))
            self.console.tell()

    def _access(self, access: AccessReport) -> None:
        """All that is missing at once, and what gives it."""
        title = self._say(words.MISSING, count=len(access.missing))
        self.console.tell(Line(title, style="bold"))
        self._block(", ".join(access.missing))
        self._commands(words.ALLOW, list(access.commands))
        if access.note:
            self._labelled(None, [plain(access.note)])
        self.console.tell()

    def _gap(self, gap: GapSum, touched: tuple[str, ...]) -> None:
        reason = words.GAPS[gap.gap].of(self.lang)
        shown = f"{plain(gap.asked)}: {reason}" + (f" ({plain(gap.detail, 200)})" if gap.detail else "")
        names = ", ".join(touched[:6]) + (f" +{len(touched) - 6}" if len(touched) > 6 else "")
        self._block(f"{shown}  → {names}")

    def _not_judged(self, needed: Iterable[GapSum], crashed: Iterable[str]) -> str:
        touched = {name for gap in needed for name in gap.needed_by} | set(crashed)
        number = self._say(words.CHECKS, count=len(touched)) if len(touched) != 1 else words.ONE_CHECK.of(self.lang)
        return f"{words.NOT_JUDGED.of(self.lang)}: {number}"
