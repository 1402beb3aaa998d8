"""How many addresses the subnets of load balancers have left for new nodes. IPv4: every node has such an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.blocks import missing, network
from albdoctor.derive.once import once
from albdoctor.derive.request.serving import ApplicationBalancers
from albdoctor.facts.ec2 import Subnet, Subnets
from albdoctor.facts.elb import AvailabilityZone, LoadBalancer
from albdoctor.facts.known import Gap, Unknown, UnknownError

FREE_ADDRESSES = 8
"""A subnet of an ALB needs so many free addresses (ELB guide, "Subnets for your load balancer")."""
SMALLEST = 27
"""The longest prefix of such a subnet (same place)."""
RESERVED = 5
"""Addresses of every subnet that AWS keeps (VPC guide, "Subnet CIDR blocks")."""
ASKED = "ec2:DescribeSubnets"


class Room(Struct, frozen=True, kw_only=True):
    """What a subnet has left."""

    subnet_id: str
    zone: str
    cidr: str
    free: int

    @property
    def usable(self) -> int:
        """How many addresses it has for anybody."""
        return network(self.cidr, ASKED).num_addresses - RESERVED

    @property
    def is_short(self) -> bool:
        """Whether the load balancer may not find the addresses that it takes when it grows."""
        return self.free < FREE_ADDRESSES

    @property
    def is_small(self) -> bool:
        """Whether AWS asks for a larger subnet, however much of it is free now."""
        return network(self.cidr, ASKED).prefixlen > SMALLEST

    @property
    def counted(self) -> str:
        """Write it down as AWS tells it."""
        return f"CidrBlock: {self.cidr}, AvailableIpAddressCount: {self.free}"


class BalancerRooms(Struct, frozen=True, kw_only=True):
    """A load balancer and what its subnets have left."""

    balancer: LoadBalancer
    rooms: tuple[Room, ...]
    unknown: tuple[Unknown, ...]
    """Why it is not known of some subnet."""

    @property
    def tight(self) -> tuple[Room, ...]:
        """The subnets that have too few addresses left; where none has, those that are too small."""
        short = tuple(room for room in self.rooms if room.is_short)
        return short or tuple(room for room in self.rooms if room.is_small)


BalancersRooms: TypeAlias = tuple[BalancerRooms, ...]


@derivation
def rooms_of_balancers(balancers: ApplicationBalancers, subnets: Subnets) -> Iterator[BalancerRooms]:
    """Give each load balancer what its subnets have left."""
    for balancer in balancers:
        yield rooms_of(balancer, subnets)


def rooms_of(balancer: LoadBalancer, subnets: Subnets) -> BalancerRooms:
    """What the subnets of one load balancer have left; one that is not known takes nothing from the others."""
    rooms: list[Room] = []
    unknown: list[Unknown] = []
    for zone in balancer.availability_zones:
        try:
            room = _room(zone, _by_id(subnets).get(zone.subnet_id))
        except UnknownError as error:
            unknown.append(error.unknown)
        else:
            rooms += [room] if room else []
    return BalancerRooms(balancer=balancer, rooms=tuple(rooms), unknown=tuple(unknown))


@once
def _by_id(subnets: Subnets) -> Mapping[str, Subnet]:
    return {one.subnet_id: one for one in subnets}


def _room(zone: AvailabilityZone, subnet: Subnet | None) -> Room | None:
    """What one subnet has left; None: it is one for IPv6 only, which counts no addresses."""
    if subnet is None:
        raise UnknownError(missing(ASKED, zone.subnet_id))
    if subnet.ipv6_native:
        return None
    if subnet.available_ip_address_count is None:
        detail = f"{subnet.subnet_id}: no AvailableIpAddressCount in the answer"
        raise UnknownError(Unknown(gap=Gap.FAILED, asked=ASKED, detail=detail))
    room = Room(
        subnet_id=subnet.subnet_id,
        zone=zone.zone_name,
        cidr=subnet.cidr_block,
        free=subnet.available_ip_address_count,
    )
    network(room.cidr, ASKED)  # what is no block is a gap here, not where its size is asked for
    return room
