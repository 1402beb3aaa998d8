"""Whether a subnet is public: what its route table sends to an internet gateway that is attached."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.blocks import WORLD, Block, Coverage, coverage, network
from albdoctor.derive.once import once
from albdoctor.facts.ec2 import InternetGateways, Route, RouteTable, RouteTables, Subnet, Subnets


class SubnetTables(Struct, frozen=True, kw_only=True):
    """Subnets and their route tables."""

    subnets: Subnets
    route_tables: RouteTables


class RoutedSubnets(SubnetTables, frozen=True, kw_only=True):
    """Subnets, their route tables and the gateways that these lead to."""

    internet_gateways: InternetGateways


@derivation
def routed_subnets(subnets: Subnets, route_tables: RouteTables, internet_gateways: InternetGateways) -> RoutedSubnets:
    """Put together what says whether a subnet is public."""
    return RoutedSubnets(subnets=subnets, route_tables=route_tables, internet_gateways=internet_gateways)


IPV6_WORLD = "::/0"


def public_subnet(routed: RoutedSubnets, subnet_id: str, version: int = 4) -> bool | None:
    """Whether a subnet's default route leads to an internet gateway attached to its VPC; None: not known.

    Nor is it known where the route leads through something else that may lead on to the internet: see `detour`.
    """
    subnet = _subnet(routed, subnet_id)
    table = route_table_of(routed, subnet_id)
    if subnet is None or table is None:
        return None
    ranges: list[Block] = []
    unsure = bool(detour(table, version))
    for route in table.routes:
        if not route.gateway_id.startswith("igw-") or route.state == "blackhole":
            continue
        if route.state != "active":
            unsure = True  # a state that this version does not know
            continue
        attached = _attached(routed, route.gateway_id, subnet.vpc_id)
        destinations = _destinations(route, version)
        if attached and destinations is not None:
            ranges += destinations
        unsure = unsure or attached is None or destinations is None
    if coverage(WORLD, ranges) is Coverage.ALL:
        return True
    return None if unsure else False


def lost_gateway(routed: RoutedSubnets, subnet_id: str, version: int = 4) -> str:
    """The internet gateway that a subnet's default route names, if it is gone or not attached to the VPC; else empty.

    One that no answer describes is gone where the route is a blackhole; else nobody knows.
    """
    subnet, table = _subnet(routed, subnet_id), route_table_of(routed, subnet_id)
    for route in table.routes if subnet and table else ():
        destination = route.destination_cidr_block if version == 4 else route.destination_ipv6_cidr_block
        if subnet and destination in WORLDS[version] and route.gateway_id.startswith("igw-"):
            described = any(one.internet_gateway_id == route.gateway_id for one in routed.internet_gateways)
            gone = not described and route.state == "blackhole"
            if gone or _attached(routed, route.gateway_id, subnet.vpc_id) is False:
                return route.gateway_id
    return ""


def detour(table: RouteTable, version: int = 4) -> str:
    """What a table's default route leads through that may lead on to the internet; empty: nothing of the kind.

    That is a firewall's endpoint, an appliance's interface, or a gateway that is not held here (a carrier's, an
    Outpost's). NAT gateways, transit gateways and peering connections bring no client in.
    """
    for route in table.routes:
        destination = route.destination_cidr_block if version == 4 else route.destination_ipv6_cidr_block
        if destination not in WORLDS[version] or route.state != "active":
            continue
        if route.gateway_id.startswith("vpce-") or route.network_interface_id:
            return route.gateway_id or route.network_interface_id
        if not any((route.gateway_id, route.nat_gateway_id, route.transit_gateway_id, route.vpc_peering_connection_id)):
            return ELSEWHERE
    return ""


ELSEWHERE = "elsewhere"
WORLDS = {4: (str(WORLD), "0.0.0.0/1", "128.0.0.0/1"), 6: (IPV6_WORLD, "2000::/3")}
"""Destinations of default routes, whole or in halves, by version."""


def route_table_of(routed: SubnetTables, subnet_id: str) -> RouteTable | None:
    """The table that a subnet uses: the associated one, else its VPC's main table; None: not described."""
    tables, mains = _tables(routed.route_tables)
    subnet = _subnet(routed, subnet_id)
    return tables.get(subnet_id) or (mains.get(subnet.vpc_id) if subnet else None)


@once
def _tables(tables: RouteTables) -> tuple[Mapping[str, RouteTable], Mapping[str, RouteTable]]:
    """The tables by the subnets that they are associated with, and the main ones by VPC."""
    pairs = [(table, association) for table in tables for association in table.associations]
    explicit = {association.subnet_id: table for table, association in pairs if association.subnet_id}
    return explicit, {table.vpc_id: table for table, association in pairs if association.main}


def _subnet(routed: SubnetTables, subnet_id: str) -> Subnet | None:
    return _subnets(routed.subnets).get(subnet_id)


@once
def _subnets(subnets: Subnets) -> Mapping[str, Subnet]:
    return {subnet.subnet_id: subnet for subnet in subnets}


def _attached(routed: RoutedSubnets, gateway_id: str, vpc_id: str) -> bool | None:
    gateway = next((one for one in routed.internet_gateways if one.internet_gateway_id == gateway_id), None)
    if gateway is None:
        return None
    states = {one.state for one in gateway.attachments if one.vpc_id == vpc_id}
    if states & {"available", "attached"}:
        return True
    return False if states <= {"attaching", "detaching", "detached"} else None


def _destinations(route: Route, version: int) -> tuple[Block, ...] | None:
    """The destinations of a route, as far as they are of this version; None: a prefix list's, which nobody looked up.

    For IPv6 the whole internet is told as IPv4's, and anything less is nothing.
    """
    if route.destination_prefix_list_id:
        return None
    if version == 6:
        return (WORLD,) if route.destination_ipv6_cidr_block in WORLDS[6] else ()
    return (network(route.destination_cidr_block),) if route.destination_cidr_block else ()


def default_route(routed: RoutedSubnets, subnet_id: str, version: int = 4) -> str:
    """Write down where a subnet sends 0.0.0.0/0: "rtb-1: 0.0.0.0/0 -> nat-1 (active)"; for IPv6 ::/0."""
    world = str(WORLD) if version == 4 else IPV6_WORLD
    table = route_table_of(routed, subnet_id)
    if table is None:
        return "route table not described"
    route = next(
        (one for one in table.routes if world in (one.destination_cidr_block, one.destination_ipv6_cidr_block)), None
    )
    if route is None:
        return f"{table.route_table_id}: no route for {world}"
    via = (
        route.gateway_id
        or route.nat_gateway_id
        or route.transit_gateway_id
        or route.vpc_peering_connection_id
        or route.network_interface_id
    )
    return f"{table.route_table_id}: {world} -> {via or ELSEWHERE} ({route.state})"
