"""ALB415 over facts: addresses of a load balancer, and addresses that no subnet has."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import fill
from albdoctor_checks.target_group.alb415_tg_ip_unusable_or_outside import tg_ip_unusable_or_outside as check
from tests.support.build import GROUP_ARN, REGION, group, target
from tests.support.build_net import SUBNETS
from tests.support.build_targets import DENIED, TIMEOUT, placed, scene, unhealthy
from tests.support.table import result_of, told

TAKEN = target("10.0.0.10", 80, "unused", "Target.IpUnusable", "The IP address is in use by a load balancer")
LOST = placed(unhealthy(id_="10.99.0.10", reason=TIMEOUT, description="Request timed out"))
NO_SUBNETS = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSubnets")


def ips(*targets: Any, **groups: Any) -> Any:
    return scene(*targets, **({"target_groups": (group(TargetType="ip"),), "subnets": SUBNETS} | groups))


def test_an_address_of_a_load_balancer_is_found() -> None:
    for subnets in (SUBNETS, NO_SUBNETS):
        assert told(check, ips(TAKEN, subnets=subnets)) == [
            f"error confirmed target/{GROUP_ARN}#10.0.0.10:80 [taken]: Target group web-http has addresses registered"
            " that are no server's (a load balancer uses it itself): 10.0.0.10",
            "  elasticloadbalancing DescribeTargetHealth web-http -> 10.0.0.10:80 unused Target.IpUnusable"
            " The IP address is in use by a load balancer",
            "  fix[by hand, none]: Register the addresses of the servers in web-http, and deregister these: 10.0.0.10.",
        ]


def test_an_address_of_no_subnet_is_likely() -> None:
    seen = ips(LOST, target("10.0.9.9"))
    assert told(check, seen) == [
        f"error likely target/{GROUP_ARN}#10.99.0.10:80 [nowhere]: Target group web-http has addresses registered that"
        " are no server's (no subnet of the VPC has it): 10.99.0.10",
        "  elasticloadbalancing DescribeTargetHealth web-http -> 10.99.0.10:80 unhealthy Target.Timeout"
        " Request timed out",
        "  ec2 DescribeSubnets -> no CidrBlock of the VPC's subnets holds it",
        "  fix[by hand, none]: Register the addresses of the servers in web-http, and deregister these: 10.99.0.10.",
    ]
    (finding,) = run_one(seen, check).findings
    assert len(finding.alternatives) == 1
    assert finding.decide == (
        f"aws ec2 describe-subnets --region {REGION} --filters Name=vpc-id,Values=vpc-1"
        " --query 'Subnets[].[SubnetId,CidrBlock,OwnerId]'"
    )
    hand = check.fixes[0].by_hand
    assert hand is not None
    assert "--targets Id=10.99.0.10,Port=80" in fill(hand.en, finding.values)


@pytest.mark.parametrize(
    "one",
    [
        target("10.99.0.10"),  # healthy: the subnet is another account's, shared with this one
        unhealthy(id_="10.99.0.10", reason=TIMEOUT),  # where it was registered is not told
        placed(unhealthy(id_="10.99.0.10", reason=TIMEOUT), "all"),  # on premises or in a peered VPC
        placed(unhealthy(id_="10.0.9.10", reason=TIMEOUT)),
        placed(unhealthy(id_="2001:db8::1", reason=TIMEOUT)),
    ],
)
def test_addresses_that_can_be_servers_pass(one: Any) -> None:
    assert result_of(check, ips(one)) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, ips()) is Result.EMPTY
    assert result_of(check, ips(groups_health=DENIED)) is Result.SKIPPED
    assert result_of(check, ips(LOST, subnets=NO_SUBNETS)) is Result.SKIPPED
    assert result_of(check, ips(target("10.0.9.9"), subnets=NO_SUBNETS)) is Result.PASSED
    assert result_of(check, scene(placed(unhealthy()), subnets=SUBNETS)) is Result.PASSED
