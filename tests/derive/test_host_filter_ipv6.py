"""The same over IPv6: the rules of ip6tables, of nft's families ip6 and inet, and legacy rules beside those of nft."""

from __future__ import annotations

import json
from ipaddress import ip_address, ip_network
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from albdoctor.derive.network.host_filter import handed_on, passage, written
from albdoctor.facts.host_firewall import HostFirewall
from tests.support.build_firewall import EMPTY_RULESET, firewall, recorded, saved

SOURCE, HOST = "2001:db8:1:1::/64", "2001:db8:1:9::23"
DROPS = saved(policy="DROP")
LEGACY_DROPS = DROPS.replace("# (nf_tables)\n", "# legacy\n")


def outcome(told: HostFirewall, port: int = 80, source: str = SOURCE, host: str = HOST) -> str:
    return passage(told, ip_network(source), ip_address(host), port).outcome


def outcomes(told: HostFirewall, port: int = 80) -> tuple[str, str]:
    """Of a packet over IPv4, and of one over IPv6."""
    return outcome(told, port, source="10.0.1.0/24", host="10.0.9.23"), outcome(told, port)


def test_each_version_meets_its_own_rules() -> None:
    assert outcomes(firewall()) == ("open", "open")
    assert outcomes(firewall(DROPS)) == ("blocked", "open")
    only_6 = firewall(saved6=DROPS)
    assert outcomes(only_6) == ("open", "blocked")
    stop = passage(only_6, ip_network(SOURCE), ip_address(HOST), 80).stop
    assert stop is not None
    assert (written(stop), stop.chain.family, stop.chain.tool) == ("filter INPUT: policy drop", "ip6", "iptables")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (("-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT",), "open"),
        (("-A INPUT -s 2001:db8:1::/48 -p tcp -m tcp --dport 80 -j ACCEPT",), "open"),
        (("-A INPUT -s 2001:db8:2::/48 -p tcp -m tcp --dport 80 -j ACCEPT",), "blocked"),
        (("-A INPUT -s 2001:db8:1:1::/65 -p tcp -m tcp --dport 80 -j ACCEPT",), "unclear"),
        (("-A INPUT ! -s 2001:db8:2::/48 -j ACCEPT",), "open"),
        (("-A INPUT -d 2001:db8:1:9::23/128 -j ACCEPT",), "open"),
        (("-A INPUT -p ipv6-icmp -j ACCEPT", "-A INPUT -p 58 -j ACCEPT"), "blocked"),
        (("-A INPUT -m rt --rt-type 0 -j DROP", "-A INPUT -p tcp -j ACCEPT"), "open"),
        (("-A INPUT -m eui64 -j ACCEPT",), "unclear"),
    ],
)
def test_what_stands_before_a_policy_that_drops(rules: tuple[str, ...], expected: str) -> None:
    assert outcome(firewall(saved6=saved(*rules, policy="DROP"))) == expected


def test_what_translates_to_an_ipv6_address_is_not_read() -> None:
    nat = "# (nf_tables)\n*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp --dport 80 -j {}\nCOMMIT\n"
    assert outcome(firewall(saved6=nat.format("DNAT --to-destination [fd00::2]:80"))) == "unclear"
    opened = saved("-A INPUT -p tcp --dport 8080 -j ACCEPT", policy="DROP")
    assert outcome(firewall(saved6=nat.format("REDIRECT --to-ports 8080") + opened)) == "open"


def test_a_port_is_handed_on_by_the_rules_of_its_version() -> None:
    nat = "# (nf_tables)\n*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp --dport 80 -j {}\nCOMMIT\n"
    told = firewall(saved6=nat.format("DNAT --to-destination [fd00::2]:80"))
    assert (handed_on(told, 80), handed_on(told, 80, 6) is not None, handed_on(told, 81, 6)) == (None, True, None)


def ruleset(*rules: list[dict[str, Any]], family: str = "inet") -> str:
    """A chain for what comes in, with a policy that drops."""
    of_it = {"family": family, "table": "t"}
    head = {"chain": {**of_it, "name": "in", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}
    each = ({"rule": {**of_it, "chain": "in", "expr": [*rule, {"accept": None}]}} for rule in rules)
    return json.dumps({"nftables": [{"table": {"family": family, "name": "t"}}, head, *each]})


def is_(protocol: str, field: str, value: Any, op: str = "==") -> dict[str, Any]:
    return {"match": {"op": op, "left": {"payload": {"protocol": protocol, "field": field}}, "right": value}}


def meta(key: str, value: str) -> dict[str, Any]:
    return {"match": {"op": "==", "left": {"meta": {"key": key}}, "right": value}}


PREFIX_6 = {"prefix": {"addr": "2001:db8:1::", "len": 48}}
PORT_80 = is_("tcp", "dport", 80)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ([PORT_80], ("open", "open")),
        ([is_("ip", "saddr", {"prefix": {"addr": "10.0.0.0", "len": 8}}), PORT_80], ("open", "blocked")),
        # What is said of IPv4 addresses is met by no packet of IPv6, negated or not.
        ([is_("ip", "saddr", "192.0.2.1", "!=")], ("open", "blocked")),
        ([is_("ip6", "saddr", PREFIX_6), PORT_80], ("blocked", "open")),
        ([is_("ip6", "saddr", "2001:db8:9::1", "!=")], ("blocked", "open")),
        ([is_("ip", "protocol", "tcp")], ("open", "blocked")),
        ([is_("ip6", "nexthdr", "tcp")], ("blocked", "open")),
        ([meta("l4proto", "tcp")], ("open", "open")),
        ([meta("nfproto", "ipv6")], ("blocked", "open")),
        ([meta("protocol", "ip")], ("open", "blocked")),
        ([is_("ip6", "hoplimit", 255)], ("blocked", "unclear")),
    ],
)
def test_a_table_of_both_versions(rule: list[dict[str, Any]], expected: tuple[str, str]) -> None:
    assert outcomes(firewall("", ruleset(rule))) == expected


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        (80, ("open", "open")),
        (8080, ("blocked", "open")),
        (8443, ("blocked", "open")),
        (9443, ("open", "blocked")),
        (9000, ("open", "blocked")),  # a table of IPv6 alone is asked afterwards
        (22, ("blocked", "blocked")),
    ],
)
def test_a_ruleset_of_both_versions_as_nft_printed_it(port: int, expected: tuple[str, str]) -> None:
    told = firewall("", recorded("both-versions.nft.json"))
    assert outcomes(told, port) == expected
    assert outcome(told, 80, "2001:db8:9::/64") == "blocked"
    assert outcome(told, 8080, "2001:db8:2:1::/64") == "blocked"


