"""What there is to scan in the accounts of an organisation: some looked through beside each other, each in its Regions.

What one account refuses is a gap that names it; the others go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from albdoctor.collect.aws import identity, organization
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.assume import Assumer
from albdoctor.collect.aws.survey import Listed, Looked, Survey, look_through, put_together
from albdoctor.collect.gaps import observe
from albdoctor.collect.members import Member, Wide
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.partitions import partition_of

AT_ONCE = 8
"""Accounts that are looked through beside each other: each has a client for each of its Regions meanwhile."""


class Members:
    """The accounts of one run, and what was found in them."""

    def __init__(self, source: Account, wide: Wide, regions: tuple[str, ...], reach: Callable[..., Account]) -> None:
        """Ask nothing yet: `source` may assume the roles, and `reach` makes an account of a profile or of a sign-in."""
        self._source, self._wide, self._regions, self._reach = source, wide, regions, reach
        self._assumer = Assumer(source.profile, seconds=source.timeout)
        self._free = asyncio.Semaphore(AT_ONCE)
        self._partition, self._own = "", ""

    async def places(self) -> tuple[Looked, ...]:
        """Each account and the Regions to look in, for those who look elsewhere: no load balancer is listed."""
        found = await self._found()
        if isinstance(found, Unknown):
            return (Looked(account="", gaps=(found,)),)
        return tuple(await asyncio.gather(*(self._place(member) for member in found.value)))

    async def _place(self, member: Member) -> Looked:
        async with self._free:
            account = self._account(member)
            regions = await self._enabled(account, member)
            if account is not self._source:
                account.rest()
        stated = self._regions or member.regions
        if isinstance(regions, Unknown):
            return Looked(account=member.account, regions=stated, gaps=_named(member, (regions,)))
        return Looked(account=member.account, regions=regions, enabled=not stated)

    async def survey(self) -> Survey:
        """Look through every account."""
        found = await self._found()
        if isinstance(found, Unknown):
            return Survey(sites=(), balancers=0, gaps=(found,), looked=(Looked(account="", gaps=(found,)),))
        whole, places = Listed(), dict[Account, tuple[str, ...]]()
        looked = await asyncio.gather(*(self._look(member, whole, places) for member in found.value))
        survey = await put_together(whole, places, narrow=True)
        gaps = (*(gap for one in looked for gap in one.gaps), *survey.gaps)
        return replace(survey, gaps=tuple(dict.fromkeys(gaps)), looked=tuple(looked))

    async def _found(self) -> Observed[tuple[Member, ...]]:
        """The accounts; whoever knows them also knows which of them is the source's own."""
        found = await observe(organization.LIST, self._members())
        self._partition = partition_of(await self._source.global_region()).name
        who = await observe(identity.ASKED, identity.identity(self._source))
        self._own = who.value.account if isinstance(who, Known) else ""
        return found

    async def _members(self) -> tuple[Member, ...]:
        return await organization.members(self._source) if self._wide.organization else self._wide.members

    async def _look(self, member: Member, whole: Listed, places: dict[Account, tuple[str, ...]]) -> Looked:
        """Look through one account; what is found is added to the whole."""
        async with self._free:
            account = self._account(member)
            regions = await self._enabled(account, member)
            if isinstance(regions, Unknown):
                stated = self._regions or member.regions
                return Looked(account=member.account, regions=stated, gaps=_named(member, (regions,)))
            own = Listed()
            await look_through(account, regions, own)
            if account is not self._source:
                account.rest()
        places[account] = regions
        whole.balancers |= own.balancers
        whole.zones |= own.zones
        whole.records += own.records
        balancers = {
            one.load_balancer_arn for some in own.balancers.values() for one in some if one.type == "application"
        }
        gaps = _named(member, own.gaps)
        return Looked(
            account=member.account,
            regions=regions,
            enabled=not (self._regions or member.regions),
            balancers=len(balancers),
            gaps=gaps,
        )

    def _account(self, member: Member) -> Account:
        """The account under its roles; the source's own one is seen with the credentials that are there."""
        if member.profile and not member.roles:
            return self._reach(member.profile)
        if member.account == self._own:
            return self._source
        roles = tuple(self._arn(member, role) for role in member.roles or (self._wide.role,))
        return self._reach(
            self._source.profile, self._assumer.into(roles, member.external_id or self._wide.external_id)
        )

    def _arn(self, member: Member, role: str) -> str:
        return role if role.startswith("arn:") else f"arn:{self._partition}:iam::{member.account}:role/{role}"

    async def _enabled(self, account: Account, member: Member) -> tuple[str, ...] | Unknown:
        """Where to look, once there are credentials."""
        signed_in = await account.signed_in()
        if isinstance(signed_in, Unknown):
            return signed_in
        if stated := self._regions or member.regions:
            return stated
        found = await observe(organization.REGIONS, organization.enabled_regions(account))
        return found if isinstance(found, Unknown) else found.value


def _named(member: Member, gaps: Iterable[Unknown]) -> tuple[Unknown, ...]:
    """Say of each gap in which account it is."""
    who = f"{member.account} ({' '.join(member.name.split())})" if member.name else member.account
    return tuple(replace(gap, detail=f"account {who}: {gap.detail}") for gap in dict.fromkeys(gaps))
