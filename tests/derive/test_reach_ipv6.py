"""The ways over IPv6: a network whose addresses are IPv4's, mapped one by one, lets through exactly the same."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from albdoctor.derive.network.acls import acl_passes
from albdoctor.derive.network.next_hops import Hop, leads
from albdoctor.derive.network.reach import Endpoint, to_target
from albdoctor.facts.ec2 import Route, RouteTable, RouteTableAssociation
from albdoctor.facts.known import Unknown
from tests.derive.test_reach import ENTRIES, RULES, SOURCES, unknown, whats
from tests.support.build import balancer
from tests.support.build_net import (
    ALLOW_ALL,
    ALLOW_ALL_IPV6,
    DUAL_SUBNETS,
    SG_ALB,
    acl,
    entry,
    network,
    permission,
    security_group,
    subnet,
)

TARGET = Endpoint(address="2001:db8:1:9::23", subnet_id="subnet-t", security_groups=("sg-web",))
EVERYWHERE = ("subnet-a", "subnet-c", "subnet-t")
OUT = (permission(None, None, "0.0.0.0/0", "::/0"),)
SG_OUT = security_group("sg-alb", outbound=OUT)


def dual(**parts: Any) -> Any:
    """A network in which everything passes over both versions."""
    base: dict[str, Any] = {
        "subnets": DUAL_SUBNETS,
        "security_groups": (SG_OUT, security_group("sg-web", permission(80, 80, "sg-alb"))),
        "network_acls": (acl("acl-1", *ALLOW_ALL, *ALLOW_ALL_IPV6, subnets=EVERYWHERE),),
    }
    return network(**(base | parts))


@pytest.mark.parametrize(
    ("sources", "blocked"),
    [
        (("sg-alb",), []),
        (("2001:db8:1::/48",), []),
        (("2001:db8:1:1::/64", "2001:db8:1:2::/64"), []),
        (("::/0",), []),
        (("2001:db8:1:1::/64",), ["target-sg-in"]),
        (("0.0.0.0/0",), ["target-sg-in"]),
        (("sg-old", "10.0.0.0/8"), ["target-sg-other-in"]),
    ],
)
def test_whom_the_target_admits(sources: tuple[str, ...], blocked: list[str]) -> None:
    groups = (SG_OUT, security_group("sg-web", permission(80, 80, *sources)))
    assert whats(to_target(dual(security_groups=groups), balancer(), TARGET, 80)) == blocked


def test_a_group_that_lets_ipv4_out_alone_keeps_the_balancer_in() -> None:
    groups = (SG_ALB, security_group("sg-web", permission(80, 80, "sg-alb")))
    assert whats(to_target(dual(security_groups=groups), balancer(), TARGET, 80)) == ["balancer-sg-out"]


def test_acls_for_ipv4_alone_stop_it_at_every_border() -> None:
    """A VPC that got its IPv6 range later: the ACL of one's own has entries for IPv4."""
    told = to_target(dual(network_acls=(acl("acl-1", subnets=EVERYWHERE),)), balancer(), TARGET, 80)
    assert whats(told) == ["acl-balancer-out", "acl-target-in", "acl-target-out", "acl-balancer-in"]
    over_ipv4 = Endpoint(address="10.0.9.23", subnet_id="subnet-t", security_groups=("sg-web",))
    assert whats(to_target(dual(), balancer(), over_ipv4, 80)) == []


def test_what_is_not_known_of_ipv6_is_not_judged() -> None:
    plain = tuple(replace(one, ipv6_cidr_block_association_set=()) for one in DUAL_SUBNETS)
    assert unknown(to_target(dual(subnets=plain), balancer(), TARGET, 80)) == (
        "ec2:DescribeSubnets: no IPv6 range of subnet subnet-a is known"
    )
    nowhere = Endpoint(address="2001:db8:77::1", security_groups=("sg-web",))
    assert unknown(to_target(dual(), balancer(), nowhere, 80)) == (
        "ec2:DescribeSubnets: the subnet of 2001:db8:77::1 is named but was not described"
    )
    found = Endpoint(address="2001:db8:1:9::77", security_groups=("sg-web",))
    assert whats(to_target(dual(), balancer(), found, 80)) == []


def test_a_range_that_is_being_taken_away_is_none() -> None:
    leaving = tuple(
        replace(
            one,
            ipv6_cidr_block_association_set=tuple(
                replace(block, ipv6_cidr_block_state=replace(block.ipv6_cidr_block_state, state="disassociating"))
                for block in one.ipv6_cidr_block_association_set
                if block.ipv6_cidr_block_state
            ),
        )
        for one in DUAL_SUBNETS
    )
    assert "no IPv6 range" in unknown(to_target(dual(subnets=leaving), balancer(), TARGET, 80))


def six(cidr: str) -> str:
    """The IPv6 range that stands for an IPv4 one: the same bits below 2001:db8::/96."""
    whole = IPv4Network(cidr)
    return str(IPv6Network((int(IPv6Address("2001:db8::")) + int(whole.network_address), 96 + whole.prefixlen)))


