"""What follows from the same facts is derived once for each judgement, not once for each check, listener or target."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

R = TypeVar("R")
Args = TypeVarTuple("Args")

_kept: ContextVar[dict[tuple[object, ...], tuple[tuple[object, ...], Any]] | None] = ContextVar("kept", default=None)


@contextmanager
def one_judgement() -> Generator[None, None, None]:
    """Keep what functions marked `once` return until the end of the block; outside of one, nothing is kept."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(derive: Callable[[*Args], R]) -> Callable[[*Args], R]:
    """Within one judgement, call a pure function once for the same facts: the same objects, or equal strings.

    Facts are frozen, so that what was derived from them stays true. What it returns is shared: nobody may change it.
    """

    @wraps(derive)
    def remembered(*args: *Args) -> R:
        kept = _kept.get()
        if kept is None:
            return derive(*args)
        key = (derive, *[arg if isinstance(arg, str) else id(arg) for arg in args])
        known = kept.get(key)
        if known is None:
            # The arguments are kept too: the id of an object that is gone may come again.
            known = kept[key] = (args, derive(*args))
        result: R = known[1]
        return result

    return remembered
