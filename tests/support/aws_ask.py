"""Asks AWS collectors as a scan does: in an event loop, with a pool, before a deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from albdoctor.collect.aws.account import Account, Asking
from albdoctor.collect.aws.calls import Limits
from albdoctor.collect.aws.pool import DaemonPool
from albdoctor.collect.gaps import observe
from albdoctor.facts.known import Known, Observed, Unknown

T = TypeVar("T")


def ask(
    work: Callable[[Account], Awaitable[T]],
    timeout: float = 20.0,
    profile: str = "",
    most_pages: int = 500,
    *,
    inspect_hosts: bool = False,
) -> Observed[T]:
    """What the work found under one profile, or its gap."""

    async def main() -> Observed[T]:
        pool = DaemonPool(4, "test")
        limits = Limits(ends_at=time.monotonic() + timeout, most_pages=most_pages)
        asking = Asking(
            pool=pool, limits=lambda: limits, timeout=timeout, told=lambda _line: None, inspect_hosts=inspect_hosts
        )
        account = Account(profile, asking)
        try:
            return await observe("test", work(account))
        finally:
            account.close()
            pool.shutdown()

    return asyncio.run(main())


def known(observed: Observed[T]) -> T:
    """The value of what must be known."""
    assert isinstance(observed, Known), observed
    return observed.value


def gap(observed: Observed[Any]) -> Unknown:
    """The gap of what must be unknown."""
    assert isinstance(observed, Unknown), observed
    return observed
