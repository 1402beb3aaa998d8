"""ARNs are taken apart in one place; what is none has no Region."""

from __future__ import annotations

import pytest

from albdoctor.facts.arn import Arn, balancer_tail, group_name, region_of

BALANCER = "arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:loadbalancer/app/web/50dc6c49"


def test_the_parts_are_aws_own() -> None:
    assert Arn.of(BALANCER) == Arn(
        partition="aws-cn",
        service="elasticloadbalancing",
        region="cn-north-1",
        account="123456789012",
        resource="loadbalancer/app/web/50dc6c49",
    )
    assert Arn.of(BALANCER).path == ("loadbalancer", "app", "web", "50dc6c49")
    assert balancer_tail(BALANCER) == "app/web/50dc6c49"


def test_a_resource_may_hold_colons_and_a_global_service_has_no_region() -> None:
    assert Arn.of("arn:aws:logs:eu-west-1:1:log-group:web:*").resource == "log-group:web:*"
    assert region_of("arn:aws:iam::123456789012:server-certificate/shop") == ""


@pytest.mark.parametrize("text", ["", "web", "arn:aws:elasticloadbalancing", "app/web/1", "a:b:c:d:e:f"])
def test_what_is_no_arn_is_all_resource(text: str) -> None:
    assert Arn.of(text) == Arn(resource=text)
    assert (region_of(text), balancer_tail(text)) == ("", text)


def test_a_group_is_named_in_its_arn() -> None:
    assert group_name("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/6d0ecf83") == "web"
    assert group_name("arn:x") == "arn:x"
