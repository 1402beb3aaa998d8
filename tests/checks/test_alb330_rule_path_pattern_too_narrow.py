"""ALB330 over facts: a rule names the host, and its path does not fit."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import Rule
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb323_listener_default_action_is_error import listener_default_action_is_error
from albdoctor_checks.balancer.alb328_rule_host_not_matched import rule_host_not_matched
from albdoctor_checks.balancer.alb330_rule_path_pattern_too_narrow import rule_path_pattern_too_narrow as check
from tests.support.build import balancer, facts, listener, redirect, rule
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
NOT_FOUND = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
DEFAULT_404 = rule(Actions=[NOT_FOUND])
HOST = {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}
POST = {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}}
SECRET = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Origin", "Values": ["s"]}}


def path(*values: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}


def seen(*rules: Rule, **groups: Any) -> Facts:
    base: dict[str, Any] = {"load_balancers": (balancer(),), "listeners": (listener(),), "rules": rules}
    return facts(**(base | groups))


def test_a_path_that_does_not_fit_is_found() -> None:
    api = rule("10", Conditions=[HOST, path("/api/*", "/v2/*")])
    assert told(check, seen(DEFAULT_404, api)) == [
        f"warning likely rule/{DEFAULT_404.rule_arn}: Rule 10 names the host, but its path pattern"
        " (/api/*, /v2/*) does not fit https://shop.example/:"
        " the default rule answers (fixed-response 404)",
        "  elasticloadbalancing DescribeRules HTTPS:443, default rule, for https://shop.example/ -> fixed-response 404",
        "  elasticloadbalancing DescribeRules HTTPS:443, rule 10"
        " -> host-header shop.example, path-pattern /api/* /v2/*",
        "  fix[by hand, traffic]: Add a path pattern that fits / to rule 10, such as /*.",
    ]


def test_one_fact_is_told_by_one_check() -> None:
    """No rule names the host: ALB328. One does, and its path fails: ALB330. Its method fails: ALB323."""
    for conditions, teller in (
        ([{"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example"]}}, path("/x")], rule_host_not_matched),
        ([HOST, path("/x")], check),
        ([HOST, POST], listener_default_action_is_error),
    ):
        snapshot = seen(DEFAULT_404, rule("10", Conditions=conditions))
        tellers = (rule_host_not_matched, check, listener_default_action_is_error)
        assert [one for one in tellers if result_of(one, snapshot) is Result.FOUND] == [teller]


def test_what_is_served_or_redirected_within_the_site_passes() -> None:
    narrow = rule("10", Conditions=[HOST, path("/x")])
    assert result_of(check, seen(rule(), narrow)) is Result.PASSED
    assert result_of(check, seen(rule(Actions=[redirect(Path="/x")]), narrow)) is Result.PASSED
    assert result_of(check, seen(DEFAULT_404, rule("10", Conditions=[HOST, path("/*")]))) is Result.PASSED
    assert result_of(check, seen(DEFAULT_404, rule("10", Conditions=[HOST, path("/x")], Actions=[NOT_FOUND]))) is (
        Result.PASSED
    )


def test_a_rule_that_depends_on_the_client_leaves_it_open() -> None:
    secret = rule("5", Conditions=[HOST, SECRET])
    assert result_of(check, seen(DEFAULT_404, secret, rule("10", Conditions=[HOST, path("/x")]))) is Result.SKIPPED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=())) is Result.EMPTY
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(rule("10", Conditions=[HOST, path("/x")]))) is Result.SKIPPED
