"""Which ports of which targets may be probed directly: only what their own security groups open to the world."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from albdoctor.facts.ec2 import (
    Instances,
    IpPermission,
    NetworkInterface,
    NetworkInterfaces,
    PrefixLists,
    SecurityGroups,
)
from albdoctor.facts.elb import GroupsHealth, TargetGroup, TargetGroups, TargetHealth
from albdoctor.facts.known import Known
from albdoctor.facts.mirror import readable
from albdoctor.facts.numbers import whole

WORLD = "0.0.0.0/0"
TCP_PROTOCOLS = frozenset({"tcp", "6", "-1"})
USUAL_PORTS = (80, 443, 8080)
LAST_PORT = 65535
TARGETS_PER_GROUP = 8
"""Enough to tell what the targets of a group have in common."""


class OpenTarget(Struct, frozen=True, kw_only=True):
    """A registered target with a public address, and its ports that admit the world."""

    group: TargetGroup
    target_id: str
    target_port: int
    private_address: str
    public_address: str
    path: str
    """The health check's."""
    ports: tuple[int, ...]


class _Reach(Struct, frozen=True):
    """How a target is reached: its addresses and the security groups in front of them."""

    private_address: str
    public_address: str
    security_groups: tuple[str, ...]


def open_targets(
    groups: TargetGroups,
    health: GroupsHealth,
    instances: Instances,
    interfaces: NetworkInterfaces,
    security_groups: SecurityGroups,
    prefix_lists: PrefixLists,
) -> tuple[OpenTarget, ...]:
    """List the targets that the world may reach directly; one without an open port does not appear."""
    registered = {entry.target_group_arn: entry.targets for entry in health}
    admitted = _Admitted(security_groups, prefix_lists)
    found: list[OpenTarget] = []
    for group in groups:
        targets = registered.get(group.target_group_arn)
        if isinstance(targets, Known):
            # Where something about a target is not known, nobody can say what its groups admit.
            opened = readable(targets.value, partial(_of_target, group, admitted, instances, interfaces))
            found.extend(target for target, _ in zip(opened, range(TARGETS_PER_GROUP), strict=False))
    return tuple(found)


class _Admitted:
    """Answers whether security groups admit the world to a TCP port."""

    def __init__(self, security_groups: SecurityGroups, prefix_lists: PrefixLists) -> None:
        self._groups = {group.group_id: group for group in security_groups}
        self._world_lists = frozenset(one.id for one in prefix_lists if WORLD in one.cidrs)

    def to(self, port: int, security_groups: tuple[str, ...]) -> bool:
        return any(_covers(one, port) and self._from_world(one) for one in self._of(security_groups))

    def is_clear(self, security_groups: tuple[str, ...]) -> bool:
        """Whether every rule is understood: ports that could be missing would tell half of a target's story."""
        return all(one.is_understood for one in self._of(security_groups))

    def _of(self, security_groups: tuple[str, ...]) -> Iterator[IpPermission]:
        known = (self._groups[group_id] for group_id in security_groups if group_id in self._groups)
        return (one for group in known for one in group.ip_permissions)

    def _from_world(self, permission: IpPermission) -> bool:
        return any(source.cidr_ip == WORLD for source in permission.ip_ranges) or any(
            source.prefix_list_id in self._world_lists for source in permission.prefix_list_ids
        )


def _covers(permission: IpPermission, port: int) -> bool:
    if permission.ip_protocol == "-1":
        return True
    first, last = permission.from_port, permission.to_port
    return permission.ip_protocol in TCP_PROTOCOLS and first is not None and last is not None and first <= port <= last


def _of_target(
    group: TargetGroup,
    admitted: _Admitted,
    instances: Instances,
    interfaces: NetworkInterfaces,
    described: TargetHealth,
) -> Iterator[OpenTarget]:
    reach = _reach(group, described.target.id, instances, interfaces)
    if reach is None or not reach.public_address or not admitted.is_clear(reach.security_groups):
        return
    port = described.target.port or group.port or 0
    ports = tuple(one for one in _candidates(group, described, port) if admitted.to(one, reach.security_groups))
    if ports:
        yield OpenTarget(
            group=group,
            target_id=described.target.id,
            target_port=port,
            private_address=reach.private_address,
            public_address=reach.public_address,
            path=group.health_check_path or "/",
            ports=ports,
        )


def _candidates(group: TargetGroup, described: TargetHealth, port: int) -> tuple[int, ...]:
    """Traffic port, health check port, and where web servers usually are; each once."""
    checked = described.health_check_port or group.health_check_port
    wanted = (port, whole(checked) or port, *USUAL_PORTS)
    return tuple(dict.fromkeys(one for one in wanted if 0 < one <= LAST_PORT))


def _reach(group: TargetGroup, target_id: str, instances: Instances, interfaces: NetworkInterfaces) -> _Reach | None:
    if group.target_type == "instance":
        return _reach_instance(target_id, instances, interfaces)
    return _reach_ip(target_id, interfaces) if group.target_type == "ip" else None


def _reach_instance(instance_id: str, instances: Instances, interfaces: NetworkInterfaces) -> _Reach | None:
    """An instance is reached at its primary interface."""
    instance = next((one for one in instances if one.instance_id == instance_id), None)
    primary = next((one for one in interfaces if _is_primary_of(one, instance_id)), None)
    if primary is not None:
        public = primary.public_ip or (instance.public_ip_address if instance else "")
        return _Reach(primary.private_ip_address, public, primary.security_groups)
    if instance is None:
        return None
    groups = tuple(group.group_id for group in instance.security_groups)
    return _Reach(instance.private_ip_address, instance.public_ip_address, groups)


def _is_primary_of(interface: NetworkInterface, instance_id: str) -> bool:
    attached = interface.attachment
    return attached is not None and attached.instance_id == instance_id and attached.device_index == 0


def _reach_ip(address: str, interfaces: NetworkInterfaces) -> _Reach | None:
    """An IP target is reached at the public address that its interface maps to this very private address."""
    for interface in interfaces:
        for private in interface.private_ip_addresses:
            if private.private_ip_address == address and private.association is not None:
                return _Reach(address, private.association.public_ip, interface.security_groups)
        if interface.private_ip_address == address:
            return _Reach(address, interface.public_ip, interface.security_groups)
    return None
