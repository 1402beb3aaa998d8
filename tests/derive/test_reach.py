"""Whether packets get through: every blocker is told, what is not described is never judged."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from albdoctor.derive.network.acls import EPHEMERAL, acl_passes
from albdoctor.derive.network.blocks import WORLD, Decision
from albdoctor.derive.network.reach import Blocker, Endpoint, Network, to_target
from albdoctor.derive.network.security_groups import Side, groups_admit, rules_seen
from albdoctor.derive.network.subnet_routes import default_route, public_subnet
from albdoctor.facts.known import Unknown
from tests.support.build import balancer
from tests.support.build_net import (
    SG_ALB,
    SG_WEB,
    acl,
    entry,
    gateway,
    network,
    permission,
    prefix_list,
    route_table,
    routed_subnets,
    security_group,
)

TARGET = Endpoint(address="10.0.9.5", subnet_id="subnet-t", security_groups=("sg-web",))
ALL_SUBNETS = ("subnet-a", "subnet-c", "subnet-t")


def whats(blockers: tuple[Blocker, ...] | Unknown) -> list[str]:
    assert not isinstance(blockers, Unknown), blockers
    return [blocker.kind for blocker in blockers]


def unknown(blockers: tuple[Blocker, ...] | Unknown) -> str:
    assert isinstance(blockers, Unknown), blockers
    return f"{blockers.asked}: {blockers.detail}"


def from_world(net: Network, port: int, *ids: str) -> Decision:
    """Whether security groups admit everybody to a port."""
    return groups_admit(net.security_groups, net.prefix_lists, ids or ("sg-alb",), "in", port, Side(addresses=WORLD))


def test_the_group_of_the_balancer_admits_the_world_to_its_own_ports_only() -> None:
    assert from_world(network(), 443) is True
    assert from_world(network(), 8443) is False
    assert rules_seen((SG_ALB,), "in") == "sg-alb: tcp/80 from 0.0.0.0/0, tcp/443 from 0.0.0.0/0"


@pytest.mark.parametrize(
    ("sources", "admits"),
    [
        (("0.0.0.0/0",), True),
        (("0.0.0.0/1", "128.0.0.0/1"), True),
        (("203.0.113.0/24",), False),
        (("::/0",), False),
        (("sg-alb",), False),
        (("pl-office",), False),
        (("pl-world",), True),
    ],
)
def test_who_counts_as_the_internet(sources: tuple[str, ...], admits: bool) -> None:
    net = network(
        security_groups=(security_group("sg-alb", permission(443, 443, *sources)),),
        prefix_lists=(prefix_list("pl-office", "203.0.113.0/24"), prefix_list("pl-world", "0.0.0.0/0")),
    )
    assert from_world(net, 443) is admits


def test_every_blocker_on_the_way_is_told_with_what_was_seen() -> None:
    net = network(
        security_groups=(security_group("sg-alb", outbound=()), security_group("sg-web")),
        network_acls=(acl("acl-shut", entry(100, "deny"), subnets=ALL_SUBNETS),),
    )
    assert to_target(net, balancer(), TARGET, 80) == (
        Blocker("balancer-sg-out", "sg-alb", "sg-alb: no rule"),
        Blocker("target-sg-in", "sg-web", "sg-web: no rule"),
        Blocker("acl-balancer-out", "acl-shut", "32767 deny all 0.0.0.0/0"),
        Blocker("acl-target-in", "acl-shut", "100 deny all 0.0.0.0/0, 32767 deny all 0.0.0.0/0"),
        Blocker("acl-target-out", "acl-shut", "32767 deny all 0.0.0.0/0"),
        Blocker("acl-balancer-in", "acl-shut", "100 deny all 0.0.0.0/0, 32767 deny all 0.0.0.0/0"),
    )


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"security_groups": ()}, "ec2:DescribeSecurityGroups: sg-alb is named but was not described"),
        (
            {"security_groups": (security_group("sg-alb", outbound=(permission(80, 80, "pl-1"),)),)},
            "ec2:GetManagedPrefixListEntries: pl-1 is named but was not described",
        ),
        (
            {"network_acls": ()},
            "ec2:DescribeNetworkAcls: the network ACL of subnet-a is named but was not described",
        ),
    ],
)
def test_what_is_not_described_is_not_judged(parts: dict[str, Any], what: str) -> None:
    assert unknown(to_target(network(**parts), balancer(), TARGET, 80)) == what


def test_a_missing_group_does_not_matter_when_another_admits() -> None:
    assert from_world(network(), 443, "sg-gone", "sg-alb") is True


def test_a_target_that_admits_the_group_of_the_balancer_is_reached() -> None:
    assert to_target(network(), balancer(), TARGET, 80) == ()


@pytest.mark.parametrize(
    ("sources", "blocked"),
    [
        (("sg-alb",), []),
        (("sg-old",), ["target-sg-other-in"]),
        (("sg-old", "10.0.1.0/24"), ["target-sg-other-in"]),
        (("sg-web",), ["target-sg-in"]),
        (("10.0.1.0/24", "10.0.2.0/24"), []),
        (("10.0.0.0/16",), []),
        (("10.0.1.0/24",), ["target-sg-in"]),
        (("pl-vpc",), []),
        ((), ["target-sg-in"]),
    ],
)
def test_whom_the_target_admits(sources: tuple[str, ...], blocked: list[str]) -> None:
    net = network(
        security_groups=(SG_ALB, security_group("sg-web", permission(80, 80, *sources))),
        prefix_lists=(prefix_list("pl-vpc", "10.0.0.0/8"),),
    )
    assert whats(to_target(net, balancer(), TARGET, 80)) == blocked


def test_a_target_that_admits_a_part_of_the_subnet_cannot_be_judged_without_the_node() -> None:
    net = network(security_groups=(SG_ALB, security_group("sg-web", permission(80, 80, "10.0.1.7/32", "10.0.2.0/24"))))
    assert unknown(to_target(net, balancer(), TARGET, 80)) == (
        "ec2:DescribeSecurityGroups: sg-web admit a part of 10.0.1.0/24"
    )


@pytest.mark.parametrize(
    ("egress", "blocked"),
    [
        ((permission(80, 80, "sg-web"),), []),
        ((permission(80, 80, "10.0.9.5/32"),), []),
        ((permission(443, 443, "0.0.0.0/0"),), ["balancer-sg-out"]),
        ((permission(0, 65535, "0.0.0.0/0", protocol="udp"),), ["balancer-sg-out"]),
        ((), ["balancer-sg-out"]),
    ],
)
def test_where_the_balancer_may_go(egress: tuple[dict[str, Any], ...], blocked: list[str]) -> None:
    net = network(security_groups=(security_group("sg-alb", outbound=egress), SG_WEB))
    assert whats(to_target(net, balancer(), TARGET, 80)) == blocked


def acls(alb: tuple[dict[str, Any], ...], target: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    return {
        "network_acls": (
            acl("acl-alb", *alb, subnets=("subnet-a", "subnet-c")),
            acl("acl-target", *target, subnets=("subnet-t",)),
        )
    }


OUT_ALL = entry(100, "allow", egress=True)
IN_ALL = entry(100, "allow")


@pytest.mark.parametrize(
    ("alb", "target", "blocked"),
    [
        ((), (), []),
        ((), (entry(100, "allow", ports=(80, 80)), OUT_ALL), []),
        ((), (entry(100, "allow", ports=(443, 443)), OUT_ALL), ["acl-target-in"]),
        ((), (IN_ALL, entry(100, "allow", ports=(80, 80), egress=True)), ["acl-target-out"]),
        ((), (IN_ALL, entry(100, "allow", ports=(32768, 65535), egress=True)), ["acl-target-out"]),
        ((entry(100, "allow", ports=(443, 443)), OUT_ALL), (), ["acl-balancer-in"]),
        ((entry(90, "deny", ports=(3389, 3389)), IN_ALL, OUT_ALL), (), []),
        ((IN_ALL, entry(90, "deny", "10.0.9.0/24", egress=True), OUT_ALL), (), ["acl-balancer-out"]),
        ((IN_ALL, entry(110, "deny", "10.0.9.0/24", egress=True), OUT_ALL), (), []),
    ],
)
def test_acls_keep_no_state_and_the_lowest_number_wins(
    alb: tuple[dict[str, Any], ...], target: tuple[dict[str, Any], ...], blocked: list[str]
) -> None:
    assert whats(to_target(network(**acls(alb, target)), balancer(), TARGET, 80)) == blocked


def test_acls_do_not_act_inside_one_subnet() -> None:
    shut = network(network_acls=(acl("acl-shut", entry(100, "deny"), subnets=ALL_SUBNETS),))
    one_zone = balancer(AvailabilityZones=[{"ZoneName": "a", "SubnetId": "subnet-a"}])
    beside = Endpoint(address="10.0.1.77", security_groups=("sg-web",))
    assert to_target(shut, one_zone, beside, 80) == ()
    assert "acl-target-in" in whats(to_target(shut, balancer(), beside, 80))


def test_an_acl_that_denies_some_addresses_of_a_subnet_is_not_judged() -> None:
    net = network(**acls((), (entry(90, "deny", "10.0.1.16/28"), IN_ALL, OUT_ALL)))
    assert (
        unknown(to_target(net, balancer(), TARGET, 80))
        == "ec2:DescribeNetworkAcls: acl-target treats parts of 10.0.1.0/24 differently"
    )


def test_an_acl_entry_that_does_something_new_is_not_judged() -> None:
    for new, told in (
        (entry(90, "audit"), "entry 90 audit -1"),
        (entry(90, "allow") | {"Protocol": "quic"}, "entry 90 allow quic"),
    ):
        net = network(**acls((), (new, entry(100, "deny"), OUT_ALL)))
        assert unknown(to_target(net, balancer(), TARGET, 80)) == (
            f"ec2:DescribeNetworkAcls: {told} of acl-target is not known to this albdoctor"
        )


def test_a_security_group_rule_for_a_new_protocol_matters_only_where_no_other_admits() -> None:
    new, plain = permission(80, 80, "sg-alb", protocol="quic"), permission(80, 80, "sg-alb")
    net = network(security_groups=(SG_ALB, security_group("sg-web", new)))
    assert (
        unknown(to_target(net, balancer(), TARGET, 80))
        == "ec2:DescribeSecurityGroups: protocol quic is not known to this albdoctor"
    )
    net = network(security_groups=(SG_ALB, security_group("sg-web", new, plain)))
    assert to_target(net, balancer(), TARGET, 80) == ()
    ping = permission(-1, -1, "sg-alb", protocol="58")
    assert whats(to_target(network(security_groups=(SG_ALB, security_group("sg-web", ping))), balancer(), TARGET, 80))


@pytest.mark.parametrize(
    ("target", "what"),
    [
        (Endpoint(), "ec2:DescribeSubnets: the subnet of a target is named but was not described"),
        (
            Endpoint(address="172.16.0.9", security_groups=("sg-web",)),
            "ec2:DescribeSubnets: the subnet of 172.16.0.9 is named but was not described",
        ),
        (
            Endpoint(address="2001:db8::9", subnet_id="subnet-t", security_groups=("sg-web",)),
            "ec2:DescribeSubnets: no IPv6 range of subnet subnet-a is known",
        ),
        (
            Endpoint(address="10.0.9.5", subnet_id="subnet-t"),
            "ec2:DescribeSecurityGroups: no security group is known here",
        ),
    ],
)
def test_a_target_whose_place_is_not_known_is_not_judged(target: Endpoint, what: str) -> None:
    assert unknown(to_target(network(), balancer(), target, 80)) == what


def test_a_target_without_address_stands_somewhere_in_its_subnet() -> None:
    assert to_target(network(), balancer(), Endpoint(subnet_id="subnet-t", security_groups=("sg-web",)), 80) == ()


@pytest.mark.parametrize(
    ("parts", "public"),
    [
        ({}, True),
        ({"route_tables": (route_table(main=True),)}, True),
        ({"route_tables": (route_table(default="nat-1", main=True),)}, False),
        ({"route_tables": (route_table(default=None, main=True),)}, False),
        ({"route_tables": (route_table(main=True, state="blackhole"),)}, False),
        ({"route_tables": (route_table(main=True, state="brand-new-value"),)}, None),
        ({"internet_gateways": (gateway(state="detached"),)}, False),
        ({"internet_gateways": (gateway(vpc_id="vpc-2"),)}, False),
        ({"internet_gateways": ()}, None),
        ({"route_tables": ()}, None),
        ({"subnets": ()}, None),
        ({"internet_gateways": (gateway(state="brand-new-value"),)}, None),
    ],
)
def test_public_subnet(parts: dict[str, Any], public: bool | None) -> None:
    assert public_subnet(routed_subnets(**parts), "subnet-a") is public


def test_where_a_subnet_sends_everything_else() -> None:
    plain = routed_subnets()
    assert default_route(plain, "subnet-t") == "rtb-private: 0.0.0.0/0 -> nat-1 (active)"
    assert default_route(plain, "subnet-gone") == "route table not described"
    nowhere = routed_subnets(route_tables=(route_table(default=None, main=True),))
    assert default_route(nowhere, "subnet-a") == "rtb-public: no route for 0.0.0.0/0"


CIDRS = st.sampled_from(["0.0.0.0/0", "10.0.0.0/8", "10.0.1.0/24", "10.0.1.0/25", "10.0.1.7/32", "192.0.2.0/24"])
PORTS = st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda pair: (min(pair), max(pair)))
ENTRIES = st.lists(
    st.tuples(st.integers(1, 200), st.sampled_from(["allow", "deny"]), CIDRS, st.one_of(st.none(), PORTS)),
    max_size=6,
    unique_by=lambda one: one[0],
)


def one_packet_passes(entries: list[tuple[int, str, str, tuple[int, int] | None]], address: str, port: int) -> bool:
    """The rule as the VPC guide words it, for one packet."""
    for _, action, cidr, ports in sorted(entries):
        if IPv4Address(address) in IPv4Network(cidr) and (ports is None or ports[0] <= port <= ports[1]):
            return action == "allow"
    return False


@given(entries=ENTRIES, address=st.sampled_from(["10.0.1.7", "10.0.1.200", "192.0.2.9"]), port=st.integers(1, 65535))
def test_an_acl_decides_one_packet_as_the_guide_words_it(entries: list[Any], address: str, port: int) -> None:
    guard = acl("acl-1", *(entry(*one) for one in entries), entry(30000, "deny"))
    passes = acl_passes(guard, "in", IPv4Network(address), (port, port))
    assert passes is one_packet_passes(entries, address, port)


@given(entries=ENTRIES, port=st.integers(1, 65535))
def test_a_verdict_about_a_subnet_holds_for_each_of_its_addresses(entries: list[Any], port: int) -> None:
    guard = acl("acl-1", *(entry(*one) for one in entries), entry(30000, "deny"))
    verdict = acl_passes(guard, "in", IPv4Network("10.0.1.0/24"), (port, port))
    each = {one_packet_passes(entries, f"10.0.1.{last}", port) for last in (0, 7, 127, 128, 255)}
    assert isinstance(verdict, Unknown) or each == {verdict}


@given(entries=ENTRIES)
def test_return_traffic_that_passes_is_never_refused_on_more_than_a_handful_of_ports(entries: list[Any]) -> None:
    guard = acl("acl-1", *(entry(*one) for one in entries), entry(30000, "deny"))
    verdict = acl_passes(guard, "in", IPv4Network("10.0.1.7"), EPHEMERAL)
    refused = sum(not one_packet_passes(entries, "10.0.1.7", port) for port in range(1024, 65536, 97))
    assert verdict is False or refused <= 64


SOURCES = st.sampled_from(["0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "10.0.2.0/24", "192.0.2.0/24", "sg-alb", "sg-x"])
RULES = st.lists(st.tuples(PORTS, SOURCES), max_size=5)


def admitted(rules: list[tuple[tuple[int, int], str]], source: str, port: int) -> bool:
    """The rule as the VPC guide words it: some rule names the port and the sender or the sender's group."""
    fitting = [from_ for (low, high), from_ in rules if low <= port <= high]
    return any(
        from_ == "sg-alb" or (from_[0].isdigit() and IPv4Address(source) in IPv4Network(from_)) for from_ in fitting
    )


