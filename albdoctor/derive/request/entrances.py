"""Where requests for the name come in: to which load balancers it leads, which of them rest, what stands in front."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from albdoctor.derive.dns.held import answering
from albdoctor.derive.dns.zones import is_live
from albdoctor.derive.names import balancer_name, plain
from albdoctor.derive.needs import derivation
from albdoctor.facts.arn import Arn, is_network
from albdoctor.facts.dns import Delegation, HostAnswers
from albdoctor.facts.elb import How, Leads, LoadBalancers
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.route53 import HostedZones, RecordSets, ResourceRecordSet
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import Probes


class Front(StrEnum):
    """What visitors meet first."""

    BALANCER = "balancer"
    """The load balancer itself, as far as anything is known."""
    CDN = "cdn"
    ACCELERATOR = "accelerator"
    NETWORK_BALANCER = "network-balancer"
    OTHER = "other"
    """Addresses that are none of the load balancer's."""


FRONTS: tuple[tuple[str, Front], ...] = (
    (".cloudfront.net", Front.CDN),
    (".cdn.cloudflare.net", Front.CDN),
    (".fastly.net", Front.CDN),
    (".akamaiedge.net", Front.CDN),
    (".edgekey.net", Front.CDN),
    (".azureedge.net", Front.CDN),
    (".azurefd.net", Front.CDN),
    (".awsglobalaccelerator.com", Front.ACCELERATOR),
)
"""Ends of the names that such services give out."""
CDN_HEADERS = {"cf-ray": "Cloudflare", "x-amz-cf-id": "CloudFront"}
"""Response headers that services add to whatever they pass on."""


class Entrances(Struct, frozen=True, kw_only=True):
    """The load balancers of the way, by ARN."""

    reached: frozenset[str]
    """Requests for the name come here, or are meant to."""
    parked: frozenset[str]
    """Only a record at rest leads here: a failover secondary, or one of weight 0."""
    live: frozenset[str] = frozenset()
    """DNS, as the world sees it, leads here: what the name's addresses answer, these load balancers answer."""
    failed_over: frozenset[str] = frozenset()
    """Primaries of a failover, while DNS leads to their secondary: parked, and not by choice."""
    front: Front = Front.BALANCER
    front_name: str = ""
    """Of what stands in front: a DNS name, a load balancer's, or who says so by a header; empty: nothing does."""

    @property
    def direct(self) -> bool:
        """Whether visitors connect to the load balancer themselves."""
        return self.front is Front.BALANCER

    @property
    def answers(self) -> bool:
        """Whether what visitors get comes from the load balancer itself: nothing in front ends their connections."""
        return self.front in (Front.BALANCER, Front.NETWORK_BALANCER) and bool(self.live)


@derivation
def entrances(
    scan: Scan,
    leads: Leads,
    load_balancers: LoadBalancers,
    hosted_zones: Observed[HostedZones],
    record_sets: Observed[RecordSets],
    delegation: Observed[Delegation],
    host_answers: Observed[HostAnswers],
    probes: Observed[Probes],
) -> Entrances:
    """Say to which load balancers the name leads, by live DNS first, then by what is meant to."""
    records = tuple(_records(scan, hosted_zones, record_sets, delegation))
    by_name = {balancer_name(one.name): one.load_balancer_arn for one in leads if one.load_balancer_arn}
    by_name |= {one.dns_name: one.load_balancer_arn for one in load_balancers}
    on = _passed_on(leads)
    answering_ = _ends((by_name[name] for name in map(_target, records) if name in by_name), on)
    awake = _ends(
        (by_name[name] for name in (_target(one) for one in records if not rests(one)) if name in by_name), on
    )
    first = {lead.load_balancer_arn for lead in leads if lead.live and lead.load_balancer_arn}
    live = _ends(first, on)
    by_role = {
        role: _ends((by_name[name] for name in _targets(records, role) if name in by_name), on) for role in ROLES
    }
    failed_over = by_role[PRIMARY] - live if live & by_role[SECONDARY] else set[str]()
    reached = (live | awake - failed_over) or _ends(_meant(leads), on) - answering_
    front, front_name = _front(first, records, host_answers, probes)
    return Entrances(
        reached=frozenset(reached),
        parked=frozenset(answering_ - reached),
        live=frozenset(live),
        failed_over=frozenset(failed_over),
        front=front,
        front_name=front_name,
    )


