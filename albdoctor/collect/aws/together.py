"""Joins questions to EC2 that differ only in the values of one filter: what many balancers need is asked at once.

EC2's limit of requests is shared with everything that runs in the account.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeAlias

from albdoctor.collect.aws.calls import chunks

WINDOW = 0.01
"""Seconds in which others may join, at least."""
MOST_FILTER_VALUES = 200
"""EC2 takes at most this many values in one filter."""

Told: TypeAlias = Callable[[Any], Iterable[str]]
"""The values of a filter's field that a thing has."""

JOINED: Mapping[tuple[str, str], Told] = {
    ("DescribeSecurityGroups", "group-id"): lambda group: (group.group_id,),
    ("DescribeInstances", "instance-id"): lambda bundle: (each.instance_id for each in bundle.instances),
    ("DescribeNetworkInterfaces", "description"): lambda interface: (interface.description,),
    ("DescribeNetworkInterfaces", "attachment.instance-id"): lambda interface: (
        (interface.attachment.instance_id,) if interface.attachment else ()
    ),
}
"""Operations and filters whose answers tell by which value each thing was found."""


class Together:
    """One operation and filter, in one Region."""

    def __init__(self, ask: Callable[[tuple[str, ...]], Awaitable[tuple[Any, ...]]], told: Told) -> None:
        """Take how to ask for some values, and which values a thing has."""
        self._ask, self._told = ask, told
        self._waiting: dict[str, None] = {}
        self._next: asyncio.Task[Mapping[str, list[Any]]] | None = None
        self._free = asyncio.Lock()

    async def those(self, values: tuple[str, ...]) -> tuple[Any, ...]:
        """All things that have one of the values; a gap in a joined question is everybody's."""
        self._waiting |= dict.fromkeys(values)
        if self._next is None:
            self._next = asyncio.create_task(self._joined())
        found = await asyncio.shield(self._next)
        things = (thing for value in values for thing in found.get(value, ()))
        return tuple({id(thing): thing for thing in things}.values())

    async def _joined(self) -> Mapping[str, list[Any]]:
        await asyncio.sleep(WINDOW)
        # One is out at a time: who comes meanwhile joins the next.
        async with self._free:
            values, self._waiting, self._next = tuple(self._waiting), {}, None
            lists = await asyncio.gather(*(self._ask(some) for some in chunks(values, MOST_FILTER_VALUES)))
        found: dict[str, list[Any]] = {}
        for thing in (thing for each in lists for thing in each):
            for value in self._told(thing):
                found.setdefault(value, []).append(thing)
        return found
