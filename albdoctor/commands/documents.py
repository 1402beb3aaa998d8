"""The documents that a run of scans writes. Reports come one by one; each format keeps of them only what it must.

One after the other (`scan --all`) or few at once (`scan --domain`): the same formats, the same exit code.
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from albdoctor.checkup.allowed import ALL, NONE, Allowed, is_allowed
from albdoctor.commands.fix_files import Fixes
from albdoctor.commands.given import ScanGiven
from albdoctor.commands.output import Output
from albdoctor.exits import Exit
from albdoctor.facts.known import Unknown
from albdoctor.policy import Policy
from albdoctor.report import overview_words as words
from albdoctor.report import words as report_words
from albdoctor.report.format import Ending, Setting, Sheet, begin
from albdoctor.report.gaps import told
from albdoctor.report.model import GapReport, Report
from albdoctor.report.safe import plain
from albdoctor.streams import tell


class Documents:
    """Takes the reports; a context manager, so that nothing half-written stays when the scan fails."""

    def __init__(
        self, wanted: tuple[Output, ...], setting: Setting, *, allowed: Allowed = NONE, fix_dir: Path | None = None
    ) -> None:
        """Write nothing yet."""
        self._setting, self._allowed, self._fix_dir = setting, allowed, fix_dir
        self._made = [(output, begin(output.format, setting)) for output in wanted]
        self._sheets: list[Sheet | None] = []
        """Open already where the format is live."""
        self._codes = Counter[int]()
        self._sound = True
        self._missed: list[GapReport] = []
        self._unlisted: list[Unknown] = []
        self._fixes: Fixes | None = None
        self._files = ExitStack()

    def __enter__(self) -> Self:
        """Open what is written as reports come; what cannot be written is a `BadOptionError`."""
        with ExitStack() as opened:
            self._fixes = Fixes(self._fix_dir) if self._fix_dir else None
            self._sheets = [opened.enter_context(one.opened()) if form.live else None for one, form in self._made]
            self._files = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the old files as they were when an exception ends the scan."""
        self._files.__exit__(kind, error, trace)

    def add(self, report: Report) -> None:
        """Take the next report."""
        self._codes[report.exit_code] += 1
        self._sound = self._sound and report.verdict == "sound" and not report.findings
        if self._fixes:
            self._fixes.add(report)
        for (_, form), sheet in zip(self._made, self._sheets, strict=True):
            content = form.add(report)
            if sheet:
                sheet.write(content)

    def missed(self, gap: Unknown) -> None:
        """Take note that load balancers could not be listed, so that there is no report of them."""
        self._missed.append(told(gap, self._setting.lang))
        self._unlisted.append(gap)

    @property
    def exit_code(self) -> Exit:
        """1 before 3 before 0, over all reports; that there was nothing to scan is a gap too.

        Where nothing was scanned because nobody could list it, no allowance makes it 0.
        """
        if self._codes[Exit.FINDINGS]:
            return Exit.FINDINGS
        unlisted = not all(is_allowed(gap, self._allowed) for gap in self._unlisted)
        nothing = not self._codes.total() and (bool(self._unlisted) or ALL not in self._allowed)
        return Exit.GAPS if self._codes[Exit.GAPS] or unlisted or nothing else Exit.SOUND

    @property
    def on_terminal(self) -> bool:
        """Whether reports appear on a terminal as they come, where a line of progress would be in their way."""
        return any(sheet and sheet.stdout and sheet.stdout.isatty() for sheet in self._sheets)

    def finish(self) -> Exit:
        """Write everything that waits for the last report; give the exit code."""
        ending = Ending(
            code=self.exit_code,
            codes=self._codes,
            sound=self._sound,
            missed=tuple(self._missed),
            files=self._fixes.write() if self._fixes else {},
        )
        for (_, form), sheet in zip(self._made, self._sheets, strict=True):
            if sheet:
                form.end(ending, sheet)
        self._files.close()
        for (output, form), sheet in zip(self._made, self._sheets, strict=True):
            if not sheet:
                with output.opened() as opened:
                    form.end(ending, opened)
        if not any(form.tells_missed for _, form in self._made):
            for gap in self._missed:
                tell(f"albdoctor: {self._untold(gap)}")
        return ending.code

    def _untold(self, gap: GapReport) -> str:
        title, reason = (text.of(self._setting.lang) for text in (words.NOT_LISTED, report_words.GAPS[gap.gap]))
        return plain(f"{title}: {gap.asked}: {reason}" + (f" ({gap.detail})" if gap.detail else ""))


def documents(given: ScanGiven, wanted: tuple[Output, ...], policy: Policy, *, fleet: bool = False) -> Documents:
    """The documents that a command's options ask for."""
    setting = Setting(
        fail_on=policy.fail_on,
        lang=policy.lang,
        fleet=fleet,
        color=not given.no_color,
        quiet=given.quiet,
        verbose=given.verbose,
        windows=sys.platform == "win32",
    )
    return Documents(wanted, setting, allowed=policy.allowed, fix_dir=given.fix_dir)
