"""One run of the tool: the accounts it asks, and the scans it makes, one or many, with one set of answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec
from msgspec import Struct

from albdoctor.collect.actions import OF_THE_NAME, with_needed
from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.collect.options import Options
from albdoctor.collect.plan import Plan
from albdoctor.facts.elb import LEADS
from albdoctor.facts.groups import Card
from albdoctor.facts.hosts import DECLINED
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import CARDS, Facts, Scan

if TYPE_CHECKING:
    from albdoctor.collect.aws.account import Account

T = TypeVar("T")

OTHER_THREADS = 8
"""For what asyncio itself does in threads (`getaddrinfo`)."""


class Setting(Struct, frozen=True, kw_only=True):
    """What is the same for all scans of a run."""

    profiles: tuple[str, ...] = ()
    timeout: float = 60.0
    """Seconds: for the whole run, or with `many` for each scan."""
    many: bool = False
    """A fleet: the accounts are asked gently, and each scan has a deadline of its own."""
    inspect_hosts: bool = False
    """The one command may be sent to instances."""
    organization: bool = False
    """Accounts and Regions may be listed, and roles in other accounts assumed."""
    told: Callable[[str], None] = lambda _line: None
    """Gets a line for each question to AWS as it is sent."""
    meanwhile: Iterable[None] = ()
    """What the caller needs afterwards, in small steps, for when a scan has its libraries and waits for answers."""


class Run:
    """The accounts and answers of one run; use it as a context manager inside the event loop."""

    def __init__(self, setting: Setting) -> None:
        """Ask nothing yet."""
        from albdoctor.collect.aws.account import THREADS, Account, Asking
        from albdoctor.collect.aws.calls import Limits
        from albdoctor.collect.aws.pool import DaemonPool
        from albdoctor.collect.shared import Shared

        whole = Limits.of(setting.timeout)
        self.limits: Callable[[], Limits] = (lambda: Limits.of(setting.timeout)) if setting.many else (lambda: whole)
        """When a scan, or a question, that begins now must end."""
        self._pool = DaemonPool(THREADS, "albdoctor-aws")
        asking = Asking(
            pool=self._pool,
            limits=self.limits,
            timeout=setting.timeout,
            told=setting.told,
            many=setting.many,
            inspect_hosts=setting.inspect_hosts,
            organization=setting.organization,
        )
        self._asking = asking
        self._others: list[Account] = []
        self.accounts = tuple(Account(profile, asking) for profile in dict.fromkeys(setting.profiles or ("",)))
        self.shared = Shared()
        self._meanwhile = iter(setting.meanwhile)

    def __enter__(self) -> Self:
        """Nothing to do yet."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop waiting for answers that nobody reads any more."""
        for account in (*self.accounts, *self._others):
            account.close()
        self.shared.close()
        self._pool.shutdown()

    def account(self, profile: str, sign_in: Callable[[], Any] | None = None) -> Account:
        """One more account, under another profile or a role."""
        from albdoctor.collect.aws.account import Account

        made = Account(profile, self._asking, sign_in)
        self._others.append(made)
        return made

    async def scan(self, options: Options, wanted: frozenset[str], accounts: tuple[Account, ...] = ()) -> Facts:
        """See the wanted groups of facts, and no others than those and what they build on, with these accounts' eyes.

        What cannot be seen is `Unknown`, with the gap; nothing is raised but a LookupError for a group that is none.
        """
        from albdoctor.collect.aws.account import ASKED_REGIONS

        started, now = time.monotonic(), datetime.now(UTC)
        regions: set[str] = set()
        ASKED_REGIONS.set(regions)
        # What another group builds on stays switched off too.
        switched_off = _switched_off(options, with_needed(wanted))
        asked = with_needed(wanted - switched_off.keys()) - switched_off.keys()
        if not options.named:
            asked -= OF_THE_NAME - {LEADS.name}
        eyes = accounts or self.accounts
        seen = await Plan(options, eyes, asked, now, self.limits().ends_at, self.shared).run(self._meanwhile)
        scan = Scan(
            domain=options.domain,
            host=options.host,
            registrable=options.registrable,
            path=options.path,
            named=options.named,
            taken_at=now,
            seconds=round(time.monotonic() - started, 3),
            regions=tuple(sorted(regions)),
        )
        return msgspec.structs.replace(Facts(scan=scan), **switched_off, **seen)


async def collect_all(
    scans: tuple[Options, ...],
    wanted: frozenset[str],
    told: Callable[[str], None] | None = None,
    meanwhile: Iterable[None] = (),
) -> tuple[Facts, ...]:
    """Make several scans beside each other, with the profiles and before the deadline of the first; see `Run.scan`.

    `told` gets a line for each question to AWS as it is sent; `meanwhile` is gone through while questions wait.
    """
    first = scans[0]
    setting = Setting(
        profiles=first.profiles, timeout=first.timeout, inspect_hosts=first.inspect_hosts, meanwhile=meanwhile
    )
    if told:
        setting = msgspec.structs.replace(setting, told=told)
    with Run(setting) as run:
        # Each in a task of its own, so that each knows its own Regions.
        return tuple(await asyncio.gather(*(asyncio.create_task(run.scan(options, wanted)) for options in scans)))


def now(work: Callable[[], Awaitable[T]]) -> T:
    """Do it and wait for it. An event loop that runs in this thread (a notebook's, a coroutine's) waits with it."""
    from albdoctor.collect.aws.pool import DaemonPool

    async def main() -> T:
        # asyncio waits at its end for the default executor's threads; these are not waited for.
        loop = asyncio.get_running_loop()
        loop.set_default_executor(DaemonPool(OTHER_THREADS, "albdoctor-io"))
        loop.set_exception_handler(_unheard)
        return await work()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(main())
    with ThreadPoolExecutor(1, "albdoctor-scan") as aside:  # a thread can run one loop only
        return aside.submit(asyncio.run, main()).result()


def _unheard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A gap that nobody waits for any more at the deadline is no trouble; anything else is."""
    if not isinstance(context.get("exception"), NotAnsweredError):
        loop.default_exception_handler(context)


def _opt_in(card: Card[Any], options: Options) -> str:
    return f"{card.opt_in}: {DECLINED}" if options.declined else card.opt_in


def _switched_off(options: Options, wanted: frozenset[str]) -> dict[str, Any]:
    """Groups that the user does not want to be asked, with the option that says so."""
    chosen = options.switches
    return {
        card.name: Unknown(gap=Gap.NOT_ASKED, asked=card.asked, detail=card.opt_out or _opt_in(card, options))
        for card in CARDS.values()
        if card.name in wanted and (card.opt_out in chosen or (card.opt_in and card.opt_in not in chosen))
    }
