"""ALB508 and ALB509 over facts: routes between load balancer and targets that drop packets, or are not there."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.ec2 import PrefixList, RouteTable
from albdoctor.facts.elb import TargetHealth
from albdoctor.facts.known import Gap, Unknown
from albdoctor_checks.network.alb508_net_route_to_target_missing import net_route_to_target_missing as missing
from albdoctor_checks.network.alb509_net_route_detoured_or_blackhole import net_route_detoured_or_blackhole as lost
from tests.support.build import GROUP_ARN, balancer, group, target
from tests.support.build_net import SUBNETS
from tests.support.build_targets import MISMATCH, TIMEOUT, placed, unhealthy
from tests.support.build_ways import behind, eni, over_ipv6
from tests.support.table import result_of, told

SICK = unhealthy(reason=TIMEOUT, description="Request timed out")
LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}
INTERNET = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}


def gone(block: str, **via: str) -> dict[str, str]:
    """A route whose target is gone."""
    return {"DestinationCidrBlock": block, "State": "blackhole", **(via or {"NetworkInterfaceId": "eni-fw"})}


def via(block: str, **way: str) -> dict[str, str]:
    return {"DestinationCidrBlock": block, "State": "active", **way}


def table(id_: str, *routes: dict[str, str], subnets: tuple[str, ...] = (), main: bool = False) -> RouteTable:
    associations = [*({"Main": False, "SubnetId": one} for one in subnets), *([{"Main": True}] if main else [])]
    raw = {"RouteTableId": id_, "VpcId": "vpc-1", "Routes": [LOCAL, *routes], "Associations": associations}
    return msgspec.convert(raw, RouteTable)


def routed(
    *public: dict[str, str],
    private: tuple[dict[str, str], ...] = (),
    targets: tuple[TargetHealth, ...] = (SICK,),
    **parts: Any,
) -> Any:
    """The balancer's subnets use one table, the targets' the main one."""
    tables = (
        table("rtb-public", INTERNET, *public, subnets=("subnet-a", "subnet-c")),
        table("rtb-main", *private, main=True),
    )
    groups: dict[str, Any] = {"route_tables": tables}
    return behind(*targets, **(groups | parts))


def test_a_blackholed_route_to_the_targets_is_told() -> None:
    assert told(lost, routed(gone("10.0.9.0/24"))) == [
        f"error confirmed target/{GROUP_ARN}#i-0abc:80 [rtb-public 10.0.9.0/24]: Route table rtb-public leads packets"
        " for 10.0.9.23 to eni-fw, which is gone, so that load balancer web does not reach i-0abc",
        "  ec2 DescribeRouteTables rtb-public -> 10.0.9.0/24 -> eni-fw (blackhole)",
        "  elasticloadbalancing DescribeTargetHealth web-http -> i-0abc:80 unhealthy Target.Timeout Request timed out",
        "  fix[by hand, traffic]: Lead 10.0.9.0/24 of route table rtb-public to what stands in the place of eni-fw now,"
        " or remove the route if nothing does.",
    ]
    assert result_of(missing, routed(gone("10.0.9.0/24"))) is Result.PASSED


def test_a_blackholed_route_back_is_told_with_the_balancers_range() -> None:
    seen = routed(private=(gone("10.0.2.0/24", GatewayId="vpce-1"),))
    assert told(lost, seen)[0] == (
        f"error confirmed target/{GROUP_ARN}#i-0abc:80 [rtb-main 10.0.2.0/24]: Route table rtb-main leads packets for"
        " 10.0.2.0/24 to vpce-1, which is gone, so that load balancer web does not reach i-0abc"
    )


OUTSIDE = placed(unhealthy(id_="192.168.7.9", reason=TIMEOUT, description="Request timed out"), "all")


def outside(*public: dict[str, str], **parts: Any) -> Any:
    fixed: dict[str, Any] = {"target_groups": (group(TargetType="ip"),), "targets": (OUTSIDE,)}
    return routed(*public, **(fixed | parts))


def test_a_target_outside_the_vpc_without_a_route_is_told() -> None:
    """The default route leads to an internet gateway, which knows no private addresses."""
    assert told(missing, outside()) == [
        f"error confirmed target/{GROUP_ARN}#192.168.7.9:80 [rtb-public 0.0.0.0/0]: Route table rtb-public of load"
        " balancer web has no route to targets outside its VPC: 192.168.7.9",
        "  ec2 DescribeRouteTables rtb-public -> 0.0.0.0/0 -> igw-1 (active)",
        "  elasticloadbalancing DescribeTargetHealth web-http -> 192.168.7.9:80 unhealthy Target.Timeout Request timed"
        " out",
        "  fix[by hand, none]: Give route table rtb-public a route to the network of 192.168.7.9, and that network a"
        " route back to subnet-a, subnet-c.",
    ]
    inside = (table("rtb-public", subnets=("subnet-a", "subnet-c")),)
    assert told(missing, outside(route_tables=inside))[1] == (
        "  ec2 DescribeRouteTables rtb-public -> no route for 192.168.7.9"
    )


def test_a_blackholed_route_out_of_the_vpc_is_told_as_that() -> None:
    seen = outside(gone("192.168.0.0/16", VpcPeeringConnectionId="pcx-1"))
    assert "leads packets for 192.168.7.9 to pcx-1, which is gone" in told(lost, seen)[0]
    assert result_of(missing, seen) is Result.PASSED


@pytest.mark.parametrize(
    "way",
    [
        {"TransitGatewayId": "tgw-1"},
        {"VpcPeeringConnectionId": "pcx-1"},
        {"GatewayId": "vgw-1"},
        {"NetworkInterfaceId": "eni-1"},
        {"GatewayId": "vpce-1"},
        {"NatGatewayId": "nat-1"},
        {"CarrierGatewayId": "cagw-1"},
    ],
)
def test_what_is_led_through_something_else_is_not_known(way: dict[str, str]) -> None:
    for seen in (outside(via("192.168.0.0/16", **way)), routed(via("10.0.9.0/24", **way))):
        assert result_of(lost, seen) is result_of(missing, seen) is Result.SKIPPED


@pytest.mark.parametrize(
    "seen",
    [
        routed(),
        routed(gone("172.31.0.0/16")),
        routed(gone("10.0.0.0/8")),
        routed(via("10.0.9.0/24", GatewayId="local"), gone("10.0.8.0/22")),
        routed(gone("10.0.9.0/24"), targets=(target(),)),
        routed(gone("10.0.9.0/24"), targets=(unhealthy(reason=MISMATCH),)),
        routed(private=(gone("10.0.3.0/24"),)),
        outside(targets=(placed(target("192.168.7.9"), "all"),)),
    ],
    ids=["sound", "elsewhere", "less specific", "more specific", "healthy", "answers", "other subnet", "healthy there"],
)
def test_what_drops_nothing_of_this_way_passes(seen: Any) -> None:
    assert result_of(lost, seen) is result_of(missing, seen) is Result.PASSED


def test_one_subnet_has_no_routes_between_its_hosts() -> None:
    beside: dict[str, Any] = {"network_interfaces": (eni(SubnetId="subnet-a", PrivateIpAddress="10.0.1.23"),)}
    # subnet-c leads to it through the same table.
    assert result_of(lost, routed(gone("10.0.1.0/24"), **beside)) is Result.FOUND
    of_both = balancer()
    alone: dict[str, Any] = {"load_balancers": (replace(of_both, availability_zones=of_both.availability_zones[:1]),)}
    assert result_of(lost, routed(gone("10.0.1.0/24"), **beside, **alone)) is Result.PASSED


LISTED = {"DestinationPrefixListId": "pl-1"}


def test_routes_of_prefix_lists() -> None:
    dropping = {**LISTED, "State": "blackhole", "NetworkInterfaceId": "eni-fw"}
    known = (PrefixList(id="pl-1", cidrs=("10.0.9.0/24", "2001:db8::/32")),)
    seen = routed(dropping, prefix_lists=known)
    assert told(lost, seen)[1] == "  ec2 DescribeRouteTables rtb-public -> pl-1 -> eni-fw (blackhole)"
    assert result_of(lost, routed(dropping)) is Result.SKIPPED
    endpoint = {**LISTED, "State": "active", "GatewayId": "vpce-s3"}
    assert result_of(lost, routed(endpoint)) is Result.PASSED
    assert result_of(lost, routed(endpoint, gone("10.0.9.0/24"))) is Result.FOUND
    other = {**LISTED, "State": "active", "TransitGatewayId": "tgw-1"}
    assert result_of(lost, routed(other)) is Result.PASSED
    assert result_of(missing, outside(other)) is Result.SKIPPED


@pytest.mark.parametrize(
    "seen",
    [
        routed(route_tables=Unknown(gap=Gap.DENIED, asked="ec2:DescribeRouteTables")),
        routed(route_tables=()),
        routed(gone("10.0.9.0/24"), via("10.0.9.0/24", TransitGatewayId="tgw-1")),
        routed({"DestinationCidrBlock": "10.0.9.0/24", "State": "brand-new", "GatewayId": "vgw-1"}),
        routed(private=(gone("10.0.1.0/25"),)),
        routed(subnets=SUBNETS[:2]),
        routed(network_interfaces=()),
        routed(route_tables=(msgspec.structs.replace(table("rtb-1", main=True), routes=()),)),
        outside(targets=(placed(unhealthy(id_="2001:db8::9", reason=TIMEOUT), "all"),)),
    ],
)
def test_what_cannot_be_followed_is_a_gap(seen: Any) -> None:
    assert result_of(lost, seen) is result_of(missing, seen) is Result.SKIPPED


def test_of_an_ipv6_group_the_routes_of_ipv6_count() -> None:
    """What a route table does with the IPv4 address of an instance is no matter, and the other way round."""
    local = {"DestinationIpv6CidrBlock": "2001:db8:1::/56", "GatewayId": "local", "State": "active"}
    over_ipv4 = gone("10.0.9.0/24")
    over_six = {"DestinationIpv6CidrBlock": "2001:db8:1:9::/64", "State": "blackhole", "NetworkInterfaceId": "eni-fw"}

    def seen(*routes: dict[str, str], **parts: Any) -> Any:
        tables = (
            table("rtb-public", INTERNET, local, *routes, subnets=("subnet-a", "subnet-c")),
            table("rtb-main", local, main=True),
        )
        return over_ipv6(SICK, route_tables=tables, **parts)

    assert result_of(lost, seen(over_ipv4)) is Result.PASSED
    assert "leads packets for 2001:db8:1:9::23 to eni-fw, which is gone" in told(lost, seen(over_six))[0]
    assert result_of(lost, seen(over_ipv4, ipv6="")) is Result.SKIPPED
