"""Who takes requests for the host: the Application Load Balancers of the snapshot, and their listeners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NewType, TypeAlias

from msgspec import Struct

from albdoctor.derive.asked import endpoint
from albdoctor.derive.needs import derivation
from albdoctor.derive.once import once
from albdoctor.facts.elb import Listener, Listeners, LoadBalancer, LoadBalancers
from albdoctor.facts.known import UNHEARD_OF, Gap, Ref, Unknown

ApplicationBalancers = NewType("ApplicationBalancers", tuple[LoadBalancer, ...])
"""The Application Load Balancers of the snapshot: those of other types have no rules and speak no HTTP."""


TYPES = ("application", "network", "gateway")
"""API reference, LoadBalancer."""


@derivation
def application_balancers(load_balancers: LoadBalancers) -> ApplicationBalancers | Unknown:
    """Leave out Network and Gateway Load Balancers; one of a type that comes later may have rules too."""
    strange = next((one for one in load_balancers if one.type not in TYPES), None)
    if strange is not None:
        detail = f"{strange.load_balancer_name}: type {strange.type[:50]!r} {UNHEARD_OF}"
        return Unknown(gap=Gap.FAILED, asked="elasticloadbalancing:DescribeLoadBalancers", detail=detail)
    return ApplicationBalancers(albs(load_balancers))


def albs(balancers: LoadBalancers) -> LoadBalancers:
    """The Application Load Balancers among them."""
    return tuple(balancer for balancer in balancers if balancer.type == "application")


class Alb(Struct, frozen=True, kw_only=True):
    """An Application Load Balancer and its listeners."""

    balancer: LoadBalancer
    listeners: Listeners
    """By port."""

    @property
    def ref(self) -> Ref:
        """Name the load balancer."""
        return self.balancer.ref

    @property
    def name(self) -> str:
        """Name of the load balancer."""
        return self.balancer.load_balancer_name

    @property
    def endpoints(self) -> str:
        """Write the listeners down in one line: "HTTP:80, HTTPS:443"."""
        return ", ".join(map(endpoint, self.listeners))

    def listener_on(self, port: int) -> Listener | None:
        """The listener on a port, whatever it speaks."""
        return next((one for one in self.listeners if one.port == port), None)

    @property
    def https_listener(self) -> Listener | None:
        """The listener that `https://host` without a port reaches."""
        listener = self.listener_on(443)
        return listener if listener and listener.protocol == "HTTPS" else None


Albs: TypeAlias = tuple[Alb, ...]


@derivation
def albs_with_listeners(balancers: ApplicationBalancers, listeners: Listeners) -> Iterator[Alb]:
    """Give each load balancer its listeners."""
    for balancer in balancers:
        yield Alb(balancer=balancer, listeners=listeners_of(balancer, listeners))


def listeners_of(balancer: LoadBalancer, listeners: Listeners) -> Listeners:
    """The listeners of one load balancer, by port."""
    return _by_balancer(listeners).get(balancer.load_balancer_arn, ())


@once
def _by_balancer(listeners: Listeners) -> Mapping[str, Listeners]:
    own: dict[str, list[Listener]] = defaultdict(list)
    for listener in sorted(listeners, key=lambda one: one.port):
        own[listener.load_balancer_arn].append(listener)
    return {arn: tuple(here) for arn, here in own.items()}


def is_open(balancer: LoadBalancer) -> bool:
    """Whether a load balancer is internet-facing."""
    return balancer.scheme != "internal"
