"""From the name to load balancers: the traces in Route 53, in live DNS and in the addresses (the narrow start)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial

from msgspec import Struct

from albdoctor.collect.aws.account import no_region
from albdoctor.collect.aws.behind import behind
from albdoctor.collect.aws.ec2 import balancer_interfaces
from albdoctor.collect.aws.finder import ASKED, Finder, parse_name
from albdoctor.collect.gaps import NotAnsweredError, observe
from albdoctor.collect.options import Options
from albdoctor.derive.dns.held import steps, way_gap
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.ec2 import NetworkInterface
from albdoctor.facts.elb import How, Lead, Leads
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.mirror import known_or, readable
from albdoctor.facts.route53 import HostedZone, HostedZones, RecordSets, ZoneRecords, led_to

DESCRIPTION = re.compile(r"ELB ((?:app|net)/[^/]+/[^/]+)")
ARN = re.compile(r"arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:loadbalancer/\S+")
ORDER = tuple(How)


class Sources(Struct, frozen=True, kw_only=True):
    """What the traces are read from; each call gives the one answer, or raises its gap."""

    zones: Callable[[], Awaitable[HostedZones]]
    records: Callable[[], Awaitable[RecordSets]]
    host_answers: Callable[[], Awaitable[HostAnswers]]
    regions: Callable[[], Awaitable[tuple[str, ...]]]
    """Regions to ask where no name tells one."""
    addresses: Callable[[str], Awaitable[tuple[str, ...]]]
    """Addresses of any DNS name."""
    candidates: Callable[[], Awaitable[Leads]]
    """By certificate and host rule: asked only when no trace leads to a balancer."""


async def leads(options: Options, finder: Finder, sources: Sources) -> Leads:
    """Every trace from the host to a load balancer.

    A source without an answer is a gap of the whole only when no other trace reached a balancer: whoever keeps DNS in
    another account must still learn what is wrong with the balancer.
    """
    traces = (
        by_option(options, finder, sources),
        _by_record(options, finder, sources),
        _by_chain(finder, sources),
        _by_address(finder, sources),
    )
    answers = await asyncio.gather(*(observe("traces to a load balancer", trace) for trace in traces))
    gaps = [answer for answer in answers if isinstance(answer, Unknown)]
    found = [lead for answer in answers if isinstance(answer, Known) for lead in answer.value]
    found += await _by_own_addresses(finder, sources, found)
    found += await behind(finder, found)
    if not _reached(found):
        guessed = await observe("candidates", sources.candidates())
        if isinstance(guessed, Known):
            found += guessed.value
        else:
            gaps.append(guessed)
    if gaps and not _reached(found):
        raise NotAnsweredError(gaps[0])
    return tuple(sorted(dict.fromkeys(found), key=lambda lead: ORDER.index(lead.how)))


def alias_names(host: str, zones: HostedZones, records: RecordSets) -> tuple[tuple[How, str], ...]:
    """Names that the record sets of the host lead to, aliases and CNAMEs followed within their zone.

    Public zones count; private ones only where there is no public one.
    """
    public = {zone.id for zone in zones if not zone.private} or {zone.id for zone in zones}
    by_id = {zone.id: zone for zone in zones}
    names: dict[tuple[How, str], None] = {}
    for entry in records:
        if entry.zone_id in public:
            names.update(dict.fromkeys(_targets(host, by_id[entry.zone_id], entry)))
    return tuple(names)


def _targets(host: str, zone: HostedZone, held: ZoneRecords) -> Iterator[tuple[How, str]]:
    """The balancers that the host's records in one zone lead to, as far as they are known."""
    for step in steps(held, zone.name, host):
        for record in step.records.value if isinstance(step.records, Known) else ():
            name = known_or(partial(led_to, record), otherwise="")
            if parse_name(name):
                yield How.ALIAS if record.alias_target else How.RECORD, name


def _reached(found: Iterable[Lead]) -> bool:
    return any(lead.load_balancer_arn for lead in found)


async def by_option(options: Options, finder: Finder, sources: Sources) -> Leads:
    """The balancer that the user means, by name or ARN; none when they named none."""
    meant = options.balancer
    if not meant:
        return ()
    if meant.startswith("arn:"):
        if not ARN.fullmatch(meant):
            raise NotAnsweredError(Unknown(gap=Gap.FAILED, asked=ASKED, detail=f"{meant!r} is no load balancer's ARN"))
        found = await finder.by_arn(meant)
        arn = found.balancer.load_balancer_arn if found else None
        return (Lead(how=How.OPTION, name=meant, region=meant.split(":")[3], load_balancer_arn=arn),)
    regions = await sources.regions()
    if not regions:
        raise no_region(ASKED)
    each = await asyncio.gather(*(finder.by_name(region, meant) for region in regions))
    hits = tuple(
        Lead(how=How.OPTION, name=meant, region=found.region, load_balancer_arn=found.balancer.load_balancer_arn)
        for found in each
        if found
    )
    return hits or (Lead(how=How.OPTION, name=meant, region=regions[0]),)


