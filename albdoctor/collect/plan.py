"""One scan's groups of facts: every wanted one and what it builds on, all at once, before one deadline."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from albdoctor.collect.actions import actions_for
from albdoctor.collect.asked import shared
from albdoctor.collect.aws.services import SERVICES
from albdoctor.collect.gaps import LOG, NotAnsweredError, gap_of, out_of_time, value_of
from albdoctor.collect.libraries import load_ahead
from albdoctor.collect.options import Options
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.snapshot import CARDS

if TYPE_CHECKING:
    from albdoctor.collect.aws.account import Account
    from albdoctor.collect.shared import Shared

T = TypeVar("T")

GRACE = 0.3
"""Seconds that a group may take after the deadline to tell which of its questions had no answer."""


class Plan:
    """The groups of one scan as tasks, each made once, whoever wants it."""

    def __init__(
        self,
        options: Options,
        accounts: tuple[Account, ...],
        asked: frozenset[str],
        now: datetime,
        ends_at: float,
        shared: Shared,
    ) -> None:
        """Ask nothing yet."""
        from albdoctor.collect.groups import Groups

        self._asked = asked
        self._ends_at = ends_at
        self._groups = Groups(options, accounts, asked, now, self.of, shared)
        self._ways = self._groups.ways()
        self._tasks: dict[str, asyncio.Task[Observed[Any]]] = {}

    async def run(self, meanwhile: Iterable[None] = ()) -> dict[str, Observed[Any]]:
        """Begin with every group that is asked, and wait for all of them."""
        warming = asyncio.create_task(self._warm(meanwhile))
        try:
            names = sorted(self._asked)
            values = await asyncio.gather(*(self._task(name) for name in names))
        finally:
            warming.cancel()
        return dict(zip(names, values, strict=True))

    async def of(self, card: Card[T]) -> T:
        """The value of a group; its gap is a `NotAnsweredError`. A group that is not asked may not be needed."""
        if card.name not in self._asked:
            raise LookupError(f"{card.name} is needed by a group whose card does not build on it")
        value: T = value_of(await shared(self._task(card.name)))
        return value

    def _task(self, name: str) -> asyncio.Task[Observed[Any]]:
        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(self._make(name))
        return self._tasks[name]

    async def _make(self, name: str) -> Observed[Any]:
        asked = CARDS[name].asked
        limit = asyncio.timeout_at(self._ends_at + GRACE)
        try:
            async with limit:
                return Known(await self._ways[name]())
        except NotAnsweredError as error:
            return error.unknown
        except TimeoutError as error:
            return out_of_time(asked) if limit.expired() else gap_of(error, asked)
        except Exception as error:  # noqa: BLE001 - a defect in one source must not take the others' facts away
            LOG.debug("%s could not be collected", name, exc_info=error)
            return gap_of(error, asked)

    async def _warm(self, meanwhile: Iterable[None]) -> None:
        """Make the clients that will be needed, in the order of the longest chain of questions; then load libraries.

        What is to be done `meanwhile` comes last, a step at a time: in a thread it would hold up every answer.
        """
        prefixes = {action.split(":", 1)[0] for action in actions_for(self._asked)}
        ahead = [service for service in SERVICES.values() if service.made_ahead and service.iam in prefixes]
        names = [service.name for service in ahead if service.regional]
        accounts = self._groups.accounts
        try:
            for account, service in itertools.product(accounts, (each for each in ahead if not each.regional)):
                account.warm(service.name, await account.global_region())
            places = tuple(itertools.product(accounts, names, await self._groups.regions()))
            for account, name, region in places:
                account.warm(name, region)
            for account, name, region in places[:1]:
                await account.client(name, region)
        except NotAnsweredError as error:
            LOG.debug("no clients are made ahead: %s", error)
        if any(CARDS[name].over_http for name in self._asked):
            await load_ahead(self._groups.options.ca_bundle)
        for _step in meanwhile:
            await asyncio.sleep(0)
