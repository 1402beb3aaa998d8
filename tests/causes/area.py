"""A part of the path: what each cause and each symptom looks like there, and which pairs are seen together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from albdoctor.facts.snapshot import Facts
from tests.support.build import facts

Groups: TypeAlias = dict[str, Any]
"""Groups of facts by name, as `tests.support.build.facts` takes them."""


class Pair(Struct, frozen=True, order=True):
    """An edge: a check whose finding explains a finding of another one."""

    cause: str
    symptom: str

    def __str__(self) -> str:
        """How tests and scripts print it."""
        return f"{self.cause} -> {self.symptom}"


class Situation(Struct, frozen=True):
    """Facts in which both checks of an edge find something."""

    pair: Pair
    facts: Facts


class Cause(Struct, frozen=True):
    """A defect as facts, and the symptoms that are seen with it."""

    explains: str
    """Ids of the checks, separated by spaces."""
    groups: Groups


class Area(Struct, frozen=True, kw_only=True):
    """Causes and symptoms over one ground; `ground` is what both leave as it is."""

    ground: Groups
    causes: Mapping[str, Cause]
    symptoms: Mapping[str, Groups]
    """Empty: it follows from the facts of its causes alone."""
    both: Mapping[Pair, Groups] = {}
    """Groups that cause and symptom touch both: how they look with the two together."""

    def situations(self) -> Iterator[Situation]:
        """One situation for each pair."""
        for check_id, cause in self.causes.items():
            for symptom in cause.explains.split():
                pair = Pair(check_id, symptom)
                yield Situation(pair, facts(**self._groups(pair, cause.groups, self.symptoms[symptom])))

    def _groups(self, pair: Pair, cause: Groups, symptom: Groups) -> Groups:
        """Lay the two over the ground; what both touch must be written down, or the one would hide the other."""
        both = self.both.get(pair, {})
        clash = {name for name in cause.keys() & symptom.keys() - both.keys() if cause[name] != symptom[name]}
        if clash:
            raise ValueError(f"{pair}: both touch {', '.join(sorted(clash))}")
        return self.ground | cause | symptom | both