def _passed_on(leads: Leads) -> Mapping[str, frozenset[str]]:
    """The load balancers that each Network Load Balancer passes connections on to: those that its groups tell.

    One whose groups tell none may do so by address, to the load balancer that the user means.
    """
    met = {arn for lead in leads if (arn := lead.load_balancer_arn)}
    told = {arn: _led(leads, How.BEHIND, arn) for arn in met if is_network(arn)}
    meant = frozenset(arn for arn in _led(leads, How.OPTION) if not is_network(arn))
    return {arn: behind or meant for arn, behind in told.items()}


def _led(leads: Leads, how: How, name: str = "") -> frozenset[str]:
    chosen = (lead for lead in leads if lead.how is how and name in ("", lead.name))
    return frozenset(arn for lead in chosen if (arn := lead.load_balancer_arn))


def _ends(arns: Iterable[str], passed_on: Mapping[str, frozenset[str]]) -> set[str]:
    """The load balancers at which connections end: a Network Load Balancer stands for what it passes them on to."""
    return {end for arn in arns for end in passed_on.get(arn) or (arn,)}


def _meant(leads: Leads) -> set[str]:
    """Those of the strongest kind of trace: an option or record outranks a certificate or rule that fits."""
    strong = {one.load_balancer_arn for one in leads if one.how not in (How.CERTIFICATE, How.HOST_RULE)}
    every = {one.load_balancer_arn for one in leads}
    return {arn for arn in (strong - {None} or every) if arn}


PRIMARY, SECONDARY = "PRIMARY", "SECONDARY"
ROLES = (PRIMARY, SECONDARY)
"""Of records with a failover policy."""


def rests(record: ResourceRecordSet) -> bool:
    """Whether a record answers only when others fail, or never: a failover secondary, or weight 0."""
    return record.failover == SECONDARY or record.weight == 0


def _targets(records: Iterable[ResourceRecordSet], role: str) -> Iterator[str]:
    """The names that records of a role in a failover lead to."""
    return (_target(one) for one in records if one.failover == role)


def _records(
    scan: Scan, zones: Observed[HostedZones], sets: Observed[RecordSets], delegation: Observed[Delegation]
) -> Iterator[ResourceRecordSet]:
    """The host's records in the public zones that the world asks; of all of them where that is not known."""
    if isinstance(zones, Unknown) or isinstance(sets, Unknown):
        return
    public = {zone.id: zone for zone in zones.value if not zone.private}
    asked = {
        id_: zone
        for id_, zone in public.items()
        if not isinstance(delegation, Known) or is_live(zone, delegation.value)
    }
    for entry in sets.value:
        zone = asked.get(entry.zone_id)
        found = answering(entry, zone.name, scan.host) if zone is not None else None
        yield from found.value if isinstance(found, Known) else ()


def _target(record: ResourceRecordSet) -> str:
    """The name that a record leads to; empty: it holds addresses."""
    if record.alias_target:
        return balancer_name(record.alias_target.dns_name)
    return balancer_name(record.values[0]) if record.type == "CNAME" and record.values else ""


def _front(
    live: set[str],
    records: tuple[ResourceRecordSet, ...],
    host_answers: Observed[HostAnswers],
    probes: Observed[Probes],
) -> tuple[Front, str]:
    if live:
        if not all(map(is_network, live)):
            return Front.BALANCER, ""
        return Front.NETWORK_BALANCER, ", ".join(sorted(Arn.of(arn).path[-2] for arn in live))
    chain = host_answers.value.chain if isinstance(host_answers, Known) else ()
    names = (*map(plain, chain), *map(_target, records))
    named = next(((front, name) for name in names for end, front in FRONTS if name.endswith(end)), None)
    if named:
        return named
    exchanges = [one for each in probes.value.addresses for one in each.https] if isinstance(probes, Known) else []
    service = next((own for one in exchanges for header, own in CDN_HEADERS.items() if one.header(header)), "")
    return (Front.CDN, service) if service else (Front.BALANCER, "")
