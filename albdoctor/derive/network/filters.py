"""Whether one security group set or one network ACL lets TCP through: yes, no, or not to be decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from itertools import pairwise
from typing import Literal, TypeAlias

from msgspec import Struct

from albdoctor.derive.once import once
from albdoctor.facts.ec2 import (
    IpPermission,
    NetworkAcl,
    NetworkAclEntry,
    PrefixLists,
    SecurityGroup,
    SecurityGroups,
    is_protocol_number,
)
from albdoctor.facts.known import UNHEARD_OF, Gap, Unknown
from albdoctor.facts.mirror import LacksError

Block: TypeAlias = IPv4Network | IPv6Network
WORLD = IPv4Network("0.0.0.0/0")
WORLDS: tuple[Block, ...] = (WORLD, IPv6Network("::/0"))
EPHEMERAL = (1024, 65535)
"""Ports that a load balancer node or a client may use for its end (ELB guide, "Network ACLs")."""
TOLERATED_PORTS = 64
"""So many refused ports of the ephemeral range are hardening (3389, 5432), no blockade."""
SHOWN_RULES = 6

Decision: TypeAlias = bool | Unknown
Direction: TypeAlias = Literal["in", "out"]


class Side(Struct, frozen=True, kw_only=True):
    """The other end of a connection: where it is, and the security groups on it."""

    addresses: Block
    groups: tuple[str, ...] = ()


class Coverage(Enum):
    """How much of a network lies in given ranges."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


@lru_cache(maxsize=1 << 14)
def network(cidr: str, asked: str = "ec2:DescribeSecurityGroups") -> Block:
    """Read an address or CIDR block; host bits are dropped. What is none is a gap of whoever needs it."""
    try:
        return ip_network(cidr, strict=False)
    except ValueError as error:
        raise LacksError(no_block(cidr, asked)) from error


def version_of(address: str) -> int:
    """The version of IP that an address or block of addresses is written in."""
    return 6 if ":" in address else 4


def no_block(cidr: str, asked: str) -> Unknown:
    """The gap where a block of addresses should stand."""
    return undecided(asked, f"{cidr[:50]!r} is no block of addresses")


def coverage(wanted: Block, ranges: Iterable[Block]) -> Coverage:
    """Compare a network with the union of ranges of its own version of IP."""
    touching: list[Block] = []
    for part in ranges:
        if is_within(wanted, part):
            return Coverage.ALL
        if is_within(part, wanted):
            touching.append(part)
    whole = len(touching) > 1 and any(is_within(wanted, part) for part in merge(touching))
    return Coverage.ALL if whole else Coverage.SOME if touching else Coverage.NONE


def merge(ranges: Iterable[Block]) -> list[Block]:
    """The fewest ranges that hold the same addresses, of both versions."""
    every = tuple(ranges)
    four = [one for one in every if isinstance(one, IPv4Network)]
    six = [one for one in every if isinstance(one, IPv6Network)]
    return [*collapse_addresses(four), *collapse_addresses(six)]


def is_within(part: Block, whole: Block) -> bool:
    """Whether a range lies in another one; those of different versions never do."""
    return whole.prefixlen <= part.prefixlen and part.network_address in whole


def missing(asked: str, id_: str) -> Unknown:
    """Make the value for a thing that is named somewhere but that no answer describes."""
    return Unknown(gap=Gap.FAILED, asked=asked, detail=f"{id_} is named but was not described")


def undecided(asked: str, detail: str) -> Unknown:
    """Make the value for a question that the facts are too coarse to answer."""
    return Unknown(gap=Gap.FAILED, asked=asked, detail=detail)


def groups_admit(
    groups: SecurityGroups, lists: PrefixLists, ids: tuple[str, ...], direction: Direction, port: int, other: Side
) -> Decision:
    """Whether security groups let TCP to a port through; their rules add up, and none denies.

    A group or prefix list that is not described leaves it open only when no described rule admits.
    """
    admission = _admission(groups, lists, " ".join(ids), direction, str(port), str(other.addresses.version))
    if not admission.groups.isdisjoint(other.groups):
        return True
    covered = coverage(other.addresses, admission.ranges)
    if covered is Coverage.ALL:
        return True
    if not ids:
        return undecided("ec2:DescribeSecurityGroups", "no security group is known here")
    if admission.gap:
        return admission.gap
    if covered is Coverage.SOME and other.addresses not in WORLDS:
        return undecided("ec2:DescribeSecurityGroups", f"{', '.join(ids)} admit a part of {other.addresses}")
    return False


class _Admission(Struct, frozen=True):
    """Whom the rules of some security groups let through on a port."""

    groups: frozenset[str]
    ranges: tuple[Block, ...]
    gap: Unknown | None
    """Why there may be more."""


