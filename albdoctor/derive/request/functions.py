"""Answers of functions: a load balancer sends them with its own `Server: awselb/2.0`, as those that it makes itself.

Seen on the wire: https://github.com/glassechidna/serverlessish/pull/4 (a function's answer of 200 with that header).
"""

from __future__ import annotations

import re

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.request.redirect_loops import by_balancer
from albdoctor.derive.routing.conditions import readable_request
from albdoctor.derive.routing.routes import hop_of
from albdoctor.facts.elb import LAMBDA, Listeners, Rules, TargetGroups
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.wire import Exchange

OWN_PAGE = re.compile(r"<center><h1>(\d{3}) [^<]+</h1></center>\s*</body>", re.IGNORECASE)
"""The page that a load balancer sends with a status of its own; nginx's has its name between the two."""
OF_THE_BALANCER = frozenset({460, 463, 464, 502, 503, 504, 561})
"""Statuses that tell of the way to the target: a function hardly makes them itself."""


def own_page(exchange: Exchange) -> bool:
    """Whether it is the page of a load balancer's own for its status."""
    page = OWN_PAGE.search(exchange.body_start)
    return page is not None and page[1] == str(exchange.status)


class Functions(Struct, frozen=True, kw_only=True):
    """Which requests go to functions, as far as it is known."""

    groups: TargetGroups = ()
    """Empty: it is not known who gets which request."""
    listeners: Listeners = ()
    rules: Rules = ()

    def made(self, exchange: Exchange) -> bool:
        """Whether a function made an answer that carries the load balancer's `Server`."""
        if not self.groups or exchange.status in OF_THE_BALANCER or own_page(exchange) or not by_balancer(exchange):
            return False
        request = readable_request(exchange.url)
        if request is None:
            return False
        balancers = dict.fromkeys(one.load_balancer_arn for one in self.listeners)
        each = (tuple(one for one in self.listeners if one.load_balancer_arn == arn) for arn in balancers)
        effects = (hop_of(request, own, self.rules).effect for own in each)
        arns = {one.target_group_arn for effect in effects if effect for one in effect.groups}
        return any(one.target_type == LAMBDA for one in self.groups if one.target_group_arn in arns)


NONE = Functions()


@derivation
def functions(
    listeners: Observed[Listeners], rules: Observed[Rules], target_groups: Observed[TargetGroups]
) -> Functions:
    """Gather what tells a function's answer from the load balancer's own."""
    if not (isinstance(listeners, Known) and isinstance(rules, Known) and isinstance(target_groups, Known)):
        return NONE
    return Functions(groups=target_groups.value, listeners=listeners.value, rules=rules.value)
