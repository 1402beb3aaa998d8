"""ALB329 over facts: a wildcard for the names below the host, and nothing for the host itself."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import Rule
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb328_rule_host_not_matched import rule_host_not_matched
from albdoctor_checks.balancer.alb329_rule_wildcard_host_misses_apex import rule_wildcard_host_misses_apex as check
from tests.support.build import GROUP_ARN, balancer, facts, forward, listener, redirect, rule
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
SECRET = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Origin", "Values": ["s"]}}


def host(*hosts: str) -> dict[str, Any]:
    return {"Field": "host-header", "HostHeaderConfig": {"Values": list(hosts)}}


def fixed(status: str) -> Rule:
    return rule(Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status}}])


def below(*more: dict[str, Any], priority: str = "10", hosts: tuple[str, ...] = ("*.shop.example",)) -> Rule:
    return rule(priority, Conditions=[host(*hosts), *more])


NOT_FOUND = fixed("404")


def seen(*rules: Rule, **groups: Any) -> Facts:
    base: dict[str, Any] = {"load_balancers": (balancer(),), "listeners": (listener(80), listener()), "rules": rules}
    return facts(**(base | groups))


def test_the_name_that_a_wildcard_leaves_out_is_found() -> None:
    assert told(check, seen(NOT_FOUND, below())) == [
        f"error confirmed rule/{NOT_FOUND.rule_arn}: Rule 10 takes *.shop.example, which does not match shop.example"
        " itself: the default rule answers (fixed-response 404)",
        "  elasticloadbalancing DescribeRules HTTPS:443, default rule, for https://shop.example/ -> fixed-response 404",
        "  elasticloadbalancing DescribeRules HTTPS:443, rule 10 -> host-header *.shop.example",
        "  fix[by hand, traffic]: Add shop.example to the host condition of rule 10, or give it a rule of its own.",
    ]
    assert result_of(rule_host_not_matched, seen(NOT_FOUND, below())) is Result.PASSED


def test_the_command_keeps_the_other_conditions() -> None:
    path = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}
    words = by_hand_of(check, seen(NOT_FOUND, below(path)), impact="traffic")
    kept = '{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}'
    both = '{"Field": "host-header", "HostHeaderConfig": {"Values": ["*.shop.example", "shop.example"]}}'
    assert f"--conditions '[{both}, {kept}]'\n" in words
    full = below(hosts=("*.shop.example", "a.b", "c.d", "e.f", "g.h"))
    assert by_hand_of(check, seen(NOT_FOUND, full), impact="traffic").startswith("Nothing shows which target group")


def test_another_listener_that_names_the_host_is_proof() -> None:
    there = rule("5", port=80, Conditions=[host("shop.example")], Actions=[forward()])
    assert script_of(check, seen(NOT_FOUND, below(), rule(port=80), there), impact="traffic").startswith(
        "aws elbv2 modify-rule "
    )
    other = rule("5", port=80, Conditions=[host("shop.example")], Actions=[forward(GROUP_ARN.replace("web", "x"))])
    assert script_of(check, seen(NOT_FOUND, below(), rule(port=80), other), impact="traffic").startswith(
        "aws elbv2 create-rule "
    )
    login = [{"Type": "authenticate-oidc", "Order": 1}, forward() | {"Order": 2}]
    asks = rule("5", port=80, Conditions=[host("shop.example")], Actions=login)
    snapshot = seen(NOT_FOUND, below(), rule(port=80), asks)
    (finding,) = run_one(snapshot, check).findings
    assert finding.fix
    assert "Add rule" in finding.fix.console[0].en
    words = by_hand_of(check, snapshot, impact="traffic")
    assert words.startswith("Other listeners of the load balancer name shop.example")


def test_a_redirect_out_of_the_domain_may_be_meant() -> None:
    away = rule(Actions=[redirect(Host="www.old.example")])
    (finding,) = run_one(seen(away, below()), check).findings
    assert (finding.certainty, finding.severity) == ("likely", "warning")


@pytest.mark.parametrize(
    "rules",
    [
        (rule(), below()),  # the default rule serves it
        (rule(Actions=[redirect(Host="www.#{host}")]), below()),  # to www, which the wildcard takes
        (fixed("200"), below()),  # a page of the load balancer's own
        (NOT_FOUND, below(), rule("20", Conditions=[host("shop.example")])),
        (NOT_FOUND, below(hosts=("*shop.example",))),
        (NOT_FOUND, below(hosts=("*.shop.example", "SHOP.example"))),
        (NOT_FOUND, below(hosts=("*.other.example",))),
        # its path keeps the request out, host or not: ALB328 speaks of the host
        (NOT_FOUND, below({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}})),
    ],
)
def test_silence(rules: tuple[Rule, ...]) -> None:
    assert result_of(check, seen(*rules)) is Result.PASSED


def test_not_known() -> None:
    assert result_of(check, seen(NOT_FOUND, below(), listeners=(listener(80),))) is Result.EMPTY
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(below())) is Result.SKIPPED
    secret = rule("1", Conditions=[SECRET])
    assert result_of(check, seen(NOT_FOUND, secret, below())) is Result.SKIPPED
