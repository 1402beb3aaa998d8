"""One scan's groups of facts: every wanted one and what it builds on, all at once, before one deadline."""

from __future__ import annotations

import asyncio
import itertools
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from albdoctor.collect.actions import actions_for
from albdoctor.collect.asked import shared
from albdoctor.collect.gaps import LOG, NotAnsweredError, gap_of, out_of_time, value_of
from albdoctor.collect.libraries import load_ahead
from albdoctor.collect.options import Options
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.snapshot import Facts

if TYPE_CHECKING:
    from albdoctor.collect.aws.account import Account
    from albdoctor.collect.shared import Shared

GRACE = 0.3
"""Seconds that a group may take after the deadline to tell which of its questions had no answer."""

PROBES = frozenset({"probes", "target_probes", "registration"})
"""Groups that are asked over HTTP."""


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

    async def run(self) -> dict[str, Observed[Any]]:
        """Begin with every group that is asked, and wait for all of them."""
        warming = asyncio.create_task(self._warm())
        try:
            names = sorted(self._asked)
            values = await asyncio.gather(*(self._task(name) for name in names))
        finally:
            warming.cancel()
        return dict(zip(names, values, strict=True))

    async def of(self, name: str) -> Any:  # noqa: ANN401 - each group has its own type
        """The value of a group; its gap is a `NotAnsweredError`. A group that is not asked may not be needed."""
        if name not in self._asked:
            raise LookupError(f"{name} is missing in actions.BUILDS_ON")
        return value_of(await shared(self._task(name)))

    def _task(self, name: str) -> asyncio.Task[Observed[Any]]:
        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(self._make(name))
        return self._tasks[name]

    async def _make(self, name: str) -> Observed[Any]:
        asked = question_of(name)
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

    async def _warm(self) -> None:
        """Make the clients that will be needed, in the order of the longest chain of questions; then load libraries."""
        services = {action.split(":", 1)[0] for action in actions_for(self._asked)}
        names = [name for name in ("elbv2", "ec2", "acm", "cloudwatch", "ssm") if _prefix(name) in services]
        accounts = self._groups.accounts
        try:
            for account in accounts if "route53" in services else ():
                account.warm("route53", await account.global_region())
            places = tuple(itertools.product(accounts, names, await self._groups.regions()))
            for account, name, region in places:
                account.warm(name, region)
            for account, name, region in places[:1]:
                await account.client(name, region)
        except NotAnsweredError as error:
            LOG.debug("no clients are made ahead: %s", error)
        if self._asked & PROBES:
            await load_ahead(self._groups.options.ca_bundle)


def _prefix(service: str) -> str:
    return "elasticloadbalancing" if service == "elbv2" else service


def question_of(name: str) -> str:
    """The question behind a group, as its "not-asked" value names it."""
    return _questions()[name]


@cache  # msgspec reads every annotation anew for each answer
def _questions() -> dict[str, str]:
    fields = msgspec.structs.fields(Facts)
    return {field.name: field.default.asked for field in fields if isinstance(field.default, Unknown)}
