"""ALB328 over facts: a host that no host rule lists."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import Rule
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb328_rule_host_not_matched import rule_host_not_matched as check
from tests.support.build import balancer, facts, listener, redirect, rule
from tests.support.fixes import script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
NOT_FOUND = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "MessageBody": "nothing here"}}
DEFAULT_404 = rule(Actions=[NOT_FOUND])


def for_host(priority: str, *hosts: str, path: str = "") -> Rule:
    conditions: list[dict[str, Any]] = [{"Field": "host-header", "HostHeaderConfig": {"Values": list(hosts)}}]
    if path:
        conditions.append({"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}})
    return rule(priority, Conditions=conditions)


WWW = for_host("10", "www.shop.example")


def seen(*rules: Rule, **groups: Any) -> Facts:
    base: dict[str, Any] = {"load_balancers": (balancer(),), "listeners": (listener(),), "rules": rules}
    return facts(**(base | groups))


def test_a_host_that_falls_to_a_default_404_is_found() -> None:
    assert told(check, seen(DEFAULT_404, WWW)) == [
        f"error confirmed rule/{DEFAULT_404.rule_arn}: No host rule of the HTTPS listener matches shop.example:"
        " the default rule answers (fixed-response 404)",
        "  elasticloadbalancing DescribeRules HTTPS:443, default rule, for https://shop.example/ -> fixed-response 404",
        "  elasticloadbalancing DescribeRules HTTPS:443, rule 10 -> host-header www.shop.example",
        "  fix[script, traffic]: Add shop.example to the host condition of the rule that should take it.",
    ]


def test_a_default_redirect_out_of_the_domain_may_be_meant() -> None:
    away = rule(Actions=[redirect(Host="www.old.example")])
    (finding,) = run_one(seen(away, WWW), check).findings
    assert (finding.certainty, finding.severity) == ("likely", "warning")


def test_a_default_redirect_from_the_apex_to_www_is_fine() -> None:
    assert result_of(check, seen(rule(Actions=[redirect(Host="www.#{host}")]), WWW)) is Result.PASSED


def test_the_script_adds_the_host_to_the_only_rule_that_fits() -> None:
    conditions = '[{"Field": "host-header", "HostHeaderConfig": {"Values": ["www.shop.example", "shop.example"]}}]'
    assert script_of(check, seen(DEFAULT_404, WWW, for_host("11", "api.example", path="/v1/*")), impact="traffic") == (
        f"aws elbv2 modify-rule --region ap-northeast-2 --rule-arn {WWW.rule_arn} --conditions '{conditions}'\n"
    )


def test_it_is_by_hand_when_several_rules_fit_or_the_quota_is_used_up() -> None:
    assert script_of(check, seen(DEFAULT_404, WWW, for_host("11", "api.example")), impact="traffic") == ""
    full = for_host("10", *(f"{letter}.example" for letter in "abcde"))
    assert script_of(check, seen(DEFAULT_404, full), impact="traffic") == ""


def test_a_default_rule_that_forwards_is_fine() -> None:
    assert result_of(check, seen(rule(), WWW)) is Result.PASSED


def test_a_rule_that_matches_is_fine() -> None:
    assert result_of(check, seen(DEFAULT_404, for_host("10", "*.example"))) is Result.PASSED


def test_a_default_404_without_host_rules_is_another_checks() -> None:
    assert result_of(check, seen(DEFAULT_404)) is Result.PASSED


def test_no_https_listener_is_nothing_to_judge() -> None:
    assert result_of(check, seen(DEFAULT_404, listeners=(listener(80),))) is Result.EMPTY


def test_a_rule_for_the_host_that_wants_a_secret_header_leaves_it_open() -> None:
    secret = [
        {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Origin", "Values": ["s"]}},
    ]
    assert result_of(check, seen(DEFAULT_404, rule("10", Conditions=secret))) is Result.SKIPPED


def test_rules_that_are_not_known_match_nothing_and_miss_nothing() -> None:
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(WWW)) is Result.SKIPPED
