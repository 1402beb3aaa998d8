"""A bounded thread pool that never keeps the process alive: a thread that waits for a dead endpoint is left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class DaemonPool(ThreadPoolExecutor):
    """Like `ThreadPoolExecutor`, but with daemon threads, and `shutdown` does not wait for them.

    The interpreter joins the threads of the standard executor at exit, so that a scan which reached its deadline
    would hang until the last socket gives up. A subclass, because
    asyncio accepts nothing else as its default executor.
    """

    def __init__(self, threads: int, name: str) -> None:
        """Start nothing yet: threads come with work, up to `threads` of them."""
        super().__init__(max_workers=threads, thread_name_prefix=name)
        self._most = threads
        self._name = name
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._guard = threading.Lock()
        self._running = 0
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a function in one of the threads."""
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the future
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._guard:
            if self._closed:
                raise RuntimeError("the pool is shut down")
            self._work.put(work)
            if self._running < self._most:
                self._running += 1
                threading.Thread(target=self._serve, name=f"{self._name}-{self._running}", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002 - the base's signature; it never waits
        """Let every thread end after the work that was handed in; do not wait for that."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
            for _ in range(self._running):
                self._work.put(None)

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            work()
