"""ALB510 over facts: an internet gateway that routes name and the VPC does not have."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.ec2 import InternetGateway, Route, RouteTable
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb304_alb_internet_facing_in_private_subnet import (
    alb_internet_facing_in_private_subnet as private,
)
from albdoctor_checks.balancer.alb305_alb_mixed_public_private_subnets import (
    alb_mixed_public_private_subnets as mixed,
)
from albdoctor_checks.network.alb510_net_igw_missing_or_detached import net_igw_missing_or_detached as check
from tests.support.build import BALANCER_ARN, balancer, facts
from tests.support.build_net import gateway, network_facts, route_table
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DETACHED = InternetGateway(internet_gateway_id="igw-1", attachments=())
OTHER = gateway("igw-2")
BLACKHOLE = route_table(subnets=("subnet-a", "subnet-c"), state="blackhole")
MAIN = route_table("rtb-private", "nat-1", main=True)
IPV6 = msgspec.convert({"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1", "State": "blackhole"}, Route)


def seen(*gateways: InternetGateway, tables: tuple[RouteTable, ...] = (BLACKHOLE, MAIN), **parts: Any) -> Facts:
    groups: dict[str, Any] = {"route_tables": tables, "internet_gateways": gateways}
    return facts(load_balancers=(balancer(),), **network_facts(**(groups | parts)))


def test_a_detached_gateway_is_told_and_attached_again() -> None:
    assert told(check, seen(DETACHED)) == [
        f"error confirmed load-balancer/{BALANCER_ARN}: Internet gateway igw-1 is not attached to vpc-1, and 2 of 2"
        " subnets of load balancer web send clients' answers there: subnet-a, subnet-c",
        "  ec2 DescribeRouteTables subnet-a -> rtb-public: 0.0.0.0/0 -> igw-1 (blackhole)",
        "  ec2 DescribeRouteTables subnet-c -> rtb-public: 0.0.0.0/0 -> igw-1 (blackhole)",
        "  ec2 DescribeInternetGateways igw-1 -> Attachments: []",
        "  fix[script, brief]: Attach internet gateway igw-1 to vpc-1.",
    ]
    assert script_of(check, seen(DETACHED), impact="brief") == (
        "aws ec2 attach-internet-gateway --region ap-northeast-2 --internet-gateway-id igw-1 --vpc-id vpc-1\n"
    )
    # One fault is told once.
    assert result_of(private, seen(DETACHED)) is Result.EMPTY
    assert result_of(mixed, seen(DETACHED)) is Result.PASSED


def test_the_routes_are_led_to_the_gateway_that_the_vpc_has() -> None:
    assert script_of(check, seen(OTHER), impact="brief") == (
        "for table in rtb-public; do\n"
        '  aws ec2 replace-route --region ap-northeast-2 --route-table-id "$table" --destination-cidr-block 0.0.0.0/0'
        " --gateway-id igw-2\n"
        "done\n"
    )
    assert told(check, seen(OTHER))[3] == "  ec2 DescribeInternetGateways igw-1 -> no such gateway"


def firewalled(table: RouteTable) -> RouteTable:
    to_firewall = Route(destination_cidr_block="10.0.1.0/24", gateway_id="vpce-1")
    return replace(table, routes=(*table.routes, to_firewall))


HALVES = replace(
    BLACKHOLE,
    routes=tuple(
        Route(destination_cidr_block=half, gateway_id="igw-1", state="blackhole")
        for half in ("0.0.0.0/1", "128.0.0.0/1")
    ),
)


@pytest.mark.parametrize(
    "facts_",
    [
        seen(),
        seen(gateway(vpc_id="vpc-2")),
        seen(gateway(state="detaching")),
        seen(OTHER, tables=(BLACKHOLE, firewalled(MAIN))),
        seen(OTHER, tables=(HALVES, MAIN)),
        seen(
            OTHER,
            tables=(
                route_table("rtb-a", "igw-1", subnets=("subnet-a",), state="blackhole"),
                route_table("rtb-c", "igw-3", subnets=("subnet-c",), state="blackhole"),
                MAIN,
            ),
        ),
    ],
    ids=["gone", "another VPC's", "leaving", "firewall", "halves", "two gateways"],
)
def test_where_people_decide(facts_: Facts) -> None:
    assert by_hand_of(check, facts_, impact="brief").startswith("A gateway is attached to one VPC at a time")


def test_one_subnet_of_two() -> None:
    tables = (route_table("rtb-a", subnets=("subnet-a",)), route_table("rtb-c", "igw-old", subnets=("subnet-c",)), MAIN)
    lost = seen(gateway(), InternetGateway(internet_gateway_id="igw-old", attachments=()), tables=tables)
    assert "1 of 2 subnets of load balancer web send clients' answers there: subnet-c" in told(check, lost)[0]
    assert '--route-table-id "$table"' in script_of(check, lost, impact="brief")
    assert result_of(private, lost) is result_of(mixed, lost) is Result.PASSED
    beside = (route_table("rtb-a", "igw-old", subnets=("subnet-a",), state="blackhole"), MAIN)
    both = seen(gateway(), tables=beside)
    assert result_of(check, both) is result_of(mixed, both) is Result.FOUND
    assert told(mixed, both)[0].endswith("subnets of internet-facing load balancer web are private: subnet-c")
    assert result_of(private, both) is Result.EMPTY


def test_ipv6_clients_leave_by_the_ipv6_route() -> None:
    only = balancer(IpAddressType="dualstack-without-public-ipv4")
    table = replace(BLACKHOLE, routes=(IPV6,))
    groups = network_facts(route_tables=(table, MAIN), internet_gateways=(OTHER,))
    assert "--destination-ipv6-cidr-block ::/0" in script_of(
        check, facts(load_balancers=(only,), **groups), impact="brief"
    )


def test_what_is_attached_or_not_a_gateway_passes() -> None:
    assert result_of(check, seen(gateway(), tables=network_facts()["route_tables"])) is Result.PASSED
    assert result_of(check, seen(gateway(), tables=(MAIN,))) is Result.PASSED
    internal = facts(load_balancers=(balancer(Scheme="internal"),), **network_facts(internet_gateways=(DETACHED,)))
    assert result_of(check, internal) is Result.EMPTY


def test_what_is_not_described_is_not_known() -> None:
    """The owner's gateway of a shared VPC is not described, and the route to it is active."""
    shared = network_facts()["route_tables"]
    assert result_of(check, seen(tables=shared)) is Result.SKIPPED
    assert result_of(check, seen(tables=())) is Result.SKIPPED
    denied: Any = Unknown(gap=Gap.DENIED, asked="ec2:DescribeInternetGateways")
    assert result_of(check, seen(internet_gateways=denied)) is Result.SKIPPED
