"""Whether a request for the host arrives anyway: the guard against calling a working site broken."""

from __future__ import annotations

from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.elb import Leads
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.wire import AddressProbe, Probes


def leads_to_balancer(leads: Observed[Leads]) -> bool:
    """Whether DNS itself is known to lead to a load balancer of the account."""
    return isinstance(leads, Known) and any(lead.live and lead.load_balancer_arn for lead in leads.value)


def may_lead_to_balancer(leads: Observed[Leads], answers: Observed[HostAnswers]) -> bool:
    """Whether the name has addresses, and nobody could see whether they are a load balancer's of the account."""
    return isinstance(leads, Unknown) and isinstance(answers, Known) and bool(answers.value.addresses)


def answers_over_https(answers: Observed[HostAnswers], probes: Observed[Probes]) -> bool:
    """Whether an address that the name leads to answers the request over verified TLS without a server error.

    Probes hold the balancer's own addresses too, where the name does not lead to them: those prove nothing here.
    """
    if isinstance(answers, Unknown) or isinstance(probes, Unknown):
        return False
    return any(_answers(probe) for probe in probes.value.addresses if probe.address in answers.value.addresses)


def _answers(probe: AddressProbe) -> bool:
    verified = probe.with_sni is not None and probe.with_sni.verify_code == 0
    return verified and any(hop.status is not None and hop.status < 500 for hop in probe.https)
