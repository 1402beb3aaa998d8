"""Whether a host's own firewall lets a connection pass, over what the tools of real hosts printed."""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from albdoctor.derive.network.host_filter import handed_on, passage, written
from albdoctor.facts.host_firewall import Chain, HostFirewall, Match, Rule
from tests.support.build_firewall import EMPTY_RULESET, firewall, recorded, saved

SOURCE = IPv4Network("10.0.0.0/24")
HOST = IPv4Address("10.0.9.23")


def outcome(told: HostFirewall, port: int = 80, source: str = "10.0.0.0/24") -> str:
    return passage(told, IPv4Network(source), HOST, port).outcome


def blamed(told: HostFirewall, port: int = 80) -> str:
    stop = passage(told, SOURCE, HOST, port).stop
    return written(stop) if stop else ""


def test_a_host_without_rules_is_open() -> None:
    assert outcome(firewall()) == "open"


@pytest.mark.parametrize(("port", "expected"), [(80, "blocked"), (22, "open")])
def test_ufw_as_it_is_enabled(port: int, expected: str) -> None:
    told = firewall(recorded("ufw.iptables-save"))
    assert (outcome(told, port), told.manager) == (expected, "ufw")
    assert blamed(told, 80) == "filter INPUT: policy drop"


def test_ufw_with_the_printed_fix() -> None:
    told = firewall(recorded("ufw-open.iptables-save"))
    assert (outcome(told), outcome(told, source="10.0.1.0/24"), outcome(told, 8080)) == ("open", "blocked", "blocked")


def test_firewalld_as_it_is_installed_and_with_the_printed_fix() -> None:
    told = firewall("", recorded("firewalld.nft.json"))
    assert (told.manager, outcome(told, 22), outcome(told, 80)) == ("firewalld", "open", "blocked")
    assert blamed(told) == "firewalld filter_IN_public: reject"
    mended = firewall("", recorded("firewalld-open.nft.json"))
    assert (outcome(mended), outcome(mended, source="10.0.1.0/24")) == ("open", "blocked")


@pytest.mark.parametrize(
    ("port", "source", "expected"),
    [
        (22, "10.0.0.0/24", "open"),
        (8005, "10.0.0.0/24", "open"),
        (8011, "10.0.0.0/24", "blocked"),
        (443, "10.0.1.0/24", "open"),
        (443, "10.0.1.128/25", "open"),
        (443, "10.0.0.0/23", "unclear"),  # some of it is admitted
        (9000, "10.0.0.0/24", "unclear"),  # so many a second are
        (80, "10.9.1.0/24", "unclear"),  # a set of which the elements are not read
        (80, "10.0.0.0/24", "blocked"),
    ],
)
def test_a_ruleset_written_for_nft(port: int, source: str, expected: str) -> None:
    told = firewall("", recorded("plain.nft.json"))
    assert (outcome(told, port, source), told.manager) == (expected, "")


DOCKER = recorded("docker.iptables-save")


def test_the_port_of_a_container_does_not_meet_input() -> None:
    told = firewall(DOCKER)
    found = passage(told, SOURCE, HOST, 8080)
    assert (found.outcome, str(found.packet.destination), found.packet.port) == ("open", "172.17.0.2", 80)
    assert outcome(told, 8081) == "blocked"  # no container's: INPUT drops it
    rule = handed_on(told, 8080)
    assert rule is not None
    assert (rule.address, rule.port, handed_on(told, 8081)) == ("172.17.0.2", 80, None)


def test_a_rule_of_ones_own_keeps_the_balancer_from_a_container() -> None:
    told = firewall(DOCKER.replace("-A DOCKER-USER -j RETURN", "-A DOCKER-USER ! -s 10.7.0.0/16 -i eth0 -j DROP"))
    assert outcome(told, 8080) == "blocked"  # as Docker's own guide writes it
    told = firewall(DOCKER.replace("-A DOCKER-USER -j RETURN", "-A DOCKER-USER ! -s 10.7.0.0/16 -j DROP"))
    assert (outcome(told, 8080), blamed(told, 8080)) == ("blocked", "filter DOCKER-USER: not source 10.7.0.0/16 drop")


def test_a_container_that_is_published_on_loopback_alone() -> None:
    told = firewall(DOCKER.replace("-A DOCKER ! -i docker0 -p tcp -m tcp", "-A DOCKER -d 127.0.0.1/32 -p tcp -m tcp"))
    assert (handed_on(told, 8080), outcome(told, 8080)) == (None, "blocked")


def test_a_redirected_port_is_judged_as_the_one_it_becomes() -> None:
    nat = "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n"
    allows = saved("-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT", policy="DROP")
    assert (outcome(firewall(allows + nat)), outcome(firewall(allows))) == ("open", "blocked")
    assert outcome(firewall(saved("-A INPUT -p tcp --dport 80 -j ACCEPT", policy="DROP") + nat)) == "blocked"


