"""Builders of targets in a network: the balancer of build.py, its way to a target, and what the target admits."""

from __future__ import annotations

from typing import Any

from albdoctor.facts.ec2 import NetworkInterface
from tests.support.build import balancer
from tests.support.build_net import SG_ALB, interface, network_facts, permission, security_group
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
