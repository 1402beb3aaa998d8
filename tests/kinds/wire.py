"""What this machine saw at the addresses of the name."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from tests.kinds.site import ADDRESSES, EVERYWHERE, HOST, Change, Raw, of

Header = tuple[str, str]
BALANCER = "awselb/2.0"
TITLES = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    460: "",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}


def own_page(status: int) -> str:
    """The page that a load balancer sends with a status of its own."""
    line = f"{status} {TITLES.get(status, 'Error')}"
    body = f"<body>\r\n<center><h1>{line}</h1></center>\r\n</body>"
    return f"<html>\r\n<head><title>{line}</title></head>\r\n{body}\r\n</html>\r\n"


def exchange(
    address: str,
    status: int | None,
    *headers: Header,
    url: str = f"https://{HOST}/",
    body: str = "ok",
    failure: str = "",
    ms: float = 101.9,
) -> Raw:
    """One request and what came of it."""
    return {
        "url": url,
        "address": address,
        "port": 443 if url.startswith("https") else 80,
        "status": status,
        "headers": [list(header) for header in headers],
        "body_start": body if status else "",
        "failure": failure,
        "milliseconds": ms,
    }


def probe(raw: Raw, place: int) -> Raw:
    """The probe of one of the addresses."""
    found: Raw = of(raw, "probes")["addresses"][place]
    return found


def came(raw: Raw, place: int, *chain: Raw, http: bool = True) -> None:
    """Put what came of https:// at an address, and of http:// that leads there."""
    one = probe(raw, place)
    one["https"] = [copy.deepcopy(each) for each in chain]
    if http and one["http"]:
        one["http"] = [one["http"][0], *(copy.deepcopy(each) for each in chain)]


def answers(
    status: int,
    server: str = BALANCER,
    *more: Header,
    at: Iterable[int] = EVERYWHERE,
    body: str = "ok",
    url: str = f"https://{HOST}/",
    ms: float = 101.9,
) -> Change:
    """The addresses answer with a status; an empty server: the header is not sent."""
    headers = ((("server", server),) if server else ()) + more

    def make(raw: Raw) -> None:
        for place in at:
            address = probe(raw, place)["address"]
            came(raw, place, exchange(address, status, *headers, body=body, url=url, ms=ms))

    return make


def redirects(*chain: tuple[str, int | None, str], at: Iterable[int] = EVERYWHERE, server: str = BALANCER) -> Change:
    """The addresses redirect: (URL, status, Location), the last one with the failure in place of a Location."""

    def make(raw: Raw) -> None:
        for place in at:
            address = probe(raw, place)["address"]
            hops: list[Raw] = []
            for url, status, location in chain:
                if status is None:
                    hops.append(exchange(address, None, url=url, failure=location))
                else:
                    headers = ((("server", server),) if server else ()) + (
                        (("location", location),) if location else ()
                    )
                    hops.append(exchange(address, status, *headers, url=url, body=""))
            came(raw, place, *hops)

    return make


def ends(failure: str, at: Iterable[int] = EVERYWHERE) -> Change:
    """The request ends without an answer."""

    def make(raw: Raw) -> None:
        for place in at:
            came(raw, place, exchange(probe(raw, place)["address"], None, failure=failure, ms=10000.0))

    return make


def port(number: int, how: str, at: Iterable[int] = EVERYWHERE, detail: str = "") -> Change:
    """A port does not open: refused, silent, or unreachable from here."""

    def make(raw: Raw) -> None:
        for place in at:
            one = probe(raw, place)
            one[f"port_{number}"] |= {"tcp": how, "detail": detail}
            if number == 443:
                one |= {"with_sni": None, "without_sni": None, "https": []}
                one["http"] = one["http"][:1]
            else:
                one["http"] = []

    return make


def shut(how: str, at: Iterable[int] = EVERYWHERE, detail: str = "") -> Change:
    """Neither port opens."""

    def make(raw: Raw) -> None:
        port(443, how, at, detail)(raw)
        port(80, how, at, detail)(raw)

    return make


def handshake_fails(failure: str, at: Iterable[int] = EVERYWHERE, plain: Raw | None = None) -> Change:
    """TLS fails, with SNI and without; plain HTTP on 443 gets an answer, or none."""

    def make(raw: Raw) -> None:
        for place in at:
            one = probe(raw, place)
            for key in ("with_sni", "without_sni"):
                one[key] |= {
                    "completed": False,
                    "failure": failure,
                    "verify_code": None,
                    "chain": [],
                    "protocol": "",
                    "cipher": "",
                }
            one["https"], one["http"] = [], one["http"][:1]
            one["plain_on_443"] = plain | {"address": one["address"]} if plain else None

    return make


def untrusted(code: int, message: str, at: Iterable[int] = EVERYWHERE, **certificate: object) -> Change:
    """TLS completes with a certificate that browsers refuse."""

    def make(raw: Raw) -> None:
        for place in at:
            one = probe(raw, place)
            one["with_sni"] |= {"verify_code": code, "verify_message": message}
            one["with_sni"]["chain"][0] |= certificate

    return make


def not_probed(raw: Raw) -> None:
    """`--no-probe`: nothing was sent to the domain."""
    raw["probes"] = {
        "state": "unknown",
        "gap": "not-asked",
        "asked": "probes of the name's addresses",
        "detail": "--no-probe",
    }


def names(*addresses: str) -> Change:
    """The name gives these addresses; those that it gave are probed under their new ones, in order."""

    def make(raw: Raw) -> None:
        told = of(raw, "host_answers")
        told["addresses"] = list(addresses)
        v4 = [one for one in addresses if ":" not in one]
        v6 = [one for one in addresses if ":" in one]
        for kind, own in (("a", v4), ("aaaa", v6)):
            for answer in told[kind]:
                answer["records"] = [{"name": HOST, "type": kind.upper(), "ttl": 60, "data": one} for one in own]
        probes = of(raw, "probes")["addresses"]
        for one in addresses[len(probes) :]:
            probes.append(copy.deepcopy(probes[0]) | {"address": one})
        del probes[len(addresses) :]
        for one, address in zip(probes, addresses, strict=True):
            one["address"] = address
            for each in (*one["http"], *one["https"]):
                each["address"] = address

    return make


def named_ipv6(raw: Raw) -> None:
    """The name gives IPv6 addresses too, of the load balancer, and the site was served there."""
    names(*ADDRESSES, "2001:db8::10", "2001:db8::11")(raw)
    lead = of(raw, "leads")[0]
    of(raw, "leads").extend(lead | {"how": "address", "name": one} for one in ("2001:db8::10", "2001:db8::11"))
    of(raw, "load_balancers")[0]["IpAddressType"] = "dualstack"


def also_ipv6(raw: Raw) -> None:
    """The name gives IPv6 addresses too, at which the site is served as well, and the way to them is open."""
    named_ipv6(raw)
    for permission in of(raw, "security_groups")[0]["IpPermissions"]:
        permission["Ipv6Ranges"] = [{"CidrIpv6": "::/0"}]
    for egress in (False, True):
        told = {"RuleNumber": 101, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "Ipv6CidrBlock": "::/0"}
        of(raw, "network_acls")[0]["Entries"].append(told)
    way = {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-d9aea2d615df2b414", "State": "active"}
    of(raw, "route_tables")[1]["Routes"].append(way)
