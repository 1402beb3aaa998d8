"""Rules beside the one that takes a request: which would take it but for their path, which can never match."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from albdoctor.derive.routing.conditions import Request, condition_holds, holds, host_values
from albdoctor.derive.routing.host_rules import has_host_condition
from albdoctor.derive.routing.routes import effect_of
from albdoctor.facts.arn import group_name
from albdoctor.facts.elb import Condition, Rule
from albdoctor.facts.numbers import whole

PATH, HOST = "path-pattern", "host-header"
Alike: TypeAlias = tuple[str, frozenset[str], frozenset[str]] | None
"""Field, values and regular expressions of a condition."""
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
    return of_host(rule, request) and all(one.field == HOST or _is_every_path(one) for one in rule.conditions)


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


def duplicates(rules: Iterable[Rule]) -> tuple[tuple[Rule, Rule], ...]:
    """The rules of a listener whose conditions are another's, each behind the first of these: it never matches.

    `rules` are in the order in which they are tried. One with a condition that cannot be read is like no other.
    """
    first: dict[frozenset[Alike], Rule] = {}
    pairs: list[tuple[Rule, Rule]] = []
    for rule in rules:
        alike = frozenset(_alike(condition) for condition in rule.conditions)
        if not alike or None in alike:
            continue
        before = first.setdefault(alike, rule)
        if before is not rule:
            pairs.append((before, rule))
    return tuple(pairs)


def forwards_to(rule: Rule) -> tuple[str, ...]:
    """The names of the groups that get requests of a rule; empty: it answers itself, or leads elsewhere."""
    groups = (group for action in rule.actions for group in action.groups if group.weight != 0)
    return tuple(sorted(group_name(group.target_group_arn) for group in groups))


def _alike(condition: Condition) -> Alike:
    """What a condition asks for, however it is written; None: that cannot be read.

    Only path patterns and regular expressions tell upper case from lower (API reference, RuleCondition and its parts).
    """
    values = _values(condition)
    header = condition.http_header_config
    read = getattr(condition, f"{condition.field.replace('-', '_')}_config", None)
    name = header.http_header_name.lower() if condition.field == "http-header" and header else ""
    told = frozenset(value if condition.field == PATH else value.lower() for value in values)
    regexes: frozenset[str] = frozenset(getattr(read, "regex_values", ()))
    return (f"{condition.field} {name}", told, regexes) if told or regexes else None


def _values(condition: Condition) -> tuple[str, ...]:
    """The values of a condition of a field that is known, without regular expressions."""
    match condition.field:
        case "host-header":
            return host_values(condition)
        case "path-pattern":
            return path_patterns(condition)
        case "http-header":
            return condition.http_header_config.values if condition.http_header_config else ()
        case "query-string":
            pairs = condition.query_string_config.values if condition.query_string_config else ()
            return tuple(f"{one.key}={one.value}" for one in pairs)
        case "http-request-method":
            return condition.http_request_method_config.values if condition.http_request_method_config else ()
        case "source-ip":
            return condition.source_ip_config.values if condition.source_ip_config else ()
        case _:
            return ()


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
        if _is_every_path(condition):
            return True
        own = [path_patterns(one) for one in narrow.conditions if one.field == PATH]
        return any(values and set(values) <= set(patterns) for values in own)
    return condition in narrow.conditions


def _is_every_path(condition: Condition) -> bool:
    return condition.field == PATH and not {*EVERYTHING}.isdisjoint(path_patterns(condition))


def path_patterns(condition: Condition) -> tuple[str, ...]:
    """The path patterns of a condition, without the regular expressions."""
    config = condition.path_pattern_config
    return config.values if config and config.values else condition.values


def paths_of(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The path patterns of some rules, each once."""
    conditions = (one for rule in rules for one in rule.conditions if one.field == PATH)
    return tuple(dict.fromkeys(pattern for one in conditions for pattern in path_patterns(one)))


def example_of(patterns: Iterable[str]) -> str:
    """A path that fits one of these patterns, as far as it can be typed; empty: there is none."""
    typed = (re.split(r"[*?]", pattern)[0] for pattern in patterns)
    return next((one for one in typed if one.startswith("/")), "")


def told(rule: Rule) -> str:
    """Write the conditions of a rule down: "host-header shop.example, http-header X-Stage".

    What a header must hold is not told: it may be the secret that a CDN shares with the load balancer.
    """
    return ", ".join(" ".join((one.field, *_shown(one))) for one in rule.conditions)


def _shown(condition: Condition) -> tuple[str, ...]:
    header = condition.http_header_config
    return (header.http_header_name,) if header else _values(condition)
