"""What the printed commands of a fix make of facts: the account as it would be seen after them."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import msgspec
from msgspec.structs import replace

from albdoctor.facts.elb import AttachedCertificate, Condition, Listener, Rule
from albdoctor.facts.elb_actions import Action
from albdoctor.facts.known import Known
from albdoctor.facts.snapshot import Facts

OF_ROUTING = ("modify-rule", "modify-listener", "create-listener", "create-rule")


def applied(facts: Facts, script: str) -> Facts:
    """The facts after the commands of a script that change listeners and rules; of others nothing is known."""
    for line in script.replace("\\\n", " ").splitlines():
        words = shlex.split(line)
        if words[:2] == ["aws", "elbv2"] and words[2] in OF_ROUTING:
            options = {name.removeprefix("--"): value for name, value in zip(words[3::2], words[4::2], strict=True)}
            facts = _changed(facts, words[2], options)
    return facts


def _changed(facts: Facts, command: str, options: dict[str, str]) -> Facts:
    assert isinstance(facts.listeners, Known)
    assert isinstance(facts.rules, Known)
    listeners, rules = facts.listeners.value, facts.rules.value
    if command == "modify-rule":
        rules = tuple(_rule(one, options) if one.rule_arn == options["rule-arn"] else one for one in rules)
    elif command == "modify-listener":
        arn = options["listener-arn"]
        listeners = tuple(_listener(one, options) if one.listener_arn == arn else one for one in listeners)
        rules = tuple(_default(one, options) if one.is_default and one.listener_arn == arn else one for one in rules)
    elif command == "create-rule":
        host = options["conditions"].removeprefix("Field=host-header,Values=")
        made_rule = Rule(
            rule_arn=f"{options['listener-arn']}/made{options['priority']}",
            priority=options["priority"],
            conditions=(Condition(field="host-header", values=(host,)),),
            actions=_actions(options["actions"]),
            listener_arn=options["listener-arn"],
        )
        rules = (*rules, made_rule)
    else:
        made = _made(options)
        default = Rule(
            rule_arn=f"{made.listener_arn}/rule",
            priority="default",
            is_default=True,
            actions=made.default_actions,
            listener_arn=made.listener_arn,
        )
        listeners, rules = (*listeners, made), (*rules, default)
    return replace(facts, listeners=Known(value=listeners), rules=Known(value=rules))


def _rule(rule: Rule, options: dict[str, str]) -> Rule:
    if "conditions" in options:
        rule = replace(rule, conditions=msgspec.convert(json.loads(options["conditions"]), tuple[Condition, ...]))
    return replace(rule, actions=_actions(options["actions"])) if "actions" in options else rule


def _default(rule: Rule, options: dict[str, str]) -> Rule:
    return replace(rule, actions=_actions(options["default-actions"])) if "default-actions" in options else rule


def _listener(listener: Listener, options: dict[str, str]) -> Listener:
    certificates = (AttachedCertificate(certificate_arn=options.get("certificates", "").partition("=")[2]),)
    return replace(
        listener,
        protocol=options.get("protocol", listener.protocol),
        port=int(options.get("port", listener.port)),
        certificates=certificates if "certificates" in options else listener.certificates,
        default_actions=_actions(options["default-actions"])
        if "default-actions" in options
        else listener.default_actions,
    )


def _made(options: dict[str, str]) -> Listener:
    balancer = options["load-balancer-arn"]
    blank = Listener(
        listener_arn=f"{balancer.replace(':loadbalancer/', ':listener/')}/made{options['port']}",
        load_balancer_arn=balancer,
        port=0,
        protocol="",
    )
    return _listener(blank, {"certificates": ""} | options)


def _actions(written: str) -> tuple[Action, ...]:
    """A list of actions as the CLI takes it: JSON, or its shorthand."""
    told: Any = json.loads(written) if written.startswith("[") else [_shorthand(written)]
    return msgspec.convert(told, tuple[Action, ...])


def _shorthand(written: str) -> dict[str, Any]:
    """`Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443}` as JSON would have it."""
    quoted = re.sub(r"([^=,{}]+)=([^,{}]+)", lambda pair: f"{json.dumps(pair[1])}:{json.dumps(pair[2])}", written)
    told: dict[str, Any] = json.loads("{" + re.sub(r"([A-Za-z]+)=\{", r'"\1":{', quoted) + "}")
    return told
