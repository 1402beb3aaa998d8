"""Takes each edge and each declaration away in turn, and asks whether a situation notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import asdict, replace

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Outcome
from tests.causes.area import Situation
from tests.causes.judged import judged, silent, unexplained
from tests.causes.table import SITUATIONS, edges

DECLARED = ("breaks", "shows", "explains")
Judged: TypeAlias = list[tuple[Situation, tuple[Outcome, ...]]]


class Mutant(Struct, frozen=True):
    """A check that lacks one thing, in place of the check of the same id."""

    lacks: str
    check: Check


class _WithoutEdge(Check, frozen=True, kw_only=True):
    """A check that is no cause of one other, whatever the two declare."""

    of: str

    def causes(self, other: Check) -> bool:
        """As every check, but for the one."""
        return other.id != self.of and super().causes(other)


def without_an_edge(checks: Iterable[Check]) -> Iterator[Mutant]:
    """Each edge refused once."""
    by_id = {check.id: check for check in checks}
    for pair in sorted(edges(by_id.values())):
        yield Mutant(str(pair), _WithoutEdge(**asdict(by_id[pair.cause]), of=pair.symptom))


def without_a_declaration(checks: Iterable[Check]) -> Iterator[Mutant]:
    """Each signal, and each name in `explains`, taken from its check once; what a last word shows is a rule.

    What leads to a last word takes it away: of that there is no situation, but a test beside the check's own.
    """
    every = tuple(checks)
    last_words = {check.slug for check in every if check.last_word}
    for check in every:
        if check.last_word:
            continue
        for field in DECLARED:
            declared: frozenset[str] = getattr(check, field)
            for name in sorted(declared - last_words):
                yield Mutant(f"{check.id} {field} {name}", replace(check, **{field: declared - {name}}))


def judge_all(checks: Iterable[Check]) -> Judged:
    """Run both checks of every situation, once: what a check finds does not depend on its edges."""
    by_id = {check.id: check for check in checks}
    return [(one, judged(one.facts, (by_id[one.pair.cause], by_id[one.pair.symptom]))) for one in SITUATIONS]


def survives(mutant: Mutant, runs: Judged) -> bool:
    """Whether every situation of the check holds with the mutant in its place."""
    return not any(
        silent(situation.pair, outcomes) or unexplained(situation.pair, situation.facts, _put_in(mutant, outcomes))
        for situation, outcomes in runs
        if mutant.check.id in (situation.pair.cause, situation.pair.symptom)
    )


def _put_in(mutant: Mutant, outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [replace(one, check=mutant.check) if one.check.id == mutant.check.id else one for one in outcomes]
