"""What there is to scan in some accounts: every Application Load Balancer, and each name that leads to it.

The wide questions that tell it answer many narrow ones of the scans that follow: those are not asked again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.collect.aws import route53
from albdoctor.collect.aws.account import Account, no_region
from albdoctor.collect.aws.finder import ASKED, parse_name
from albdoctor.collect.aws.zone_records import every_record
from albdoctor.collect.domain import AskedDomain, asked_domain
from albdoctor.collect.gaps import observe
from albdoctor.derive.dns.held import ADDRESS_TYPES
from albdoctor.derive.names import ancestors, balancer_name
from albdoctor.errors import BadOptionError
from albdoctor.facts.elb import LoadBalancer, TargetGroup
from albdoctor.facts.known import Known, Unknown
from albdoctor.facts.mirror import LacksError, known_or
from albdoctor.facts.route53 import ResourceRecordSet, led_to

T = TypeVar("T")


class Site(Struct, frozen=True, kw_only=True):
    """One scan to make."""

    domain: str
    """As people write it."""
    host: str
    registrable: str
    balancer: str
    """ARN of the load balancer that the name leads to; empty: none of the accounts has the one that a record names."""
    region: str
    """Where that load balancer is, or would be."""
    named: bool = True
    """False: no name is known, and `host` is the balancer's own DNS name."""
    accounts: tuple[Account, ...] = ()
    """Those that hold the load balancer and the zones of the name; empty: all are asked."""


class Looked(Struct, frozen=True, kw_only=True):
    """One account of many, as far as it could be looked through."""

    account: str
    """Its id."""
    regions: tuple[str, ...] = ()
    enabled: bool = False
    """They are all that it has enabled."""
    balancers: int = 0
    gaps: tuple[Unknown, ...] = ()


class Survey(Struct, frozen=True, kw_only=True):
    """What was found."""

    sites: tuple[Site, ...]
    """Those of one load balancer stand together; a name that leads to several is one."""
    balancers: int
    gaps: tuple[Unknown, ...]
    """Where load balancers or names may be that could not be listed."""
    looked: tuple[Looked, ...] = ()
    """Of an organisation, account by account; the gaps of those that could not be looked through are among `gaps`."""


class Listed(Struct):
    """What the lists told so far."""

    balancers: dict[tuple[Account, str], tuple[LoadBalancer, ...]] = {}
    """By account and Region; where it could not be listed, there is no entry."""
    zones: dict[Account, tuple[Mapping[str, object], ...]] = {}
    """Where they could not be listed, there is no entry."""
    records: list[ResourceRecordSet] = []
    gaps: list[Unknown] = []

    def whole(self, things: Iterable[T], read: Callable[[T], object]) -> tuple[T, ...]:
        """The things of which this can be read; each other one is a gap."""
        kept: list[T] = []
        for thing in things:
            try:
                read(thing)
            except LacksError as lack:
                self.gaps.append(lack.unknown)
            else:
                kept.append(thing)
        return tuple(kept)


async def survey(accounts: tuple[Account, ...], regions: tuple[str, ...]) -> Survey:
    """List every balancer of the accounts in the Regions (none: each profile's own), and the names that lead there."""
    listed = Listed()
    places = [(account, region) for account in accounts for region in regions or (await account.region(),)]
    if not all(region for _, region in places):
        listed.gaps.append(no_region(ASKED).unknown)
    own: dict[Account, tuple[str, ...]] = dict.fromkeys(accounts, ())
    for account, region in places:
        own[account] += (region,) if region else ()
    await asyncio.gather(*(look_through(account, where, listed) for account, where in own.items()))
    return await put_together(listed, own)


async def look_through(account: Account, regions: tuple[str, ...], listed: Listed) -> None:
    """Add what an account has in some Regions to what is listed."""
    await asyncio.gather(_zones(account, listed), *(_in_region(account, region, listed) for region in regions))


