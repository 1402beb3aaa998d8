"""ALB311 over facts: a 403 of the load balancer, its web ACL, and what the rules would do."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor import judge
from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import Rule
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.waf import WebAcl, WebAclRule
from albdoctor.facts.wire import Exchange
from albdoctor_checks.balancer.alb311_alb_waf_blocks_request import alb_waf_blocks_request as check
from tests.support.build import BALANCER_ARN, balancer, facts, listener, rule
from tests.support.build_net import node
from tests.support.build_served import answering, got, led_to
from tests.support.build_web import ALB, address_probe, exchange, web
from tests.support.stories import story
from tests.support.table import result_of, told

HTTPS = "https://shop.example/"
DENIED = Unknown(gap=Gap.DENIED, asked="wafv2:GetWebACLForResource")
REFUSED = exchange(HTTPS, 403, server=ALB)
PAGE_403 = "<html>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n</body>\r\n</html>\r\n"
GATE = [{"Field": "source-ip", "SourceIpConfig": {"Values": ["203.0.113.0/24"]}}]
FORBIDS = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}]


def acl(default: str = "Block", *rules: tuple[str, str], arn: str = BALANCER_ARN) -> WebAcl:
    return WebAcl(
        load_balancer_arn=arn,
        arn="arn:aws:wafv2:ap-northeast-2:123456789012:regional/webacl/shop/1",
        name="shop-acl",
        default_action=default,
        rules=tuple(WebAclRule(name=name, action=action) for name, action in rules),
    )


def seen(*https: Exchange, rules: tuple[Rule, ...] = (rule(port=80), rule()), **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(80), listener()),
        "rules": rules,
        "web_acls": (acl(),),
    }
    return facts(**(base | web(address_probe(https=https)) | groups))


def test_a_web_acl_that_allows_nothing_is_certain() -> None:
    assert told(check, seen(REFUSED)) == [
        f"error confirmed load-balancer/{BALANCER_ARN}: Web ACL shop-acl of load balancer web refuses"
        " https://shop.example/ with 403 (DefaultAction Block)",
        "  GET https://shop.example/ at 198.51.100.10 -> 403 (server: awselb/2.0)",
        "  elasticloadbalancing DescribeRules HTTPS:443, default rule, for https://shop.example/"
        " -> forward to web-http",
        "  wafv2 GetWebACLForResource web -> shop-acl: DefaultAction Block",
        "  fix[by hand, traffic]: Find the rule of web ACL shop-acl that blocks https://shop.example/, and set it to"
        " Count or exempt the request.",
    ]


def test_one_that_blocks_some_may_block_this_machine_alone() -> None:
    rules = (("bots", "None"), ("ours", "Allow"), ("seen", "Count"), *((f"r{n}", "Block") for n in range(5)))
    lines = told(check, seen(REFUSED, web_acls=(acl("Allow", *rules),)))
    assert lines[0].startswith("error likely ")
    assert lines[0].endswith("(DefaultAction Allow, bots, r0, r1, r2, ...)")
    assert told(check, seen(REFUSED, web_acls=(acl("Block", ("ours", "Allow")),)))[0].startswith("error likely ")
    assert told(check, seen(REFUSED, web_acls=(acl("Block", ("group", "None")),)))[0].startswith("error likely ")
    assert told(check, seen(REFUSED, web_acls=(acl("Block", ("x", "Block"), ("y", "Count")),)))[0].startswith(
        "error confirmed "
    )


def test_without_its_server_header_the_page_tells() -> None:
    assert result_of(check, seen(exchange(HTTPS, 403, body=PAGE_403))) is Result.FOUND


@pytest.mark.parametrize(
    "https",
    [
        (exchange(HTTPS, 403, server="nginx"),),  # the application's own
        (exchange(HTTPS, 200, server="nginx"),),
        (exchange(HTTPS, 404, server=ALB),),
        (),
    ],
)
def test_what_is_no_refusal_of_the_load_balancers_is_nothing_to_judge(https: tuple[Exchange, ...]) -> None:
    assert result_of(check, seen(*https)) is Result.EMPTY


def test_a_rule_that_refuses_and_a_load_balancer_without_a_web_acl() -> None:
    assert result_of(check, seen(REFUSED, rules=(rule(Actions=FORBIDS),))) is Result.PASSED
    assert result_of(check, seen(REFUSED, web_acls=())) is Result.PASSED
    assert result_of(check, seen(REFUSED, web_acls=(acl(arn=f"{BALANCER_ARN}0"),))) is Result.PASSED


def test_a_refusal_behind_a_redirect_is_judged_where_it_came() -> None:
    first = exchange(HTTPS, 302, location="/login", server="nginx")
    login = exchange(f"{HTTPS}login", 403, server=ALB)
    closed = rule("1", Conditions=[{"Field": "path-pattern", "Values": ["/login"]}], Actions=FORBIDS)
    assert result_of(check, seen(first, login)) is Result.FOUND
    assert result_of(check, seen(first, login, rules=(rule(), closed))) is Result.PASSED


def test_not_known() -> None:
    assert result_of(check, seen(REFUSED, web_acls=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(REFUSED, rules=(rule(Actions=FORBIDS),), web_acls=DENIED)) is Result.PASSED
    assert result_of(check, seen(REFUSED, rules=())) is Result.SKIPPED
    gate = rule("1", Conditions=GATE, Actions=FORBIDS)
    assert result_of(check, seen(REFUSED, rules=(rule(), gate))) is Result.SKIPPED


@pytest.mark.parametrize("web_acls", [(acl(),), DENIED])
def test_visitors_who_get_an_error_are_told_once(web_acls: Any) -> None:
    refused: dict[str, Any] = {
        **led_to(answering(got(403, by_balancer=True))),
        "network_interfaces": (node("203.0.113.5"),),
    }
    report = judge(story("healthy", **refused, web_acls=web_acls))
    errors = [one.check for one in report.findings if one.severity == "error"]
    assert (report.verdict, errors) == ("broken", ["ALB719" if web_acls is DENIED else "ALB311"])
