"""One thread with one asyncio loop: the lab's DNS, WHOIS and RDAP servers live in it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from albdoctor.lab.distance import Distance

T = TypeVar("T")

LOOPBACK = "127.0.0.1"
START_SECONDS = 10.0


class Loop:
    """A running loop; leaving the context cancels what still runs in it."""

    def __init__(self, name: str, distance: Distance | None = None) -> None:
        """Prepare the thread; it starts when the context is entered."""
        self.distance = distance or Distance()
        """How far away from the scan the servers are that live here."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        """Start the thread."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the loop and wait for the thread."""
        self.run(self._cancel_rest())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_SECONDS)
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the loop and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _cancel_rest(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
