"""ALB321 over facts: redirects of the balancer's own rules that come back."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb321_listener_redirect_loop import listener_redirect_loop as check
from tests.kinds.routing import after
from tests.support.build import (
    GROUP_ARN,
    LISTENER_443_ARN,
    balancer,
    facts,
    forward,
    listener,
    redirect,
    rule,
)
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
BACK = rule(Actions=[redirect(Protocol="HTTP", Port="80")])
TO_HTTPS = rule(port=80)
HOST = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}]
OTHER = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["api.example"]}}]
GATE = [{"Field": "source-ip", "SourceIpConfig": {"Values": ["203.0.113.0/24"]}}]

PATH = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/admin/*"]}}]
WWW = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["www.shop.example"]}}]
NOT_FOUND = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
AT_8443 = f"{LISTENER_443_ARN}8"
WITH_8443 = (
    listener(80),
    listener(443, DefaultActions=[redirect()]),
    listener(443, ListenerArn=AT_8443, Port=8443),
)
SERVES = rule(Actions=[forward()], ListenerArn=AT_8443, RuleArn=f"{AT_8443}/default")
"""A third listener serves whoever comes to it."""


def seen(*rules: Any, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(80), listener(443, DefaultActions=[redirect()])),
        "rules": rules,
    }
    return facts(**(base | groups))


def test_https_that_sends_back_to_http_is_found() -> None:
    asked = "  elasticloadbalancing DescribeRules"
    assert told(check, seen(TO_HTTPS, BACK)) == [
        f"error confirmed listener/{LISTENER_443_ARN}: The redirects of load balancer web send"
        " https://shop.example/ back to itself",
        f"{asked} HTTPS:443, default rule, for https://shop.example/ -> redirect 301 -> http://shop.example/",
        f"{asked} HTTP:80, default rule, for http://shop.example/ -> redirect 301 -> https://shop.example/",
        "  fix[by hand, traffic]: Forward https://shop.example/ to the target group instead of redirecting it.",
    ]


def test_the_script_forwards_to_the_group_that_is_shown_to_serve_the_host() -> None:
    assert script_of(check, seen(TO_HTTPS, BACK, SERVES, listeners=WITH_8443), impact="traffic") == (
        f"aws elbv2 modify-listener --region ap-northeast-2 --listener-arn {LISTENER_443_ARN}"
        f" --default-actions Type=forward,TargetGroupArn={GROUP_ARN}\n"
    )
    host_rule = rule("4", Conditions=HOST, Actions=[redirect(Protocol="HTTP", Port="80")])
    assert script_of(check, seen(TO_HTTPS, host_rule, rule()), impact="traffic") == (
        f"aws elbv2 modify-rule --region ap-northeast-2 --rule-arn {host_rule.rule_arn}"
        f" --actions Type=forward,TargetGroupArn={GROUP_ARN}\n"
    )
    assert script_of(check, seen(TO_HTTPS, BACK), impact="traffic") == ""


@pytest.mark.parametrize("conditions", [OTHER, PATH, GATE, [*HOST, *PATH], WWW])
def test_a_group_that_serves_another_host_some_paths_or_some_clients_is_no_proof(conditions: list[Any]) -> None:
    only = rule("5", Conditions=conditions, Actions=[forward()], ListenerArn=AT_8443, RuleArn=f"{AT_8443}/5")
    nothing = rule(Actions=[NOT_FOUND], ListenerArn=AT_8443, RuleArn=f"{AT_8443}/default")
    assert script_of(check, seen(TO_HTTPS, BACK, only, nothing, listeners=WITH_8443), impact="traffic") == ""


def test_the_only_group_that_was_seen_is_no_proof_where_a_listener_was_not_described() -> None:
    beyond = (*WITH_8443, listener(443, ListenerArn=f"{AT_8443}9", Port=9443))
    assert script_of(check, seen(TO_HTTPS, BACK, SERVES, listeners=beyond), impact="traffic") == ""


def test_a_login_before_the_redirect_is_kept() -> None:
    login = {"Type": "authenticate-oidc", "Order": 1}
    back = [login, redirect(Protocol="HTTP", Port="80") | {"Order": 2}]
    forwards = rule("5", Conditions=OTHER, Actions=[forward()])
    for wrong in (rule(Actions=back), rule("4", Conditions=HOST, Actions=back)):
        snapshot = seen(TO_HTTPS, wrong, forwards, *(() if wrong.is_default else (rule(),)))
        assert told(check, snapshot)[-1] == (
            "  fix[by hand, traffic]: Forward https://shop.example/ to the target group instead of redirecting it."
        )
        words = by_hand_of(check, snapshot, impact="traffic")
        edit = (
            f"modify-listener --region ap-northeast-2 --listener-arn {LISTENER_443_ARN} --default-actions"
            if wrong.is_default
            else f"modify-rule --region ap-northeast-2 --rule-arn {wrong.rule_arn} --actions"
        )
        assert words == (
            f"A login stands before the redirect in rule {wrong.priority} of HTTPS:443, and is kept."
            " Save the list of actions:\n"
            f"  aws elbv2 describe-rules --region ap-northeast-2 --rule-arns {wrong.rule_arn}"
            " --query 'Rules[0].Actions' --output json > actions.json\n"
            "In it replace the last action alone by a forward to the target group that serves the site, and leave the"
            ' other actions as they are; in an AuthenticateOidcConfig write "UseExistingClientSecret": true, which'
            " keeps the client secret. Then put the list back:\n"
            f"  aws elbv2 {edit} file://actions.json"
        )
    assert "login" not in by_hand_of(check, seen(TO_HTTPS, BACK), impact="traffic")


def test_a_login_that_the_facts_hold_is_kept_by_the_script() -> None:
    back = [*after("authenticate-oidc", [redirect(Protocol="HTTP", Port="80")])]
    config = back[0]["AuthenticateOidcConfig"] | {"UseExistingClientSecret": True}
    for wrong in (rule(Actions=back), rule("4", Conditions=HOST, Actions=back)):
        rules = (TO_HTTPS, wrong, SERVES, *(() if wrong.is_default else (rule(),)))
        snapshot = seen(*rules, listeners=WITH_8443)
        *words, actions = shlex.split(script_of(check, snapshot, impact="traffic"))
        assert words[2] == ("modify-listener" if wrong.is_default else "modify-rule")
        assert json.loads(actions) == [
            {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": config},
            {
                "Type": "forward",
                "Order": 2,
                "ForwardConfig": {"TargetGroups": forward()["ForwardConfig"]["TargetGroups"]},
            },
        ]


def test_a_group_behind_a_login_is_not_forwarded_to_without_one() -> None:
    admin = rule("5", Conditions=OTHER, Actions=[{"Type": "authenticate-oidc", "Order": 1}, forward() | {"Order": 2}])
    assert script_of(check, seen(TO_HTTPS, BACK, admin), impact="traffic") == ""


def test_http_that_redirects_to_a_listener_that_forwards_passes() -> None:
    assert result_of(check, seen(TO_HTTPS, rule())) is Result.PASSED


def test_a_redirect_to_a_missing_listener_is_no_loop() -> None:
    assert result_of(check, seen(TO_HTTPS, listeners=(listener(80),))) is Result.PASSED


def test_no_listener_is_nothing_to_judge() -> None:
    assert result_of(check, seen(listeners=())) is Result.EMPTY


def test_a_rule_that_depends_on_the_client_matters_only_before_a_redirect() -> None:
    gate = rule("1", Conditions=GATE)
    assert result_of(check, seen(TO_HTTPS, gate, BACK)) is Result.SKIPPED
    assert result_of(check, seen(TO_HTTPS, gate, rule())) is Result.PASSED


def test_rules_that_are_not_known_do_not_loop() -> None:
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(TO_HTTPS)) is Result.SKIPPED
