"""`albdoctor diff OLD NEW`: what changed between two scans, from their reports or their saved facts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click
import msgspec
from msgspec import Struct

from albdoctor.commands.diff_text import lines
from albdoctor.commands.errors import told
from albdoctor.compare.facts import Change, changes
from albdoctor.compare.reports import Difference, Told, differences
from albdoctor.errors import BadOptionError, quoted
from albdoctor.exits import Exit
from albdoctor.facts.snapshot import Facts
from albdoctor.files import ANY_FILE, read
from albdoctor.help import command, option
from albdoctor.language import language
from albdoctor.streams import say
from albdoctor.text import Lang, Text

LEVELS = ("info", "warning", "error")
NO_REPORT = Text(en="{path} is no report of albdoctor: {why}", ko="{path}: albdoctor 보고서가 아닙니다: {why}")


class Compared(Struct, frozen=True, kw_only=True):
    """The whole comparison, as `--format json` writes it."""

    schema: Literal["albdoctor/diff/1"] = "albdoctor/diff/1"
    sites: tuple[Difference, ...]
    changes: tuple[Change, ...] | None
    """Of the facts; None unless both files hold facts."""


class _Document(Struct):
    schema: str = ""


class _Reports(Struct):
    reports: tuple[Told, ...]


class _Read(Struct, frozen=True):
    reports: tuple[Told, ...]
    facts: tuple[Facts, ...] | None


@command(
    ko="""
    두 스캔 사이에 해결된 것, 새로 생긴 것, 남은 것과 그 사이 수집 결과에서 바뀐 것을 보여 줍니다.

    OLD와 NEW는 보고서(scan --format json) 또는 수집 파일(scan --save-facts)입니다. 종료 코드 1: --fail-on
    이상의 새 문제가 있음. 3: 전에 찾은 문제를 다시 판정하지 못함.
    """
)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@option(
    "--fail-on",
    type=click.Choice([*LEVELS[::-1], "never"]),
    default="error",
    help=Text(en="Exit 1 for new findings.", ko="새 문제가 이 심각도 이상이면 종료 코드 1."),
)
@option(
    "--lang",
    type=click.Choice(["en", "ko"]),
    help=Text(en="Language (default: the locale's).", ko="언어(기본값은 로캘의 언어)."),
)
def diff(old: Path, new: Path, format_: str, fail_on: str, lang: str | None) -> int:
    """Tell what was fixed, what is new and what remains, and what in the facts changed in between.

    OLD and NEW are reports (scan --format json) or facts (scan --save-facts). Exit 1: something is new at or over
    --fail-on; 3: what was found before could not be judged again.
    """
    spoken = language(lang)
    with told():
        before, after = _read(old, spoken), _read(new, spoken)
        compared = Compared(
            sites=differences(before.reports, after.reports),
            changes=_changes(before.facts, after.facts) if before.facts and after.facts else None,
        )
        if format_ == "json":
            from albdoctor.report.json import visible

            say(visible(msgspec.json.format(msgspec.json.encode(compared), indent=2)).decode())
        else:
            for line in lines(compared.sites, compared.changes or (), spoken):
                say(line)
    return int(_code(compared.sites, fail_on))


def _read(path: Path, lang: Lang) -> _Read:
    content = read(path, ANY_FILE)
    try:
        schema = msgspec.json.decode(content, type=_Document).schema
    except (msgspec.DecodeError, RecursionError):
        schema = ""  # several documents, as facts have them, or none
    try:
        if schema.startswith("albdoctor/reports/"):
            return _Read(msgspec.json.decode(content, type=_Reports).reports, None)
        if schema.startswith("albdoctor/report/"):
            return _Read((msgspec.json.decode(content, type=Told),), None)
    except msgspec.DecodeError as error:
        raise BadOptionError(NO_REPORT, path=path, why=quoted(error)) from error
    from albdoctor.facts.files import decode
    from albdoctor.judging import judge
    from albdoctor.policy import Policy

    facts = decode(content, str(path))
    policy = Policy(lang=lang)
    reports = (msgspec.json.encode(judge(one, policy)) for one in facts)
    return _Read(tuple(msgspec.json.decode(one, type=Told) for one in reports), facts)


def _changes(before: tuple[Facts, ...], after: tuple[Facts, ...]) -> tuple[Change, ...]:
    then = {(one.scan.domain, one.scan.path): one for one in after}
    pairs = ((one, then.get((one.scan.domain, one.scan.path))) for one in before)
    return tuple(dict.fromkeys(change for one, other in pairs if other for change in changes(one, other)))


def _code(sites: tuple[Difference, ...], fail_on: str) -> Exit:
    level = LEVELS.index(fail_on) if fail_on in LEVELS else len(LEVELS)
    if any(LEVELS.index(found.severity) >= level for site in sites for found in site.new):
        return Exit.FINDINGS
    return Exit.GAPS if any(site.unjudged for site in sites) else Exit.SOUND