async def put_together(listed: Listed, looked: Mapping[Account, tuple[str, ...]], *, narrow: bool = False) -> Survey:
    """Say what there is to scan in the accounts that were looked through, each in its Regions.

    `narrow`: each name is scanned with the accounts alone that hold its load balancer and its zones. Of many accounts
    the others would only be asked what the lists told already.
    """
    every = {each.load_balancer_arn: each for balancers in listed.balancers.values() for each in balancers}
    found = {arn: each for arn, each in every.items() if each.type == "application"}
    owners = _owners(listed.records)
    strange = sorted(owners.keys() - {each.dns_name for each in every.values()})
    everywhere = {region for regions in looked.values() for region in regions}
    lost = [name for name in strange if _region_of(name) in everywhere]
    sites = tuple(_sites(found, lost, owners))
    if narrow:
        sites = tuple(_with_holders(sites, listed, looked))
        _know_of_holders(sites, listed.balancers, every, looked)
    else:
        _know_balancers(listed.balancers, every)
    names: dict[Account, set[str]] = {account: set() for account in looked}
    for site in (each for each in sites if each.named):
        for account in site.accounts or looked:
            names[account].update(ancestors(site.host, site.registrable))
    for account, zones in listed.zones.items():
        await route53.know_zones(account, zones, names[account])
    return Survey(sites=sites, balancers=len(found), gaps=tuple(dict.fromkeys(listed.gaps)))


def _with_holders(sites: Iterable[Site], listed: Listed, looked: Iterable[Account]) -> Iterator[Site]:
    """Each name with the accounts that hold its load balancer and its zones; those of one account stand together."""
    owner = {each.load_balancer_arn: account for (account, _), some in listed.balancers.items() for each in some}
    holders: dict[str, list[Account]] = {}
    for account, zones in listed.zones.items():
        for name in dict.fromkeys(route53.names(zones)):
            holders.setdefault(name, []).append(account)
    made: dict[Account | None, list[Site]] = {account: [] for account in (*looked, None)}
    for site in sites:
        own = [owner[site.balancer]] if site.balancer else []
        above = _above(site.host) if site.named else ()
        held = [account for name in above for account in holders.get(name, ())]
        accounts = tuple(dict.fromkeys((*own, *held)))
        made[next(iter(accounts), None)].append(replace(site, accounts=accounts))
    return (site for some in made.values() for site in some)


def _above(host: str) -> Iterator[str]:
    """A name and every name above it."""
    labels = host.split(".")
    return (".".join(labels[number:]) for number in range(len(labels)))


def _know_of_holders(
    sites: Iterable[Site],
    listed: Mapping[tuple[Account, str], tuple[LoadBalancer, ...]],
    every: Mapping[str, LoadBalancer],
    looked: Mapping[Account, tuple[str, ...]],
) -> None:
    """As `_know_balancers`, but of each load balancer only what the accounts are asked that are asked at all."""
    own = {place: {one.load_balancer_arn for one in some} for place, some in listed.items()}
    names = {place: {one.load_balancer_name: one for one in some} for place, some in listed.items()}
    for site in sites:
        one = every.get(site.balancer)
        for account in site.accounts if one else ():
            place = (account, site.region)
            if one and (place in listed or site.region not in looked[account]):
                same = names.get(place, {}).get(one.load_balancer_name)
                _know_balancer(account, one, same, is_own=site.balancer in own.get(place, ()))


async def _in_region(account: Account, region: str, listed: Listed) -> None:
    balancers, groups = await asyncio.gather(
        observe(ASKED, account.items("elbv2", "DescribeLoadBalancers", region, LoadBalancer)),
        observe("groups", account.items("elbv2", "DescribeTargetGroups", region, TargetGroup)),
    )
    if isinstance(balancers, Unknown):
        listed.gaps.append(balancers)
        return
    listed.balancers[account, region] = listed.whole(balancers.value, _names_and_type)
    if isinstance(groups, Unknown) or any(known_or(partial(_balancers_of, one), None) is None for one in groups.value):
        return  # each scan asks for its own, and says so when it gets none
    of_balancer: dict[str, list[TargetGroup]] = {one.load_balancer_arn: [] for one in balancers.value}
    for group in groups.value:
        for arn in group.load_balancer_arns:
            of_balancer.setdefault(arn, []).append(group)
    for arn, its in of_balancer.items():
        account.know("elbv2", "DescribeTargetGroups", region, tuple(its), TargetGroup, LoadBalancerArn=arn)


def _names_and_type(balancer: LoadBalancer) -> tuple[str, ...]:
    return balancer.dns_name, balancer.load_balancer_name, balancer.type


def _balancers_of(group: TargetGroup) -> tuple[str, ...] | None:
    return group.load_balancer_arns


