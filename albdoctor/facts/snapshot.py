"""The snapshot of one scan: everything that was seen, and what could not be."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from albdoctor.facts.functions import FunctionFacts
from albdoctor.facts.groups import Card, indexed
from albdoctor.facts.known import Observed
from albdoctor.facts.scan import SCHEMA, Identities, Identity, Scan, ScanFacts

__all__ = ["CARDS", "SCHEMA", "Facts", "Identities", "Identity", "Scan"]

T = TypeVar("T")


class Facts(FunctionFacts, frozen=True, kw_only=True):
    """One snapshot. The type of each field is what a check names as its parameter's type.

    A group is `Known` only when complete. Groups that no selected check needs stay "not-asked".
    """

    def of(self, card: Card[T]) -> Observed[T]:
        """The group that a card describes."""
        value: Observed[T] = getattr(self, card.name)
        return value


def _cards() -> Iterator[Card[Any]]:
    """Every card of the modules that add fields to `Facts`."""
    modules = [vars(sys.modules[base.__module__]) for base in reversed(Facts.__mro__) if issubclass(base, ScanFacts)]
    met = {id(value): value for module in modules for value in module.values()}
    yield from (value for value in met.values() if isinstance(value, Card))


CARDS: Mapping[str, Card[Any]] = indexed(
    _cards(), [name for name in Facts.__struct_fields__ if name not in ("schema", "scan")]
)
"""Every group of facts, in the order of the fields."""
