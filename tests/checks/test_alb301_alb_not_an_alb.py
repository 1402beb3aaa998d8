"""ALB301 over facts: another type of balancer, and no balancer at all."""

from __future__ import annotations

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import How, Lead
from albdoctor.facts.known import Gap, Unknown
from albdoctor_checks.balancer.alb301_alb_not_an_alb import alb_not_an_alb
from tests.support.build import BALANCER_ARN, balancer, facts
from tests.support.table import result_of, told

NLB_ARN = BALANCER_ARN.replace("/app/web/", "/net/edge/")


def _lead(arn: str | None) -> Lead:
    return Lead(how=How.ALIAS, name="edge-1.elb.ap-northeast-2.amazonaws.com", load_balancer_arn=arn)


def test_a_network_load_balancer_is_found() -> None:
    snapshot = facts(leads=(_lead(NLB_ARN),), load_balancers=())
    assert told(alb_not_an_alb, snapshot) == [
        f"info confirmed load-balancer/{NLB_ARN}: shop.example leads to edge-1.elb.ap-northeast-2.amazonaws.com,"
        " a Network Load Balancer, not to an Application Load Balancer",
        f"  elasticloadbalancing DescribeLoadBalancers -> {NLB_ARN}",
        "  fix[by hand, none]: Scan the Application Load Balancer behind it with --balancer, or take these results as"
        " far as they go.",
    ]


def test_one_that_passes_connections_on_to_an_alb_is_nothing_to_tell() -> None:
    behind = Lead(how=How.BEHIND, name=NLB_ARN, load_balancer_arn=BALANCER_ARN)
    followed = facts(leads=(_lead(NLB_ARN), behind), load_balancers=(balancer(),))
    assert result_of(alb_not_an_alb, followed) is Result.PASSED
    other = _lead(NLB_ARN.replace("edge", "other"))
    assert result_of(alb_not_an_alb, facts(leads=(other, behind), load_balancers=(balancer(),))) is Result.FOUND


def test_where_nobody_may_look_behind_it_that_is_a_gap_and_no_other_kind_of_balancer() -> None:
    why = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTargetGroups")
    hidden = Lead(how=How.BEHIND, name=NLB_ARN, gap=why)
    outcome = run_one(facts(leads=(_lead(NLB_ARN), hidden), load_balancers=()), alb_not_an_alb)
    assert (outcome.result, outcome.gaps, outcome.findings) == (Result.SKIPPED, (why,), ())


def test_an_alb_passes() -> None:
    snapshot = facts(leads=(_lead(BALANCER_ARN),), load_balancers=(balancer(),))
    assert result_of(alb_not_an_alb, snapshot) is Result.PASSED


def test_no_balancer_at_all_is_not_sound() -> None:
    assert result_of(alb_not_an_alb, facts(leads=(), load_balancers=())) is Result.SKIPPED
    assert result_of(alb_not_an_alb, facts(leads=(_lead(None),), load_balancers=())) is Result.SKIPPED


def test_denied_is_not_absent() -> None:
    denied = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeLoadBalancers")
    assert result_of(alb_not_an_alb, facts(leads=denied, load_balancers=denied)) is Result.SKIPPED
