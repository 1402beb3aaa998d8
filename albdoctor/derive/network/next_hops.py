"""Where a route table sends packets: the most specific route decides, for each part of a range on its own.

What a packet meets behind a gateway, an appliance, a peering connection or a transit gateway is not known from here:
it is beyond, neither open nor shut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from msgspec import Struct

from albdoctor.derive.network.blocks import Block, is_within, network, undecided, version_of
from albdoctor.derive.network.clients import NOT_PUBLIC
from albdoctor.facts.ec2 import PrefixLists, Route, RouteTable
from albdoctor.facts.known import UNHEARD_OF, Unknown

UNROUTED: tuple[Block, ...] = (*NOT_PUBLIC, IPv6Network("fc00::/7"))
"""Addresses that the internet does not have; IPv6: RFC 4193."""
ASKED = "ec2:DescribeRouteTables"


class Hop(StrEnum):
    """What a packet meets next."""

    LOCAL = "local"
    """The VPC itself."""
    BEYOND = "beyond"
    """A gateway, an appliance, a connection to elsewhere: what lies behind is not known."""
    BLACKHOLE = "blackhole"
    """What the route names is gone: the packet is dropped."""
    NOWHERE = "nowhere"
    """No route, or an internet gateway for an address that the internet does not have: it is dropped."""


DROPPED = frozenset({Hop.BLACKHOLE, Hop.NOWHERE})


class Lead(Struct, frozen=True):
    """Where some packets go next, and by which route."""

    hop: Hop
    destination: str = ""
    """Of the route, as AWS writes it; empty: there is none."""
    via: str = ""
    """What the route names; empty: something that is not held here."""


def leads(table: RouteTable, lists: PrefixLists, other: Block) -> tuple[Lead, ...] | Unknown:
    """Every way on for packets to a range of addresses, the most specific routes first.

    A range of a prefix list that is not described may hold any address, so that a packet is dropped for certain only
    where there is none; those of gateway endpoints are public addresses of S3 and DynamoDB.
    """
    found: dict[Lead, None] = {}
    rest: list[Block] = [other]
    routes = sorted(_destinations(table, lists, other.version), key=lambda one: -one[0].prefixlen)
    for range_, route in routes:
        if any(range_.overlaps(part) for part in rest):
            lead = _lead(route, other)
            if isinstance(lead, Unknown):
                return lead
            if any(_rivals(range_, route, *one) for one in routes):
                return undecided(ASKED, f"{table.route_table_id} has two routes for {range_}")
            found[lead] = None
            rest = [left for part in rest for left in _without(part, range_)]
    if rest:
        found[Lead(Hop.NOWHERE)] = None
    hidden = next(_hidden(table, lists), None)
    if hidden is not None and (hidden.state != "active" or not DROPPED.isdisjoint(one.hop for one in found)):
        return undecided(ASKED, f"{hidden.destination_prefix_list_id} of {table.route_table_id} was not described")
    return tuple(found)


def _destinations(table: RouteTable, lists: PrefixLists, version: int) -> Iterator[tuple[Block, Route]]:
    described = {one.id: one.cidrs for one in lists}
    for route in table.routes:
        if own := route.destination_cidr_block if version == 4 else route.destination_ipv6_cidr_block:
            yield network(own, ASKED), route
        for cidr in described.get(route.destination_prefix_list_id, ()):
            if version_of(cidr) == version:
                yield network(cidr, "ec2:GetManagedPrefixListEntries"), route


def _hidden(table: RouteTable, lists: PrefixLists) -> Iterator[Route]:
    """The routes of prefix lists that are not described."""
    described = {one.id for one in lists}
    for route in table.routes:
        endpoint = route.gateway_id.startswith("vpce-") and route.state == "active"
        if route.destination_prefix_list_id and route.destination_prefix_list_id not in described and not endpoint:
            yield route


def _rivals(range_: Block, route: Route, other: Block, beside: Route) -> bool:
    """Whether another route is as specific, and leads elsewhere: a propagated one beside one of the table's own."""
    return range_ == other and (target_of(route), route.state) != (target_of(beside), beside.state)


def _lead(route: Route, other: Block) -> Lead | Unknown:
    if route.state not in ("active", "blackhole"):
        return undecided(ASKED, f"state {route.state} of the route for {written(route)} {UNHEARD_OF}")
    return Lead(_hop(route, other), written(route), target_of(route))


def _hop(route: Route, other: Block) -> Hop:
    if route.state == "blackhole":
        return Hop.BLACKHOLE
    if route.gateway_id == "local":
        return Hop.LOCAL
    private = any(is_within(other, one) for one in UNROUTED)
    return Hop.NOWHERE if private and route.gateway_id.startswith("igw-") else Hop.BEYOND


def written(route: Route) -> str:
    """The destination of a route, as AWS writes it."""
    return route.destination_cidr_block or route.destination_ipv6_cidr_block or route.destination_prefix_list_id


def target_of(route: Route) -> str:
    """What a route names as its next hop; empty: something that is not held here (a carrier's or local gateway)."""
    return (
        route.gateway_id
        or route.nat_gateway_id
        or route.transit_gateway_id
        or route.vpc_peering_connection_id
        or route.network_interface_id
    )


def _without(part: Block, range_: Block) -> Iterable[Block]:
    """What is left of a part without a range."""
    if not part.overlaps(range_):
        return (part,)
    if is_within(part, range_):
        return ()
    if isinstance(part, IPv4Network) and isinstance(range_, IPv4Network):
        return part.address_exclude(range_)
    if isinstance(part, IPv6Network) and isinstance(range_, IPv6Network):
        return part.address_exclude(range_)
    return (part,)
