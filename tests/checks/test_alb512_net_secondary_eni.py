"""ALB512 over facts: a port that is open on another interface than the one that requests reach."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor_checks.network.alb501_net_target_sg_blocks_traffic_port import (
    net_target_sg_blocks_traffic_port as at_all,
)
from albdoctor_checks.network.alb503_net_target_sg_references_wrong_group import (
    net_target_sg_references_wrong_group as misnamed,
)
from albdoctor_checks.network.alb512_net_secondary_eni import net_secondary_eni as check
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_net import SG_ALB, permission, security_group
from tests.support.build_targets import TIMEOUT, placed, unhealthy
from tests.support.build_ways import behind, eni, second_eni
from tests.support.fixes import script_of
from tests.support.table import result_of, told

SICK = unhealthy(reason=TIMEOUT, description="Request timed out")
ADMITTED = permission(80, 80, "sg-alb")


def two_interfaces(
    primary: tuple[dict[str, Any], ...] = (),
    second: tuple[dict[str, Any], ...] = (ADMITTED,),
    *targets: Any,
    **parts: Any,
) -> Any:
    groups: dict[str, Any] = {
        "network_interfaces": (eni(), second_eni()),
        "security_groups": (SG_ALB, security_group("sg-web", *primary), security_group("sg-open", *second)),
    }
    return behind(*(targets or (SICK,)), **(groups | parts))


def test_a_port_that_is_open_on_another_interface_is_told() -> None:
    seen = two_interfaces((permission(22, 22, "10.0.0.0/8"),))
    assert told(check, seen) == [
        f"error confirmed target/{GROUP_ARN}#i-0abc:80 [80]: The load balancer is allowed on port 80 at 10.0.9.99,"
        " another network interface of i-0abc, and not at the primary one: security group sg-web",
        "  elasticloadbalancing DescribeLoadBalancers web -> SecurityGroups: sg-alb",
        "  ec2 DescribeSecurityGroups sg-web -> sg-web: tcp/22 from 10.0.0.0/8; sg-open: tcp/80 from sg-alb",
        "  fix[script, none]: Allow TCP 80 from sg-alb, the load balancer's security group, in sg-web.",
    ]
    assert '--group-id "$guard"' in script_of(check, seen, impact="none")
    # One fault is told once.
    assert result_of(at_all, seen) is result_of(misnamed, seen) is Result.EMPTY
    assert result_of(check, two_interfaces((permission(80, 80, "sg-old"),))) is Result.FOUND


@pytest.mark.parametrize(
    "seen",
    [
        two_interfaces((ADMITTED,)),
        two_interfaces((ADMITTED,), ()),
        two_interfaces((), (ADMITTED,), target()),
    ],
    ids=["both open", "primary open", "healthy"],
)
def test_a_primary_interface_that_is_open_passes(seen: Any) -> None:
    assert result_of(check, seen) is result_of(at_all, seen) is Result.PASSED


@pytest.mark.parametrize(
    "seen",
    [
        two_interfaces((), ()),
        two_interfaces(network_interfaces=(eni(), second_eni("i-0b"))),
        two_interfaces(network_interfaces=(eni(), second_eni(Attachment={"InstanceId": "i-0abc"}))),
        two_interfaces(security_groups=(SG_ALB, security_group("sg-web"))),
    ],
    ids=["shut on both", "another instance's", "no device index", "the other's group is not described"],
)
def test_what_is_not_known_to_be_open_elsewhere_is_shut_at_all(seen: Any) -> None:
    assert result_of(check, seen) is Result.EMPTY
    assert result_of(at_all, seen) is Result.FOUND


def test_an_address_is_reached_where_it_is() -> None:
    """An ip target names the interface by its address."""
    of_addresses = (group(TargetType="ip"),)
    right = placed(unhealthy(id_="10.0.9.99", reason=TIMEOUT))
    wrong = placed(unhealthy(id_="10.0.9.23", reason=TIMEOUT))
    assert result_of(check, two_interfaces((), (ADMITTED,), right, target_groups=of_addresses)) is Result.PASSED
    assert result_of(at_all, two_interfaces((), (ADMITTED,), wrong, target_groups=of_addresses)) is Result.FOUND


def test_several_groups_have_no_cloudformation_counterpart() -> None:
    several = two_interfaces(
        (),
        (ADMITTED,),
        SICK,
        unhealthy(id_="i-0b", reason=TIMEOUT),
        network_interfaces=(eni(), second_eni(), eni("i-0b", Groups=[{"GroupId": "sg-web-2"}]), second_eni("i-0b")),
        security_groups=(
            SG_ALB,
            security_group("sg-web"),
            security_group("sg-web-2"),
            security_group("sg-open", ADMITTED),
        ),
    )
    for facts, counterpart in ((several, False), (two_interfaces(), True)):
        (finding,) = run_one(facts, check).findings
        assert bool((finding.fix or check.fixes[0]).cloudformation) is counterpart


def test_interfaces_that_nobody_could_see_are_a_gap() -> None:
    denied = Unknown(gap=Gap.DENIED, asked="ec2:DescribeNetworkInterfaces")
    assert result_of(check, two_interfaces(network_interfaces=denied)) is Result.SKIPPED
