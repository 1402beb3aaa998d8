"""Addresses that nobody on the internet reaches, whoever gives them out."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

UNREACHABLE = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "::1/128",
            "fc00::/7",
            "fe80::/10",
        ),
    )
)
"""This host, private, shared, loopback, link-local and unique local addresses (RFC 6890, RFC 6598, RFC 4193)."""


def unreachable(addresses: Iterable[str]) -> tuple[str, ...]:
    """Those of the addresses that are no public ones; what is no address is none of them."""
    return tuple(one for one in addresses if _is_unreachable(one))


def _is_unreachable(address: str) -> bool:
    try:
        seen = ip_address(address)
    except ValueError:
        return False
    return any(seen.version == network.version and seen in network for network in UNREACHABLE)
