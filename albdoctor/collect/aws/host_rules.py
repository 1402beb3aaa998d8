"""What a Linux host told of its firewall: unpacks it, and puts together what its tools printed."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from albdoctor.collect.aws import iptables_save, nft_json
from albdoctor.facts.host_firewall import Chain, HostFirewall, HostRoute

MOST_BYTES = 2_000_000
"""More than this is not unpacked; ten thousand rules are a tenth of it."""
SECTION = re.compile(r"^== (names|routes|modules|iptables|nft)(?: ([0-9]+))?$", re.MULTILINE)
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
    legacy = parts["names"][0].split()
    saved, save_code = parts["iptables"]
    ruleset, nft_code = parts["nft"]
    chains = iptables_save.read_chains(saved)
    native, all_read = _native(ruleset, nft_code)
    if not all(NAME.fullmatch(name) for one in (*chains, *native) for name in (one.table, one.name)):
        raise UnreadableError("a chain has an odd name")
    shown = {chain.table for chain in chains}
    over_nft = "nf_tables" in saved
    mirrored = shown if over_nft else set[str]()
    others = [chain for chain in native if not (chain.family == "ip" and chain.table in mirrored)]
    seen_legacy = not legacy or (not over_nft and set(legacy) <= shown)
    seen_native = nft_code == "0" or (nft_code == NOT_FOUND and not parts["modules"][0].strip())
    return HostFirewall(
        manager=_manager((*chains, *others)),
        chains=tuple(_reached((*chains, *others))),
        routes=tuple(_routes(parts["routes"][0])),
        complete=all_read and seen_legacy and seen_native and save_code in ("0", NOT_FOUND),
    )


def _sections(text: str) -> Mapping[str, tuple[str, str]]:
    """What stands before each mark, and the exit code that it tells."""
    found, begin = dict[str, tuple[str, str]](), 0
    for mark in SECTION.finditer(text):
        found[mark[1]] = (text[begin : mark.start()], mark[2] or "")
        begin = mark.end() + 1
    if list(found) != ["names", "routes", "modules", "iptables", "nft"]:
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
