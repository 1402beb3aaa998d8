"""The sound tree, signed from the root down, and a zone that is signed to cost as much as it can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dns.rdata
import dns.zone

from tests.support.dns_server import Server, zone
from tests.support.dns_tree import ALL_AWS, AWS, EXAMPLE, ROOT, SHOP, tree
from tests.support.signing import Pair, pair, sign

ROOT_KEY, TLD_KEY = pair(), pair()


def zone_of(server: Server, origin: str) -> dns.zone.Zone:
    return next(one for one in server.zones if one.origin is not None and one.origin.to_text() == origin)


def signed(
    *ds: str, shop: Any = None, second: Any = None, records: str = SHOP, above: dict[str, Any] | None = None
) -> dict[str, Server]:
    """The sound tree with a signed root and TLD, DS records of the domain, and its zone as it is signed.

    `second`: its second server's zone, where that differs.
    """
    made = tree(ALL_AWS + "".join(f"shop DS {one}\n" for one in ds), records)
    root = zone_of(made[ROOT], ".")
    root.find_rdataset("example.", "DS", create=True).add(_ds(TLD_KEY.ds("example.")), 300)
    sign(root, ROOT_KEY, **(above or {}))
    sign(zone_of(made[EXAMPLE], "example."), TLD_KEY, **(above or {}))
    zones = made[AWS[0]].zones
    if second is not None:
        made[AWS[1]] = Server((second(zone("shop.example.", records)), *zones[1:]))
    if shop is not None:
        shop(zones[0])
    return made


def _ds(text: str) -> Any:
    return dns.rdata.from_text("IN", "DS", text)


def spoiled(key: Pair, others: int = 60) -> Callable[[dns.zone.Zone], None]:
    """Sign as KeyTrap does (CVE-2023-50387): other keys with the right one's tag, 80 wrong signatures of each set."""

    def signing(one: dns.zone.Zone) -> None:
        sign(one, key, keys=(key,))
        keys = one.find_rdataset("shop.example.", "DNSKEY")
        for at in range(others):
            keys.add(_with_tag(key, at))
        for name, type_ in (("shop.example.", "A"), ("shop.example.", "SOA"), ("shop.example.", "DNSKEY")):
            signatures: Any = one.find_rdataset(name, "RRSIG", type_)
            (right,) = list(signatures)
            signatures.clear()
            for at in [each for each in range(81) if each != right.signature[0]][:80]:
                signatures.add(right.replace(signature=bytes((at, *right.signature[1:]))))

    return signing


def _with_tag(key: Pair, at: int) -> Any:
    """Another key with the same tag: two 16-bit words changed so that their sum stays."""
    data = bytearray(key.public.key)
    first, second = 4 * (at % 15), 4 * (at % 15) + 2
    words = [int.from_bytes(data[place : place + 2], "big") for place in (first, second)]
    step = min(at + 1, words[0], 0xFFFF - words[1])
    data[first : first + 2] = (words[0] - step).to_bytes(2, "big")
    data[second : second + 2] = (words[1] + step).to_bytes(2, "big")
    return key.public.replace(key=bytes(data))
