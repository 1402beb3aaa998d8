"""Reads what `nft -j list ruleset` prints (libnftables-json(5)). What is not read is a rule that may do anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any, TypeAlias, cast

from msgspec.structs import replace

from albdoctor.facts.host_firewall import Chain, Match, PortRange, Rule
from albdoctor.facts.values import IPV4_FORM

Item: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[str, str, str]
"""Family, table and name of a chain."""

FAMILIES = ("ip", "ip6", "inet")
"""Those that packets meet between the network card and a process."""
EARLIER = ("netdev", "bridge", "arp")
"""Families that may drop a frame before, or hold what is none of ours: where one has rules, not all is read."""
HOOKS = ("prerouting", "input", "forward")
VERDICTS = ("accept", "drop", "return", "reject")
SAYS_NOTHING = ("counter", "log", "comment")
FLAGS = ("fin", "syn", "rst", "psh", "ack", "urg")
"""Of TCP (RFC 9293); those of RFC 3168 may or may not stand in a connection's first packet."""
PROTOCOLS = {"ipv6-icmp": "icmpv6", "6": "tcp", "17": "udp"}


def read_chains(printed: str) -> tuple[tuple[Chain, ...], bool]:
    """Read every chain that packets meet, and whether that is all; a `ValueError` for what nft never prints."""
    items = _items(printed)
    heads: dict[Key, Item] = {}
    rules: dict[Key, list[Rule]] = {}
    all_read = True
    for kind, item in items:
        if item.get("family") in EARLIER:
            all_read = all_read and kind not in ("rule", "chain")
        elif item.get("family") in FAMILIES and kind == "chain":
            heads[_key(item, "name")] = item
        elif item.get("family") in FAMILIES and kind == "rule":
            rules.setdefault(_key(item, "chain"), []).extend(_rules(item.get("expr")))
    return tuple(_chain(key, head, rules.get(key, [])) for key, head in heads.items()), all_read


def _items(printed: str) -> list[tuple[str, Item]]:
    try:
        listed = _list(json.loads(printed)["nftables"])
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("no ruleset of nft") from error
    if listed is None:
        raise ValueError("no ruleset of nft")
    pairs = (pair for one in listed for pair in _item(one).items())
    return [(kind, _item(item)) for kind, item in pairs]


def _item(value: object) -> Item:
    """A JSON object; an empty one in place of anything else."""
    return cast("Item", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Any] | None:
    return [*cast("list[Any]", value)] if isinstance(value, list) else None  # type: ignore[redundant-cast]


def _only(value: object) -> tuple[str, Any]:
    """The key and value of an object that has one of them; else a key that nobody knows."""
    item = _item(value)
    return next(iter(item.items())) if len(item) == 1 else ("", None)


def _key(item: Item, name: str) -> Key:
    return str(item.get("family")), str(item.get("table")), str(item.get(name))


def _chain(key: Key, head: Item, rules: list[Rule]) -> Chain:
    family, table, name = key
    hook, priority = str(head.get("hook", "")), head.get("prio", 0)
    return Chain(
        tool="nftables",
        family=family,
        table=table,
        name=name,
        hook=hook if hook in HOOKS else "",
        kind="nat" if head.get("type") == "nat" else "filter",
        priority=priority if isinstance(priority, int) else 0,
        policy="drop" if head.get("policy") == "drop" else "accept",
        rules=tuple(rules),
    )


def _rules(expressions: object) -> Iterator[Rule]:
    """A rule; where a map chooses what is done, one for each of its elements."""
    matches: list[Match] = []
    listed = _list(expressions)
    for each in [None] if listed is None else listed:
        kind, said = _only(each)
        if kind == "match":
            matches += _matches(said)
        elif kind == "limit":
            matches.append(Match(of="else"))
        elif kind == "vmap":
            yield from (replace(one, matches=(*matches, *one.matches)) for one in _mapped(said))
            return
        elif kind not in SAYS_NOTHING and not _marks(kind, said):
            yield replace(_verdict(kind, said), matches=tuple(matches))
            return
    yield Rule(matches=tuple(matches), does="next")


def _marks(kind: str, said: object) -> bool:
    """Whether it writes a mark beside the packet, and nothing into it."""
    return kind == "mangle" and _only(_item(said).get("key"))[0] in ("meta", "ct")


def _verdict(kind: str, said: object) -> Rule:
    about = _item(said)
    if kind in VERDICTS:
        return Rule(does=kind)
    if kind in ("jump", "goto") and isinstance(about.get("target"), str):
        return Rule(does=kind, chain=about["target"])
    if kind == "redirect" or (kind == "dnat" and about.keys() & {"addr", "port"}):
        address, port = about.get("addr", ""), about.get("port", 0)
        plain = isinstance(address, str) and (not address or IPV4_FORM.fullmatch(address))
        if plain and type(port) is int and not about.keys() - {"addr", "port", "family", "flags"}:
            # One that translates a port alone leaves the address as it is: the host's own.
            return Rule(does="dnat" if address else "redirect", address=str(address), port=port)
    return Rule(does="other")


