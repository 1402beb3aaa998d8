"""The network around the balancers and their targets (EC2, 2016-11-15).

Filters, not ids, name what is meant: an id that is gone would fail the whole question. Each public coroutine that takes
a `Found` answers for that balancer; ask through `Found.part`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from ipaddress import ip_address
from typing import TypeVar

from msgspec import Struct

from albdoctor.collect.asked import every
from albdoctor.collect.aws import elb
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.batches import MOST_FILTER_VALUES
from albdoctor.collect.aws.calls import chunks
from albdoctor.collect.aws.found import Found
from albdoctor.collect.collectors import collects_part
from albdoctor.collect.gaps import value_of
from albdoctor.derive.targets.zones import empty_zones, zones_of
from albdoctor.facts.ec2 import (
    INSTANCE_STATUSES,
    INSTANCES,
    INTERNET_GATEWAYS,
    NAT_GATEWAYS,
    NETWORK_ACLS,
    NETWORK_INTERFACES,
    PREFIX_LISTS,
    ROUTE_TABLES,
    SECURITY_GROUPS,
    SUBNETS,
    UNEVEN_GROUPS,
    VPCS,
    Instance,
    InstanceStatus,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    NetworkInterface,
    PrefixList,
    RouteTable,
    SecurityGroup,
    Subnet,
    UnevenGroup,
    Vpc,
)
from albdoctor.facts.elb import TargetGroup
from albdoctor.facts.known import Known
from albdoctor.facts.mirror import known_or, readable

T = TypeVar("T")

NODES = ("ELB app/*", "ELB net/*")
"""How Elastic Load Balancing describes the interfaces of its nodes."""


class Reservation(Struct, frozen=True, kw_only=True, rename="pascal"):
    """`DescribeInstances` answers instances in the bundles that they were launched in."""

    instances: tuple[Instance, ...]


class Entry(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One address range of a prefix list."""

    cidr: str


