"""Each check over facts: one case that is found, one that is in order."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from shop_checks import checks
from shop_checks.deletion import balancer_can_be_deleted
from shop_checks.home_page import health_check_on_home_page

from albdoctor.checkup import Finding, Fine
from albdoctor.facts.elb import Attribute, BalancerAttributes, LoadBalancer, TargetGroup
from albdoctor.facts.known import Unknown

ELB = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012"
BALANCER = msgspec.convert(
    {
        "LoadBalancerArn": f"{ELB}:loadbalancer/app/web/50dc6c495c0c9188",
        "LoadBalancerName": "web",
        "DNSName": "web-1234567890.ap-northeast-2.elb.amazonaws.com",
    },
    LoadBalancer,
)


def group(**fields: Any) -> TargetGroup:
    """A target group as AWS sends it."""
    sent = {"TargetGroupArn": f"{ELB}:targetgroup/web/73e2d6bc24d8a067", "TargetGroupName": "web", "Port": 8080}
    return msgspec.convert(sent | fields, TargetGroup)


@pytest.mark.parametrize(
    ("fields", "verdicts"),
    [
        ({"HealthCheckPath": "/"}, [Finding]),
        ({"HealthCheckPath": "/healthz"}, [Fine]),
        ({"HealthCheckPath": "/", "HealthCheckEnabled": False}, []),
        ({"TargetType": "lambda", "HealthCheckPath": "/"}, []),
    ],
)
def test_a_health_check_on_the_home_page_is_found(fields: dict[str, Any], verdicts: list[type]) -> None:
    assert [type(one) for one in health_check_on_home_page((group(**fields),))] == verdicts


@pytest.mark.parametrize(("sent", "verdicts"), [("false", [Finding]), ("true", [Fine]), (None, [Unknown])])
def test_a_balancer_without_deletion_protection_is_found(sent: str | None, verdicts: list[type]) -> None:
    given = () if sent is None else (Attribute(key="deletion_protection.enabled", value=sent),)
    attributes = BalancerAttributes(load_balancer_arn=BALANCER.load_balancer_arn, attributes=given)
    assert [type(one) for one in balancer_can_be_deleted((BALANCER,), (attributes,))] == verdicts


def test_a_load_balancer_whose_attributes_were_not_seen_is_a_gap() -> None:
    assert [type(one) for one in balancer_can_be_deleted((BALANCER,), ())] == [Unknown]


def test_both_languages_are_there() -> None:
    for one in checks():
        assert one.message.en
        assert one.message.ko != one.message.en
