"""Which entries would let clients through the network ACLs that keep them out of a load balancer's web port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from albdoctor.derive.network.acls import bounds, cidr_of, tcp_entries
from albdoctor.derive.network.client_acls import Barrier, DoorAcls, Gate, is_about, version_of
from albdoctor.derive.request.serving import Alb
from albdoctor.derive.request.way import WEB_PORTS
from albdoctor.facts.ec2 import NetworkAcl, NetworkAclEntry

WORLD = {4: ("0.0.0.0/0",), 6: ("::/0",)}
FROM_WORLD = {4: "--cidr-block 0.0.0.0/0", 6: "--ipv6-cidr-block ::/0"}
STEP = 10
"""Rule numbers are this far apart by custom."""


def web_ports(alb: Alb) -> tuple[int, ...]:
    """The web ports that a load balancer listens on."""
    return tuple(one.port for one in alb.listeners if one.port in WEB_PORTS)


def admitting(alb: Alb, acls: DoorAcls, barriers: Iterable[Barrier]) -> tuple[str, ...]:
    """Write the missing entries as "acl-1 40 443 --cidr-block 0.0.0.0/0": ACL, number, port, range.

    Empty where people decide: an entry of somebody's names more than this port, no number is free before the one that
    denies, or no other web port of the load balancer is open to the internet there.
    """
    version = version_of(alb.balancer)
    written: dict[str, None] = {}
    for barrier in barriers:
        port = barrier.ports[0]
        number = _number_before(barrier.acl, port, version) if barrier.direction == "in" else None
        if number is None or not _open_elsewhere(alb, acls, barrier):
            return ()
        written[f"{barrier.acl.network_acl_id} {number} {port} {FROM_WORLD[version]}"] = None
    return tuple(written)


def _open_elsewhere(alb: Alb, acls: DoorAcls, barrier: Barrier) -> bool:
    """Whether the same ACL lets the internet in on another web port of the load balancer, and all its answers out."""
    for port in set(web_ports(alb)) - {barrier.ports[0]}:
        others = acls.barriers(alb.balancer, port)
        if isinstance(others, tuple) and all(one.acl != barrier.acl for one in others):
            return True
    return False


def _number_before(acl: NetworkAcl, port: int, version: int) -> int | None:
    """A free number right before the entry that keeps clients out; None: there is none, or the entry says more."""
    deciding = next(_for_everybody(acl, port, version), None)
    if deciding is None or not (deciding.protocol == "-1" or bounds(deciding) == (port, port)):
        return None
    numbers = [entry.rule_number for entry in acl.entries if not entry.egress]
    before = max((number for number in numbers if number < deciding.rule_number), default=0)
    number = min(before + STEP, deciding.rule_number - 1)
    return number if number > before else None


def _for_everybody(acl: NetworkAcl, port: int, version: int) -> Iterator[NetworkAclEntry]:
    """The entries that deny a port to the whole internet."""
    for entry in tcp_entries(acl, "in", version):
        if entry.rule_action == "deny" and is_about(entry, port) and cidr_of(entry, version) in WORLD[version]:
            yield entry


def closed_to_all(barriers: Iterable[Barrier], subnets: int) -> bool:
    """Whether nobody of the internet gets through in any of so many subnets."""
    return len({one.subnet_id for one in barriers if one.gate is Gate.CLOSED}) == subnets
