"""Which addresses may be probed: public ones, and those that `--connect-to` leads to on purpose."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from albdoctor.collect.tcp import Place

# RFC 6890 (special-purpose addresses), RFC 1112, RFC 4291, RFC 4193, RFC 6598.
NOT_PUBLIC = tuple(
    (ip_network(network), what)
    for network, what in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.168.0.0/16", "private"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
    )
)


def why_not(address: str, port: int, place: Place) -> str:
    """Say why an address may not be probed; empty: it may.

    Behind a private or loopback address somebody else may stand, seen from here: the scanned name's owner decides
    where it points, so that a probe must not follow it into this machine's own network. A place that `--connect-to`
    names is the user's own wish.
    """
    if place != (address, port):
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
    return next((what for network, what in NOT_PUBLIC if inner.version == network.version and inner in network), "")


def _inner(seen: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 address that only wraps one (RFC 4291 section 2.5.5.2, RFC 6052, RFC 3056)."""
    if isinstance(seen, IPv4Address):
        return seen
    if seen.packed[:12] == bytes.fromhex("0064ff9b0000000000000000"):
        return IPv4Address(seen.packed[12:])
    return seen.ipv4_mapped or seen.sixtofour or seen
