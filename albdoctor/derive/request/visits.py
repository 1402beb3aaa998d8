"""The scanned URL at each load balancer: which listener and rule take the request, and where redirects lead it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.derive.needs import derivation
from albdoctor.derive.once import once
from albdoctor.derive.request.serving import Alb, Albs
from albdoctor.derive.routing.actions import in_order
from albdoctor.derive.routing.conditions import request_of
from albdoctor.derive.routing.routes import Hop, hop_of, journey, loop, rules_of
from albdoctor.facts.elb import Listener, Listeners, LoadBalancer, Rule, Rules
from albdoctor.facts.elb_actions import Action
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
    def goes_round(self) -> bool:
        """Whether the redirects of the load balancer lead the scanned URL back, over https or over http."""
        return any(loop(hops) for hops in self.journeys)

    def after(self, rule: Rule, action: Action) -> Visit:
        """The visit if this were the only action of the rule."""
        rules = tuple(replace(one, actions=(action,)) if one.ref == rule.ref else one for one in self.rules)
        return replace(self, rules=rules)

    def with_listener(self, listener: Listener) -> Visit:
        """The visit if the load balancer had this listener: one more, or in the place of the one with its ARN."""
        arn = listener.listener_arn
        default = Rule(
            rule_arn=arn,
            priority="default",
            is_default=True,
            actions=listener.default_actions,
            listener_arn=arn,
        )
        kept = (one for one in self.rules if one.listener_arn != arn or not one.is_default)
        others = (one for one in self.alb.listeners if one.listener_arn != arn)
        alb = replace(self.alb, listeners=(*others, listener))
        return replace(self, alb=alb, rules=(*kept, default))

    @property
    def serving_forward(self) -> Action | None:
        """The forward that serves the host today, weights and stickiness in it, or the only one there is.

        None: unclear, or a login stands before it, which a forward elsewhere would take out of the way.
        """
        for hops in self.journeys:
            last = hops[-1]
            if last.route is not None and last.effect is not None and last.effect.groups:
                return None if last.effect.authenticates else in_order(last.route.rule.actions)[-1]
        lists = [(list_, group) for list_ in self._actions() for one in list_ for group in one.groups]
        arns = dict.fromkeys(group.target_group_arn for _, group in lists)
        if len(arns) != 1 or any(len(list_) > 1 for list_, _ in lists):
            return None
        return Action(type="forward", target_group_arn=next(iter(arns)))

    def _actions(self) -> Iterable[tuple[Action, ...]]:
        """The lists of actions of every rule, and of the listeners themselves."""
        for listener in self.alb.listeners:
            for rule in rules_of(listener, self.rules):
                yield rule.actions
        for listener in self.alb.listeners:
            yield listener.default_actions


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
