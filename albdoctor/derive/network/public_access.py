"""What VPC Block Public Access does in the subnets of internet-facing load balancers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.blocks import missing, undecided
from albdoctor.derive.request.serving import ApplicationBalancers, is_open
from albdoctor.facts.ec2 import Subnet, Subnets
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import UNHEARD_OF, Unknown

OFF = "off"
BLOCKING = ("block-ingress", "block-bidirectional")


class PublicAccess(Struct, frozen=True, kw_only=True):
    """An internet-facing load balancer, and the mode in each of its subnets."""

    balancer: LoadBalancer
    modes: Mapping[str, str]
    """By subnet; empty: the facts do not say."""

    @property
    def blocked(self) -> tuple[str, ...]:
        """The subnets into which nothing of the internet gets."""
        return tuple(id_ for id_, mode in self.modes.items() if mode in BLOCKING)

    @property
    def untold(self) -> tuple[str, ...]:
        """The subnets of which the facts do not say."""
        return tuple(id_ for id_, mode in self.modes.items() if not mode)


PublicAccesses: TypeAlias = tuple[PublicAccess, ...]


@derivation
def public_accesses(balancers: ApplicationBalancers, subnets: Subnets) -> Iterator[PublicAccess | Unknown]:
    """Give each internet-facing load balancer the modes of its subnets."""
    described = {subnet.subnet_id: subnet for subnet in subnets}
    for balancer in filter(is_open, balancers):
        ids = [zone.subnet_id for zone in balancer.availability_zones]
        gap = next((gap for id_ in ids if (gap := _gap(id_, described.get(id_)))), None)
        yield gap or PublicAccess(balancer=balancer, modes={id_: _mode(described[id_]) for id_ in ids})


def _gap(id_: str, subnet: Subnet | None) -> Unknown | None:
    if subnet is None:
        return missing("ec2:DescribeSubnets", id_)
    mode = _mode(subnet)
    if mode in ("", OFF, *BLOCKING):
        return None
    return undecided("ec2:DescribeSubnets", f"InternetGatewayBlockMode {mode} of {id_} {UNHEARD_OF}")


def _mode(subnet: Subnet) -> str:
    states = subnet.block_public_access_states
    return states.internet_gateway_block_mode if states else ""
