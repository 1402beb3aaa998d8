"""The result of every printed change of listeners and rules is judged again: the finding is gone, no error is new."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup import registry
from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import run_one
from albdoctor.checkup.finding import Finding, Severity
from albdoctor.facts.acm import Certificate
from albdoctor.facts.elb import Listener, Rule
from albdoctor.facts.elb_actions import TargetGroupTuple
from albdoctor.facts.files import decode
from albdoctor.facts.known import Known
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill_script
from tests.causes.table import SITUATIONS
from tests.support.applied import OF_ROUTING, applied
from tests.support.build import balancer, facts, forward, listener, redirect, rule
from tests.support.build_net import permission, security_group
from tests.support.build_web import address_probe, exchange, web

pytestmark = pytest.mark.sweep

OF_CHANGES = (
    "ALB313",
    "ALB314",
    "ALB315",
    "ALB319",
    "ALB320",
    "ALB321",
    "ALB322",
    "ALB323",
    "ALB328",
    "ALB330",
    "ALB702",
)
"""Those whose fixes change listeners and rules, and those that judge what comes of it."""
CHECKS = {one.id: one for one in registry.load() if one.id in OF_CHANGES}
LOGIN: dict[str, Any] = {"Type": "authenticate-oidc", "Order": 1}
NOT_FOUND: dict[str, Any] = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
ACTIONS: dict[str, list[dict[str, Any]]] = {
    "forwards": [forward()],
    "is weighted": [forward("arn:aws:a", "arn:aws:b")],
    "is an error": [NOT_FOUND],
    "to https": [redirect()],
    "to https as asked": [redirect(Port="#{port}")],
    "to 8443": [redirect(Port="8443")],
    "to http": [redirect(Protocol="HTTP", Port="80")],
    "to http on 443": [redirect(Protocol="HTTP", Port="443")],
    "to www on 8443": [redirect(Port="8443", Host="www.shop.example")],
    "logs in, to 8443": [LOGIN, redirect(Port="8443") | {"Order": 2}],
    "logs in, forwards": [LOGIN, forward() | {"Order": 2}],
    "logs in, is an error": [LOGIN, NOT_FOUND | {"Order": 2}],
}
HTTP = ("", "forwards", "to https", "to https as asked", "to 8443", "to http on 443")
HTTPS = ("", *ACTIONS)
OWN = ("", *(name for name in ACTIONS if name not in ("is weighted", "to https as asked")))
HOST, WWW = "shop.example", "www.shop.example"
ISSUED = Certificate(
    certificate_arn="arn:aws:acm:ap-northeast-2:123456789012:certificate/1", domain_name="shop.example", status="ISSUED"
)
OPEN = security_group("sg-alb", permission(80, 80, "0.0.0.0/0"), permission(443, 443, "0.0.0.0/0"))
PAGE = web(address_probe(http=(exchange("http://shop.example/", 200, server="nginx"),)))


def situations() -> Iterator[tuple[str, Facts]]:
    """Every pair of listeners, with and without a rule of the host's own, and another listener that forwards."""
    for http, https, own, where, www in product(HTTP, HTTPS, OWN, (HOST, WWW), (True, False)):
        if (own == "" and where is WWW) or (https == "" and (own or www)):
            continue
        listeners: list[Listener] = []
        rules: list[Rule] = []
        if http:
            listeners.append(listener(80, DefaultActions=ACTIONS[http]))
            rules.append(rule(port=80, Actions=ACTIONS[http]))
        if https:
            listeners.append(listener(443, DefaultActions=ACTIONS[https]))
            rules.append(rule(Actions=ACTIONS[https]))
        if own:
            rules.append(rule("5", Conditions=[{"Field": "host-header", "Values": [where]}], Actions=ACTIONS[own]))
        if www:
            rules.append(rule("9", Conditions=[{"Field": "path-pattern", "Values": ["/x"]}], Actions=[forward()]))
        name = f"80 {http or '-'}; 443 {https or '-'}; {own or '-'} for {where}"
        groups: dict[str, Any] = {
            "load_balancers": (balancer(),),
            "listeners": tuple(listeners),
            "rules": tuple(rules),
            "certificates": (ISSUED,),
            "security_groups": (OPEN,),
            "prefix_lists": (),
            **PAGE,
        }
        yield name, facts(**groups)


