"""Which clients the network ACLs of a load balancer's subnets let in on its web ports, and their answers out.

An ACL is asked for the whole internet, address by address: the lowest matching number decides for each. One that keeps
a few addresses out lets clients in all the same; one that lets only few in is told apart from one that lets in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from ipaddress import ip_network

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.acls import (
    EPHEMERAL,
    TOLERATED_PORTS,
    bounds,
    cidr_of,
    not_understood,
    segments,
    tcp_entries,
)
from albdoctor.derive.network.blocks import Direction, missing, no_block
from albdoctor.derive.network.clients import IPV6_ONLY, NOT_PUBLIC
from albdoctor.derive.network.reach import Network, acl_of
from albdoctor.facts.ec2 import NetworkAcl, NetworkAclEntry
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Unknown
from albdoctor.facts.mirror import LacksError

INTERNET = {4: "0.0.0.0/0", 6: "2000::/3"}
"""Where clients may be, by version; private addresses are none."""


class Gate(IntEnum):
    """Whom an ACL lets through; the less, the lower."""

    CLOSED = 0
    """Nobody of the internet."""
    FEW = 1
    """Less than half of the internet, or answers to a part of the ports that clients draw from."""
    OPEN = 2


class Barrier(Struct, frozen=True, kw_only=True):
    """An ACL at the border of a load balancer's subnet that keeps clients out, or answers in."""

    subnet_id: str
    acl: NetworkAcl
    direction: Direction
    ports: tuple[int, int]
    """In: the listener's port, twice. Out: the ports that clients draw from."""
    gate: Gate


class DoorAcls(Struct, frozen=True):
    """The network ACLs of the snapshot, asked whom of the internet they let in."""

    network: Network

    def barriers(self, balancer: LoadBalancer, port: int) -> tuple[Barrier, ...] | Unknown:
        """What stands between clients and a port of a load balancer, in each of its subnets."""
        found: list[Barrier] = []
        for zone in balancer.availability_zones:
            acl = acl_of(self.network, zone.subnet_id)
            if acl is None:
                return missing("ec2:DescribeNetworkAcls", f"the network ACL of {zone.subnet_id}")
            strange = not_understood(acl)
            if strange:
                return strange
            found += _barriers(acl, zone.subnet_id, port, version_of(balancer))
        return tuple(found)


@derivation
def door_acls(network: Network) -> DoorAcls:
    """Put together what says whom the ACLs let in."""
    return DoorAcls(network)


def version_of(balancer: LoadBalancer) -> int:
    """The IP version that clients use in any case: 6 where there is no public IPv4."""
    return 6 if balancer.ip_address_type == IPV6_ONLY else 4


def gate_of(acl: NetworkAcl, direction: Direction, ports: tuple[int, int], version: int) -> Gate:
    """Whom of the internet an ACL lets through, to or from these ports."""
    entries = tcp_entries(acl, direction, version)
    closed = few = 0
    for first, last in segments(entries, ports):
        share = _share(entries, first, version)
        closed += last - first + 1 if not share else 0
        few += last - first + 1 if 0 < share < 0.5 else 0
    total = ports[1] - ports[0] + 1
    if closed == total:
        return Gate.CLOSED
    return Gate.FEW if closed + few > (TOLERATED_PORTS if ports == EPHEMERAL else 0) else Gate.OPEN


def is_about(entry: NetworkAclEntry, port: int) -> bool:
    """Whether an entry is about a port."""
    first, last = bounds(entry)
    return first <= port <= last


def _barriers(acl: NetworkAcl, subnet_id: str, port: int, version: int) -> Iterator[Barrier]:
    passages: tuple[tuple[Direction, tuple[int, int]], ...] = (("in", (port, port)), ("out", EPHEMERAL))
    for direction, ports in passages:
        gate = gate_of(acl, direction, ports, version)
        if gate is not Gate.OPEN:
            yield Barrier(subnet_id=subnet_id, acl=acl, direction=direction, ports=ports, gate=gate)


# Addresses as numbers: the same arithmetic for both versions. A span is its first address and the one after its last.
_Spans = list[tuple[int, int]]


def _share(entries: Iterable[NetworkAclEntry], port: int, version: int) -> float:
    """The share of the internet that is let through on a port: 0 to 1."""
    waiting: _Spans = [_span(INTERNET[version])]
    for private in NOT_PUBLIC if version == 4 else ():
        waiting = _without(waiting, _span(str(private)))
    internet = _size(waiting)
    admitted = 0
    for entry in entries:
        if is_about(entry, port):
            left = _without(waiting, _span(cidr_of(entry, version)))
            admitted += _size(waiting) - _size(left) if entry.rule_action == "allow" else 0
            waiting = left
    return admitted / internet


def _span(cidr: str) -> tuple[int, int]:
    try:
        range_ = ip_network(cidr, strict=False)
    except ValueError as error:
        raise LacksError(no_block(cidr, "ec2:DescribeNetworkAcls")) from error
    return int(range_.network_address), int(range_.broadcast_address) + 1


def _without(spans: _Spans, taken: tuple[int, int]) -> _Spans:
    """What is left of spans when one is taken away."""
    parts = [part for low, high in spans for part in ((low, min(high, taken[0])), (max(low, taken[1]), high))]
    return [(low, high) for low, high in parts if low < high]


def _size(spans: _Spans) -> int:
    return sum(high - low for low, high in spans)
