"""Where reports go: `--format FORMAT[=FILE]`, `--output`, stdout; and which findings are known (`--baseline`)."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from albdoctor.errors import BadOptionError
from albdoctor.files import growing, read
from albdoctor.report.format import FORMATS, Sheet


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One document that is asked for."""

    format: str
    path: Path | None = None
    """None: stdout."""

    @contextmanager
    def opened(self) -> Generator[Sheet]:
        """Give what the document is written on; a file is written whole or not at all (`BadOptionError`)."""
        if self.path is None:
            yield Sheet(to_stdout, sys.stdout)
            return
        with growing(self.path) as write:
            yield Sheet(write)


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
    schema: Literal["albdoctor/report/1"]
    findings: tuple[_KnownFinding, ...]


class _KnownReports(msgspec.Struct):
    schema: Literal["albdoctor/reports/1"]
    reports: tuple[_KnownReport, ...]


class _Schema(msgspec.Struct):
    schema: str = ""


def baseline_of(path: Path | None) -> frozenset[str]:
    """Collect the fingerprints of an earlier JSON report, of one scan or several."""
    if path is None:
        return frozenset()
    content = read(path, "baseline")
    try:
        several = msgspec.json.decode(content, type=_Schema).schema.startswith("albdoctor/reports/")
        reports = (
            msgspec.json.decode(content, type=_KnownReports).reports
            if several
            else (msgspec.json.decode(content, type=_KnownReport),)
        )
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadOptionError(f"baseline {path} is no JSON report of albdoctor (scan --format json): {error}") from error
    return frozenset(finding.fingerprint for report in reports for finding in report.findings)
