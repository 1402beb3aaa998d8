"""ALB412 over facts: groups whose nodes keep to their zones, and zones without a target."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.ec2 import CROSS_ZONE, UnevenGroup
from albdoctor.facts.elb import Attribute
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill_script
from albdoctor_checks.target_group.alb412_tg_cross_zone_off_empty_zone import tg_cross_zone_off_empty_zone as check
from tests.support.build import BALANCER_ARN, GROUP_ARN, REGION, balancer, group, target
from tests.support.build_net import subnet
from tests.support.build_targets import DENIED, health, instance, placed, unhealthy
from tests.support.stories import story
from tests.support.table import result_of, told

IN_A, IN_C = instance(SubnetId="subnet-1"), instance(id_="i-0c", SubnetId="subnet-2")
NO_ATTRIBUTES = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTargetGroupAttributes")


def crossing(value: str = "false") -> UnevenGroup:
    attributes = (Attribute(key="stickiness.enabled", value="false"), Attribute(key=CROSS_ZONE, value=value))
    return UnevenGroup(target_group_arn=GROUP_ARN, attributes=attributes)


def seen(*targets: Any, **groups: Any) -> Facts:
    """These targets, on instances of which i-0abc is in zone a and i-0c in zone c."""
    base: dict[str, Any] = {
        "groups_health": health(*targets),
        "instances": (IN_A, IN_C),
        "subnets": (subnet("subnet-1", "10.0.1.0/24", "a"), subnet("subnet-2", "10.0.2.0/24", "c")),
        "uneven_groups": (crossing(),),
    }
    return story(**(base | groups))


def test_a_zone_without_a_target_is_found_where_nodes_keep_to_theirs() -> None:
    assert told(check, seen(target())) == [
        f"error confirmed load-balancer/{BALANCER_ARN} [{GROUP_ARN}]: Target group web-http has no target in"
        f" {REGION}c, and cross-zone load balancing is off for it",
        f"  elasticloadbalancing DescribeTargetGroupAttributes web-http -> {CROSS_ZONE}: false",
        f"  elasticloadbalancing DescribeTargetHealth web-http -> {REGION}c: 0",
        "  fix[script, none]: Turn on cross-zone load balancing for web-http, or run a target in each zone.",
    ]
    (finding,) = run_one(seen(target()), check).findings
    assert finding.some
    assert fill_script(check.fixes[0].script, finding.values) == (
        f"aws elbv2 modify-target-group-attributes --region {REGION} --target-group-arn {GROUP_ARN}"
        " --attributes Key=load_balancing.cross_zone.enabled,Value=true\n"
    )


@pytest.mark.parametrize("away", [target("i-0c", state="draining"), target("i-0c", state="unused")])
def test_targets_that_get_nothing_fill_no_zone(away: Any) -> None:
    assert result_of(check, seen(target(), away)) is Result.FOUND


@pytest.mark.parametrize(
    "facts",
    [
        seen(target(), target("i-0c")),
        seen(target(), unhealthy(id_="i-0c")),  # a node uses unhealthy targets where there are no others
        seen(target(), uneven_groups=(crossing("true"),)),
        seen(target(), uneven_groups=(crossing("use_load_balancer_configuration"),)),
        seen(target(), uneven_groups=()),
        seen(placed(target("192.168.1.9"), "all"), target_groups=(group(TargetType="ip"),)),
        seen(target(), target("i-0lost")),  # nobody knows where it is
    ],
)
def test_zones_that_are_served_pass(facts: Facts) -> None:
    assert result_of(check, facts) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, seen()) is Result.EMPTY
    assert (
        result_of(check, seen(target(), load_balancers=(balancer(LoadBalancerArn="arn:aws:x:y:z:w:v"),)))
        is Result.EMPTY
    )
    assert result_of(check, seen(target(), uneven_groups=NO_ATTRIBUTES)) is Result.SKIPPED
    assert result_of(check, seen(target(), groups_health=DENIED)) is Result.SKIPPED
