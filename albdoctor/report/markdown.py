"""The report as Markdown, for a job summary, a ticket or a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from albdoctor.report import words
from albdoctor.report.format import Format, Setting, Whole
from albdoctor.report.model import FindingReport, GapSum, Report
from albdoctor.report.safe import by_hand, plain, typed
from albdoctor.report.terminal import MARKS
from albdoctor.text import Lang, Text, fill

# Characters that mean something to Markdown, to HTML inside it, or to a site's @mentions and #references.
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~<>&@])")


def document(setting: Setting) -> Format:
    """Begin a document."""
    return Whole(lambda reports, _ending: render(reports), setting)


def render(reports: tuple[Report, ...]) -> bytes:
    """Write one section for each scan."""
    return ("\n".join(_report(report) for report in reports)).encode()


def _report(report: Report) -> str:
    lang = report.lang
    blind = [text(report.access.sentence), ""] if report.access and report.access.sentence else []
    parts = [*blind, f"## {text(report.request.sentence)}", ""]
    rows = [row for stage in report.stages for row in stage.rows]
    if rows:
        parts += ["| | | |", "| --- | --- | --- |"]
        parts += [f"| {MARKS[row.status][0]} | {text(row.label)} | {text(row.saw)} |" for row in rows]
        parts.append("")
    steps = report.steps
    for number, step in enumerate(steps, start=1):
        if step.is_beside and (number == 1 or not steps[number - 2].is_beside):
            parts += [f"### {text(words.BESIDE.of(lang))}", ""]
        parts += _step(report, number, step)
    parts += _gaps(words.NOT_JUDGED, report.needed, lang)
    parts += _gaps(words.NOT_REQUIRED, report.not_required, lang)
    if report.not_selected:
        parts += [text(fill(words.NOT_SELECTED.of(lang), {"checks": ", ".join(report.not_selected)})), ""]
    parts += [text(fill(words.EXIT.of(lang), {"code": report.exit_code, "reason": report.exit_reason})), ""]
    return "\n".join(parts)


def _gaps(title: Text, gaps: Iterable[GapSum], lang: Lang) -> list[str]:
    told = dict.fromkeys(f"- {text(gap.asked)}: {words.GAPS[gap.gap].of(lang)}" for gap in gaps)
    return [f"### {text(title.of(lang))}", "", *told, ""] if told else []


def _step(report: Report, number: int, cause: FindingReport) -> list[str]:
    lang, fix = report.lang, cause.fix
    severity, certainty = words.severity(cause, lang), words.CERTAINTIES[cause.certainty].of(lang)
    parts = [f"### {number}. {text(cause.message)}", "", f"`{cause.check} {cause.slug}` · {severity} · {certainty}", ""]
    if cause.explained_by:
        parts += [f"{words.AFTER.of(lang)}: {text(words.after_steps(report.after(cause), lang))}", ""]
    parts += [text(cause.why), "", *(f"- {text(seen.asked)}: {text(seen.saw)}" for seen in cause.evidence), ""]
    if cause.alternatives:
        parts += [f"{words.COULD_BE.of(lang)}:", "", *(f"- {text(other)}" for other in cause.alternatives), ""]
    if cause.decide:
        parts += [f"{words.DECIDE.of(lang)}:", "", *_code(cause.decide), ""]
    impact = f" ({words.IMPACTS[fix.impact].of(lang)})" if fix.script else ""
    parts += [f"**{words.FIX.of(lang)}**: {text(fix.summary)}{impact}", ""]
    parts += [*(f"- {text(effect)}" for effect in fix.side_effects), ""] if fix.side_effects else []
    parts += [*_by_hand(fix.by_hand), ""] if fix.by_hand else []
    if fix.script:
        where = words.paste_where(lang, decided_first=cause.is_decided_first)
        parts += [text(where), "", *_code(fix.script), ""]
    parts += [f"{words.VERIFY.of(lang)}:", "", *_code(fix.verify), ""] if fix.verify else []
    effects = ", ".join(
        f"`{one.check} {one.slug}` ({words.what_becomes(one, lang)})" for one in report.effects_of(cause)
    )
    parts += [f"{words.LEADS_TO.of(lang)}: {effects}", ""] if effects else []
    return parts


def _by_hand(said: str) -> list[str]:
    """Lines that are indented are to be typed: they become code."""
    parts: list[str] = []
    for is_typed, group in groupby(by_hand(said), key=lambda line: line.startswith("  ")):
        block = list(group)
        parts += (
            ["", *_code("\n".join(line.strip() for line in block)), ""]
            if is_typed
            else [f"{text(line)}  " for line in block]
        )
    return parts


def _code(script: str) -> list[str]:
    longest = max((len(run) for run in re.findall("`+", script)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}bash", *typed(script), fence]


def text(hostile: str) -> str:
    """Make a string plain text in Markdown."""
    return SPECIAL.sub(r"\\\1", plain(hostile))
