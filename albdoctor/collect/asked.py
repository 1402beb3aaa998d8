"""Questions and their answers: each is asked once, and those that nobody comes back to are forgotten first."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, Generic, TypeVar

T = TypeVar("T")

MOST = 5000
"""Answers that are kept: one scan has at most some hundreds, a scan of a fleet must not keep what it has judged."""


async def shared(task: asyncio.Task[T]) -> T:
    """What a task gives that others may wait for too; who stops waiting does not take it from them."""
    # Most are done by then, and a turn of the event loop costs as much as a tenth of a question.
    return task.result() if task.done() else await asyncio.shield(task)


async def every(answers: Iterable[Awaitable[T]]) -> Sequence[T]:
    """Wait for all of them at once. One alone, as mostly in a fleet, needs no task of its own."""
    waiting = tuple(answers)
    return (await waiting[0],) if len(waiting) == 1 else await asyncio.gather(*waiting)


class Asked(Generic[T]):
    """The answers of one source, under way or there already."""

    def __init__(self, most: int = MOST) -> None:
        """Nothing was asked yet."""
        self._most = most
        self._tasks: OrderedDict[bytes, asyncio.Task[T]] = OrderedDict()
        self._known: dict[bytes, T] = {}

    def __len__(self) -> int:
        """How many answers are kept."""
        return len(self._tasks)

    def __contains__(self, key: object) -> bool:
        """Whether a question was asked, and is answered or under way."""
        return key in self._known or key in self._tasks

    def know(self, key: bytes, answer: T) -> None:
        """A wider question answered this one already; it is kept for good."""
        self._known[key] = answer

    async def answer(self, key: bytes, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer to a question, asked unless it was; who stops waiting does not take it from the others."""
        if key in self._known:
            return self._known[key]
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(ask())
            self._forget()
        else:
            self._tasks.move_to_end(key)
        return await shared(task)

    def close(self) -> None:
        """Stop what is still under way."""
        for task in self._tasks.values():
            task.cancel()

    def _forget(self) -> None:
        """Let the answers go that were not wanted for longest; never one that is under way."""
        while len(self._tasks) > self._most and next(iter(self._tasks.values())).done():
            self._tasks.popitem(last=False)
