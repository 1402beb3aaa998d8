"""How each group of facts is made: the ways between the sources. `plan.Plan` runs them, each once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Protocol, TypeVar

import albdoctor.collect.aws.cluster_tags  # pyright: ignore[reportUnusedImport] - its collector
import albdoctor.collect.aws.functions  # pyright: ignore[reportUnusedImport] - its collectors
import albdoctor.collect.aws.registrars  # noqa: F401 # pyright: ignore[reportUnusedImport] - its collectors
from albdoctor.collect.asked import every, shared
from albdoctor.collect.aws import acm, elb, identity, metrics, route53, route53domains, ssm, waf
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.candidates import candidates
from albdoctor.collect.aws.finder import Finder, is_application
from albdoctor.collect.aws.found import Found, Part
from albdoctor.collect.aws.leads import Sources, by_option, leads
from albdoctor.collect.aws.zone_records import name_reader, read_on, wanted_records
from albdoctor.collect.collectors import PARTS, WHOLES, collects, complete
from albdoctor.collect.gaps import NotAnsweredError, observe, value_of
from albdoctor.collect.options import Options
from albdoctor.collect.shared import Shared
from albdoctor.derive.dns import wanted
from albdoctor.derive.dns.compared import compared_names
from albdoctor.derive.names import covers, plain
from albdoctor.derive.request.outcome import exchanges_of, is_refused
from albdoctor.facts.acm import (
    CERTIFICATES,
    CERTIFICATES_ELSEWHERE,
    ELSEWHERE,
    Certificate,
    Certificates,
    CertificatesElsewhere,
)
from albdoctor.facts.dns import (
    CAA_SETS,
    DELEGATION,
    HOST_ANSWERS,
    RESOLVER_ANSWERS,
    SERVED_RECORDS,
    VALIDATION_ANSWERS,
    CaaSets,
    Delegation,
    HostAnswers,
    ResolverAnswers,
    ServedRecords,
    ValidationAnswers,
)
from albdoctor.facts.dnssec import DNSSEC, Chain
from albdoctor.facts.ec2 import INSTANCES, NETWORK_INTERFACES, PREFIX_LISTS, SECURITY_GROUPS
from albdoctor.facts.elb import (
    GROUPS_HEALTH,
    LEADS,
    LOAD_BALANCERS,
    TARGET_GROUPS,
    Leads,
    LoadBalancer,
    LoadBalancers,
)
from albdoctor.facts.groups import Card
from albdoctor.facts.hosts import LISTENING_SOCKETS, ListeningSockets
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.metrics import METRICS, Metrics
from albdoctor.facts.mirror import known_or, readable
from albdoctor.facts.partitions import partition_of
from albdoctor.facts.registration import REGISTERED_DOMAINS, REGISTRATION, RegisteredDomains, Registration
from albdoctor.facts.route53 import HOSTED_ZONES, RECORD_SETS, HostedZone, HostedZones, RecordSets, ZoneRecords
from albdoctor.facts.scan import IDENTITIES, Identities
from albdoctor.facts.snapshot import CARDS
from albdoctor.facts.waf import WEB_ACLS, WebAcls
from albdoctor.facts.wire import PROBES, TARGET_PROBES, Probes, TargetProbes

T = TypeVar("T")

ASKED_ACM = "acm:ListCertificates"
NOT_ISSUED = frozenset({"PENDING_VALIDATION", "FAILED", "VALIDATION_TIMED_OUT"})

RENEWED_NAMES = 10
"""Names of certificates in use whose CAA records are looked up: ACM puts no more on one by default."""


class Of(Protocol):
    """Gives the value of another group, or raises its gap."""

    def __call__(self, card: Card[T], /) -> Awaitable[T]:
        """Wait for the group of a card."""
        ...


class Groups:
    """One scan's ways of making each group. Every method raises the gap where there is no complete answer."""

    def __init__(
        self,
        options: Options,
        accounts: tuple[Account, ...],
        asked: frozenset[str],
        now: datetime,
        of: Of,
        shared: Shared,
    ) -> None:
        """Ask nothing yet; `of` gives the value of another group, `asked` are the groups that will be asked."""
        self.options = options
        self.accounts = accounts
        self._asked = asked
        self._of = of
        self._shared = shared
        self._dns = shared.dns(options)
        self._finder = Finder(accounts, self._begin)
        self._found: dict[str, Found] = {}
        self._early: set[asyncio.Task[Any]] = set()
        self._zones_read: dict[tuple[Account, str], asyncio.Task[ZoneRecords]] = {}
        self._zone_accounts: dict[str, Account] = {}
        # One object, so that a balancer's counters are one part however often they are asked for.
        self._counters: Part[Any] = partial(metrics.metrics, now=now)

    def ways(self) -> Mapping[str, Callable[[], Awaitable[Any]]]:
        """How each group is made."""
        wholes = {name: partial(make, self) for name, make in WHOLES.items()}
        return wholes | {name: partial(self._sum, part) for name, part in PARTS.items()}

    @collects(IDENTITIES)
    async def identities(self) -> Identities:
        """Who each profile is."""
        each = await asyncio.gather(*(identity.identity(account) for account in self.accounts))
        return tuple(dict.fromkeys(each))

    @collects(REGISTRATION)
    async def registration(self) -> Registration:
        """What the registry says."""
        return value_of(await self._shared.registration(self.options))

    @collects(REGISTERED_DOMAINS)
    async def registered_domains(self) -> RegisteredDomains:
        """The account that holds the registration; that none does must be said by all."""
        answers = await asyncio.gather(
            *(
                observe(route53domains.ASKED, route53domains.registered_domains(account, self.options.registrable))
                for account in self.accounts
            )
        )
        held = tuple(domain for answer in answers if isinstance(answer, Known) for domain in answer.value)
        if not held:
            for answer in answers:
                value_of(answer)
        return held[:1]

    @collects(DELEGATION)
    async def delegation(self) -> Delegation:
        """The walk from the root."""
        wanted = {"keys": DNSSEC.name in self._asked, "records": SERVED_RECORDS.name in self._asked}
        return value_of(await self._dns.delegation(**wanted))

    @collects(HOST_ANSWERS)
    async def host_answers(self) -> HostAnswers:
        """What the delegated servers say."""
        delegation = await self._of(DELEGATION)
        return value_of(await self._dns.host_answers(delegation))

    @collects(DNSSEC)
    async def dnssec(self) -> Chain:
        """The keys and signatures from the root to the host; of its own answers as far as there are any."""
        delegation = await self._of(DELEGATION)
        answers = await observe(HOST_ANSWERS.asked, self._of(HOST_ANSWERS))
        return await self._dns.chain(delegation, answers.value if isinstance(answers, Known) else None)

    @collects(SERVED_RECORDS)
    async def served_records(self) -> ServedRecords:
        """What else the domain's servers hold."""
        return await self._dns.served_records(await self._of(DELEGATION))

    @collects(RESOLVER_ANSWERS)
    async def resolver_answers(self) -> ResolverAnswers:
        """What resolvers say."""
        return value_of(await self._dns.resolver_answers())

    @collects(HOSTED_ZONES)
    async def hosted_zones(self) -> HostedZones:
        """Zones of every profile: one that cannot be asked may hold the zone that matters."""
        host, registrable = self.options.host, self.options.registrable
        lists = await asyncio.gather(
            *(route53.hosted_zones(each, host, registrable, partial(self._read_early, each)) for each in self.accounts)
        )
        zones: dict[str, HostedZone] = {}
        for account, each in zip(self.accounts, lists, strict=True):
            for zone in each:
                zones.setdefault(zone.id, zone)
                self._zone_accounts.setdefault(zone.id, account)
        return tuple(zones.values())

    @collects(RECORD_SETS)
    async def record_sets(self) -> RecordSets:
        """Record sets of each zone, asked with the profile that found it."""
        zones, held = await self._of(HOSTED_ZONES), await self._host_records()
        if not any(one.names for one in held):
            return held
        # Of a large zone, what others ask it about is known only now.
        names = await asyncio.gather(*(self._compared_with(zone) for zone in zones))
        each = [
            read_on(one, partial(wanted.of_names, names=more), name_reader(self._zone_accounts[zone.id], zone))
            for zone, one, more in zip(zones, held, names, strict=True)
        ]
        return tuple(await asyncio.gather(*each))

    @collects(LEADS)
    async def leads(self) -> Leads:
        """Every trace from the name to a balancer; where there is no name, the balancer that is meant."""
        sources = Sources(
            zones=partial(self._of, HOSTED_ZONES),
            records=self._host_records,
            host_answers=partial(self._of, HOST_ANSWERS),
            regions=self.regions,
            addresses=self._addresses,
            candidates=self._candidates,
        )
        return await (leads if self.options.named else by_option)(self.options, self._finder, sources)

    @collects(LOAD_BALANCERS)
    async def load_balancers(self) -> LoadBalancers:
        """The balancers of all traces, each once."""
        return tuple(found.balancer for found in await self._all_found())

    @collects(CERTIFICATES)
    async def certificates(self) -> Certificates:
        """Certificates on the balancers, and those of the domain in their Regions and the scan's."""
        regions = await self.regions()
        self._list_early(regions)
        found = await self._all_found()
        places = [(each.account, each.region) for each in found]
        places += [(owner, region) for owner in self._owners(found) for region in regions]
        lists = await asyncio.gather(*(self._attached(each) for each in found), self._of_domain(places))
        by_arn = {certificate.certificate_arn: certificate for each in lists for certificate in each}
        return tuple(by_arn.values())

    @collects(CERTIFICATES_ELSEWHERE)
    async def certificates_elsewhere(self) -> CertificatesElsewhere:
        """Certificates of the domain in us-east-1, unless a balancer or the scan is there."""
        regions = await self.regions()
        is_there = all(partition_of(region).name == "aws" for region in regions)
        wanted = (ELSEWHERE,) if is_there and ELSEWHERE not in regions else ()
        self._list_early(wanted)
        found = await self._all_found()
        here = {each.region for each in found}
        places = [(owner, region) for owner in self._owners(found) for region in wanted if region not in here]
        return CertificatesElsewhere(await self._of_domain(places))

    @collects(CAA_SETS)
    async def caa_sets(self) -> CaaSets:
        """CAA of the names that a certificate waits for, and of those that ACM renews; without any, of the host."""
        certificates = await observe(ASKED_ACM, self._of(CERTIFICATES))
        listed: Certificates = certificates.value if isinstance(certificates, Known) else ()
        waiting = readable(listed, lambda each: each.names if each.status in NOT_ISSUED and self._covers(each) else ())
        renewed = readable(listed, lambda each: each.names if self._is_renewed(each) else ())
        names = dict.fromkeys((*waiting, *islice(renewed, RENEWED_NAMES)))
        return value_of(await self._dns.caa_sets(tuple(names) or (self.options.host,)))

    @collects(VALIDATION_ANSWERS)
    async def validation_answers(self) -> ValidationAnswers:
        """The validation record of every name of every certificate, as public DNS has it."""
        certificates = await self._of(CERTIFICATES)
        options = readable(certificates, lambda each: each.domain_validation_options)
        records = (option.resource_record for option in options if option.resource_record)
        wanted = dict.fromkeys(readable(records, lambda record: [(plain(record.name), plain(record.value))]))
        return value_of(await self._dns.validation_answers(tuple(wanted)))

    @collects(METRICS)
    async def metrics(self) -> Metrics:
        """Counters of every balancer and its groups."""
        return Metrics(hours=metrics.HOURS, values=await self._sum(self._counters))

    @collects(PROBES)
    async def probes(self) -> Probes:
        """The name's addresses; the balancer's own too, where the name does not lead to it."""
        from albdoctor.collect.web.addresses import probes

        addresses = await self._visited()
        first, behind = await asyncio.gather(
            probes(self.options, addresses, self._dns.addresses),
            observe("balancer's addresses", self._balancer_addresses()),
        )
        seen = value_of(first)
        theirs = behind.value if isinstance(behind, Known) else ()
        if not theirs or set(theirs) & set(addresses):
            return seen
        more = value_of(await probes(self.options, theirs))
        return Probes(host=seen.host, addresses=(*seen.addresses, *more.addresses))

    @collects(WEB_ACLS)
    async def web_acls(self) -> WebAcls:
        """The web ACL of every balancer, where an answer of 403 was a load balancer's own."""
        seen = await observe(PROBES.asked, self._of(PROBES)) if PROBES.name in self._asked else PROBES.not_asked
        refused = isinstance(seen, Known) and any(map(is_refused, exchanges_of(seen.value)))
        return await self._sum(waf.web_acl) if refused else ()

    @collects(TARGET_PROBES)
    async def target_probes(self) -> TargetProbes:
        """Targets that admit the world."""
        from albdoctor.collect.web.targets import target_probes

        groups, health, instances, interfaces, security, lists = await asyncio.gather(
            self._of(TARGET_GROUPS),
            self._of(GROUPS_HEALTH),
            self._of(INSTANCES),
            self._of(NETWORK_INTERFACES),
            self._of(SECURITY_GROUPS),
            self._of(PREFIX_LISTS),
        )
        return value_of(await target_probes(self.options, groups, health, instances, interfaces, security, lists))

    @collects(LISTENING_SOCKETS)
    async def listening_sockets(self) -> ListeningSockets:
        """Where processes listen on the instances behind every balancer."""
        return await ssm.listening_sockets(await self._all_found())

    async def regions(self) -> tuple[str, ...]:
        """Regions to ask where no name tells one: the options', else each session's own."""
        if self.options.regions:
            return self.options.regions
        own = await asyncio.gather(*(account.region() for account in self.accounts))
        return tuple(dict.fromkeys(region for region in own if region))

    def _begin(self, found: Found) -> None:
        """A trace leads to this balancer: start everything that will be asked of it."""
        for name in PARTS.keys() & self._asked:
            found.start(PARTS[name])
        if METRICS.name in self._asked:
            found.start(self._counters)
        if PROBES.name in self._asked and _is_public(found.balancer):
            self._dns.begin_addresses(found.balancer.dns_name)
        self._found[found.balancer.load_balancer_arn] = found

    async def _all_found(self) -> tuple[Found, ...]:
        traces = await self._of(LEADS)
        arns = dict.fromkeys(lead.load_balancer_arn for lead in traces if lead.load_balancer_arn)
        # A Network Load Balancer has no rules and no HTTP: the lead alone tells of it.
        return tuple(self._found[arn] for arn in arns if is_application(self._found[arn].balancer))

    async def _sum(self, part: Part[T]) -> tuple[T, ...]:
        lists = await every([found.part(part) for found in await self._all_found()])
        # Balancers may share a VPC, a group or a policy.
        return tuple(_once(thing for each in lists for thing in each))

    def _read_early(self, account: Account, zone_id: str, name: str) -> None:
        """The record sets need not wait for the zone's details; the answers are kept."""
        if RECORD_SETS.name in self._asked:
            self._reading(account, zone_id, name)

    def _reading(self, account: Account, zone_id: str, name: str) -> asyncio.Task[ZoneRecords]:
        """What a zone holds that the host's way leads over, asked once."""
        key = (account, zone_id)
        if key not in self._zones_read:
            ask = wanted_records(account, zone_id, name, partial(wanted.of_host, zone=name, host=self.options.host))
            self._zones_read[key] = asyncio.create_task(ask)
        return self._zones_read[key]

    async def _host_records(self) -> RecordSets:
        """What each zone holds that the host's way leads over: no balancer need be known for it."""
        zones = await self._of(HOSTED_ZONES)
        tasks = (self._reading(self._zone_accounts[zone.id], zone.id, zone.name) for zone in zones)
        return tuple(await every(map(shared, tasks)))

    async def _compared_with(self, zone: HostedZone) -> tuple[str, ...]:
        """The names of a zone that certificates wait for, and those that the domain's servers hold when it moves."""
        certificates, served, delegation = await asyncio.gather(
            self._if_asked(CERTIFICATES), self._if_asked(SERVED_RECORDS), self._if_asked(DELEGATION)
        )
        return compared_names(zone, self.options.registrable, certificates, served, delegation)

    async def _if_asked(self, card: Card[T]) -> Observed[T]:
        """The value of a group that is asked for anyway, or its gap."""
        return await observe(card.asked, self._of(card)) if card.name in self._asked else card.not_asked

    async def _candidates(self) -> Leads:
        options = self.options
        return await candidates(self._finder, options.host, options.registrable, await self.regions())

    def _owners(self, found: Iterable[Found]) -> tuple[Account, ...]:
        return tuple(dict.fromkeys(each.account for each in found)) or self.accounts

    async def _of_domain(self, places: Iterable[tuple[Account, str]]) -> Certificates:
        """The domain's certificates of accounts and Regions, each asked once."""
        registrable = self.options.registrable
        lists = await asyncio.gather(
            *(acm.of_domain(account, region, registrable) for account, region in dict.fromkeys(places))
        )
        return tuple(certificate for each in lists for certificate in each)

    def _list_early(self, regions: tuple[str, ...]) -> None:
        """With one account it is clear whom to ask before the balancer is known; the answers are kept."""
        if len(self.accounts) == 1:
            lists = (self._of_domain([(self.accounts[0], region)]) for region in regions)
            self._early.update(asyncio.create_task(observe(ASKED_ACM, each)) for each in lists)

    async def _attached(self, found: Found) -> Certificates:
        entries = await found.part(elb.listeners_certificates)
        held = (each for entry in entries for each in entry.certificates)
        arns = tuple(readable(held, lambda each: [each.certificate_arn]))
        return await acm.described_all(found.account, arns)

    def _is_renewed(self, certificate: Certificate) -> bool:
        """Whether ACM renews a certificate that serves the host."""
        own = certificate.type == "AMAZON_ISSUED" and certificate.status == "ISSUED"
        return own and bool(certificate.in_use_by) and self._covers(certificate)

    def _covers(self, certificate: Certificate) -> bool:
        return any(covers(name, self.options.host) for name in certificate.names)

    async def _addresses(self, name: str) -> tuple[str, ...]:
        return value_of(await self._dns.addresses(name))

    async def _visited(self) -> tuple[str, ...]:
        """The addresses that the name gives; resolvers are waited for only where the delegated servers give none."""
        from albdoctor.derive.dns.visited import addresses_of

        answers = await observe(HOST_ANSWERS.asked, self._of(HOST_ANSWERS))
        told = addresses_of(answers, RESOLVER_ANSWERS.not_asked)
        if isinstance(told, Unknown):
            told = addresses_of(answers, await observe(RESOLVER_ANSWERS.asked, self._of(RESOLVER_ANSWERS)))
        if isinstance(told, Unknown):
            raise NotAnsweredError(told)
        return told

    async def _balancer_addresses(self) -> tuple[str, ...]:
        balancers = await self._of(LOAD_BALANCERS)
        public = filter(_is_public, balancers)
        answers = await asyncio.gather(*(self._dns.addresses(balancer.dns_name) for balancer in public))
        return tuple(_once(address for answer in answers if isinstance(answer, Known) for address in answer.value))


def _is_public(balancer: LoadBalancer) -> bool:
    """Whether it may be probed: an internal balancer's addresses are private, from here they may be another's."""
    return known_or(lambda: balancer.type == "application" and balancer.scheme != "internal", otherwise=False)


def _once(things: Iterable[T]) -> Iterable[T]:
    return dict.fromkeys(things)


complete(CARDS)
