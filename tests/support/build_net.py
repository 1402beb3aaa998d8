"""Builders of the network: each gives a plain, open thing; a test names only what matters to it."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from albdoctor.derive.network.reach import Network
from albdoctor.derive.network.subnet_routes import RoutedSubnets
from albdoctor.facts.ec2 import (
    BlockPublicAccessStates,
    InternetGateway,
    Ipv6Block,
    Ipv6BlockState,
    NetworkAcl,
    NetworkInterface,
    PrefixList,
    RouteTable,
    SecurityGroup,
    Subnet,
)
from tests.support.build import REGION

T = TypeVar("T", bound=msgspec.Struct)


def permission(
    port: int | None = None, to_port: int | None = None, *sources: str, protocol: str = ""
) -> dict[str, Any]:
    """One security group rule; sources are CIDR blocks, pl-... and sg-... ids; no port: all traffic."""
    rule: dict[str, Any] = {"IpProtocol": protocol or ("tcp" if port is not None else "-1")}
    if port is not None:
        rule |= {"FromPort": port, "ToPort": to_port if to_port is not None else port}
    kinds: dict[str, list[dict[str, str]]] = {
        "IpRanges": [{"CidrIp": one} for one in sources if one[0].isdigit() and ":" not in one],
        "Ipv6Ranges": [{"CidrIpv6": one} for one in sources if ":" in one],
        "PrefixListIds": [{"PrefixListId": one} for one in sources if one.startswith("pl-")],
        "UserIdGroupPairs": [{"GroupId": one} for one in sources if one.startswith("sg-")],
    }
    return rule | kinds


def security_group(
    id_: str, *inbound: dict[str, Any], outbound: tuple[dict[str, Any], ...] | None = None
) -> SecurityGroup:
    """A security group; everything may go out unless said otherwise."""
    egress = (permission(None, None, "0.0.0.0/0"),) if outbound is None else outbound
    return msgspec.convert(
        {"GroupId": id_, "VpcId": "vpc-1", "IpPermissions": list(inbound), "IpPermissionsEgress": list(egress)},
        SecurityGroup,
    )


def entry(
    number: int, action: str, cidr: str = "0.0.0.0/0", ports: tuple[int, int] | None = None, *, egress: bool = False
) -> dict[str, Any]:
    """One ACL entry; no ports: all traffic."""
    base: dict[str, Any] = {
        "RuleNumber": number,
        "RuleAction": action,
        "Egress": egress,
        "Ipv6CidrBlock" if ":" in cidr else "CidrBlock": cidr,
        "Protocol": "-1" if ports is None else "6",
    }
    return base if ports is None else base | {"PortRange": {"From": ports[0], "To": ports[1]}}


ALLOW_ALL = (entry(100, "allow"), entry(100, "allow", egress=True))
DENY_REST = (entry(32767, "deny"), entry(32767, "deny", egress=True))


def acl(
    id_: str = "acl-1", *entries: dict[str, Any], subnets: tuple[str, ...] = (), default: bool = False
) -> NetworkAcl:
    """An ACL with the final deny that every ACL has; no entries: everything is allowed."""
    return msgspec.convert(
        {
            "NetworkAclId": id_,
            "VpcId": "vpc-1",
            "IsDefault": default,
            "Entries": [*(entries or ALLOW_ALL), *DENY_REST],
            "Associations": [{"SubnetId": subnet_id} for subnet_id in subnets],
        },
        NetworkAcl,
    )


def subnet(id_: str, cidr: str, zone: str = "a", *, ipv6: str = "", free: int | None = 200) -> Subnet:
    """A subnet of vpc-1; free: so many addresses."""
    blocks = (Ipv6Block(ipv6_cidr_block=ipv6, ipv6_cidr_block_state=Ipv6BlockState(state="associated")),)
    return Subnet(
        subnet_id=id_,
        vpc_id="vpc-1",
        cidr_block=cidr,
        availability_zone=f"{REGION}{zone}",
        available_ip_address_count=free,
        ipv6_cidr_block_association_set=blocks if ipv6 else (),
    )


def blocking(one: Subnet, mode: str = "block-ingress") -> Subnet:
    """The same subnet under VPC Block Public Access; "off": not so."""
    states = BlockPublicAccessStates(internet_gateway_block_mode=mode)
    return msgspec.structs.replace(one, block_public_access_states=states)


def treated(one: Subnet, treatment: str = "outbound-only") -> Subnet:
    """The same subnet behind an Automated Internet Firewall."""
    return msgspec.structs.replace(one, network_firewall_connectivity_type=treatment)


def route_table(
    id_: str = "rtb-public",
    default: str | None = "igw-1",
    *,
    subnets: tuple[str, ...] = (),
    main: bool = False,
    state: str = "active",
) -> RouteTable:
    """A table whose default route leads to a gateway (igw-, nat-), or that has none."""
    routes: list[dict[str, str]] = [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}]
    if default is not None:
        key = "GatewayId" if default.startswith("igw-") else "NatGatewayId"
        routes.append({"DestinationCidrBlock": "0.0.0.0/0", key: default, "State": state})
    associations = [{"Main": False, "SubnetId": subnet_id} for subnet_id in subnets]
    associations += [{"Main": True}] if main else []
    return msgspec.convert(
        {"RouteTableId": id_, "VpcId": "vpc-1", "Routes": routes, "Associations": associations}, RouteTable
    )


def gateway(id_: str = "igw-1", vpc_id: str = "vpc-1", state: str = "available") -> InternetGateway:
    """An attached internet gateway."""
    return msgspec.convert(
        {"InternetGatewayId": id_, "Attachments": [{"VpcId": vpc_id, "State": state}]}, InternetGateway
    )


def prefix_list(id_: str, *cidrs: str, name: str = "") -> PrefixList:
    """A prefix list."""
    return PrefixList(id=id_, name=name, cidrs=cidrs)


def interface(
    id_: str = "eni-1", description: str = "", private: str = "10.0.1.10", public: str = "", **fields: Any
) -> NetworkInterface:
    """A network interface in subnet-a."""
    base: dict[str, Any] = {
        "NetworkInterfaceId": id_,
        "Description": description,
        "PrivateIpAddress": private,
        "SubnetId": "subnet-a",
        "VpcId": "vpc-1",
    }
    base |= {"Association": {"PublicIp": public}} if public else {}
    return msgspec.convert(base | fields, NetworkInterface)


def node(public: str = "198.51.100.10", tail: str = "app/web/50dc6c495c0c9188") -> NetworkInterface:
    """A node of the load balancer."""
    return interface(id_=f"eni-{public}", description=f"ELB {tail}", public=public)


SUBNETS = (
    subnet("subnet-a", "10.0.1.0/24", "a"),
    subnet("subnet-c", "10.0.2.0/24", "c"),
    subnet("subnet-t", "10.0.9.0/24", "a"),
)
DUAL_SUBNETS = (
    subnet("subnet-a", "10.0.1.0/24", "a", ipv6="2001:db8:1:1::/64"),
    subnet("subnet-c", "10.0.2.0/24", "c", ipv6="2001:db8:1:2::/64"),
    subnet("subnet-t", "10.0.9.0/24", "a", ipv6="2001:db8:1:9::/64"),
)
"""The same, each with a range of IPv6 addresses."""
ALLOW_ALL_IPV6 = (entry(101, "allow", "::/0"), entry(101, "allow", "::/0", egress=True))
SG_ALB = security_group("sg-alb", permission(80, 80, "0.0.0.0/0"), permission(443, 443, "0.0.0.0/0"))
SG_WEB = security_group("sg-web", permission(80, 80, "sg-alb"))


def network_facts(**parts: Any) -> dict[str, Any]:
    """A sound network: balancer in subnet-a and subnet-c (public), targets in subnet-t (private)."""
    base: dict[str, Any] = {
        "security_groups": (SG_ALB, SG_WEB),
        "prefix_lists": (),
        "network_acls": (acl(subnets=("subnet-a", "subnet-c", "subnet-t"), default=True),),
        "route_tables": (
            route_table(subnets=("subnet-a", "subnet-c")),
            route_table("rtb-private", "nat-1", main=True),
        ),
        "internet_gateways": (gateway(),),
        "subnets": SUBNETS,
    }
    return base | parts


def network(**parts: Any) -> Network:
    """The same network, as far as packets between balancer and targets depend on it."""
    return _of(Network, network_facts(**parts))


def routed_subnets(**parts: Any) -> RoutedSubnets:
    """The same network, as far as it depends on it whether a subnet is public."""
    return _of(RoutedSubnets, network_facts(**parts))


def _of(type_: type[T], groups: dict[str, Any]) -> T:
    return type_(**{name: groups[name] for name in type_.__struct_fields__})
