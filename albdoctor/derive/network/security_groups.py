"""Whether a set of security groups lets TCP through: yes, no, or not to be decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from albdoctor.derive.network.blocks import (
    SHOWN_RULES,
    WORLDS,
    Block,
    Coverage,
    Decision,
    Direction,
    coverage,
    missing,
    network,
    undecided,
    version_of,
)
from albdoctor.derive.once import once
from albdoctor.facts.ec2 import IpPermission, PrefixLists, SecurityGroup, SecurityGroups
from albdoctor.facts.known import UNHEARD_OF, Unknown


class Side(Struct, frozen=True, kw_only=True):
    """The other end of a connection: where it is, and the security groups on it."""

    addresses: Block
    groups: tuple[str, ...] = ()


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
    rules = [one for id_ in wanted if id_ in known for one in permissions(known[id_], direction)]
    strange = dict.fromkeys(one.ip_protocol for one in rules if not one.is_understood)
    gaps += [undecided("ec2:DescribeSecurityGroups", f"protocol {each} {UNHEARD_OF}") for each in strange]
    number = int(port)
    for permission in (one for one in rules if concerns(one, number)):
        named.update(pair.group_id for pair in permission.user_id_group_pairs)
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


def rules_seen(groups: Iterable[SecurityGroup], direction: Direction) -> str:
    """Write the rules of security groups down in one line: "sg-1: tcp/80 from 0.0.0.0/0"."""
    word = "from" if direction == "in" else "to"
    lines = [f"{group.group_id}: {_group_rules(group, direction, word)}" for group in groups]
    return "; ".join(lines)


@once
def _group_rules(group: SecurityGroup, direction: Direction, word: str) -> str:
    rules = [(rule, source) for rule in permissions(group, direction) for source in sources(rule)]
    shown = ", ".join(f"{_ports(rule)} {word} {source}" for rule, source in rules[:SHOWN_RULES])
    more = f", and {len(rules) - SHOWN_RULES} more" if len(rules) > SHOWN_RULES else ""
    return (shown or "no rule") + more


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
