"""Whether a request for the host arrives anyway: the guard against calling a working site broken."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.entrances import CDN_HEADERS
from albdoctor.derive.request.outcome import by_cdn
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.elb import Leads, LoadBalancer, LoadBalancers
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.wire import AddressProbe, Probes


class Arrival(Struct, frozen=True, kw_only=True):
    """Whether DNS leads to a load balancer of the account."""

    at_balancer: bool
    """Known to."""
    unseen: Unknown | None = None
    """Why it is not known although the name has addresses: they may be a load balancer's."""


@derivation
def arrival(leads: Observed[Leads], host_answers: Observed[HostAnswers]) -> Arrival:
    """Tell where DNS itself leads, not where the name is meant to lead."""
    if isinstance(leads, Known):
        return Arrival(at_balancer=any(lead.live and lead.load_balancer_arn for lead in leads.value))
    has_addresses = isinstance(host_answers, Known) and bool(host_answers.value.addresses)
    return Arrival(at_balancer=False, unseen=leads if has_addresses else None)


class HttpsAnswer(Struct, frozen=True, kw_only=True):
    """Whether the site was seen to work, wherever its name leads."""

    served: bool
    fronted: bool = False
    """Whether a CDN was seen to answer or to pass the answer on: the name leads to it on purpose."""


@derivation
def https_answer(host_answers: Observed[HostAnswers], probes: Observed[Probes]) -> HttpsAnswer:
    """Tell whether an address that the name leads to answers over verified TLS without a server error.

    Probes hold the balancer's own addresses too, where the name does not lead to them: those prove nothing here.
    """
    if isinstance(host_answers, Unknown) or isinstance(probes, Unknown):
        return HttpsAnswer(served=False)
    named = tuple(one for one in probes.value.addresses if one.address in host_answers.value.addresses)
    hops = (hop for one in named for hop in one.https)
    fronted = any(by_cdn(hop) or any(map(hop.header, CDN_HEADERS)) for hop in hops)
    return HttpsAnswer(served=any(map(_answers, named)), fronted=fronted)


def _answers(probe: AddressProbe) -> bool:
    verified = probe.with_sni is not None and probe.with_sni.verify_code == 0
    return verified and any(hop.status is not None and hop.status < 500 for hop in probe.https)


class IntendedBalancer(Struct, frozen=True, kw_only=True):
    """The load balancer that the name is meant to lead to."""

    balancer: LoadBalancer | None
    """None: no trace names exactly one."""


@derivation
def intended_balancer(load_balancers: LoadBalancers, leads: Leads) -> IntendedBalancer:
    """Find the one Application Load Balancer that the traces of the name point to."""
    named = {lead.load_balancer_arn for lead in leads if lead.load_balancer_arn}
    meant = tuple(one for one in load_balancers if one.load_balancer_arn in named and one.type == "application")
    return IntendedBalancer(balancer=meant[0] if len(meant) == 1 else None)
