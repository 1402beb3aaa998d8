"""Whether a host's own firewall lets a new TCP connection pass: yes, no, or not to be decided.

Every rule is met, not met, or perhaps met; of the last kind both courses are followed. A packet is stopped where every
course through one chain ends in drop or reject, whatever other chains do; it passes where no course does, and all of
the host's rules were read. In which order Netfilter asks: nft(8), iptables(8), "Netfilter hooks" on wiki.nftables.org.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.derive.network.blocks import Block, is_within
from albdoctor.facts.host_firewall import Chain, HostFirewall, Match, Rule

Outcome: TypeAlias = Literal["open", "blocked", "unclear"]

OUR_PROTOCOLS = {4: frozenset({"tcp", "ip", "ipv4"}), 6: frozenset({"tcp", "ip6", "ipv6"})}
"""What a packet of ours is, by version."""
FAMILIES = {4: ("ip", "inet"), 6: ("ip6", "inet")}
"""Families of tables that it meets."""
VIRTUAL = ("lo", "docker", "br-", "veth", "virbr", "cni", "podman", "flannel", "cali", "tun", "wg", "lxc", "lxd", "eni")
"""What interfaces are called that no packet from the network comes in by."""
MOST_JUMPS = 32
"""Chains that lead one into the other; nft allows 16 (NFT_JUMP_STACK_SIZE)."""


class Met(Enum):
    """Whether a packet is what a rule is about."""

    YES = "yes"
    NO = "no"
    PERHAPS = "perhaps"


class Arriving(Struct, frozen=True, kw_only=True):
    """The first packet of a connection."""

    source: Block
    destination: IPv4Address | IPv6Address
    port: int
    local: bool = True
    """Its destination is the host itself."""
    translated: bool = False
    comes_by: str | None = None
    """The interface by which it comes in; None: not known."""
    leaves_by: str | None = None
    """The interface by which it goes on; None: not known, or not at all."""


class Stop(Struct, frozen=True, kw_only=True):
    """What a chain does with a packet in the end, and by which rule of it or of one it leads to."""

    does: str
    chain: Chain
    rule: Rule | None = None
    """None: its policy."""


class Passage(Struct, frozen=True, kw_only=True):
    """What becomes of a connection at the host's firewall."""

    outcome: Outcome
    packet: Arriving
    """As the chain met it that decided: perhaps translated."""
    stop: Stop | None = None
    """What blocks it; None: nothing does, or nobody can tell."""
    base: Chain | None = None
    """The chain of a hook that it was found in."""


def passage(firewall: HostFirewall, source: Block, address: IPv4Address | IPv6Address, port: int) -> Passage:
    """Follow a packet from anywhere in `source` to a port of the host."""
    packet = Arriving(source=source, destination=address, port=port, comes_by=_way_in(firewall, address))
    version = address.version
    unsure = not (firewall.complete if version == 4 else firewall.complete_ipv6)
    for chain in _at(firewall, "prerouting", version):
        ends = _ends(firewall, chain, packet)
        if chain.kind == "nat":
            changed = _translated(firewall, packet, ends)
            if changed is None:
                return Passage(outcome="unclear", packet=packet)
            packet = changed
            continue
        if stop := _stopped(ends):
            return Passage(outcome="blocked", packet=packet, stop=stop, base=chain)
        unsure = unsure or not _passes(ends)
    for chain in _at(firewall, "input" if packet.local else "forward", version):
        if chain.kind == "nat":
            continue
        ends = _ends(firewall, chain, packet)
        if stop := _stopped(ends):
            return Passage(outcome="blocked", packet=packet, stop=stop, base=chain)
        unsure = unsure or not _passes(ends)
    return Passage(outcome="unclear" if unsure else "open", packet=packet)


def handed_on(firewall: HostFirewall, port: int, version: int = 4) -> Rule | None:
    """A rule that may translate the destination of packets to a port, as those for containers' ports do.

    One that names the port, if there is one: others may be of other ports, by the chains that lead to them.

    What only the host itself can send does not count: to its loopback address, or to a link-local one, as for the
    metadata and credentials that agents give to containers.
    """
    chains = (one for one in firewall.chains if one.family in FAMILIES[version] and one.kind == "nat")
    rules = (rule for chain in chains if chain.hook in ("", "prerouting") for rule in chain.rules)
    translating = (rule for rule in rules if rule.does in ("dnat", "redirect", "other"))
    found = [rule for rule in translating if all(_may_be_for(match, port) for match in rule.matches)]
    return next(filter(names_its_port, found), found[0] if found else None)


