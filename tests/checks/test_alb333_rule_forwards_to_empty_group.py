"""ALB333 over facts: the request's rule and the targets of its group."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import GroupHealth, Rule, TargetHealth
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb333_rule_forwards_to_empty_group import rule_forwards_to_empty_group as check
from tests.support.build import GROUP_ARN, balancer, facts, forward, group, listener, rule, target
from tests.support.build_owners import cluster, service
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTargetHealth")
SPARE_ARN = GROUP_ARN.replace("web-http", "spare")
UNUSED = target(state="unused", reason="Target.InvalidState")
GATE = [{"Field": "source-ip", "SourceIpConfig": {"Values": ["203.0.113.0/24"]}}]


def health(*targets: TargetHealth, arn: str = GROUP_ARN) -> GroupHealth:
    return GroupHealth(target_group_arn=arn, targets=Known(targets))


def seen(*groups_health: GroupHealth, rules: tuple[Rule, ...] = (), **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(80), listener()),
        "rules": rules or (rule(port=80), rule()),
        "groups_health": groups_health,
    }
    return facts(**(base | groups))


def test_a_rule_that_forwards_to_a_group_without_targets_is_found_once() -> None:
    assert told(check, seen(health())) == [
        f"error confirmed rule/{rule().rule_arn} [{GROUP_ARN}]:"
        " Rule default sends https://shop.example/ to target group web-http, in which no target is in use",
        "  elasticloadbalancing DescribeRules HTTPS:443, default rule, for https://shop.example/"
        " -> forward to web-http",
        "  elasticloadbalancing DescribeTargetHealth web-http -> TargetHealthDescriptions: []",
        "  fix[by hand, none]: Give web-http a target that is in use, or let the rule forward to another group.",
    ]


def test_targets_that_are_all_unused_serve_nobody() -> None:
    assert told(check, seen(health(UNUSED)))[-2] == (
        "  elasticloadbalancing DescribeTargetHealth web-http -> i-0abc unused Target.InvalidState"
    )


def test_targets_that_are_on_their_way_out_get_no_new_request() -> None:
    draining = target(state="draining", reason="Target.DeregistrationInProgress")
    assert told(check, seen(health(draining, UNUSED)))[-2] == (
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc draining Target.DeregistrationInProgress, i-0abc unused Target.InvalidState"
    )
    for other in ("healthy", "unhealthy", "initial"):
        assert result_of(check, seen(health(draining, target(state=other)))) is Result.PASSED


def test_unhealthy_targets_still_get_requests() -> None:
    assert result_of(check, seen(health(target(state="unhealthy"), UNUSED))) is Result.PASSED


def test_only_groups_with_weight_and_only_the_rule_that_matches_count() -> None:
    both = forward(GROUP_ARN, SPARE_ARN)
    both["ForwardConfig"]["TargetGroups"][1]["Weight"] = 0
    elsewhere = rule(
        "9",
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": ["api.example"]}}],
        Actions=[forward(SPARE_ARN)],
    )
    rules = (rule(port=80), rule(Actions=[both]), elsewhere)
    assert result_of(check, seen(health(target()), health(arn=SPARE_ARN), rules=rules)) is Result.PASSED
    both["ForwardConfig"]["TargetGroups"][1]["Weight"] = 50
    weighted = (rule(port=80), rule(Actions=[both]))
    assert result_of(check, seen(health(target()), health(arn=SPARE_ARN), rules=weighted)) is Result.FOUND


def test_a_balancer_that_forwards_nothing_is_nothing_to_judge() -> None:
    assert result_of(check, seen(rules=(rule(port=80),), listeners=(listener(80),))) is Result.EMPTY


def test_what_is_not_known_is_not_empty() -> None:
    denied = GroupHealth(target_group_arn=GROUP_ARN, targets=DENIED)
    assert result_of(check, seen(denied)) is Result.SKIPPED
    assert result_of(check, seen()) is Result.SKIPPED
    assert result_of(check, seen(groups_health=DENIED)) is Result.SKIPPED
    gate = rule("1", Conditions=GATE, Actions=[forward(SPARE_ARN)])
    assert result_of(check, seen(health(), rules=(rule(port=80), gate, rule()))) is Result.SKIPPED


def test_who_fills_the_group_is_named() -> None:
    idle = cluster(service(desiredCount=0, runningCount=0))
    assert told(check, seen(health(), target_groups=(group(),), ecs_clusters=(idle,)))[-2:] == [
        "  ecs DescribeServices shop/web -> desiredCount: 0, runningCount: 0",
        "  fix[script, none]: Let Amazon ECS service web (cluster shop) run a task: it registers itself in web-http.",
    ]
    # Targets that are there are another matter.
    stopped = told(check, seen(health(UNUSED), target_groups=(group(),), ecs_clusters=(idle,)))
    assert not any("desiredCount" in line for line in stopped)
