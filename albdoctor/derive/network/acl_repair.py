"""Which entries would let the balancer's packets through a network ACL that blocks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from albdoctor.derive.network.blocks import version_of
from albdoctor.derive.network.reach import BlockerKind
from albdoctor.derive.targets.ways import Way
from albdoctor.facts.ec2 import NetworkAcl, Subnet, Subnets

EPHEMERAL_PORTS = "From=1024,To=65535"
FIRST_NUMBER = 100
"""The number of the first rule by custom."""
FAMILIES = {4: ("--cidr-block", 32), 6: ("--ipv6-cidr-block", 128)}
"""How the AWS CLI names a range, and the length of a whole address, by version of IP."""
AclSide: TypeAlias = tuple[BlockerKind, ...]
"""The kinds of blockers on one side of the way."""

TARGET_SIDE: AclSide = ("acl-target-in", "acl-target-out")
BALANCER_SIDE: AclSide = ("acl-balancer-in", "acl-balancer-out")


def acl_entries(acl: NetworkAcl, blocked: Iterable[Way], subnets: Subnets, side: AclSide) -> tuple[str, ...]:
    """Write the missing entries as "--ingress 99 From=80,To=80 --cidr-block 10.0.1.0/24".

    That is direction, number, ports and range. Their numbers come before every rule of the ACL; empty when no number is
    left there. Entries of the balancer's side and of the target's side never share a number.
    """
    by_id = {subnet.subnet_id: subnet for subnet in subnets}
    missing = dict.fromkeys(one for way in blocked for one in _missing(acl, way, by_id, side))
    written: list[str] = []
    for flag, egress in (("--ingress", False), ("--egress", True)):
        wanted = [one for one in missing if one[0] == flag]
        lowest = min([entry.rule_number for entry in acl.entries if entry.egress == egress], default=FIRST_NUMBER + 1)
        free = range(1, min(lowest, FIRST_NUMBER + 1))
        if len(free) < 2 * len(wanted):
            return ()
        numbers = free[: len(wanted)] if side == BALANCER_SIDE else free[len(free) - len(wanted) :]
        written += [f"{flag} {number} {ports} {cidr}" for number, (_, ports, cidr) in zip(numbers, wanted, strict=True)]
    return tuple(written)


def _missing(acl: NetworkAcl, way: Way, subnets: Mapping[str, Subnet], side: AclSide) -> Iterator[tuple[str, str, str]]:
    """Flag, ports and range of each entry that the ACL lacks for a way."""
    version = version_of(way.endpoint.address)
    flag_of, whole = FAMILIES[version]
    zones = (subnets.get(zone.subnet_id) for zone in way.balancer.availability_zones)
    balancers = [block for subnet in zones if subnet for block in subnet.blocks(version)]
    place = subnets.get(way.endpoint.subnet_id)
    targets = (place.blocks(version) if place else ()) or (f"{way.endpoint.address}/{whole}",)
    for blocker in way.blockers:
        if blocker.id != acl.network_acl_id or blocker.kind not in side:
            continue
        flag = "--ingress" if blocker.kind.endswith("-in") else "--egress"
        request = blocker.kind in ("acl-target-in", "acl-balancer-out")
        for cidr in balancers if blocker.kind in TARGET_SIDE else targets:
            yield flag, f"From={way.port},To={way.port}" if request else EPHEMERAL_PORTS, f"{flag_of} {cidr}"
