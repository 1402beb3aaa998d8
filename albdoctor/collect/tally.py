"""What a run asks, counted while somebody wants to know (`-v`): AWS by action, all else by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_COUNTED: ContextVar[Counter[str] | None] = ContextVar("counted", default=None)
"""Tasks inherit it from whoever starts the run: two runs beside each other do not count each other's."""


def count(what: str) -> None:
    """One more was sent: an IAM action, or a kind (`dns`, `tcp`, `tls`, `http`, `registry`)."""
    counted = _COUNTED.get()
    if counted is not None:
        counted[what] += 1


@contextmanager
def counting() -> Generator[Counter[str]]:
    """Count what is sent while the block runs."""
    counted = Counter[str]()
    token = _COUNTED.set(counted)
    try:
        yield counted
    finally:
        _COUNTED.reset(token)
