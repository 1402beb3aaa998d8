"""A fix as plain lines, for machines that show a text as it is: SARIF, JUnit, OCSF."""

from __future__ import annotations

from albdoctor.report import words
from albdoctor.report.model import FindingReport
from albdoctor.report.safe import by_hand, plain, typed
from albdoctor.text import Lang


def lines(finding: FindingReport, lang: Lang) -> list[str]:
    """What to do: what decides first, the summary and its impact, notes, what is done by hand, script, verification."""
    fix = finding.fix
    impact = f" ({words.IMPACTS[fix.impact].of(lang)})" if fix.script else ""
    said = [f"{words.DECIDE.of(lang)}:", *typed(finding.decide)] if finding.decide else []
    said += [f"{words.FIX.of(lang)}: {plain(fix.summary)}{impact}"]
    said += [f"{words.MIND.of(lang)}: {plain(effect)}" for effect in fix.side_effects]
    said += by_hand(fix.by_hand) if fix.by_hand else []
    if not (fix.script or fix.by_hand):
        said += [f"{words.CONSOLE.of(lang)}: {plain(step)}" for step in fix.console]
    if fix.script:
        said += [f"{words.paste_where(lang, decided_first=finding.is_decided_first)}:", "", *typed(fix.script), ""]
    return [*said, f"{words.VERIFY.of(lang)}:", *typed(fix.verify)] if fix.verify else said
