"""NAT gateways of the balancers' VPCs, asked of the lab's AWS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from albdoctor.collect.actions import actions_for
from albdoctor.collect.options import Options
from albdoctor.facts.ec2 import NAT_GATEWAYS, NatGateway
from albdoctor.facts.known import Gap, Known
from albdoctor.facts.snapshot import Facts
from albdoctor.lab.aws import AwsApi
from albdoctor.lab.build import Builder
from tests.support.aws_ask import gap
from tests.support.collecting import collect_now

WANTED = frozenset({NAT_GATEWAYS.name})


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsApi]:
    with AwsApi() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


def scan(arn: str) -> Facts:
    """See the NAT gateways, and what they build on, of one balancer."""
    host = "web.elb.amazonaws.com"
    return collect_now(Options(domain=host, host=host, registrable=host, named=False, balancer=arn, timeout=20), WANTED)


def gateway(ec2: Any, subnet_id: str, **more: str) -> str:
    return str(ec2.create_nat_gateway(SubnetId=subnet_id, **more)["NatGateway"]["NatGatewayId"])


def test_those_of_the_balancers_vpc_are_seen(api: AwsApi) -> None:
    build, ec2 = Builder(api), api.client("ec2")
    network = build.network()
    balancer = build.balancer(network)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    # AWS answers the default, moto only what was given.
    public = gateway(ec2, network.public_subnets[0], AllocationId=address, ConnectivityType="public")
    private = gateway(ec2, network.public_subnets[1], ConnectivityType="private")
    ec2.delete_nat_gateway(NatGatewayId=private)
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    gateway(ec2, ec2.create_subnet(VpcId=other, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"])
    facts = scan(balancer.arn)
    assert facts.nat_gateways == Known(
        (
            NatGateway(
                nat_gateway_id=public,
                vpc_id=network.vpc,
                subnet_id=network.public_subnets[0],
                state="available",
                connectivity_type="public",
            ),
            NatGateway(
                nat_gateway_id=private,
                vpc_id=network.vpc,
                subnet_id=network.public_subnets[1],
                state="deleted",
                connectivity_type="private",
            ),
        )
    )
    assert {*api.scanned} <= {*actions_for(WANTED)}
    api.denied = {"ec2:DescribeNatGateways"}
    lost = gap(scan(balancer.arn).nat_gateways)
    assert (lost.gap, lost.asked) == (Gap.DENIED, "ec2:DescribeNatGateways")


def test_a_regional_one_is_in_no_subnet() -> None:
    told = {"NatGatewayId": "nat-1", "VpcId": "vpc-1", "State": "available", "ConnectivityType": "public"}
    regional = msgspec.convert(told | {"AvailabilityMode": "regional", "CreateTime": "2026-01-01"}, NatGateway)
    assert (regional.subnet_id, regional.availability_mode) == ("", "regional")
    with pytest.raises(msgspec.ValidationError, match="`State`"):
        msgspec.convert({name: value for name, value in told.items() if name != "State"}, NatGateway)
