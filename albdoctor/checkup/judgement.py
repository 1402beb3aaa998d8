"""One snapshot while it is judged: hands out groups of facts and what is derived from them, each made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from albdoctor.checkup.judging import judged
from albdoctor.derive.needs import Derivation, Want
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.snapshot import CARDS, Facts, Scan


class Given(Struct, frozen=True, kw_only=True):
    """What a want got: its value, or why there is none."""

    value: Any = None
    lacks: tuple[Unknown, ...] = ()
    """Groups that it cannot do without; not empty: there is no value."""
    idle: tuple[Unknown, ...] = ()
    """The same of groups that only help (registry data, metrics): a check rests without them, and nobody minds."""
    gaps: tuple[Unknown, ...] = ()
    """Parts that are not known, beside those in the value."""
    missed: tuple[Unknown, ...] = ()
    """What would have helped."""


class Arguments(Struct, frozen=True, kw_only=True):
    """The arguments for a function's parameters, and what is not known of them."""

    values: dict[str, object]
    lacks: tuple[Unknown, ...]
    idle: tuple[Unknown, ...]
    gaps: tuple[Unknown, ...]
    missed: tuple[Unknown, ...]


class Judgement:
    """The facts of one scan, and what follows from them."""

    def __init__(self, facts: Facts) -> None:
        """Derive nothing yet."""
        self._facts = facts
        self._made: dict[Derivation, Given] = {}

    def arguments(self, wants: Iterable[Want]) -> Arguments:
        """Give every want its value; one that may be missing gets its gap instead. A derivation's crash is raised."""
        values: dict[str, object] = {}
        lacks: list[Unknown] = []
        idle: list[Unknown] = []
        gaps: list[Unknown] = []
        missed: list[Unknown] = []
        for want in wants:
            given = self._given(want)
            missed += given.missed
            if want.optional:
                seen = _observed(given)
                values[want.parameter] = seen
                # What nobody asked for, the user chose to leave out: naming it in every report would be noise.
                missed += [gap for gap in (*given.lacks, *given.idle, *given.gaps) if gap.gap is not Gap.NOT_ASKED]
            else:
                values[want.parameter] = given.value
                lacks += given.lacks
                idle += given.idle
                gaps += given.gaps
        return Arguments(values=values, lacks=tuple(lacks), idle=tuple(idle), gaps=tuple(gaps), missed=tuple(missed))

    def _given(self, want: Want) -> Given:
        if isinstance(want.source, Derivation):
            if want.source not in self._made:
                self._made[want.source] = self._make(want.source)
            return self._made[want.source]
        value: Scan | Observed[object] = getattr(self._facts, want.source)
        if isinstance(value, Unknown):
            return Given(idle=(value,)) if CARDS[want.source].only_helps else Given(lacks=(value,))
        return Given(value=value.value if isinstance(value, Known) else value)

    def _make(self, derivation: Derivation) -> Given:
        wanted = self.arguments(derivation.wants)
        if wanted.lacks or wanted.idle:
            return Given(lacks=wanted.lacks, idle=wanted.idle, missed=wanted.missed)
        made = judged(_in_parts(derivation), derivation.wants, wanted.values)
        missed = (*wanted.missed, *made.missed)
        own = (part for part in (*made.things, made.lack) if isinstance(part, Unknown))
        gaps = (*wanted.gaps, *own)
        things = tuple(part for part in made.things if not isinstance(part, Unknown))
        if derivation.in_parts:
            return Given(value=things, gaps=gaps, missed=missed)
        return Given(value=things[0], gaps=gaps, missed=missed) if things else Given(lacks=gaps, missed=missed)


def _in_parts(derivation: Derivation) -> Callable[..., Iterator[Any]]:
    """A derivation as a function that yields what it makes, one thing or many."""
    if derivation.in_parts:
        return derivation.make

    def one(**arguments: object) -> Iterator[Any]:
        yield derivation.make(**arguments)

    return one


def _observed(given: Given) -> Observed[object]:
    return next(iter((*given.lacks, *given.idle)), None) or Known(given.value)
