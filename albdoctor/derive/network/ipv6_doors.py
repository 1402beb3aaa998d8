"""What keeps clients with IPv6 from load balancers that have addresses of both versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.needs import derivation
from albdoctor.derive.network.acls import EPHEMERAL, entries_seen, not_understood
from albdoctor.derive.network.blocks import Direction
from albdoctor.derive.network.client_acls import DoorAcls, Gate, gate_of
from albdoctor.derive.network.clients import Clients, Ingress
from albdoctor.derive.network.reach import acl_of
from albdoctor.derive.network.subnet_routes import RoutedSubnets, default_route, public_subnet
from albdoctor.derive.request.serving import Albs, is_open
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Known, Observed

DUAL_STACK = "dualstack"
HTTPS = 443


class Ipv6Door(Struct, frozen=True, kw_only=True):
    """A dual-stack load balancer, and what was seen to shut port 443 to IPv6 alone."""

    balancer: LoadBalancer
    shut: tuple[tuple[str, str], ...]
    """Who was asked, and what it said; empty: nothing that was seen."""


Ipv6Doors: TypeAlias = tuple[Ipv6Door, ...]


@derivation
def ipv6_doors(
    albs: Albs, ingress: Observed[Ingress], acls: Observed[DoorAcls], routed: Observed[RoutedSubnets]
) -> Iterator[Ipv6Door]:
    """Give each internet-facing dual-stack load balancer with a listener on 443."""
    for alb in albs:
        balancer = alb.balancer
        if is_open(balancer) and balancer.ip_address_type == DUAL_STACK and alb.listener_on(HTTPS):
            groups = _groups(balancer, ingress.value) if isinstance(ingress, Known) else ()
            borders = _borders(balancer, acls.value) if isinstance(acls, Known) else ()
            routes = _routes(balancer, routed.value) if isinstance(routed, Known) else ()
            yield Ipv6Door(balancer=balancer, shut=(*groups, *borders, *routes))


def _groups(balancer: LoadBalancer, ingress: Ingress) -> Iterator[tuple[str, str]]:
    """The security groups, where they let the IPv4 internet in: whom they keep out in both is told elsewhere."""
    if ingress.clients(balancer, HTTPS) is Clients.WORLD and ingress.lacks_ipv6(balancer, HTTPS):
        yield asked.security_groups(*balancer.security_groups), ingress.rules_seen(balancer)


def _borders(balancer: LoadBalancer, acls: DoorAcls) -> Iterator[tuple[str, str]]:
    passages: tuple[tuple[Direction, tuple[int, int]], ...] = (("in", (HTTPS, HTTPS)), ("out", EPHEMERAL))
    for zone in balancer.availability_zones:
        acl = acl_of(acls.network, zone.subnet_id)
        for direction, ports in passages if acl and not not_understood(acl) else ():
            if acl and gate_of(acl, direction, ports, 6) is Gate.CLOSED < gate_of(acl, direction, ports, 4):
                yield asked.network_acl(acl.network_acl_id, direction), entries_seen(acl, direction, 6)


def _routes(balancer: LoadBalancer, routed: RoutedSubnets) -> Iterator[tuple[str, str]]:
    for zone in balancer.availability_zones:
        if public_subnet(routed, zone.subnet_id, 6) is False and public_subnet(routed, zone.subnet_id, 4):
            yield asked.route_table(zone.subnet_id), default_route(routed, zone.subnet_id, 6)
