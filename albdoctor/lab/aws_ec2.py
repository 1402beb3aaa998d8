# ruff: noqa: ANN401 - moto passes on what its own responses parsed, untyped
"""The emulated EC2: moto's, without its 80 subnets and 800 images, with addresses that look public."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

import moto.ec2.urls
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.route_tables import Route
from moto.ec2.models.subnets import Subnet

IMAGE = "ami-0c9c942bd7bf113a2"
BALANCER_ADDRESSES = "203.0.113.{}"
"""TEST-NET-3 (RFC 5737): nodes of load balancers, from .10."""
INSTANCE_ADDRESSES = "198.51.100.{}"
"""TEST-NET-2 (RFC 5737): instances and elastic addresses, from .130; the lab's name servers have those below."""
NOT_BLOCKED = "off"
NO_FIREWALL = ""
FIRST_NODE = 200
"""Nodes of load balancers get private addresses from the subnet's .200 on, in a small one from its first on."""
RESERVED = 4
"""Addresses at the beginning of a subnet that AWS keeps."""


class LabEc2(EC2Backend):
    """One Region's EC2. There is no default VPC: moto takes long to build one, and nobody needs it."""

    def __init__(self, region_name: str, account_id: str) -> None:
        """Start with one image and nothing else."""
        self._balancer_hosts = iter(range(10, 250))
        self._instance_hosts = iter(range(130, 250))
        self._public: dict[str, str] = {}
        self._block_mode, self._excluded = NOT_BLOCKED, frozenset[str]()
        self._connectivity, self._overrides = NO_FIREWALL, dict[str, str]()
        super().__init__(region_name, account_id)

    @property
    def _url_module(self) -> ModuleType:
        return moto.ec2.urls

    def create_default_vpc(self) -> Any:
        """Build none."""
        return None

    def _load_amis(self) -> None:
        image: Any = Ami(self, IMAGE, name="al2023", architecture="x86_64", public=True, owner_alias="amazon")
        self.amis[IMAGE] = image

    def create_network_interface(self, *args: Any, **kwargs: Any) -> NetworkInterface:
        """Give an automatic public address from TEST-NET-2."""
        interface = super().create_network_interface(*args, **kwargs)
        self._make_public(interface)
        return interface

    def allocate_address(
        self, domain: str, address: str | None = None, tags: dict[str, str] | None = None
    ) -> ElasticAddress:
        """Give an elastic address from TEST-NET-2; moto's own would be one of loopback."""
        return super().allocate_address(domain, address or self._next(self._instance_hosts, INSTANCE_ADDRESSES), tags)

    def start_instances(self, instance_ids: list[str]) -> list[Any]:
        """Start instances; each gets the public address back that it had."""
        started = super().start_instances(instance_ids)
        for interface in list(self.enis.values()):
            self._make_public(interface)
        return started

    def get_all_network_interfaces(self, eni_ids: list[str] | None = None, filters: Any = None) -> list[Any]:
        """Answer the filters too that moto does not know."""
        wanted = dict(filters or {})
        interfaces = super().get_all_network_interfaces(
            eni_ids, {name: values for name, values in wanted.items() if name not in FILTERS}
        )
        for name in FILTERS.keys() & wanted.keys():
            interfaces = [one for one in interfaces if set(FILTERS[name](one)) & set(wanted[name])]
        for one in interfaces:
            _tell_twice(one)
        return interfaces

    def describe_subnets(self, subnet_ids: list[str] | None = None, filters: Any = None) -> list[Subnet]:
        """Tell what VPC Block Public Access and an Automated Internet Firewall do in each, which moto does not know."""
        subnets = super().describe_subnets(subnet_ids, filters)
        for subnet in subnets:
            told: Any = subnet
            told.block_public_access_states = {"InternetGatewayBlockMode": self.block_mode_of(subnet.id)}
            told.network_firewall_connectivity_type = self.connectivity_of(subnet.id) or None
        return subnets

    def block_public_access(self, mode: str, *but: str) -> None:
        """Turn VPC Block Public Access on in the Region, except for some subnets; "off" turns it off."""
        self._block_mode, self._excluded = mode, frozenset(but)

    def block_mode_of(self, subnet_id: str) -> str:
        """What it does in a subnet."""
        return NOT_BLOCKED if subnet_id in self._excluded else self._block_mode

    def put_internet_firewall(self, connectivity: str, overrides: Mapping[str, str] | None = None) -> None:
        """Put an Automated Internet Firewall in front of every VPC; overrides: what some subnets get instead."""
        self._connectivity, self._overrides = connectivity, dict(overrides or {})

    def connectivity_of(self, subnet_id: str) -> str:
        """What the Automated Internet Firewall does for a subnet; empty where there is none."""
        return self._overrides.get(subnet_id, self._connectivity)

    def create_route(self, *args: Any, **kwargs: Any) -> Any:
        """Make a route whose state says whether what it names is still there, which moto does not know."""
        route: Any = super().create_route(*args, **kwargs)
        route.__class__ = LabRoute
        return route

    def add_node(self, description: str, subnet: Subnet, groups: list[str], *, public: bool) -> None:
        """Make the interface of a load balancer's node in a subnet."""
        interface = self.create_network_interface(
            subnet, self._free_address(subnet), group_ids=list(groups), description=description
        )
        if not groups:  # that of a Network Load Balancer may have none; moto gives it the default one
            interface.group_set.clear()
        interface.requester_managed = True
        interface.requester_id = "amazon-elb"
        interface.status = "in-use"
        if public:
            interface.public_ip = self._next(self._balancer_hosts, BALANCER_ADDRESSES)

    def give_ipv6(self, node: NetworkInterface, *, alone: bool) -> None:
        """Give a node an address of its subnet's IPv6 block; alone: its public IPv4 address is taken away."""
        block = node.subnet.ipv6_cidr_block_association_set[0]["ipv6CidrBlock"]
        node.ipv6_addresses = [str(ipaddress.IPv6Network(block).network_address + FIRST_NODE)]
        if alone:
            node.public_ip = None

    def nodes(self, description: str) -> list[NetworkInterface]:
        """The interfaces of a load balancer."""
        return [one for one in list(self.enis.values()) if one.description == description]

    def _free_address(self, subnet: Subnet) -> str:
        block = ipaddress.IPv4Network(subnet.cidr_block)
        first = block.network_address + (FIRST_NODE if block.num_addresses > FIRST_NODE else RESERVED)
        taken = {one.private_ip_address for one in self.enis.values()}
        return next(str(first + step) for step in range(50) if str(first + step) not in taken)

    def _make_public(self, interface: NetworkInterface) -> None:
        """Replace the address that moto drew, by the same one for the same interface every time."""
        if interface.public_ip and interface.public_ip_auto_assign:
            if interface.id not in self._public:
                self._public[interface.id] = self._next(self._instance_hosts, INSTANCE_ADDRESSES)
            interface.public_ip = self._public[interface.id]

    @staticmethod
    def _next(hosts: Iterator[int], pattern: str) -> str:
        return pattern.format(next(hosts))