@pytest.mark.parametrize("to", ["REDIRECT --to-ports 8080", "DNAT --to-destination :8080"])
def test_a_forwarded_port_of_firewalld_over_iptables(to: str) -> None:
    """It admits whatever was translated in one rule with what belongs to a connection."""
    nat = f"*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 80 -j {to}\nCOMMIT\n"
    admits = "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT"
    rejects = "-A INPUT -j REJECT --reject-with icmp-host-prohibited"
    assert outcome(firewall(saved(admits, rejects) + nat)) == "open"
    assert outcome(firewall(saved(admits, rejects))) == "blocked"
    assert outcome(firewall(saved(admits.replace(",DNAT", ""), rejects) + nat)) == "blocked"
    assert outcome(firewall(saved() + nat.replace(to, "DNAT --persistent"))) == "unclear"
    others = saved("-A INPUT -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP")
    assert (outcome(firewall(others + nat)), outcome(firewall(others))) == ("open", "blocked")


HERE, BESIDE = "eth0 00000000 00000000\neth0 0009000A 00FFFFFF\n", "eth1 0009000A 00FFFFFF\n"


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (HERE, "blocked"),
        (HERE + "tun0 0000000A 000000FF\n", "blocked"),  # a wider route, through a tunnel
        (HERE + "eth1 0008000A 00FFFFFF\n", "blocked"),  # an interface in another subnet
        (HERE + BESIDE, "unclear"),  # one in the same subnet
        (BESIDE, "open"),
        ("eth0 00000000 00000000\n", "unclear"),  # no route of a subnet of its own
        ("", "unclear"),
    ],
)
def test_packets_come_in_where_the_hosts_address_is(routes: str, expected: str) -> None:
    rule = "-A INPUT -i eth0 -p tcp -m tcp --dport 80 -j DROP"
    assert outcome(firewall(saved(rule), routes=routes)) == expected
    assert outcome(firewall(saved(rule.replace("eth0", "docker0")), routes=routes)) == "open"


ALL_FLAGS = "FIN,SYN,RST,PSH,ACK,URG"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("! --tcp-flags FIN,SYN,RST,ACK SYN", "open"),  # what begins a connection otherwise
        (f"--tcp-flags {ALL_FLAGS} NONE", "open"),
        (f"--tcp-flags {ALL_FLAGS} {ALL_FLAGS}", "open"),
        ("--tcp-flags FIN,SYN FIN,SYN", "open"),
        ("--tcp-flags SYN,RST SYN,RST", "open"),
        ("--tcp-flags FIN,RST NONE", "blocked"),
        ("--tcp-flags FIN,SYN,RST,ACK SYN", "blocked"),
        ("! --tcp-flags SYN,RST SYN,RST", "blocked"),
        ("--tcp-flags ECE,CWR NONE", "unclear"),
    ],
)
def test_flags_that_a_hardened_host_drops_are_no_first_packets(flags: str, expected: str) -> None:
    assert outcome(firewall(saved(f"-A INPUT -p tcp -m tcp {flags} -j DROP"))) == expected


