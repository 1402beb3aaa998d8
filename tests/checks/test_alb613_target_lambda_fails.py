"""ALB613 over facts: 502 in place of a function that may be invoked, and who else may have answered so."""

from __future__ import annotations

import pytest

from albdoctor.api import judge
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import Health
from albdoctor.facts.known import Gap, Unknown
from albdoctor_checks.target.alb613_target_lambda_fails import target_lambda_fails as check
from tests.support.build import GROUP_ARN, REGION, group
from tests.support.build_functions import OTHER, allows, function_target, policy, requested
from tests.support.build_served import URL, answering, got, led_to
from tests.support.build_targets import health
from tests.support.table import result_of, told

PERMITTED = (policy(allows(GROUP_ARN)),)
DENIED = Unknown(gap=Gap.DENIED, asked="lambda:GetPolicy")
TOLD = f"Function shop fails, or answers what the load balancer cannot pass on: {URL} gets 502"
LINES = [
    f"  GET {URL} at 203.0.113.5 -> 502 (server: awselb/2.0)",
    "  fix[by hand, none]: Read what shop logged when it was invoked, and mend the function.",
]


def test_502_in_place_of_a_function_that_may_be_invoked_is_its_failure() -> None:
    facts = requested(502, function_policies=PERMITTED)
    assert told(check, facts) == [f"error confirmed target-group/{GROUP_ARN} [shop]: {TOLD}", *LINES]
    assert [one.check for one in judge(facts).findings if one.severity == "error"] == ["ALB613"]


def test_a_function_that_was_healthy_may_fail_at_this_path() -> None:
    well = health(function_target(told=Health(state="healthy")))
    assert result_of(check, requested(502, groups_health=well, function_policies=())) is Result.FOUND


def test_where_the_request_is_shared_out_another_target_may_have_failed() -> None:
    facts = requested(502, shared=True, function_policies=PERMITTED)
    assert told(check, facts) == [f"error likely target-group/{GROUP_ARN} [shop]: {TOLD}", *LINES]
    (finding,) = run_one(facts, check).findings
    assert finding.decide == f"aws logs tail /aws/lambda/shop --region {REGION} --since 30m"


@pytest.mark.parametrize("status", [200, 302, 403, 404, 500, 503, 504])
def test_other_answers_are_no_failure_of_this_kind(status: int) -> None:
    assert result_of(check, requested(status, function_policies=PERMITTED)) is Result.PASSED


def test_a_502_of_somebody_else_is_not_told() -> None:
    by_nginx = led_to(answering(got(502, server="nginx/1.24.0")))
    assert result_of(check, requested(502, function_policies=PERMITTED, **by_nginx)) is Result.PASSED


def test_who_may_not_be_invoked_is_told_as_that_alone() -> None:
    facts = requested(502, function_policies=(policy(allows(OTHER)),))
    assert told(check, facts) == []
    assert [one.check for one in judge(facts).findings if one.severity == "error"] == ["ALB414"]


def test_what_its_policy_says_has_to_be_known() -> None:
    assert result_of(check, requested(502, function_policies=DENIED)) is Result.SKIPPED


def test_servers_on_instances_are_nothing_to_judge() -> None:
    assert result_of(check, requested(502, target_groups=(group(),), function_policies=DENIED)) is Result.EMPTY
