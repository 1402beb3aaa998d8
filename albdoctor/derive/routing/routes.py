"""Which rule of a listener takes a request, what becomes of it, and where the balancer's redirects lead.

Rules run by ascending priority, the first match wins, the default rule is last (ELB guide, "Listener rules").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias
from urllib.parse import urlunsplit

from msgspec import Struct

from albdoctor.derive.once import once
from albdoctor.derive.routing.actions import in_order
from albdoctor.derive.routing.conditions import Request, holds, host_values, readable_request, request_of
from albdoctor.facts.elb import Listener, Listeners, Rule, Rules
from albdoctor.facts.elb_actions import Action, TargetGroupTuple
from albdoctor.facts.numbers import whole

MAX_HOPS = 10
"""Browsers give up after 20 redirects; no sound balancer sends anybody on ten times."""
LAST = 1 << 62
"""Behind every priority."""

EffectKind: TypeAlias = Literal["forward", "redirect", "fixed-response", "other"]


class Route(Struct, frozen=True, kw_only=True):
    """The rule that takes a request on a listener."""

    rule: Rule
    doubtful: tuple[Rule, ...] = ()
    """Rules before it that may take the request, depending on the client."""

    @property
    def certain(self) -> bool:
        """Whether every client's request is taken by it."""
        return not self.doubtful

    @property
    def is_default(self) -> bool:
        """No rule with conditions matches."""
        return self.rule.is_default or self.rule.priority == "default"


class Effect(Struct, frozen=True, kw_only=True):
    """What the actions of a rule make of a request."""

    kind: EffectKind
    """other: an action that this evaluator does not know, or none."""
    url: str = ""
    """Where a redirect leads; the protocol's default port is left out."""
    status: int = 0
    """Status of a redirect or of a fixed response."""
    groups: tuple[TargetGroupTuple, ...] = ()
    """Groups of a forward that get requests: those with a weight over zero."""
    authenticates: bool = False
    """An authenticate or JWT action comes first: not everybody gets this far."""


class Hop(Struct, frozen=True, kw_only=True):
    """One request of a journey."""

    request: Request
    listener: Listener | None = None
    """None: no listener speaks this protocol on this port."""
    route: Route | None = None
    """None: no listener, or its rules are not described."""
    effect: Effect | None = None


def route(request: Request, listener: Listener, rules: Rules) -> Route | None:
    """The rule that takes the request; None when the listener's default rule is not among `rules`."""
    doubtful: list[Rule] = []
    for rule in rules_of(listener, rules):
        decision = holds(rule, request)
        if decision:
            return Route(rule=rule, doubtful=tuple(doubtful))
        if decision is None:
            doubtful.append(rule)
    return None


def rules_of(listener: Listener, rules: Rules) -> tuple[Rule, ...]:
    """The rules of a listener in the order in which they are tried."""
    return _by_listener(rules).get(listener.listener_arn, ())


@once
def _by_listener(rules: Rules) -> Mapping[str, Rules]:
    own: dict[str, list[Rule]] = defaultdict(list)
    for rule in sorted(rules, key=_turn):
        own[rule.listener_arn].append(rule)
    return {arn: tuple(tried) for arn, tried in own.items()}


def _turn(rule: Rule) -> int:
    """When a rule is tried; the default rule, and one whose number cannot be read, comes last."""
    priority = whole(rule.priority)
    return LAST if priority is None else priority


def effect_of(request: Request, actions: Iterable[Action]) -> Effect:
    """What the actions of a rule make of a request: the last action, by order, decides."""
    ordered = in_order(actions)
    if not ordered:
        return Effect(kind="other")
    last, authenticates = ordered[-1], len(ordered) > 1
    if last.redirect_config is not None:
        status = _status(last.redirect_config.status_code.removeprefix("HTTP_"))
        return Effect(kind="redirect", url=expand(last, request), status=status, authenticates=authenticates)
    if last.fixed_response_config is not None:
        status = _status(last.fixed_response_config.status_code)
        return Effect(kind="fixed-response", status=status, authenticates=authenticates)
    if last.type == "forward":
        served = tuple(group for group in last.groups if group.weight != 0)
        return Effect(kind="forward", groups=served, authenticates=authenticates)
    return Effect(kind="other", authenticates=authenticates)


