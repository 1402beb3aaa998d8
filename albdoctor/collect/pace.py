"""How fast one address is asked: a burst, then so many requests a second."""

from __future__ import annotations

import asyncio
from collections import defaultdict

BURST = 20
"""Requests that go out at once: more than an undisturbed scan sends to one address."""
PER_SECOND = 10.0
"""Requests a second after that."""


class Pace:
    """Lets requests to one address go one after the other once the burst is used up."""

    def __init__(self) -> None:
        """Nobody was asked yet."""
        self._next: defaultdict[str, float] = defaultdict(float)

    async def turn(self, address: str) -> None:
        """Wait until the address may be asked again."""
        now = asyncio.get_running_loop().time()
        earliest = max(self._next[address], now - BURST / PER_SECOND)
        self._next[address] = earliest + 1 / PER_SECOND
        wait = self._next[address] - now
        if wait > 0:
            await asyncio.sleep(wait)