def names_its_port(rule: Rule) -> bool:
    """Whether a rule says by itself for which ports it is."""
    return any(match.of == "port" and not match.negated for match in rule.matches)


def _is_the_hosts_own(block: Block) -> bool:
    return block.is_loopback or block.is_link_local


def _is_among(port: int, match: Match) -> bool:
    return any(one.first <= port <= one.last for one in match.ports)


def _may_be_for(match: Match, port: int) -> bool:
    if match.of == "port":
        return _is_among(port, match) is not match.negated
    if match.of == "destination" and not match.negated:
        return not all(block is not None and _is_the_hosts_own(block) for block in map(_block, match.addresses))
    ours = OUR_PROTOCOLS[4] | OUR_PROTOCOLS[6]
    return match.of != "protocol" or bool(ours.intersection(match.words)) is not match.negated


def written(stop: Stop) -> str:
    """Write down what stops a packet in one line: "filter INPUT: policy drop"."""
    chain = stop.chain
    place = chain.name if chain.tool == "windows" else f"{chain.table} {chain.name}"
    if stop.rule is None:
        return f"{place}: policy {stop.does}"
    said = " ".join(map(_written, stop.rule.matches))
    return f"{place}: {said} {stop.does}" if said else f"{place}: {stop.does}"


def _written(match: Match) -> str:
    ports = (f"{one.first}" if one.first == one.last else f"{one.first}-{one.last}" for one in match.ports)
    values = ",".join((*match.addresses, *ports, *match.interfaces, *match.words))
    words = f"{match.of} {values}" if values else match.of
    return f"not {words}" if match.negated else words


def _at(firewall: HostFirewall, hook: str, version: int) -> list[Chain]:
    met = (one for one in firewall.chains if one.hook == hook and one.family in FAMILIES[version])
    return sorted(met, key=lambda one: one.priority)


def _stopped(ends: tuple[Stop, ...]) -> Stop | None:
    return ends[-1] if ends and all(one.does in ("drop", "reject") for one in ends) else None


def _passes(ends: tuple[Stop, ...]) -> bool:
    return all(one.does == "accept" for one in ends)


def _translated(firewall: HostFirewall, packet: Arriving, ends: tuple[Stop, ...]) -> Arriving | None:
    """The packet after a chain that translates; None: not to be decided."""
    if packet.translated or _passes(ends):
        return packet
    if len(ends) != 1 or ends[0].rule is None or ends[0].does not in ("dnat", "redirect"):
        return None
    rule = ends[0].rule
    port = rule.port or packet.port
    if rule.does == "redirect" or rule.address == str(packet.destination):
        return replace(packet, port=port, translated=True)
    address = ip_address(rule.address) if rule.address else None
    if address is None or address.version != packet.destination.version:
        return None
    if address.is_loopback:  # the kernel drops it unless route_localnet says otherwise
        return None
    return replace(
        packet,
        destination=address,
        port=port,
        local=False,
        translated=True,
        leaves_by=_way_out(firewall, address),
    )


def _way_in(firewall: HostFirewall, address: IPv4Address | IPv6Address) -> str | None:
    """The interface that has an address of the host: the narrowest route to it is that of its own subnet."""
    if address.version == 6:
        return None  # routes are IPv4's
    fitting = [(network.prefixlen, one) for one, network in _networks(firewall) if address in network]
    narrowest = max((length for length, _ in fitting), default=0)
    named = {interface for length, interface in fitting if length == narrowest}
    return named.pop() if narrowest and len(named) == 1 else None


def _networks(firewall: HostFirewall) -> Iterator[tuple[str, IPv4Network]]:
    return ((one.interface, IPv4Network(one.destination)) for one in firewall.routes)


def _way_out(firewall: HostFirewall, address: IPv4Address | IPv6Address) -> str | None:
    if address.version == 6:
        return None  # routes are IPv4's
    fitting = [one for one in _networks(firewall) if address in one[1]]
    return max(fitting, key=lambda one: one[1].prefixlen)[0] if fitting else None


# --- chains and rules ----------------------------------------------------------------------------------------------


def _ends(firewall: HostFirewall, base: Chain, packet: Arriving) -> tuple[Stop, ...]:
    """Every way in which a base chain may end for a packet, in the order in which they are met."""
    beside = {
        one.name: one
        for one in firewall.chains
        if (one.tool, one.family, one.table) == (base.tool, base.family, base.table)
    }
    walk = _Walk(beside, packet)
    ends = (one if one.does != "return" else Stop(does=base.policy, chain=base) for one in walk.through(base))
    return tuple(dict.fromkeys(ends))