def swapped() -> Iterator[tuple[str, Facts]]:
    """Listeners that speak what their port does not promise."""
    for first, second in product(HTTPS[1:], HTTPS):
        https = listener(443, DefaultActions=ACTIONS[second]) if second else None
        own = listener(80, Protocol="HTTPS", DefaultActions=ACTIONS[first])
        rules = (rule(port=80, Actions=ACTIONS[first]), *((rule(Actions=ACTIONS[second]),) if second else ()))
        listeners = (own, https) if https else (own,)
        yield (
            f"80 speaks TLS, {first}; 443 {second or '-'}",
            facts(load_balancers=(balancer(),), listeners=listeners, rules=rules, certificates=(ISSUED,)),
        )


def stored() -> Iterator[tuple[str, Facts]]:
    """Saved snapshots of real set-ups, and the situations of the cause tests."""
    here = Path(__file__).parents[1]
    for path in sorted([*here.glob("recorded/*.json"), *here.glob("cases/*.json")]):
        for one in decode(path.read_bytes(), path.name):
            yield path.name, one
    for situation in SITUATIONS:
        yield str(situation.pair), situation.facts


def findings(seen: Facts, only: Check | None = None) -> list[tuple[Check, Finding]]:
    told: list[tuple[Check, Finding]] = []
    for check in (only,) if only else CHECKS.values():
        outcome = run_one(seen, check)
        assert not outcome.crash, outcome.crash
        told += [(check, finding) for finding in outcome.findings]
    return told


REVEALED = frozenset({"ALB319", "ALB320", "ALB323"})
"""Faults that a listener had before: nobody came that far."""


def harm(seen: Facts) -> Iterator[str]:
    """What is worse after a script, or still there though its facts have changed."""
    before = findings(seen)
    hidden = [*before, *findings(replace(seen, scan=replace(seen.scan, host=WWW)))]
    errors = {(check.id, finding.subject) for check, finding in hidden}
    for check, finding in before:
        script = fill_script((finding.fix or check.fixes[0]).script, finding.values)
        if not any(command in script for command in OF_ROUTING):
            continue
        for other, new in findings(applied(seen, script)):
            if other.id in REVEALED and "actions" not in script:
                continue
            worse = (new.severity or other.severity) is Severity.ERROR and (other.id, new.subject) not in errors
            same = (other.id, new.subject, new.evidence) == (check.id, finding.subject, finding.evidence)
            if worse or (same and check.id != "ALB702"):
                yield f"{check.id} {'stays' if same else 'makes ' + other.id}: {script.strip()}"


@pytest.mark.parametrize("given", [situations, swapped, stored], ids=lambda one: str(one.__name__))
def test_no_printed_change_makes_the_next_fault(given: Any) -> None:
    assert {f"{name}: {words}" for name, seen in given() for words in harm(seen)} == set()


@pytest.mark.parametrize("given", [situations, swapped], ids=lambda one: str(one.__name__))
def test_no_login_is_lost(given: Any) -> None:
    """A list of actions keeps the logins that stand in it, and nothing forwards past one."""
    for name, seen in given():
        logins = {one.target_group_arn for one in behind_logins(seen)}
        for check, finding in findings(seen):
            script = fill_script((finding.fix or check.fixes[0]).script, finding.values)
            if not any(command in script for command in OF_ROUTING):
                continue
            after = applied(seen, script)
            assert {one.rule_arn for one in with_login(seen)} == {one.rule_arn for one in with_login(after)}, name
            if logins and "Type=forward" in script:
                assert not all(arn in script for arn in logins) or bare(seen, logins), (name, script)


def with_login(seen: Facts) -> list[Rule]:
    assert isinstance(seen.rules, Known)
    return [one for one in seen.rules.value if len(one.actions) > 1]


def behind_logins(seen: Facts) -> list[TargetGroupTuple]:
    return [group for one in with_login(seen) for action in one.actions for group in action.groups]


def bare(seen: Facts, arns: set[str]) -> bool:
    """Whether one of the groups is forwarded to without a login too."""
    assert isinstance(seen.rules, Known)
    lists = [one.actions for one in seen.rules.value if len(one.actions) == 1]
    return any(group.target_group_arn in arns for list_ in lists for group in list_[0].groups)
