"""Addresses of the name that are none of its load balancer's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.entrances import Entrances, Front
from albdoctor.derive.request.outcome import of_family
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.ec2 import NetworkInterfaces
from albdoctor.facts.elb import How, Leads, LoadBalancer, LoadBalancers
from albdoctor.facts.known import Known, Observed

BY_NAME = (How.ALIAS, How.RECORD, How.CNAME, How.BEHIND)
IPV4_ONLY = "ipv4"


class Stranger(Struct, frozen=True, kw_only=True):
    """An address of the name, and the load balancer that visitors of its other addresses meet."""

    address: str
    balancer: LoadBalancer


Strangers: TypeAlias = tuple[Stranger, ...]


@derivation
def strangers(entrances: Entrances, load_balancers: LoadBalancers, host_answers: HostAnswers) -> Strangers:
    """Give each IPv6 address of the name, where every load balancer that it leads to is known to have none."""
    met = [one for one in load_balancers if one.load_balancer_arn in entrances.live]
    known = len(met) == len(entrances.live) and all(one.ip_address_type == IPV4_ONLY for one in met)
    if entrances.front is not Front.BALANCER or not met or not known:
        return ()
    return tuple(Stranger(address=one, balancer=met[0]) for one in sorted(of_family(host_answers.addresses, 6)))


class Theirs(Struct, frozen=True, kw_only=True):
    """Whose the addresses of the name are, where it leads to a load balancer by address alone, or not at all."""

    balancer: LoadBalancer | None = None
    """The load balancer that is meant; None: it is not known which."""
    own: frozenset[str] = frozenset()
    """The addresses that were seen to be a load balancer's."""
    looked_up: frozenset[str] = frozenset()
    """The addresses of which it was asked whose they are."""

    def others(self, addresses: Iterable[str]) -> tuple[str, ...]:
        """Those of the addresses that another server has; none where that is not known."""
        return tuple(one for one in addresses if one in self.looked_up - self.own) if self.balancer else ()


@derivation
def theirs(
    leads: Observed[Leads],
    load_balancers: Observed[LoadBalancers],
    network_interfaces: Observed[NetworkInterfaces],
    entrances: Observed[Entrances],
    host_answers: Observed[HostAnswers],
) -> Theirs:
    """Say whose the addresses are; a name that leads to the load balancer by its name has the load balancer's.

    Owners are looked up by what the name's own servers answered: of an address that only resolvers told, nobody knows.
    """
    if not (isinstance(leads, Known) and isinstance(load_balancers, Known) and isinstance(network_interfaces, Known)):
        return Theirs()
    direct = isinstance(entrances, Known) and entrances.value.front is Front.BALANCER
    by_name = any(one.how in BY_NAME for one in leads.value)
    if not direct or by_name or len(load_balancers.value) != 1:
        return Theirs()
    own = frozenset(one.name for one in leads.value if one.how is How.ADDRESS)
    told = frozenset(host_answers.value.addresses) if isinstance(host_answers, Known) else frozenset[str]()
    return Theirs(balancer=load_balancers.value[0], own=own, looked_up=told)
