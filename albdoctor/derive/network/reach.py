"""Whether a packet gets from A to B: security groups (stateful), network ACLs (stateless), routes. IPv4.

Everything that blocks is told, not only the first thing. What is named but not described makes the
answer `Unknown`: never "open" and never "blocked".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Literal, TypeAlias

from msgspec import Struct

from albdoctor.derive.network.filters import (
    EPHEMERAL,
    WORLD,
    Coverage,
    Decision,
    Direction,
    Side,
    acl_passes,
    coverage,
    described,
    entries_seen,
    groups_admit,
    missing,
    network,
    rules_seen,
    undecided,
)
from albdoctor.derive.once import once
from albdoctor.facts.ec2 import (
    InternetGateways,
    NetworkAcl,
    NetworkAcls,
    PrefixLists,
    Route,
    RouteTable,
    RouteTables,
    SecurityGroups,
    Subnet,
    Subnets,
)
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Unknown

What: TypeAlias = Literal[
    "balancer-sg-in",
    "balancer-sg-out",
    "target-sg-in",
    "acl-balancer-in",
    "acl-balancer-out",
    "acl-target-in",
    "acl-target-out",
    "subnet-not-public",
]


class Network(Struct, frozen=True, kw_only=True):
    """The network around the balancers, as far as a packet's way depends on it."""

    security_groups: SecurityGroups = ()
    prefix_lists: PrefixLists = ()
    network_acls: NetworkAcls = ()
    route_tables: RouteTables = ()
    internet_gateways: InternetGateways = ()
    subnets: Subnets = ()


# gc=False: no cycle can go through it, and there may be tens of thousands.
class Endpoint(Struct, frozen=True, kw_only=True, gc=False):
    """Where a target stands in the network."""

    address: str = ""
    """Private IPv4 address; empty: somewhere in its subnet."""
    subnet_id: str = ""
    """Empty: the subnet whose range holds the address."""
    security_groups: tuple[str, ...] = ()


class Blocker(Struct, frozen=True):
    """One thing that stops the packet."""

    what: What
    id: str
    """Id of the (first) security group, the ACL or the subnet."""
    saw: str
    """The rules seen, short; for a subnet its default route."""


Step: TypeAlias = Blocker | Unknown
"""What one point of the way says when it does not simply let the packet pass."""


def from_internet(network_: Network, balancer: LoadBalancer, port: int) -> tuple[Blocker, ...] | Unknown:
    """Everything that keeps 0.0.0.0/0 from a listener port.

    Groups that admit fewer clients than the world block too; `saw` shows whom they admit.
    """
    return _all_of(_steps_from_internet(network_, balancer, port))


def to_target(network_: Network, balancer: LoadBalancer, target: Endpoint, port: int) -> tuple[Blocker, ...] | Unknown:
    """Everything that keeps the balancer's nodes from a port of a target, or the answer from coming back."""
    seen = (network_.security_groups, network_.prefix_lists, network_.network_acls, network_.subnets)
    return _to_target(*seen, balancer, target, str(port))


@once
def _to_target(
    groups: SecurityGroups,
    lists: PrefixLists,
    acls: NetworkAcls,
    subnets: Subnets,
    balancer: LoadBalancer,
    target: Endpoint,
    port: str,
) -> tuple[Blocker, ...] | Unknown:
    """Several checks ask this of every target, each about its own kind of blockers."""
    network_ = Network(security_groups=groups, prefix_lists=lists, network_acls=acls, subnets=subnets)
    return _all_of(_steps_to_target(network_, balancer, target, int(port)))


def public_subnet(network_: Network, subnet_id: str) -> bool | None:
    """Whether a subnet's default route leads to an internet gateway attached to its VPC; None: not known."""
    subnet = _subnet(network_, subnet_id)
    table = route_table_of(network_, subnet_id)
    if subnet is None or table is None:
        return None
    ranges: list[IPv4Network] = []
    unsure = False
    for route in table.routes:
        if not route.gateway_id.startswith("igw-") or route.state == "blackhole":
            continue
        if route.state != "active":
            unsure = True  # a state that this version does not know
            continue
        attached = _attached(network_, route.gateway_id, subnet.vpc_id)
        destinations = _destinations(network_, route)
        if attached and destinations is not None:
            ranges += destinations
        unsure = unsure or attached is None or destinations is None
    if coverage(WORLD, ranges) is Coverage.ALL:
        return True
    return None if unsure else False


