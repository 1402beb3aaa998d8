"""Registered addresses that no network interface has any more: what served there is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.registrars import Registrars
from albdoctor.derive.targets.misplaced import in_no_subnet
from albdoctor.derive.targets.registered import Registered
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.facts.ec2 import NetworkInterfaces, Subnets
from albdoctor.facts.elb import TargetGroup
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.values import IPV4_FORM


class Addresses(Struct, frozen=True, kw_only=True):
    """A group of addresses, and those of its failing targets that no interface of its VPC has."""

    group: TargetGroup
    gone: tuple[Registered, ...]
    others: bool
    """Whether it has other targets, which are not draining."""
    of_tasks: bool
    """Whether a service of Amazon ECS fills it whose tasks have an interface each: then these addresses are nobody's.

    A pod may have one that its node's interface holds as part of a prefix, and does not list."""


AllAddresses: TypeAlias = tuple[Addresses, ...]
"""One for each group of target type ip that has targets."""


@derivation
def addresses(
    watched: WatchedGroups,
    network_interfaces: Observed[NetworkInterfaces],
    subnets: Observed[Subnets],
    registrars: Registrars,
) -> Iterator[Addresses | Unknown]:
    """Look for each failing address among the interfaces; a gap only where one fails."""
    for item in (each for each in watched if each.group.target_type == "ip"):
        failing = [one for one in item.targets if is_nobodys(one) and not in_no_subnet(one, subnets)]
        if failing and isinstance(network_interfaces, Unknown):
            yield network_interfaces
            continue
        held = _held(() if isinstance(network_interfaces, Unknown) else network_interfaces.value)
        gone = tuple(one for one in failing if one.target.id not in held)
        staying = [one for one in item.targets if one not in gone and one.state != "draining"]
        services = registrars.services.get(item.group.target_group_arn, ())
        networks = [one.network_configuration for one in services]
        of_tasks = bool(networks) and all(one is not None and one.awsvpc_configuration is not None for one in networks)
        yield Addresses(group=item.group, gone=gone, others=bool(staying), of_tasks=of_tasks)


def is_nobodys(target: Registered) -> bool:
    """Whether a target without an interface fails, and is an address in its group's VPC, whose interfaces are all told.

    Then nothing stands there to which a way could be open or shut.
    """
    return (
        target.group.target_type == "ip"
        and target.failing
        and not target.outside
        and IPV4_FORM.fullmatch(target.target.id) is not None
    )


def _held(interfaces: NetworkInterfaces) -> frozenset[str]:
    every = {one.private_ip_address for one in interfaces}
    return frozenset(every | {each.private_ip_address for one in interfaces for each in one.private_ip_addresses})
