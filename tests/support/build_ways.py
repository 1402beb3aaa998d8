"""Builders of targets in a network: the balancer of build.py, its way to a target, and what the target admits."""

from __future__ import annotations

from typing import Any

from albdoctor.facts.ec2 import NetworkAcl, NetworkInterface
from tests.support.build import balancer, group
from tests.support.build_net import (
    ALLOW_ALL,
    ALLOW_ALL_IPV6,
    DUAL_SUBNETS,
    SG_ALB,
    acl,
    interface,
    network_facts,
    permission,
    security_group,
)
from tests.support.build_targets import scene


def eni(instance_id: str = "i-0abc", **fields: Any) -> NetworkInterface:
    """The primary interface of an instance in subnet-t, guarded by sg-web."""
    attached: dict[str, Any] = {
        "SubnetId": "subnet-t",
        "Groups": [{"GroupId": "sg-web"}],
        "Attachment": {"DeviceIndex": 0, "InstanceId": instance_id},
    }
    return interface(**({"private": "10.0.9.23"} | attached | fields))


def second_eni(instance_id: str = "i-0abc", **fields: Any) -> NetworkInterface:
    """A further interface of an instance, guarded by sg-open."""
    attached: dict[str, Any] = {
        "NetworkInterfaceId": "eni-2",
        "PrivateIpAddress": "10.0.9.99",
        "Groups": [{"GroupId": "sg-open"}],
        "Attachment": {"DeviceIndex": 1, "InstanceId": instance_id},
    }
    return eni(instance_id, **(attached | fields))


def behind(*targets: Any, ports: tuple[int, ...] = (80,), **groups: Any) -> Any:
    """A snapshot of these targets in a network where sg-web admits the balancer on these ports."""
    admits = (permission(port, port, "sg-alb") for port in ports)
    base: dict[str, Any] = {"load_balancers": (balancer(),), "network_interfaces": (eni(),), "instances": ()}
    network = network_facts(security_groups=(SG_ALB, security_group("sg-web", *admits)))
    return scene(*targets, **(base | network | groups))


def open_ipv6(id_: str, *subnets: str) -> NetworkAcl:
    """A network ACL that lets everything through over both versions of IP."""
    return acl(id_, *ALLOW_ALL, *ALLOW_ALL_IPV6, subnets=subnets)


def over_ipv6(
    *targets: Any, sources: tuple[str, ...] = ("sg-alb",), ipv6: str = "2001:db8:1:9::23", **groups: Any
) -> Any:
    """A snapshot of these targets in an IPv6 group, in a network where sg-web admits these sources on port 80."""
    addresses = [{"Ipv6Address": ipv6, "IsPrimaryIpv6": True}] if ipv6 else []
    out = security_group("sg-alb", outbound=(permission(None, None, "0.0.0.0/0", "::/0"),))
    base: dict[str, Any] = {
        "target_groups": (group(IpAddressType="ipv6"),),
        "network_interfaces": (eni(Ipv6Addresses=addresses),),
        "subnets": DUAL_SUBNETS,
        "security_groups": (out, security_group("sg-web", permission(80, 80, *sources))),
        "network_acls": (open_ipv6("acl-1", "subnet-a", "subnet-c", "subnet-t"),),
    }
    return behind(*targets, **(base | groups))