def route_table_of(network_: Network, subnet_id: str) -> RouteTable | None:
    """The table that a subnet uses: the associated one, else its VPC's main table; None: not described."""
    tables, mains = _tables(network_.route_tables)
    subnet = _subnet(network_, subnet_id)
    return tables.get(subnet_id) or (mains.get(subnet.vpc_id) if subnet else None)


@once
def _tables(tables: RouteTables) -> tuple[Mapping[str, RouteTable], Mapping[str, RouteTable]]:
    """The tables by the subnets that they are associated with, and the main ones by VPC."""
    pairs = [(table, association) for table in tables for association in table.associations]
    explicit = {association.subnet_id: table for table, association in pairs if association.subnet_id}
    return explicit, {table.vpc_id: table for table, association in pairs if association.main}


def _all_of(steps: Iterator[Step]) -> tuple[Blocker, ...] | Unknown:
    blockers: list[Blocker] = []
    for step in steps:
        if isinstance(step, Unknown):
            return step
        blockers.append(step)
    return tuple(dict.fromkeys(blockers))


def _steps_from_internet(network_: Network, balancer: LoadBalancer, port: int) -> Iterator[Step]:
    world = Side(addresses=WORLD)
    yield from _groups(network_, "balancer-sg-in", balancer.security_groups, port, world)
    for zone in balancer.availability_zones:
        yield from _acl(network_, "acl-balancer-in", zone.subnet_id, WORLD, (port, port))
        yield from _acl(network_, "acl-balancer-out", zone.subnet_id, WORLD, EPHEMERAL)
        public = public_subnet(network_, zone.subnet_id)
        if public is None:
            yield missing("ec2:DescribeRouteTables", f"the route table or gateway of {zone.subnet_id}")
        elif not public:
            yield Blocker("subnet-not-public", zone.subnet_id, default_route(network_, zone.subnet_id))


def _steps_to_target(network_: Network, balancer: LoadBalancer, target: Endpoint, port: int) -> Iterator[Step]:
    if ":" in target.address:
        yield undecided("ec2:DescribeSubnets", f"the way to the IPv6 address {target.address} is not judged")
        return
    place = _subnet_of(network_, balancer, target)
    if place is None:
        yield missing("ec2:DescribeSubnets", f"the subnet of {target.address or 'a target'}")
        return
    if not (target.address or place.cidr_block):
        yield _ipv6_only(place)
        return
    there = Side(
        addresses=network(target.address or place.cidr_block),
        groups=target.security_groups,
    )
    yield from _groups(network_, "balancer-sg-out", balancer.security_groups, port, there)
    for zone in balancer.availability_zones:
        here = _subnet(network_, zone.subnet_id)
        if here is None:
            yield missing("ec2:DescribeSubnets", zone.subnet_id)
            continue
        if not here.cidr_block:
            yield _ipv6_only(here)
            continue
        nodes = Side(addresses=network(here.cidr_block), groups=balancer.security_groups)
        yield from _groups(network_, "target-sg-in", target.security_groups, port, nodes)
        if here.subnet_id != place.subnet_id:
            yield from _borders(network_, here, place, there.addresses, port)


def _ipv6_only(subnet: Subnet) -> Unknown:
    return undecided("ec2:DescribeSubnets", f"the way through the IPv6-only subnet {subnet.subnet_id} is not judged")


def _borders(network_: Network, here: Subnet, place: Subnet, target: IPv4Network, port: int) -> Iterator[Step]:
    """The request and its answer cross the borders of both subnets; an ACL keeps no state."""
    nodes = network(here.cidr_block)
    yield from _acl(network_, "acl-balancer-out", here.subnet_id, target, (port, port))
    yield from _acl(network_, "acl-target-in", place.subnet_id, nodes, (port, port))
    yield from _acl(network_, "acl-target-out", place.subnet_id, nodes, EPHEMERAL)
    yield from _acl(network_, "acl-balancer-in", here.subnet_id, target, EPHEMERAL)


