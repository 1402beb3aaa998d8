"""How fast one place is asked: a burst, then so many requests a second."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from weakref import WeakKeyDictionary

from albdoctor.collect.tally import count

BURST = 20
"""Requests that go out at once: more than an undisturbed scan sends to one address."""
PER_SECOND = 10.0
"""Requests a second after that."""


class Pace:
    """Lets requests to one place go one after the other once the burst is used up."""

    def __init__(self, burst: int = BURST, per_second: float = PER_SECOND) -> None:
        """Nobody was asked yet."""
        self._burst, self._per_second = burst, per_second
        self._next: defaultdict[str, float] = defaultdict(float)

    async def turn(self, place: str) -> None:
        """Wait until the place may be asked again."""
        wait = self.count(place)
        if wait > 0:
            await asyncio.sleep(wait)

    def count(self, place: str) -> float:
        """Take the next turn; in so many seconds it comes, not positive: at once."""
        now = asyncio.get_running_loop().time()
        earliest = max(self._next[place], now - self._burst / self._per_second)
        self._next[place] = earliest + 1 / self._per_second
        return self._next[place] - now


_OF_RUNS: WeakKeyDictionary[asyncio.AbstractEventLoop, defaultdict[str, Pace]] = WeakKeyDictionary()
"""A run has an event loop of its own: its paces end with it."""


async def take_turn(kind: str, place: str) -> None:
    """Wait until this run, whichever of its scans, may send one more of a kind to a place."""
    count(kind)
    paces = _OF_RUNS.setdefault(asyncio.get_running_loop(), defaultdict(Pace))
    await paces[kind].turn(place)
