"""What was asked for a report, question by question, and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from albdoctor.details import question, reason
from albdoctor.facts.arn import Arn
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Unknown
from albdoctor.facts.snapshot import CARDS, Facts
from albdoctor.report.model import AskedReport
from albdoctor.text import Lang

MOST_IDS = 5
"""Things of one group that are named."""


def asked(facts: Facts, lang: Lang) -> Iterator[AskedReport]:
    """Tell each group of facts; one that nobody needed was not asked for."""
    for card in CARDS.values():
        observed = getattr(facts, card.name)
        words = ", ".join(card.actions) if card.actions and not card.question else card.asked
        if isinstance(observed, Unknown):
            yield AskedReport(
                facts=card.name,
                asked=question(observed.asked or words, lang),
                gap=observed.gap,
                detail=reason(observed.detail, lang),
                things=0,
                partial=0,
                ids=(),
            )
            continue
        things = card.entries_of(observed.value) if card.key else (observed.value,)
        yield AskedReport(
            facts=card.name,
            asked=question(words, lang),
            gap=None,
            detail="",
            things=len(things),
            partial=sum(card.is_partial(one) for one in things),
            ids=tuple(islice(_ids(card, things), MOST_IDS)),
        )


def _ids(card: Card[Any], things: tuple[Any, ...]) -> Iterator[str]:
    """What tells the things apart, each once; of an ARN the end, as everything before it is the scan's own."""
    seen: set[str] = set()
    for thing in things if card.key else ():
        told = " ".join(Arn.of(str(part)).resource for part in map(partial(getattr, thing), card.key) if part)
        if told and told not in seen:
            seen.add(told)
            yield told
