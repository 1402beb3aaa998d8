"""Instances and the network around them. Field names mirror EC2 (2016-11-15)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import force_setattr

from albdoctor.facts.elb import Attribute
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Observed
from albdoctor.facts.mirror import Mirror, missing
from albdoctor.facts.numbers import whole
from albdoctor.facts.tags import Tag, TagsFacts, telling_of_ec2
from albdoctor.facts.values import (
    AccountId,
    Address,
    ArnText,
    Cidr,
    Id,
    InterfaceDescription,
    Ipv4,
    Place,
    PrefixListName,
    SecurityGroupName,
    Sent,
    Word,
)


class InstanceState(Mirror, frozen=True, kw_only=True):
    """State of an instance: pending, running, stopping, stopped, shutting-down, terminated."""

    name: Sent[Word]


class Group(Mirror, frozen=True, kw_only=True):
    """A security group on an interface."""

    group_id: Sent[Id]


class Association(Mirror, frozen=True, kw_only=True):
    """Public address of an interface."""

    public_ip: Ipv4 = ""

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """In a Wavelength Zone or on an Outpost an interface has an address of another kind."""
        return () if {"PublicIp", "CarrierIp", "CustomerOwnedIp"} & {*sent} else ("PublicIp",)


class Attachment(Mirror, frozen=True, kw_only=True):
    """How an interface hangs on an instance; device index 0 is the primary interface."""

    device_index: int | None = None
    instance_id: Id = ""


class PrivateAddress(Mirror, frozen=True, kw_only=True):
    """One private IPv4 address of an interface."""

    private_ip_address: Sent[Ipv4] = ""
    primary: Sent[bool] = False
    association: Association | None = None


class Ipv6Interface(Mirror, frozen=True, kw_only=True):
    """An IPv6 address of an interface."""

    ipv6_address: Sent[Address]
    is_primary_ipv6: bool = False


class NetworkInterface(Mirror, frozen=True, kw_only=True):
    """A network interface: of a load balancer node ("ELB app/name/id") or of a target."""

    network_interface_id: Id
    description: Sent[InterfaceDescription] = ""
    interface_type: Word = ""
    subnet_id: Sent[Id] = ""
    vpc_id: Sent[Id] = ""
    availability_zone: Sent[Place] = ""
    private_ip_address: Ipv4 = ""
    private_ip_addresses: Sent[tuple[PrivateAddress, ...]] = ()
    ipv6_addresses: tuple[Ipv6Interface, ...] = ()
    """Empty: it has none, or not told, as in facts that were saved before they were kept."""
    association: Association | None = None
    attachment: Attachment | None = None
    groups: Sent[tuple[Group, ...]] = ()

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """The primary private address is told twice, and so is its public one; an IPv6-only interface has neither."""
        if self.association and not any(each.association for each in self.private_ip_addresses):
            return ("PrivateIpAddresses.Association",)
        primary = next((each for each in self.private_ip_addresses if each.primary), None)
        names = (
            ("PrivateIpAddress", primary and primary.private_ip_address),
            ("Association", primary and primary.association),
        )
        return missing(sent, *(name for name, told in names if told))

    @property
    def security_groups(self) -> tuple[str, ...]:
        """Ids of its security groups."""
        return tuple(group.group_id for group in self.groups)

    @property
    def public_ip(self) -> str:
        """Its public IPv4 address, or empty."""
        return self.association.public_ip if self.association else ""


NetworkInterfaces: TypeAlias = tuple[NetworkInterface, ...]
"""Interfaces of the scanned balancers' nodes and of every registered target."""


class Instance(Mirror, frozen=True, kw_only=True):
    """An EC2 instance that is a registered target."""

    instance_id: Id
    state: Sent[InstanceState]
    subnet_id: Id = ""
    vpc_id: Id = ""
    private_ip_address: Ipv4 = ""
    public_ip_address: Ipv4 = ""
    platform: Word = ""
    """"windows", or empty for every other system."""
    security_groups: tuple[Group, ...] = ()
    tags: tuple[Tag, ...] = ()
    """Only those that tell an owner."""

    def __post_init__(self) -> None:
        """Drop the tags that tell no owner, whoever made it."""
        if not self.lacks and self.tags:
            force_setattr(self, "tags", tuple(filter(None, map(telling_of_ec2, self.tags))))

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """A terminated instance has lost its network."""
        gone = self.state.name in ("shutting-down", "terminated")
        return () if gone else missing(sent, "VpcId", "SubnetId", "SecurityGroups")


