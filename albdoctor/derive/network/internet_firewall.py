"""What an Automated Internet Firewall does for the subnets of internet-facing load balancers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.blocks import missing, undecided
from albdoctor.derive.request.own_probes import OwnProbes
from albdoctor.derive.request.serving import ApplicationBalancers, is_open
from albdoctor.facts.ec2 import NetworkInterfaces, Subnets
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import UNHEARD_OF, Known, Observed, Unknown
from albdoctor.facts.wire import Tcp

OUTBOUND_ONLY = "outbound-only"
ADMITTING = ("flexible", "bidirectional", "exclude", "az-unsupported")
"""A node of an internet-facing load balancer has a public address, which is what flexible asks for."""


class InternetFirewall(Struct, frozen=True, kw_only=True):
    """An internet-facing load balancer behind an Automated Internet Firewall, and the treatment of its subnets."""

    balancer: LoadBalancer
    treatments: Mapping[str, str]
    """By subnet."""
    reached: frozenset[str] = frozenset()
    """The subnets of nodes that were seen to answer a connection from the internet."""

    @property
    def shut(self) -> tuple[str, ...]:
        """The subnets into which no connection of a visitor gets, unless it was seen to."""
        told = (id_ for id_, treatment in self.treatments.items() if treatment == OUTBOUND_ONLY)
        return tuple(id_ for id_ in told if id_ not in self.reached)


InternetFirewalls: TypeAlias = tuple[InternetFirewall, ...]


@derivation
def internet_firewalls(
    balancers: ApplicationBalancers,
    subnets: Subnets,
    network_interfaces: Observed[NetworkInterfaces],
    probes: Observed[OwnProbes],
) -> Iterator[InternetFirewall | Unknown]:
    """Give each internet-facing load balancer in whose subnets a firewall is told, and what is not known of one."""
    described = {subnet.subnet_id: subnet.network_firewall_connectivity_type for subnet in subnets}
    nodes = network_interfaces.value if isinstance(network_interfaces, Known) else ()
    answering = frozenset(_answering(probes))
    reached = frozenset(node.subnet_id for node in nodes if node.public_ip in answering)
    for balancer in filter(is_open, balancers):
        ids = [zone.subnet_id for zone in balancer.availability_zones]
        treatments = {id_: described.get(id_, "") for id_ in ids}
        yield from (missing("ec2:DescribeSubnets", id_) for id_ in ids if id_ not in described)
        yield from (_gap(id_, told) for id_, told in treatments.items() if told not in ("", OUTBOUND_ONLY, *ADMITTING))
        if any(treatments.values()):
            yield InternetFirewall(balancer=balancer, treatments=treatments, reached=reached)


def _gap(id_: str, told: str) -> Unknown:
    return undecided("ec2:DescribeSubnets", f"NetworkFirewallConnectivityType {told} of {id_} {UNHEARD_OF}")


def _answering(probes: Observed[OwnProbes]) -> Iterator[str]:
    """Addresses of nodes that were connected to; a refusal proves nothing, since firewalls reject as well."""
    for one in probes.value if isinstance(probes, Known) else ():
        if Tcp.OPEN in (one.probe.port_443.tcp, one.probe.port_80.tcp):
            yield one.probe.address
