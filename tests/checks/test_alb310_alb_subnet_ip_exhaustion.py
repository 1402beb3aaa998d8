"""ALB310 over facts: subnets without room for more nodes, how bad that is, and where the load balancer can move."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

import albdoctor
from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.scene import scene_of
from albdoctor.checkup.weight import weigh
from albdoctor.facts.ec2 import Route, RouteTable, Subnet
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.mirror import Lack, lacking
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb310_alb_subnet_ip_exhaustion import alb_subnet_ip_exhaustion as check
from tests.support.build import BALANCER_ARN, balancer, facts
from tests.support.build_net import (
    ALLOW_ALL,
    SG_ALB,
    SG_WEB,
    acl,
    blocking,
    entry,
    network_facts,
    permission,
    prefix_list,
    route_table,
    security_group,
    subnet,
    treated,
)
from tests.support.build_owners import tagged
from tests.support.build_served import answering, got, led_to
from tests.support.fixes import by_hand_of, script_of
from tests.support.stories import story
from tests.support.table import result_of, told

A, C = subnet("subnet-a", "10.0.1.0/28", "a", free=3), subnet("subnet-c", "10.0.2.0/24", "c")
ROOMY = subnet("subnet-pa", "10.0.11.0/24", "a", free=100)
ROOMIER = subnet("subnet-pb", "10.0.12.0/24", "a", free=120)
OPEN = route_table(subnets=("subnet-a", "subnet-c", "subnet-pa", "subnet-pb"))
PRIVATE = route_table("rtb-private", "nat-1", main=True)
SET = f"aws elbv2 set-subnets --region ap-northeast-2 --load-balancer-arn {BALANCER_ARN} --subnets"


def seen(*subnets: Subnet, of: LoadBalancer | None = None, **parts: Any) -> Facts:
    groups: dict[str, Any] = {"subnets": subnets, "route_tables": (OPEN, PRIVATE)}
    return facts(load_balancers=(of or balancer(),), **network_facts(**groups | parts))


def in_state(code: str) -> LoadBalancer:
    return balancer(State={"Code": code})


def leading(table: RouteTable, **way: str) -> RouteTable:
    """The table with one more route."""
    return replace(table, routes=(*table.routes, msgspec.convert({"State": "active"} | way, Route)))


def test_a_subnet_with_too_few_free_addresses_is_found_with_its_numbers() -> None:
    assert told(check, seen(A, C)) == [
        f"warning confirmed load-balancer/{BALANCER_ARN}: Load balancer web has too little room to grow in its"
        " subnets: 3 of 11 addresses free in subnet-a (10.0.1.0/28, ap-northeast-2a)",
        "  ec2 DescribeSubnets subnet-a -> CidrBlock: 10.0.1.0/28, AvailableIpAddressCount: 3",
        "  fix[by hand, brief]: Free addresses in subnet-a, or give web subnets of /27 or larger with 8 free"
        " addresses there.",
    ]


def test_every_such_subnet_is_named_and_one_that_is_only_small_is_not_then() -> None:
    full = replace(C, available_ip_address_count=0)
    found = told(check, seen(A, full))
    assert found[0].endswith(
        "3 of 11 addresses free in subnet-a (10.0.1.0/28, ap-northeast-2a),"
        " 0 of 251 addresses free in subnet-c (10.0.2.0/24, ap-northeast-2c)"
    )
    small = replace(A, available_ip_address_count=9)
    assert "subnet-a" not in told(check, seen(small, full))[0]


def test_a_small_subnet_of_which_enough_is_free_is_only_information() -> None:
    small = replace(A, available_ip_address_count=9)
    assert told(check, seen(small, C))[0] == (
        f"info confirmed load-balancer/{BALANCER_ARN}: Load balancer web has too little room to grow in its"
        " subnets: 9 of 11 addresses free in subnet-a (10.0.1.0/28, ap-northeast-2a)"
    )


@pytest.mark.parametrize(
    ("code", "free", "severity"),
    [
        ("active", 0, "warning"),
        ("active", 7, "warning"),
        ("active_impaired", 0, "warning"),
        ("failed", 1, "warning"),
        ("failed", 0, "error"),
        ("hibernating", 0, "warning"),
    ],
)
def test_it_is_an_error_only_where_nothing_is_free_and_nothing_serves(code: str, free: int, severity: str) -> None:
    found = told(check, seen(replace(A, available_ip_address_count=free), C, of=in_state(code)))
    assert found[0].startswith(f"{severity} confirmed ")


FULL = (replace(A, available_ip_address_count=0), C)


@pytest.mark.parametrize(("status", "severity"), [(200, "warning"), (503, "error")])
def test_whoever_is_served_shows_that_it_does_not_break_the_way(status: int, severity: str) -> None:
    gone: dict[str, Any] = {"load_balancers": (in_state("failed"),), "subnets": FULL}
    site = story("healthy", **gone, **led_to(answering(got(status, by_balancer=status == 503))))
    (outcome,) = weigh((run_one(site, check),), scene_of(site))
    assert [finding.severity for finding in outcome.findings] == [severity]


def test_it_does_not_answer_for_requests_that_fail_for_a_reason_which_nobody_saw() -> None:
    impaired: dict[str, Any] = {"load_balancers": (in_state("active_impaired"),), "subnets": FULL}
    report = albdoctor.judge(story("healthy", **impaired, **led_to(answering(got(503, by_balancer=True)))))
    told_ = {one.slug: str(one.severity) for one in report.root_causes}
    assert told_["alb-subnet-ip-exhaustion"] == "warning"
    assert "error" in told_.values()


def test_one_that_takes_its_first_addresses_is_not_judged_yet() -> None:
    assert result_of(check, seen(A, C, of=in_state("provisioning"))) is Result.EMPTY


@pytest.mark.parametrize(
    "one",
    [
        subnet("subnet-a", "10.0.1.0/27", free=8),
        subnet("subnet-a", "10.0.0.0/18", free=8),
        Subnet(subnet_id="subnet-a", vpc_id="vpc-1", ipv6_native=True, available_ip_address_count=0),
        Subnet(subnet_id="subnet-a", vpc_id="vpc-1", ipv6_native=True),
    ],
)
def test_eight_free_addresses_of_a_27_are_enough_and_ipv6_has_no_number(one: Subnet) -> None:
    assert result_of(check, seen(one, C)) is Result.PASSED


def test_a_full_subnet_that_is_not_the_load_balancers_is_nobodys_fault() -> None:
    assert result_of(check, seen(ROOMY, subnet("subnet-a", "10.0.1.0/24"), C, replace(A, subnet_id="pods"))) is (
        Result.PASSED
    )


@pytest.mark.parametrize(
    "one",
    [
        replace(A, available_ip_address_count=None),
        lacking(A, (Lack(member="AvailableIpAddressCount", asked="ec2:DescribeSubnets", of="subnet-a"),)),
        replace(A, subnet_id="subnet-other"),
        replace(A, cidr_block="nonsense"),
    ],
)
def test_a_subnet_that_could_not_be_read_is_a_gap_and_hides_no_other(one: Subnet) -> None:
    assert result_of(check, seen(one, C)) is Result.SKIPPED
    outcome = run_one(seen(one, replace(C, available_ip_address_count=1)), check)
    assert (outcome.result, len(outcome.findings), len(outcome.gaps)) == (Result.FOUND, 1, 1)
    assert outcome.gaps[0].asked == "ec2:DescribeSubnets"


def test_nothing_and_not_known() -> None:
    assert result_of(check, facts(load_balancers=(), **network_facts())) is Result.EMPTY
    denied = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSubnets")
    assert result_of(check, facts(load_balancers=(balancer(),), subnets=denied)) is Result.SKIPPED


def test_the_fix_moves_to_the_roomiest_subnet_of_the_zone_and_keeps_the_others() -> None:
    site = seen(A, C, ROOMY, ROOMIER)
    assert script_of(check, site, impact="brief") == f"{SET} subnet-pb subnet-c\n"
    assert told(check, site)[-1] == (
        "  fix[script, brief]: Move web to subnets of the same zones with more room: subnet-pb instead of subnet-a."
    )


def test_one_that_failed_is_not_moved() -> None:
    full = replace(A, available_ip_address_count=0)
    by_hand_of(check, seen(full, C, ROOMY, of=in_state("failed")), impact="brief")


def test_an_internal_one_moves_only_where_the_routes_are_the_same() -> None:
    internal = balancer(Scheme="internal")
    assert script_of(check, seen(A, C, ROOMY, of=internal), impact="brief") == f"{SET} subnet-pa subnet-c\n"
    by_hand_of(check, seen(A, C, ROOMY, of=internal, route_tables=(DIFFERENT, PRIVATE)), impact="brief")


DIFFERENT = route_table(subnets=("subnet-a", "subnet-c"))
V6 = balancer(IpAddressType="dualstack")
FIREWALL = {"DestinationCidrBlock": "10.0.1.0/24", "GatewayId": "vpce-1"}


@pytest.mark.parametrize(
    ("other", "parts"),
    [
        (replace(ROOMY, availability_zone="ap-northeast-2c"), {}),
        (replace(ROOMY, vpc_id="vpc-2"), {}),
        (replace(ROOMY, cidr_block="10.0.11.0/28"), {}),
        (replace(ROOMY, available_ip_address_count=7), {}),
        (replace(ROOMY, available_ip_address_count=None), {}),
        (replace(ROOMY, ipv6_native=True, cidr_block=""), {}),
        (ROOMY, {"of": V6}),
        (blocking(ROOMY), {}),
        (treated(ROOMY), {}),
        # another route table, or a route that leads the old range elsewhere
        (ROOMY, {"route_tables": (DIFFERENT, PRIVATE)}),
        (ROOMY, {"route_tables": (OPEN, leading(PRIVATE, **FIREWALL))}),
        (ROOMY, {"route_tables": ()}),
        # another network ACL, or an entry that names the one range
        (ROOMY, {"network_acls": (acl(default=True), acl("acl-2", entry(9, "deny"), subnets=("subnet-pa",)))}),
        (ROOMY, {"network_acls": (acl("acl-1", entry(9, "deny", "10.0.11.0/24"), *ALLOW_ALL, default=True),)}),
        (ROOMY, {"network_acls": ()}),
        # a security group that admits the old range, or a part of it, and not the new one
        (ROOMY, {"security_groups": (SG_ALB, security_group("sg-web", permission(80, 80, "10.0.1.0/28")))}),
        (ROOMY, {"security_groups": (SG_ALB, security_group("sg-web", permission(80, 80, "10.0.1.7/32")))}),
        (ROOMY, {"prefix_lists": (prefix_list("pl-1", "10.0.0.0/21"),)}),
        # the way back of others leads to the VPC's first range only
        (replace(ROOMY, cidr_block="100.64.0.0/24"), {}),
        (ROOMY, {"security_groups": Unknown(gap=Gap.DENIED, asked="ec2:DescribeSecurityGroups")}),
        (lacking(ROOMY, (Lack(member="AvailabilityZone", asked="ec2:DescribeSubnets", of="subnet-pa"),)), {}),
    ],
)
def test_it_moves_nowhere_where_something_else_may_be_different(other: Subnet, parts: dict[str, Any]) -> None:
    words = by_hand_of(check, seen(A, C, other, **parts), impact="brief")
    assert "Name=subnet-id,Values=subnet-a --query" in words


@pytest.mark.parametrize(
    "parts",
    [
        {"security_groups": (SG_ALB, security_group("sg-web", permission(80, 80, "10.0.0.0/16")))},
        {"security_groups": (SG_ALB, SG_WEB, security_group("sg-db", permission(80, 80, "10.0.9.0/24")))},
        {"prefix_lists": (prefix_list("pl-1", "10.0.0.0/20"),)},
        {"route_tables": (OPEN, leading(PRIVATE, DestinationCidrBlock="10.0.9.0/24", GatewayId="vpce-1"))},
    ],
)
def test_what_holds_both_ranges_or_none_is_no_difference(parts: dict[str, Any]) -> None:
    assert script_of(check, seen(A, C, ROOMY, **parts), impact="brief") == f"{SET} subnet-pa subnet-c\n"


def test_one_with_ipv6_moves_to_a_subnet_that_has_it_too() -> None:
    six = (subnet("subnet-a", "10.0.1.0/28", ipv6="2001:db8:1:1::/64", free=3), C)
    new = subnet("subnet-pa", "10.0.11.0/24", ipv6="2001:db8:1:11::/64")
    assert script_of(check, seen(*six, new, of=V6), impact="brief") == f"{SET} subnet-pa subnet-c\n"


def test_where_one_of_two_has_no_place_to_go_both_are_by_hand() -> None:
    full = replace(C, available_ip_address_count=0)
    words = by_hand_of(check, seen(A, full, ROOMY), impact="brief")
    assert "Values=subnet-a,subnet-c --query" in words
    assert "(subnet-a, subnet-c are the present ones)" in words


def test_whoever_owns_the_load_balancer_is_told_in_their_terms() -> None:
    stack = tagged(BALANCER_ARN, **{"aws:cloudformation:stack-name": "shop"})
    words = by_hand_of(check, replace(seen(A, C, ROOMY), owner_tags=Known((stack,))), impact="brief")
    assert "AWS::ElasticLoadBalancingV2::LoadBalancer: Subnets" in words