async def _zones(account: Account, listed: Listed) -> None:
    """Every zone of an account, and the record sets of the public ones."""
    zones = await observe(route53.LIST, route53.every_zone(account))
    if isinstance(zones, Unknown):
        listed.gaps.append(zones)
        return
    listed.zones[account] = zones.value
    for entry in await asyncio.gather(*(every_record(account, id_) for id_ in route53.public_ids(zones.value))):
        if isinstance(entry.records, Known):
            listed.records += listed.whole(entry.records.value, led_to)
        else:
            listed.gaps.append(entry.records)


def _owners(records: Iterable[ResourceRecordSet]) -> Mapping[str, set[str]]:
    """The owners of the records that lead to each name."""
    owners: dict[str, set[str]] = {}
    for record in records:
        if record.type in ADDRESS_TYPES and record.leads_to:
            owners.setdefault(balancer_name(record.leads_to), set()).add(record.owner)
    return owners


def _leading(name: str, owners: Mapping[str, set[str]]) -> Iterator[str]:
    """Every name that leads to a name, over aliases and CNAMEs; a wildcard is no name to scan."""
    waiting, seen = [name], {name}
    while waiting:
        for owner in owners.get(waiting.pop(), set()) - seen:
            seen.add(owner)
            waiting.append(owner)
            if "*" not in owner:
                yield owner


def _region_of(name: str) -> str | None:
    """The Region of a load balancer, by its DNS name; None: it is none's."""
    meant = parse_name(name)
    return meant.region if meant else None


def _sites(
    balancers: Mapping[str, LoadBalancer], lost: Iterable[str], owners: Mapping[str, set[str]]
) -> Iterator[Site]:
    """Each name once: by the first balancer that it leads to, last those that lead to a balancer nobody has."""
    seen: set[str] = set()
    for arn, balancer in sorted(balancers.items()):
        asked = tuple(_hosts(balancer.dns_name, owners))
        own = balancer.dns_name
        if not asked:
            yield Site(domain=own, host=own, registrable=own, balancer=arn, region=balancer.region, named=False)
        yield from (_site(each, arn, balancer.region) for each in asked if each.host not in seen)
        seen |= {each.host for each in asked}
    for host, region in ((each, _region_of(name) or "") for name in lost for each in _hosts(name, owners)):
        if host.host not in seen:
            seen.add(host.host)
            yield _site(host, "", region)


def _site(asked: AskedDomain, arn: str, region: str) -> Site:
    return Site(domain=asked.domain, host=asked.host, registrable=asked.registrable, balancer=arn, region=region)


def _hosts(name: str, owners: Mapping[str, set[str]]) -> Iterator[AskedDomain]:
    """The names that lead to a name and that somebody visits: `my_app.shop.example` is one, `_x.shop.example` is none.

    A label that begins with an underscore names a service or a proof (RFC 8552 section 1.1), whom nobody visits.
    A record's name is a name and nothing else: `https://victim.example/.shop.example` is no name of victim.example.
    """
    for owner in sorted(_leading(name, owners)):
        with contextlib.suppress(BadOptionError):
            asked = asked_domain(owner)
            if asked.host == owner and not any(label.startswith("_") for label in owner.split(".")):
                yield asked


def _know_balancers(
    listed: Mapping[tuple[Account, str], tuple[LoadBalancer, ...]], every: Mapping[str, LoadBalancer]
) -> None:
    """Which balancer has a name or an ARN need not be asked any more where all are listed; nor who does not have it."""
    for (account, region), balancers in listed.items():
        own = {one.load_balancer_arn for one in balancers}
        names = {one.load_balancer_name: one for one in balancers}
        for arn, one in every.items():
            if one.region == region:
                _know_balancer(account, one, names.get(one.load_balancer_name), is_own=arn in own)


def _know_balancer(account: Account, one: LoadBalancer, same: LoadBalancer | None, *, is_own: bool) -> None:
    """Whether an account has a load balancer, and what it has of that name (`same`), need not be asked any more."""
    found = (one,) if is_own else ()
    named = (same,) if same else ()
    region, name = one.region, one.load_balancer_name
    account.know(
        "elbv2", "DescribeLoadBalancers", region, found, LoadBalancer, LoadBalancerArns=(one.load_balancer_arn,)
    )
    account.know("elbv2", "DescribeLoadBalancers", region, named, LoadBalancer, Names=(name,))
