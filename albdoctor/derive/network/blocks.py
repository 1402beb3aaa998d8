"""Blocks of addresses of both versions of IP, compared; and what is said of what cannot be compared."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Literal, TypeAlias

from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.mirror import LacksError

Block: TypeAlias = IPv4Network | IPv6Network
WORLD = IPv4Network("0.0.0.0/0")
WORLDS: tuple[Block, ...] = (WORLD, IPv6Network("::/0"))
SHOWN_RULES = 6
Decision: TypeAlias = bool | Unknown
Direction: TypeAlias = Literal["in", "out"]


class Coverage(Enum):
    """How much of a network lies in given ranges."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


@lru_cache(maxsize=1 << 14)
def network(cidr: str, asked: str = "ec2:DescribeSecurityGroups") -> Block:
    """Read an address or CIDR block; host bits are dropped. What is none is a gap of whoever needs it."""
    try:
        return ip_network(cidr, strict=False)
    except ValueError as error:
        raise LacksError(no_block(cidr, asked)) from error


def version_of(address: str) -> int:
    """The version of IP that an address or block of addresses is written in."""
    return 6 if ":" in address else 4


def no_block(cidr: str, asked: str) -> Unknown:
    """The gap where a block of addresses should stand."""
    return undecided(asked, f"{cidr[:50]!r} is no block of addresses")


def coverage(wanted: Block, ranges: Iterable[Block]) -> Coverage:
    """Compare a network with the union of ranges of its own version of IP."""
    touching: list[Block] = []
    for part in ranges:
        if is_within(wanted, part):
            return Coverage.ALL
        if is_within(part, wanted):
            touching.append(part)
    whole = len(touching) > 1 and any(is_within(wanted, part) for part in merge(touching))
    return Coverage.ALL if whole else Coverage.SOME if touching else Coverage.NONE


def merge(ranges: Iterable[Block]) -> list[Block]:
    """The fewest ranges that hold the same addresses, of both versions."""
    every = tuple(ranges)
    four = [one for one in every if isinstance(one, IPv4Network)]
    six = [one for one in every if isinstance(one, IPv6Network)]
    return [*collapse_addresses(four), *collapse_addresses(six)]


def is_within(part: Block, whole: Block) -> bool:
    """Whether a range lies in another one; those of different versions never do."""
    return whole.prefixlen <= part.prefixlen and part.network_address in whole


def missing(asked: str, id_: str) -> Unknown:
    """Make the value for a thing that is named somewhere but that no answer describes."""
    return Unknown(gap=Gap.FAILED, asked=asked, detail=f"{id_} is named but was not described")


def undecided(asked: str, detail: str) -> Unknown:
    """Make the value for a question that the facts are too coarse to answer."""
    return Unknown(gap=Gap.FAILED, asked=asked, detail=detail)
