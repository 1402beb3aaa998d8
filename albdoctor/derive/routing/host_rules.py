"""Host-header conditions: which rules have them, whom the default rule turns away, which rule may be meant."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from albdoctor.derive.names import is_under
from albdoctor.derive.routing.conditions import Request, holds, host_of, host_values
from albdoctor.derive.routing.routes import Effect, effect_of
from albdoctor.facts.elb import Rule


def has_host_condition(rule: Rule) -> bool:
    """Whether a rule looks at the host."""
    return any(condition.field == "host-header" for condition in rule.conditions)


def all_hosts(rule: Rule) -> tuple[str, ...]:
    """Every host pattern of a rule, regular expressions too."""
    hosts: list[str] = []
    for condition in rule.conditions:
        if condition.field == "host-header":
            hosts += host_values(condition)
            hosts += condition.host_header_config.regex_values if condition.host_header_config else ()
    return tuple(hosts)


def wildcards_below(rules: Iterable[Rule], request: Request) -> tuple[Rule, ...]:
    """The rules that forward every name below the host, and not the host itself: `*.` stands for a label at least."""
    below = f"*.{request.host}"
    return tuple(one for one in candidates(rules, request) if below in {host.lower() for host in all_hosts(one)})


def turned_away(effect: Effect, domain: str) -> bool:
    """Whether the client gets an answer of the balancer's own that is no page of the site.

    That is a fixed response that is no page, or a redirect out of the domain; one from the apex to www keeps the site
    together.
    """
    if effect.kind == "fixed-response":
        return not 200 <= effect.status < 300
    return effect.kind == "redirect" and not is_under(host_of(effect.url), domain)


def candidates(rules: Iterable[Rule], request: Request) -> tuple[Rule, ...]:
    """The rules that would take the request if they listed its host, and that forward."""
    fitting: list[Rule] = []
    for rule in rules:
        rest = replace(rule, conditions=tuple(one for one in rule.conditions if one.field != "host-header"))
        if holds(rest, request) and effect_of(request, rule.actions).kind == "forward":
            fitting.append(rule)
    return tuple(fitting)
