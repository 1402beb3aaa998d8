"""The subnets of internet-facing load balancers: which are public, and what would make them so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.blocks import WORLD
from albdoctor.derive.network.client_acls import version_of
from albdoctor.derive.network.edge_routes import edge_table, way_in
from albdoctor.derive.network.free_addresses import FREE_ADDRESSES
from albdoctor.derive.network.next_hops import Hop, Lead, target_of
from albdoctor.derive.network.subnet_routes import (
    ELSEWHERE,
    IPV6_WORLD,
    WORLDS,
    RoutedSubnets,
    default_route,
    detour,
    lost_gateway,
    public_subnet,
    route_table_of,
)
from albdoctor.derive.request.serving import ApplicationBalancers, is_open
from albdoctor.facts.ec2 import Route, RouteTable, Subnet
from albdoctor.facts.elb import AvailabilityZone, LoadBalancer
from albdoctor.facts.known import Gap, Unknown

NOT_DESCRIBED = Unknown(
    gap=Gap.FAILED,
    asked="ec2:DescribeRouteTables",
    detail="a load balancer's subnet, route table or gateway was not described",
)
"""Why nobody knows whether a subnet is public."""


class BalancerSubnets(Struct, frozen=True, kw_only=True):
    """An internet-facing load balancer, and the subnets and routes around it."""

    balancer: LoadBalancer
    routed: RoutedSubnets

    @property
    def version(self) -> int:
        """The IP version that clients use in any case."""
        return version_of(self.balancer)

    @property
    def public(self) -> Mapping[str, bool | None]:
        """For each subnet of the load balancer, whether it is public; None: not known."""
        ids = (zone.subnet_id for zone in self.balancer.availability_zones)
        return {id_: public_subnet(self.routed, id_, self.version) for id_ in ids}

    @property
    def lost_gateways(self) -> Mapping[str, str]:
        """For each private subnet whose default route names an internet gateway that is not there, that gateway."""
        private = (id_ for id_, public in self.public.items() if public is False)
        named = {id_: lost_gateway(self.routed, id_, self.version) for id_ in private}
        return {id_: gateway for id_, gateway in named.items() if gateway}

    @property
    def lost_firewalls(self) -> Mapping[str, str]:
        """For each private subnet whose default route names what is gone, that; visitors are led to it as well."""
        edge = edge_table(self.routed, self.gateway)
        found: dict[str, str] = {}
        for id_ in (id_ for id_, public in self.public.items() if edge and public is False):
            own = route_table_of(self.routed, id_)
            lead = way_in(self.routed, edge, id_, self.version) if edge else None
            if isinstance(lead, Lead) and lead.hop is Hop.BLACKHOLE and own and lead.via in _lost_defaults(own):
                found[id_] = lead.via
        return found

    @property
    def told_elsewhere(self) -> Mapping[str, str]:
        """For each private subnet of which another check says why (ALB510, ALB515), what is lost."""
        return {**self.lost_gateways, **self.lost_firewalls}

    @property
    def default_routes(self) -> Mapping[str, str]:
        """For each subnet of the load balancer, where it sends 0.0.0.0/0; ::/0 where clients use IPv6."""
        ids = (zone.subnet_id for zone in self.balancer.availability_zones)
        return {id_: default_route(self.routed, id_, self.version) for id_ in ids}

    @property
    def unknown(self) -> Unknown:
        """Why it is not known whether a subnet is public."""
        for zone in self.balancer.availability_zones:
            table = route_table_of(self.routed, zone.subnet_id)
            through = detour(table, self.version) if table else ""
            if table and through:
                return replace(NOT_DESCRIBED, detail=f"{table.route_table_id} leads clients' answers through {through}")
        return NOT_DESCRIBED

    @property
    def gateway(self) -> str:
        """Id of the internet gateway attached to the load balancer's VPC, or empty."""
        for gateway in self.routed.internet_gateways:
            states = (one.state for one in gateway.attachments if one.vpc_id == self.balancer.vpc_id)
            if any(state in ("available", "attached") for state in states):
                return gateway.internet_gateway_id
        return ""


def _lost_defaults(table: RouteTable) -> frozenset[str]:
    """What a table's default routes name that is not there."""
    return frozenset(target_of(one) for one in table.routes if _is_default(one) and one.state == "blackhole")


OpenBalancersSubnets: TypeAlias = tuple[BalancerSubnets, ...]


