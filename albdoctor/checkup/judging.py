"""One function over what is known: what AWS did not send, or nobody asked for, is a gap of whoever needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from albdoctor.checkup.foreign import bounded
from albdoctor.derive.needs import Want
from albdoctor.facts.known import Unknown, UnknownError
from albdoctor.facts.mirror import lacks_in


class Judged(Struct, frozen=True):
    """What a function yielded."""

    things: tuple[Any, ...]
    lack: Unknown | None = None
    """What is not known, at which it ended: a member that AWS did not send, a part that was not read."""
    missed: tuple[Unknown, ...] = ()
    """What would have helped, and lacked something that the function wanted to read."""


def judged(function: Callable[..., Iterator[Any]], wants: Iterable[Want], arguments: Mapping[str, object]) -> Judged:
    """Run a function up to its end, or to what is not known in its arguments."""
    first = _until_a_lack(function, arguments)
    if first.lack is None:
        return first
    # What only helps is no reason to stop: the function can do without it as a whole.
    gaps = {want.parameter: _lack_of(arguments[want.parameter]) for want in wants if want.optional}
    lost = {parameter: gap for parameter, gap in gaps.items() if gap is not None}
    second = _until_a_lack(function, {**arguments, **lost}) if lost else first
    if second.lack == first.lack:
        return first
    return Judged(second.things, second.lack, tuple(lost.values()))


def _until_a_lack(function: Callable[..., Iterator[Any]], arguments: Mapping[str, object]) -> Judged:
    things: list[Any] = []
    try:
        for thing in bounded(function(**arguments)):
            things.append(thing)  # noqa: PERF402 - what came before the lack counts
    except UnknownError as error:
        return Judged(tuple(things), error.unknown)
    return Judged(tuple(things))


def _lack_of(argument: object) -> Unknown | None:
    """The first gap within something that is known."""
    lack = next(lacks_in(argument), None)
    return lack.unknown if lack else None
