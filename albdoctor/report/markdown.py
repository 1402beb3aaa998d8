"""The report as Markdown, for a job summary, a ticket or a pull request, whose comments take 65,536 characters.

Whatever was found, a document has at most `MOST` characters: what does not fit whole is named in a line, then counted.
No command is ever cut.
"""

from __future__ import annotations

import re
from collections import Counter
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

MOST = 60_000
"""Characters of a document."""
SENTENCE, LINE, COUNTED = 2_000, 200, 1_500
"""Characters of a sentence, of a step that is told in a line, and of the counts of those that are not."""
SPARE = 60
"""Characters of what says how many more there are, and of blank lines."""
WORST = ("error", "warning", "unknown", "info", "ok", "not-reached")


def document(setting: Setting) -> Format:
    """Begin a document."""
    return Whole(lambda reports, _ending: render(reports), setting)


def render(reports: tuple[Report, ...]) -> bytes:
    """Write one section for each scan; the room is shared by those that are still to come."""
    said: list[str] = []
    room = MOST
    for number, report in enumerate(reports):
        left = len(reports) - number
        more = f"{fill(words.MORE.of(report.lang), {'count': left})}\n"
        section = _report(report, room // left - 1)
        if len(section) + 1 > room - (len(more) if left > 1 else 0):
            said.append(more)
            break
        said.append(section)
        room -= len(section) + 1
    return "\n".join(said).encode()


def _report(report: Report, room: int) -> str:
    """Tell one scan in about so many characters, and never without what visitors get and the exit code."""
    lang = report.lang
    blind = [_short(report.access.sentence), ""] if report.access and report.access.sentence else []
    head = "\n".join([*blind, f"## {_short(report.request.sentence)}", ""])
    exits = _short(fill(words.EXIT.of(lang), {"code": report.exit_code, "reason": report.exit_reason}))
    room -= len(head) + len(exits) + 3
    table = _table(report, room // 4)
    gaps = [
        *_gaps(words.NOT_JUDGED, report.needed, lang, room // 8),
        *_gaps(words.NOT_REQUIRED, report.not_required, lang, room // 16),
    ]
    if report.not_selected:
        gaps += [_short(fill(words.NOT_SELECTED.of(lang), {"checks": ", ".join(report.not_selected)})), ""]
    steps = _steps(report, room - sum(len(line) + 1 for line in (*table, *gaps)))
    return "\n".join([head, *table, *steps, *gaps, exits, ""])


def _fitting(lines: Iterable[str], room: int) -> list[str]:
    """The lines that there is room for, each with its newline, up to the first that is too long."""
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def _table(report: Report, room: int) -> list[str]:
    """The path; where it is too long, the worst rows of it, in their order."""
    rows = [row for stage in report.stages for row in stage.rows]
    told = [f"| {MARKS[row.status][0]} | {text(row.label)} | {text(row.saw)} |" for row in rows]
    head = ["| | | |", "| --- | --- | --- |"]
    more = f"| | | {fill(words.MORE.of(report.lang), {'count': len(rows)})} |"
    room -= len("".join(head)) + 4
    if len(_fitting(told, room)) < len(told):
        worst = sorted(range(len(rows)), key=lambda number: WORST.index(rows[number].status))
        fit = len(_fitting((told[number] for number in worst), room - len(more) - 1))
        more = f"| | | {fill(words.MORE.of(report.lang), {'count': len(rows) - fit})} |"
        told = [*(told[number] for number in sorted(worst[:fit])), more]
    return [*head, *told, ""] if told and room > len(more) else []


def _gaps(title: Text, gaps: Iterable[GapSum], lang: Lang, room: int) -> list[str]:
    told = list(dict.fromkeys(f"- {text(gap.asked)}: {words.GAPS[gap.gap].of(lang)}" for gap in gaps))
    head = f"### {text(title.of(lang))}"
    kept = _fitting(told, room - len(head) - SPARE)
    if len(kept) < len(told):
        kept.append(f"- {fill(words.MORE.of(lang), {'count': len(told) - len(kept)})}")
    return [head, "", *kept, ""] if told and room > len(head) + SPARE else []


def _steps(report: Report, room: int) -> list[str]:
    """Every step whole; where they do not fit, as many as do, then the others in a line each, then counted."""
    steps = list(enumerate(report.steps, start=1))
    whole = {number: "\n".join(_step(report, number, step)) for number, step in steps}
    beside = f"### {text(words.BESIDE.of(report.lang))}"
    left = room - len(beside) - 3
    if sum(len(told) + 1 for told in whole.values()) > left:
        left = left * 3 // 4
    kept: set[int] = set()
    for number, told in whole.items():
        if len(told) + 1 <= left:
            left -= len(told) + 1
            kept.add(number)
    said: list[str] = []
    for number, step in steps:
        if number in kept:
            said += [beside, ""] if step.is_beside and beside not in said else []
            said.append(whole[number])
    rest = [(number, step) for number, step in steps if number not in kept]
    return said + _in_short(report, rest, room - sum(len(told) + 1 for told in said))


def _in_short(report: Report, rest: list[tuple[int, FindingReport]], room: int) -> list[str]:
    if not rest:
        return []
    lang = report.lang
    head = f"### {text(words.IN_SHORT.of(lang))}"
    lines = [
        f"- {number}. {words.severity(step, lang)} `{step.check} {step.slug}`: {_short(step.message, LINE)}"
        for number, step in rest
    ]
    kept = _fitting(lines, room - len(head) - COUNTED - SPARE)
    if len(kept) < len(lines):
        counts = Counter(f"`{step.check} {step.slug}`" for _, step in rest[len(kept) :])
        named = ", ".join(f"{name} × {count}" for name, count in counts.most_common())
        more = fill(words.MORE.of(lang), {"count": len(lines) - len(kept)})
        kept.append(f"- {more}: {named}" if len(named) + len(more) < COUNTED else f"- {more}")
    return [head, "", *kept, ""]


def _step(report: Report, number: int, cause: FindingReport) -> list[str]:
    lang, fix = report.lang, cause.fix
    severity, certainty = words.severity(cause, lang), words.CERTAINTIES[cause.certainty].of(lang)
    parts = [f"### {number}. {text(cause.message)}", "", f"`{cause.check} {cause.slug}` · {severity} · {certainty}", ""]
    if cause.source:
        place = f"{cause.source.file}:{cause.source.line}"
        parts += [f"{words.WRITTEN_IN.of(lang)}: {text(place)} {text(cause.source.name)}".rstrip(), ""]
    if cause.explained_by:
        parts += [f"{words.AFTER.of(lang)}: {text(words.after_steps(report.after(cause), lang))}", ""]
    parts += [text(cause.why), "", *(f"- {text(seen.asked)}: {text(seen.saw)}" for seen in cause.evidence), ""]
    if cause.alternatives:
        parts += [f"{words.COULD_BE.of(lang)}:", "", *(f"- {text(other)}" for other in cause.alternatives), ""]
    if cause.decide:
        parts += [f"{words.DECIDE.of(lang)}:", "", *_code(cause.decide), ""]
    impact = f" ({words.IMPACTS[fix.impact].of(lang)})" if fix.script else ""
    parts += [f"**{words.FIX.of(lang)}**: {text(fix.summary)}{impact}", ""]
    note = words.MIND.of(lang)
    parts += [*(f"- **{note}**: {text(effect)}" for effect in fix.side_effects), ""] if fix.side_effects else []
    parts += [*_by_hand(fix.by_hand), ""] if fix.by_hand else []
    if fix.console and not (fix.script or fix.by_hand):
        parts += [*(f"{place}. {text(step)}" for place, step in enumerate(fix.console, start=1)), ""]
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


def _short(hostile: str, most: int = SENTENCE) -> str:
    """The same with an end: escapes make a short string long."""
    told = text(hostile)
    return told if len(told) <= most else told[: most - 1].rstrip("\\") + "…"
