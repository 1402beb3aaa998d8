"""Sums up what could not be seen: each gap once, with the checks that needed it or that it would have helped."""

from __future__ import annotations

from collections.abc import Iterable

from albdoctor.checkup.engine import Outcome
from albdoctor.details import question, reason
from albdoctor.facts.known import Gap, Observed, Unknown
from albdoctor.facts.snapshot import Identities
from albdoctor.report.model import GapReport, GapSum
from albdoctor.text import Lang


def told(gap: Unknown, lang: Lang) -> GapReport:
    """A gap as a report has it."""
    return GapReport(gap=gap.gap, asked=question(gap.asked, lang), detail=reason(gap.detail, lang))


def sum_up(
    outcomes: Iterable[Outcome], waiting: Iterable[Outcome], identities: Observed[Identities], lang: Lang
) -> tuple[GapSum, ...]:
    """List the gaps in the order of the checks, those that only would have helped last.

    `waiting` are the outcomes that the verdict cannot do without; what a served request answers would only have helped.
    `identities` is no check's need, but every report shows the accounts: that they could not be seen is told too.
    """
    needed: dict[Unknown, dict[str, None]] = {}
    optional: dict[Unknown, dict[str, None]] = {}
    needing = {outcome.check.id for outcome in waiting}
    for outcome in outcomes:
        for gap in outcome.gaps:
            into = needed if outcome.check.id in needing else optional
            into.setdefault(gap, {})[outcome.check.id] = None
        for gap in outcome.missed:
            optional.setdefault(gap, {})[outcome.check.id] = None
    if isinstance(identities, Unknown) and identities.gap is not Gap.NOT_ASKED:
        optional.setdefault(identities, {})
    return tuple(
        GapSum(
            gap=gap.gap,
            asked=question(gap.asked, lang),
            detail=reason(gap.detail, lang),
            needed_by=tuple(needed.get(gap, ())),
            optional_for=tuple(optional.get(gap, ())),
        )
        for gap in {**needed, **optional}
    )
