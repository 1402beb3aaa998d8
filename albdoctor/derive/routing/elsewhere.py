"""Where else on a load balancer a host is named: rules of its other listeners that send it to target groups."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.derive.asked import endpoint
from albdoctor.derive.routing.actions import in_order
from albdoctor.derive.routing.conditions import Request
from albdoctor.derive.routing.host_rules import all_hosts
from albdoctor.derive.routing.overlap import takes_host
from albdoctor.derive.routing.routes import Hop, effect_of, hop_of
from albdoctor.facts.arn import Arn
from albdoctor.facts.elb import Listeners, Rule, Rules
from albdoctor.facts.elb_actions import Action
from albdoctor.facts.numbers import whole


class Elsewhere(Struct, frozen=True, kw_only=True):
    """A rule of another listener that takes requests for the host and forwards them."""

    where: str
    """Its listener and number: "HTTP:80, rule 5"."""
    rule: Rule
    forward: Action
    for_all: bool
    """It looks at nothing but the host, every client's request comes to it, and none has to log in."""

    @property
    def words(self) -> str:
        """Write it down in one line, with the groups."""
        return f"{self.where} -> {group_names(self.forward)}"


NOBODYS = "any.invalid"
"""A host that a rule takes only if it takes every host (RFC 6761)."""


def named_elsewhere(hop: Hop, listeners: Listeners, rules: Rules) -> tuple[Elsewhere, ...]:
    """What the other listeners of a load balancer make of the same request, where a rule of theirs names its host."""
    found: list[Elsewhere] = []
    for listener in listeners:
        if listener == hop.listener:
            continue
        request: Request = replace(hop.request, protocol=listener.protocol.lower(), port=listener.port)
        there = hop_of(request, (listener,), rules)
        if there.route is None or there.effect is None or there.effect.kind != "forward":
            continue
        rule = there.route.rule
        if takes_host(rule, request) and not takes_host(rule, replace(request, host=NOBODYS)):
            fields = {condition.field for condition in rule.conditions}
            found.append(
                Elsewhere(
                    where=f"{endpoint(listener)}, rule {rule.priority}",
                    rule=rule,
                    forward=in_order(rule.actions)[-1],
                    for_all=fields == {"host-header"} and there.route.certain and not there.effect.authenticates,
                )
            )
    return tuple(found)


def rule_words(rule: Rule, request: Request) -> str:
    """Write a rule down in one line: its number, its hosts, and the groups that it forwards to."""
    groups = group_names(in_order(rule.actions)[-1]) if effect_of(request, rule.actions).kind == "forward" else "-"
    return f"rule {rule.priority} ({', '.join(all_hosts(rule))}) -> {groups}"


def group_names(forward: Action) -> str:
    """The names of the target groups of a forward action."""
    names = (Arn.of(group.target_group_arn).resource.split("/") for group in forward.groups)
    return ", ".join(name[1] if len(name) > 1 else name[0] for name in names)


def are_one_site(host: str, others: Iterable[str]) -> bool:
    """Whether one of the names is the same with or without www."""
    return bool({f"www.{host}", host.removeprefix("www.")} - {host} & {other.lower() for other in others})


def free_priority(listener_arn: str, rules: Rules) -> int:
    """A number behind those of the rules of a listener, or the first that is free."""
    taken = {whole(one.priority) or 0 for one in rules_of_arn(listener_arn, rules)}
    behind = max(taken, default=0) + 1
    return behind if behind <= LAST_PRIORITY else next(number for number in count(1) if number not in taken)


LAST_PRIORITY = 50000
"""API reference, CreateRule."""


def rules_of_arn(listener_arn: str, rules: Rules) -> tuple[Rule, ...]:
    """The rules of a listener that have a number."""
    return tuple(one for one in rules if one.listener_arn == listener_arn and whole(one.priority) is not None)
