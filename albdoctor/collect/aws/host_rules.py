"""What a Linux host told of its firewall: unpacks it, and puts together what its tools printed."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from msgspec import Struct

from albdoctor.collect.aws import iptables_save, nft_json
from albdoctor.facts.host_firewall import Chain, HostFirewall, HostRoute

MOST_BYTES = 2_000_000
"""More than this is not unpacked; ten thousand rules are a tenth of it."""
PARTS = ("names", "routes", "modules", "iptables", "legacy", "names6", "ip6tables", "legacy6", "nft")
"""What the command prints, in this order."""
SECTION = re.compile(rf"^== ({'|'.join(PARTS)})(?: ([0-9]+))?$", re.MULTILINE)
NOT_FOUND = "127"
"""Exit code of a shell whose command is not installed."""
NAME = re.compile(r"[!-~]{1,64}")
ROUTE = re.compile(r"([A-Za-z0-9_.@-]{1,16}) ([0-9A-F]{8}) ([0-9A-F]{8})")


class UnreadableError(ValueError):
    """It is not what the command prints; the message says why."""


def unpack(packed: str) -> str:
    """Give the text that was compressed with gzip (RFC 1952) and written in Base64, up to a bound."""
    try:
        inflating = zlib.decompressobj(wbits=31)
        text = inflating.decompress(base64.b64decode(packed, validate=True), MOST_BYTES)
    except (binascii.Error, zlib.error) as error:
        raise UnreadableError("it is damaged") from error
    if not inflating.eof:
        raise UnreadableError("it is cut off, or too long")
    return text.decode(errors="replace")


def read_firewall(text: str) -> HostFirewall:
    """Read the sections that the command prints; an `UnreadableError` where any is missing or odd."""
    parts = _sections(text)
    ruleset, nft_code = parts["nft"]
    native, all_read = _native(ruleset, nft_code)
    tables, tables6 = _tables(parts, "ip"), _tables(parts, "ip6")
    mirrored = {"ip": tables.mirrored, "ip6": tables6.mirrored}
    others = [one for one in native if one.table not in mirrored.get(one.family, ())]
    chains = (*tables.chains, *tables6.chains, *others)
    if not all(NAME.fullmatch(name) for one in (*chains, *native) for name in (one.table, one.name)):
        raise UnreadableError("a chain has an odd name")
    seen_native = nft_code == "0" or (nft_code == NOT_FOUND and not parts["modules"][0].strip())
    return HostFirewall(
        manager=_manager(chains),
        chains=tuple(_reached(chains)),
        routes=tuple(_routes(parts["routes"][0])),
        complete=all_read and seen_native and tables.complete,
        complete_ipv6=all_read and seen_native and tables6.complete,
    )


class _Tables(Struct, frozen=True):
    """What iptables tells of one version of IP."""

    chains: tuple[Chain, ...]
    mirrored: frozenset[str]
    """The tables of it that nft lists once more."""
    complete: bool


def _tables(parts: Mapping[str, tuple[str, str]], family: str) -> _Tables:
    """Read what iptables saves, and what its legacy variant has beside it where it works over nftables.

    A packet has to pass the rules of both.
    """
    names, main, beside = ("names", "iptables", "legacy") if family == "ip" else ("names6", "ip6tables", "legacy6")
    (saved, code), (legacy, legacy_code) = parts[main], parts[beside]
    over_nft = "nf_tables" in saved
    chains = iptables_save.read_chains(saved, family)
    shown = frozenset(one.table for one in chains)
    is_legacy = bool(shown) and not over_nft  # then both print the same
    own = () if is_legacy else iptables_save.read_chains(legacy, family, "iptables-legacy")
    held = shown if is_legacy else frozenset(one.table for one in own)
    wanted = frozenset(parts[names][0].split())
    seen_legacy = not wanted or (wanted <= held and (is_legacy or legacy_code == "0"))
    return _Tables((*chains, *own), shown if over_nft else frozenset(), seen_legacy and code in ("0", NOT_FOUND))


def _sections(text: str) -> Mapping[str, tuple[str, str]]:
    """What stands before each mark, and the exit code that it tells."""
    found, begin = dict[str, tuple[str, str]](), 0
    for mark in SECTION.finditer(text):
        found[mark[1]] = (text[begin : mark.start()], mark[2] or "")
        begin = mark.end() + 1
    if tuple(found) != PARTS:
        raise UnreadableError("it is not complete")
    return found


def _native(ruleset: str, code: str) -> tuple[tuple[Chain, ...], bool]:
    if code != "0":
        return (), True
    try:
        return nft_json.read_chains(ruleset)
    except ValueError as error:
        raise UnreadableError("no ruleset of nft") from error


def _reached(chains: Iterable[Chain]) -> Iterator[Chain]:
    """The chains of the hooks, and those that rules of theirs lead to."""
    by_name = {(chain.tool, chain.family, chain.table, chain.name): chain for chain in chains}
    waiting = [key for key, chain in by_name.items() if chain.hook]
    met = set(waiting)
    while waiting:
        key = waiting.pop(0)
        chain = by_name[key]
        yield chain
        for rule in chain.rules:
            next_key = (*key[:3], rule.chain)
            if rule.chain and next_key in by_name and next_key not in met:
                met.add(next_key)
                waiting.append(next_key)


def _manager(chains: Iterable[Chain]) -> str:
    for chain in chains:
        if chain.name.startswith("ufw-"):
            return "ufw"
        # firewalld's own table of nftables, or its chains in iptables.
        if chain.table == "firewalld" or chain.name in ("INPUT_ZONES", "IN_public"):
            return "firewalld"
    return ""


def _routes(printed: str) -> Iterator[HostRoute]:
    """Read /proc/net/route (proc_pid_net(5)): destination and mask as the kernel's numbers, little-endian."""
    for line in printed.splitlines():
        found = ROUTE.fullmatch(line)
        if found is None:
            raise UnreadableError("no route")
        destination, mask = (IPv4Address(bytes.fromhex(one)[::-1]) for one in found.groups()[1:])
        yield HostRoute(interface=found[1], destination=str(IPv4Network(f"{destination}/{mask}")))
