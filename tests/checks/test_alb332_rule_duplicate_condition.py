"""ALB332 over facts: rules of one listener with the same conditions."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor import judge
from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import Rule
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb332_rule_duplicate_condition import rule_duplicate_condition as check
from tests.support.build import GROUP_ARN, balancer, facts, forward, listener, redirect, rule
from tests.support.stories import story
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
OTHER = [forward(GROUP_ARN.replace("web-http", "green"))]
FIXED = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]


def host(*values: str) -> dict[str, Any]:
    return {"Field": "host-header", "HostHeaderConfig": {"Values": list(values)}}


def path(*values: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}


def header(name: str, *values: str) -> dict[str, Any]:
    return {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": list(values)}}


def query(key: str, value: str) -> dict[str, Any]:
    return {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": key, "Value": value}]}}


def method(*values: str) -> dict[str, Any]:
    return {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": list(values)}}


def source(*values: str) -> dict[str, Any]:
    return {"Field": "source-ip", "SourceIpConfig": {"Values": list(values)}}


def regexes(*values: str) -> dict[str, Any]:
    return {"Field": "host-header", "HostHeaderConfig": {"RegexValues": list(values)}}


def seen(*rules: Rule, **groups: Any) -> Facts:
    base: dict[str, Any] = {"load_balancers": (balancer(),), "listeners": (listener(),), "rules": (rule(), *rules)}
    return facts(**(base | groups))


def pair(one: list[dict[str, Any]], other: list[dict[str, Any]], actions: Any = OTHER) -> Facts:
    return seen(rule("10", Conditions=one), rule("20", Conditions=other, Actions=actions))


BLUE = rule("10", Conditions=[host("shop.example"), path("/*")])
GREEN = rule("20", Conditions=[path("/*"), host("Shop.example")], Actions=OTHER)


def test_the_rule_that_takes_the_requests_of_another_is_found() -> None:
    assert told(check, seen(BLUE, GREEN)) == [
        f"warning confirmed rule/{BLUE.rule_arn} [{GREEN.rule_arn}]: Rule 20 of HTTPS:443 has the same conditions as"
        " rule 10 (host-header shop.example, path-pattern /*) and never gets a request",
        "  elasticloadbalancing DescribeRules HTTPS:443, rule 10 -> host-header shop.example, path-pattern /*:"
        " web-http",
        "  elasticloadbalancing DescribeRules HTTPS:443, rule 20 -> path-pattern /*, host-header Shop.example: green",
        "  fix[by hand, traffic]: Decide which of rules 10 and 20 is meant, and delete the other one.",
    ]


def test_several_behind_one_are_told_each() -> None:
    third = rule("30", Conditions=[host("shop.example"), path("/*")])
    lines = [line for line in told(check, seen(BLUE, GREEN, third)) if line.startswith(("warning", "info"))]
    assert [line.split(" ")[0] for line in lines] == ["warning", "info"]


def test_what_changes_nothing_is_information() -> None:
    """Behind the rule that serves waits a maintenance page, or the same is said twice."""
    for actions in (FIXED, [forward()], [redirect()]):
        assert told(check, pair([host("a.b")], [host("a.b")], actions))[0].startswith("info ")
    before = seen(rule("10", Conditions=[host("a.b")], Actions=FIXED), rule("20", Conditions=[host("a.b")]))
    assert told(check, before)[0].startswith("info ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([host("a.b", "c.d")], [host("c.d", "a.b")]),
        ([host("a.b")], [{"Field": "host-header", "Values": ["a.b"]}]),
        ([path("/x")], [{"Field": "path-pattern", "Values": ["/x"]}]),
        ([header("X-Env", "Green")], [header("x-env", "green")]),
        ([query("v", "2")], [query("V", "2")]),
        ([method("POST")], [method("POST")]),
        ([source("10.0.0.0/8")], [source("10.0.0.0/8")]),
        ([regexes("^a")], [regexes("^a")]),
    ],
)
def test_however_it_is_written(one: list[Any], other: list[Any]) -> None:
    assert result_of(check, pair(one, other)) is Result.FOUND


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # one host, several paths: as every site with an API has it
        ([host("a.b"), path("/api/*")], [host("a.b"), path("/*")]),
        ([host("a.b"), path("/api/*")], [host("a.b")]),
        ([path("/x")], [path("/X")]),
        ([header("x-env", "green")], [header("x-stage", "green")]),
        ([header("x-env", "green")], [header("x-env", "blue")]),
        ([query("v", "2")], [query("v", "3")]),
        ([query("v", "2")], [query("", "2")]),
        ([method("POST")], [method("GET")]),
        ([source("10.0.0.0/8")], [source("10.0.0.0/16")]),
        ([regexes("^a")], [host("^a")]),
        ([regexes("^a")], [regexes("^A")]),
        # a kind that comes later, of which the values are not known
        ([{"Field": "moon-phase"}], [{"Field": "moon-phase"}]),
        ([host("a.b"), {"Field": "moon-phase"}], [host("a.b"), {"Field": "moon-phase"}]),
        ([{"Field": "http-header"}], [{"Field": "http-header"}]),
        ([], []),
    ],
)
def test_silence(one: list[Any], other: list[Any]) -> None:
    assert result_of(check, pair(one, other)) is Result.PASSED


def test_the_same_on_two_listeners_is_no_duplicate() -> None:
    both = (rule(port=80), rule("10", port=80, Conditions=[host("a.b")]), rule("10", Conditions=[host("a.b")]))
    assert result_of(check, seen(*both, listeners=(listener(80), listener()))) is Result.PASSED


@pytest.mark.parametrize(("name", "severity"), [("shop.example", "warning"), ("other.example", "info")])
def test_of_another_host_it_is_information(name: str, severity: str) -> None:
    first = rule("10", Conditions=[host(name)])
    later = rule("20", Conditions=[host(name)], Actions=OTHER)
    report = judge(story("healthy", rules=(rule(), first, later)))
    assert [one.severity for one in report.findings if one.check == "ALB332"] == [severity]


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=())) is Result.EMPTY
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED
