"""ALB302 over facts: states of a load balancer."""

from __future__ import annotations

import pytest

from albdoctor.checkup.causes import diagnose
from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.scene import scene_of
from albdoctor.checkup.weight import weigh
from albdoctor.derive.topology import topology
from albdoctor.facts.known import Gap, Unknown
from albdoctor_checks.balancer.alb302_alb_not_active import alb_not_active as check
from albdoctor_checks.balancer.alb310_alb_subnet_ip_exhaustion import alb_subnet_ip_exhaustion
from tests.support.build import BALANCER_ARN, balancer, facts
from tests.support.build_net import network_facts, subnet
from tests.support.stories import story
from tests.support.table import result_of, told


def test_an_impaired_balancer_is_found() -> None:
    impaired = balancer(State={"Code": "active_impaired", "Reason": "no free addresses"})
    assert told(check, facts(load_balancers=(impaired,))) == [
        f"warning confirmed load-balancer/{BALANCER_ARN}: Load balancer web is active_impaired, not active",
        "  elasticloadbalancing DescribeLoadBalancers web -> State: active_impaired (no free addresses)",
        "  fix[by hand, none]: Wait until load balancer web is active, or remove the cause that its state names.",
    ]


SUBNETS = (subnet("subnet-a", "10.0.1.0/27", "a", free=0), subnet("subnet-c", "10.0.2.0/24", "c"))


@pytest.mark.parametrize("code", ["active_impaired", "failed"])
def test_how_many_addresses_its_subnets_have_left_is_evidence(code: str) -> None:
    seen = facts(load_balancers=(balancer(State={"Code": code}),), subnets=SUBNETS)
    assert told(check, seen)[1:-1] == [
        f"  elasticloadbalancing DescribeLoadBalancers web -> State: {code}",
        "  ec2 DescribeSubnets subnet-a -> CidrBlock: 10.0.1.0/27, AvailableIpAddressCount: 0",
        "  ec2 DescribeSubnets subnet-c -> CidrBlock: 10.0.2.0/24, AvailableIpAddressCount: 200",
    ]


def test_they_say_nothing_of_one_that_is_just_made() -> None:
    seen = facts(load_balancers=(balancer(State={"Code": "provisioning"}),), subnets=SUBNETS)
    assert len(told(check, seen)) == 3


@pytest.mark.parametrize(("code", "vanishes"), [("active_impaired", True), ("failed", False)])
def test_a_failed_one_is_a_step_of_its_own_after_its_cause(code: str, vanishes: bool) -> None:
    seen = facts(load_balancers=(balancer(State={"Code": code}),), **network_facts(subnets=SUBNETS))
    outcomes = [run_one(seen, one) for one in (check, alb_subnet_ip_exhaustion)]
    cause, effect = diagnose(outcomes, topology(seen))
    assert (cause.check.id, effect.check.id) == ("ALB310", "ALB302")
    assert (effect.explained_by, effect.vanishes) == ((cause.fingerprint,), vanishes)


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