@derivation
def balancer_subnets(balancers: ApplicationBalancers, routed: RoutedSubnets) -> Iterator[BalancerSubnets]:
    """Give each internet-facing load balancer what says whether its subnets are public."""
    for balancer in balancers:
        if is_open(balancer):
            yield BalancerSubnets(balancer=balancer, routed=routed)


def public_instead(of: BalancerSubnets) -> tuple[str, ...]:
    """A public subnet for each of the balancer's zones, its own where that is public; empty: some zone has none."""
    chosen: list[str] = []
    for zone in of.balancer.availability_zones:
        there = [subnet.subnet_id for subnet in of.routed.subnets if _could_serve(subnet, zone, of)]
        if not there:
            return ()
        chosen.append(zone.subnet_id if zone.subnet_id in there else there[0])
    return tuple(chosen)


def _could_serve(subnet: Subnet, zone: AvailabilityZone, of: BalancerSubnets) -> bool:
    return (
        subnet.vpc_id == of.balancer.vpc_id
        and subnet.availability_zone == zone.zone_name
        and not subnet.ipv6_native
        and (subnet.available_ip_address_count is None or subnet.available_ip_address_count >= FREE_ADDRESSES)
        and bool(public_subnet(of.routed, subnet.subnet_id, of.version))
    )


def own_tables(of: BalancerSubnets) -> tuple[RouteTable, ...]:
    """The route tables of the balancer's private subnets, when they serve no other subnet; else empty."""
    private = {subnet_id for subnet_id, public in of.public.items() if public is False}
    used = [(subnet.subnet_id, route_table_of(of.routed, subnet.subnet_id)) for subnet in of.routed.subnets]
    tables = {table.route_table_id: table for subnet_id, table in used if table is not None and subnet_id in private}
    for subnet_id, table in used:
        if subnet_id not in private and (table is None or table.route_table_id in tables):
            return ()
    return tuple(tables.values())


def led_through(of: BalancerSubnets) -> tuple[str, ...]:
    """What traffic of the load balancer's VPC is led through on purpose, which a fix must not take out of the way.

    That is a firewall's endpoint or an appliance's interface in any table of the VPC, since nobody knows from a route
    which subnet it stands in, and whatever but a NAT or an internet gateway the subnets' own default routes lead to,
    also while it is not there.
    """
    found: dict[str, None] = {}
    own = [route_table_of(of.routed, id_) for id_ in of.public]
    for table in of.routed.route_tables:
        if table.vpc_id != of.balancer.vpc_id:
            continue
        for route in table.routes:
            if _is_inspected(route) or (table in own and _is_default(route) and not _is_usual(route)):
                found[_target(route)] = None
    return tuple(found)


def _is_inspected(route: Route) -> bool:
    """Whether a route leads through an endpoint or an interface; those of prefix lists lead to S3 and DynamoDB."""
    return not route.destination_prefix_list_id and (
        route.gateway_id.startswith("vpce-") or bool(route.network_interface_id)
    )


def _is_default(route: Route) -> bool:
    return any({route.destination_cidr_block, route.destination_ipv6_cidr_block} & {*each} for each in WORLDS.values())


def _is_usual(route: Route) -> bool:
    """Whether a default route is one that every VPC has: a NAT gateway is what private subnets have."""
    return bool(route.nat_gateway_id) or route.gateway_id.startswith(("igw-", "eigw-"))


def _target(route: Route) -> str:
    return (
        route.gateway_id
        or route.network_interface_id
        or route.transit_gateway_id
        or route.vpc_peering_connection_id
        or ELSEWHERE
    )


def has_default_route(table: RouteTable) -> bool:
    """Whether a route table sends 0.0.0.0/0 anywhere."""
    return any(route.destination_cidr_block == str(WORLD) for route in table.routes)


def unattached(of: BalancerSubnets, gateway_id: str) -> bool:
    """Whether an internet gateway is there, and attached to no VPC."""
    described = (one for one in of.routed.internet_gateways if one.internet_gateway_id == gateway_id)
    return any(not one.attachments for one in described)


def tables_naming(of: BalancerSubnets, gateway_id: str) -> tuple[RouteTable, ...]:
    """The tables of the load balancer's VPC that send the whole internet, in one route, to a gateway."""
    world = str(WORLD) if of.version == 4 else IPV6_WORLD
    return tuple(
        table
        for table in of.routed.route_tables
        if table.vpc_id == of.balancer.vpc_id
        and any(
            route.gateway_id == gateway_id
            and world in (route.destination_cidr_block, route.destination_ipv6_cidr_block)
            for route in table.routes
        )
    )
