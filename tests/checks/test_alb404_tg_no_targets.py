"""ALB404 over facts: what it tells, and when it stays silent."""

from __future__ import annotations

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import GroupHealth
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor_checks.target_group.alb404_tg_no_targets import tg_no_targets
from tests.support.build import GROUP_ARN, facts, group, target
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTargetHealth")


def test_group_without_targets_is_found() -> None:
    empty = facts(target_groups=(group(),), groups_health=(GroupHealth(target_group_arn=GROUP_ARN, targets=Known(())),))
    assert told(tg_no_targets, empty) == [
        f"error confirmed target-group/{GROUP_ARN}: Target group web-http has no registered target",
        "  elasticloadbalancing DescribeTargetHealth web-http -> TargetHealthDescriptions: []",
        "  fix[by hand, none]: Register a target in web-http.",
    ]


def test_group_with_a_target_passes() -> None:
    health = (GroupHealth(target_group_arn=GROUP_ARN, targets=Known((target(),))),)
    assert result_of(tg_no_targets, facts(target_groups=(group(),), groups_health=health)) is Result.PASSED


def test_denied_health_is_not_an_empty_group() -> None:
    denied = (GroupHealth(target_group_arn=GROUP_ARN, targets=DENIED),)
    assert result_of(tg_no_targets, facts(target_groups=(group(),), groups_health=denied)) is Result.SKIPPED
    assert result_of(tg_no_targets, facts(target_groups=(group(),), groups_health=DENIED)) is Result.SKIPPED


def test_no_group_is_nothing_to_judge() -> None:
    assert result_of(tg_no_targets, facts(target_groups=(), groups_health=())) is Result.EMPTY
