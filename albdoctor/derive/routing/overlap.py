"""Rules beside the one that takes a request: which would take it but for their path, which can never match."""

from __future__ import annotations

from collections.abc import Iterable

from albdoctor.derive.routing.conditions import Request, condition_holds, holds, host_values
from albdoctor.derive.routing.host_rules import has_host_condition
from albdoctor.derive.routing.routes import effect_of
from albdoctor.facts.elb import Condition, Rule
from albdoctor.facts.numbers import whole

PATH, HOST = "path-pattern", "host-header"
EVERYTHING = ("*", "/*")
"""Path patterns that every path fits."""


def takes_host(rule: Rule, request: Request) -> bool:
    """Whether a rule names the host of a request, by whatever pattern."""
    return has_host_condition(rule) and of_host(rule, request)


def of_host(rule: Rule, request: Request) -> bool:
    """Whether a rule may take requests for the host: its host conditions hold, or it has none."""
    return all(condition_holds(one, request) is not False for one in rule.conditions if one.field == HOST)


def takes_whole_host(rule: Rule, request: Request) -> bool:
    """Whether a rule takes every page of the host from every client: it looks at nothing but the host, if at that."""
    return {one.field for one in rule.conditions} <= {HOST} and of_host(rule, request)


def too_narrow(rules: Iterable[Rule], request: Request) -> tuple[Rule, ...]:
    """The rules that name the host, forward, and would take the request if their path patterns fitted."""
    return tuple(
        rule
        for rule in rules
        if takes_host(rule, request)
        and any(one.field == PATH and condition_holds(one, request) is False for one in rule.conditions)
        and all(condition_holds(one, request) is not False for one in rule.conditions if one.field != PATH)
        and effect_of(request, rule.actions).kind == "forward"
    )


def never_matching(taken: Rule, rules: Iterable[Rule], request: Request) -> tuple[Rule, ...]:
    """The rules for the host of a request that can never match, for the one that takes it has no host and takes all."""
    if not taken.conditions or has_host_condition(taken):
        return ()
    return tuple(
        rule
        for rule in rules
        if _number(rule) > _number(taken)
        and takes_host(rule, request)
        and holds(rule, request)
        and _covers(taken, rule)
        and effect_of(request, rule.actions) != effect_of(request, taken.actions)
    )


def _number(rule: Rule) -> int:
    """Its priority; 0: the default rule, which is no rule of its own."""
    return whole(rule.priority) or 0


def _covers(broad: Rule, narrow: Rule) -> bool:
    """Whether every request that the one would take is taken by the other."""
    return all(_implied(condition, narrow) for condition in broad.conditions)


def _implied(condition: Condition, narrow: Rule) -> bool:
    """Whether a condition holds for all that a rule takes."""
    if condition.field == PATH:
        patterns = path_patterns(condition)
        if set(patterns) & {*EVERYTHING}:
            return True
        own = [path_patterns(one) for one in narrow.conditions if one.field == PATH]
        return any(values and set(values) <= set(patterns) for values in own)
    return condition in narrow.conditions


def path_patterns(condition: Condition) -> tuple[str, ...]:
    """The path patterns of a condition, without the regular expressions."""
    config = condition.path_pattern_config
    return config.values if config and config.values else condition.values


def paths_of(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The path patterns of some rules, each once."""
    conditions = (one for rule in rules for one in rule.conditions if one.field == PATH)
    return tuple(dict.fromkeys(pattern for one in conditions for pattern in path_patterns(one)))


def told(rule: Rule) -> str:
    """Write the host and path conditions of a rule down: "host-header shop.example, path-pattern /api/*"."""
    parts = [(one.field, host_values(one) if one.field == HOST else path_patterns(one)) for one in rule.conditions]
    return ", ".join(" ".join((field, *values)) for field, values in parts)