def _groups(network_: Network, what: What, ids: tuple[str, ...], port: int, other: Side) -> Iterator[Step]:
    direction = _direction(what)
    decision = groups_admit(network_.security_groups, network_.prefix_lists, ids, direction, port, other)
    if isinstance(decision, Unknown):
        yield decision
    elif not decision:
        yield Blocker(what, ids[0], rules_seen(described(network_.security_groups, ids), direction))


def _acl(network_: Network, what: What, subnet_id: str, other: IPv4Network, ports: tuple[int, int]) -> Iterator[Step]:
    acl = _acl_of(network_, subnet_id)
    direction = _direction(what)
    decision: Decision
    if acl is None:
        decision = missing("ec2:DescribeNetworkAcls", f"the network ACL of {subnet_id}")
    else:
        decision = acl_passes(acl, direction, other, ports)
    if isinstance(decision, Unknown):
        yield decision
    elif acl is not None and not decision:
        yield Blocker(what, acl.network_acl_id, entries_seen(acl, direction))


def _direction(what: What) -> Direction:
    return "in" if what.endswith("-in") else "out"


def _acl_of(network_: Network, subnet_id: str) -> NetworkAcl | None:
    """The ACL at a subnet's border; EC2 names every subnet in some ACL's associations."""
    explicit, defaults = _acls(network_.network_acls)
    subnet = _subnet(network_, subnet_id)
    return explicit.get(subnet_id) or (defaults.get(subnet.vpc_id) if subnet else None)


@once
def _acls(acls: NetworkAcls) -> tuple[Mapping[str, NetworkAcl], Mapping[str, NetworkAcl]]:
    """The ACLs by the subnets that they are associated with, and the default ones by VPC."""
    explicit = {association.subnet_id: acl for acl in acls for association in acl.associations}
    return explicit, {acl.vpc_id: acl for acl in acls if acl.is_default}


def _subnet(network_: Network, subnet_id: str) -> Subnet | None:
    return _subnets(network_.subnets).get(subnet_id)


@once
def _subnets(subnets: Subnets) -> Mapping[str, Subnet]:
    return {subnet.subnet_id: subnet for subnet in subnets}


def _subnet_of(network_: Network, balancer: LoadBalancer, target: Endpoint) -> Subnet | None:
    if target.subnet_id:
        return _subnet(network_, target.subnet_id)
    if not target.address:
        return None
    own = (subnet for subnet in network_.subnets if subnet.vpc_id == balancer.vpc_id and subnet.cidr_block)
    return next((subnet for subnet in own if network(target.address).subnet_of(network(subnet.cidr_block))), None)


def _attached(network_: Network, gateway_id: str, vpc_id: str) -> bool | None:
    gateway = next((one for one in network_.internet_gateways if one.internet_gateway_id == gateway_id), None)
    if gateway is None:
        return None
    states = {one.state for one in gateway.attachments if one.vpc_id == vpc_id}
    if states & {"available", "attached"}:
        return True
    return False if states <= {"attaching", "detaching", "detached"} else None


def _destinations(network_: Network, route: Route) -> list[IPv4Network] | None:
    """The IPv4 destinations of a route; None: its prefix list is not described."""
    if route.destination_cidr_block:
        return [network(route.destination_cidr_block)]
    if not route.destination_prefix_list_id:
        return []
    listed = next((one for one in network_.prefix_lists if one.id == route.destination_prefix_list_id), None)
    return None if listed is None else [network(cidr) for cidr in listed.cidrs if ":" not in cidr]


def default_route(network_: Network, subnet_id: str) -> str:
    """Write down where a subnet sends 0.0.0.0/0: "rtb-1: 0.0.0.0/0 -> nat-1 (active)"."""
    table = route_table_of(network_, subnet_id)
    if table is None:
        return "route table not described"
    route = next((one for one in table.routes if one.destination_cidr_block == str(WORLD)), None)
    if route is None:
        return f"{table.route_table_id}: no route for 0.0.0.0/0"
    via = (
        route.gateway_id
        or route.nat_gateway_id
        or route.transit_gateway_id
        or route.vpc_peering_connection_id
        or route.network_interface_id
    )
    return f"{table.route_table_id}: 0.0.0.0/0 -> {via or 'elsewhere'} ({route.state})"