class _Walk:
    """One packet's courses through the chains of a table; each chain is followed once."""

    def __init__(self, chains: Mapping[str, Chain], packet: Arriving) -> None:
        self._chains, self._packet = chains, packet
        self._known: dict[str, tuple[Stop, ...]] = {}
        self._depth = 0

    def through(self, chain: Chain) -> tuple[Stop, ...]:
        """How a chain may end: a verdict, or "return" to where it was come from."""
        if self._depth > MOST_JUMPS:
            return (Stop(does="other", chain=chain),)
        if chain.name not in self._known:
            self._known[chain.name] = (Stop(does="other", chain=chain),)  # what a loop of chains meets
            self._depth += 1
            self._known[chain.name] = tuple(dict.fromkeys(self._ends(chain)))
            self._depth -= 1
        return self._known[chain.name]

    def _ends(self, chain: Chain) -> Iterator[Stop]:
        for rule in chain.rules:
            met = self._met(rule)
            if met is Met.NO or rule.does == "next":
                continue
            goes_on = met is Met.PERHAPS
            for end in self._of_rule(chain, rule):
                if end.does == "return" and rule.does == "jump":
                    goes_on = True
                else:
                    yield end
            if not goes_on:
                return
        yield Stop(does="return", chain=chain)

    def _of_rule(self, chain: Chain, rule: Rule) -> tuple[Stop, ...]:
        if rule.does not in ("jump", "goto"):
            return (Stop(does=rule.does, chain=chain, rule=rule),)
        to = self._chains.get(rule.chain)
        return self.through(to) if to is not None and not to.hook else (Stop(does="other", chain=chain, rule=rule),)

    def _met(self, rule: Rule) -> Met:
        each = {_met(match, self._packet) for match in rule.matches}
        return Met.NO if Met.NO in each else Met.PERHAPS if Met.PERHAPS in each else Met.YES


def _met(match: Match, packet: Arriving) -> Met:
    if match.addresses and all(
        block and block.version != packet.source.version for block in map(_block, match.addresses)
    ):
        return Met.NO  # the rule is about the other version of IP, whatever it says of addresses
    answer = _plainly(match, packet)
    if match.negated and answer is not Met.PERHAPS:
        return Met.NO if answer is Met.YES else Met.YES
    return answer


def _plainly(match: Match, packet: Arriving) -> Met:
    if match.of == "source":
        return _within(packet.source, match.addresses)
    if match.of == "destination":
        return _within(ip_network(packet.destination), match.addresses)
    if match.of == "port":
        return _yes(_is_among(packet.port, match))
    if match.of == "protocol":
        return _yes(bool(OUR_PROTOCOLS[packet.source.version].intersection(match.words)))
    if match.of == "state":
        return Met.YES if packet.translated and "dnat" in match.words else _state(match.words)
    if match.of == "dnat":
        return _yes(packet.translated)
    if match.of == "kind":
        return _yes("LOCAL" in match.words) if packet.local else Met.PERHAPS
    if match.of == "in" and packet.comes_by is None:
        return _comes_by(match.interfaces)
    by = {"in": packet.comes_by, "out": packet.leaves_by}.get(match.of)
    if by is not None:
        return _yes(any(_is_named(by, one) for one in match.interfaces))
    return Met.PERHAPS


def _yes(holds: bool) -> Met:
    return Met.YES if holds else Met.NO


def _within(packet: Block, addresses: Iterable[str]) -> Met:
    """Whether all of the packet's addresses are among some, or none is."""
    among = [_block(one) for one in addresses]
    if any(one is not None and is_within(packet, one) for one in among):
        return Met.YES
    return Met.PERHAPS if any(one is None or packet.overlaps(one) for one in among) else Met.NO


def _block(text: str) -> Block | None:
    """A block of addresses; None: it has the form of one, and is none."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _state(words: Iterable[str]) -> Met:
    """Of a first packet the state is "new"; it may be untracked where a rule says so."""
    if "new" in words:
        return Met.YES
    return Met.PERHAPS if "untracked" in words else Met.NO


def _comes_by(named: Iterable[str]) -> Met:
    """Where it is not known by which interface a packet comes in: that it is none of the host's own making is."""
    return Met.NO if all(one.startswith(VIRTUAL) for one in named) else Met.PERHAPS


def _is_named(interface: str, named: str) -> bool:
    return interface == named or (named[-1] in "+*" and interface.startswith(named[:-1]))
