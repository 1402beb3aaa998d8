"""Addresses without saying which: a map that keeps every "lies in", "is a sibling of" and "is private".

The bits of all addresses and CIDR blocks of a snapshot form a tree. Where the tree has one way on, the bit says
nothing about the others, so that it becomes 0 (1 at the end, as a host's); where it forks, the bit stays. Nothing
of the original is left but the shape of the tree, which is what security groups, ACLs and routes are judged by.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from albdoctor.facts.numbers import has_digits_only

Net = IPv4Network | IPv6Network

BLOCKS: tuple[Net, ...] = tuple(
    ip_network(block)
    for block in (
        "10.0.0.0/8",  # RFC 1918
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",  # RFC 6598
        "192.0.2.0/24",  # RFC 5737
        "198.51.100.0/24",
        "203.0.113.0/24",
        "198.18.0.0/15",  # RFC 2544
        "224.0.0.0/4",  # multicast, and the reserved addresses above it
        "240.0.0.0/4",
        "fc00::/7",  # RFC 4193
        "fe80::/10",
        "ff00::/8",
        "2001:db8::/32",  # RFC 3849
        "2000::/3",  # everything global
    )
)
"""Blocks with a meaning of their own: an address of one stays in it."""

KEPT: tuple[Net, ...] = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/32",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "::/128",
        "::1/128",
        "1.1.1.1/32",  # public resolvers: Cloudflare, Google, Quad9, OpenDNS, KT, LG, SK
        "1.0.0.1/32",
        "8.8.8.8/32",
        "8.8.4.4/32",
        "9.9.9.9/32",
        "149.112.112.112/32",
        "208.67.222.222/32",
        "208.67.220.220/32",
        "168.126.63.1/32",
        "168.126.63.2/32",
        "164.124.101.2/32",
        "203.248.252.2/32",
        "210.220.163.82/32",
        "219.250.36.130/32",
        "2606:4700:4700::1111/128",
        "2606:4700:4700::1001/128",
        "2001:4860:4860::8888/128",
        "2001:4860:4860::8844/128",
        "2620:fe::fe/128",
    )
)
"""Addresses that say nothing about anybody."""

Node = tuple[int, int]
"""Depth in the tree, and the bits so far."""


class Addresses:
    """The address map of a snapshot: ask for every address once, then again."""

    def __init__(self) -> None:
        """Start with the blocks that have a meaning."""
        self.learning = True
        """Every address that is asked for is taken into the tree; what it becomes is not settled yet."""
        self._kept: list[Net] = list(KEPT)
        self._nodes: dict[int, set[Node]] = {4: set(), 6: set()}
        self._anchors: dict[int, set[Node]] = {4: set(), 6: set()}
        for block in (*BLOCKS, *KEPT):
            self._anchors[block.version] |= set(_path(block))
        for version, anchors in self._anchors.items():
            self._nodes[version] |= anchors

    def keep(self, text: str) -> None:
        """Leave an address as it is: it belongs to public infrastructure."""
        net = read(text)
        if net is not None and net not in self._kept:
            self._kept.append(net)
            self._anchors[net.version] |= set(_path(net))
            self._nodes[net.version] |= set(_path(net))

    def of(self, text: str) -> str | None:
        """Give the replacement of an address or CIDR block; None: it is neither."""
        net = read(text)
        if net is None:
            return None
        if self.learning:
            self._nodes[net.version] |= set(_path(net))
        if any(net.version == kept.version and net.network_address in kept for kept in self._kept):
            mapped = int(net.network_address)
        else:
            mapped = self._mapped(net)
        address = ip_address(mapped.to_bytes(net.max_prefixlen // 8, "big"))
        return f"{address}/{net.prefixlen}" if "/" in text else str(address)

    def _mapped(self, net: Net) -> int:
        nodes, anchors = self._nodes[net.version], self._anchors[net.version]
        made = 0
        for depth, child in _path(net):
            kept = (depth, child ^ 1) in nodes or (depth, child) in anchors
            bit = child & 1 if kept else int(depth == net.max_prefixlen)
            made = made << 1 | bit
        return made << (net.max_prefixlen - net.prefixlen)


def read(text: str) -> Net | None:
    """Read an address or CIDR block, host bits and IPv6 scope dropped; None: the text is neither."""
    if not text or has_digits_only(text):
        return None
    try:
        return ip_network(text.partition("%")[0], strict=False)
    except ValueError:
        return None


def _path(net: Net) -> tuple[Node, ...]:
    bits = int(net.network_address)
    return tuple((depth, bits >> (net.max_prefixlen - depth)) for depth in range(1, net.prefixlen + 1))
