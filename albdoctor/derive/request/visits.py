"""The scanned URL at each load balancer: which listener and rule take the request, and where redirects lead it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.derive.needs import derivation
from albdoctor.derive.once import once
from albdoctor.derive.request.serving import Alb, Albs
from albdoctor.derive.routing.actions import in_order
from albdoctor.derive.routing.conditions import request_of
from albdoctor.derive.routing.overlap import takes_whole_host
from albdoctor.derive.routing.routes import Hop, hop_of, journey, loop, rules_of, undecided
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
    def goes_round(self) -> bool | None:
        """Whether the redirects of the load balancer lead the scanned URL back, over https or over http.

        None: not known, for rules on the way were not described or depend on the client.
        """
        journeys = tuple(self.journeys)
        if any(loop(hops) for hops in journeys):
            return True
        return None if any(undecided(hops) for hops in journeys) else False

    def after(self, rule: Rule, action: Action) -> Visit:
        """The visit if this were the only action of the rule."""
        rules = tuple(replace(one, actions=(action,)) if one.ref == rule.ref else one for one in self.rules)
        return replace(self, rules=rules)

    def with_listener(self, listener: Listener) -> Visit:
        """The visit if the load balancer had this listener: one more, or in the place of the one with its ARN.

        One whose rules were not described stays so.
        """
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
        is_new = all(one.listener_arn != arn for one in self.alb.listeners)
        described = is_new or any(one.is_default and one.listener_arn == arn for one in self.rules)
        return replace(self, alb=alb, rules=(*kept, default) if described else tuple(self.rules))

    @property
    def serving_forward(self) -> Action | None:
        """The forward that is shown to serve the whole host, weights and stickiness in it.

        Shown by the rule that takes the scanned URL today, over https or http; else by a rule of any listener, if the
        load balancer has one group alone. A rule for another host, for some paths or for some clients shows nothing of
        this host. None: nothing shows it, or a login stands before it, which a forward elsewhere would take out of the
        way.
        """
        for hops in self.journeys:
            last = hops[-1]
            if last.route is not None and last.effect is not None and last.effect.groups:
                shown = takes_whole_host(last.route.rule, last.request) and not last.effect.authenticates
                return in_order(last.route.rule.actions)[-1] if shown else None
        if not all(any(rule.is_default for rule in rules_of(one, self.rules)) for one in self.alb.listeners):
            return None  # of a listener that nobody described, another group may be
        rules = [rule for listener in self.alb.listeners for rule in rules_of(listener, self.rules)]
        forwards = [rule for rule in rules if any(one.groups for one in rule.actions)]
        arns = {group.target_group_arn for rule in forwards for one in rule.actions for group in one.groups}
        shown = any(takes_whole_host(rule, request_of(self.scan.url)) for rule in forwards)
        if len(arns) != 1 or not shown or any(len(rule.actions) > 1 for rule in forwards):
            return None
        return Action(type="forward", target_group_arn=next(iter(arns)))


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