@pytest.mark.parametrize(("address", "may_be"), [("169.254.170.2", False), ("169.254.169.254", False), (HOST, True)])
def test_what_the_host_itself_asks_for_credentials_is_no_balancers_port(address: object, may_be: bool) -> None:
    """The agents of Amazon ECS and of others lead port 80 of link-local addresses to themselves."""
    rule = f"-A PREROUTING -d {address}/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 127.0.0.1:51679"
    told = firewall(f"*nat\n:PREROUTING ACCEPT [0:0]\n{rule}\nCOMMIT\n")
    assert (handed_on(told, 80) is not None) is may_be


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (("-A INPUT -j ACCEPT",), "open"),
        (("-A INPUT -i lo -j ACCEPT",), "blocked"),
        (("-A INPUT ! -i lo -j ACCEPT",), "open"),
        (("-A INPUT -i eth0 -j ACCEPT",), "open"),
        (("-A INPUT -i eth+ -j ACCEPT",), "open"),
        (("-A INPUT -i ens5 -j ACCEPT",), "blocked"),
        (("-A INPUT ! -i eth0 -j ACCEPT",), "blocked"),
        (("-A INPUT -i docker0 -j ACCEPT",), "blocked"),
        (("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",), "blocked"),
        (("-A INPUT -m state --state NEW -j ACCEPT",), "open"),
        (("-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT",), "unclear"),
        (("-A INPUT -p udp -m udp --dport 80 -j ACCEPT",), "blocked"),
        (("-A INPUT -p tcp -m multiport --dports 22,79:81 -j ACCEPT",), "open"),
        (("-A INPUT -p tcp -m multiport ! --dports 22,80 -j ACCEPT",), "blocked"),
        (("-A INPUT -p tcp --syn -j ACCEPT",), "unclear"),  # iptables-save never writes it so
        (("-A INPUT -p tcp -m tcp --dport 80 --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT",), "open"),
        (("-A INPUT -m set --match-set offices src -j ACCEPT",), "unclear"),
        (("-A INPUT -m recent --update --name web -j ACCEPT",), "unclear"),
        (("-A INPUT -m limit --limit 5/min -j ACCEPT",), "unclear"),
        (('-A INPUT -m string --string "-j" --algo bm -j ACCEPT',), "unclear"),
        (('-A INPUT -p tcp -m comment --comment "a -j DROP b" -j ACCEPT',), "open"),
        (('-A INPUT -p tcp -m comment --comment "no end -j ACCEPT',), "unclear"),
        (("-A INPUT -j NFQUEUE --queue-num 1",), "unclear"),
        (("-A INPUT -j WHATEVER",), "unclear"),
        (("-A INPUT -j LOG --log-prefix x",), "blocked"),
        (("-A INPUT -s 10.0.0.0/16 -j ACCEPT",), "open"),
        (("-A INPUT -s 10.0.0.0/25 -j ACCEPT",), "unclear"),
        (("-A INPUT -s 10.1.0.0/16 -j ACCEPT",), "blocked"),
        (("-A INPUT ! -s 10.1.0.0/16 -j ACCEPT",), "open"),
        (("-A INPUT -d 10.0.9.23/32 -j ACCEPT",), "open"),
        (("-A INPUT -d 10.0.9.24/32 -j ACCEPT",), "blocked"),
        (("-A INPUT -m addrtype --dst-type LOCAL -j ACCEPT",), "open"),
        (("-A INPUT -m addrtype --dst-type BROADCAST -j ACCEPT",), "blocked"),
        ((":own - [0:0]", "-A INPUT -j own", "-A own -p tcp -m tcp --dport 80 -j ACCEPT"), "open"),
        ((":own - [0:0]", "-A INPUT -j own", "-A own -j RETURN", "-A own -j ACCEPT"), "blocked"),
        ((":own - [0:0]", "-A INPUT -g own", "-A INPUT -j ACCEPT", "-A own -p udp -j ACCEPT"), "blocked"),
        ((":a - [0:0]", ":b - [0:0]", "-A INPUT -j a", "-A a -j b", "-A b -j a"), "unclear"),
    ],
)
def test_what_stands_before_a_policy_that_drops(rules: tuple[str, ...], expected: str) -> None:
    assert outcome(firewall(saved(*rules, policy="DROP"))) == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (("-A INPUT -p tcp -m tcp --dport 80 -j DROP",), "blocked"),
        (("-A INPUT -p tcp -m tcp --dport 80 -j REJECT --reject-with tcp-reset",), "blocked"),
        (("-A INPUT -p tcp -m tcp --dport 81 -j DROP",), "open"),
        (("-A INPUT -p tcp -m tcp --dport 80 -m recent --name x --rsource -j DROP",), "unclear"),
        (("-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT", "-A INPUT -j DROP"), "open"),
        (("-A INPUT -j REJECT --reject-with icmp-host-prohibited",), "blocked"),
    ],
)
def test_rules_that_drop_before_a_policy_that_accepts(rules: tuple[str, ...], expected: str) -> None:
    assert outcome(firewall(saved(*rules))) == expected


def test_a_table_that_is_asked_earlier_decides_too() -> None:
    raw = "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 80 -j DROP\nCOMMIT\n"
    told = firewall(saved() + raw)
    assert (outcome(told), blamed(told)) == ("blocked", "raw PREROUTING: protocol tcp port 80 drop")


