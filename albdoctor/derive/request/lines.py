"""Hops, probes and rules as lines of evidence."""

from __future__ import annotations

from albdoctor.derive import asked
from albdoctor.derive.routing.routes import Hop, Outcome, Route
from albdoctor.facts.elb import Listener
from albdoctor.facts.wire import Exchange


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
        return asked.listeners_for(hop.request.url), "no listener"
    return route_told(hop.request.url, hop.listener, hop.route, hop.outcome)


def route_told(url: str, listener: Listener, route: Route | None, outcome: Outcome | None) -> tuple[str, str]:
    """Write an evaluated rule as evidence."""
    evaluated = asked.rule(listener, route.rule if route else None, url)
    return evaluated, outcome_told(outcome) if outcome else "not described"


def exchange_told(exchange: Exchange) -> tuple[str, str]:
    """Write an exchange as evidence: "GET URL at ADDRESS" and "301 -> LOCATION (server awselb/2.0)"."""
    request = asked.exchange(exchange)
    if exchange.status is None:
        return request, exchange.failure
    target = f" -> {exchange.header('location')}" if exchange.header("location") else ""
    server = f" (server: {exchange.header('server')})" if exchange.header("server") else ""
    return request, f"{exchange.status}{target}{server}"
