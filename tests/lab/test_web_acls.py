"""Web ACLs are asked for only where a load balancer refused a request itself, and as AWS writes them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from albdoctor.api import collect, judge
from albdoctor.collect.keywords import options_for
from albdoctor.commands.given import ScanGiven, parsed
from albdoctor.commands.options import keywords
from albdoctor.commands.scan import scan as command
from albdoctor.config import Config
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.waf import WEB_ACLS, WebAcl, WebAclRule
from albdoctor.lab.scenarios import find
from albdoctor.lab.shop import Shop
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from albdoctor.policy import Policy

pytestmark = pytest.mark.lab

SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "shop"}
GROUP = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
GEO = {"GeoMatchStatement": {"CountryCodes": ["KP"]}}


def rule(name: str, priority: int, statement: Any, **action: Any) -> dict[str, Any]:
    return {"Name": name, "Priority": priority, "Statement": statement, "VisibilityConfig": SEEN, **action}


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with World() as world, pytest.MonkeyPatch.context() as patch:
        made = build(world, find("web-acl-blocks").plan)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in world.aws.environment().items():
            patch.setenv(name, value)
        yield made


def scan(shop: Shop, *words: str) -> tuple[Facts, list[str]]:
    world, domain = shop.world, shop.domain
    before = len(world.aws.scanned)
    with command.make_context("scan", ["--domain", domain, "--timeout", "30", *world.flags, *words]) as context:
        facts = collect(options_for(domain, **keywords(parsed(ScanGiven, context.params), Config())), Policy())
    return facts, [one for one in world.aws.scanned[before:] if one in WEB_ACLS.actions]


def test_a_web_acl_is_read_where_a_request_was_refused(shop: Shop) -> None:
    facts, asked = scan(shop)
    assert isinstance(facts.web_acls, Known)
    (acl,) = facts.web_acls.value
    assert acl == WebAcl(
        load_balancer_arn=shop.balancer.arn, arn=acl.arn, name="shop", default_action="Block", rules=()
    )
    assert asked == ["wafv2:GetWebACLForResource"]


def test_its_rules_are_in_their_order(shop: Shop) -> None:
    waf = shop.client("wafv2")
    (acl,) = waf.list_web_acls(Scope="REGIONAL")["WebACLs"]
    rules = [
        rule("countries", 5, GEO, Action={"Block": {}}),
        rule("common", 1, GROUP, OverrideAction={"None": {}}),
        rule("watched", 3, GROUP, OverrideAction={"Count": {}}),
    ]
    told = {"Name": "shop", "Scope": "REGIONAL", "Id": acl["Id"], "VisibilityConfig": SEEN}
    waf.update_web_acl(**told, LockToken=acl["LockToken"], DefaultAction={"Block": {}}, Rules=rules)
    try:
        facts, _ = scan(shop)
    finally:
        (acl,) = waf.list_web_acls(Scope="REGIONAL")["WebACLs"]
        waf.update_web_acl(**told, LockToken=acl["LockToken"], DefaultAction={"Block": {}}, Rules=[])
    assert isinstance(facts.web_acls, Known)
    assert facts.web_acls.value[0].rules == (
        WebAclRule(name="common", action="None"),
        WebAclRule(name="watched", action="Count"),
        WebAclRule(name="countries", action="Block"),
    )


def test_denied_it_is_a_gap_and_the_error_is_told_all_the_same(shop: Shop) -> None:
    shop.world.aws.denied = {"wafv2:GetWebACLForResource"}
    try:
        facts, _ = scan(shop)
    finally:
        shop.world.aws.denied = set()
    assert isinstance(facts.web_acls, Unknown)
    assert (facts.web_acls.gap, facts.web_acls.asked) == (Gap.DENIED, "wafv2:GetWebACLForResource")
    report = judge(facts)
    assert [one.slug for one in report.findings if one.severity == "error"] == ["http-request-fails"]
    assert report.exit_code == 1


def test_without_probes_nothing_is_asked(shop: Shop) -> None:
    facts, asked = scan(shop, "--no-probe")
    assert (facts.web_acls, asked) == (Known(()), [])
