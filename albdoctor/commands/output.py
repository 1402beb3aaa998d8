"""Where reports go: `--format FORMAT[=FILE]`, `--output`, stdout; and which findings are known (`--baseline`)."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from albdoctor.errors import BadOptionError, quoted
from albdoctor.files import BASELINE, growing, read
from albdoctor.report.format import FORMATS, Sheet
from albdoctor.text import Text

ONE_FILE = Text(
    en="--output names the file of a single format; write --format FORMAT=FILE for several",
    ko="--output은 형식이 하나일 때의 파일입니다. 여러 형식은 --format FORMAT=FILE로 쓰세요",
)
BOTH_TO_STDOUT = Text(
    en="two formats cannot both go to stdout; write --format FORMAT=FILE",
    ko="두 형식을 함께 표준 출력으로 내보낼 수 없습니다. --format FORMAT=FILE로 쓰세요",
)
NO_FORMAT = Text(
    en="there is no format {name}; it is one of {formats}", ko="없는 형식입니다: {name}. 사용할 수 있는 형식: {formats}"
)
NO_NAME = Text(en="--format {text}: the file's name is missing", ko="--format {text}: 파일 이름이 없습니다")
NO_BASELINE = Text(
    en="baseline {path} is no JSON report of albdoctor (scan --format json): {why}",
    ko="기준 보고서 {path}: albdoctor의 JSON 보고서(scan --format json)가 아닙니다: {why}",
)


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
            raise BadOptionError(ONE_FILE)
        wanted = [Output(format=wanted[0].format, path=output)]
    if sum(one.path is None for one in wanted) > 1:
        raise BadOptionError(BOTH_TO_STDOUT)
    return tuple(wanted)


def _parse(text: str) -> Output:
    name, equals, file = text.partition("=")
    if name not in FORMATS:
        raise BadOptionError(NO_FORMAT, name=repr(name), formats=", ".join(FORMATS))
    if equals and not file:
        raise BadOptionError(NO_NAME, text=text)
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
    content = read(path, BASELINE)
    try:
        several = msgspec.json.decode(content, type=_Schema).schema.startswith("albdoctor/reports/")
        reports = (
            msgspec.json.decode(content, type=_KnownReports).reports
            if several
            else (msgspec.json.decode(content, type=_KnownReport),)
        )
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadOptionError(NO_BASELINE, path=path, why=quoted(error)) from error
    return frozenset(finding.fingerprint for report in reports for finding in report.findings)
