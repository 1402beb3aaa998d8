"""Builders of what was seen on the wire at one node of the load balancer."""

from __future__ import annotations

from typing import Any

from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.wire import AddressProbe, Exchange, PortProbe, Probes, Tcp
from tests.support.build_net import node

NODE = "198.51.100.10"
PARKING = "203.0.113.80"
ALB = "awselb/2.0"
HOST = "shop.example"


def exchange(url: str, status: int | None = 200, *, address: str = NODE, body: str = "", **headers: str) -> Exchange:
    """One request and its answer; header names are keywords: `location`, `server`."""
    return Exchange(
        url=url,
        address=address,
        port=443 if url.startswith("https") else 80,
        status=status,
        headers=tuple(headers.items()),
        body_start=body,
        failure="" if status else "timeout",
    )


def address_probe(
    http: tuple[Exchange, ...] = (), https: tuple[Exchange, ...] = (), address: str = NODE
) -> AddressProbe:
    """One address with both ports open."""
    return AddressProbe(
        address=address,
        port_80=PortProbe(port=80, tcp=Tcp.OPEN),
        port_443=PortProbe(port=443, tcp=Tcp.OPEN),
        http=http,
        https=https,
    )


def web(*probes: AddressProbe, addresses: tuple[str, ...] = ()) -> dict[str, Any]:
    """Probes, the DNS answers that name just these addresses, and the balancer's node."""
    given = addresses or tuple(probe.address for probe in probes)
    return {
        "probes": Probes(host=HOST, addresses=probes),
        "host_answers": HostAnswers(host=HOST, zone=HOST, a=(), aaaa=(), addresses=given),
        "network_interfaces": (node(NODE),),
    }
