"""Which entries would let the balancer's packets through a network ACL that blocks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from albdoctor.derive.network.reach import BlockerKind
from albdoctor.derive.targets.ways import Way
from albdoctor.facts.ec2 import NetworkAcl, Subnets

EPHEMERAL_PORTS = "From=1024,To=65535"
FIRST_NUMBER = 100
"""The number of the first rule by custom."""
AclSide: TypeAlias = tuple[BlockerKind, ...]
"""The kinds of blockers on one side of the way."""

TARGET_SIDE: AclSide = ("acl-target-in", "acl-target-out")
BALANCER_SIDE: AclSide = ("acl-balancer-in", "acl-balancer-out")


def acl_entries(acl: NetworkAcl, blocked: Iterable[Way], subnets: Subnets, side: AclSide) -> tuple[str, ...]:
    """Write the missing entries as "--ingress 99 From=80,To=80 10.0.1.0/24": direction, number, ports, range.

    Their numbers come before every rule of the ACL; empty when no number is left there. Entries of the
    balancer's side and of the target's side never share a number.
    """
    ranges = {subnet.subnet_id: subnet.cidr_block for subnet in subnets if not subnet.ipv6_native}
    missing = dict.fromkeys(one for way in blocked for one in _missing(acl, way, ranges, side))
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


def _missing(acl: NetworkAcl, way: Way, ranges: Mapping[str, str], side: AclSide) -> Iterator[tuple[str, str, str]]:
    """Flag, ports and range of each entry that the ACL lacks for a way."""
    balancers = [ranges[zone.subnet_id] for zone in way.balancer.availability_zones if zone.subnet_id in ranges]
    target = ranges.get(way.endpoint.subnet_id, f"{way.endpoint.address}/32")
    for blocker in way.blockers:
        if blocker.id != acl.network_acl_id or blocker.kind not in side:
            continue
        flag = "--ingress" if blocker.kind.endswith("-in") else "--egress"
        request = blocker.kind in ("acl-target-in", "acl-balancer-out")
        for cidr in balancers if blocker.kind in TARGET_SIDE else [target]:
            yield flag, f"From={way.port},To={way.port}" if request else EPHEMERAL_PORTS, cidr
