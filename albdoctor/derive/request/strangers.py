"""Addresses of the name that its load balancer cannot have: IPv6 where the load balancer has IPv4 only."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.entrances import Entrances, Front
from albdoctor.derive.request.outcome import of_family
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.elb import LoadBalancer, LoadBalancers

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
