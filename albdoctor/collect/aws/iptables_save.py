"""Reads what `iptables-save` and `ip6tables-save` print (iptables-save(8), iptables-extensions(8))."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from ipaddress import ip_network

from msgspec.structs import replace

from albdoctor.facts.host_firewall import Chain, Match, PortRange, Rule
from albdoctor.facts.values import IPV4_FORM

HOOKS = {"PREROUTING": "prerouting", "INPUT": "input", "FORWARD": "forward"}
PRIORITIES = {"raw": -300, "mangle": -150, "nat": -100, "filter": 0, "security": 50}
"""Where Netfilter asks each table (nf_ip_hook_priorities of linux/netfilter_ipv4.h)."""
VERDICTS = {"ACCEPT": "accept", "DROP": "drop", "REJECT": "reject", "RETURN": "return", "DNAT": "dnat"}
GOES_ON = frozenset(
    {"LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "TCPMSS", "CT", "NOTRACK", "TRACE", "CHECKSUM", "CLASSIFY", "DSCP"}
    | {"TOS", "TTL", "AUDIT", "SECMARK", "CONNSECMARK", "SET", "LED"}
)
"""Targets after which the next rule decides."""
PLAIN_MODULES = frozenset(
    {"tcp", "udp", "icmp", "icmp6", "rt", "conntrack", "state", "multiport", "comment", "addrtype"}
)
"""Modules that ask nothing by themselves: what they ask stands in options."""
OPTIONS = {
    "-s": "source",
    "--source": "source",
    "-d": "destination",
    "--destination": "destination",
    "-p": "protocol",
    "--protocol": "protocol",
    "-i": "in",
    "-o": "out",
    "--dport": "port",
    "--dports": "port",
    "--destination-port": "port",
    "--ctstate": "state",
    "--state": "state",
    "--dst-type": "kind",
    "--rt-type": "routed",
}
NUMBERS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "ipv6-icmp"}
FLAGS = frozenset({"FIN", "SYN", "RST", "PSH", "ACK", "URG", "NONE"})
"""Of `--tcp-flags`; the first packet of a connection has SYN alone (RFC 9293), and perhaps those of RFC 3168."""
TO = re.compile(r"(?P<address>[0-9.]+)?(:(?P<port>[0-9]{1,5}))?")
WORD = re.compile(r"[A-Za-z0-9_-]{1,20}")
SAID_NOTHING = ("--reject-with", "--log-prefix", "--log-level", "--comment")
"""Options whose one value changes nothing for us."""


def read_chains(printed: str, family: str = "ip", tool: str = "iptables") -> tuple[Chain, ...]:
    """Read every chain; a line that cannot be read makes a rule of which nobody knows what it does."""
    table, heads, rules = "", dict[tuple[str, str], str](), dict[tuple[str, str], list[Rule]]()
    for line in printed.splitlines():
        if line.startswith("*"):
            table = line[1:].strip()
        elif line.startswith(":"):
            name, _, policy = line[1:].partition(" ")
            heads[table, name] = policy.split(" ")[0]
        elif line.startswith("-A "):
            name = line.split(" ", 2)[1]
            rules.setdefault((table, name), []).append(_rule(line))
    read = (_chain(*key, heads.get(key, "-"), rules.get(key, [])) for key in dict.fromkeys((*heads, *rules)))
    return tuple(replace(one, family=family, tool=tool) for one in read)


def _chain(table: str, name: str, policy: str, rules: list[Rule]) -> Chain:
    return Chain(
        tool="iptables",
        table=table,
        name=name,
        hook=HOOKS.get(name, "") if table in PRIORITIES else "",
        kind="nat" if table == "nat" else "filter",
        priority=PRIORITIES.get(table, 0),
        policy="drop" if policy == "DROP" else "accept",
        rules=tuple(rules),
    )


def _rule(line: str) -> Rule:
    try:
        tokens = shlex.split(line)[2:] if '"' in line or "\\" in line else line.split()[2:]
    except ValueError:
        return Rule(does="other")
    before, target = _parted(tokens)
    return _with_target(tuple(_matches(before)), target)


def _parted(tokens: list[str]) -> tuple[list[str], list[str]]:
    """What a packet must be, and what is done with it; a line with two targets is none that is read."""
    at = [number for number, token in enumerate(tokens) if token in ("-j", "-g", "--jump", "--goto")]
    if not at:
        return tokens, []
    return tokens[: at[0]], tokens[at[0] :] if len(at) == 1 else ["-j"]


def _with_target(matches: tuple[Match, ...], target: list[str]) -> Rule:
    if not target:
        return Rule(matches=matches, does="next")
    if len(target) < 2:
        return Rule(matches=matches, does="other")
    way, name, options = target[0], target[1], target[2:]
    if name in ("DNAT", "REDIRECT"):
        return _translating(matches, name, options)
    if name in VERDICTS:
        return Rule(matches=matches, does=VERDICTS[name])
    if name in GOES_ON:
        return Rule(matches=matches, does="next")
    if name.isupper() and options:  # a target of an extension; a chain takes no options
        return Rule(matches=matches, does="other")
    return Rule(matches=matches, does="goto" if way in ("-g", "--goto") else "jump", chain=name)


def _translating(matches: tuple[Match, ...], name: str, options: list[str]) -> Rule:
    wanted = "--to-destination" if name == "DNAT" else "--to-ports"
    value = options[options.index(wanted) + 1] if wanted in options[:-1] else ""
    found = TO.fullmatch(value if name == "DNAT" else f":{value}" if value else "")
    if found is None or (found["address"] and not IPV4_FORM.fullmatch(found["address"])):
        return Rule(matches=matches, does="other")
    if name == "DNAT" and not value:
        return Rule(matches=matches, does="other")
    # DNAT to a port alone leaves the address as it is: the host's own.
    does = "dnat" if found["address"] else "redirect"
    return Rule(matches=matches, does=does, address=found["address"] or "", port=int(found["port"] or 0))


def _matches(tokens: list[str]) -> Iterator[Match]:
    """Read options one by one; whatever is unknown is something that the packet may or may not be."""
    negated = False
    while tokens:
        option, tokens = tokens[0], tokens[1:]
        if option == "!":
            negated = True
            continue
        if option in ("-m", "--match"):
            if not tokens or tokens[0] not in PLAIN_MODULES:
                yield Match(of="else")
            tokens = tokens[1:]
        elif option in OPTIONS and tokens:
            yield _match(OPTIONS[option], tokens[0], negated=negated)
            tokens = tokens[1:]
        elif option == "--tcp-flags" and len(tokens) > 1:
            yield from _flags(*tokens[:2], negated=negated)
            tokens = tokens[2:]
        elif option in SAID_NOTHING:
            tokens = tokens[1:]
        else:
            yield Match(of="else")
        negated = False


def _flags(looked_at: str, wanted: str, *, negated: bool) -> Iterator[Match]:
    """Nothing where the first packet of a connection has these flags, else that it has to be a later one."""
    among, of_these = ({*one.split(",")} for one in (looked_at, wanted))
    if not FLAGS.issuperset(among | of_these):
        yield Match(of="else")
    elif (among & {"SYN"} == of_these - {"NONE"}) is negated:
        yield Match(of="state", words=("established",))


def _match(of: str, value: str, *, negated: bool) -> Match:
    try:
        return _read(of, value, negated=negated)
    except ValueError:
        return Match(of="else")


def _read(of: str, value: str, *, negated: bool) -> Match:
    if of in ("source", "destination"):
        return Match(of=of, addresses=tuple(str(ip_network(one)) for one in value.split(",")), negated=negated)
    if of == "routed":  # by a routing header (RFC 8200), which is no part of a connection's first packet
        return Match(of="protocol", words=("ipv6-route",), negated=negated)
    if of == "port":
        return Match(of=of, ports=tuple(map(_range, value.split(","))), negated=negated)
    if of in ("in", "out"):
        return Match(of=of, interfaces=(_name(value),), negated=negated)
    if of == "protocol" and WORD.fullmatch(value):
        protocol = NUMBERS.get(value, value.lower())
        return Match(of="else") if value in ("0", "all") else Match(of=of, words=(protocol,), negated=negated)
    words = tuple(value.lower().split(",")) if of == "state" else tuple(value.split(","))
    if not all(WORD.fullmatch(one) for one in words):
        raise ValueError(value)
    return Match(of="dnat", negated=negated) if words == ("dnat",) else Match(of=of, words=words, negated=negated)


def _range(text: str) -> PortRange:
    first, _, last = text.partition(":")
    return PortRange(first=int(first), last=int(last or first))


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.@+-]{1,16}", text):
        raise ValueError(text)
    return text
