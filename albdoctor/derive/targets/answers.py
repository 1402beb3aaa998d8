"""Good answers that came from a target, in spite of what health checks say."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.functions import Functions
from albdoctor.derive.request.redirect_loops import by_balancer
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.wire import Exchange, Probes


class TargetAnswers(Struct, frozen=True, kw_only=True):
    """What targets answered to https://host/path; empty also when nobody asked."""

    good: tuple[Exchange, ...]


@derivation
def target_answers(probes: Observed[Probes], functions: Functions) -> TargetAnswers:
    """Give the good answers that a target, not the load balancer itself, has given."""
    addresses = probes.value.addresses if isinstance(probes, Known) else ()
    firsts = (address.https[0] for address in addresses if address.https)
    return TargetAnswers(
        good=tuple(
            one
            for one in firsts
            if one.status is not None and 200 <= one.status < 400 and (functions.made(one) or not by_balancer(one))
        )
    )
