"""What every format of the report is: one document of however many reports, which come one by one."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from msgspec import Struct

from albdoctor.exits import Exit, FailOn
from albdoctor.text import Lang

if TYPE_CHECKING:
    from albdoctor.report.model import GapReport, Report

FORMATS = {
    "text": ("terminal", "overview_text"),
    "short": ("short", "short"),
    "html": ("html", "index"),
    "json": ("json", "json"),
    "jsonl": ("jsonl", "jsonl"),
    "sarif": ("sarif", "sarif"),
    "junit": ("junit", "junit"),
    "markdown": ("markdown", "markdown"),
    "github": ("github", "github"),
    "ocsf": ("ocsf", "ocsf"),
}
"""The modules that write each format: of a few scans, and of a fleet's. Their `document` makes the `Format`."""


class Setting(Struct, frozen=True, kw_only=True):
    """How reports are told, whatever the format."""

    fail_on: FailOn
    lang: Lang
    fleet: bool = False
    """Scans of everything, which end in any order; else of what somebody named, in that order."""
    color: bool = True
    quiet: bool = False
    verbose: bool = False
    """Everything in the text, however long."""
    windows: bool = False
    """Whoever reads it sits at a shell that is no bash."""


class Ending(Struct, frozen=True, kw_only=True):
    """What is known after the last report."""

    code: Exit
    codes: Mapping[int, int]
    """How many reports have which exit code."""
    sound: bool
    missed: tuple[GapReport, ...] = ()
    """What kept a scan of everything from listing every load balancer."""
    files: Mapping[str, Path]
    """Fingerprints and the files that hold their scripts (`--fix-dir`)."""


class Sheet:
    """What a document is written on: a file, or stdout."""

    def __init__(self, write: Callable[[bytes], object], stdout: TextIO | None = None) -> None:
        """Write with `write`; on stdout, words for people go straight to it."""
        self.write, self.stdout = write, stdout

    @contextmanager
    def page(self) -> Generator[TextIO]:
        """Give what words for people are written on."""
        if self.stdout is not None:
            yield self.stdout
            return
        page = io.StringIO()
        yield page
        self.write(page.getvalue().encode())


class Format(Protocol):
    """A document that is being made; it keeps of each report only what its end needs."""

    @property
    def live(self) -> bool:
        """Whether each report is written as it comes."""
        ...

    @property
    def tells_missed(self) -> bool:
        """Whether it has a place for what could not be listed."""
        ...

    def add(self, report: Report) -> bytes:
        """Take the next report; give what of a live document is to be written now."""
        ...

    def end(self, ending: Ending, sheet: Sheet) -> None:
        """Write what waited for the last report."""


class Whole:
    """A format that is made of all reports at once, and keeps them until then."""

    live = False

    def __init__(
        self, render: Callable[[tuple[Report, ...], Ending], bytes], setting: Setting, *, tells_missed: bool = False
    ) -> None:
        """Have no report yet."""
        self._render, self._setting, self.tells_missed = render, setting, tells_missed
        self._reports: list[Report] = []

    def add(self, report: Report) -> bytes:
        """Keep the report."""
        self._reports.append(report)
        return b""

    def end(self, ending: Ending, sheet: Sheet) -> None:
        """Write all reports; a fleet's in one order, however they came."""
        if self._setting.fleet:
            self._reports.sort(key=lambda one: (one.scan.domain, one.scan.balancers))
        sheet.write(self._render(tuple(self._reports), ending))


def begin(name: str, setting: Setting) -> Format:
    """Begin a document; what its format needs is loaded now."""
    module = import_module(f"albdoctor.report.{FORMATS[name][setting.fleet]}")
    made: Format = module.document(setting)
    return made
