"""Which other subnet of a zone a load balancer could stand in: one with room in which nothing else is different."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NewType

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.blocks import Block, is_within, network
from albdoctor.derive.network.free_addresses import FREE_ADDRESSES, SMALLEST, BalancerRooms, Room
from albdoctor.derive.network.reach import Network, acl_of
from albdoctor.derive.network.security_groups import permissions, sources
from albdoctor.derive.network.subnet_routes import RoutedSubnets, route_table_of
from albdoctor.facts.ec2 import Subnet
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.mirror import known_or


class Ground(Struct, frozen=True, kw_only=True):
    """Everything that may treat two subnets differently."""

    routed: RoutedSubnets
    network: Network


Grounds = NewType("Grounds", tuple[Ground, ...])
"""One; none where a part of it was not seen: then nobody knows what is different in another subnet."""


@derivation
def grounds(routed: Observed[RoutedSubnets], around: Observed[Network]) -> Grounds:
    """Put together what may treat two subnets differently."""
    if isinstance(routed, Unknown) or isinstance(around, Unknown):
        return Grounds(())
    return Grounds((Ground(routed=routed.value, network=around.value),))


def roomier(of: BalancerRooms, seen: Grounds) -> Mapping[str, str]:
    """For each subnet that is too tight, the one with the most room that could take its place.

    Empty: one of them has none, or not enough is known to say so.
    """
    none = dict[str, str]()
    if of.unknown or not seen:
        return none
    (ground,) = seen
    return known_or(lambda: _instead(of, ground), none)


def _instead(of: BalancerRooms, ground: Ground) -> dict[str, str]:
    chosen: dict[str, str] = {}
    own = {zone.subnet_id for zone in of.balancer.availability_zones}
    named = tuple(_named(ground, of.balancer.vpc_id))
    for room in of.tight:
        old = next(one for one in ground.routed.subnets if one.subnet_id == room.subnet_id)
        fit = [
            one
            for one in ground.routed.subnets
            if one.subnet_id not in own and _has_room(one, room, of.balancer) and _is_alike(old, one, named, ground)
        ]
        if not fit:
            return {}
        chosen[room.subnet_id] = max(fit, key=lambda one: one.available_ip_address_count or 0).subnet_id
    return chosen


def _has_room(subnet: Subnet, room: Room, balancer: LoadBalancer) -> bool:
    return (
        subnet.vpc_id == balancer.vpc_id
        and subnet.availability_zone == room.zone
        and not subnet.ipv6_native
        and network(subnet.cidr_block).prefixlen <= SMALLEST
        and (subnet.available_ip_address_count or 0) >= FREE_ADDRESSES
        and (balancer.ip_address_type == "ipv4" or bool(subnet.blocks(6)))
    )


def _is_alike(old: Subnet, new: Subnet, named: tuple[Block, ...], ground: Ground) -> bool:
    """Whether packets of the one subnet are treated as those of the other, by all that the facts hold."""
    tables = [route_table_of(ground.routed, one.subnet_id) for one in (old, new)]
    acls = [acl_of(ground.network, one.subnet_id) for one in (old, new)]
    if None in tables or None in acls:
        return False
    return (
        len({frozenset(table.routes) for table in tables if table}) == 1
        and len({frozenset(acl.entries) for acl in acls if acl}) == 1
        and old.block_public_access_states == new.block_public_access_states
        and old.network_firewall_connectivity_type == new.network_firewall_connectivity_type
        and all(_treats_alike(each, old, new) for each in named)
    )


def _treats_alike(named: Block, old: Subnet, new: Subnet) -> bool:
    """Whether a range that somewhere is treated in its own way holds the whole of both subnets, or nothing of them."""
    parts = [network(cidr) for subnet in (old, new) for cidr in subnet.blocks(named.version)]
    inside = [is_within(part, named) for part in parts]
    return all(inside) or not any(is_within(part, named) or is_within(named, part) for part in parts)


def _named(ground: Ground, vpc_id: str) -> Iterator[Block]:
    """The ranges that security groups, ACLs and routes name; each range of the VPC has a local route of its own."""
    around = ground.network
    rules = [rule for group in around.security_groups for way in ("in", "out") for rule in permissions(group, way)]
    written = [source for rule in rules for source in sources(rule) if not source.startswith(("sg-", "pl-"))]
    written += [cidr for each in around.prefix_lists for cidr in each.cidrs]
    entries = [entry for acl in around.network_acls if acl.vpc_id == vpc_id for entry in acl.entries]
    written += [cidr for entry in entries for cidr in (entry.cidr_block, entry.ipv6_cidr_block)]
    routes = [route for table in ground.routed.route_tables if table.vpc_id == vpc_id for route in table.routes]
    written += [cidr for route in routes for cidr in (route.destination_cidr_block, route.destination_ipv6_cidr_block)]
    yield from (network(cidr) for cidr in dict.fromkeys(written) if cidr)
