"""Registered addresses that no server can have."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from albdoctor.derive.targets.registered import Registered
from albdoctor.facts.ec2 import Subnets
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.mirror import readable
from albdoctor.facts.values import IPV4_FORM


def may_be_in_no_subnet(target: Registered) -> bool:
    """Whether a target fails and is an IPv4 address that was registered as one of its group's VPC.

    One outside it has no Availability Zone but "all" (user guide, "IP addresses"), and is reached by other ways.
    """
    inside = target.target.availability_zone not in ("", "all") and target.group.target_type == "ip"
    return inside and target.failing and IPV4_FORM.fullmatch(target.target.id) is not None


def in_no_subnet(target: Registered, subnets: Observed[Subnets]) -> bool:
    """Whether such an address lies in no subnet of its VPC that was seen; False where none was seen."""
    if not isinstance(subnets, Known) or not may_be_in_no_subnet(target):
        return False
    vpc = target.group.vpc_id
    blocks = {*readable(subnets.value, lambda one: [one.cidr_block] if one.vpc_id == vpc else [])}
    address = IPv4Address(target.target.id)
    return bool(blocks) and not any(address in IPv4Network(block, strict=False) for block in blocks if block)
