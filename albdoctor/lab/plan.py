"""What a scenario builds: a sound site unless a field says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from albdoctor.lab.apps import Service, plain
from albdoctor.lab.shop import Shop

Change: TypeAlias = Callable[[Shop], object]
"""What happens to the site after it was built."""


@dataclass(frozen=True)
class Group:
    """The target group; `health` holds the health check's arguments of CreateTargetGroup."""

    name: str = "web-http"
    protocol: str = "HTTP"
    port: int = 80
    health: Mapping[str, Any] = field(default_factory=dict[str, Any])


def one_server() -> Mapping[int, Service]:
    """A plain HTTP server on port 80."""
    return {80: plain()}


@dataclass(frozen=True)
class Plan:
    """A shop on one instance behind a load balancer; its domain is held at Gabia, its DNS is in Route 53."""

    domain: str = "shop.example"
    host: str = ""
    """The name that visitors type; empty: the domain itself."""
    group: Group = field(default_factory=Group)
    servers: Mapping[int, Service] = field(default_factory=one_server)
    """The processes of the instance, by port."""
    target_ports: tuple[int, ...] = (80,)
    """Ports of the instance that its security group opens."""
    open_to_world: bool = False
    """To everybody, instead of to the load balancer's security group only."""
    balancer_ports: tuple[int, ...] = (80, 443)
    """Ports that the balancer's security group opens to everybody."""
    internal: bool = False
    """The balancer has private addresses only."""
    private_subnets: bool = False
    """The balancer stands in subnets without a route to the internet gateway."""
    certificate_names: tuple[str, ...] = ()
    """Names on the certificate; empty: the domain and its www."""
    then: tuple[Change, ...] = ()
    """What happens to the site afterwards, in this order."""
    visited: bool = True
    """Clients sent requests before the scan (CloudWatch counted them); False where nothing would answer them."""

    @property
    def scanned(self) -> str:
        """The name that a scan is asked about."""
        return self.host or self.domain
