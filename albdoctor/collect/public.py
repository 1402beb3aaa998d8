"""Which addresses may be asked: public ones, and those that the user names on purpose."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from albdoctor.collect.options import ConnectTo
from albdoctor.collect.tcp import place_of

# IANA's registries of special-purpose addresses (RFC 6890), RFC 1112, RFC 4291: what is not globally reachable.
# 168.63.129.16 is Azure's platform from inside (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16);
# the other clouds' own are in the ranges below.
# Documentation ranges are left out: nobody stands there, and a placeholder in a record is the finding's own business.
NOT_PUBLIC = tuple(
    (ip_network(network), what)
    for network, what in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud-internal"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("2001::/32", "reserved"),
        ("2001:2::/48", "benchmarking"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
    )
)
GLOBAL_UNICAST = ip_network("2000::/3")
"""All that IANA has ever given out for the IPv6 Internet (RFC 4291 section 2.4)."""


def why_not(connect_to: ConnectTo, address: str, port: int, name: str = "") -> str:
    """Say why an address may not be probed; empty: it may. `name` is the one that gave the address.

    Behind a private or loopback address somebody else may stand, seen from here: the scanned name's owner decides
    where it points, so that a probe must not follow it into this machine's own network. What `--connect-to` names
    is the user's own wish.
    """
    if place_of(connect_to, address, port, name) != (address, port) or connect_to.names(address, port):
        return ""
    what = special(address)
    return f"not probed: {what} address {address}" if what else ""


def special(address: str) -> str:
    """Name the kind of an address that is not public: "private", "loopback", ...; empty: it is public."""
    try:
        seen = ip_address(address.partition("%")[0])
    except ValueError:
        return "malformed"
    inner = _inner(seen)
    for network, what in NOT_PUBLIC:
        if inner.version == network.version and inner in network:
            return what
    return "reserved" if inner.version == 6 and inner not in GLOBAL_UNICAST else ""


def _inner(seen: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 address that only wraps one (RFC 4291 section 2.5.5.2, RFC 6052, RFC 3056)."""
    if isinstance(seen, IPv4Address):
        return seen
    if seen.packed[:12] == bytes.fromhex("0064ff9b0000000000000000"):
        return IPv4Address(seen.packed[12:])
    return seen.ipv4_mapped or seen.sixtofour or seen
