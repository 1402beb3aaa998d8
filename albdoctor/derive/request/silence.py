"""Connection attempts that nobody answers, and whether anything that was seen on the way would drop them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.client_acls import DoorAcls, version_of
from albdoctor.derive.network.clients import Clients, Ingress
from albdoctor.derive.network.edge_firewalls import EdgeFirewalls
from albdoctor.derive.network.internet_firewall import InternetFirewalls
from albdoctor.derive.network.public_access import PublicAccesses
from albdoctor.derive.network.subnet_routes import RoutedSubnets, public_subnet
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.request.serving import Alb, Albs, is_open
from albdoctor.derive.targets.counters import Counters
from albdoctor.facts.known import Known, Observed, Ref
from albdoctor.facts.wire import Probes, Tcp

REQUESTS = "RequestCount"
"""CloudWatch's counter of the requests that a load balancer took."""


class Silence(Struct, frozen=True, kw_only=True):
    """What is known where port 443 does not answer."""

    total: bool = False
    """Every address of the name that could be tried leaves connection attempts to 443 unanswered."""
    on_both_ports: bool = False
    """The same of port 80: nothing that this machine sends is answered."""
    open: frozenset[Ref] = frozenset()
    """Load balancers of the way that nothing seen keeps clients from: active, their groups, ACLs and routes open."""
    healthy: bool = False
    """Every group of the way has healthy targets, and none that fails."""
    counted: Mapping[str, float] = {}
    """Requests that CloudWatch counted lately, by the name of the load balancer; only those that it counted."""
    hours: float = 0.0

    @property
    def unexplained(self) -> bool:
        """Whether nothing that was seen of the way drops what nobody answers: this machine's own network may."""
        return self.total and self.on_both_ports and bool(self.open) and self.healthy


@derivation
def silence(
    scene: Scene,
    probes: Observed[Probes],
    albs: Observed[Albs],
    ingress: Observed[Ingress],
    acls: Observed[DoorAcls],
    routed: Observed[RoutedSubnets],
    accesses: Observed[PublicAccesses],
    firewalls: Observed[InternetFirewalls],
    edges: Observed[EdgeFirewalls],
    counters: Counters,
) -> Silence:
    """Put together what is known of connection attempts that nobody answers."""
    named = {one.address for one in scene.requested.at}
    known = probes.value.addresses if isinstance(probes, Known) else ()
    tried = [one for one in known if one.address in named and one.port_443.tcp is not Tcp.UNREACHABLE]
    total = bool(tried) and all(one.port_443.tcp is Tcp.SILENT for one in tried)
    if not total:
        return Silence()
    way = [one for one in (albs.value if isinstance(albs, Known) else ()) if scene.way.of(one.ref) is Place.ON_THE_WAY]
    blocked = {one.balancer.ref for one in (accesses.value if isinstance(accesses, Known) else ()) if one.blocked}
    blocked |= {one.balancer.ref for one in (firewalls.value if isinstance(firewalls, Known) else ()) if one.shut}
    blocked |= {one.balancer.ref for one in (edges.value if isinstance(edges, Known) else ()) if one.ways}
    doors = {
        alb.ref for alb in way if scene.live and alb.ref not in blocked and _stands_open(alb, ingress, acls, routed)
    }
    counted = {one.name: counters.totals.get((REQUESTS, one.balancer.load_balancer_arn), 0.0) for one in way}
    return Silence(
        total=True,
        on_both_ports=all(one.port_80.tcp is Tcp.SILENT for one in tried),
        open=frozenset(doors) if len(doors) == len(way) else frozenset(),
        healthy=scene.all_healthy,
        counted={name: total for name, total in counted.items() if total},
        hours=counters.hours,
    )


def _stands_open(
    alb: Alb, ingress: Observed[Ingress], acls: Observed[DoorAcls], routed: Observed[RoutedSubnets]
) -> bool:
    """Whether everything on the way to port 443 was seen, and seen to be open."""
    if not (isinstance(ingress, Known) and isinstance(acls, Known) and isinstance(routed, Known)):
        return False
    balancer = alb.balancer
    return (
        is_open(balancer)
        and balancer.state.code == "active"
        and alb.https_listener is not None
        and ingress.value.clients(balancer, 443) is Clients.WORLD
        and acls.value.barriers(balancer, 443) == ()
        and all(
            public_subnet(routed.value, zone.subnet_id, version_of(balancer)) for zone in balancer.availability_zones
        )
    )
