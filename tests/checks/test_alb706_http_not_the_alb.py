"""ALB706 over facts: pages from addresses that the load balancer does not have."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor import judge
from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import How
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import AddressProbe
from albdoctor_checks.response.alb706_http_not_the_alb import http_not_the_alb as check
from tests.support.build import BALANCER_ARN, REGION, balancer, facts
from tests.support.build_dns import host_answers, lead, probes
from tests.support.build_net import node
from tests.support.build_served import OTHER, answering, got, led_to, shaking
from tests.support.build_targets import metrics
from tests.support.stories import story
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="ec2:DescribeNetworkInterfaces")
UNANSWERED = Unknown(gap=Gap.UNREACHABLE, asked="DNS answers of the delegated servers")
NAME = f"web-1234567890.{REGION}.elb.amazonaws.com"
MEANT, HERE = lead(How.OPTION), lead(How.ADDRESS, name=OTHER)
OLD = answering(got(server="Apache"))


def seen(*probed: AddressProbe, leads: Any = (MEANT,), **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "leads": leads,
        "host_answers": host_answers(*(one.address for one in probed)),
        "probes": probes(*probed),
        "network_interfaces": (node("203.0.113.6"),),
    }
    return facts(**(base | groups))


def test_another_server_that_answers_is_found() -> None:
    assert told(check, seen(OLD)) == [
        "warning likely domain/shop.example: shop.example is answered at 203.0.113.5, which load balancer web does not"
        " have",
        "  GET https://shop.example/ at 203.0.113.5 -> 200 (server: Apache)",
        f"  elasticloadbalancing DescribeLoadBalancers web -> {NAME}: no address of these",
        f"  fix[by hand, traffic]: Lead shop.example to {NAME} instead of to 203.0.113.5.",
    ]


def test_one_of_two_addresses_is_named_alone() -> None:
    both = seen(OLD, answering(got(server="nginx"), address=OTHER), leads=(MEANT, HERE))
    assert told(check, both)[0].endswith("is answered at 203.0.113.5, which load balancer web does not have")
    assert told(check, both)[2].endswith(f"{NAME}: 203.0.113.6")


@pytest.mark.parametrize("how", [How.CERTIFICATE, How.HOST_RULE])
def test_a_load_balancer_that_is_guessed_is_named_too(how: How) -> None:
    assert result_of(check, seen(OLD, leads=(lead(how),))) is Result.FOUND


@pytest.mark.parametrize(
    "snapshot",
    [
        seen(answering(got(server="nginx"), address=OTHER), leads=(MEANT, HERE)),
        # a record leads to the load balancer by its name: what DNS does else is told as that
        seen(OLD, leads=(lead(How.ALIAS),)),
        seen(OLD, leads=(lead(How.CNAME),)),
        # two are meant: nobody knows which
        seen(OLD, load_balancers=(balancer(), balancer(LoadBalancerArn=f"{BALANCER_ARN}0", LoadBalancerName="b"))),
        seen(OLD, network_interfaces=DENIED),
    ],
)
def test_silence(snapshot: Facts) -> None:
    assert result_of(check, snapshot) is Result.PASSED


@pytest.mark.parametrize("answers", [UNANSWERED, host_answers()])
def test_where_only_resolvers_told_the_addresses_nobody_looked_up_whose_they_are(answers: Any) -> None:
    assert result_of(check, seen(OLD, host_answers=answers)) is Result.EMPTY


@pytest.mark.parametrize(
    "probed",
    [
        answering(got(server="cloudflare")),  # a CDN in front
        answering(got(by_balancer=True)),
        shaking("WRONG_VERSION_NUMBER"),
    ],
)
def test_what_no_other_server_answered_is_nothing_to_judge(probed: AddressProbe) -> None:
    assert result_of(check, seen(probed)) is Result.EMPTY


def test_a_proxy_that_passes_requests_on_is_information() -> None:
    assert told(check, seen(OLD, metrics=metrics(HTTPCode_Target_2XX_Count=9)))[0].startswith("info likely ")


def test_the_site_is_at_risk_and_never_broken_by_it() -> None:
    elsewhere: dict[str, Any] = {**led_to(OLD), "leads": (MEANT,), "network_interfaces": (node("203.0.113.6"),)}
    report = judge(story("healthy", **elsewhere))
    assert [one.severity for one in report.findings if one.check == "ALB706"] == ["warning"]
    assert report.verdict == "at-risk"
