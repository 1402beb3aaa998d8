"""How a stage and a row of the path stand: the worst that was found, and never better than what was seen."""

from __future__ import annotations

from albdoctor.checkup import INFO
from albdoctor.checkup.causes import diagnose
from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import run
from albdoctor.derive.topology import topology
from albdoctor.facts.elb import GroupHealth
from albdoctor.facts.known import Known
from albdoctor.facts.snapshot import Facts
from albdoctor.report.build import build
from tests.support.build import GROUP_ARN, facts, group, target
from tests.support.stories import DENIED, make, story

OTHER_ARN = GROUP_ARN.replace("web-http", "other")


def _statuses(snapshot: Facts, *checks: Check) -> dict[str, tuple[str, list[str]]]:
    outcomes = run(snapshot, checks)
    report = build(snapshot, outcomes, diagnose(outcomes, topology(snapshot)))
    return {stage.stage: (stage.status, [row.status for row in stage.rows]) for stage in report.stages}


def test_a_stage_is_not_better_than_its_rows() -> None:
    """A check of another stage can look at a row, as tls-port-closed looks at the answer."""
    assert _statuses(story(), make("TST701", "tg-of-another-stage"))["target_group"] == ("error", ["error", "unknown"])


def test_information_does_not_hide_what_was_not_seen() -> None:
    part = facts(
        target_groups=(group(), group(TargetGroupArn=OTHER_ARN)),
        groups_health=(
            GroupHealth(target_group_arn=GROUP_ARN, targets=Known((target(state="unhealthy"),))),
            GroupHealth(target_group_arn=OTHER_ARN, targets=DENIED),
        ),
    )
    assert _statuses(part, make("TST401", "tg-note", severity=INFO))["target_group"][0] == "unknown"
