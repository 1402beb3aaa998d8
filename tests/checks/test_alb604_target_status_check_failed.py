"""ALB604 over facts: EC2's status checks of instances that fail their health checks."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import fill_script
from albdoctor_checks.fixes.instance import MOVE_HOST, REBOOT
from albdoctor_checks.target.alb604_target_status_check_failed import target_status_check_failed as check
from tests.support.build import GROUP_ARN, REGION, target
from tests.support.build_targets import DENIED, TIMEOUT, impaired, scene, unhealthy
from tests.support.table import result_of, told

SILENT = unhealthy(reason=TIMEOUT, description="Request timed out")
NO_STATUSES = Unknown(gap=Gap.DENIED, asked="ec2:DescribeInstanceStatus")


def test_an_instance_that_fails_its_own_check_is_rebooted() -> None:
    seen = scene(SILENT, instance_statuses=(impaired(),))
    assert told(check, seen) == [
        f"error confirmed target/{GROUP_ARN}#i-0abc:80 [InstanceStatus]: Instances of target group web-http fail a"
        " status check of EC2 (InstanceStatus): i-0abc",
        "  elasticloadbalancing DescribeTargetHealth web-http -> i-0abc:80 unhealthy Target.Timeout Request timed out",
        "  ec2 DescribeInstanceStatus -> i-0abc: InstanceStatus impaired",
        "  fix[script, brief]: Reboot i-0abc.",
    ]
    (finding,) = run_one(seen, check).findings
    assert finding.fix is REBOOT
    assert fill_script(REBOOT.script, finding.values) == (
        f"aws ec2 reboot-instances --region {REGION} --instance-ids i-0abc\n"
        f"aws ec2 wait instance-status-ok --region {REGION} --instance-ids i-0abc\n"
    )


@pytest.mark.parametrize(
    "checks", [("SystemStatus",), ("AttachedEbsStatus",), ("SystemStatus", "AttachedEbsStatus", "InstanceStatus")]
)
def test_a_fault_of_the_host_is_aws_s_to_repair(checks: tuple[str, ...]) -> None:
    seen = scene(SILENT, instance_statuses=(impaired(*checks),))
    (finding,) = run_one(seen, check).findings
    assert (finding.fix, finding.key) == (MOVE_HOST, " ".join(checks))
    assert told(check, seen)[-1] == (
        "  fix[by hand, none]: Let AWS repair the host of i-0abc, or move them to another one by a stop and a start."
    )


def test_instances_are_listed_by_what_fails() -> None:
    targets = (SILENT, unhealthy(id_="i-0b", reason=TIMEOUT), unhealthy(id_="i-0c", reason=TIMEOUT))
    statuses = (impaired(), impaired(id_="i-0b"), impaired("SystemStatus", id_="i-0c"))
    findings = run_one(scene(*targets, instance_statuses=statuses), check).findings
    assert [one.values["instances"] for one in findings] == [("i-0abc", "i-0b"), ("i-0c",)]


@pytest.mark.parametrize(
    ("one", "statuses"),
    [
        (SILENT, (impaired("none"),)),
        (SILENT, ()),  # it does not run, or is an address
        (SILENT, (impaired(id_="i-0b"),)),
        (target(), (impaired(),)),  # it answers all the same
        (target(state="draining"), (impaired(),)),
    ],
)
def test_what_passes_its_status_checks_or_answers_passes(one: Any, statuses: Any) -> None:
    assert result_of(check, scene(one, instance_statuses=statuses)) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, scene(instance_statuses=())) is Result.EMPTY
    assert result_of(check, scene(SILENT, instance_statuses=NO_STATUSES)) is Result.SKIPPED
    assert result_of(check, scene(groups_health=DENIED, instance_statuses=())) is Result.SKIPPED
