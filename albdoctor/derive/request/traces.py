"""Which load balancers a snapshot says that its host leads to, whether or not it could see them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from albdoctor.derive.dns.held import answering
from albdoctor.derive.names import balancer_name, is_balancer_name
from albdoctor.derive.topology import items
from albdoctor.facts.ec2 import NetworkInterface
from albdoctor.facts.elb import How, Lead, Leads, LoadBalancer, LoadBalancers
from albdoctor.facts.known import Known
from albdoctor.facts.mirror import known_or, readable
from albdoctor.facts.route53 import led_to
from albdoctor.facts.snapshot import Facts

Trace = tuple[How, str]
"""How a trace was met, and the name or ARN of a balancer that it says."""


def traces(facts: Facts) -> tuple[Trace, ...]:
    """Every name of a balancer in leads without a balancer, in the host's records and in its CNAME chain."""
    return tuple(dict.fromkeys((*dead_ends(facts), *_in_records(facts), *_in_chain(facts))))


def dead_ends(facts: Facts) -> tuple[Trace, ...]:
    """The leads that name a balancer which the accounts of the scan do not have."""
    return tuple(
        (lead.how, lead.name) for lead in items(facts.leads) if lead.load_balancer_arn is None and not lead.gap
    )


def balancers_named(found: tuple[Trace, ...]) -> frozenset[str]:
    """The balancers that the traces name, each by its ARN or by its DNS name as AWS gives it out."""
    return frozenset(_comparable(name) for _, name in found)


def leads_of(found: tuple[Trace, ...], balancers: LoadBalancers) -> Leads:
    """The traces that name one of these balancers, as leads to it."""
    by_name = {name: one for one in balancers for name in names_of(one)}
    return tuple(_lead(how, name, by_name[_comparable(name)]) for how, name in found if _comparable(name) in by_name)


def address_leads(facts: Facts, balancers: LoadBalancers, own: dict[str, frozenset[str]]) -> Leads:
    """The addresses that the host's DNS gives and that belong to one of these balancers, as leads to it.

    `own`: addresses that are known to be a balancer's, by its DNS name, besides those of its nodes.
    """
    if not isinstance(facts.host_answers, Known):
        return ()
    nodes: dict[str, set[str]] = {}
    for interface in items(facts.network_interfaces):
        for description in readable([interface], lambda one: [one.description]):
            nodes.setdefault(description, set()).update(readable([interface], _addresses))
    return tuple(
        _lead(How.ADDRESS, address, balancer)
        for balancer in balancers
        for address in facts.host_answers.value.addresses
        if address in nodes.get(f"ELB {balancer.tail}", set[str]())
        or any(address in own.get(name, ()) for name in names_of(balancer))
    )


def names_of(balancer: LoadBalancer) -> tuple[str, ...]:
    """What a trace can call a balancer: its ARN, and its DNS name where that is known."""
    return (balancer.load_balancer_arn, *readable([balancer], lambda one: [one.dns_name]))


def _lead(how: How, name: str, balancer: LoadBalancer) -> Lead:
    return Lead(how=how, name=name, region=balancer.region, load_balancer_arn=balancer.load_balancer_arn)


def _comparable(name: str) -> str:
    return name if name.startswith("arn:") else balancer_name(name)


def _in_records(facts: Facts) -> Iterator[Trace]:
    """Records of the host itself; public zones count, private ones only where there is no public one."""
    zones = items(facts.hosted_zones)
    seen = {zone.id: zone for zone in zones if not zone.private} or {zone.id: zone for zone in zones}
    for entry in items(facts.record_sets):
        if entry.zone_id in seen:
            for record in items(answering(entry, seen[entry.zone_id].name, facts.scan.host)):
                name = known_or(partial(led_to, record), otherwise="")
                if is_balancer_name(name):
                    yield How.ALIAS if record.alias_target else How.RECORD, name


def _in_chain(facts: Facts) -> Iterator[Trace]:
    if isinstance(facts.host_answers, Known):
        yield from ((How.CNAME, name) for name in facts.host_answers.value.chain if is_balancer_name(name))


def _addresses(interface: NetworkInterface) -> frozenset[str]:
    private = {each.private_ip_address for each in interface.private_ip_addresses}
    public = {each.association.public_ip for each in interface.private_ip_addresses if each.association}
    return frozenset({interface.private_ip_address, interface.public_ip} | private | public) - {""}
