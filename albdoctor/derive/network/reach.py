"""Whether packets get from a balancer to a target and back: security groups (stateful), network ACLs (stateless).

Everything that blocks is told, not only the first thing. What is named but not described makes the
answer `Unknown`: never "open" and never "blocked".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.acls import EPHEMERAL, acl_passes, entries_seen
from albdoctor.derive.network.blocks import (
    Block,
    Decision,
    Direction,
    is_within,
    missing,
    network,
    undecided,
    version_of,
)
from albdoctor.derive.network.security_groups import Side, described, groups_admit, groups_named, rules_seen
from albdoctor.derive.once import once
from albdoctor.facts.ec2 import NetworkAcl, NetworkAcls, PrefixLists, SecurityGroups, Subnet, Subnets
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Unknown

BlockerKind: TypeAlias = Literal[
    "balancer-sg-out",
    "target-sg-in",
    "target-sg-other-in",
    "target-sg-beside-in",
    "acl-balancer-in",
    "acl-balancer-out",
    "acl-target-in",
    "acl-target-out",
]

TARGET_GROUPS: tuple[BlockerKind, ...] = ("target-sg-in", "target-sg-other-in", "target-sg-beside-in")
"""The targets' security groups: no rule is about the port, one is about it and names a group of somebody else, or
those on another interface of the instance let the balancer in."""


class Network(Struct, frozen=True, kw_only=True):
    """The network around balancers and targets, as far as a packet's way between them depends on it."""

    security_groups: SecurityGroups
    prefix_lists: PrefixLists
    network_acls: NetworkAcls
    subnets: Subnets


@derivation
def network_around(
    security_groups: SecurityGroups, prefix_lists: PrefixLists, network_acls: NetworkAcls, subnets: Subnets
) -> Network:
    """Put together what a packet's way depends on."""
    return Network(
        security_groups=security_groups, prefix_lists=prefix_lists, network_acls=network_acls, subnets=subnets
    )


# gc=False: no cycle can go through it, and there may be tens of thousands.
class Endpoint(Struct, frozen=True, kw_only=True, gc=False):
    """Where a target stands in the network."""

    address: str = ""
    """Its address, IPv6 where its group is of that type; empty: some IPv4 address of its subnet."""
    ipv6: str = ""
    """The IPv6 address of an instance, to which a group of that type sends; empty: none is known."""
    subnet_id: str = ""
    """Empty: the subnet whose range holds the address."""
    security_groups: tuple[str, ...] = ()
    beside: tuple[Endpoint, ...] = ()
    """The other interfaces of an instance, to which no request of an instance target goes."""


class Blocker(Struct, frozen=True):
    """One thing that stops the packet."""

    kind: BlockerKind
    id: str
    """Id of the (first) security group, or of the ACL."""
    saw: str
    """The rules seen, short."""
    named: tuple[str, ...] = ()
    """What is open instead: the security groups that rules for the port let in, or addresses beside the target's."""


Step: TypeAlias = Blocker | Unknown
"""What one point of the way says when it does not simply let the packet pass."""


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


def _all_of(steps: Iterator[Step]) -> tuple[Blocker, ...] | Unknown:
    blockers: list[Blocker] = []
    for step in steps:
        if isinstance(step, Unknown):
            return step
        blockers.append(step)
    return tuple(dict.fromkeys(blockers))


def _steps_to_target(network_: Network, balancer: LoadBalancer, target: Endpoint, port: int) -> Iterator[Step]:
    place = _subnet_of(network_, balancer, target)
    if place is None:
        yield missing("ec2:DescribeSubnets", f"the subnet of {target.address or 'a target'}")
        return
    if not (target.address or place.cidr_block):
        yield no_addresses(place, 4)
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
        version = there.addresses.version
        if not here.blocks(version):
            yield no_addresses(here, version)
        for block in here.blocks(version):
            nodes = Side(addresses=network(block), groups=balancer.security_groups)
            yield from _into_target(network_, target, port, nodes)
            if here.subnet_id != place.subnet_id:
                yield from _borders(network_, (here, nodes.addresses), (place, there.addresses), port)


def no_addresses(subnet: Subnet, version: int) -> Unknown:
    """Make the value for a way through a subnet of which no addresses of the version are known."""
    return undecided("ec2:DescribeSubnets", f"no IPv{version} range of subnet {subnet.subnet_id} is known")


def _borders(network_: Network, from_: tuple[Subnet, Block], to: tuple[Subnet, Block], port: int) -> Iterator[Step]:
    """The request and its answer cross the borders of both subnets; an ACL keeps no state."""
    (here, nodes), (place, target) = from_, to
    yield from _acl(network_, "acl-balancer-out", here.subnet_id, target, (port, port))
    yield from _acl(network_, "acl-target-in", place.subnet_id, nodes, (port, port))
    yield from _acl(network_, "acl-target-out", place.subnet_id, nodes, EPHEMERAL)
    yield from _acl(network_, "acl-balancer-in", here.subnet_id, target, EPHEMERAL)


def _groups(network_: Network, kind: BlockerKind, ids: tuple[str, ...], port: int, other: Side) -> Iterator[Step]:
    direction = _direction(kind)
    decision = groups_admit(network_.security_groups, network_.prefix_lists, ids, direction, port, other)
    if isinstance(decision, Unknown):
        yield decision
    elif not decision:
        yield Blocker(kind, ids[0], rules_seen(described(network_.security_groups, ids), direction))


def _into_target(network_: Network, target: Endpoint, port: int, nodes: Side) -> Iterator[Step]:
    """What the groups on the target's interface say, and where they block, whether somebody meant to let nodes in."""
    for step in _groups(network_, "target-sg-in", target.security_groups, port, nodes):
        if isinstance(step, Unknown):
            yield step
            continue
        open_ = [
            one for one in target.beside if not [*_groups(network_, "target-sg-in", one.security_groups, port, nodes)]
        ]
        groups = described(network_.security_groups, target.security_groups)
        named = groups_named(groups, "in", port)
        if open_:
            others = (id_ for one in open_ for id_ in one.security_groups)
            ids = tuple(dict.fromkeys((*target.security_groups, *others)))
            seen = rules_seen(described(network_.security_groups, ids), "in")
            yield Blocker("target-sg-beside-in", step.id, seen, tuple(one.address for one in open_))
        else:
            yield Blocker("target-sg-other-in", step.id, step.saw, named) if named else step


def _acl(network_: Network, kind: BlockerKind, subnet_id: str, other: Block, ports: tuple[int, int]) -> Iterator[Step]:
    acl = acl_of(network_, subnet_id)
    direction = _direction(kind)
    decision: Decision
    if acl is None:
        decision = missing("ec2:DescribeNetworkAcls", f"the network ACL of {subnet_id}")
    else:
        decision = acl_passes(acl, direction, other, ports)
    if isinstance(decision, Unknown):
        yield decision
    elif acl is not None and not decision:
        yield Blocker(kind, acl.network_acl_id, entries_seen(acl, direction, other.version))


def _direction(kind: BlockerKind) -> Direction:
    return "in" if kind.endswith("-in") else "out"


def acl_of(network_: Network, subnet_id: str) -> NetworkAcl | None:
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
    own = (subnet for subnet in network_.subnets if subnet.vpc_id == balancer.vpc_id)
    version, wanted = version_of(target.address), network(target.address)
    return next((one for one in own if any(is_within(wanted, network(block)) for block in one.blocks(version))), None)
