"""ALB319 over facts: redirects to a port without listener."""

from __future__ import annotations

import json
import shlex
from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb319_listener_redirect_to_missing_listener import (
    listener_redirect_to_missing_listener as check,
)
from tests.kinds.routing import after
from tests.support.build import LISTENER_80_ARN, balancer, facts, forward, listener, redirect, rule
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
TO_8443 = rule(port=80, Actions=[redirect(Port="8443")])


def seen(*rules: Any, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(80), listener()),
        "rules": rules,
    }
    return facts(**(base | groups))


def test_a_redirect_to_https_without_a_listener_for_it_is_found() -> None:
    assert told(check, seen(rule(port=80), listeners=(listener(80),))) == [
        f"error confirmed listener/{LISTENER_80_ARN}: Load balancer web redirects to https://shop.example/,"
        " but has no listener on port 443",
        "  elasticloadbalancing DescribeRules HTTP:80, default rule, for http://shop.example/"
        " -> redirect 301 -> https://shop.example/",
        "  elasticloadbalancing DescribeListeners https://shop.example/ -> no listener",
        "  fix[by hand, none]: Create the HTTPS:443 listener that the redirect leads to.",
    ]


def test_the_script_leads_to_443_where_https_is_spoken_there() -> None:
    script = script_of(check, seen(TO_8443, rule()), impact="traffic")
    assert script.startswith(f"aws elbv2 modify-listener --region ap-northeast-2 --listener-arn {LISTENER_80_ARN} ")
    assert '"Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}"' in script
    assert script_of(check, seen(rule(port=80), listeners=(listener(80),)), impact="none") == ""


def test_a_rule_of_its_own_is_changed_alone() -> None:
    host = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}]
    own = rule("4", port=80, Conditions=host, Actions=[redirect(Port="8443")])
    rules = (own, rule(port=80), rule())
    script = script_of(check, seen(*rules), impact="traffic")
    assert script.startswith(f"aws elbv2 modify-rule --region ap-northeast-2 --rule-arn {own.rule_arn} --actions ")
    assert (
        told(check, seen(*rules))[-1] == "  fix[script, traffic]: Let rule 4 of HTTP:80 redirect to HTTPS on port 443."
    )
    by_hand = seen(own, rule(port=80), listeners=(listener(80),))
    assert told(check, by_hand)[-1] == "  fix[by hand, none]: Create the HTTPS:443 listener that the redirect leads to."
    other = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["api.example"]}}]
    elsewhere = rule("4", port=80, Conditions=other, Actions=[redirect(Port="8443")])
    assert result_of(check, seen(elsewhere, rule(port=80), rule())) is Result.PASSED


def test_a_redirect_of_https_on_443_is_not_sent_to_itself() -> None:
    """Over https the page comes from 8443: with 443 in it the redirect would go round."""
    to_8443 = rule(Actions=[redirect(Port="8443")])
    words = by_hand_of(check, seen(rule(port=80, Actions=[forward()]), to_8443), impact="traffic")
    assert words.startswith("With port 443 in it the redirect would lead back to where it comes from, without end.")
    elsewhere = rule(Actions=[redirect(Port="8443", Host="www.shop.example")])
    www = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["www.shop.example"]}}]
    twin = seen(rule(port=80, Actions=[forward()]), elsewhere, rule("4", Conditions=www))
    assert '"Host": "www.shop.example"' in script_of(check, twin, impact="traffic")


def test_a_login_before_the_redirect_is_kept() -> None:
    login = {"Type": "authenticate-cognito", "Order": 1}
    actions = [login, redirect(Port="8443", Host="www.shop.example") | {"Order": 2}]
    www = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["www.shop.example"]}}]
    rules = (rule(port=80, Actions=[forward()]), rule(Actions=actions), rule("4", Conditions=www))
    words = by_hand_of(check, seen(*rules), impact="traffic")
    assert words.startswith("A login stands before the redirect in rule default of HTTPS:443, and is kept.")
    assert '"Port": "443" in the RedirectConfig alone' in words


def test_a_login_that_the_facts_hold_is_kept_by_the_script() -> None:
    actions = after("authenticate-cognito", [redirect(Port="8443", Host="www.shop.example")])
    www = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["www.shop.example"]}}]
    rules = (rule(port=80, Actions=[forward()]), rule(Actions=actions), rule("4", Conditions=www))
    *_, told_actions = shlex.split(script_of(check, seen(*rules), impact="traffic"))
    login, to = json.loads(told_actions)
    assert login == actions[0]
    assert (to["Order"], to["RedirectConfig"]["Port"], to["RedirectConfig"]["Host"]) == (2, "443", "www.shop.example")


def test_a_redirect_to_a_listener_passes() -> None:
    assert result_of(check, seen(rule(port=80), rule())) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=())) is Result.EMPTY
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED
