"""Instances and the network around them. Field names mirror EC2 (2016-11-15)."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from albdoctor.facts.elb import ElbFacts
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Observed

OCTET = r"(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
ADDRESS = rf"{OCTET}(\.{OCTET}){{3}}"
END = r"$(?!\n)"  # `$` alone also matches before a final line break
Cidr: TypeAlias = Annotated[str, Meta(pattern=rf"^({ADDRESS}(/(3[0-2]|[12]?[0-9]))?)?{END}")]
"""An IPv4 address or block; empty where there is none. Anything else is refused as it is read: it cannot be judged."""
Ipv4: TypeAlias = Annotated[str, Meta(pattern=rf"^({ADDRESS})?{END}")]
"""An IPv4 address; empty where there is none."""


class InstanceState(Struct, frozen=True, kw_only=True, rename="pascal"):
    """State of an instance: pending, running, stopping, stopped, shutting-down, terminated."""

    name: str


class Group(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A security group on an interface."""

    group_id: str


class Association(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Public address of an interface."""

    public_ip: Ipv4 = ""


class Attachment(Struct, frozen=True, kw_only=True, rename="pascal"):
    """How an interface hangs on an instance; device index 0 is the primary interface."""

    device_index: int | None = None
    instance_id: str = ""


class PrivateAddress(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One private IPv4 address of an interface."""

    private_ip_address: Ipv4 = ""
    primary: bool = False
    association: Association | None = None


class NetworkInterface(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A network interface: of a load balancer node ("ELB app/name/id") or of a target."""

    network_interface_id: str
    description: str = ""
    interface_type: str = ""
    subnet_id: str = ""
    vpc_id: str = ""
    availability_zone: str = ""
    private_ip_address: Ipv4 = ""
    private_ip_addresses: tuple[PrivateAddress, ...] = ()
    association: Association | None = None
    attachment: Attachment | None = None
    groups: tuple[Group, ...] = ()

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


class Instance(Struct, frozen=True, kw_only=True, rename="pascal"):
    """An EC2 instance that is a registered target."""

    instance_id: str
    state: InstanceState
    subnet_id: str = ""
    vpc_id: str = ""
    private_ip_address: Ipv4 = ""
    public_ip_address: Ipv4 = ""
    platform: str = ""
    """"windows", or empty for every other system."""
    security_groups: tuple[Group, ...] = ()


Instances: TypeAlias = tuple[Instance, ...]


class IpRange(Struct, frozen=True, kw_only=True, rename="pascal"):
    """An IPv4 source."""

    cidr_ip: Cidr


class Ipv6Range(Struct, frozen=True, kw_only=True, rename="pascal"):
    """An IPv6 source."""

    cidr_ipv6: str


class UserIdGroupPair(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Another security group as source."""

    group_id: str = ""
    user_id: str = ""


class PrefixListId(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A managed prefix list as source."""

    prefix_list_id: str


def is_protocol_number(protocol: str) -> bool:
    """Whether this is a protocol's number as IANA has it, or -1 for all of them."""
    return protocol.removeprefix("-").isdecimal()


class IpPermission(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One permission: protocol -1 is all protocols and all ports."""

    ip_protocol: str
    from_port: int | None = None
    to_port: int | None = None
    ip_ranges: tuple[IpRange, ...] = ()
    ipv6_ranges: tuple[Ipv6Range, ...] = ()
    prefix_list_ids: tuple[PrefixListId, ...] = ()
    user_id_group_pairs: tuple[UserIdGroupPair, ...] = ()

    @property
    def is_understood(self) -> bool:
        """Whether this version knows the protocol: some have a name in EC2, all others their number."""
        return self.ip_protocol in ("tcp", "udp", "icmp", "icmpv6") or is_protocol_number(self.ip_protocol)


class SecurityGroup(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A security group: stateful, allow rules only."""

    group_id: str
    group_name: str = ""
    vpc_id: str = ""
    ip_permissions: tuple[IpPermission, ...] = ()
    ip_permissions_egress: tuple[IpPermission, ...] = ()


SecurityGroups: TypeAlias = tuple[SecurityGroup, ...]
"""Those on the balancers and on the targets' interfaces."""


class PrefixList(Struct, frozen=True, kw_only=True):
    """A managed prefix list that a security group or route names, with its entries."""

    id: str
    name: str = ""
    cidrs: tuple[str, ...] = ()


PrefixLists: TypeAlias = tuple[PrefixList, ...]


class PortRange(Struct, frozen=True, kw_only=True, rename={"first": "From", "last": "To"}):
    """Ports of an ACL entry."""

    first: int | None = None
    last: int | None = None


class NetworkAclEntry(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One entry; protocol "-1" is all, "6" TCP; the lowest matching rule number decides."""

    rule_number: int
    protocol: str
    rule_action: str
    egress: bool
    cidr_block: Cidr = ""
    ipv6_cidr_block: str = ""
    port_range: PortRange | None = None


class AclAssociation(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A subnet that the ACL guards."""

    subnet_id: str = ""


class NetworkAcl(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A network ACL: stateless, judged at the subnet's border."""

    network_acl_id: str
    vpc_id: str = ""
    is_default: bool = False
    entries: tuple[NetworkAclEntry, ...] = ()
    associations: tuple[AclAssociation, ...] = ()


NetworkAcls: TypeAlias = tuple[NetworkAcl, ...]
"""Every ACL of the balancers' VPCs."""


class Route(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One route; `state` is active or blackhole."""

    destination_cidr_block: Cidr = ""
    destination_ipv6_cidr_block: str = ""
    destination_prefix_list_id: str = ""
    gateway_id: str = ""
    nat_gateway_id: str = ""
    transit_gateway_id: str = ""
    vpc_peering_connection_id: str = ""
    network_interface_id: str = ""
    state: str = "active"


class RouteTableAssociation(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A subnet that uses the table; the main table serves every subnet without one."""

    main: bool = False
    subnet_id: str = ""


class RouteTable(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A route table."""

    route_table_id: str
    vpc_id: str = ""
    routes: tuple[Route, ...] = ()
    associations: tuple[RouteTableAssociation, ...] = ()


RouteTables: TypeAlias = tuple[RouteTable, ...]
"""Every table of the balancers' VPCs."""


class GatewayAttachment(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A VPC that an internet gateway is attached to; state "available" or "attached" is good."""

    state: str = ""
    vpc_id: str = ""


class InternetGateway(Struct, frozen=True, kw_only=True, rename="pascal"):
    """An internet gateway."""

    internet_gateway_id: str
    attachments: tuple[GatewayAttachment, ...] = ()


InternetGateways: TypeAlias = tuple[InternetGateway, ...]
"""Those attached to the balancers' VPCs, and those that a route names."""


class Subnet(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A subnet."""

    subnet_id: str
    vpc_id: str = ""
    cidr_block: Cidr = ""
    availability_zone: str = ""
    available_ip_address_count: int | None = None


Subnets: TypeAlias = tuple[Subnet, ...]
"""Every subnet of the balancers' VPCs."""


class Vpc(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A VPC."""

    vpc_id: str
    cidr_block: Cidr = ""


Vpcs: TypeAlias = tuple[Vpc, ...]


class NatGateway(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A NAT gateway: one that was deleted is described for about an hour more."""

    nat_gateway_id: str
    vpc_id: str
    subnet_id: str = ""
    """Empty for a regional one, which is in no subnet."""
    state: str
    """pending, failed, available, deleting or deleted."""
    connectivity_type: str
    """public or private: a private one leads to no internet."""
    availability_mode: str = "zonal"
    """zonal or regional."""


NatGateways: TypeAlias = tuple[NatGateway, ...]
"""Every NAT gateway of the balancers' VPCs."""


INSTANCES = Card(
    name="instances",
    holds=Instances,
    actions=("ec2:DescribeInstances",),
    builds_on=("groups_health",),
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
    holds=Vpcs,
    actions=("ec2:DescribeVpcs",),
    builds_on=("load_balancers",),
    key=("vpc_id",),
)
NAT_GATEWAYS = Card(
    name="nat_gateways",
    holds=NatGateways,
    actions=("ec2:DescribeNatGateways",),
    builds_on=("load_balancers",),
    key=("nat_gateway_id",),
    names={"vpc_id": "vpcs"},
)


class Ec2Facts(ElbFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what EC2 holds."""

    instances: Observed[Instances] = INSTANCES.not_asked
    network_interfaces: Observed[NetworkInterfaces] = NETWORK_INTERFACES.not_asked
    security_groups: Observed[SecurityGroups] = SECURITY_GROUPS.not_asked
    prefix_lists: Observed[PrefixLists] = PREFIX_LISTS.not_asked
    network_acls: Observed[NetworkAcls] = NETWORK_ACLS.not_asked
    route_tables: Observed[RouteTables] = ROUTE_TABLES.not_asked
    internet_gateways: Observed[InternetGateways] = INTERNET_GATEWAYS.not_asked
    subnets: Observed[Subnets] = SUBNETS.not_asked
    vpcs: Observed[Vpcs] = VPCS.not_asked
    nat_gateways: Observed[NatGateways] = NAT_GATEWAYS.not_asked
