"""Firewalls and appliances that routes put between the internet and the subnets of internet-facing load balancers."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.needs import derivation
from albdoctor.derive.network.clients import Clients, Ingress
from albdoctor.derive.network.edge_routes import edge_table, way_in
from albdoctor.derive.network.next_hops import Hop, Lead
from albdoctor.derive.network.public_subnets import BalancerSubnets, OpenBalancersSubnets
from albdoctor.derive.network.subnet_routes import ELSEWHERE, default_route, detour, route_table_of
from albdoctor.derive.request.lines import Line
from albdoctor.derive.request.own_probes import OwnProbes
from albdoctor.facts.arn import Arn
from albdoctor.facts.ec2 import NetworkInterfaces, RouteTable
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.wire import AddressProbe, Probes, Tcp


class Stands(StrEnum):
    """How it stands in the way."""

    GONE = "gone"
    """Visitors' packets are led to it, and it is not there."""
    ONE_WAY = "one-way"
    """It sees one direction of connections only, and the subnet's node was seen to answer nobody, though security
    groups let everybody in."""
    THROUGH = "through"
    """Visitors' packets pass it, or do not: that is for it to say."""


class EdgeWay(Struct, frozen=True, kw_only=True):
    """The way of visitors into a subnet, through something."""

    subnet_id: str
    stands: Stands
    through: str
    """The endpoint or interface."""
    tables: tuple[str, ...]
    """The tables that name it, the gateway's first."""
    lines: tuple[Line, ...]
    """The routes in and out."""


class EdgeFirewall(Struct, frozen=True, kw_only=True):
    """An internet-facing load balancer, and what stands on visitors' ways into its subnets."""

    balancer: LoadBalancer
    ways: tuple[EdgeWay, ...]
    """Of those subnets whose nodes were not seen to answer."""
    among: int
    """How many subnets it has."""
    lost_ipv6: tuple[EdgeWay, ...] = ()
    """The ways of IPv6 packets that are led to what is not there, of one whose clients come over both versions."""

    def standing(self, how: Stands) -> tuple[EdgeWay, ...]:
        """The ways on which something stands so."""
        return tuple(one for one in self.ways if one.stands is how)


EdgeFirewalls: TypeAlias = tuple[EdgeFirewall, ...]


@derivation
def edge_firewalls(
    balancers_subnets: Observed[OpenBalancersSubnets],
    network_interfaces: Observed[NetworkInterfaces],
    probes: Observed[OwnProbes],
    every: Observed[Probes],
    ingress: Observed[Ingress],
) -> Iterator[EdgeFirewall | Unknown]:
    """Give each internet-facing load balancer towards which, or from which, packets are led through something."""
    nodes = network_interfaces.value if isinstance(network_interfaces, Known) else ()
    tried = {one.probe.address: one.probe for one in (probes.value if isinstance(probes, Known) else ())}
    met = [(node.subnet_id, tried[node.public_ip]) for node in nodes if node.public_ip in tried]
    reached = frozenset(id_ for id_, probe in met if _answers(probe))
    silent = frozenset(id_ for id_, probe in met if probe.port_443.tcp is probe.port_80.tcp is Tcp.SILENT)
    answering = {one.address for one in (every.value.addresses if isinstance(every, Known) else ()) if _answers(one)}
    reached_over_6 = frozenset(
        node.subnet_id for node in nodes if any(one.ipv6_address in answering for one in node.ipv6_addresses)
    )
    if isinstance(balancers_subnets, Unknown):
        yield balancers_subnets  # beside it, what other firewalls do is known
        return
    for subnets in balancers_subnets.value:
        table = edge_table(subnets.routed, subnets.gateway)
        mute = silent if _lets_all_in(ingress, subnets.balancer) else frozenset[str]()
        found = [_way(subnets, table, id_, mute) for id_ in subnets.public if id_ not in reached]
        yield from (one for one in found if isinstance(one, Unknown))
        ways = tuple(one for one in found if isinstance(one, EdgeWay))
        if table is not None or ways:
            lost = tuple(_lost_ipv6(subnets, table, reached_over_6))
            yield EdgeFirewall(balancer=subnets.balancer, ways=ways, among=len(subnets.public), lost_ipv6=lost)