@once
def _admission(
    groups: SecurityGroups, lists: PrefixLists, ids: str, direction: Direction, port: str, version: str
) -> _Admission:
    """Each load balancer has nodes in several subnets, and many targets have the same groups."""
    known, wanted = _by_id(groups), ids.split()
    gaps = [missing("ec2:DescribeSecurityGroups", id_) for id_ in wanted if id_ not in known]
    named: set[str] = set()
    ranges: list[Block] = []
    for permission in (one for id_ in wanted if id_ in known for one in permissions(known[id_], direction)):
        if not permission.is_understood:
            gaps.append(undecided("ec2:DescribeSecurityGroups", f"protocol {permission.ip_protocol} {UNHEARD_OF}"))
        if not concerns(permission, int(port)):
            continue
        named |= {pair.group_id for pair in permission.user_id_group_pairs}
        for part in _ranges(permission, lists, int(version)):
            if isinstance(part, Unknown):
                gaps.append(part)
            else:
                ranges.append(part)
    return _Admission(frozenset(named), tuple(dict.fromkeys(ranges)), gaps[0] if gaps else None)


def groups_named(groups: SecurityGroups, direction: Direction, port: int) -> tuple[str, ...]:
    """The other security groups that rules for a TCP port name; one that names itself is about its own members."""
    own = {group.group_id for group in groups}
    rules = (rule for group in groups for rule in permissions(group, direction) if concerns(rule, port))
    named = dict.fromkeys(pair.group_id for rule in rules for pair in rule.user_id_group_pairs)
    return tuple(id_ for id_ in named if id_ not in own)


def described(groups: SecurityGroups, ids: tuple[str, ...]) -> SecurityGroups:
    """Those of the security groups with these ids that the snapshot describes."""
    known = _by_id(groups)
    return tuple(known[id_] for id_ in ids if id_ in known)


@once
def _by_id(groups: SecurityGroups) -> Mapping[str, SecurityGroup]:
    return {group.group_id: group for group in groups}


def permissions(group: SecurityGroup, direction: Direction) -> tuple[IpPermission, ...]:
    """The rules of a group for one direction."""
    return group.ip_permissions if direction == "in" else group.ip_permissions_egress


def concerns(permission: IpPermission, port: int) -> bool:
    """Whether a rule is about this TCP port; protocol -1 is about everything."""
    if permission.ip_protocol == "-1":
        return True
    if permission.ip_protocol not in ("tcp", "6"):
        return False
    first, last = permission.from_port, permission.to_port
    return first is None or last is None or first <= port <= last


def _ranges(permission: IpPermission, lists: PrefixLists, version: int) -> Iterator[Block | Unknown]:
    written = (
        (one.cidr_ip for one in permission.ip_ranges)
        if version == 4
        else (one.cidr_ipv6 for one in permission.ipv6_ranges)
    )
    yield from map(network, written)
    for named in permission.prefix_list_ids:
        listed = next((one for one in lists if one.id == named.prefix_list_id), None)
        if listed is None:
            yield missing("ec2:GetManagedPrefixListEntries", named.prefix_list_id)
        else:
            own = (cidr for cidr in listed.cidrs if version_of(cidr) == version)
            yield from (network(cidr, "ec2:GetManagedPrefixListEntries") for cidr in own)


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


def rules_seen(groups: Iterable[SecurityGroup], direction: Direction) -> str:
    """Write the rules of security groups down in one line: "sg-1: tcp/80 from 0.0.0.0/0"."""
    word = "from" if direction == "in" else "to"
    lines = [f"{group.group_id}: {_group_rules(group, direction, word)}" for group in groups]
    return "; ".join(lines)


@once
def _group_rules(group: SecurityGroup, direction: Direction, word: str) -> str:
    rules = [f"{_ports(rule)} {word} {source}" for rule in permissions(group, direction) for source in sources(rule)]
    more = f", and {len(rules) - SHOWN_RULES} more" if len(rules) > SHOWN_RULES else ""
    return (", ".join(rules[:SHOWN_RULES]) or "no rule") + more


def sources(permission: IpPermission) -> tuple[str, ...]:
    """Everything that a rule names as its other side: CIDR blocks, prefix lists, groups."""
    return (
        *(one.cidr_ip for one in permission.ip_ranges),
        *(one.cidr_ipv6 for one in permission.ipv6_ranges),
        *(one.prefix_list_id for one in permission.prefix_list_ids),
        *(one.group_id for one in permission.user_id_group_pairs),
    )


def _ports(permission: IpPermission) -> str:
    if permission.ip_protocol == "-1":
        return "all"
    first, last = permission.from_port, permission.to_port
    if first is None or last is None:
        return permission.ip_protocol
    return f"{permission.ip_protocol}/{first}" if first == last else f"{permission.ip_protocol}/{first}-{last}"


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
