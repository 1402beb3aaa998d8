"""ALB302 over facts: states of a load balancer."""

from __future__ import annotations

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.scene import scene_of
from albdoctor.checkup.weight import weigh
from albdoctor.facts.known import Gap, Unknown
from albdoctor_checks.balancer.alb302_alb_not_active import alb_not_active as check
from tests.support.build import BALANCER_ARN, balancer, facts
from tests.support.stories import story
from tests.support.table import result_of, told


def test_an_impaired_balancer_is_found() -> None:
    impaired = balancer(State={"Code": "active_impaired", "Reason": "no free addresses"})
    assert told(check, facts(load_balancers=(impaired,))) == [
        f"warning confirmed load-balancer/{BALANCER_ARN}: Load balancer web is active_impaired, not active",
        "  elasticloadbalancing DescribeLoadBalancers web -> State: active_impaired (no free addresses)",
        "  fix[by hand, none]: Wait until load balancer web is active, or remove the cause that its state names.",
    ]


@pytest.mark.parametrize(
    ("code", "severity"), [("failed", "error"), ("provisioning", "warning"), ("active_impaired", "warning")]
)
def test_how_bad_a_state_is(code: str, severity: str) -> None:
    seen = facts(load_balancers=(balancer(State={"Code": code}),))
    assert told(check, seen)[0].startswith(f"{severity} confirmed ")


@pytest.mark.parametrize(("code", "told_"), [("failed", []), ("provisioning", []), ("active_impaired", ["warning"])])
def test_that_it_answers_does_not_refute_that_it_is_impaired(code: str, told_: list[str]) -> None:
    seen = story("healthy", load_balancers=(balancer(State={"Code": code}),))
    (outcome,) = weigh((run_one(seen, check),), scene_of(seen))
    assert [finding.severity for finding in outcome.findings] == told_


def test_an_active_balancer_passes() -> None:
    assert result_of(check, facts(load_balancers=(balancer(),))) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, facts(load_balancers=())) is Result.EMPTY
    denied = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeLoadBalancers")
    assert result_of(check, facts(load_balancers=denied)) is Result.SKIPPED


def test_a_state_that_aws_adds_later_is_not_a_fault() -> None:
    assert result_of(check, facts(load_balancers=(balancer(State={"Code": "hibernating"}),))) is Result.SKIPPED
