"""What would make a balancer's subnets public: public subnets in the same zones, or a route to the gateway."""

from __future__ import annotations

from albdoctor.derive.network.subnet_routes import RoutedSubnets, public_subnet, route_table_of
from albdoctor.facts.ec2 import RouteTable
from albdoctor.facts.elb import LoadBalancer

FREE_ADDRESSES = 8
"""A subnet of an ALB needs so many free addresses (ELB guide, "Subnets for your load balancer")."""


def publicity(network: RoutedSubnets, balancer: LoadBalancer) -> dict[str, bool | None]:
    """For each subnet of the balancer, whether it is public; None: not known."""
    return {zone.subnet_id: public_subnet(network, zone.subnet_id) for zone in balancer.availability_zones}


def public_twins(network: RoutedSubnets, balancer: LoadBalancer) -> tuple[str, ...]:
    """A public subnet for each of the balancer's zones, its own where that is public; empty: some zone has none."""
    twins: list[str] = []
    for zone in balancer.availability_zones:
        there = [
            one.subnet_id
            for one in network.subnets
            if one.vpc_id == balancer.vpc_id
            and one.availability_zone == zone.zone_name
            and not one.ipv6_native
            and (one.available_ip_address_count is None or one.available_ip_address_count >= FREE_ADDRESSES)
            and public_subnet(network, one.subnet_id)
        ]
        if not there:
            return ()
        twins.append(zone.subnet_id if zone.subnet_id in there else there[0])
    return tuple(twins)


def own_tables(network: RoutedSubnets, balancer: LoadBalancer) -> tuple[RouteTable, ...]:
    """The route tables of the balancer's private subnets, when they serve no other subnet; else empty."""
    own = {subnet_id for subnet_id, public in publicity(network, balancer).items() if public is False}
    tables: dict[str, RouteTable] = {}
    for subnet in network.subnets:
        table = route_table_of(network, subnet.subnet_id)
        if table is not None and subnet.subnet_id in own:
            tables[table.route_table_id] = table
    for subnet in network.subnets:
        table = route_table_of(network, subnet.subnet_id)
        if subnet.subnet_id not in own and (table is None or table.route_table_id in tables):
            return ()
    return tuple(tables.values())


def attached_gateway(network: RoutedSubnets, vpc_id: str) -> str:
    """Id of the internet gateway attached to a VPC, or empty."""
    for gateway in network.internet_gateways:
        if any(one.vpc_id == vpc_id and one.state in ("available", "attached") for one in gateway.attachments):
            return gateway.internet_gateway_id
    return ""
