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
    named: bool = True
    """False: no name is known, and `host` is the balancer's own DNS name."""


class Survey(Struct, frozen=True, kw_only=True):
    """What was found."""

    sites: tuple[Site, ...]
    """Those of one load balancer stand together; a name that leads to several is one."""
    balancers: int
    gaps: tuple[Unknown, ...]
    """Where load balancers or names may be that could not be listed."""


class _Listed(Struct):
    """What the lists told so far."""

    balancers: dict[tuple[Account, str], tuple[LoadBalancer, ...]] = {}
    """By account and Region; where it could not be listed, there is no entry."""
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
    listed = _Listed()
    places = [(account, region) for account in accounts for region in regions or (await account.region(),)]
    if not all(region for _, region in places):
        listed.gaps.append(no_region(ASKED).unknown)
    zones, _ = await asyncio.gather(
        asyncio.gather(*(_zones(account, listed) for account in accounts)),
        asyncio.gather(*(_in_region(account, region, listed) for account, region in places if region)),
    )
    every = {each.load_balancer_arn: each for balancers in listed.balancers.values() for each in balancers}
    found = {arn: each for arn, each in every.items() if each.type == "application"}
    owners = _owners(listed.records)
    strange = sorted(owners.keys() - {each.dns_name for each in every.values()})
    lost = [name for name in strange if _region_of(name) in {region for _, region in places}]
    sites = tuple(_sites(found, lost, owners))
    _know_balancers(listed.balancers, every)
    names = {name for site in sites for name in ancestors(site.host, site.registrable) if site.named}
    for account, one in zip(accounts, zones, strict=True):
        if one is not None:
            await route53.know_zones(account, one, names)
    return Survey(sites=sites, balancers=len(found), gaps=tuple(dict.fromkeys(listed.gaps)))


async def _in_region(account: Account, region: str, listed: _Listed) -> None:
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


async def _zones(account: Account, listed: _Listed) -> tuple[Mapping[str, object], ...] | None:
    """Every zone of an account; the record sets of the public ones are added to what is listed."""
    zones = await observe(route53.LIST, route53.every_zone(account))
    if isinstance(zones, Unknown):
        listed.gaps.append(zones)
        return None
    for entry in await asyncio.gather(*(every_record(account, id_) for id_ in route53.public_ids(zones.value))):
        if isinstance(entry.records, Known):
            listed.records += listed.whole(entry.records.value, led_to)
        else:
            listed.gaps.append(entry.records)
    return zones.value


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
            yield Site(domain=own, host=own, registrable=own, balancer=arn, named=False)
        yield from (_site(each, arn) for each in asked if each.host not in seen)
        seen |= {each.host for each in asked}
    for each in (each for name in lost for each in _hosts(name, owners)):
        if each.host not in seen:
            seen.add(each.host)
            yield _site(each, "")


def _site(asked: AskedDomain, arn: str) -> Site:
    return Site(domain=asked.domain, host=asked.host, registrable=asked.registrable, balancer=arn)


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
        names = {one.load_balancer_name: (one,) for one in balancers}
        for arn, one in every.items():
            if one.region == region:
                found = (one,) if arn in own else ()
                account.know("elbv2", "DescribeLoadBalancers", region, found, LoadBalancer, LoadBalancerArns=(arn,))
                same = names.get(one.load_balancer_name, ())
                account.know(
                    "elbv2", "DescribeLoadBalancers", region, same, LoadBalancer, Names=(one.load_balancer_name,)
                )