class ListedPrefixList(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A prefix list without its entries."""

    prefix_list_id: str
    prefix_list_name: str = ""


async def balancer_interfaces(account: Account, region: str) -> tuple[NetworkInterface, ...]:
    """The interfaces of every load balancer's nodes in a Region, to tell whose an address is."""
    return await _filtered(account, region, "DescribeNetworkInterfaces", NetworkInterface, "description", NODES)


@collects_part(INSTANCES)
async def instances(found: Found) -> tuple[Instance, ...]:
    """The instances that are registered as targets; one that is long terminated is missing here."""
    ids = await _target_instances(found)
    bundles = await _filtered(found.account, found.region, "DescribeInstances", Reservation, "instance-id", ids)
    # A reservation may hold other instances too.
    return tuple(instance for bundle in bundles for instance in bundle.instances if instance.instance_id in ids)


@collects_part(INSTANCE_STATUSES)
async def instance_statuses(found: Found) -> tuple[InstanceStatus, ...]:
    """EC2's status checks of the instances that fail their health checks; where none does, nobody is asked."""
    failing = {*await _failing_instances(found)}
    described = await found.part(instances) if failing else ()
    running = readable(described, lambda one: [one.instance_id] if one.state.name == "running" else [])
    # An id that is gone would fail the whole question: those that run were there a moment ago.
    ids = tuple(sorted(failing & {*running}))
    lists = await asyncio.gather(*(_statuses(found, some) for some in chunks(ids, MOST_FILTER_VALUES)))
    return tuple(status for each in lists for status in each)


async def _statuses(found: Found, ids: tuple[str, ...]) -> tuple[InstanceStatus, ...]:
    operation = "DescribeInstanceStatus"
    return await found.account.items("ec2", operation, found.region, InstanceStatus, InstanceIds=ids)


async def _failing_instances(found: Found) -> tuple[str, ...]:
    groups, health = await asyncio.gather(found.part(elb.target_groups), found.part(elb.groups_health))
    of_instances = {*readable(groups, lambda one: [one.target_group_arn] if one.target_type == "instance" else [])}
    listed = (each.targets for each in health if each.target_group_arn in of_instances)
    targets = [one for each in listed if isinstance(each, Known) for one in each.value]
    return tuple(readable(targets, lambda one: [one.target.id] if one.target_health.state == "unhealthy" else []))


@collects_part(NETWORK_INTERFACES)
async def network_interfaces(found: Found) -> tuple[NetworkInterface, ...]:
    """Interfaces of the balancer's nodes and of its targets."""
    lists = await asyncio.gather(_node_interfaces(found), _instance_interfaces(found), _address_interfaces(found))
    return tuple(dict.fromkeys(interface for each in lists for interface in each))


@collects_part(SECURITY_GROUPS)
async def security_groups(found: Found) -> tuple[SecurityGroup, ...]:
    """Security groups of the balancer and of its targets' interfaces."""
    lists = await asyncio.gather(_groups(found, _own_groups(found)), _interface_groups(found))
    return tuple(group for each in lists for group in each)


@collects_part(PREFIX_LISTS)
async def prefix_lists(found: Found) -> tuple[PrefixList, ...]:
    """Managed prefix lists that the security groups name, with all entries."""
    groups = await found.part(security_groups)
    permissions = [*readable(groups, lambda one: one.ip_permissions)]
    permissions += readable(groups, lambda one: one.ip_permissions_egress)
    named = readable(permissions, lambda permission: permission.prefix_list_ids)
    ids = tuple(dict.fromkeys(readable(named, lambda listed: [listed.prefix_list_id])))
    if not ids:
        return ()
    listed, entries = await asyncio.gather(
        _filtered(found.account, found.region, "DescribeManagedPrefixLists", ListedPrefixList, "prefix-list-id", ids),
        asyncio.gather(*(_entries(found, list_id) for list_id in ids)),
    )
    names = {each.prefix_list_id: each.prefix_list_name for each in listed}
    return tuple(
        PrefixList(id=list_id, name=names.get(list_id, ""), cidrs=tuple(entry.cidr for entry in each))
        for list_id, each in zip(ids, entries, strict=True)
    )


@collects_part(NETWORK_ACLS)
async def network_acls(found: Found) -> tuple[NetworkAcl, ...]:
    """Every network ACL of the balancer's VPC."""
    return await _of_vpc(found, "DescribeNetworkAcls", NetworkAcl)


@collects_part(ROUTE_TABLES)
async def route_tables(found: Found) -> tuple[RouteTable, ...]:
    """Every route table of the balancer's VPC."""
    return await _of_vpc(found, "DescribeRouteTables", RouteTable)


@collects_part(SUBNETS)
async def subnets(found: Found) -> tuple[Subnet, ...]:
    """Every subnet of the balancer's VPC."""
    return await _of_vpc(found, "DescribeSubnets", Subnet)


@collects_part(VPCS)
async def vpcs(found: Found) -> tuple[Vpc, ...]:
    """The balancer's VPC."""
    return await _of_vpc(found, "DescribeVpcs", Vpc)


@collects_part(INTERNET_GATEWAYS)
async def internet_gateways(found: Found) -> tuple[InternetGateway, ...]:
    """Gateways attached to the VPC, and those that a route names."""
    operation = "DescribeInternetGateways"
    attached, tables = await asyncio.gather(
        _of_vpc(found, operation, InternetGateway, "attachment.vpc-id"), found.part(route_tables)
    )
    known = {gateway.internet_gateway_id for gateway in attached}
    routes = readable(tables, lambda table: table.routes)
    named = dict.fromkeys(readable(routes, lambda route: [route.gateway_id]))
    missing = tuple(name for name in named if name.startswith("igw-") and name not in known)
    return (
        *attached,
        *await _filtered(found.account, found.region, operation, InternetGateway, "internet-gateway-id", missing),
    )


@collects_part(NAT_GATEWAYS)
async def nat_gateways(found: Found) -> tuple[NatGateway, ...]:
    """Every NAT gateway of the balancer's VPC."""
    if not found.balancer.vpc_id:
        return ()
    of_vpc = ({"Name": "vpc-id", "Values": (found.balancer.vpc_id,)},)
    # This operation alone calls its filters `Filter`.
    return await found.account.items("ec2", "DescribeNatGateways", found.region, NatGateway, Filter=of_vpc)


@collects_part(UNEVEN_GROUPS)
async def uneven_groups(found: Found) -> tuple[UnevenGroup, ...]:
    """Attributes of the groups that have targets, and none in some zone of the balancer; nobody asks for others."""
    groups, health = await asyncio.gather(found.part(elb.target_groups), found.part(elb.groups_health))
    taking = {*readable(groups, lambda one: [one.target_group_arn] if one.target_type in ("instance", "ip") else [])}
    listed = {one.target_group_arn: one.targets.value for one in health if isinstance(one.targets, Known)}
    arns = sorted(arn for arn, targets in listed.items() if arn in taking and targets)
    if not arns:
        return ()
    zones = zones_of(await found.part(instances), await found.part(subnets))
    uneven = readable(arns, lambda arn: [arn] if empty_zones(found.balancer, listed[arn], zones) else [])
    asked = await asyncio.gather(*(elb.attributes_of(found, arn) for arn in uneven))
    return tuple(UnevenGroup(target_group_arn=one.target_group_arn, attributes=one.attributes) for one in asked)


async def _of_vpc(found: Found, operation: str, type_: type[T], filter_: str = "vpc-id") -> tuple[T, ...]:
    ids = (found.balancer.vpc_id,) if found.balancer.vpc_id else ()
    return await _filtered(found.account, found.region, operation, type_, filter_, ids)


async def _filtered(
    account: Account, region: str, operation: str, type_: type[T], filter_: str, values: tuple[str, ...]
) -> tuple[T, ...]:
    """All things whose field has one of the values; nothing is asked when there are no values."""
    lists = await every(
        account.those(operation, region, type_, filter_, some) for some in chunks(values, MOST_FILTER_VALUES)
    )
    return tuple(thing for each in lists for thing in each)


async def _targets(found: Found, target_type: str) -> dict[str, TargetGroup]:
    """Ids of the registered targets of one type, each with its group; a group's gap is raised."""
    groups, health = await asyncio.gather(found.part(elb.target_groups), found.part(elb.groups_health))
    of_type = {group.target_group_arn: group for group in groups if group.target_type == target_type}
    return {
        described.target.id: of_type[each.target_group_arn]
        for each in health
        if each.target_group_arn in of_type
        for described in value_of(each.targets)
    }


async def _target_instances(found: Found) -> tuple[str, ...]:
    return tuple(sorted(await _targets(found, "instance")))


async def _node_interfaces(found: Found) -> tuple[NetworkInterface, ...]:
    nodes = (f"ELB {found.balancer.tail}",)
    return await _interfaces(found, "description", nodes)


async def _instance_interfaces(found: Found) -> tuple[NetworkInterface, ...]:
    return await _interfaces(found, "attachment.instance-id", await _target_instances(found))


async def _address_interfaces(found: Found) -> tuple[NetworkInterface, ...]:
    """Interfaces behind ip targets, in the VPC of their group: private addresses repeat in other VPCs."""
    targets = await _targets(found, "ip")
    lists = await asyncio.gather(
        _interfaces(found, "addresses.private-ip-address", _of_version(targets, 4)),
        _interfaces(found, "ipv6-addresses.ipv6-address", _of_version(targets, 6)),
    )
    vpc_ids = {group.vpc_id for group in targets.values()}
    found_ = (interface for each in lists for interface in each)
    return tuple(one for one in found_ if known_or(partial(_is_in, one, vpc_ids), otherwise=True))


def _is_in(interface: NetworkInterface, vpc_ids: set[str]) -> bool:
    return interface.vpc_id in vpc_ids


def _of_version(targets: Iterable[str], version: int) -> tuple[str, ...]:
    return tuple(sorted(address for address in targets if ip_address(address).version == version))


async def _interfaces(found: Found, filter_: str, values: tuple[str, ...]) -> tuple[NetworkInterface, ...]:
    operation = "DescribeNetworkInterfaces"
    return await _filtered(found.account, found.region, operation, NetworkInterface, filter_, values)


async def _groups(found: Found, ids: tuple[str, ...]) -> tuple[SecurityGroup, ...]:
    return await _filtered(found.account, found.region, "DescribeSecurityGroups", SecurityGroup, "group-id", ids)


async def _interface_groups(found: Found) -> tuple[SecurityGroup, ...]:
    """Groups on the interfaces that the balancer itself does not have."""
    interfaces = await found.part(network_interfaces)
    ids = {*readable(interfaces, lambda interface: interface.security_groups)}
    return await _groups(found, tuple(sorted(ids - {*_own_groups(found)})))


def _own_groups(found: Found) -> tuple[str, ...]:
    return tuple(readable([found.balancer], lambda balancer: balancer.security_groups))


async def _entries(found: Found, list_id: str) -> tuple[Entry, ...]:
    operation = "GetManagedPrefixListEntries"
    return await found.account.items("ec2", operation, found.region, Entry, PrefixListId=list_id)