def test_tables_of_one_version() -> None:
    assert outcomes(firewall("", ruleset(family="ip6"))) == ("open", "blocked")
    assert outcomes(firewall("", ruleset(family="ip"))) == ("blocked", "open")


def test_ip6tables_over_nft_is_not_read_twice() -> None:
    mirror = ruleset(family="ip6").replace('"t"', '"filter"')
    opened = firewall(ruleset=mirror, saved6=saved("-A INPUT -p tcp --dport 80 -j ACCEPT", policy="DROP"))
    assert (outcome(opened), {one.tool for one in opened.chains}) == ("open", {"iptables"})


@pytest.mark.parametrize("version", [4, 6])
def test_a_packet_has_to_pass_legacy_rules_beside_those_of_nft(version: int) -> None:
    suffix, at = ("", 0) if version == 4 else ("6", 1)

    def told(rules: str, code: str = "0") -> HostFirewall:
        sides: dict[str, Any] = {f"names{suffix}": "filter\n", f"legacy{suffix}": (rules, code)}
        return firewall(saved(), saved6=saved(), **sides)

    shut = told(LEGACY_DROPS)
    assert (outcomes(shut)[at], outcomes(shut)[1 - at]) == ("blocked", "open")
    opened = LEGACY_DROPS.replace("COMMIT", "-A INPUT -p tcp --dport 80 -j ACCEPT\nCOMMIT")
    assert outcomes(told(opened)) == ("open", "open")
    (stop,) = (one for one in shut.chains if one.policy == "drop")
    assert (stop.tool, stop.family) == ("iptables-legacy", "ip" if version == 4 else "ip6")
    # Not there, not all there: never open, while what drops still drops.
    for rules, code in (("", "127"), (opened, "1"), (opened.replace("*filter", "*mangle"), "0")):
        assert outcomes(told(rules, code))[at] == "unclear"
    assert outcomes(told(LEGACY_DROPS, "1"))[at] == "blocked"


def test_legacy_iptables_alone_prints_the_same_twice() -> None:
    told = firewall(LEGACY_DROPS, names="filter\n", legacy=(LEGACY_DROPS, "0"), saved6=LEGACY_DROPS, names6="filter\n")
    assert {one.tool for one in told.chains} == {"iptables"}
    assert outcomes(told) == ("blocked", "blocked")
    accepting = LEGACY_DROPS.replace("INPUT DROP", "INPUT ACCEPT")
    alone = firewall(accepting, names="filter\n", legacy=("", "127"), saved6=accepting, names6="filter\n")
    assert outcomes(alone) == ("open", "open")


@pytest.mark.parametrize(
    "missing", [{"names6": "filter\n"}, {"code6": "1"}, {"codes": ("0", "127")}], ids=["legacy", "save", "nft"]
)
def test_what_was_not_all_read_is_never_open(missing: dict[str, Any]) -> None:
    assert outcome(firewall(**missing)) == "unclear"


def test_facts_of_long_ago_know_of_ipv4_only() -> None:
    old = replace(firewall(), complete_ipv6=None)
    assert outcomes(old) == ("open", "unclear")


def test_what_has_the_form_of_an_address_and_is_none_is_met_perhaps() -> None:
    text = msgspec.json.encode(firewall(saved6=saved("-A INPUT -s 2001:db8:1::/48 -j ACCEPT", policy="DROP")))
    odd = msgspec.json.decode(text.replace(b"2001:db8:1::/48", b"2001:::1/48"), type=HostFirewall)
    assert outcome(odd) == "unclear"
    with pytest.raises(msgspec.ValidationError, match="addresses"):
        msgspec.json.decode(text.replace(b"2001:db8:1::/48", b"everybody"), type=HostFirewall)


def test_nothing_is_read_where_nft_has_nothing() -> None:
    assert firewall("", EMPTY_RULESET).complete_ipv6 is True
