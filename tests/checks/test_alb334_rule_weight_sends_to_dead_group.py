"""ALB334 over facts: weights of a rule, and the health of its groups."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor import judge
from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import GroupHealth, Rule, TargetHealth
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb334_rule_weight_sends_to_dead_group import rule_weight_sends_to_dead_group as check
from tests.support.build import GROUP_ARN, LISTENER_443_ARN, balancer, facts, forward, group, listener, rule, target
from tests.support.fixes import by_hand_of, script_of
from tests.support.stories import story
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTargetHealth")
CANARY_ARN = GROUP_ARN.replace("web-http", "canary")
GATE = [{"Field": "source-ip", "SourceIpConfig": {"Values": ["203.0.113.0/24"]}}]
ILL, WELL = target(state="unhealthy"), target("i-0def")


def weighted(web: int = 80, canary: int = 20, **more: Any) -> dict[str, Any]:
    groups = [{"TargetGroupArn": GROUP_ARN, "Weight": web}, {"TargetGroupArn": CANARY_ARN, "Weight": canary}]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups, **more}}


def health(arn: str, *targets: TargetHealth) -> GroupHealth:
    return GroupHealth(target_group_arn=arn, targets=Known(targets))


def seen(
    web: tuple[TargetHealth, ...],
    canary: tuple[TargetHealth, ...],
    *rules: Rule,
    action: dict[str, Any] | None = None,
    **groups: Any,
) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(80), listener()),
        "rules": (rule(port=80), *(rules or (rule(Actions=[action or weighted()]),))),
        "groups_health": (health(GROUP_ARN, *web), health(CANARY_ARN, *canary)),
    }
    return facts(**(base | groups))


def test_an_empty_group_with_a_weight_is_found() -> None:
    assert told(check, seen((WELL,), ())) == [
        f"error confirmed rule/{rule().rule_arn}: Rule default sends 20% of the requests for https://shop.example/"
        " where no target is healthy: canary",
        "  elasticloadbalancing DescribeRules HTTPS:443, default rule, for https://shop.example/"
        " -> forward to web-http, canary",
        "  elasticloadbalancing DescribeTargetHealth web-http -> weight 80: i-0def healthy",
        "  elasticloadbalancing DescribeTargetHealth canary -> weight 20: TargetHealthDescriptions: []",
        "  fix[script, traffic]: Set the weight of canary to 0 until a target there is healthy.",
    ]


def test_unhealthy_targets_may_still_answer() -> None:
    assert told(check, seen((WELL,), (ILL,)))[0].startswith("warning confirmed ")


def test_the_script_writes_the_weight_alone() -> None:
    sticky: dict[str, Any] = {"TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60}}
    kept = (
        f'[{{"Type": "forward", "ForwardConfig": {{"TargetGroups": [{{"TargetGroupArn": "{GROUP_ARN}", "Weight": 80}},'
        f' {{"TargetGroupArn": "{CANARY_ARN}", "Weight": 0}}],'
        ' "TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": 60}}}]'
    )
    snapshot = seen((WELL,), (), action=weighted(**sticky))
    assert script_of(check, snapshot, impact="traffic") == (
        f"aws elbv2 modify-listener --region ap-northeast-2 --listener-arn {LISTENER_443_ARN}"
        f" --default-actions '{kept}'\n"
    )
    of_host = rule("7", Conditions=[{"Field": "path-pattern", "Values": ["/*"]}], Actions=[weighted()])
    script = script_of(check, seen((WELL,), (), rule(), of_host), impact="traffic")
    assert script.startswith(f"aws elbv2 modify-rule --region ap-northeast-2 --rule-arn {of_host.rule_arn} --actions ")


def test_most_of_the_requests_are_moved_by_hand() -> None:
    words = by_hand_of(check, seen((WELL,), (), action=weighted(1, 99)), impact="traffic")
    assert words.startswith("99% of the requests go to canary.")
    assert script_of(check, seen((WELL,), (), action=weighted(50, 50)), impact="traffic")
    assert "99%" in told(check, seen((WELL,), (), action=weighted(1, 999)))[0]
    assert " 1%" in told(check, seen((WELL,), (), action=weighted(999, 1)))[0]


@pytest.mark.parametrize(
    ("web", "canary", "action"),
    [
        ((WELL,), (WELL,), None),
        # blue/green: the group that waits has no weight
        ((WELL,), (WELL, ILL), None),
        ((WELL,), (target(state="initial"),), None),
        ((WELL,), (target(state="unavailable"),), None),
        # nobody at all is healthy: other checks tell that
        ((ILL,), (), None),
        ((), (), None),
    ],
)
def test_silence(web: Any, canary: Any, action: Any) -> None:
    assert result_of(check, seen(web, canary, action=action)) is Result.PASSED


def test_weight_zero_and_one_group_share_nothing_out() -> None:
    assert result_of(check, seen((WELL,), (), action=weighted(100, 0))) is Result.EMPTY
    assert result_of(check, seen((), (), action=forward())) is Result.EMPTY


def test_a_rule_that_depends_on_the_client_leaves_it_open() -> None:
    gate = rule("1", Conditions=GATE)
    assert result_of(check, seen((WELL,), (), gate, rule(Actions=[weighted()]))) is Result.SKIPPED


def test_not_known() -> None:
    assert result_of(check, seen((WELL,), (), groups_health=DENIED)) is Result.SKIPPED
    assert result_of(check, seen((WELL,), (), groups_health=(health(GROUP_ARN, WELL),))) is Result.SKIPPED
    unread = GroupHealth(target_group_arn=CANARY_ARN, targets=DENIED)
    assert result_of(check, seen((), (), groups_health=(health(GROUP_ARN, WELL), unread))) is Result.SKIPPED


@pytest.mark.parametrize("served", [True, False])
def test_a_part_that_fails_beside_one_that_serves_is_a_warning(served: bool) -> None:
    groups: dict[str, Any] = {
        "rules": (rule(Actions=[weighted()]),),
        "target_groups": Known((group(), group(TargetGroupArn=CANARY_ARN, TargetGroupName="canary"))),
        "groups_health": (health(GROUP_ARN, WELL), health(CANARY_ARN)),
    }
    if not served:
        groups["probes"] = Unknown(gap=Gap.NOT_ASKED, asked="probes of the name's addresses")
    report = judge(story("healthy", **groups))
    assert [one.severity for one in report.findings if one.check == "ALB334"] == ["warning"]
