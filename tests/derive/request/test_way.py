"""Where things stand, seen from the scanned URL, and the shares of the groups that serve it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.scene import scene_of
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.way import Way
from albdoctor.facts.elb import How
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Facts
from tests.support.build import (
    BALANCER_ARN,
    GROUP_ARN,
    LISTENER_80_ARN,
    LISTENER_443_ARN,
    REGION,
    balancer,
    facts,
    forward,
    group,
    listener,
    rule,
)
from tests.support.build_dns import OURS, certificate, delegation, denied, lead, on_listener, record_set, records, zone
from tests.support.build_served import served

ON, SAME, OTHER, PARKED, NONE = Place
BLUE, GREEN = GROUP_ARN, GROUP_ARN.replace("web-http", "green")
TEST_LISTENER_ARN = LISTENER_443_ARN.replace("f2f7", "8443")
STANDBY_ARN = BALANCER_ARN.replace("/web/", "/standby/")
STANDBY = f"standby-1234567890.{REGION}.elb.amazonaws.com"


def _condition(field: str, config: str, *values: str) -> dict[str, Any]:
    return {"Field": field, config: {"Values": list(values)}}


def host(*values: str) -> dict[str, Any]:
    return _condition("host-header", "HostHeaderConfig", *values)


def path(*values: str) -> dict[str, Any]:
    return _condition("path-pattern", "PathPatternConfig", *values)


def source(*values: str) -> dict[str, Any]:
    return _condition("source-ip", "SourceIpConfig", *values)


def weighted(*weights: tuple[str, int]) -> dict[str, Any]:
    """A forward to groups with weights."""
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}


def seen(*rules: Any, **groups: Any) -> Facts:
    """Two groups behind one load balancer with HTTPS:443 and HTTP:80; the last rule is the default one."""
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(443), listener(80)),
        "rules": (*rules, rule(port=80)),
        "target_groups": (group(), group(TargetGroupArn=GREEN, TargetGroupName="green")),
        "hosted_zones": (),
        "record_sets": (),
    }
    return facts(**(base | served() | groups))


def way_of(snapshot: Facts) -> Way:
    """The way of the scanned URL."""
    return scene_of(snapshot).way


def placed(snapshot: Facts) -> tuple[Place, Place]:
    """Where the two groups stand."""
    way = way_of(snapshot)
    return way.of(Ref(Kind.TARGET_GROUP, BLUE)), way.of(Ref(Kind.TARGET_GROUP, GREEN))


TO_GREEN = [forward(GREEN)]
NO_PROBES = denied("probes of the name's addresses")
FORBIDDEN: dict[str, Any] = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}
TEST_LISTENER = listener(8443, ListenerArn=TEST_LISTENER_ARN, Protocol="HTTPS", DefaultActions=TO_GREEN)
TEST_RULE = rule(RuleArn="test", ListenerArn=TEST_LISTENER_ARN, Actions=TO_GREEN)
GROUPS: dict[str, tuple[Facts, tuple[Place, Place], dict[str, float]]] = {
    "the default rule's group, and one that nobody names": (seen(rule()), (ON, NONE), {BLUE: 1.0}),
    "a shared load balancer: another host's": (
        seen(rule("10", Conditions=[host("other.example")], Actions=TO_GREEN), rule()),
        (ON, OTHER),
        {BLUE: 1.0},
    ),
    "another path of the host": (
        seen(rule("10", Conditions=[host("shop.example"), path("/api/*")], Actions=TO_GREEN), rule()),
        (ON, SAME),
        {BLUE: 1.0},
    ),
    "another path of every host": (
        seen(rule("10", Conditions=[path("/api/*")], Actions=TO_GREEN), rule()),
        (ON, SAME),
        {BLUE: 1.0},
    ),
    "a wildcard host that fits": (
        seen(rule("10", Conditions=[host("*.example")], Actions=TO_GREEN), rule()),
        (SAME, ON),
        {GREEN: 1.0},
    ),
    "blue/green at rest": (
        seen(rule(Actions=[weighted((BLUE, 1), (GREEN, 0))])),
        (ON, PARKED),
        {BLUE: 1.0, GREEN: 0.0},
    ),
    "a canary": (seen(rule(Actions=[weighted((BLUE, 9), (GREEN, 1))])), (ON, ON), {BLUE: 0.9, GREEN: 0.1}),
    "on a test listener": (
        seen(rule(), TEST_RULE, listeners=(listener(443), listener(80), TEST_LISTENER)),
        (ON, PARKED),
        {BLUE: 1.0},
    ),
    "on the way and parked elsewhere": (
        seen(
            rule(Actions=[weighted((BLUE, 1), (GREEN, 0))]),
            replace(TEST_RULE, actions=rule(Actions=[forward(BLUE)]).actions),
            listeners=(listener(443), listener(80), TEST_LISTENER),
        ),
        (ON, PARKED),
        {BLUE: 1.0, GREEN: 0.0},
    ),
    "a rule for some clients may take it first": (
        seen(rule("10", Conditions=[source("192.0.2.0/24")], Actions=TO_GREEN), rule(), probes=NO_PROBES),
        (ON, ON),
        {BLUE: 1.0, GREEN: 1.0},
    ),
    "a rule for some clients, where others were served": (
        seen(rule("10", Conditions=[source("192.0.2.0/24")], Actions=TO_GREEN), rule()),
        (ON, SAME),
        {BLUE: 1.0},
    ),
    "a rule for some clients to the group of all": (
        seen(rule("10", Conditions=[source("192.0.2.0/24")]), rule()),
        (ON, NONE),
        {BLUE: 1.0},
    ),
    "a rule for some clients, which alone forwards": (
        seen(rule("10", Conditions=[source("192.0.2.0/24")], Actions=TO_GREEN), rule(Actions=[FORBIDDEN])),
        (NONE, ON),
        {GREEN: 1.0},
    ),
    "a rule of a later number is another way": (
        seen(
            rule("10", Conditions=[path("/*")]), rule("20", Conditions=[host("shop.example")], Actions=TO_GREEN), rule()
        ),
        (ON, SAME),
        {BLUE: 1.0},
    ),
    "no rule at all": (seen(rules=()), (NONE, NONE), {}),
    "the rules are not known": (seen(rules=denied("elasticloadbalancing:DescribeRules")), (ON, ON), {}),
}


@pytest.mark.parametrize(("snapshot", "places", "shares"), GROUPS.values(), ids=GROUPS)
def test_groups(snapshot: Facts, places: tuple[Place, Place], shares: dict[str, float]) -> None:
    assert placed(snapshot) == places
    assert {arn: share for arn, share in way_of(snapshot).shares.items() if share} == pytest.approx(
        {arn: share for arn, share in shares.items() if share}
    )


def test_a_target_stands_where_its_group_does() -> None:
    way = way_of(seen(rule(Actions=[weighted((BLUE, 1), (GREEN, 0))])))
    assert [way.of(Ref(Kind.TARGET, f"{arn}#i-0abc:80")) for arn in (BLUE, GREEN)] == [ON, PARKED]


def test_a_rule_that_depends_on_the_client_makes_the_way_uncertain_and_not_wrong() -> None:
    picky = rule("10", Conditions=[source("192.0.2.0/24")], Actions=TO_GREEN)
    assert [way_of(seen(*rules)).certain for rules in ((rule(),), (picky, rule()))] == [True, False]


def test_listeners_and_rules() -> None:
    other = rule("10", Conditions=[host("other.example")], Actions=TO_GREEN)
    way = way_of(seen(other, rule(), TEST_RULE, listeners=(listener(443), listener(80), TEST_LISTENER)))
    arns = (LISTENER_443_ARN, LISTENER_80_ARN, TEST_LISTENER_ARN)
    assert [way.of(Ref(Kind.LISTENER, arn)) for arn in arns] == [ON, ON, PARKED]
    assert [way.of(one.ref) for one in (other, rule(), TEST_RULE)] == [OTHER, ON, PARKED]


def _two_balancers(**second: Any) -> Facts:
    first = record_set("shop.example", "A", alias=balancer().dns_name, SetIdentifier="1", **_first(second))
    standby = record_set("shop.example", "A", alias=STANDBY, SetIdentifier="2", **second)
    return seen(
        rule(),
        rule(RuleArn="standby", ListenerArn="standby", Actions=TO_GREEN),
        load_balancers=(balancer(), balancer(LoadBalancerArn=STANDBY_ARN, DNSName=STANDBY)),
        listeners=(
            listener(443),
            listener(80),
            listener(443, ListenerArn="standby", LoadBalancerArn=STANDBY_ARN, DefaultActions=TO_GREEN),
        ),
        hosted_zones=(zone(),),
        record_sets=(records(first, standby),),
        delegation=delegation(*OURS),
        leads=(lead(How.ALIAS), lead(How.ALIAS, STANDBY_ARN)),
    )


def _first(second: dict[str, Any]) -> dict[str, Any]:
    """The record beside the second one."""
    return {"Failover": "PRIMARY"} if "Failover" in second else {"Weight": 10}


@pytest.mark.parametrize(
    ("second", "place"), [({"Failover": "SECONDARY"}, PARKED), ({"Weight": 0}, PARKED), ({"Weight": 1}, ON)]
)
def test_everything_behind_a_load_balancer_at_rest_is_parked(second: dict[str, Any], place: Place) -> None:
    way = way_of(_two_balancers(**second))
    behind = (
        Ref(Kind.LOAD_BALANCER, STANDBY_ARN),
        Ref(Kind.LISTENER, "standby"),
        Ref(Kind.RULE, "standby"),
        Ref(Kind.TARGET_GROUP, GREEN),
    )
    assert [way.of(ref) for ref in behind] == [place] * 4
    assert way.of(Ref(Kind.LOAD_BALANCER, BALANCER_ARN)) is ON


def test_a_load_balancer_that_no_trace_leads_to_is_on_no_way() -> None:
    stranger = balancer(LoadBalancerArn=STANDBY_ARN, DNSName=STANDBY)
    assert way_of(seen(rule(), load_balancers=(balancer(), stranger))).of(stranger.ref) is NONE


def test_without_a_name_every_way_is_judged() -> None:
    """`scan --all`, and no name is known to lead to the load balancer."""
    other = rule("10", Conditions=[host("other.example")], Actions=TO_GREEN)
    unnamed = seen(other, rule(), leads=())
    assert placed(replace(unnamed, scan=replace(unnamed.scan, named=False))) == (ON, ON)


def test_certificates() -> None:
    """One that covers the host is on the way, attached or not, and so is the default one that clients are shown."""
    ours, default, sibling, stranger = (
        certificate(name, arn=f"arn:{name}") for name in ("shop.example", "old.test", "dev.shop.example", "else.test")
    )
    way = way_of(
        seen(
            rule(),
            certificates=(ours, default, sibling, stranger),
            listeners_certificates=(on_listener(default.certificate_arn, stranger.certificate_arn),),
        )
    )
    assert [way.of(one.ref) for one in (ours, default, sibling, stranger)] == [ON, ON, OTHER, NONE]


def test_what_is_not_known_may_be_on_the_way() -> None:
    unseen = facts(load_balancers=(balancer(),), target_groups=(group(),))
    assert way_of(unseen).of(Ref(Kind.TARGET_GROUP, BLUE)) is ON
    assert way_of(seen(rule())).of(Ref(Kind.DOMAIN, "shop.example")) is ON


def test_paths_under_which_the_host_has_something() -> None:
    api = rule("10", Conditions=[path("/api/*", "/v2/*")])
    other = rule("20", Conditions=[host("other.example"), path("/other/*")])
    parked = rule("30", Conditions=[path("/new/*")], Actions=[weighted((GREEN, 0))])
    assert way_of(seen(api, other, parked, rule())).other_paths == ("/api/*", "/v2/*")
