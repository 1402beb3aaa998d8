"""ALB711 over facts: which of the answers 504 are of requests that a target had taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import Attribute, BalancerAttributes
from albdoctor.facts.known import Known
from albdoctor.facts.metrics import Metric, Metrics
from albdoctor.facts.snapshot import Facts
from albdoctor.judging import judge
from albdoctor_checks.response.alb711_app_slower_than_idle_timeout import app_slower_than_idle_timeout as check
from tests.support.build import BALANCER_ARN, GROUP_ARN, group, target
from tests.support.build_dns import denied
from tests.support.build_served import ONE, OTHER, URL, answering, got, led_to
from tests.support.build_targets import health
from tests.support.stories import story
from tests.support.table import result_of, told

LATE, CONNECTIONS, TLS = "HTTPCode_ELB_504_Count", "TargetConnectionErrorCount", "TargetTLSNegotiationErrorCount"
HEAD = f"load-balancer/{BALANCER_ARN}: In the last 3 hours load balancer web answered"
FIX = "  fix[by hand, none]: Find the slow requests, and answer them sooner or let the load balancer wait longer."
WAITING = answering(got(None, failure="timeout"))
OWN_504 = answering(got(504, by_balancer=True), address=OTHER)


def counted(late: float, requests: float = 20_000, of_group: Mapping[str, float] | None = None) -> Metrics:
    whole = {"RequestCount": requests, LATE: late, "HTTPCode_ELB_5XX_Count": late}
    of = {CONNECTIONS: 0.0, TLS: 0.0} if of_group is None else of_group
    values = [Metric(name=name, load_balancer_arn=BALANCER_ARN, total=total) for name, total in whole.items()]
    values += [
        Metric(name=name, load_balancer_arn=BALANCER_ARN, target_group_arn=GROUP_ARN, total=total)
        for name, total in of.items()
    ]
    return Metrics(hours=3.0, values=tuple(values))


def attributes(seconds: str = "60") -> tuple[BalancerAttributes, ...]:
    held = (Attribute(key="idle_timeout.timeout_seconds", value=seconds),)
    return (BalancerAttributes(load_balancer_arn=BALANCER_ARN, attributes=held),)


def seen(metrics: Any, **groups: Any) -> Facts:
    base: dict[str, Any] = {"metrics": metrics, "balancers_attributes": attributes()}
    return story("healthy", **(base | groups))


def of_response(facts: Facts) -> list[str]:
    """What the whole judgement finds at the end of the path."""
    return sorted(one.slug for one in judge(facts).findings if one.stage == "response")


def test_many_late_answers_beside_a_served_request_are_a_likely_warning() -> None:
    often = seen(counted(400, of_group={CONNECTIONS: 40, TLS: 10}))
    assert told(check, often) == [
        f"warning likely {HEAD} 350 requests with 504 that a target had taken:"
        " no whole answer came within the idle timeout (60 s)",
        "  cloudwatch GetMetricData web -> RequestCount 20000, HTTPCode_ELB_504_Count 400,"
        " TargetConnectionErrorCount + TargetTLSNegotiationErrorCount 50",
        "  elasticloadbalancing DescribeLoadBalancerAttributes web -> idle_timeout.timeout_seconds 60",
        FIX,
    ]
    (finding,) = run_one(often, check).findings
    assert len(finding.alternatives) == 2
    assert "--metric-name TargetResponseTime" in finding.decide
    assert "Value=app/web/50dc6c495c0c9188 " in finding.decide


def test_a_request_that_itself_had_no_answer_in_time_is_an_error() -> None:
    fails = seen(counted(3, 3), **led_to(WAITING, OWN_504))
    assert told(check, fails) == [
        f"error likely {HEAD} 3 requests with 504 that a target had taken:"
        " no whole answer came within the idle timeout (60 s)",
        f"  GET {URL} at {OTHER} -> 504 by the load balancer",
        f"  GET {URL} at {ONE} -> no answer (timeout)",
        "  cloudwatch GetMetricData web -> RequestCount 3, HTTPCode_ELB_504_Count 3,"
        " TargetConnectionErrorCount + TargetTLSNegotiationErrorCount 0",
        "  elasticloadbalancing DescribeLoadBalancerAttributes web -> idle_timeout.timeout_seconds 60",
        FIX,
    ]
    (finding,) = run_one(fails, check).findings
    assert finding.decide.endswith(f" {URL}")
    assert of_response(fails) == [check.slug]


@pytest.mark.parametrize(
    "unknown", [denied("elasticloadbalancing:DescribeLoadBalancerAttributes"), attributes("?"), ()]
)
def test_the_idle_timeout_need_not_be_known(unknown: Any) -> None:
    lines = told(check, seen(counted(400), balancers_attributes=unknown))
    assert lines[0].endswith("the idle timeout (60 s unless it was changed)")
    assert len(lines) == 3


@pytest.mark.parametrize(
    "sound",
    [
        seen(counted(0)),
        seen(counted(99)),
        seen(counted(400, 100_000)),
        seen(counted(400, of_group={CONNECTIONS: 400, TLS: 0})),
        seen(counted(400, of_group={CONNECTIONS: 0, TLS: 301})),
        seen(counted(0), **led_to(WAITING)),
        seen(counted(5, of_group={CONNECTIONS: 5, TLS: 0}), **led_to(OWN_504)),
        seen(counted(5), **led_to(answering(got(504, server="gunicorn")))),
        seen(counted(5), **led_to(answering(got(502, by_balancer=True)))),
    ],
    ids=[
        "none",
        "few",
        "a small share",
        "connections fail",
        "handshakes fail",
        "slow, and nothing counted",
        "the request is one that got no connection",
        "504 of an application",
        "502",
    ],
)
def test_what_may_be_something_else_passes(sound: Facts) -> None:
    assert result_of(check, sound) is Result.PASSED


LAMBDA = group(TargetType="lambda", Protocol="", HealthCheckEnabled=True)


@pytest.mark.parametrize(
    "unclear",
    [
        seen(counted(400), target_groups=(LAMBDA,)),
        seen(counted(400), target_groups=Known(())),
        seen(counted(400, of_group={CONNECTIONS: 0})),
        seen(counted(400), groups_health=health(target(state="unhealthy"))),
        seen(counted(400), leads=(), rules=()),
    ],
    ids=["a function", "no group", "one counter was not asked for", "ill targets", "off the way"],
)
def test_where_the_counters_do_not_tell_nothing_is_judged(unclear: Facts) -> None:
    assert (result_of(check, unclear), told(check, unclear)) == (Result.EMPTY, [])


def test_without_counters_nothing_is_said() -> None:
    assert result_of(check, seen(denied("cloudwatch:GetMetricData"))) is Result.SKIPPED


def test_the_same_answers_are_not_told_twice() -> None:
    """ALB720 counts the errors: what this check names is none of them; others stay."""
    assert of_response(seen(counted(400))) == [check.slug]
    both = counted(400)
    cut = Metric(name="HTTPCode_ELB_502_Count", load_balancer_arn=BALANCER_ARN, total=900.0)
    values = tuple(one for one in both.values if one.name != "HTTPCode_ELB_5XX_Count")
    more = Metrics(hours=3.0, values=(*values, cut))
    assert of_response(seen(more)) == [check.slug, "http-errors-counted"]
