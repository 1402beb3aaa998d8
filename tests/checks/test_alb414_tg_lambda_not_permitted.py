"""ALB414 over facts: functions that are targets, and what their policies permit."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from albdoctor.api import judge
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import Health
from albdoctor.facts.functions import InvokeStatement
from albdoctor.facts.known import Gap, Unknown
from albdoctor.redact.snapshot import redact
from albdoctor.text import fill_script
from albdoctor_checks.target_group.alb414_tg_lambda_not_permitted import PERMIT
from albdoctor_checks.target_group.alb414_tg_lambda_not_permitted import tg_lambda_not_permitted as check
from tests.support.build import ACCOUNT, ELB, GROUP_ARN, REGION, group
from tests.support.build_functions import (
    FUNCTION,
    OTHER,
    allows,
    function_target,
    policy,
    requested,
    served_by_function,
)
from tests.support.build_targets import health
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="lambda:GetPolicy")
FIX = "  fix[script, none]: Let Elastic Load Balancing invoke shop for target group shop-function, and for no other."
MAY_NOT = "Elastic Load Balancing may not invoke function shop for target group shop-function"


def test_a_policy_for_another_group_is_told() -> None:
    facts = served_by_function(policy(allows(OTHER)))
    assert told(check, facts) == [
        f"error confirmed target-group/{GROUP_ARN} [shop]: {MAY_NOT}: the policy allows only {OTHER}",
        f"  lambda GetPolicy shop -> elasticloadbalancing.amazonaws.com: Allow {OTHER}",
        FIX,
    ]
    (finding,) = run_one(facts, check).findings
    assert fill_script(PERMIT.script, finding.values) == (
        f"aws lambda add-permission --region {REGION} --function-name {FUNCTION}"
        " --statement-id elb-73e2d6bc24d8a067 \\\n"
        "  --principal elasticloadbalancing.amazonaws.com --action lambda:InvokeFunction \\\n"
        f"  --source-arn {GROUP_ARN} --source-account {ACCOUNT}\n"
    )


def test_a_policy_without_a_word_of_load_balancing_is_told() -> None:
    assert told(check, served_by_function(policy())) == [
        f"error confirmed target-group/{GROUP_ARN} [shop]: {MAY_NOT}:"
        " the policy has no statement for elasticloadbalancing.amazonaws.com",
        "  lambda GetPolicy shop -> elasticloadbalancing.amazonaws.com: no statement",
        FIX,
    ]


def test_where_there_is_no_policy_the_function_may_be_gone() -> None:
    facts = served_by_function(policy(there=False))
    assert told(check, facts) == [
        f"error likely target-group/{GROUP_ARN} [shop]: {MAY_NOT}: the function has no resource policy",
        "  lambda GetPolicy shop -> ResourceNotFoundException",
        FIX,
    ]
    (finding,) = run_one(facts, check).findings
    assert finding.decide == (
        f"aws lambda get-function --region {REGION} --function-name {FUNCTION} --query Configuration.State"
    )


def test_what_is_denied_on_purpose_is_by_hand() -> None:
    lines = told(check, served_by_function(policy(allows(), allows(GROUP_ARN, effect="Deny"))))
    assert lines[0].endswith(f"{MAY_NOT}: the policy denies it")
    assert lines[-1] == (
        "  fix[by hand, none]: Take Elastic Load Balancing out of the statement of shop's policy that denies it."
    )


@pytest.mark.parametrize(
    ("statements", "result"),
    [
        ((allows(),), Result.PASSED),
        ((allows(GROUP_ARN),), Result.PASSED),
        ((allows(OTHER), allows(GROUP_ARN)), Result.PASSED),
        ((allows(f"{ELB}:targetgroup/*"),), Result.PASSED),
        ((allows(f"{ELB}:targetgroup/web-*/*"),), Result.PASSED),
        ((allows(f"{ELB}:targetgroup/old-*/*"),), Result.FOUND),
        ((allows(GROUP_ARN, accounts=(ACCOUNT,)),), Result.PASSED),
        ((allows(accounts=(ACCOUNT,)),), Result.PASSED),
        ((allows(accounts=("210987654321",)),), Result.FOUND),
        ((allows(GROUP_ARN, more=True),), Result.SKIPPED),
        ((allows(OTHER, more=True),), Result.FOUND),
        ((allows(), allows(effect="Deny", more=True)), Result.SKIPPED),
        ((allows(), allows(OTHER, effect="Deny")), Result.PASSED),
        ((allows(), allows(effect="Deny")), Result.FOUND),
    ],
)
def test_what_the_statements_come_to(statements: tuple[InvokeStatement, ...], result: Result) -> None:
    facts = served_by_function(policy(*statements))
    assert result_of(check, facts) is result
    assert result_of(check, redact(facts)) is result


def test_a_healthy_function_was_invoked() -> None:
    well = health(function_target(told=Health(state="healthy")))
    assert result_of(check, served_by_function(groups_health=well, function_policies=DENIED)) is Result.PASSED


def test_an_answer_of_the_function_outranks_its_policy() -> None:
    for function_policies in ((policy(),), DENIED):
        assert result_of(check, requested(200, function_policies=function_policies)) is Result.PASSED
        shared = requested(200, shared=True, function_policies=function_policies)
        assert result_of(check, shared) is (Result.SKIPPED if function_policies is DENIED else Result.FOUND)


def test_what_is_not_known_is_a_gap() -> None:
    untold = replace(policy(), statements=DENIED)
    for function_policies in (DENIED, (untold,), ()):
        assert result_of(check, requested(502, function_policies=function_policies)) is Result.SKIPPED
    parked = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    assert result_of(check, requested(404, actions=parked, function_policies=DENIED)) is Result.EMPTY


def test_servers_on_instances_are_nothing_to_judge() -> None:
    facts = served_by_function(target_groups=(group(),), function_policies=DENIED)
    assert result_of(check, facts) is Result.EMPTY


def test_visitors_who_get_502_are_told_once() -> None:
    report = judge(requested(502, function_policies=(policy(allows(OTHER)),)))
    assert [one.check for one in report.findings if one.severity == "error"] == ["ALB414"]