class LabRoute(Route):
    """A route that becomes a blackhole when the interface, endpoint or gateway that it names is gone or detached."""

    @property
    def state(self) -> str:
        """Active or blackhole."""
        ec2: Any = self.route_table.ec2_backend
        gone = self.interface is not None and self.interface.id not in ec2.enis
        gateway: Any = self.gateway
        if gateway is not None and str(gateway.id).startswith("igw-"):
            gone = gateway.id not in ec2.internet_gateways or gateway.vpc is None
        endpoint: Any = ec2.vpc_end_points.get(str(self.gateway_id))
        if endpoint is not None and endpoint.state == "deleted":
            gone = True
        return "blackhole" if gone else "active"


def _tell_twice(interface: Any) -> None:
    """Give the primary private address the public one too, as AWS does."""
    for address in interface.private_ip_addresses:
        address.pop("Association", None)
        if interface.public_ip and address.get("Primary"):
            address["Association"] = interface.association


def _public(interface: Any) -> Iterable[str]:
    return [interface.public_ip] if interface.public_ip else []


def _attribute(name: str) -> Callable[[Any], Iterable[str]]:
    return lambda interface: [str(getattr(interface, name)).lower()]


FILTERS: dict[str, Callable[[Any], Iterable[str]]] = {
    "association.public-ip": _public,
    "addresses.association.public-ip": _public,
    "requester-managed": _attribute("requester_managed"),
    "requester-id": _attribute("requester_id"),
    "interface-type": _attribute("interface_type"),
    "status": _attribute("status"),
}
"""Filters of DescribeNetworkInterfaces that moto does not know, and what they look at."""
