"""Probes that say something about a load balancer: of its own addresses, where the host's DNS gives them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.serving import ApplicationBalancers
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.ec2 import NetworkInterfaces
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.wire import AddressProbe, Probes


class OwnProbe(Struct, frozen=True, kw_only=True):
    """A probe of an address of a load balancer's node."""

    balancer: LoadBalancer
    probe: AddressProbe


OwnProbes: TypeAlias = tuple[OwnProbe, ...]


@derivation
def own_probes(
    probes: Probes, host_answers: HostAnswers, balancers: ApplicationBalancers, network_interfaces: NetworkInterfaces
) -> Iterator[OwnProbe]:
    """Give the probes of addresses that the host's own DNS gives and that belong to a node of a load balancer.

    Only these say something about it: with a broken delegation the name leads to a parking page.
    """
    by_node = {f"ELB {balancer.tail}": balancer for balancer in balancers}
    owner = {one.public_ip: by_node[one.description] for one in network_interfaces if one.description in by_node}
    given = set(host_answers.addresses) - {""}
    for probe in probes.addresses:
        if probe.address in given & owner.keys():
            yield OwnProbe(balancer=owner[probe.address], probe=probe)
