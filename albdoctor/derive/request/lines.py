"""Hops, probes and rules as lines of evidence: who was asked, and what it said."""

from __future__ import annotations

from typing import TypeAlias

from albdoctor.derive import asked
from albdoctor.derive.routing.conditions import host_of
from albdoctor.derive.routing.routes import Effect, Hop
from albdoctor.facts.arn import group_name
from albdoctor.facts.wire import Exchange

NO_ADDRESS = "no address"
"""Failure of a redirect to a name that has none."""

Line: TypeAlias = tuple[str, str]
"""Who was asked, and what it said."""


def effect_words(effect: Effect | None) -> str:
    """Write what becomes of a request: "redirect 301 -> URL", "fixed-response 404", "forward to NAME"."""
    if effect is None:
        return "not described"
    if effect.kind == "redirect":
        return f"redirect {effect.status} -> {effect.url}"
    if effect.kind == "fixed-response":
        return f"fixed-response {effect.status}"
    names = ", ".join(group_name(group.target_group_arn) for group in effect.groups)
    return f"forward to {names or 'no group'}" if effect.kind == "forward" else "another action"


def hop_line(hop: Hop) -> Line:
    """Write a hop: which rule of which listener was evaluated, and what it does."""
    if hop.listener is None:
        return asked.listeners_for(hop.request.url), "no listener"
    rule = hop.route.rule if hop.route else None
    return asked.rule(hop.listener, rule, hop.request.url), effect_words(hop.effect)


def server_line(exchange: Exchange) -> Line:
    """Write which software an answer names: "200 (server: Apache)"."""
    named = ((name, exchange.header(name)) for name in ("server", "x-powered-by"))
    told = ", ".join(f"{name}: {value}" for name, value in named if value)
    return asked.exchange(exchange), f"{exchange.status} ({told})"


def exchange_line(exchange: Exchange) -> Line:
    """Write an exchange: "GET URL at ADDRESS" and "301 -> LOCATION (server: awselb/2.0)"."""
    if exchange.failure == NO_ADDRESS:
        return asked.dns("A and AAAA", host_of(exchange.url)), exchange.failure
    request = asked.exchange(exchange)
    if exchange.status is None:
        return request, exchange.failure
    target = f" -> {exchange.header('location')}" if exchange.header("location") else ""
    server = f" (server: {exchange.header('server')})" if exchange.header("server") else ""
    return request, f"{exchange.status}{target}{server}"
