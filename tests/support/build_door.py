"""Builders of what stands between clients and the load balancer: a sound door, and what was tried at it."""

from __future__ import annotations

from typing import Any

from albdoctor.facts.elb import How
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import AddressProbe, PortProbe, Probes, Tcp
from tests.support.build import balancer, facts, group, listener, rule, target
from tests.support.build_dns import DOMAIN, host_answers, lead
from tests.support.build_net import network_facts
from tests.support.build_targets import health

NODES = ("198.51.100.10", "198.51.100.11")


def tried(address: str, port_443: Tcp = Tcp.SILENT, port_80: Tcp = Tcp.SILENT) -> AddressProbe:
    """An address at which connections were tried, and nothing else."""
    return AddressProbe(
        address=address, port_80=PortProbe(port=80, tcp=port_80), port_443=PortProbe(port=443, tcp=port_443)
    )


def silent(port_80: Tcp = Tcp.SILENT) -> dict[str, Any]:
    """Nobody answers on port 443 of either node."""
    return {"probes": Probes(host=DOMAIN, addresses=tuple(tried(one, port_80=port_80) for one in NODES))}


def door(**groups: Any) -> Facts:
    """A load balancer that everything lets clients to, with a healthy target; nothing was tried."""
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(80), listener()),
        "rules": (rule(port=80), rule()),
        "target_groups": (group(),),
        "groups_health": health(target()),
        "leads": (lead(How.ADDRESS, name=NODES[0]), lead(How.ADDRESS, name=NODES[1])),
        "host_answers": host_answers(*NODES),
        **network_facts(),
    }
    return facts(**(base | groups))