@given(rules=RULES, port=st.integers(1, 65535))
def test_a_target_is_reached_exactly_when_every_node_is_admitted(rules: list[Any], port: int) -> None:
    inbound = [permission(low, high, source) for (low, high), source in rules]
    net = network(security_groups=(SG_ALB, security_group("sg-web", *inbound)))
    nodes = ("10.0.1.10", "10.0.2.10")
    blocked = whats(to_target(net, balancer(), TARGET, port))
    assert (blocked == []) is all(admitted(rules, one, port) for one in nodes)


@given(rules=RULES, more=RULES, port=st.integers(1, 65535))
def test_a_further_rule_never_blocks(rules: list[Any], more: list[Any], port: int) -> None:
    def reached(all_rules: list[Any]) -> bool:
        inbound = [permission(low, high, source) for (low, high), source in all_rules]
        return from_world(network(security_groups=(security_group("sg-alb", *inbound),)), port) is True

    assert reached(rules + more) or not reached(rules)


@pytest.mark.parametrize("only", ["subnet-a", "subnet-t"])
def test_an_ipv6_only_subnet_is_not_judged(only: str) -> None:
    """EC2 gives no CidrBlock for it."""
    plain = network()
    subnets = tuple(replace(one, cidr_block="") if one.subnet_id == only else one for one in plain.subnets)
    target = replace(TARGET, address="") if only == "subnet-t" else TARGET
    told = unknown(to_target(replace(plain, subnets=subnets), balancer(), target, 80))
    assert told == f"ec2:DescribeSubnets: no IPv4 range of subnet {only} is known"