MAPPED_SUBNETS = tuple(
    subnet(id_, cidr, ipv6=six(cidr))
    for id_, cidr in (("subnet-a", "10.0.1.0/24"), ("subnet-c", "10.0.2.0/24"), ("subnet-t", "10.0.9.0/24"))
)


@given(rules=RULES, entries=ENTRIES, port=st.integers(1, 65535))
def test_a_mapped_network_has_the_same_blockers(rules: list[Any], entries: list[Any], port: int) -> None:
    def blockers(version: int) -> list[str] | str:
        def of(cidr: str) -> str:
            return six(cidr) if version == 6 and cidr[0].isdigit() else cidr

        inbound = [permission(low, high, of(source)) for (low, high), source in rules]
        everywhere = "2001:db8::/96" if version == 6 else "0.0.0.0/0"
        groups = (
            security_group("sg-alb", outbound=(permission(None, None, everywhere),)),
            security_group("sg-web", *inbound),
        )
        guards = [entry(number, action, of(cidr), ports) for number, action, cidr, ports in entries]
        guards.append(entry(300, "allow", everywhere, egress=True))
        address = "10.0.9.5" if version == 4 else six("10.0.9.5/32").removesuffix("/128")
        target = Endpoint(address=address, subnet_id="subnet-t", security_groups=("sg-web",))
        guard = acl("acl-1", *guards, subnets=EVERYWHERE)
        around = network(subnets=MAPPED_SUBNETS, security_groups=groups, network_acls=(guard,))
        told = to_target(around, balancer(), target, port)
        return told.asked if isinstance(told, Unknown) else whats(told)

    assert blockers(6) == blockers(4)


@given(entries=ENTRIES, source=SOURCES, port=st.integers(1, 65535))
def test_a_mapped_acl_decides_the_same_and_entries_of_the_other_version_change_nothing(
    entries: list[Any], source: str, port: int
) -> None:
    wanted = source if source[0].isdigit() else "10.0.1.7/32"
    four = [entry(*one) for one in entries]
    mapped = [entry(number + 1000, action, six(cidr), ports) for number, action, cidr, ports in entries]
    both = acl("acl-1", *four, *mapped, entry(30000, "deny"), entry(30001, "deny", "::/0"))
    told = [
        verdict if isinstance(verdict, bool) else None
        for verdict in (
            acl_passes(both, "in", IPv4Network(wanted), (port, port)),
            acl_passes(both, "in", IPv6Network(six(wanted)), (port, port)),
            acl_passes(acl("acl-1", *four, entry(30000, "deny")), "in", IPv4Network(wanted), (port, port)),
        )
    ]
    assert len(set(told)) == 1


BLOCKS = st.sampled_from(["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.9.0/24", "10.0.9.0/25", "10.0.9.23/32"])
WAYS = st.sampled_from(["local", "igw-1", "vgw-1", "nat-1"])
ROUTES = st.lists(
    st.tuples(BLOCKS, WAYS, st.sampled_from(["active", "blackhole"])), max_size=6, unique_by=lambda one: one[0]
)


@given(routes=ROUTES, address=st.sampled_from(["10.0.9.0", "10.0.9.23", "10.0.9.200", "10.4.4.4", "8.8.8.8"]))
def test_mapped_routes_lead_the_same_way(routes: list[Any], address: str) -> None:
    def of(version: int) -> list[Hop]:
        made = tuple(
            Route(
                destination_cidr_block=cidr if version == 4 else "",
                destination_ipv6_cidr_block=six(cidr) if version == 6 else "",
                gateway_id=way,
                state=state,
            )
            for cidr, way, state in routes
        )
        table = RouteTable(
            route_table_id="rtb-1", vpc_id="vpc-1", routes=made, associations=(RouteTableAssociation(main=True),)
        )
        other = IPv4Network(address) if version == 4 else IPv6Network(six(f"{address}/32"))
        told = leads(table, (), other)
        assert not isinstance(told, Unknown)
        return [one.hop for one in told]

    # The internet has addresses of 2001:db8::/96 as far as routes go: what is private is known by IPv4's ranges alone.
    public = not IPv4Address(address).is_private or "igw-1" not in [way for _, way, _ in routes]
    assert not public or of(6) == of(4)


def test_unique_local_addresses_go_nowhere_over_an_internet_gateway() -> None:
    route = Route(destination_ipv6_cidr_block="::/0", gateway_id="igw-1", state="active")
    table = RouteTable(route_table_id="rtb-1", vpc_id="vpc-1", routes=(route,))
    told = {address: leads(table, (), IPv6Network(address)) for address in ("fd00:ec2::1", "2a05:d000::1")}
    assert {address: [one.hop for one in lead] for address, lead in told.items() if not isinstance(lead, Unknown)} == {
        "fd00:ec2::1": [Hop.NOWHERE],
        "2a05:d000::1": [Hop.BEYOND],
    }