def _status(code: str) -> int:
    """Read a status; 0: a value that is none, such as one that comes later."""
    return int(code) if re.fullmatch("[1-5][0-9][0-9]", code) else 0


def expand(action: Action, request: Request) -> str:
    """The URL of a redirect action, its `#{...}` parts taken from the request."""
    config = action.redirect_config
    if config is None:
        return ""
    parts = {
        "#{protocol}": request.protocol,
        "#{host}": request.host,
        "#{port}": str(request.port),
        "#{path}": request.path.removeprefix("/"),
        "#{query}": request.query,
    }

    def filled(text: str) -> str:
        for name, value in parts.items():
            text = text.replace(name, value)
        return text

    protocol = filled(config.protocol.replace("#{protocol}", request.protocol)).lower()
    host, port, path = filled(config.host).lower(), filled(config.port), filled(config.path)
    written = urlunsplit((protocol, f"{host}:{port}", path, filled(config.query), ""))
    readable = readable_request(written)
    return readable.url if readable else written


def listener_for(request: Request, listeners: Listeners) -> Listener | None:
    """The listener that speaks the request's protocol on its port."""
    wanted = (request.protocol.upper(), request.port)
    return next((one for one in listeners if (one.protocol, one.port) == wanted), None)


def journey(url: str, listeners: Listeners, rules: Rules) -> tuple[Hop, ...]:
    """Follow the redirects of one balancer's own rules from a URL, as long as they keep to hosts of this balancer.

    `listeners` are those of one balancer. Ends at an answer, at a host that none of its rules names, where no listener
    or rule is known, where a rule is not certain, or when a request comes for the second time (see `loop`).
    """
    request = request_of(url)
    host, seen = request.host, set[Request]()
    hops: list[Hop] = []
    while len(hops) < MAX_HOPS:
        hop = hop_of(request, listeners, rules)
        hops.append(hop)
        certain = hop.route is not None and hop.route.certain
        if request in seen or not certain or hop.effect is None or hop.effect.kind != "redirect":
            break
        seen.add(request)
        following = readable_request(hop.effect.url)
        if following is None:
            break
        request = following
        if request.host != host and request.host not in _named_hosts(listeners, rules):
            break
    return tuple(hops)


@once
def _named_hosts(listeners: Listeners, rules: Rules) -> frozenset[str]:
    """The hosts that rules of these listeners name in full: their visitors are meant to come here too."""
    every = (rule for listener in listeners for rule in rules_of(listener, rules))
    conditions = (condition for rule in every for condition in rule.conditions if condition.field == "host-header")
    values = (value.lower() for condition in conditions for value in host_values(condition))
    return frozenset(value for value in values if not {"*", "?"} & {*value})


def hop_of(request: Request, listeners: Listeners, rules: Rules) -> Hop:
    """One request at a balancer; `listeners` are those of this one."""
    listener = listener_for(request, listeners)
    taken = route(request, listener, rules) if listener else None
    effect = effect_of(request, taken.rule.actions) if taken else None
    return Hop(request=request, listener=listener, route=taken, effect=effect)


def loop(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """The hops that go round: from the first to the second time of one request, or all when there is no end."""
    if not hops:
        return ()
    first = next(number for number, hop in enumerate(hops) if hop.request == hops[-1].request)
    if first < len(hops) - 1:
        return hops[first:]
    endless = len(hops) == MAX_HOPS and hops[-1].effect is not None and hops[-1].effect.kind == "redirect"
    return hops if endless else ()


def dead_end(hops: tuple[Hop, ...]) -> Hop | None:
    """The last hop of a journey when it redirects, for certain, to a port on which its protocol is not spoken."""
    if len(hops) < 2 or hops[-1].listener is not None:
        return None
    return hops[-2]


def undecided(hops: tuple[Hop, ...]) -> str:
    """Why a journey's end is not known; empty: it is.

    A rule that depends on the client matters only before a redirect: what another rule makes of it leads nobody on.
    """
    if not hops or hops[-1].listener is None:
        return ""
    last = hops[-1]
    if last.route is None or last.effect is None:
        return "a listener's default rule was not described"
    if last.effect.kind == "redirect" and not last.route.certain:
        return "a rule before the redirect depends on the client"
    return ""