def test_iptables_over_nft_is_not_read_twice() -> None:
    mirror = {"family": "ip", "table": "filter"}
    chain = {"chain": {**mirror, "name": "INPUT", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}
    rule = {"rule": {**mirror, "chain": "INPUT", "expr": [{"xt": {"type": "match", "name": "x"}}, {"accept": None}]}}
    ruleset = json.dumps({"nftables": [chain, rule]})
    assert outcome(firewall(saved(policy="DROP"), ruleset)) == "blocked"
    assert outcome(firewall("", ruleset)) == "unclear"


@pytest.mark.parametrize(
    "missing",
    [
        {"names": "filter\n"},  # legacy tables, which nft's iptables does not show
        {"codes": ("0", "1"), "ruleset": ""},
        {"codes": ("1", "0")},
        {"codes": ("0", "127"), "ruleset": ""},  # no nft, and the kernel's part of it is there
        {"ruleset": '{"nftables": [{"chain": {"family": "netdev", "table": "t", "name": "c", "hook": "ingress"}}]}'},
    ],
)
def test_what_was_not_all_read_is_never_open_and_what_drops_still_drops(missing: dict[str, Any]) -> None:
    assert outcome(firewall(saved("-A INPUT -j ACCEPT"), **missing)) == "unclear"
    assert outcome(firewall(saved(policy="DROP"), **missing)) == "blocked"


def test_a_host_without_the_tools_and_without_their_modules_is_open() -> None:
    assert outcome(firewall("", "", codes=("127", "127"), modules="")) == "open"
    legacy = saved("-A INPUT -j ACCEPT").replace("# (nf_tables)\n", "")
    assert outcome(firewall(legacy, "", names="filter\n", codes=("0", "127"), modules="")) == "open"


def test_chains_without_end_are_not_followed_to_it() -> None:
    many = tuple(
        Chain(tool="iptables", table="filter", name=f"c{at}", rules=(Rule(does="jump", chain=f"c{at + 1}"),))
        for at in range(5000)
    )
    base = Chain(tool="iptables", table="filter", name="INPUT", hook="input", rules=(Rule(does="jump", chain="c0"),))
    assert outcome(HostFirewall(chains=(base, *many), complete=True)) == "unclear"


def test_expressions_that_nobody_knows_may_do_anything() -> None:
    base = {"family": "inet", "table": "t"}
    chain = {"chain": {**base, "name": "c", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}
    odd: tuple[Any, ...] = (None, {}, [7], [{"synproxy": None}], [{"match": {}}, {"accept": None}], [{"vmap": {}}], "x")
    for expressions in odd:
        rule = {"rule": {**base, "chain": "c", "expr": expressions}}
        assert outcome(firewall("", json.dumps({"nftables": [chain, rule]}))) == "unclear"
    assert outcome(firewall("", json.dumps({"nftables": [chain, None, {"rule": 7}]}))) == "blocked"
    assert outcome(firewall("", EMPTY_RULESET)) == "open"


MASK = {"|": [{"|": [{"|": ["fin", "syn"]}, "rst"]}, "ack"]}


@pytest.mark.parametrize(
    ("op", "mask", "flags", "expected"),
    [
        ("!=", MASK, "syn", "open"),  # what begins a connection otherwise
        ("==", MASK, "syn", "blocked"),
        ("==", {"|": ["fin", "syn"]}, {"|": ["fin", "syn"]}, "open"),
        ("==", ["fin", "syn"], ["fin", "syn"], "open"),
        ("==", MASK, 0, "open"),
        ("==", {"|": ["fin", "rst"]}, 0, "blocked"),
        ("==", {"|": ["syn", "ecn"]}, "syn", "unclear"),
        ("==", 63, 0, "unclear"),
    ],
)
def test_flags_in_a_ruleset_written_for_nft(op: str, mask: object, flags: object, expected: str) -> None:
    base = {"family": "inet", "table": "t"}
    chain = {"chain": {**base, "name": "c", "type": "filter", "hook": "input", "prio": 0, "policy": "accept"}}
    left = {"&": [{"payload": {"protocol": "tcp", "field": "flags"}}, mask]}
    match = {"match": {"op": op, "left": left, "right": flags}}
    rule = {"rule": {**base, "chain": "c", "expr": [match, {"counter": None}, {"drop": None}]}}
    assert outcome(firewall("", json.dumps({"nftables": [chain, rule]}))) == expected


@pytest.mark.parametrize("what", [{"dnat": {"port": 8080}}, {"redirect": {"port": 8080}}])
def test_a_port_that_nft_translates_alone(what: dict[str, Any]) -> None:
    base = {"family": "ip", "table": "t"}
    nat = {"chain": {**base, "name": "n", "type": "nat", "hook": "prerouting", "prio": -100, "policy": "accept"}}
    chain = {"chain": {**base, "name": "c", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}
    port = {"left": {"payload": {"protocol": "tcp", "field": "dport"}}, "op": "=="}
    to = {"rule": {**base, "chain": "n", "expr": [{"match": {**port, "right": 80}}, what]}}
    for admitted, expected in ((8080, "open"), (80, "blocked")):
        rule = {"rule": {**base, "chain": "c", "expr": [{"match": {**port, "right": admitted}}, {"accept": None}]}}
        assert outcome(firewall("", json.dumps({"nftables": [nat, chain, to, rule]}))) == expected


def test_an_unread_match_is_met_perhaps_also_where_it_is_negated() -> None:
    for negated in (True, False):
        rule = Rule(matches=(Match(of="else", negated=negated),), does="drop")
        base = Chain(tool="iptables", table="filter", name="INPUT", hook="input", rules=(rule,))
        assert outcome(HostFirewall(chains=(base,), complete=True)) == "unclear"
