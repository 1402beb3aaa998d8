"""Where route tables lead, against a model that follows each address on its own."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from albdoctor.derive.network.next_hops import Hop, leads
from albdoctor.facts.ec2 import PrefixList, RouteTable
from albdoctor.facts.known import Unknown

BLOCKS = (
    "172.31.0.0/16",
    "pl-1",
    "pl-unseen",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.0.8.0/22",
    "10.0.9.0/24",
    "10.0.9.0/25",
    "10.0.9.23/32",
)
WAYS: tuple[dict[str, str], ...] = (
    {"GatewayId": "local"},
    {"GatewayId": "igw-1"},
    {"GatewayId": "vgw-1"},
    {"GatewayId": "vpce-1"},
    {"NatGatewayId": "nat-1"},
    {"TransitGatewayId": "tgw-1"},
    {"VpcPeeringConnectionId": "pcx-1"},
    {"NetworkInterfaceId": "eni-1"},
    {"LocalGatewayId": "lgw-1"},
)
LISTS = (PrefixList(id="pl-1", cidrs=("10.0.9.128/26", "2001:db8::/32")),)
ROUTES = st.lists(
    st.tuples(st.sampled_from(BLOCKS), st.sampled_from(WAYS), st.sampled_from(["active", "blackhole"])),
    max_size=7,
    unique_by=lambda one: one[0],
)
ADDRESSES = ("10.0.9.0", "10.0.9.23", "10.0.9.130", "10.0.9.200", "10.0.8.1", "192.168.1.1", "8.8.8.8")


def built(routes: list[Any]) -> RouteTable:
    def member(block: str) -> dict[str, str]:
        return {"DestinationPrefixListId" if block.startswith("pl-") else "DestinationCidrBlock": block}

    raw = [{**member(block), **way, "State": state} for block, way, state in routes]
    return msgspec.convert(
        {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": raw, "Associations": [{"Main": True}]}, RouteTable
    )


def followed(routes: list[Any], address: str) -> str:
    """The rule as the VPC guide words it, for one address: the longest prefix that holds it."""
    best: tuple[int, Any, str] = (-1, None, "")
    for block, way, state in routes:
        for cidr in {"pl-1": ["10.0.9.128/26"], "pl-unseen": []}.get(block, [block]):
            length = int(cidr.split("/")[1])
            if IPv4Address(address) in IPv4Network(cidr) and length > best[0]:
                best = (length, way, state)
    _, way, state = best
    if way is None:
        return "nowhere"
    if state == "blackhole":
        return "blackhole"
    gateway = way.get("GatewayId", "")
    if gateway == "local":
        return "local"
    return "nowhere" if gateway == "igw-1" and IPv4Address(address).is_private else "beyond"


@given(routes=ROUTES, address=st.sampled_from(ADDRESSES))
def test_one_address_takes_the_longest_prefix(routes: list[Any], address: str) -> None:
    told = leads(built(routes), LISTS, IPv4Network(address))
    expected = followed(routes, address)
    if isinstance(told, Unknown):
        assert "pl-unseen" in [block for block, _, _ in routes]
    else:
        assert [one.hop.value for one in told] == [expected]


@given(routes=ROUTES)
def test_a_range_is_led_as_each_of_its_addresses(routes: list[Any]) -> None:
    told = leads(built(routes), LISTS, IPv4Network("10.0.9.0/24"))
    each = {followed(routes, f"10.0.9.{last}") for last in range(256)}
    assert isinstance(told, Unknown) or {one.hop.value for one in told} == each


@given(routes=ROUTES, address=st.sampled_from(ADDRESSES))
def test_what_leads_somewhere_is_never_said_to_drop(routes: list[Any], address: str) -> None:
    """Also where the ranges of a list are not known: they might hold the address."""
    told = leads(built(routes), LISTS, IPv4Network(address))
    ways = {block: way for block, way, state in routes if state == "active"}
    hidden = ways.get("pl-unseen")
    if hidden is not None and hidden.get("GatewayId") != "vpce-1" and not isinstance(told, Unknown):
        assert {one.hop for one in told} <= {Hop.LOCAL, Hop.BEYOND}
