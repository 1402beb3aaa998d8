"""ALB304 over facts: an internet-facing load balancer without a way to the internet, and the fix that fits."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.ec2 import Route, RouteTable
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb304_alb_internet_facing_in_private_subnet import (
    alb_internet_facing_in_private_subnet as check,
)
from tests.support.build import BALANCER_ARN, balancer, facts
from tests.support.build_net import SUBNETS, gateway, network_facts, route_table, subnet
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

OTHERS = route_table("rtb-main", "nat-1", main=True)
S3 = {"DestinationPrefixListId": "pl-s3"}
NAT = route_table("rtb-private", "nat-1", main=True)


def seen(**parts: object) -> Facts:
    return facts(load_balancers=(balancer(),), **network_facts(**parts))


def test_a_balancer_in_private_subnets_only_is_found() -> None:
    assert told(check, seen(route_tables=(NAT,), internet_gateways=())) == [
        f"error confirmed load-balancer/{BALANCER_ARN}: Internet-facing load balancer web is in private"
        " subnets only: subnet-a, subnet-c",
        "  ec2 DescribeRouteTables subnet-a -> rtb-private: 0.0.0.0/0 -> nat-1 (active)",
        "  ec2 DescribeRouteTables subnet-c -> rtb-private: 0.0.0.0/0 -> nat-1 (active)",
        "  fix[by hand, brief]: Give web public subnets, one in each of its Availability Zones.",
    ]


def test_the_fix_moves_it_to_public_subnets_of_the_same_zones() -> None:
    twins = (subnet("subnet-pa", "10.0.11.0/24", "a"), subnet("subnet-pc", "10.0.12.0/24", "c"))
    moved = seen(subnets=SUBNETS + twins, route_tables=(NAT, route_table(subnets=("subnet-pa", "subnet-pc"))))
    assert script_of(check, moved, impact="brief") == (
        f"aws elbv2 set-subnets --region ap-northeast-2 --load-balancer-arn {BALANCER_ARN}"
        " --subnets subnet-pa subnet-pc\n"
    )


def test_else_it_routes_the_balancers_own_tables_to_the_gateway() -> None:
    tables = (
        route_table("rtb-a", None, subnets=("subnet-a",)),
        route_table("rtb-c", "nat-1", subnets=("subnet-c",)),
        route_table("rtb-main", "nat-1", main=True),
    )
    script = script_of(check, seen(route_tables=tables), impact="brief")
    assert "for table in rtb-a; do\n  aws ec2 create-route" in script
    assert "for table in rtb-c; do\n  aws ec2 replace-route" in script


def test_a_table_that_serves_others_is_left_alone() -> None:
    assert script_of(check, seen(route_tables=(NAT,), internet_gateways=(gateway(),)), impact="brief") == ""


TWINS = (subnet("subnet-pa", "10.0.11.0/24", "a"), subnet("subnet-pc", "10.0.12.0/24", "c"))
OPEN = route_table(subnets=("subnet-pa", "subnet-pc"))
OWN = route_table("rtb-own", "nat-1", subnets=("subnet-a", "subnet-c"))


def leading(table: RouteTable, **way: str) -> RouteTable:
    """The table with one more route, before the others."""
    route = msgspec.convert({"DestinationCidrBlock": "0.0.0.0/0", "State": "active"} | way, Route)
    return replace(table, routes=(route, *(one for one in table.routes if not one.nat_gateway_id)))


@pytest.mark.parametrize(
    ("tables", "through"),
    [
        # a firewall's subnets are public, and so are those of whom it guards: the route says in neither which is which
        ((OWN, OPEN, leading(OTHERS, GatewayId="vpce-1")), "vpce-1"),
        ((OWN, OPEN, leading(OTHERS, GatewayId="vpce-1", DestinationCidrBlock="10.0.1.0/24")), "vpce-1"),
        ((OWN, OPEN, leading(OTHERS, NetworkInterfaceId="eni-1")), "eni-1"),
        ((leading(OWN, TransitGatewayId="tgw-1"), OPEN), "tgw-1"),
        ((leading(OWN, TransitGatewayId="tgw-1"), OTHERS), "tgw-1"),
        ((leading(OWN, VpcPeeringConnectionId="pcx-1"), OTHERS), "pcx-1"),
        ((leading(OWN, GatewayId="vgw-1"), OTHERS), "vgw-1"),
        ((leading(OWN, GatewayId="vpce-1", State="blackhole"), OTHERS), "vpce-1"),
        ((leading(OWN, State="blackhole"), OTHERS), "elsewhere"),
    ],
)
def test_a_firewall_an_appliance_or_a_transit_gateway_stays_in_the_way(
    tables: tuple[RouteTable, ...], through: str
) -> None:
    words = by_hand_of(check, seen(subnets=SUBNETS + TWINS, route_tables=tables), impact="brief")
    assert words.startswith(f"Routes of vpc-1 lead through {through}: a firewall endpoint")


@pytest.mark.parametrize(
    ("tables", "command"),
    [
        ((OWN, OPEN, leading(OTHERS, GatewayId="vpce-1", DestinationCidrBlock="", **S3)), "set-subnets"),
        ((leading(OWN, NatGatewayId="nat-1", State="blackhole"), OTHERS), "replace-route"),
        ((OWN, leading(OTHERS, TransitGatewayId="tgw-1")), "replace-route"),
    ],
)
def test_what_stands_in_nobodys_way_is_no_firewall(tables: tuple[RouteTable, ...], command: str) -> None:
    script = script_of(check, seen(subnets=SUBNETS + TWINS, route_tables=tables), impact="brief")
    assert f" {command} " in script


def test_a_public_subnet_passes_and_a_mixture_is_another_checks() -> None:
    assert result_of(check, seen()) is Result.PASSED
    mixed = (route_table(subnets=("subnet-a",)), NAT)
    assert result_of(check, seen(route_tables=mixed)) is Result.PASSED


def test_internal_balancers_are_not_judged() -> None:
    internal = facts(load_balancers=(balancer(Scheme="internal"),), **network_facts())
    assert result_of(check, internal) is Result.EMPTY


def test_what_is_not_described_is_not_private() -> None:
    assert result_of(check, seen(route_tables=())) is Result.SKIPPED
    assert result_of(check, seen(internet_gateways=())) is Result.SKIPPED
    denied = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSubnets")
    parts: dict[str, Any] = network_facts() | {"subnets": denied}
    skipped = facts(load_balancers=(balancer(),), **parts)
    assert result_of(check, skipped) is Result.SKIPPED
