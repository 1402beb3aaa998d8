"""Whether a request for the host arrives anyway: the guard against calling a working site broken."""

from __future__ import annotations

from albdoctor.facts.elb import Leads
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.wire import AddressProbe, Probes


def leads_to_balancer(leads: Observed[Leads]) -> bool:
    """Whether DNS itself is known to lead to a load balancer of the account."""
    return isinstance(leads, Known) and any(lead.live and lead.load_balancer_arn for lead in leads.value)


def answers_over_https(probes: Observed[Probes]) -> bool:
    """Whether some address is known to answer the request over verified TLS without a server error."""
    return isinstance(probes, Known) and any(map(_answers, probes.value.addresses))


def _answers(probe: AddressProbe) -> bool:
    verified = probe.with_sni is not None and probe.with_sni.verify_code == 0
    return verified and any(hop.status is not None and hop.status < 500 for hop in probe.https)
