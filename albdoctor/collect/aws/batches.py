"""Joins questions that differ only in what they ask about: what many balancers need is asked at once.

An API's limit of requests is shared with everything that runs in the account.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any

from albdoctor.collect.aws.calls import chunks
from albdoctor.collect.aws.services import Told

WINDOW = 0.01
"""Seconds in which others may join, at least."""
MOST_FILTER_VALUES = 200
"""EC2 takes at most this many values in one filter."""


class Together:
    """One operation, in one Region, and for EC2 one filter."""

    def __init__(
        self,
        ask: Callable[[tuple[Any, ...]], Awaitable[tuple[Any, ...]]],
        told: Told,
        most: int = MOST_FILTER_VALUES,
    ) -> None:
        """Take how to ask for some values, which values a thing has, and how many values one question takes."""
        self._ask, self._told, self._most = ask, told, most
        self._waiting: dict[Hashable, None] = {}
        self._next: asyncio.Task[Mapping[Hashable, list[Any]]] | None = None
        self._free = asyncio.Lock()

    async def those(self, values: tuple[Hashable, ...]) -> tuple[Any, ...]:
        """All things that have one of the values; a gap in a joined question is everybody's."""
        self._waiting |= dict.fromkeys(values)
        if self._next is None:
            self._next = asyncio.create_task(self._joined())
        found = await asyncio.shield(self._next)
        things = (thing for value in values for thing in found.get(value, ()))
        return tuple({id(thing): thing for thing in things}.values())

    async def _joined(self) -> Mapping[Hashable, list[Any]]:
        await asyncio.sleep(WINDOW)
        # One is out at a time: who comes meanwhile joins the next.
        async with self._free:
            values, self._waiting, self._next = tuple(self._waiting), {}, None
            lists = await asyncio.gather(*(self._ask(some) for some in chunks(values, self._most)))
        found: dict[Hashable, list[Any]] = {}
        for thing in (thing for each in lists for thing in each):
            for value in self._told(thing):
                found.setdefault(value, []).append(thing)
        return found
