"""ALB331 over facts: a rule without a host before the rule of the host."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import Rule
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb331_rule_shadowed_by_earlier_rule import rule_shadowed_by_earlier_rule as check
from tests.support.build import GROUP_ARN, balancer, facts, forward, listener, rule
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
OTHER = [forward(GROUP_ARN.replace("web-http", "all"))]
SOURCE = {"Field": "source-ip", "SourceIpConfig": {"Values": ["198.51.100.0/24"]}}


def host(*values: str) -> dict[str, Any]:
    return {"Field": "host-header", "HostHeaderConfig": {"Values": list(values)}}


def path(*values: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}


ALL = rule("10", Conditions=[path("/*")], Actions=OTHER)


def seen(*rules: Rule, **groups: Any) -> Facts:
    base: dict[str, Any] = {"load_balancers": (balancer(),), "listeners": (listener(),), "rules": rules}
    return facts(**(base | groups))


def test_a_rule_that_can_never_match_is_found() -> None:
    own = rule("20", Conditions=[host("shop.example"), path("/*")])
    assert told(check, seen(rule(), ALL, own)) == [
        f"warning confirmed rule/{ALL.rule_arn}: Rule 20, which names the host, can never match: rule 10 before it"
        " takes https://shop.example/ for every host",
        "  elasticloadbalancing DescribeRules HTTPS:443, rule 10, for https://shop.example/ -> forward to all",
        "  elasticloadbalancing DescribeRules HTTPS:443, rule 10 -> path-pattern /*",
        "  elasticloadbalancing DescribeRules HTTPS:443, rule 20 -> host-header shop.example, path-pattern /*",
        "  fix[by hand, traffic]: Give rule 20 a lower priority number than rule 10.",
    ]


@pytest.mark.parametrize(
    ("earlier", "later", "result"),
    [
        ([path("*")], [host("shop.example")], Result.FOUND),
        ([path("/")], [host("shop.example"), path("/")], Result.FOUND),
        ([path("/", "/x")], [host("*.example"), path("/")], Result.FOUND),
        # it takes a part of the other's requests only
        ([path("/")], [host("shop.example"), path("/", "/x")], Result.PASSED),
        ([path("/")], [host("shop.example")], Result.PASSED),
        # another host's rule, a rule of the host that comes first on purpose
        ([path("/*")], [host("other.example")], Result.PASSED),
        ([host("*.example")], [host("shop.example")], Result.PASSED),
        # it depends on the client
        ([path("/*"), SOURCE], [host("shop.example")], Result.PASSED),
    ],
)
def test_only_what_is_covered_whole(earlier: list[Any], later: list[Any], result: Result) -> None:
    first = rule("10", Conditions=earlier, Actions=OTHER)
    assert result_of(check, seen(rule(), first, rule("20", Conditions=later))) is result


def test_order_and_effect_matter() -> None:
    own = rule("5", Conditions=[host("shop.example")])
    assert result_of(check, seen(rule(), ALL, own)) is Result.PASSED
    same = rule("20", Conditions=[host("shop.example")], Actions=OTHER)
    assert result_of(check, seen(rule(), ALL, same)) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=())) is Result.EMPTY
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED
    secret = rule("1", Conditions=[SOURCE])
    own = rule("20", Conditions=[host("shop.example")])
    assert result_of(check, seen(rule(), secret, ALL, own)) is Result.SKIPPED
