"""The firewall of a host's own, as the host told it: chains of rules, in the words of Netfilter, whatever it runs."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from albdoctor.facts.values import END, Cidr, Identifier, Ipv4, Network, Word

InterfaceName: TypeAlias = Annotated[
    str,
    Meta(pattern=rf"^[A-Za-z0-9_.@*+-]{{1,16}}{END}", extra={"kept": "the system names interfaces: eth0, docker0, lo"}),
]
"""Name of a network interface; in a rule one that ends with + or * stands for all that begin so."""


class PortRange(Struct, frozen=True, kw_only=True):
    """Ports from one to another, both included."""

    first: int
    last: int


class Match(Struct, frozen=True, kw_only=True):
    """What a packet must be, so that a rule is about it; of several values any."""

    of: Word
    """source, destination, protocol, port (the destination's), state (of its connection), in and out (interfaces), kind
    (of the destination: LOCAL), dnat (its destination was translated), else (what albdoctor does not read)."""
    addresses: tuple[Network, ...] = ()
    """All of one version: a packet of the other one is not what the rule is about, negated or not."""
    ports: tuple[PortRange, ...] = ()
    interfaces: tuple[InterfaceName, ...] = ()
    words: tuple[Word, ...] = ()
    negated: bool = False


class Rule(Struct, frozen=True, kw_only=True):
    """What is done with a packet that matches everything."""

    matches: tuple[Match, ...] = ()
    does: Word
    """accept, drop, reject, return, jump, goto, dnat, redirect (translated to an address of the host itself), next (the
    rule after it decides), other (what albdoctor does not read)."""
    chain: Identifier = ""
    """Where jump and goto lead."""
    address: Ipv4 = ""
    """To which dnat translates; empty: not read."""
    port: int = 0
    """To which dnat and redirect translate; 0: it stays."""


class Chain(Struct, frozen=True, kw_only=True):
    """Rules in their order."""

    tool: Word
    """iptables, iptables-legacy (its rules beside those of an iptables over nftables), nftables or windows."""
    family: Word = "ip"
    """ip, ip6, or inet: both."""
    table: Identifier
    name: Identifier
    hook: Word = ""
    """prerouting, input or forward; empty: other chains lead to it."""
    kind: Word = "filter"
    """nat: it translates, and sees the first packet of a connection only."""
    priority: int = 0
    """Chains of a hook are asked in rising order."""
    policy: Word = "accept"
    """What a base chain does with a packet of which no rule decides: accept or drop."""
    rules: tuple[Rule, ...] = ()


class HostRoute(Struct, frozen=True, kw_only=True):
    """Through which interface packets to a network leave; of several the longest prefix decides. IPv4."""

    interface: InterfaceName
    destination: Cidr


class HostFirewall(Struct, frozen=True, kw_only=True):
    """What decides on packets that come to a host or go through it: TCP."""

    manager: Word = ""
    """What writes the rules, as their names tell: ufw, firewalld or windows; empty: nobody known."""
    chains: tuple[Chain, ...] = ()
    """Those of the three hooks and those that they lead to."""
    routes: tuple[HostRoute, ...] = ()
    complete: bool
    """Nothing else on the host was seen to filter. What is missing may drop more, and can undo no drop. IPv4."""
    complete_ipv6: bool | None = None
    """The same of IPv6; None: its rules are not read."""
