"""The name servers of the lab: their names, their pretend addresses, and the zones that never change."""

from __future__ import annotations

import re
from collections.abc import Iterable

from albdoctor.lab.zones import Zone, name_of

DAY = 86400
ROOT_SERVERS = {"a.root-servers.net": "198.41.0.4", "b.root-servers.net": "170.247.170.2"}
GTLD_SERVERS = {
    "a.gtld-servers.net": "192.5.6.30",
    "b.gtld-servers.net": "192.33.14.30",
    "c.gtld-servers.net": "192.26.92.30",
}
KR_SERVERS = {"b.dns.kr": "198.51.100.31", "c.dns.kr": "198.51.100.32", "d.dns.kr": "198.51.100.33"}
UK_SERVERS = {"nsa.nic.uk": "156.154.100.3", "nsb.nic.uk": "156.154.101.3"}
TLD_SERVERS: dict[str, dict[str, str]] = {
    "example": {"a.nic.example": "198.51.100.11", "b.nic.example": "198.51.100.12"},
    "com": GTLD_SERVERS,
    "net": GTLD_SERVERS,
    "org": {"a.nic.org": "198.51.100.21", "b.nic.org": "198.51.100.22"},
    "uk": UK_SERVERS,
    "co.uk": UK_SERVERS,
    "kr": KR_SERVERS,
    "co.kr": KR_SERVERS,
}
AWSDNS_SERVERS = ("198.51.100.53", "198.51.100.54")
GABIA_SERVERS = {"ns.gabia.co.kr": "198.51.100.61", "ns1.gabia.co.kr": "198.51.100.62"}
CLOUDFLARE_SERVERS = {"ns3.cloudflare.com": "198.51.100.71", "ns4.cloudflare.com": "198.51.100.72"}
CLOUDFLARE_CUSTOMER_SERVERS = {"lola.ns.cloudflare.com": "198.51.100.73", "rob.ns.cloudflare.com": "198.51.100.74"}
PARKING_SERVERS = {"ns1.sedoparking.com": "198.51.100.75", "ns2.sedoparking.com": "198.51.100.76"}
AMAZONAWS_SERVERS = {"ns1.amazonaws.com": "198.51.100.81", "ns2.amazonaws.com": "198.51.100.82"}
CLOUDFRONT_SERVERS = {"ns1.cloudfront.net": "198.51.100.83", "ns2.cloudfront.net": "198.51.100.84"}
EDGE_NAME = "d111111abcdef8.cloudfront.net"
"""The lab's one distribution of CloudFront."""
EDGE_ADDRESSES = ("192.0.2.100", "192.0.2.101")

AWSDNS = re.compile(r"ns-(\d+)\.(awsdns-\d+\.(?:com|net|org|co\.uk))")


def awsdns_address(server: str) -> str:
    """Give the pretend address of a Route 53 server, by the numbering Amazon uses: ns-1604 is 205.251.198.68."""
    match = AWSDNS.fullmatch(server)
    if match is None:
        return ""
    number = int(match[1])
    return f"205.251.{192 + number // 256}.{number % 256}"


def root_zone() -> Zone:
    """Make the root: it delegates the top-level domains."""
    zone = Zone(".")
    zone.add_soa("a.root-servers.net", "nstld.verisign-grs.com", DAY)
    zone.add(".", "NS", 6 * DAY, *(f"{server}." for server in ROOT_SERVERS))
    for tld, servers in TLD_SERVERS.items():
        if "." not in tld:
            zone.add(tld, "NS", 2 * DAY, *(f"{server}." for server in servers))
            add_addresses(zone, servers)
    return zone


def infrastructure(tld: str, awsdns_names: Iterable[str]) -> dict[str, dict[str, str]]:
    """What a TLD delegates beside the registrations: the domains of the name servers themselves."""
    all_of_them = {
        "gabia.co.kr": GABIA_SERVERS,
        "cloudflare.com": CLOUDFLARE_SERVERS,
        "sedoparking.com": PARKING_SERVERS,
        "amazonaws.com": AMAZONAWS_SERVERS,
        "cloudfront.net": CLOUDFRONT_SERVERS,
    }
    for server in awsdns_names:
        origin = server.partition(".")[2]
        all_of_them[origin] = awsdns_delegation(origin)
    return {name: servers for name, servers in all_of_them.items() if name.partition(".")[2] == tld}


def awsdns_delegation(origin: str) -> dict[str, str]:
    """Give the servers of a zone awsdns-NN.TLD, which holds the addresses of Route 53 servers."""
    return {f"g-ns-{number}.{origin}": address for number, address in enumerate(AWSDNS_SERVERS, 1)}


def gabia_zone() -> Zone:
    """Make the registrar's own zone."""
    zone = Zone("gabia.co.kr")
    zone.add_soa("ns.gabia.co.kr", "webmaster.gabia.com")
    zone.add("gabia.co.kr", "NS", DAY, *(f"{server}." for server in GABIA_SERVERS))
    add_addresses(zone, GABIA_SERVERS)
    return zone


def cloudflare_zone() -> Zone:
    """Make the foreign DNS provider's own zone."""
    zone = Zone("cloudflare.com")
    zone.add_soa("ns3.cloudflare.com", "dns.cloudflare.com")
    zone.add("cloudflare.com", "NS", DAY, *(f"{server}." for server in CLOUDFLARE_SERVERS))
    add_addresses(zone, CLOUDFLARE_SERVERS | CLOUDFLARE_CUSTOMER_SERVERS)
    return zone


def parking_zone() -> Zone:
    """Make the own zone of a service that parks domains."""
    zone = Zone("sedoparking.com")
    zone.add_soa("ns1.sedoparking.com", "hostmaster.sedo.com")
    zone.add("sedoparking.com", "NS", DAY, *(f"{server}." for server in PARKING_SERVERS))
    add_addresses(zone, PARKING_SERVERS)
    return zone


def cloudfront_zone() -> Zone:
    """Make the zone of CloudFront's names."""
    zone = Zone("cloudfront.net")
    zone.add_soa("ns1.cloudfront.net", "hostmaster.amazon.com")
    zone.add("cloudfront.net", "NS", DAY, *(f"{server}." for server in CLOUDFRONT_SERVERS))
    add_addresses(zone, CLOUDFRONT_SERVERS)
    zone.add(EDGE_NAME, "A", 60, *EDGE_ADDRESSES)
    return zone


def add_addresses(zone: Zone, servers: dict[str, str]) -> None:
    """Add the addresses of servers whose names lie in (or below) the zone: records or glue."""
    for server, address in servers.items():
        if name_of(server).is_subdomain(zone.origin):
            zone.add(server, "A", 2 * DAY, address)
