"""ALB335 over facts: who is let in, who gets the error, and that no header's value is ever told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from albdoctor import api
from albdoctor.api import judge
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import How
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb335_rule_secret_header_or_source_ip_gate import (
    rule_secret_header_or_source_ip_gate as check,
)
from tests.support.build import BALANCER_ARN, LISTENER_443_ARN, balancer, facts, listener, redirect, rule
from tests.support.build_dns import host_answers, lead
from tests.support.build_served import answering, got, led_to
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
RULE_ARN = LISTENER_443_ARN.replace(":listener/", ":listener-rule/")
ASKS = "elasticloadbalancing DescribeRules HTTPS:443"
VALUE = "9c1f4e7a52"


def answer(status: int) -> list[dict[str, Any]]:
    return [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": str(status)}}]


def header(name: str, value: str = VALUE) -> dict[str, Any]:
    return {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": [value]}}


def source(*values: str) -> dict[str, Any]:
    return {"Field": "source-ip", "SourceIpConfig": {"Values": list(values)}}


HOST: dict[str, Any] = {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}
SECRET, OFFICE = header("X-Origin-Verify"), source("203.0.113.0/24")
REFUSED: dict[str, Any] = led_to(answering(got(403, by_balancer=True)))
THROUGH_CDN: dict[str, Any] = {
    **led_to(answering(got(403, by_balancer=True), address="13.224.1.10")),
    "leads": (lead(How.CERTIFICATE, BALANCER_ARN),),
    "host_answers": replace(host_answers("13.224.1.10"), chain=("d1.cloudfront.net",)),
}


def seen(*conditions: dict[str, Any], status: int = 403, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(),),
        "rules": (rule("10", Conditions=list(conditions)), rule(Actions=answer(status))),
    }
    return facts(**(base | groups))


def test_a_secret_header_where_the_scan_goes_around_the_cdn() -> None:
    assert told(check, seen(HOST, SECRET, **REFUSED)) == [
        f"info likely rule/{RULE_ARN}/10: Only requests with http-header X-Origin-Verify are forwarded"
        " (rule of priority 10): all others for https://shop.example/ get fixed-response 403",
        f"  {ASKS}, rule 10 -> host-header shop.example, http-header X-Origin-Verify",
        f"  {ASKS}, default rule, for https://shop.example/ -> fixed-response 403",
        "  GET https://shop.example/ at 203.0.113.5 -> 403 by the load balancer",
        "  fix[by hand, none]: Scan the name that the CDN serves: a rule that wants a header keeps out whoever goes"
        " around the CDN.",
    ]


def test_a_cdn_that_does_not_send_the_header() -> None:
    assert told(check, seen(SECRET, **THROUGH_CDN)) == [
        f"error likely rule/{RULE_ARN}/10: Only requests with http-header X-Origin-Verify are forwarded"
        " (rule of priority 10): all others for https://shop.example/ get fixed-response 403",
        f"  {ASKS}, rule 10 -> http-header X-Origin-Verify",
        f"  {ASKS}, default rule, for https://shop.example/ -> fixed-response 403",
        "  GET https://shop.example/ at 13.224.1.10 -> 403 by the load balancer",
        "  fix[by hand, none]: Let the CDN send the header that the rule of priority 10 wants: http-header"
        " X-Origin-Verify.",
    ]


def test_an_allow_list_that_this_machine_is_not_on() -> None:
    lines = told(check, seen(OFFICE, **REFUSED))
    assert lines[0].startswith(f"info likely rule/{RULE_ARN}/10: Only requests with source-ip 203.0.113.0/24 are")
    assert lines[-1] == (
        "  fix[by hand, none]: Leave the rule where only these clients are meant to come, and try shop.example from one"
        " of their addresses; otherwise forward the others too."
    )


def test_a_cdn_whose_own_addresses_are_not_on_the_list() -> None:
    lines = told(check, seen(OFFICE, **THROUGH_CDN))
    assert lines[0].startswith(f"error likely rule/{RULE_ARN}/10: ")
    assert lines[-1] == (
        "  fix[by hand, none]: Let the CDN in front decide by visitors' addresses: rule 10 sees the CDN's own only."
    )


@pytest.mark.parametrize("name", ["X-Forwarded-For", "CloudFront-Viewer-Address"])
def test_visitors_whose_address_the_cdn_tells_may_be_let_in(name: str) -> None:
    """Visitors differ behind a CDN too: that this machine is refused says nothing of them."""
    (line, *_) = told(check, seen(header(name), **THROUGH_CDN))
    assert line.startswith("info likely ")


def test_a_maintenance_page_for_all_but_the_office_is_told_as_the_rules_own_answer() -> None:
    facts = seen(OFFICE, status=503, **led_to(answering(got(503, by_balancer=True))))
    (line, *_) = told(check, facts)
    assert line.startswith("info likely ")
    report = judge(facts)
    assert report.verdict == "broken"
    assert [one.check for one in report.findings if one.root_cause and one.severity == "error"] == ["ALB719"]


def test_not_probed_it_is_information() -> None:
    (line, *_) = told(check, seen(SECRET))
    assert line.startswith("info likely ")


def test_where_this_machine_was_let_in() -> None:
    let_in = led_to(answering(got()))
    (line, *_) = told(check, seen(OFFICE, **let_in))
    assert line.startswith("info likely ")
    assert result_of(check, seen(SECRET, **let_in)) is Result.PASSED


def test_several_ways_in_are_told_as_one() -> None:
    rules = (
        rule("5", Conditions=[OFFICE]),
        rule("10", Conditions=[SECRET, header("X-Stage")]),
        rule(Actions=answer(403)),
    )
    (finding,) = run_one(seen(rules=rules, **REFUSED), check).findings
    assert finding.values["gate"] == ("http-header X-Origin-Verify", "http-header X-Stage", "source-ip 203.0.113.0/24")
    assert finding.subject.id == f"{RULE_ARN}/5"


@pytest.mark.parametrize("reached", [REFUSED, THROUGH_CDN, {}])
def test_no_report_holds_the_value(reached: dict[str, Any]) -> None:
    path = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}
    rules = (
        rule("10", Conditions=[HOST, SECRET]),
        rule("11", Conditions=[HOST, SECRET]),
        rule("12", Conditions=[HOST, SECRET, path]),
        rule(Actions=answer(403)),
    )
    snapshot = seen(rules=rules, **reached)
    report = api.judge(snapshot)
    assert VALUE in msgspec.json.encode(snapshot).decode()
    assert {"ALB332", "ALB335"} <= {one.check for one in report.findings}
    assert not any(VALUE in said for said in (report.to_json(), report.to_text("en"), report.to_html("ko")))


@pytest.mark.parametrize(
    "rules",
    [
        (rule(),),  # everybody is let in
        (rule("10", Conditions=[OFFICE], Actions=answer(403)), rule()),  # a list of those who are kept out
        (rule("10", Conditions=[SECRET]), rule(Actions=[redirect(Host="www.shop.example")])),
        (rule("10", Conditions=[HOST]), rule(Actions=answer(404))),
        (rule("10", Conditions=[source("0.0.0.0/0")]), rule(Actions=answer(404))),
        (rule("5", Conditions=[SECRET]), rule("10", Conditions=[HOST]), rule(Actions=answer(404))),  # a canary
    ],
)
def test_who_comes_without_it_gets_a_page(rules: Any) -> None:
    assert result_of(check, seen(rules=rules)) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=(listener(80),))) is Result.EMPTY
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(rules=())) is Result.SKIPPED
    assert result_of(check, seen(header("User-Agent"))) is Result.SKIPPED
    assert result_of(check, seen({"Field": "client-certificate"}, SECRET)) is Result.SKIPPED