Instances: TypeAlias = tuple[Instance, ...]


class IpRange(Mirror, frozen=True, kw_only=True):
    """An IPv4 source."""

    cidr_ip: Sent[Cidr]


class Ipv6Range(Mirror, frozen=True, kw_only=True):
    """An IPv6 source."""

    cidr_ipv6: Sent[Address]


class UserIdGroupPair(Mirror, frozen=True, kw_only=True):
    """Another security group as source."""

    group_id: Sent[Id] = ""
    user_id: AccountId = ""


class PrefixListId(Mirror, frozen=True, kw_only=True):
    """A managed prefix list as source."""

    prefix_list_id: Sent[Id]


def is_protocol_number(protocol: str) -> bool:
    """Whether this is a protocol's number as IANA has it, or -1 for all of them."""
    return whole(protocol.removeprefix("-")) is not None


class IpPermission(Mirror, frozen=True, kw_only=True):
    """One permission: protocol -1 is all protocols and all ports."""

    ip_protocol: Sent[Word]
    from_port: int | None = None
    to_port: int | None = None
    ip_ranges: Sent[tuple[IpRange, ...]] = ()
    ipv6_ranges: Sent[tuple[Ipv6Range, ...]] = ()
    prefix_list_ids: Sent[tuple[PrefixListId, ...]] = ()
    user_id_group_pairs: Sent[tuple[UserIdGroupPair, ...]] = ()

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """Protocols with ports have both ends of their range."""
        return missing(sent, "FromPort", "ToPort") if self.ip_protocol in ("tcp", "udp", "6", "17", "") else ()

    @property
    def is_understood(self) -> bool:
        """Whether this version knows the protocol: some have a name in EC2, all others their number."""
        return self.ip_protocol in ("tcp", "udp", "icmp", "icmpv6") or is_protocol_number(self.ip_protocol)


class SecurityGroup(Mirror, frozen=True, kw_only=True):
    """A security group: stateful, allow rules only."""

    group_id: Id
    group_name: SecurityGroupName = ""
    vpc_id: Sent[Id] = ""
    ip_permissions: Sent[tuple[IpPermission, ...]] = ()
    ip_permissions_egress: Sent[tuple[IpPermission, ...]] = ()
    tags: tuple[Tag, ...] = ()
    """Only those that tell an owner."""

    def __post_init__(self) -> None:
        """Drop the tags that tell no owner, whoever made it."""
        if not self.lacks and self.tags:
            force_setattr(self, "tags", tuple(filter(None, map(telling_of_ec2, self.tags))))


SecurityGroups: TypeAlias = tuple[SecurityGroup, ...]
"""Those on the balancers and on the targets' interfaces."""


class PrefixList(Struct, frozen=True, kw_only=True):
    """A managed prefix list that a security group or route names, with its entries."""

    id: Id
    name: PrefixListName = ""
    cidrs: tuple[Address, ...] = ()


PrefixLists: TypeAlias = tuple[PrefixList, ...]


class PortRange(Mirror, frozen=True, kw_only=True, rename={"first": "From", "last": "To"}):
    """Ports of an ACL entry."""

    first: Sent[int | None] = None
    last: Sent[int | None] = None


class NetworkAclEntry(Mirror, frozen=True, kw_only=True):
    """One entry; protocol "-1" is all, "6" TCP; the lowest matching rule number decides."""

    rule_number: Sent[int]
    protocol: Sent[Word]
    rule_action: Sent[Word]
    egress: Sent[bool]
    cidr_block: Cidr = ""
    ipv6_cidr_block: Address = ""
    port_range: PortRange | None = None

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """An entry is about addresses of one version; TCP and UDP have ports."""
        if not {"CidrBlock", "Ipv6CidrBlock"} & {*sent}:
            yield from ("CidrBlock", "Ipv6CidrBlock")
        if self.protocol in ("6", "17", ""):
            yield from missing(sent, "PortRange")