def _answers(probe: AddressProbe) -> bool:
    return Tcp.OPEN in (probe.port_443.tcp, probe.port_80.tcp)


def _lost_ipv6(of: BalancerSubnets, edge: RouteTable | None, reached: frozenset[str]) -> Iterator[EdgeWay]:
    if edge is None or of.balancer.ip_address_type != "dualstack":
        return
    for subnet_id in (one for one in of.public if one not in reached):
        lead = way_in(of.routed, edge, subnet_id, 6)
        if isinstance(lead, Lead) and lead.hop is Hop.BLACKHOLE:
            own = route_table_of(of.routed, subnet_id)
            named = [one.route_table_id for one in (edge, own) if one is not None and _names(one, lead.via)]
            yield EdgeWay(
                subnet_id=subnet_id,
                stands=Stands.GONE,
                through=lead.via,
                tables=tuple(named),
                lines=(_in(edge, lead), (asked.route_table(subnet_id), default_route(of.routed, subnet_id, 6))),
            )


def _lets_all_in(ingress: Observed[Ingress], balancer: LoadBalancer) -> bool:
    """Whether security groups let everybody in to a port that was tried; else they explain that it is silent."""
    return isinstance(ingress, Known) and any(
        ingress.value.clients(balancer, port) is Clients.WORLD for port in (443, 80)
    )


def _way(
    of: BalancerSubnets, edge: RouteTable | None, subnet_id: str, silent: frozenset[str]
) -> EdgeWay | Unknown | None:
    own = route_table_of(of.routed, subnet_id)
    lead = way_in(of.routed, edge, subnet_id, of.version) if edge else None
    if isinstance(lead, Unknown) or own is None or not of.gateway:
        return lead if isinstance(lead, Unknown) else None  # a table or gateway that is not there is others' gap
    back = detour(own, of.version)
    within = lead.via if lead is not None and lead.hop in (Hop.BEYOND, Hop.BLACKHOLE) else ""
    through = within or ("" if back == ELSEWHERE else back)
    if not through:
        return None
    straight_out = of.public[subnet_id] is True and not back
    stands = Stands.THROUGH
    if lead is not None and lead.hop is Hop.BLACKHOLE:
        stands = Stands.GONE
    elif (lead is not None or _sees_every(own, of)) and subnet_id in silent and (straight_out if within else back):
        stands = Stands.ONE_WAY
    named = [one.route_table_id for one in (edge, own) if one is not None and _names(one, through)]
    lines = (
        *([_in(edge, lead)] if edge is not None and lead is not None else ()),
        *([(asked.route_table(of.gateway), "Associations: []")] if edge is None and _sees_every(own, of) else ()),
        (asked.route_table(subnet_id), default_route(of.routed, subnet_id, of.version)),
    )
    return EdgeWay(subnet_id=subnet_id, stands=stands, through=through, tables=tuple(named), lines=lines)


def _sees_every(table: RouteTable, of: BalancerSubnets) -> bool:
    """Whether the gateway has no table, not only none in sight: whoever shares the VPC's subnets may not see it.

    A table may also be for a pool of public addresses that somebody brought to AWS.
    """
    tables = [one for one in of.routed.route_tables if one.vpc_id == table.vpc_id]
    pooled = any(not (at.main or at.subnet_id or at.gateway_id) for one in tables for at in one.associations)
    return bool(table.owner_id) and table.owner_id == Arn.of(of.balancer.load_balancer_arn).account and not pooled


def _names(table: RouteTable, through: str) -> bool:
    return any(through in (route.gateway_id, route.network_interface_id) for route in table.routes)


def _in(edge: RouteTable, lead: Lead) -> Line:
    state = "blackhole" if lead.hop is Hop.BLACKHOLE else "active"
    return asked.route_table(edge.route_table_id), f"{lead.destination} -> {lead.via} ({state})"
