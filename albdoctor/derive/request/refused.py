"""Requests that a load balancer refused itself with 403, and what refused them: its web ACL, or a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.functions import Functions
from albdoctor.derive.request.outcome import REFUSED, is_refused
from albdoctor.derive.request.own_probes import OwnProbes
from albdoctor.derive.request.visits import Visits, visit_to
from albdoctor.derive.routing.conditions import readable_request
from albdoctor.derive.routing.routes import Hop, hop_of
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.waf import WebAcl, WebAcls
from albdoctor.facts.wire import Exchange

MOST_RULES = 4
"""So many rules of a web ACL are named."""


class Refusal(Struct, frozen=True, kw_only=True):
    """A request that a load balancer refused."""

    balancer: LoadBalancer
    exchange: Exchange
    hop: Hop
    """What the listener's rules would make of it."""
    acl: Observed[WebAcl | None]
    """None: the load balancer has none."""

    @property
    def by_rule(self) -> bool:
        """Whether the rule that takes the request refuses it itself."""
        return self.hop.effect is not None and self.hop.effect.status == REFUSED


def allows_nothing(acl: WebAcl) -> bool:
    """Whether a web ACL blocks whatever no rule allows, and no rule allows anything; groups may."""
    return acl.default_action == "Block" and all(rule.action in ("Block", "Count") for rule in acl.rules)


def told(acl: WebAcl) -> tuple[str, ...]:
    """What a web ACL does, in AWS's words: its default action, and the rules that may block."""
    blocking = tuple(rule.name for rule in acl.rules if rule.action not in ("Allow", "Count"))
    more = ("...",) if len(blocking) > MOST_RULES else ()
    return (f"DefaultAction {acl.default_action}", *blocking[:MOST_RULES], *more)


Refusals: TypeAlias = tuple[Refusal, ...]


@derivation
def refusals(
    own_probes: OwnProbes, visits: Visits, web_acls: Observed[WebAcls], functions: Functions
) -> Iterator[Refusal]:
    """Give the first request that each load balancer refused, over https, else over http."""
    seen: set[str] = set()
    for own in own_probes:
        arn, visit = own.balancer.load_balancer_arn, visit_to(own.balancer, visits)
        refused = next((one for one in (*own.probe.https, *own.probe.http) if is_refused(one, functions)), None)
        request = readable_request(refused.url) if refused else None
        if refused and request and visit and arn not in seen:
            seen.add(arn)
            hop = hop_of(request, visit.alb.listeners, visit.rules)
            yield Refusal(balancer=own.balancer, exchange=refused, hop=hop, acl=_of(arn, web_acls))


def _of(arn: str, web_acls: Observed[WebAcls]) -> Observed[WebAcl | None]:
    if isinstance(web_acls, Unknown):
        return web_acls
    return Known(next((one for one in web_acls.value if one.load_balancer_arn == arn), None))
