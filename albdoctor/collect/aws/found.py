"""A load balancer that a trace led to, the account that sees it, and its parts, each asked once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

from albdoctor.collect.asked import shared
from albdoctor.collect.aws.account import Account
from albdoctor.collect.gaps import observe, value_of
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Observed

T = TypeVar("T")

Part: TypeAlias = "Callable[[Found], Awaitable[tuple[T, ...]]]"
"""Asks for one kind of things of one balancer."""


class Found:
    """A balancer under the profile that found it."""

    def __init__(self, account: Account, balancer: LoadBalancer) -> None:
        """Ask nothing yet."""
        self.account = account
        self.balancer = balancer
        self._parts: dict[Callable[..., Any], asyncio.Task[Observed[Any]]] = {}

    @property
    def region(self) -> str:
        """Region of the balancer."""
        return self.balancer.region

    async def part(self, ask: Part[T]) -> tuple[T, ...]:
        """Give one kind of the balancer's things; raises the gap where there is no complete answer."""
        return value_of(await shared(self.start(ask)))

    def start(self, ask: Part[T]) -> asyncio.Task[Observed[tuple[T, ...]]]:
        """Begin to ask, unless somebody did already."""
        if ask not in self._parts:
            self._parts[ask] = asyncio.create_task(observe(getattr(ask, "__name__", ""), ask(self)))
        return self._parts[ask]
