"""Which entries would let the balancer's packets through a network ACL that blocks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from albdoctor.derive.network.reach import What
from albdoctor.derive.targets.ways import Blocked, Surroundings
from albdoctor.facts.ec2 import NetworkAcl

EPHEMERAL_PORTS = "From=1024,To=65535"
FIRST_NUMBER = 100
"""The number of the first rule by custom."""
Side: TypeAlias = tuple[What, ...]
"""The kinds of blockers on one side of the way."""

TARGET_SIDE: Side = ("acl-target-in", "acl-target-out")
BALANCER_SIDE: Side = ("acl-balancer-in", "acl-balancer-out")


def acl_entries(acl: NetworkAcl, closed: Iterable[Blocked], around: Surroundings, kinds: Side) -> tuple[str, ...]:
    """Write the missing entries as "--ingress 99 From=80,To=80 10.0.1.0/24": direction, number, ports, range.

    Their numbers come before every rule of the ACL; empty when no number is left there. Entries of the
    balancer's side and of the target's side never share a number.
    """
    rules = dict.fromkeys(rule for one in closed for rule in _rules(acl, one, around, kinds))
    written: list[str] = []
    for flag, egress in (("--ingress", False), ("--egress", True)):
        wanted = [rule for rule in rules if rule[0] == flag]
        lowest = min([entry.rule_number for entry in acl.entries if entry.egress == egress], default=FIRST_NUMBER + 1)
        free = range(1, min(lowest, FIRST_NUMBER + 1))
        if len(free) < 2 * len(wanted):
            return ()
        numbers = free[: len(wanted)] if kinds == BALANCER_SIDE else free[len(free) - len(wanted) :]
        written += [f"{flag} {number} {ports} {cidr}" for number, (_, ports, cidr) in zip(numbers, wanted, strict=True)]
    return tuple(written)


def _rules(
    acl: NetworkAcl, closed: Blocked, around: Surroundings, kinds: tuple[What, ...]
) -> Iterator[tuple[str, str, str]]:
    subnets = {subnet.subnet_id: subnet for subnet in around.network.subnets}
    own = [subnets[zone.subnet_id] for zone in closed.way.balancer.availability_zones if zone.subnet_id in subnets]
    balancers = [subnet.cidr_block for subnet in own if not subnet.ipv6_native]
    place = subnets.get(closed.way.endpoint.subnet_id)
    target = place.cidr_block if place and not place.ipv6_native else f"{closed.way.endpoint.address}/32"
    port = f"From={closed.port},To={closed.port}"
    for blocker in closed.blockers:
        if blocker.id != acl.network_acl_id or blocker.what not in kinds:
            continue
        flag = "--ingress" if blocker.what.endswith("-in") else "--egress"
        request = blocker.what in ("acl-target-in", "acl-balancer-out")
        for cidr in balancers if blocker.what in TARGET_SIDE else [target]:
            yield flag, port if request else EPHEMERAL_PORTS, cidr
