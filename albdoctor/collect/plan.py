"""Runs a whole scan: every wanted group and what it builds on, all at once, before one deadline."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from albdoctor.collect.actions import actions_for, with_needed
from albdoctor.collect.gaps import LOG, NotAnsweredError, gap_of, out_of_time, value_of
from albdoctor.collect.options import Options
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.snapshot import Facts, Scan

if TYPE_CHECKING:
    from albdoctor.collect.aws.session import Account

GRACE = 0.3
"""Seconds that a group may take after the deadline to tell which of its questions had no answer."""
OTHER_THREADS = 8
"""For what asyncio itself does in threads (`getaddrinfo`)."""


def collect_now(options: Options, wanted: frozenset[str], progress: Callable[[str], None] | None = None) -> Facts:
    """Collect and wait for it; for callers without an event loop. Never takes much longer than `options.timeout`."""
    from albdoctor.collect.aws.pool import DaemonPool

    async def main() -> Facts:
        # asyncio waits at its end for the default executor's threads; these are not waited for.
        asyncio.get_running_loop().set_default_executor(DaemonPool(OTHER_THREADS, "albdoctor-io"))
        return await collect(options, wanted, progress)

    return asyncio.run(main())


async def collect(options: Options, wanted: frozenset[str], progress: Callable[[str], None] | None = None) -> Facts:
    """See the wanted groups of facts, and no others than those and what they build on.

    What cannot be seen is `Unknown`, with the gap; nothing is raised but a LookupError for a group that does not exist.
    `progress` gets a line for each question to AWS as it is sent.
    """
    from albdoctor.collect.aws.calls import Limits
    from albdoctor.collect.aws.pool import DaemonPool
    from albdoctor.collect.aws.session import THREADS, Account, Asking

    started = time.monotonic()
    now = datetime.now(UTC)
    switched_off = _switched_off(options, wanted)
    asked = with_needed(wanted - switched_off.keys())
    asking = Asking(
        pool=DaemonPool(THREADS, "albdoctor-aws"),
        limits=Limits.of(options.timeout),
        timeout=options.timeout,
        told=progress or _quiet,
        regions=set(),
    )
    accounts = tuple(Account(profile, asking) for profile in dict.fromkeys(options.profiles or ("",)))
    try:
        seen = await Plan(options, accounts, asked, now, asking.limits.ends_at).run()
    finally:
        for account in accounts:
            account.close()
        asking.pool.shutdown()
    scan = Scan(
        domain=options.domain,
        host=options.host,
        registrable=options.registrable,
        path=options.path,
        taken_at=now,
        seconds=round(time.monotonic() - started, 3),
        regions=tuple(sorted(asking.regions)),
    )
    return msgspec.structs.replace(Facts(scan=scan), **switched_off, **seen)


class Plan:
    """The groups of one scan as tasks, each made once, whoever wants it."""

    def __init__(
        self,
        options: Options,
        accounts: tuple[Account, ...],
        asked: frozenset[str],
        now: datetime,
        ends_at: float,
    ) -> None:
        """Ask nothing yet."""
        from albdoctor.collect.groups import Groups

        self._asked = asked
        self._ends_at = ends_at
        self._groups = Groups(options, accounts, asked, now, self.of)
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
        return value_of(await asyncio.shield(self._task(name)))

    def _task(self, name: str) -> asyncio.Task[Observed[Any]]:
        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(self._make(name))
        return self._tasks[name]

    async def _make(self, name: str) -> Observed[Any]:
        asked = _question(name)
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
        """Make the clients that will be needed; first the one that the longest chain of questions begins with."""
        services = {action.split(":", 1)[0] for action in actions_for(self._asked)}
        names = [name for name in ("elbv2", "ec2", "acm", "cloudwatch") if _prefix(name) in services]
        try:
            regions = await self._groups.regions()
            for account in self._groups.accounts if "route53" in services else ():
                account.warm("route53", await account.global_region())
            for account in self._groups.accounts:
                for name, region in itertools.product(names, regions):
                    account.warm(name, region)
        except NotAnsweredError as error:
            LOG.debug("no clients are made ahead: %s", error)


def _prefix(service: str) -> str:
    return "elasticloadbalancing" if service == "elbv2" else service


def _question(name: str) -> str:
    """The question behind a group, as its "not-asked" value names it."""
    field = next(field for field in msgspec.structs.fields(Facts) if field.name == name)
    default: Unknown = field.default
    return default.asked


def _switched_off(options: Options, wanted: frozenset[str]) -> dict[str, Unknown]:
    """Groups that the user does not want to be asked, with the option that says so."""
    off: dict[str, str] = {}
    if not options.metrics:
        off["metrics"] = "--no-metrics"
    if not options.probe:
        off |= {"probes": "--no-probe", "target_probes": "--no-probe"}
    return {
        name: Unknown(gap=Gap.NOT_ASKED, asked=_question(name), detail=option)
        for name, option in off.items()
        if name in wanted
    }


def _quiet(_line: str) -> None:
    """Nobody listens."""