def _mapped(said: object) -> Iterator[Rule]:
    about = _item(said)
    elements = _list(_item(about.get("data")).get("set"))
    for each in [None] if elements is None else elements:
        pair = _list(each) or []
        value, (kind, target) = (pair[0], _only(pair[1])) if len(pair) == 2 else (None, ("", None))
        matches = tuple(_matches({"op": "==", "left": about.get("key"), "right": value}))
        yield replace(_verdict(kind, target), matches=matches)


def _matches(said: object) -> list[Match]:
    try:
        return _read(said)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return [Match(of="else")]


def _read(said: Any) -> list[Match]:  # noqa: ANN401 - it is checked as it is read; anything odd is an error of these
    """Read one comparison; it may hold two: a field of a protocol is met by packets of that protocol only."""
    (kind, what), values = next(iter(said["left"].items())), _values(said["right"])
    negated = {"==": False, "in": False, "!=": True}[said["op"]]
    if kind == "&" and _only(what[0]) == ("payload", {"protocol": "tcp", "field": "flags"}):
        return _of_flags(_flags(what[1]), _flags(said["right"]), negated=negated)
    if kind == "payload":
        return _of_payload(what["protocol"], what["field"], values, negated=negated)
    if kind == "meta":
        return [_of_meta(what["key"], values, negated=negated)]
    if kind == "ct" and what.get("key") == "state":
        return [Match(of="state", words=tuple(map(_word, values)), negated=negated)]
    if kind == "ct" and what.get("key") == "status" and values == ["dnat"]:
        return [Match(of="dnat", negated=negated)]
    if kind == "fib" and what.get("result") == "type" and what.get("flags") in ("daddr", ["daddr"]):
        return [Match(of="kind", words=tuple(_word(one).upper() for one in values), negated=negated)]
    return [Match(of="else")]


def _of_payload(protocol: str, field: str, values: list[Any], *, negated: bool) -> list[Match]:
    if protocol in ("ip", "ip6") and field in ("saddr", "daddr"):
        of = "source" if field == "saddr" else "destination"
        return [Match(of=of, addresses=tuple(map(_network, values)), negated=negated)]
    if (protocol, field) in (("ip", "protocol"), ("ip6", "nexthdr")):
        return [Match(of="protocol", words=(protocol,)), _of_meta("l4proto", values, negated=negated)]
    is_of = [] if protocol == "th" else [Match(of="protocol", words=(protocol,))]
    if protocol in ("tcp", "th") and field == "dport":
        return [*is_of, Match(of="port", ports=tuple(map(_ports, values)), negated=negated)]
    return [*is_of, Match(of="else")]


def _of_flags(among: frozenset[str], wanted: frozenset[str], *, negated: bool) -> list[Match]:
    """That a packet has these of some flags, as the first one of a connection has SYN alone; else it is a later one."""
    later = (among & {"syn"} == wanted) is negated
    return [Match(of="protocol", words=("tcp",)), *([Match(of="state", words=("established",))] if later else [])]


def _flags(said: Any) -> frozenset[str]:  # noqa: ANN401 - it is checked as it is read
    """The flags that are named one by one; nothing is 0."""
    if said == 0:
        return frozenset()
    if isinstance(said, str) and said in FLAGS:
        return frozenset({said})
    parts = _list(_item(said).get("|", said))
    if not parts:
        raise ValueError(said)
    return frozenset[str]().union(*map(_flags, parts))


def _of_meta(key: str, values: list[Any], *, negated: bool) -> Match:
    if key in ("iifname", "iif", "oifname", "oif"):
        return Match(of="in" if key[0] == "i" else "out", interfaces=tuple(map(_interface, values)), negated=negated)
    if key in ("l4proto", "protocol", "nfproto"):
        words = tuple(PROTOCOLS.get(str(one), _word(one)) for one in values)
        return Match(of="protocol", words=words, negated=negated)
    return Match(of="else")


def _values(right: Any) -> list[Any]:  # noqa: ANN401 - as above
    listed = _item(right).get("set", right)
    values = _list(listed) or [listed]
    if any(isinstance(one, str) and one.startswith("@") for one in values):
        raise ValueError(values)  # sets of which the elements stand elsewhere
    return [_item(_item(one).get("elem")).get("val", one) for one in values]


def _network(value: Any) -> str:  # noqa: ANN401 - as above
    if prefix := _item(_item(value).get("prefix")):
        return str(ip_network(f"{prefix['addr']}/{prefix['len']}"))
    if not isinstance(value, str):  # a number would be an address too
        raise TypeError(value)
    return str(ip_network(value))


def _ports(value: Any) -> PortRange:  # noqa: ANN401 - as above
    first, last = _item(value).get("range", (value, value))
    return PortRange(first=int(first), last=int(last))


def _interface(value: Any) -> str:  # noqa: ANN401 - as above
    if not re.fullmatch(r"[A-Za-z0-9_.@*+-]{1,16}", value):
        raise ValueError(value)
    return str(value)


def _word(value: Any) -> str:  # noqa: ANN401 - as above
    if not re.fullmatch(r"[a-z0-9-]{1,20}", str(value)):
        raise ValueError(value)
    return str(value)
