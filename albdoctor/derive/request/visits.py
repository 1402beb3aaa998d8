"""The scanned URL at each load balancer: which listener and rule take the request, and where redirects lead it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.once import once
from albdoctor.derive.request.serving import Alb, Albs
from albdoctor.derive.routing.conditions import request_of
from albdoctor.derive.routing.routes import Hop, hop_of, journey, rules_of
from albdoctor.facts.elb import Action, Listeners, LoadBalancer, Rules
from albdoctor.facts.snapshot import Scan

Journey: TypeAlias = tuple[Hop, ...]


class Visit(Struct, frozen=True, kw_only=True):
    """The scanned URL at one load balancer. Nothing is evaluated before it is asked for."""

    scan: Scan
    alb: Alb
    rules: Rules

    @property
    def answer(self) -> Hop:
        """What the HTTPS listener makes of the scanned URL itself."""
        return hop_of(request_of(self.scan.url), self.alb.listeners, self.rules)

    @property
    def journeys(self) -> Iterator[Journey]:
        """The journeys of the scanned URL, over https and over http."""
        for protocol in ("https", "http"):
            yield _journey(f"{protocol}://{self.scan.host}{self.scan.path}", self.alb.listeners, self.rules)

    @property
    def serving_group(self) -> str | None:
        """ARN of the group that serves the host today, or the only one that is forwarded to; None: unclear."""
        for hops in self.journeys:
            effect = hops[-1].effect
            if effect is not None and effect.groups:
                return max(effect.groups, key=lambda group: group.weight or 0).target_group_arn
        arns = dict.fromkeys(group.target_group_arn for action in self._actions() for group in action.groups)
        return next(iter(arns)) if len(arns) == 1 else None

    def _actions(self) -> Iterable[Action]:
        """The actions of every rule, and of the listeners themselves."""
        for listener in self.alb.listeners:
            for rule in rules_of(listener, self.rules):
                yield from rule.actions
        for listener in self.alb.listeners:
            yield from listener.default_actions


Visits: TypeAlias = tuple[Visit, ...]


@derivation
def visits_to_each(scan: Scan, albs: Albs, rules: Rules) -> Iterator[Visit]:
    """Bring the scanned URL to each load balancer."""
    for alb in albs:
        yield Visit(scan=scan, alb=alb, rules=rules)


def visit_to(balancer: LoadBalancer, visits: Visits) -> Visit | None:
    """The scanned URL at one of the load balancers; None: too little is known of it, which is a gap of the visits."""
    return next((visit for visit in visits if visit.alb.ref == balancer.ref), None)


@once
def _journey(url: str, listeners: Listeners, rules: Rules) -> Journey:
    return journey(url, listeners, rules)
