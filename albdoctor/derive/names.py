"""Host names: which are the same, which a wildcard covers, which zone is nearest, which was meant.

Names are compared as A-labels, case-insensitively and without the final dot (RFC 4343).
"""

from __future__ import annotations

from collections.abc import Iterable

from albdoctor.facts.partitions import SUFFIXES

BALANCERS = tuple(f".elb.{suffix}" for suffix in SUFFIXES)
"""What the names of application load balancers end in."""

SOLD_UNDER = frozenset(
    (
        *("ae.org", "br.com", "cn.com", "co.com", "co.nl", "co.no", "com.de", "com.se", "de.com", "eu.com", "gb.net"),
        *("hu.net", "in.net", "jp.net", "jpn.com", "mex.com", "ru.com", "sa.com", "se.net", "uk.com", "uk.net"),
        *("us.com", "us.org", "za.bz", "za.com"),
    )
)
"""Domains under which a company registers and delegates names as a registry does: rules of the private section of the
public suffix list. Most other rules there are of hosts that serve the names themselves (github.io)."""


def plain(name: str) -> str:
    """Write a name lower case and without its final dot."""
    return name.rstrip(".").lower()


def is_under(name: str, zone: str) -> bool:
    """Whether the name is the zone's own or lies below it, on label boundaries; everything is under the root."""
    name, zone = plain(name), plain(zone)
    return not zone or name == zone or name.endswith("." + zone)


def ancestors(name: str, last: str = "") -> tuple[str, ...]:
    """List the name and what lies above it, up to and with `last` (without it: up to the top-level domain)."""
    labels = plain(name).split(".")
    names = tuple(".".join(labels[start:]) for start in range(len(labels)))
    return tuple(above for above in names if is_under(above, last))


def covers(pattern: str, host: str) -> bool:
    """Whether a certificate's name covers a host: `*` stands for exactly one whole, leftmost label.

    So `*.shop.example` covers neither `shop.example` nor `a.b.shop.example` (RFC 9525 section 6.3).
    """
    pattern, host = plain(pattern), plain(host)
    if not pattern.startswith("*."):
        return pattern == host
    label, _, rest = host.partition(".")
    return bool(label) and rest == pattern[2:]


def longest_match(host: str, zones: Iterable[str]) -> str | None:
    """Find the nearest of the zones that hold the host; None when none does."""
    return max((plain(zone) for zone in zones if is_under(host, zone)), key=len, default=None)


def balancer_name(name: str) -> str:
    """Strip what Route 53 puts before a load balancer's name: `dualstack.` names the same one."""
    return plain(name).removeprefix("dualstack.")


def is_balancer_name(name: str) -> bool:
    """Whether a name is one that Elastic Load Balancing gives out."""
    return plain(name).endswith(BALANCERS)


def distance(one: str, other: str) -> int:
    """Count the single-letter edits between two texts (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        above, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (left != right))
    return row[-1]


def nearest_name(name: str, candidates: Iterable[str]) -> str | None:
    """Find the candidate that was most likely meant: fewest edits, then the first by alphabet."""
    return min(candidates, key=lambda other: (distance(plain(name), plain(other)), other), default=None)
