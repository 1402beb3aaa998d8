"""ALB603 over facts: stopped, terminated, and known only from target health."""

from __future__ import annotations

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import fill_script
from albdoctor_checks.fixes.instance import START
from albdoctor_checks.target.alb603_target_instance_not_running import target_instance_not_running as check
from tests.support.build import GROUP_ARN, target
from tests.support.build_targets import DENIED, instance, scene
from tests.support.table import result_of, told

STOPPED = target(state="unused", reason="Target.InvalidState", description="Target is in the stopped state")
NO_INSTANCES = Unknown(gap=Gap.DENIED, asked="ec2:DescribeInstances")


def test_stopped_instance_is_found_and_started() -> None:
    seen = scene(STOPPED, instances=(instance("stopped"),))
    assert told(check, seen) == [
        f"error confirmed target/{GROUP_ARN}#i-0abc:80 [stopped]: Target group web-http has instances that are not"
        " running (stopped): i-0abc",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:80 unused Target.InvalidState Target is in the stopped state",
        "  ec2 DescribeInstances -> i-0abc: stopped",
        "  fix[script, none]: Start i-0abc.",
    ]
    (finding,) = run_one(seen, check).findings
    assert finding.fix is START
    assert fill_script(START.script, finding.values) == (
        "aws ec2 start-instances --region ap-northeast-2 --instance-ids i-0abc\n"
        "aws ec2 wait instance-running --region ap-northeast-2 --instance-ids i-0abc\n"
    )


def test_states_are_told_apart_and_instances_listed() -> None:
    targets = (STOPPED, target("i-0b", 80, "unused", "Target.InvalidState"), target("i-0c", 81, "unhealthy"))
    seen = scene(*targets, instances=(instance("stopped"), instance("terminated", "i-0b"), instance("stopped", "i-0c")))
    findings = run_one(seen, check).findings
    assert [finding.values["instances"] for finding in findings] == [("i-0abc", "i-0c"), ("i-0b",)]
    assert [finding.fix is START for finding in findings] == [True, False]
    assert str(findings[0].subject) == f"target-group/{GROUP_ARN}"


def test_health_alone_tells_the_same_finding() -> None:
    described, denied = scene(STOPPED, instances=(instance("stopped"),)), scene(STOPPED, instances=NO_INSTANCES)
    (whole,), (part,) = run_one(described, check).findings, run_one(denied, check).findings
    assert whole.fingerprint("ALB603") == part.fingerprint("ALB603")
    assert (part.values, part.fix) == (whole.values, START)
    assert told(check, denied) == [line for line in told(check, described) if "DescribeInstances" not in line]


def test_health_that_does_not_name_the_state_starts_nothing() -> None:
    seen = scene(target("i-0abc", 80, "unused", "Target.InvalidState"), instances=NO_INSTANCES)
    assert told(check, seen)[0].endswith("has instances that are not running (stopped or terminated): i-0abc")
    assert told(check, seen)[-1] == "  fix[by hand, none]: Register a running instance in web-http instead of i-0abc."


def test_running_and_pending_instances_and_addresses_pass() -> None:
    for one, state in ((target(), "running"), (target(state="initial"), "pending"), (target("10.0.1.9"), "stopped")):
        assert result_of(check, scene(one, instances=(instance(state),))) is Result.PASSED
    assert result_of(check, scene(target(), instances=NO_INSTANCES)) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, scene(instances=())) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED, instances=())) is Result.SKIPPED
