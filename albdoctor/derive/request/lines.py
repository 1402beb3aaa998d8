"""Hops, probes and rules as lines of evidence."""

from __future__ import annotations

from albdoctor.derive.routing.routes import Hop, Outcome, Route
from albdoctor.facts.elb import Listener, Rule
from albdoctor.facts.wire import Exchange


def listener_told(listener: Listener) -> str:
    """Write a listener as HTTPS:443."""
    return f"{listener.protocol}:{listener.port}"


def rule_told(rule: Rule) -> str:
    """Write a rule as "default rule" or "rule 10"."""
    return "default rule" if rule.is_default or rule.priority == "default" else f"rule {rule.priority}"


def outcome_told(outcome: Outcome) -> str:
    """Write what becomes of a request: "301 -> URL", "fixed-response 404", "forward to NAME"."""
    if outcome.kind == "redirect":
        return f"redirect {outcome.status} -> {outcome.url}"
    if outcome.kind == "fixed-response":
        return f"fixed-response {outcome.status}"
    names = ", ".join(group.target_group_arn.split("/")[1] for group in outcome.groups)
    return f"forward to {names or 'no group'}" if outcome.kind == "forward" else "another action"


def hop_told(hop: Hop) -> tuple[str, str]:
    """Write a hop as evidence: which rule of which listener was evaluated, and what it does."""
    if hop.listener is None:
        return f"elasticloadbalancing DescribeListeners {hop.request.url}", "no listener"
    return route_told(hop.request.url, hop.listener, hop.route, hop.outcome)


def route_told(url: str, listener: Listener, route: Route | None, outcome: Outcome | None) -> tuple[str, str]:
    """Write an evaluated rule as evidence."""
    which = rule_told(route.rule) if route else "rules"
    asked = f"elasticloadbalancing DescribeRules {listener_told(listener)}, {which}, for {url}"
    return asked, outcome_told(outcome) if outcome else "not described"


def exchange_told(exchange: Exchange) -> tuple[str, str]:
    """Write an exchange as evidence: "GET URL at ADDRESS" and "301 -> LOCATION (server awselb/2.0)"."""
    asked = f"GET {exchange.url} at {exchange.address}"
    if exchange.status is None:
        return asked, exchange.failure
    target = f" -> {exchange.header('location')}" if exchange.header("location") else ""
    server = f" (server: {exchange.header('server')})" if exchange.header("server") else ""
    return asked, f"{exchange.status}{target}{server}"
