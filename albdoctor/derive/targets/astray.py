"""Packets between load balancers and targets that a route drops, or that no route leads on.

A target that is healthy, or answers its health check with another code, is reached, whatever the routes seem to say.
What its route leads through something else is not known, and neither is the way back of what stands outside the VPC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.blocks import Block, missing, network, undecided
from albdoctor.derive.network.next_hops import ASKED, DROPPED, Hop, Lead, leads
from albdoctor.derive.network.reach import Endpoint, no_addresses
from albdoctor.derive.network.subnet_routes import ELSEWHERE, SubnetTables, route_table_of
from albdoctor.derive.targets.health_words import MISMATCH
from albdoctor.derive.targets.registered import Registered
from albdoctor.derive.targets.stale import is_nobodys
from albdoctor.derive.targets.surroundings import arrival, places_of
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.derive.targets.ways import BEYOND, no_ipv6
from albdoctor.facts.ec2 import Instances, NetworkInterfaces, PrefixLists, RouteTable, RouteTables, Subnet, Subnets
from albdoctor.facts.elb import LoadBalancer, LoadBalancers, TargetGroup
from albdoctor.facts.known import Gap, Known, Observed, Unknown


class Stray(Struct, frozen=True, kw_only=True):
    """Packets of one direction that do not arrive."""

    balancer: LoadBalancer
    target: Registered
    subnet_id: str
    """Where they come from."""
    table: RouteTable
    """The route table of that subnet."""
    toward: Block
    """The address or range that they go to."""
    lead: Lead
    """Where they go instead."""


class RoutedGroup(Struct, frozen=True, kw_only=True):
    """A group, and the packets between its balancers and its targets that do not arrive."""

    group: TargetGroup
    strays: tuple[Stray, ...]
    gaps: tuple[Unknown, ...]
    """Why some ways could not be judged; the outcome of a check names them by itself."""

    def dropped(self, hop: Hop) -> tuple[Stray, ...]:
        """The packets that are lost in one way."""
        return tuple(one for one in self.strays if one.lead.hop is hop)


RoutedGroups: TypeAlias = tuple[RoutedGroup, ...]


class _Scene(SubnetTables, frozen=True, kw_only=True):
    prefix_lists: PrefixLists


@derivation
def routed_groups(
    watched: WatchedGroups,
    load_balancers: LoadBalancers,
    network_interfaces: NetworkInterfaces,
    subnets: Subnets,
    route_tables: RouteTables,
    prefix_lists: Observed[PrefixLists],
    instances: Observed[Instances],
) -> Iterator[RoutedGroup | Unknown]:
    """Follow the routes of each watched group, for the targets on which its balancers have a verdict."""
    lists = prefix_lists.value if isinstance(prefix_lists, Known) else ()
    scene = _Scene(subnets=subnets, route_tables=route_tables, prefix_lists=lists)
    places = places_of(network_interfaces, instances.value if isinstance(instances, Known) else ())
    balancers = {one.load_balancer_arn: one for one in load_balancers}
    for item in watched:
        failing = [one for one in item.targets if one.failing and one.reason != MISMATCH]
        of_group = [balancers[arn] for arn in item.group.load_balancer_arns if arn in balancers]
        found = [
            each
            for target in failing
            for balancer in of_group
            for each in _each(scene, balancer, target, item.group, places.get(target.target.id))
        ]
        gaps = tuple(dict.fromkeys(one for one in found if isinstance(one, Unknown)))
        yield from gaps
        strays = tuple(one for one in found if isinstance(one, Stray))
        yield RoutedGroup(group=item.group, strays=strays, gaps=gaps)


def _each(
    scene: _Scene, balancer: LoadBalancer, target: Registered, group: TargetGroup, found: Endpoint | None
) -> Iterator[Stray | Unknown]:
    """Follow the packets from the subnets of a balancer to a target, and back where the target's table is known."""
    place = arrival(group, found) if found else None
    if found and place is None:
        yield no_ipv6(target)
        return
    there = _subnet(scene, place.subnet_id) if place else None
    if place is None and target.outside:
        address = target.target.id
    elif place is None and is_nobodys(target):
        return
    elif place is None:
        detail = f"no network interface of {target.target.id} found"
        yield Unknown(gap=Gap.FAILED, asked="ec2:DescribeNetworkInterfaces", detail=detail)
        return
    elif there is None:
        yield missing("ec2:DescribeSubnets", place.subnet_id or f"the subnet of {target.target.id}")
        return
    else:
        address = place.address or there.cidr_block
    if not address:
        yield no_addresses(there, 4) if there else missing("ec2:DescribeSubnets", f"the subnet of {target.target.id}")
        return
    toward = network(address)
    for zone in balancer.availability_zones:
        here = _subnet(scene, zone.subnet_id)
        if here is None:
            yield missing("ec2:DescribeSubnets", zone.subnet_id)
        elif not here.blocks(toward.version):
            yield no_addresses(here, toward.version)
        elif there is None or here.subnet_id != there.subnet_id:
            yield from _lost(scene, balancer, target, here, toward)
            for block in here.blocks(toward.version) if there else ():
                yield from _lost(scene, balancer, target, there or here, network(block))


def _lost(
    scene: _Scene, balancer: LoadBalancer, target: Registered, start: Subnet, toward: Block
) -> Iterator[Stray | Unknown]:
    """Packets from a subnet to a range that are lost, and why it is not known of others."""
    table = route_table_of(scene, start.subnet_id)
    if table is None:
        yield missing(ASKED, f"the route table of {start.subnet_id}")
        return
    found = leads(table, scene.prefix_lists, toward)
    if isinstance(found, Unknown):
        yield found
        return
    hops = {one.hop for one in found}
    if not DROPPED.isdisjoint(hops) and (len(hops) > 1 or (Hop.NOWHERE in hops and not target.outside)):
        # A VPC's own ranges always have a local route: one that is not there was not told.
        yield undecided(ASKED, f"{table.route_table_id} treats parts of {toward} differently")
        return
    for lead in found:
        if lead.hop in DROPPED:
            yield Stray(
                balancer=balancer, target=target, subnet_id=start.subnet_id, table=table, toward=toward, lead=lead
            )
        elif lead.hop is Hop.BEYOND:
            through = lead.via or ELSEWHERE
            detail = f"{table.route_table_id} leads packets to {toward} through {through}"
            yield Unknown(gap=Gap.UNREACHABLE, asked=BEYOND, detail=detail)


def _subnet(scene: _Scene, subnet_id: str) -> Subnet | None:
    return next((one for one in scene.subnets if one.subnet_id == subnet_id), None)


def targets_of(strays: Iterable[Stray]) -> list[Registered]:
    """The targets whose packets are lost, each once."""
    return list(dict.fromkeys(one.target for one in strays))
