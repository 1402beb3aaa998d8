"""ALB710 over facts: single requests that are cut off, by servers that are known to close idle connections soon."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import Attribute, BalancerAttributes
from albdoctor.facts.known import Known
from albdoctor.facts.metrics import Course, Metric, Metrics
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import AddressProbe
from albdoctor.judging import judge
from albdoctor_checks.response.alb710_app_keepalive_shorter_than_idle_timeout import (
    app_keepalive_shorter_than_idle_timeout as check,
)
from tests.support.build import BALANCER_ARN, GROUP_ARN, NOW, group, target
from tests.support.build_dns import denied
from tests.support.build_served import ONE, OTHER, URL, answering, got, led_to
from tests.support.build_targets import health
from tests.support.stories import story
from tests.support.table import result_of, told

CUT, CONNECTIONS, TLS = "HTTPCode_ELB_502_Count", "TargetConnectionErrorCount", "TargetTLSNegotiationErrorCount"
SPORADIC = (4.0, 0.0, 3.0, 0.0, 0.0, 5.0, 2.0, 0.0, 4.0, 3.0, 0.0, 1.0)
BURST = (0.0, 0.0, 22.0, 0.0, 0.0, 0.0)
MOST_AT_ONCE = (1.0, 1.0, 12.0, 1.0, 1.0, 1.0, 1.0)
APACHE = "Apache/2.4.62"


def counted(sums: tuple[float, ...] = SPORADIC, requests: float = 20_000, connections: float = 0.0) -> Metrics:
    course = Course(since=NOW - timedelta(hours=2), period=300, sums=sums)
    of_group: Mapping[str, float] = {CONNECTIONS: connections, TLS: 0.0}
    return Metrics(
        hours=3.0,
        values=(
            Metric(name="RequestCount", load_balancer_arn=BALANCER_ARN, total=requests),
            Metric(name=CUT, load_balancer_arn=BALANCER_ARN, total=sum(sums), course=course),
            *(
                Metric(name=name, load_balancer_arn=BALANCER_ARN, target_group_arn=GROUP_ARN, total=total)
                for name, total in of_group.items()
            ),
        ),
    )


def attributes(seconds: str = "60") -> tuple[BalancerAttributes, ...]:
    held = (Attribute(key="idle_timeout.timeout_seconds", value=seconds),)
    return (BalancerAttributes(load_balancer_arn=BALANCER_ARN, attributes=held),)


def by(server: str = "", powered: str = "", address: str = ONE, status: int = 200) -> AddressProbe:
    """A page whose headers name the software."""
    page = got(status, server=server)
    extra = (("x-powered-by", powered),) if powered else ()
    return answering(replace(page, headers=(*page.headers, *extra)), address=address)


def seen(metrics: Any = None, *probed: AddressProbe, **groups: Any) -> Facts:
    pages = probed or (by(APACHE), by(APACHE, address=OTHER))
    base: dict[str, Any] = {"metrics": metrics or counted(), "balancers_attributes": attributes()}
    return story("healthy", **(base | led_to(*pages) | groups))


def test_single_requests_cut_off_before_apache() -> None:
    facts = seen(counted(connections=2))
    assert told(check, facts) == [
        f"warning likely load-balancer/{BALANCER_ARN}: In the last 3 hours 20 of 20000 requests to web got 502 over"
        " open connections: Apache closes idle ones after 5 s by default, the load balancer after 60 s",
        "  cloudwatch GetMetricData web -> RequestCount 20000, HTTPCode_ELB_502_Count 22,"
        " TargetConnectionErrorCount + TargetTLSNegotiationErrorCount 2",
        "  elasticloadbalancing DescribeLoadBalancerAttributes web -> idle_timeout.timeout_seconds 60",
        f"  GET {URL} at {ONE} -> 200 (server: Apache/2.4.62)",
        "  fix[by hand, none]: Let Apache keep idle connections longer than the load balancer: 65 s instead of 5 s.",
    ]
    (finding,) = run_one(facts, check).findings
    assert len(finding.alternatives) == 2
    assert dict(finding.values)["setting"] == "KeepAliveTimeout 65"
    assert finding.decide.endswith("idle shop.example 80")
    assert [one.slug for one in judge(facts).findings if one.stage == "response"] == [check.slug]


@pytest.mark.parametrize(
    ("page", "setting"),
    [
        (by("uvicorn"), "--timeout-keep-alive 65"),
        (by("hypercorn-h11"), "--keep-alive 65"),
        (by("Jetty(12.0.9)"), "jetty.http.idleTimeout=65000"),
        (by("Apache/2.4.58 (Ubuntu) OpenSSL/3.0.13"), "KeepAliveTimeout 65"),
        (by(powered="Express"), "server.keepAliveTimeout = 65000"),
        (by(powered="Next.js"), "server.keepAliveTimeout = 65000"),
    ],
)
def test_every_server_is_told_its_own_setting(page: AddressProbe, setting: str) -> None:
    facts = seen(None, page)
    assert len(told(check, facts)) == 5
    (finding,) = run_one(facts, check).findings
    assert dict(finding.values)["setting"] == setting


@pytest.mark.parametrize(
    "sound",
    [
        seen(counted((0.0,))),
        seen(counted((1.0,) * 9)),
        seen(counted((60.0,) * 20)),
        seen(counted(BURST)),
        seen(counted(MOST_AT_ONCE)),
        seen(counted(connections=13)),
        seen(balancers_attributes=attributes("4")),
    ],
    ids=["none", "few", "not rare", "a burst", "most at once", "connections fail", "a short idle timeout"],
)
def test_what_is_something_else_passes(sound: Facts) -> None:
    assert (result_of(check, sound), told(check, sound)) == (Result.PASSED, [])


@pytest.mark.parametrize(
    "unknown",
    [
        seen(None, by("nginx")),
        seen(None, by("gunicorn")),
        seen(None, by()),
        seen(None, by("nginx", powered="Express")),
        seen(None, by(APACHE), by("nginx", address=OTHER)),
        seen(None, by("CloudFront")),
        seen(None, by(APACHE, status=500)),
    ],
    ids=[
        "nginx keeps them for longer",
        "gunicorn keeps none",
        "unknown software",
        "nginx before Node.js",
        "two kinds",
        "a CDN's answer",
        "the page fails",
    ],
)
def test_where_nobody_knows_who_closes_connections_it_is_neither_found_nor_passed(unknown: Facts) -> None:
    assert (result_of(check, unknown), told(check, unknown)) == (Result.EMPTY, [])


def test_an_idle_timeout_that_nobody_saw_is_the_default() -> None:
    of_another = (replace(attributes()[0], load_balancer_arn=BALANCER_ARN + "x"),)
    for unseen in (denied("elasticloadbalancing:DescribeLoadBalancerAttributes"), of_another, attributes("odd")):
        said = told(check, seen(balancers_attributes=unseen))
        assert said[0].endswith("the load balancer after 60 s unless it was changed"), said
        assert not [line for line in said if "DescribeLoadBalancerAttributes" in line]


def test_a_sum_without_a_course_may_be_a_burst() -> None:
    whole = counted()
    values = tuple(replace(one, course=None) for one in whole.values)
    assert result_of(check, seen(replace(whole, values=values))) is Result.PASSED


@pytest.mark.parametrize(
    "unclear",
    [
        seen(groups_health=health(target(state="unhealthy"))),
        seen(target_groups=Known((group(TargetType="lambda", Protocol=""),))),
    ],
)
def test_ill_targets_and_functions_are_not_judged(unclear: Facts) -> None:
    assert result_of(check, unclear) is Result.EMPTY


def test_without_counters_nothing_is_said() -> None:
    assert result_of(check, seen(denied("cloudwatch:GetMetricData"))) is Result.SKIPPED


def test_many_of_them_are_not_told_once_more() -> None:
    """ALB720 counts errors whose cause nobody names: 300 of 20,000 are named here."""
    often = seen(counted((30.0,) * 10))
    assert [one.slug for one in judge(often).findings if one.stage == "response"] == [check.slug]


def test_the_command_that_decides_is_one_of_bash() -> None:
    for facts in (seen(), seen(target_groups=Known((group(Protocol="HTTPS", Port=443),)))):
        (finding,) = run_one(facts, check).findings
        subprocess.run(["bash", "-n", "-c", finding.decide], check=True)
        assert ("openssl s_client" in finding.decide) is finding.decide.endswith(" 443")
