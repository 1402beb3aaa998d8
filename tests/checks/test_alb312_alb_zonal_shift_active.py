"""ALB312 over facts: targets that a zonal shift keeps requests from."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import AdministrativeOverride, TargetHealth
from albdoctor_checks.balancer.alb312_alb_zonal_shift_active import alb_zonal_shift_active as check
from tests.support.build import GROUP_ARN, REGION, target
from tests.support.build_net import subnet
from tests.support.build_targets import DENIED, health, instance
from tests.support.stories import story
from tests.support.table import result_of, told

PLACES: dict[str, Any] = {
    "instances": (instance(SubnetId="subnet-1"), instance(id_="i-0c", SubnetId="subnet-2")),
    "subnets": (subnet("subnet-1", "10.0.1.0/24", "a"), subnet("subnet-2", "10.0.2.0/24", "c")),
}


def overridden(id_: str = "i-0abc", state: str = "no_override") -> TargetHealth:
    return replace(target(id_), administrative_override=AdministrativeOverride(state=state))


@pytest.mark.parametrize("state", ["zonal_shift_active", "zonal_shift_delegated_to_dns"])
def test_a_target_without_requests_is_told_with_its_zone(state: str) -> None:
    snapshot = story(groups_health=health(overridden(), overridden("i-0c", state)), **PLACES)
    assert told(check, snapshot) == [
        f"info confirmed target-group/{GROUP_ARN}: A zonal shift keeps requests from 1 of 2 targets of web-http"
        f" ({REGION}c)",
        f"  elasticloadbalancing DescribeTargetHealth web-http -> AdministrativeOverride {state}: 1",
        "  fix[by hand, traffic]: Let the zonal shift end, or cancel it once the zone is sound again.",
    ]


def test_where_the_zone_is_not_known_the_target_is_named() -> None:
    snapshot = story(groups_health=health(overridden(), overridden("i-0c", "zonal_shift_active")), subnets=DENIED)
    (line, *_) = told(check, snapshot)
    assert line.endswith("1 of 2 targets of web-http (i-0c)")


def test_without_a_shift_and_not_known() -> None:
    assert result_of(check, story(groups_health=health(overridden(), overridden("i-0c", "unknown")))) is Result.PASSED
    assert result_of(check, story(groups_health=health(target()))) is Result.EMPTY
    assert result_of(check, story(groups_health=DENIED)) is Result.SKIPPED
