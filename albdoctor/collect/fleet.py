"""Every Application Load Balancer of some accounts and Regions, scanned with each name that leads to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.collect.aws import identity
from albdoctor.collect.aws.survey import Site, Survey, survey
from albdoctor.collect.gaps import observe
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

    def __init__(self, run: Run, options: Options, wanted: Wanted) -> None:
        """Take what is the same for every scan: `options` without a domain."""
        self._run, self._options, self._wanted = run, options, wanted
        self._started = datetime.now(UTC)

    async def survey(self) -> Survey:
        """Find out what there is to scan."""
        return await survey(self._run.accounts, self._options.regions)

    async def surveyed(self, found: Survey) -> Surveyed:
        """Say where the survey looked, for those who merge it with others."""
        own = [await each.region() for each in self._run.accounts]
        return Surveyed(
            taken_at=self._started,
            accounts=tuple(sorted(await self._accounts())),
            regions=tuple(sorted({*self._options.regions} or {region for region in own if region})),
            balancers=found.balancers,
            gaps=found.gaps,
        )

    async def part_of(self, found: Survey) -> Callable[[Facts], bool]:
        """Tell of the facts of an interrupted run which are those of a scan of this one.

        They are of one of its sites, seen in the same accounts, and nothing is left out that is wanted now.
        """
        sites = {site.host: site.named for site in found.sites}
        accounts = await self._accounts()
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
            return (
                sites.get(facts.scan.host) is facts.scan.named
                and (not theirs or not accounts or theirs == accounts)
                and not any(is_left_out(card, facts) for card in wanted if not self._leaves_out(card))
            )

        return fits

    def _leaves_out(self, card: Card[Any]) -> bool:
        chosen = self._options.switches
        return card.opt_out in chosen or bool(card.opt_in and card.opt_in not in chosen)

    async def _accounts(self) -> frozenset[str]:
        """The ids of the accounts; none when not all of them are known."""
        answers = await asyncio.gather(
            *(observe(identity.ASKED, identity.identity(each)) for each in self._run.accounts)
        )
        known = [answer.value.account for answer in answers if isinstance(answer, Known)]
        return frozenset(known if len(known) == len(answers) else ())

    async def scans(self, sites: tuple[Site, ...]) -> AsyncIterator[Facts]:
        """Give the facts of each site as they come, a bounded number under way; nothing given is kept."""
        waiting: Iterator[Site] = iter(sites)
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
        return await self._run.scan(options, self._wanted.named if site.named else self._wanted.unnamed)
