"""How each group of facts is merged: whose eyes make it complete, and what makes two entries the same thing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime
from enum import Enum, auto
from operator import attrgetter
from typing import Any, TypeAlias

from albdoctor.facts.known import Unknown
from albdoctor.facts.metrics import Metrics

Key: TypeAlias = Callable[[Any], Hashable]


class Whose(Enum):
    """Who must have seen a group."""

    ACCOUNTS = auto()
    """Every account that was asked."""
    HOLDER = auto()
    """Whoever holds the domain's registration; that nobody does must be said by every account."""
    CERTIFICATES = auto()
    """The accounts of the balancers that are reached; without any, every account and Region."""
    BALANCERS = auto()
    """Whoever reached a balancer, for its own; without any, every account and Region."""


KEYS: Mapping[str, Key] = {
    "hosted_zones": attrgetter("id"),
    "record_sets": attrgetter("zone_id"),
    "registered_domains": attrgetter("domain_name"),
    "certificates": attrgetter("certificate_arn"),
    "certificates_elsewhere": attrgetter("certificate_arn"),
    "caa_sets": attrgetter("name"),
    "validation_answers": attrgetter("name", "expected"),
    "load_balancers": attrgetter("load_balancer_arn"),
    "balancers_attributes": attrgetter("load_balancer_arn"),
    "listeners": attrgetter("listener_arn"),
    "listeners_certificates": attrgetter("listener_arn"),
    "rules": attrgetter("rule_arn"),
    "target_groups": attrgetter("target_group_arn"),
    "groups_attributes": attrgetter("target_group_arn"),
    "groups_health": attrgetter("target_group_arn"),
    "ssl_policies": attrgetter("name"),
    "instances": attrgetter("instance_id"),
    "network_interfaces": attrgetter("network_interface_id"),
    "security_groups": attrgetter("group_id"),
    "prefix_lists": attrgetter("id"),
    "network_acls": attrgetter("network_acl_id"),
    "route_tables": attrgetter("route_table_id"),
    "internet_gateways": attrgetter("internet_gateway_id"),
    "subnets": attrgetter("subnet_id"),
    "vpcs": attrgetter("vpc_id"),
    "metrics": attrgetter("name", "load_balancer_arn", "target_group_arn"),
    "probes": attrgetter("address"),
    "target_probes": attrgetter("target_group_arn", "target_id", "target_port", "public_address"),
    "listening_sockets": attrgetter("instance_id"),
}
"""What makes two entries of a group the same thing."""
OF_ACCOUNTS: Mapping[str, Whose] = {
    "hosted_zones": Whose.ACCOUNTS,
    "record_sets": Whose.ACCOUNTS,
    "registered_domains": Whose.HOLDER,
    "certificates": Whose.CERTIFICATES,
    "certificates_elsewhere": Whose.CERTIFICATES,
    # Asked for the names of the certificates, so that they are complete where those are.
    "caa_sets": Whose.CERTIFICATES,
    "validation_answers": Whose.CERTIFICATES,
}
ONE_ANSWER = ("registration", "delegation", "host_answers", "resolver_answers")
"""Groups that are one answer about the name, of which the last one counts."""
OF_THEIR_OWN = ("identities", "leads", "probes")
"""Groups that have rules of their own."""
GROUPS: Mapping[str, Whose] = {
    name: OF_ACCOUNTS.get(name, Whose.BALANCERS) for name in KEYS if name not in OF_THEIR_OWN
}
"""Groups that are the sum of what those who had to be asked know."""
PARTS: Mapping[str, str] = {"record_sets": "records", "groups_health": "targets", "listening_sockets": "sockets"}
"""Groups whose entries can have a gap of their own, and the field that has it."""


def is_partial(name: str, entry: Any) -> bool:  # noqa: ANN401 - each group has its own type
    """Whether a part of an entry is not known."""
    return name in PARTS and isinstance(getattr(entry, PARTS[name]), Unknown)


def entries_of(value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - each group has its own type
    """The things that a group is made of."""
    entries: tuple[Any, ...] = value.values if isinstance(value, Metrics) else value
    return entries


def put_together(name: str, known: list[tuple[datetime, Any]]) -> Any:  # noqa: ANN401 - each group has its own type
    """Make one value of a group out of several, each with the time at which it was seen."""
    entries = united(name, ((when, entries_of(value)) for when, value in known))
    if name != "metrics":
        return entries
    return Metrics(hours=max((value.hours for _, value in known), default=0.0), values=entries)


def united(name: str, values: Iterable[tuple[datetime, tuple[Any, ...]]]) -> tuple[Any, ...]:
    """Each thing once, where it stood first: a whole one before one with a gap, then the later one."""
    key = KEYS[name]
    best: dict[Hashable, tuple[tuple[bool, datetime], Any]] = {}
    for when, entries in values:
        for entry in entries:
            rank = (not is_partial(name, entry), when)
            if key(entry) not in best or rank > best[key(entry)][0]:
                best[key(entry)] = (rank, entry)
    return tuple(entry for _, entry in best.values())
