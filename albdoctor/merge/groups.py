"""How the values of one group of facts become one: each thing once, as its card says what makes two the same."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from msgspec.structs import replace

from albdoctor.facts.groups import Card
from albdoctor.facts.metrics import Metrics

T = TypeVar("T")


def put_together(card: Card[T], known: list[tuple[datetime, T]]) -> Any:  # noqa: ANN401 - the card's type, as a tuple
    """Make one value of a group out of several, each with the time at which it was seen."""
    entries = united(card, ((when, card.entries_of(value)) for when, value in known))
    counted = [value for _, value in known if isinstance(value, Metrics)]
    return replace(max(counted, key=lambda one: one.hours), values=entries) if counted else entries


def united(card: Card[T], values: Iterable[tuple[datetime, tuple[Any, ...]]]) -> tuple[Any, ...]:
    """Each thing once, where it stood first: a whole one before one with a gap, then the later one."""
    key_of = card.key_of
    best: dict[Hashable, tuple[tuple[bool, datetime], Any]] = {}
    for when, entries in values:
        for entry in entries:
            rank, key = (not card.is_partial(entry), when), key_of(entry)
            if key not in best or rank > best[key][0]:
                best[key] = (rank, entry)
    return tuple(entry for _, entry in best.values())
