"""Resource policies of functions that are targets: whose are asked for, and what is kept of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from albdoctor.collect.aws.functions import MOST_FUNCTIONS
from albdoctor.collect.options import Options
from albdoctor.facts.functions import FUNCTION_POLICIES, FunctionPolicy, InvokeStatement
from albdoctor.facts.known import Gap, Known
from albdoctor.facts.snapshot import Facts
from albdoctor.lab.aws import AwsApi
from albdoctor.lab.aws_elb import Health
from albdoctor.lab.aws_lambda import BALANCING, LabLambda
from albdoctor.lab.build import Builder, fixed_response
from albdoctor.redact.snapshot import redact
from tests.support.aws_ask import gap, known
from tests.support.collecting import collect_now

ASKED = "lambda:GetPolicy"
INVOKE = "lambda:InvokeFunction"
GROUPS = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup"
TO_BALANCING = {"Effect": "Allow", "Principal": {"Service": BALANCING}, "Action": INVOKE, "Resource": "x"}


class Account:
    """A balancer that forwards to functions."""

    def __init__(self, api: AwsApi) -> None:
        """Build the balancer."""
        self.api, self.build = api, Builder(api)
        self.balancer = self.build.balancer(self.build.network())
        self.listener = self.build.listener(self.balancer, fixed_response(), port=80)

    def function(self, name: str = "shop", *statements: dict[str, Any], as_target: str = "") -> str:
        """Register a function under a rule, then leave these statements in its policy; give its ARN."""
        elb, functions = self.api.client("elbv2"), self.api.functions
        arn = functions.make(f"{name}{as_target}")
        functions.functions[arn].statements["elb"] = dict(TO_BALANCING)
        made = elb.create_target_group(Name=name, TargetType="lambda")
        group = str(made["TargetGroups"][0]["TargetGroupArn"])
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": arn}])
        self.build.rule(self.listener, group, priority=len(functions.functions), paths=[f"/{name}"])
        functions.functions[arn].statements = {str(number): one for number, one in enumerate(statements)}
        return arn

    def scan(self) -> Facts:
        """See the policies of the functions behind the balancer."""
        host = self.balancer.dns_name
        options = Options(domain=host, host=host, registrable=host, named=False, balancer=self.balancer.arn, timeout=20)
        return collect_now(options, frozenset({FUNCTION_POLICIES.name}))

    def kept(self, *statements: dict[str, Any]) -> tuple[InvokeStatement, ...]:
        """What is kept of a policy with these statements."""
        self.function("shop", *statements)
        (policy,) = known(self.scan().function_policies)
        return known(policy.statements)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with AwsApi() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield Account(running)


def under(**condition: Any) -> dict[str, Any]:
    return TO_BALANCING | {"Condition": condition}


def test_what_is_said_of_load_balancing_is_kept(account: Account) -> None:
    assert account.kept(
        under(ArnLike={"AWS:SourceArn": f"{GROUPS}/shop/*"}, StringEquals={"AWS:SourceAccount": "123456789012"}),
        TO_BALANCING | {"Action": ["lambda:GetFunction", "lambda:*"], "Effect": "Deny"},
        under(ArnLikeIfExists={"aws:sourcearn": [f"{GROUPS}/a/1", f"{GROUPS}/b/2"]}),
        {"Effect": "Allow", "Principal": "*", "Action": INVOKE},
        {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": "*"},
    ) == (
        InvokeStatement(effect="Allow", source_arns=(f"{GROUPS}/shop/*",), source_accounts=("123456789012",)),
        InvokeStatement(effect="Deny"),
        InvokeStatement(effect="Allow", source_arns=(f"{GROUPS}/a/1", f"{GROUPS}/b/2")),
        InvokeStatement(effect="Allow"),
        InvokeStatement(effect="Allow"),
    )


def test_conditions_of_other_kinds_are_only_known_to_be_there(account: Account) -> None:
    more = InvokeStatement(effect="Allow", more=True)
    assert (
        account.kept(
            under(ArnNotLike={"AWS:SourceArn": f"{GROUPS}/shop/*"}),
            under(StringLike={"AWS:SourceAccount": "1234*"}),
            under(IpAddress={"aws:SourceIp": "192.0.2.0/24"}),
            {"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": INVOKE},
            {"Effect": "Allow", "Principal": {"Service": BALANCING}, "NotAction": "lambda:GetFunction"},
        )
        == (more,) * 5
    )


def test_what_concerns_others_is_not_kept(account: Account) -> None:
    assert (
        account.kept(
            TO_BALANCING | {"Principal": {"Service": "apigateway.amazonaws.com"}},
            TO_BALANCING | {"Principal": {"AWS": "arn:aws:iam::210987654321:root"}},
            TO_BALANCING | {"Action": "lambda:GetFunction"},
            {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl"},
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": INVOKE,
                "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
            },
            under(StringEquals={"lambda:EventSourceToken": "amzn1.ask.skill.secret"}),
        )
        == ()
    )


def test_no_policy_and_no_function_are_no_gap(account: Account) -> None:
    arn = account.function("shop")
    gone = account.function("gone", TO_BALANCING)
    del account.api.functions.functions[gone]
    assert known(account.scan().function_policies) == tuple(
        FunctionPolicy(function_arn=one, there=False, statements=Known(())) for one in sorted((arn, gone))
    )


def test_of_an_alias_its_own_policy_is_asked_for_and_of_latest_the_function_s(account: Account) -> None:
    functions = account.api.functions.functions
    live = account.function("shop", TO_BALANCING, as_target=":live")
    latest = account.function("back", as_target=":$LATEST")
    functions[latest.removesuffix(":$LATEST")] = functions[live]
    policies = {one.function_arn: one for one in known(account.scan().function_policies)}
    assert {arn: known(one.statements) for arn, one in policies.items()} == {
        live: (InvokeStatement(effect="Allow"),),
        latest: (InvokeStatement(effect="Allow"),),
    }


def test_a_healthy_function_and_servers_on_instances_are_not_asked_about(account: Account) -> None:
    account.function("shop", TO_BALANCING)

    def healthy(_group: str, _target: str, _port: int) -> Health:
        return Health("healthy")

    account.api.target_health = healthy
    assert known(account.scan().function_policies) == ()
    assert ASKED not in account.api.scanned


def test_denied_is_that_function_s_gap(account: Account) -> None:
    account.function("shop", TO_BALANCING)
    account.api.denied = {ASKED}
    (policy,) = known(account.scan().function_policies)
    assert (gap(policy.statements).gap, gap(policy.statements).asked) == (Gap.DENIED, ASKED)


def told(text: str, *_: object) -> dict[str, str]:
    return {"Policy": text}


def test_a_policy_that_is_none_is_a_gap(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.function("shop", TO_BALANCING)
    for text in ("<html>", '"text"', "{}"):
        monkeypatch.setattr(LabLambda, "_policy", partial(told, text))
        (policy,) = known(account.scan().function_policies)
        assert gap(policy.statements).gap is Gap.FAILED


def test_beyond_the_bound_functions_are_gaps(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_FUNCTIONS == 50
    monkeypatch.setattr("albdoctor.collect.aws.functions.MOST_FUNCTIONS", 1)
    account.function("a", TO_BALANCING)
    account.function("b", TO_BALANCING)
    first, second = known(account.scan().function_policies)
    assert known(first.statements) == (InvokeStatement(effect="Allow"),)
    assert gap(second.statements).gap is Gap.FAILED
    assert account.api.scanned.count(ASKED) == 1


def test_nothing_of_a_function_but_who_may_invoke_it_is_kept(account: Account) -> None:
    account.function("shop", TO_BALANCING, under(StringLike={"lambda:EventSourceToken": "amzn1.ask.skill.secret"}))
    facts = account.scan()
    assert {*FunctionPolicy.__struct_fields__} == {"function_arn", "there", "statements"}
    assert {*InvokeStatement.__struct_fields__} == {"effect", "source_arns", "source_accounts", "more"}
    assert {one for one in account.api.scanned if one.startswith("lambda:")} == {ASKED}
    assert "secret" not in repr(facts)
    (hidden,) = known(redact(facts).function_policies)
    assert "shop" not in hidden.function_arn
