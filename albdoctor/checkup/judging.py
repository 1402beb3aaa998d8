"""One check over what is known: what AWS did not send is a gap of the check that needs it, beside what it said."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from albdoctor.checkup.check import Check
from albdoctor.checkup.finding import Verdict
from albdoctor.facts.known import Unknown
from albdoctor.facts.mirror import LacksError, lacks_in


class Judged(Struct, frozen=True):
    """What a check said."""

    verdicts: tuple[Verdict, ...]
    missed: tuple[Unknown, ...] = ()
    """What would have helped, and lacked something that the check wanted to read."""


def verdicts_of(check: Check, arguments: Mapping[str, object]) -> Judged:
    """Run a check up to its end, or to a member that AWS did not send."""
    verdicts, lack = _until_a_lack(check, arguments)
    if lack is None:
        return Judged(verdicts)
    # A group that only helps is no reason to skip: the check can do without it as a whole.
    gaps = {need.parameter: _lack_of(arguments[need.parameter]) for need in check.needs if need.optional}
    lost = {parameter: gap for parameter, gap in gaps.items() if gap is not None}
    others, other_lack = _until_a_lack(check, {**arguments, **lost}) if lost else (verdicts, lack)
    if other_lack == lack:
        return Judged((*verdicts, lack))
    return Judged((*others, *((other_lack,) if other_lack else ())), tuple(lost.values()))


def _until_a_lack(check: Check, arguments: Mapping[str, object]) -> tuple[tuple[Verdict, ...], Unknown | None]:
    told: list[Verdict] = []
    try:
        for verdict in check(**arguments):
            told.append(verdict)  # noqa: PERF402 - what came before the lack counts
    except LacksError as error:
        return tuple(told), error.unknown
    return tuple(told), None


def _lack_of(argument: object) -> Unknown | None:
    """The first gap within a group that is known."""
    lack = next(lacks_in(argument), None)
    return lack.unknown if lack else None
