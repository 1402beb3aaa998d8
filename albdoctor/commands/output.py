"""Where reports go: `--format FORMAT[=FILE]`, `--output`, stdout; and the exit code over several reports."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

import click
import msgspec

from albdoctor.errors import BadOptionError
from albdoctor.exits import Exit
from albdoctor.files import read, write_atomic
from albdoctor.report.model import Report

FORMATS = ("text", "html", "json", "jsonl", "sarif", "junit", "markdown", "github")


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One rendering of the reports."""

    format: str
    path: Path | None = None
    """None: stdout."""

    def write(
        self, reports: tuple[Report, ...], *, files: Mapping[str, Path], fail_on: str, color: bool, quiet: bool
    ) -> None:
        """Render and write; a file is written whole or not at all."""
        if self.format == "text" and self.path is None:
            self._text(reports, files=files, color=color, quiet=quiet)
            return
        self.put(self.render(reports, files, fail_on))

    def put(self, content: bytes) -> None:
        """Write what was rendered."""
        if self.path is not None:
            write_atomic(self.path, content)
        else:
            to_stdout(content)

    def _text(self, reports: tuple[Report, ...], *, files: Mapping[str, Path], color: bool, quiet: bool) -> None:
        from albdoctor.report import terminal

        for number, report in enumerate(reports):
            if number:
                click.echo()
            if quiet:
                terminal.write_last_line(report, sys.stdout)
            else:
                terminal.write(report, sys.stdout, color=color, files=files)

    def render(self, reports: tuple[Report, ...], files: Mapping[str, Path], fail_on: str) -> bytes:
        """Make the content of a file in this format."""
        if self.format == "html":
            from albdoctor.report import html

            return html.render(reports).encode()
        if self.format == "junit":
            from albdoctor.report import junit

            return junit.render(reports, fail_on)
        if self.format == "text":
            from albdoctor.report import terminal

            page = io.StringIO()
            for report in reports:
                terminal.write(report, page, color=False, files=files)
            return page.getvalue().encode()
        module = import_module(f"albdoctor.report.{self.format}")
        content: bytes = module.render(reports)
        return content


def to_stdout(content: bytes) -> None:
    """Write and let the reader have it at once."""
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def outputs(formats: Iterable[str], output: Path | None) -> tuple[Output, ...]:
    """Read --format and --output; two reports cannot both go to stdout."""
    wanted = [_parse(text) for text in formats] or [Output(format="text")]
    if output is not None:
        if len(wanted) > 1 or wanted[0].path is not None:
            raise BadOptionError("--output names the file of a single format; write --format FORMAT=FILE for several")
        wanted = [Output(format=wanted[0].format, path=output)]
    if sum(one.path is None for one in wanted) > 1:
        raise BadOptionError("two formats cannot both go to stdout; write --format FORMAT=FILE")
    return tuple(wanted)


def _parse(text: str) -> Output:
    name, equals, file = text.partition("=")
    if name not in FORMATS:
        raise BadOptionError(f"there is no format {name!r}; it is one of {', '.join(FORMATS)}")
    if equals and not file:
        raise BadOptionError(f"--format {text}: the file's name is missing")
    return Output(format=name, path=Path(file) if file else None)


class _KnownFinding(msgspec.Struct):
    fingerprint: str


class _KnownReport(msgspec.Struct):
    findings: tuple[_KnownFinding, ...] = ()
    reports: tuple[_KnownReport, ...] = ()


def baseline_of(path: Path | None) -> frozenset[str]:
    """Collect the fingerprints of an earlier JSON report."""
    if path is None:
        return frozenset()
    try:
        known = msgspec.json.decode(read(path, "baseline"), type=_KnownReport)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadOptionError(f"baseline {path} is no JSON report of albdoctor: {error}") from error
    return frozenset(finding.fingerprint for report in (known, *known.reports) for finding in report.findings)


def worst(reports: Iterable[Report]) -> Exit:
    """Give the exit code over several reports: 1 before 3 before 0."""
    codes = {report.exit_code for report in reports}
    return next((code for code in (Exit.FINDINGS, Exit.GAPS) if code in codes), Exit.SOUND)
