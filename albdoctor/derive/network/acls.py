"""Whether one network ACL lets TCP through: yes, no, or not to be decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from albdoctor.derive.network.blocks import (
    SHOWN_RULES,
    Block,
    Coverage,
    Decision,
    Direction,
    coverage,
    is_within,
    network,
    undecided,
)
from albdoctor.derive.once import once
from albdoctor.facts.ec2 import NetworkAcl, NetworkAclEntry, is_protocol_number
from albdoctor.facts.known import UNHEARD_OF, Unknown

EPHEMERAL = (1024, 65535)
"""Ports that a load balancer node or a client may use for its end (ELB guide, "Network ACLs")."""
TOLERATED_PORTS = 64
"""So many refused ports of the ephemeral range are hardening (3389, 5432), no blockade."""


def acl_passes(acl: NetworkAcl, direction: Direction, other: Block, ports: tuple[int, int]) -> Decision:
    """Whether an ACL lets TCP to these ports (of the destination) through: the lowest matching number decides.

    One that treats parts of a subnet differently cannot be judged without the address that is used there.
    """
    return not_understood(acl) or _passes(acl, direction, other, *map(str, ports))


@once
def _passes(acl: NetworkAcl, direction: Direction, other: Block, first_port: str, last_port: str) -> Decision:
    """Many targets are behind the same ACL, and their load balancer has the same few subnets."""
    ports = int(first_port), int(last_port)
    entries = _sorted_entries(acl, direction, str(other.version))
    refused, unsure = 0, False
    for first, last in segments(entries, ports):
        verdict = _first_match(entries, first, other)
        unsure = unsure or verdict is None
        refused += last - first + 1 if verdict is False else 0
    if refused > (TOLERATED_PORTS if ports == EPHEMERAL else 0):
        return False
    if unsure:
        return undecided("ec2:DescribeNetworkAcls", f"{acl.network_acl_id} treats parts of {other} differently")
    return True


@once
def not_understood(acl: NetworkAcl) -> Unknown | None:
    """Why nobody can say what an ACL does, if it has an entry that this version does not know."""
    strange = next((entry for entry in acl.entries if _is_strange(entry)), None)
    if strange is None:
        return None
    entry = f"{strange.rule_number} {strange.rule_action} {strange.protocol}"
    return undecided("ec2:DescribeNetworkAcls", f"entry {entry} of {acl.network_acl_id} {UNHEARD_OF}")


def _is_strange(entry: NetworkAclEntry) -> bool:
    """Whether an entry does what this version does not know."""
    return entry.rule_action not in ("allow", "deny") or not is_protocol_number(entry.protocol)


def tcp_entries(acl: NetworkAcl, direction: Direction, version: int = 4) -> list[NetworkAclEntry]:
    """The entries that TCP over IPv4 or IPv6 meets in a direction, in the order in which they decide."""
    return list(_sorted_entries(acl, direction, str(version)))


@once
def _sorted_entries(acl: NetworkAcl, direction: Direction, version: str) -> tuple[NetworkAclEntry, ...]:
    met = (
        entry
        for entry in acl.entries
        if entry.egress is (direction == "out") and entry.protocol in ("-1", "6") and cidr_of(entry, int(version))
    )
    return tuple(sorted(met, key=lambda entry: entry.rule_number))


def cidr_of(entry: NetworkAclEntry, version: int) -> str:
    """The range of an entry in one version of IP; empty: it is about the other one."""
    return entry.cidr_block if version == 4 else entry.ipv6_cidr_block


def bounds(entry: NetworkAclEntry) -> tuple[int, int]:
    """The ports that an entry is about; those of all protocols are all."""
    ports = entry.port_range
    if entry.protocol == "-1" or ports is None or ports.first is None or ports.last is None:
        return 0, 65535
    return ports.first, ports.last


def segments(entries: Iterable[NetworkAclEntry], ports: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Cut a port range where some entry begins or ends, so that each piece is treated alike."""
    first, last = ports
    cuts = {first, last + 1}
    for low, high in map(bounds, entries):
        cuts |= {cut for cut in (low, high + 1) if first < cut <= last}
    ordered = sorted(cuts)
    for low, high in pairwise(ordered):
        yield low, high - 1


def _first_match(entries: Iterable[NetworkAclEntry], port: int, other: Block) -> bool | None:
    """True: all of the other side passes; False: it does not; None: depends on the address there."""
    allowed: list[Block] = []
    partly_denied = False
    for entry in entries:
        low, high = bounds(entry)
        if not low <= port <= high:
            continue
        range_ = network(cidr_of(entry, other.version), "ec2:DescribeNetworkAcls")
        if entry.rule_action == "allow":
            allowed.append(range_)
            if coverage(other, allowed) is Coverage.ALL:
                return None if partly_denied else True
        elif is_within(other, range_):
            break
        elif other.overlaps(range_):
            partly_denied = True
    return None if coverage(other, allowed) is Coverage.SOME else False


def entries_seen(acl: NetworkAcl, direction: Direction, version: int = 4) -> str:
    """Write the entries of an ACL down in one line: "100 allow tcp 0-65535 0.0.0.0/0"."""
    entries = tcp_entries(acl, direction, version)
    shown = [f"{one.rule_number} {one.rule_action} {_span(one)} {cidr_of(one, version)}" for one in entries]
    return ", ".join(shown[:SHOWN_RULES]) or "no entry"


def _span(entry: NetworkAclEntry) -> str:
    first, last = bounds(entry)
    if entry.protocol == "-1":
        return "all"
    return f"tcp/{first}" if first == last else f"tcp/{first}-{last}"
