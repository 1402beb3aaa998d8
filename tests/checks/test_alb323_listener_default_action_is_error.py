"""ALB323 over facts: an HTTPS listener that answers with an error of its own."""

from __future__ import annotations

import json
from typing import Any

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb323_listener_default_action_is_error import listener_default_action_is_error as check
from tests.support.build import GROUP_ARN, LISTENER_443_ARN, balancer, facts, listener, rule
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")


def fixed(status: str) -> Any:
    return rule(Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status}}])


API = rule("5", Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}])
WWW = rule("5", Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": ["www.shop.example"]}}])
GATE = rule("5", Conditions=[{"Field": "source-ip", "SourceIpConfig": {"Values": ["203.0.113.0/24"]}}])


def seen(*rules: Any, **groups: Any) -> Facts:
    own = listener(DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}])
    base: dict[str, Any] = {"load_balancers": (balancer(),), "listeners": (own,), "rules": rules}
    return facts(**(base | groups))


def test_a_default_404_that_nobody_overrides_is_found() -> None:
    assert told(check, seen(fixed("404"))) == [
        f"error confirmed listener/{LISTENER_443_ARN}: The HTTPS listener itself answers"
        " https://shop.example/ with an error (fixed-response 404)",
        "  elasticloadbalancing DescribeRules HTTPS:443, default rule, for https://shop.example/ -> fixed-response 404",
        "  fix[by hand, traffic]: Let the HTTPS listener forward https://shop.example/ to a target group.",
    ]
    assert script_of(check, seen(fixed("404")), impact="traffic") == ""


def test_with_rules_for_other_paths_it_may_be_meant() -> None:
    (finding,) = run_one(seen(fixed("404"), API), check).findings
    assert (finding.certainty, finding.severity) == ("likely", "warning")
    serves = rule(port=80, Actions=[{"Type": "forward", "TargetGroupArn": GROUP_ARN}])
    for rules in ((fixed("404"), API), (fixed("404"), API, serves)):
        words = by_hand_of(check, seen(*rules, listeners=(listener(80), listener())), impact="traffic")
        assert words.startswith(
            "The listener has rules for other requests, and https://shop.example/ may be left out on purpose"
        )
    twin = seen(fixed("404"), serves, listeners=(listener(80), listener()))
    assert script_of(check, twin, impact="traffic").endswith(f"Type=forward,TargetGroupArn={GROUP_ARN}\n")


def test_weights_and_logins_are_kept() -> None:
    groups = [{"TargetGroupArn": GROUP_ARN, "Weight": 9}, {"TargetGroupArn": f"{GROUP_ARN}x", "Weight": 1}]
    weighted = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    http: dict[str, Any] = {"listeners": (listener(80), listener())}
    serves = rule(port=80, Actions=[weighted])
    assert json.dumps(groups) in script_of(check, seen(fixed("404"), serves, **http), impact="traffic")
    login = {"Type": "jwt-validation", "Order": 1}
    behind = rule(Actions=[login, {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}, "Order": 2}])
    words = by_hand_of(check, seen(behind, serves, **http), impact="traffic")
    assert words.startswith("A login stands before the fixed response in rule default of HTTPS:443, and is kept.")


def test_pages_forwards_and_host_rules_are_fine() -> None:
    assert result_of(check, seen(fixed("200"))) is Result.PASSED
    assert result_of(check, seen(rule())) is Result.PASSED
    assert result_of(check, seen(fixed("404"), WWW)) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=(listener(80),))) is Result.EMPTY
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED
    assert result_of(check, seen()) is Result.SKIPPED
    assert result_of(check, seen(fixed("404"), GATE)) is Result.SKIPPED
