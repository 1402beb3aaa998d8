"""The outputs of many scans (`scan --all`): reports come one by one, each output keeps of them only what it must.

jsonl writes each report as it comes and keeps nothing; text and html keep a `Line` of each, which grows with what was
found; json, sarif, junit, markdown and github are documents in one order, made of whole reports, which they keep.
"""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click

from albdoctor.api import Policy
from albdoctor.checkup.verdict import FailOn
from albdoctor.commands.fix_files import Scripts
from albdoctor.commands.output import Output, to_stdout
from albdoctor.exits import Exit
from albdoctor.facts.known import Unknown
from albdoctor.files import growing
from albdoctor.report import json, jsonl
from albdoctor.report import overview_words as words
from albdoctor.report import words as report_words
from albdoctor.report.model import GapReport, Report
from albdoctor.report.overview import Line, Overview, line_of, overview
from albdoctor.report.safe import plain
from albdoctor.text import Lang

OVERVIEWS = frozenset(("text", "html"))
TELL_MISSED = OVERVIEWS | {"json"}
"""Formats that have a place for what kept the scan from listing every load balancer."""


class Many:
    """Takes the reports, one by one; a context manager, so that nothing half-written stays when the scan fails."""

    def __init__(
        self,
        wanted: tuple[Output, ...],
        *,
        fail_on: FailOn,
        lang: Lang,
        allow_gaps: bool = False,
        color: bool = True,
        quiet: bool = False,
        fix_dir: Path | None = None,
    ) -> None:
        """Write nothing yet."""
        self._wanted = wanted
        self._fail_on: FailOn = fail_on
        self._lang: Lang = lang
        self._allow_gaps, self._color, self._quiet = allow_gaps, color, quiet
        formats = {output.format for output in wanted}
        self._lines: list[Line] | None = [] if formats & OVERVIEWS else None
        self._reports: list[Report] | None = [] if formats - OVERVIEWS - {"jsonl"} else None
        self._codes = Counter[int]()
        self._sound = True
        self._missed: list[GapReport] = []
        self._fix_dir = fix_dir
        self._scripts: Scripts | None = None
        self._files = ExitStack()
        self._live: list[Callable[[bytes], None]] = []

    def __enter__(self) -> Self:
        """Open what is written as reports come; what cannot be written is a `BadOptionError`."""
        with ExitStack() as opened:
            self._scripts = Scripts(self._fix_dir) if self._fix_dir else None
            for output in self._wanted:
                if output.format == "jsonl":
                    self._live.append(opened.enter_context(growing(output.path)) if output.path else to_stdout)
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
        if self._scripts:
            self._scripts.add(report)
        if self._live:
            content = jsonl.line(report)
            for write in self._live:
                write(content)
        if self._lines is not None:
            self._lines.append(line_of(report))
        if self._reports is not None:
            self._reports.append(report)

    def missed(self, gap: Unknown) -> None:
        """Take note that load balancers could not be listed, so that there is no report of them."""
        self._missed.append(GapReport(gap=gap.gap, asked=gap.asked, detail=gap.detail))

    @property
    def exit_code(self) -> Exit:
        """1 before 3 before 0, over all reports; that there was nothing to scan is a gap too."""
        if self._codes[Exit.FINDINGS]:
            return Exit.FINDINGS
        gaps = self._codes[Exit.GAPS] or self._missed or not self._codes.total()
        return Exit.GAPS if gaps and not self._allow_gaps else Exit.SOUND

    @property
    def on_terminal(self) -> bool:
        """Whether reports appear on a terminal as they come, where a line of progress would be in their way."""
        return sys.stdout.isatty() and to_stdout in self._live

    def finish(self) -> Exit:
        """Write everything that waits for the last report; give the exit code."""
        code = self.exit_code
        self._files.close()
        for output in self._wanted:
            if output.format == "text":
                self._text(output, code)
            elif output.format == "html":
                from albdoctor.report import index

                output.put(index.render(self._overview(code), self._lang).encode())
            elif output.format != "jsonl":
                output.put(self._whole(output))
        if not {output.format for output in self._wanted} & TELL_MISSED:
            for gap in self._missed:
                click.echo(f"albdoctor: {self._untold(gap)}", err=True)
        return code

    def _overview(self, code: Exit) -> Overview:
        reason = words.exit_reason(
            code,
            self._codes,
            sound=self._sound,
            missed=bool(self._missed),
            fail_on=self._fail_on,
            lang=self._lang,
        )
        return overview(self._lines or (), self._missed, code, reason)

    def _text(self, output: Output, code: Exit) -> None:
        from albdoctor.report import overview_text

        told = self._overview(code)
        write = overview_text.write_last_line if self._quiet and output.path is None else overview_text.write
        if output.path is None:
            write(told, sys.stdout, self._lang, color=self._color)
            return
        page = io.StringIO()
        write(told, page, self._lang, color=False)
        output.put(page.getvalue().encode())

    def _whole(self, output: Output) -> bytes:
        """Scans end in any order; their reports are written in one."""
        reports = tuple(sorted(self._reports or (), key=lambda one: (one.scan.domain, one.scan.balancers)))
        if output.format == "json":
            return json.render_many(reports, self._missed)
        return output.render(reports, self._scripts.files if self._scripts else {}, self._fail_on)

    def _untold(self, gap: GapReport) -> str:
        title, reason = words.NOT_LISTED.of(self._lang), report_words.GAPS[gap.gap].of(self._lang)
        return plain(f"{title}: {gap.asked}: {reason}" + (f" ({gap.detail})" if gap.detail else ""))


def many(given: dict[str, Any], wanted: tuple[Output, ...], policy: Policy) -> Many:
    """The outputs that a command's options ask for."""
    return Many(
        wanted,
        fail_on=policy.fail_on,
        lang=policy.lang,
        allow_gaps=policy.allow_gaps,
        color=not given["no_color"],
        quiet=given["quiet"],
        fix_dir=given["fix_dir"],
    )