class AclAssociation(Mirror, frozen=True, kw_only=True):
    """A subnet that the ACL guards."""

    subnet_id: Sent[Id] = ""


class NetworkAcl(Mirror, frozen=True, kw_only=True):
    """A network ACL: stateless, judged at the subnet's border."""

    network_acl_id: Id
    vpc_id: Sent[Id] = ""
    is_default: Sent[bool] = False
    entries: Sent[tuple[NetworkAclEntry, ...]] = ()
    associations: Sent[tuple[AclAssociation, ...]] = ()


NetworkAcls: TypeAlias = tuple[NetworkAcl, ...]
"""Every ACL of the balancers' VPCs."""


NO_TARGET = ("Destination", "InstanceOwner")
"""How members of a route begin that end like a target and are none."""


class Route(Mirror, frozen=True, kw_only=True):
    """One route; `state` is active or blackhole."""

    destination_cidr_block: Cidr = ""
    destination_ipv6_cidr_block: Address = ""
    destination_prefix_list_id: Id = ""
    gateway_id: Id = ""
    nat_gateway_id: Id = ""
    transit_gateway_id: Id = ""
    vpc_peering_connection_id: Id = ""
    network_interface_id: Id = ""
    state: Sent[Word] = "active"

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """Every route comes from somewhere and leads somewhere; some kinds of targets are not held here."""
        if not any(name.startswith("Destination") for name in sent):
            yield from ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
        led = any(name.endswith(("Id", "Arn")) and not name.startswith(NO_TARGET) for name in sent)
        if not led and self.state != "blackhole":
            yield from ("GatewayId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "NetworkInterfaceId")


class RouteTableAssociation(Mirror, frozen=True, kw_only=True):
    """A subnet or gateway that uses the table; the main table serves every subnet without one."""

    main: bool = False
    subnet_id: Id = ""
    gateway_id: Id = ""
    """An internet or virtual private gateway, which leads by it what comes in."""

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """A table serves all subnets without one, or a subnet, a gateway or a pool of addresses."""
        placed = self.main or {"SubnetId", "GatewayId", "PublicIpv4Pool"} & {*sent}
        return () if placed else ("Main", "SubnetId")


class RouteTable(Mirror, frozen=True, kw_only=True):
    """A route table."""

    route_table_id: Id
    vpc_id: Sent[Id] = ""
    owner_id: AccountId = ""
    """The account of the VPC; others that use shared subnets see only the tables of these. Empty: it was not kept."""
    routes: Sent[tuple[Route, ...]] = ()
    associations: Sent[tuple[RouteTableAssociation, ...]] = ()


RouteTables: TypeAlias = tuple[RouteTable, ...]
"""Every table of the balancers' VPCs."""


class GatewayAttachment(Mirror, frozen=True, kw_only=True):
    """A VPC that an internet gateway is attached to; state "available" or "attached" is good."""

    state: Sent[Word] = ""
    vpc_id: Sent[Id] = ""


class InternetGateway(Mirror, frozen=True, kw_only=True):
    """An internet gateway."""

    internet_gateway_id: Id
    attachments: Sent[tuple[GatewayAttachment, ...]] = ()


InternetGateways: TypeAlias = tuple[InternetGateway, ...]
"""Those attached to the balancers' VPCs, and those that a route names."""


class BlockPublicAccessStates(Mirror, frozen=True, kw_only=True):
    """What VPC Block Public Access does in a subnet, its exclusions counted in."""

    internet_gateway_block_mode: Word = ""
    """off, block-ingress or block-bidirectional; empty: not told."""


class Ipv6BlockState(Mirror, frozen=True, kw_only=True):
    """Whether a subnet has a range."""

    state: Sent[Word] = ""


class Ipv6Block(Mirror, frozen=True, kw_only=True):
    """A range of IPv6 addresses of a subnet; its state is associated, or one on the way there or away."""

    ipv6_cidr_block: Sent[Address] = ""
    ipv6_cidr_block_state: Ipv6BlockState | None = None

    @property
    def is_in_use(self) -> bool:
        """Whether the subnet has it now."""
        return self.ipv6_cidr_block_state is None or self.ipv6_cidr_block_state.state == "associated"


class Subnet(Mirror, frozen=True, kw_only=True):
    """A subnet."""

    subnet_id: Id
    vpc_id: Sent[Id] = ""
    cidr_block: Cidr = ""
    """Empty for an IPv6-only subnet."""
    ipv6_native: bool = False
    """Whether it is an IPv6-only subnet."""
    ipv6_cidr_block_association_set: tuple[Ipv6Block, ...] = ()
    """Empty: it has no IPv6 addresses, or not told, as in facts that were saved before they were kept."""
    availability_zone: Sent[Place] = ""
    available_ip_address_count: int | None = None
    """Of IPv4 addresses."""
    block_public_access_states: BlockPublicAccessStates | None = None
    """None: not told, as in facts that were saved before AWS had it."""
    network_firewall_connectivity_type: Word = ""
    """What an Automated Internet Firewall does: flexible, bidirectional, outbound-only, exclude or az-unsupported.

    Empty: the VPC has none, or not told."""

    def blocks(self, version: int) -> tuple[str, ...]:
        """Its ranges of addresses in one version of IP, as AWS writes them."""
        if version == 4:
            return (self.cidr_block,) if self.cidr_block else ()
        return tuple(one.ipv6_cidr_block for one in self.ipv6_cidr_block_association_set if one.is_in_use)

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """An IPv6-only subnet has no IPv4 addresses."""
        return () if self.ipv6_native else missing(sent, "CidrBlock", "AvailableIpAddressCount")


Subnets: TypeAlias = tuple[Subnet, ...]
"""Every subnet of the balancers' VPCs."""


class Vpc(Mirror, frozen=True, kw_only=True):
    """A VPC."""

    vpc_id: Id
    cidr_block: Sent[Cidr] = ""


Vpcs: TypeAlias = tuple[Vpc, ...]


class NatGateway(Mirror, frozen=True, kw_only=True):
    """A NAT gateway: one that was deleted is described for about an hour more."""

    nat_gateway_id: Id
    vpc_id: Sent[Id]
    subnet_id: Id = ""
    """Empty for a regional one, which is in no subnet."""
    state: Sent[Word]
    """pending, failed, available, deleting or deleted."""
    connectivity_type: Sent[Word]
    """public or private: a private one leads to no internet."""
    availability_mode: Word = "zonal"
    """zonal or regional."""

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """A zonal one stands in a subnet."""
        return () if self.availability_mode == "regional" else missing(sent, "SubnetId")


NatGateways: TypeAlias = tuple[NatGateway, ...]
"""Every NAT gateway of the balancers' VPCs."""


class StatusSummary(Mirror, frozen=True, kw_only=True):
    """The outcome of one kind of status check: ok, impaired, insufficient-data, not-applicable or initializing."""

    status: Sent[Word]


class InstanceStatus(Mirror, frozen=True, kw_only=True):
    """EC2's own status checks of a running instance."""

    instance_id: Id
    system_status: StatusSummary | None = None
    """Of the host: power, network, hardware. AWS repairs it, or the instance moves by a stop and a start."""
    instance_status: StatusSummary | None = None
    """Of the instance: its network, its kernel, its file system, its memory."""
    attached_ebs_status: StatusSummary | None = None
    """Whether its volumes can be reached; None: an instance type that is not checked for it."""

    @property
    def impaired(self) -> tuple[str, ...]:
        """Names of the checks that fail, as AWS writes them, the host's first."""
        checks = (
            ("SystemStatus", self.system_status),
            ("AttachedEbsStatus", self.attached_ebs_status),
            ("InstanceStatus", self.instance_status),
        )
        return tuple(name for name, one in checks if one is not None and one.status == "impaired")


InstanceStatuses: TypeAlias = tuple[InstanceStatus, ...]
"""Of every running instance that is a target and fails its health check."""


INSTANCES = Card(
    name="instances",
    holds=Instances,
    actions=("ec2:DescribeInstances",),
    builds_on=("groups_health",),
    key=("instance_id",),
)
INSTANCE_STATUSES = Card(
    name="instance_statuses",
    holds=InstanceStatuses,
    actions=("ec2:DescribeInstanceStatus",),
    builds_on=("instances",),
    only_helps=True,
    key=("instance_id",),
)
NETWORK_INTERFACES = Card(
    name="network_interfaces",
    holds=NetworkInterfaces,
    actions=("ec2:DescribeNetworkInterfaces",),
    builds_on=("groups_health",),
    key=("network_interface_id",),
)
SECURITY_GROUPS = Card(
    name="security_groups",
    holds=SecurityGroups,
    actions=("ec2:DescribeSecurityGroups",),
    builds_on=("network_interfaces",),
    key=("group_id",),
)
PREFIX_LISTS = Card(
    name="prefix_lists",
    holds=PrefixLists,
    actions=("ec2:GetManagedPrefixListEntries", "ec2:DescribeManagedPrefixLists"),
    builds_on=("security_groups",),
    key=("id",),
)
NETWORK_ACLS = Card(
    name="network_acls",
    holds=NetworkAcls,
    actions=("ec2:DescribeNetworkAcls",),
    builds_on=("load_balancers",),
    key=("network_acl_id",),
)
ROUTE_TABLES = Card(
    name="route_tables",
    holds=RouteTables,
    actions=("ec2:DescribeRouteTables",),
    builds_on=("load_balancers",),
    key=("route_table_id",),
)
INTERNET_GATEWAYS = Card(
    name="internet_gateways",
    holds=InternetGateways,
    actions=("ec2:DescribeInternetGateways",),
    builds_on=("route_tables",),
    key=("internet_gateway_id",),
)
SUBNETS = Card(
    name="subnets",
    holds=Subnets,
    actions=("ec2:DescribeSubnets",),
    builds_on=("load_balancers",),
    key=("subnet_id",),
)
VPCS = Card(
    name="vpcs",
    unread=True,
    holds=Vpcs,
    actions=("ec2:DescribeVpcs",),
    builds_on=("load_balancers",),
    key=("vpc_id",),
)
NAT_GATEWAYS = Card(
    name="nat_gateways",
    unread=True,
    holds=NatGateways,
    actions=("ec2:DescribeNatGateways",),
    builds_on=("load_balancers",),
    key=("nat_gateway_id",),
    names={"vpc_id": "vpcs"},
)


class UnevenGroup(Struct, frozen=True, kw_only=True):
    """A target group that has no target in some Availability Zone of its load balancer, and its attributes."""

    target_group_arn: ArnText
    attributes: tuple[Attribute, ...]

    @property
    def crosses_zones(self) -> bool:
        """Whether a node sends requests to targets of other zones: a group may turn off what is on for the balancer."""
        return all(one.value != "false" for one in self.attributes if one.key == CROSS_ZONE)


CROSS_ZONE = "load_balancing.cross_zone.enabled"
"""true, false or use_load_balancer_configuration, which is true for every Application Load Balancer."""
UnevenGroups: TypeAlias = tuple[UnevenGroup, ...]
"""Only these: of a group with targets in every zone it makes no difference whether nodes cross zones."""

UNEVEN_GROUPS = Card(
    name="uneven_groups",
    holds=UnevenGroups,
    actions=("elasticloadbalancing:DescribeTargetGroupAttributes",),
    builds_on=("instances", "subnets"),
    only_helps=True,
    key=("target_group_arn",),
)


class Ec2Facts(TagsFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what EC2 holds."""

    instances: Observed[Instances] = INSTANCES.not_asked
    instance_statuses: Observed[InstanceStatuses] = INSTANCE_STATUSES.not_asked
    network_interfaces: Observed[NetworkInterfaces] = NETWORK_INTERFACES.not_asked
    security_groups: Observed[SecurityGroups] = SECURITY_GROUPS.not_asked
    prefix_lists: Observed[PrefixLists] = PREFIX_LISTS.not_asked
    network_acls: Observed[NetworkAcls] = NETWORK_ACLS.not_asked
    route_tables: Observed[RouteTables] = ROUTE_TABLES.not_asked
    internet_gateways: Observed[InternetGateways] = INTERNET_GATEWAYS.not_asked
    subnets: Observed[Subnets] = SUBNETS.not_asked
    vpcs: Observed[Vpcs] = VPCS.not_asked
    nat_gateways: Observed[NatGateways] = NAT_GATEWAYS.not_asked
    uneven_groups: Observed[UnevenGroups] = UNEVEN_GROUPS.not_asked
