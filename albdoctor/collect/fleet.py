"""Every Application Load Balancer of some accounts and Regions, scanned with each name that leads to it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.collect.aws import identity
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.survey import Site, Survey, survey
from albdoctor.collect.gaps import observe
from albdoctor.collect.members import Wide
from albdoctor.collect.options import Options
from albdoctor.collect.run import Run
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Known, Unknown
from albdoctor.facts.snapshot import CARDS, Facts
from albdoctor.facts.survey import Surveyed

AT_ONCE = 32
"""Scans under way at the same time: enough that EC2 questions join, few enough that their facts stay small."""


class Wanted(Struct, frozen=True, kw_only=True):
    """Groups of facts to see."""

    named: frozenset[str]
    """For a name that leads to a balancer."""
    unnamed: frozenset[str]
    """For a balancer to which no name is known to lead."""


class Fleet:
    """One scan of a fleet. `survey` first, then `scans`."""

    def __init__(self, run: Run, options: Options, wanted: Wanted, wide: Wide | None = None) -> None:
        """Take what is the same for every scan: `options` without a domain.

        `wide`: the accounts are those of an organisation or of a file, and not those of the profiles.
        """
        self._run, self._options, self._wanted, self._wide = run, options, wanted, wide
        self._started = datetime.now(UTC)
        self._left = Counter[Account]()
        """Scans that each account of an organisation will still be asked for."""

    async def survey(self) -> Survey:
        """Find out what there is to scan."""
        if self._wide is None:
            return await survey(self._run.accounts, self._options.regions)
        from albdoctor.collect.aws.survey_members import Members

        return await Members(self._run.accounts[0], self._wide, self._options.regions, self._run.account).survey()

    async def surveyed(self, found: Survey) -> tuple[Surveyed, ...]:
        """Say where the survey looked, for those who merge it with others: of an organisation account by account.

        So a later look at one account closes the gaps of that one.
        """
        if self._wide is not None:
            listed = {gap for one in found.looked for gap in one.gaps}
            rest = tuple(gap for gap in found.gaps if gap not in listed)
            apart = (Surveyed(taken_at=self._started, gaps=rest),) if rest else ()
            return apart + tuple(
                Surveyed(
                    taken_at=self._started,
                    accounts=(one.account,) if one.account else (),
                    regions=tuple(sorted(one.regions)),
                    enabled=one.enabled,
                    balancers=one.balancers,
                    gaps=one.gaps,
                )
                for one in found.looked
            )
        own = [await each.region() for each in self._run.accounts]
        whole = Surveyed(
            taken_at=self._started,
            accounts=tuple(sorted(await _ids(self._run.accounts))),
            regions=tuple(sorted({*self._options.regions} or {region for region in own if region})),
            balancers=found.balancers,
            gaps=found.gaps,
        )
        return (whole,)

    async def part_of(self, found: Survey) -> Callable[[Facts], bool]:
        """Tell of the facts of an interrupted run which are those of a scan of this one.

        They are of one of its sites, seen in the same accounts, and nothing is left out that is wanted now.
        """
        sites = {site.host: site for site in found.sites}
        ids = {each: await _ids((each,)) for each in dict.fromkeys(_every(self._run.accounts, found))}
        wanted = [card for card in CARDS.values() if (card.opt_in or card.opt_out) and card.name in self._wanted.named]

        def is_left_out(card: Card[Any], facts: Facts) -> bool:
            observed = facts.of(card)
            return isinstance(observed, Unknown) and observed.detail.partition(":")[0] in {
                card.opt_in,
                card.opt_out,
            } - {""}

        def fits(facts: Facts) -> bool:
            seen = facts.identities
            theirs = frozenset(one.account for one in seen.value) if isinstance(seen, Known) else frozenset[str]()
            site = sites.get(facts.scan.host)
            if site is None or site.named is not facts.scan.named:
                return False
            each = [ids[account] for account in site.accounts or self._run.accounts]
            accounts = frozenset[str]().union(*each) if all(each) else frozenset[str]()
            return (not theirs or not accounts or theirs == accounts) and not any(
                is_left_out(card, facts) for card in wanted if not self._leaves_out(card)
            )

        return fits

    def _leaves_out(self, card: Card[Any]) -> bool:
        chosen = self._options.switches
        return card.opt_out in chosen or bool(card.opt_in and card.opt_in not in chosen)

    async def scans(self, sites: tuple[Site, ...]) -> AsyncIterator[Facts]:
        """Give the facts of each site as they come, a bounded number under way; nothing given is kept."""
        waiting: Iterator[Site] = iter(sites)
        self._left = Counter(account for site in sites for account in site.accounts)
        under_way: set[asyncio.Task[Facts]] = set()
        try:
            while True:
                for site in islice(waiting, AT_ONCE - len(under_way)):
                    under_way.add(asyncio.create_task(self._scan(site)))
                if not under_way:
                    return
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        finally:
            for task in under_way:
                task.cancel()

    async def _scan(self, site: Site) -> Facts:
        options = replace(
            self._options,
            domain=site.domain,
            host=site.host,
            registrable=site.registrable,
            named=site.named,
            balancer="" if site.named else site.balancer,
        )
        if site.accounts:
            options = replace(options, regions=(site.region,))
        wanted = self._wanted.named if site.named else self._wanted.unnamed
        facts = await self._run.scan(options, wanted, site.accounts)
        for account in site.accounts:
            self._left[account] -= 1
            if not self._left[account] and account not in self._run.accounts:
                account.rest()
        return facts


def _every(own: tuple[Account, ...], found: Survey) -> Iterator[Account]:
    yield from own
    for site in found.sites:
        yield from site.accounts


async def _ids(accounts: tuple[Account, ...]) -> frozenset[str]:
    """The ids of accounts; none when not all of them are known."""
    answers = await asyncio.gather(*(observe(identity.ASKED, identity.identity(each)) for each in accounts))
    known = [answer.value.account for answer in answers if isinstance(answer, Known)]
    return frozenset(known if len(known) == len(answers) else ())