async def _by_record(options: Options, finder: Finder, sources: Sources) -> Leads:
    zones, records = await asyncio.gather(sources.zones(), sources.records())
    found = await _look_up(finder, alias_names(options.host, zones, records))
    if not _reached(found):
        # What could not be read of a zone may be the record that leads somewhere.
        names = {zone.id: zone.name for zone in zones}
        for gap in (way_gap(entry, names[entry.zone_id], options.host) for entry in records):
            if gap is not None:
                raise NotAnsweredError(gap)
    return found


async def _by_chain(finder: Finder, sources: Sources) -> Leads:
    chain = (await sources.host_answers()).chain
    return await _look_up(finder, tuple((How.CNAME, name) for name in chain if parse_name(name)))


async def _look_up(finder: Finder, names: tuple[tuple[How, str], ...]) -> Leads:
    """Find the balancer of each name; a gap counts only when no other name reached one."""
    answers = await asyncio.gather(*(observe(ASKED, _lead(finder, how, name)) for how, name in names))
    found = tuple(answer.value for answer in answers if isinstance(answer, Known))
    gap = next((answer for answer in answers if isinstance(answer, Unknown)), None)
    if gap and not _reached(found):
        raise NotAnsweredError(gap)
    return found


async def _lead(finder: Finder, how: How, name: str) -> Lead:
    wanted = parse_name(name)
    if wanted is None:
        return Lead(how=how, name=name)
    found = await finder.by_dns_name(wanted)
    arn = found.balancer.load_balancer_arn if found else None
    return Lead(how=how, name=name, region=wanted.region, load_balancer_arn=arn)


async def _by_address(finder: Finder, sources: Sources) -> Leads:
    """Match the answer's addresses with the interfaces of load balancer nodes."""
    regions = await sources.regions()
    # The list of nodes does not depend on the answer: both are asked at once.
    places = [(account, region) for account in finder.accounts for region in regions]
    nodes, answers = await asyncio.gather(
        asyncio.gather(
            *(
                observe("ec2:DescribeNetworkInterfaces", balancer_interfaces(account, region))
                for account, region in places
            )
        ),
        sources.host_answers(),
    )
    wanted = frozenset(answers.addresses)
    if wanted and not regions:
        raise no_region("ec2:DescribeNetworkInterfaces")
    hits: dict[tuple[str, str, str], None] = {}
    gaps: list[Unknown] = []
    for (_, region), observed in zip(places, nodes, strict=True):
        if isinstance(observed, Unknown):
            gaps.append(observed)
            continue
        for interface in observed.value:
            if match := DESCRIPTION.fullmatch(interface.description):
                hits |= dict.fromkeys((address, region, match[1]) for address in sorted(wanted & _addresses(interface)))
    if wanted and gaps and not hits:
        raise NotAnsweredError(gaps[0])
    return tuple(await asyncio.gather(*(_address_lead(finder, *hit) for hit in hits)))


async def _by_own_addresses(finder: Finder, sources: Sources, found: Iterable[Lead]) -> Leads:
    """Match the answer's addresses with those of the balancers that other traces led to.

    Whether DNS leads to a balancer must not hang on the permission to list interfaces.
    """
    met = {lead.load_balancer_arn for lead in found if lead.how is How.ADDRESS}
    others = dict.fromkeys(lead.load_balancer_arn for lead in found if lead.load_balancer_arn not in met)
    balancers = [finder.known(arn).balancer for arn in others if arn]
    answers = await observe("DNS answers of the delegated servers", sources.host_answers())
    if not balancers or isinstance(answers, Unknown) or not answers.value.addresses:
        return ()
    asked = "DNS answers of the balancer's name"
    named = [*readable(balancers, lambda balancer: [(balancer, balancer.dns_name)])]
    theirs = await asyncio.gather(*(observe(asked, sources.addresses(name)) for _, name in named))
    return tuple(
        Lead(how=How.ADDRESS, name=address, region=balancer.region, load_balancer_arn=balancer.load_balancer_arn)
        for (balancer, _), addresses in zip(named, theirs, strict=True)
        if isinstance(addresses, Known)
        for address in answers.value.addresses
        if address in addresses.value
    )


async def _address_lead(finder: Finder, address: str, region: str, tail: str) -> Lead:
    found = await finder.by_tail(region, tail)
    arn = found.balancer.load_balancer_arn if found else None
    return Lead(how=How.ADDRESS, name=address, region=region, load_balancer_arn=arn)


def _addresses(interface: NetworkInterface) -> frozenset[str]:
    private = {each.private_ip_address for each in interface.private_ip_addresses}
    public = {each.association.public_ip for each in interface.private_ip_addresses if each.association}
    return frozenset({interface.private_ip_address, interface.public_ip} | private | public) - {""}
