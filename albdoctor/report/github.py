"""The report as GitHub workflow commands: an annotation for each root cause, what follows from it named in it.

A step shows ten annotations of a kind and silently drops the others, so the tenth says how many there are
(https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations). The log has every cause.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from albdoctor.report import words
from albdoctor.report.format import Format, Setting, Whole
from albdoctor.report.model import FindingReport, Report
from albdoctor.report.safe import plain
from albdoctor.text import Lang, fill

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
MOST = 10
"""Annotations of one kind that a step shows."""
NAMED = 20
"""Names that one annotation lists."""


class _Cause(Struct):
    """A root cause, and the scans that met it."""

    cause: FindingReport
    report: Report
    domains: list[str]
    effects: dict[str, None]
    """Slugs of what follows from it, each once."""


def document(setting: Setting) -> Format:
    """Begin a document."""
    return Whole(lambda reports, _ending: render(reports), setting)


def render(reports: tuple[Report, ...]) -> bytes:
    """Write the annotations, the worst first; the last lines are the exit code of each scan and why."""
    kinds: dict[str, list[_Cause]] = {command: [] for command in COMMANDS.values()}
    log: list[str] = []
    for one in _causes(reports):
        if one.cause.is_beside:  # nothing of what was asked: the log is enough
            log.append(f"{one.cause.check} {one.cause.slug}: {_said(one)}")
        else:
            kinds[COMMANDS[one.cause.severity]].append(one)
    said: list[str] = []
    for command, causes in kinds.items():
        shown = causes if len(causes) <= MOST else causes[: MOST - 1]
        said += [_annotation(command, one) for one in shown]
        left = causes[len(shown) :]
        said += [_others(command, left)] if left else []
        log += [f"{one.cause.check} {one.cause.slug}: {_said(one)}" for one in left]
    log += [f"albdoctor {plain(one.scan.domain)}: exit {one.exit_code}: {plain(one.exit_reason)}" for one in reports]
    said += [line.replace("##[", "## [") for line in log]  # the runner takes ##[error] for a command anywhere in a line
    return ("\n".join(said) + "\n").encode()


def _causes(reports: Iterable[Report]) -> list[_Cause]:
    """The root causes of all scans; one that several of them met is one, as long as it says the same."""
    found: dict[tuple[str, str, str], _Cause] = {}
    for report in reports:
        for cause in report.root_causes:
            key = (cause.fingerprint, cause.severity, cause.message)
            one = found.setdefault(key, _Cause(cause=cause, report=report, domains=[], effects={}))
            one.domains.append(report.scan.domain)
            one.effects |= dict.fromkeys(effect.slug for effect in report.effects_of(cause))
    return list(found.values())


def _said(one: _Cause) -> str:
    lang: Lang = one.report.lang
    message = one.cause.message
    if one.cause.regraded_from:
        message += f" [{words.severity(one.cause, lang)}]"
    parts = [f"{_listed(one.domains)}: {message}", one.cause.fix.summary.removesuffix(".")]
    parts += [f"{words.LEADS_TO.of(lang)}: {_listed(one.effects)}"] if one.effects else []
    return plain(". ".join(parts))


def _listed(names: Iterable[str]) -> str:
    names = list(dict.fromkeys(names))
    more = f" +{len(names) - NAMED}" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _annotation(command: str, one: _Cause) -> str:
    source = one.cause.source or one.report.scan.source
    place = f"file={_property(source.file)},line={source.line},endLine={source.end_line}," if source else ""
    title = _property(f"{one.cause.check} {one.cause.slug}")
    return f"::{command} {place}title={title}::{_data(_said(one))}"


def _others(command: str, left: list[_Cause]) -> str:
    counted: defaultdict[str, int] = defaultdict(int)
    for one in left:
        counted[f"{one.cause.check} {one.cause.slug}"] += 1
    names = _listed(f"{name} × {count}" if count > 1 else name for name, count in counted.items())
    title = fill(words.MORE.of(left[0].report.lang), {"count": len(left)})
    return f"::{command} title={_property(title)}::{_data(names)}"


def _data(text: str) -> str:
    """Escape as the runner reads it: a message cannot start a command of its own."""
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
