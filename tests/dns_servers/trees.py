"""One small internet with every fault that a delegation, a zone or a chain of trust can have, a domain each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import dns.rdata
import dns.zone

from albdoctor.facts.route53 import HostedZone
from tests.support.build_dns import OTHERS, OURS
from tests.support.build_dns import zone as zone_of
from tests.support.dns_server import zone
from tests.support.signing import OVER, Pair, pair, sign

ROOT, TLD, GABIA, CLOUDFLARE, NOBODY = "192.0.2.1", "192.0.2.2", "192.0.2.31", "192.0.2.41", "192.0.2.99"
GABIA_NAMES = ("ns.gabia.co.kr", "ns1.gabia.co.kr")
CLOUDFLARE_NAMES = ("lola.ns.cloudflare.com", "rob.ns.cloudflare.com")
AWS = {name: f"205.251.192.{name.split('.')[0].removeprefix('ns-')}" for name in (*OURS, *OTHERS)}
"""Eight of Route 53's servers: the account's zones are on the first four, on the others nothing is left."""
TLDS = ("com", "net", "org", "uk", "co.uk", "kr", "co.kr")
ADDRESS = "203.0.113.10"
SIGNED = ("com",)

Signing = Callable[[dns.zone.Zone], object]


def records(names: tuple[str, ...] = OURS, address: str = ADDRESS, more: str = "") -> str:
    """The records of a domain that is served."""
    return "".join(f"@ NS {name}.\n" for name in names) + f"@ A {address}\nwww A {address}\n{more}"


def named(owner: str, *names: str) -> str:
    """A delegation."""
    return "".join(f"{owner} NS {name}.\n" for name in names)


def glued(addresses: Mapping[str, str]) -> str:
    """The address records of name servers."""
    return "".join(f"{name}. {'AAAA' if ':' in one else 'A'} {one}\n" for name, one in addresses.items())


WHITE = {f"ns{number}.white-label.com": AWS[name] for number, name in enumerate(OURS, 1)}
IN_ZONE = records((*WHITE,)) + glued(WHITE)
SIX = {"ns1.ipv6-servers.com": "2001:db8::51", "ns2.ipv6-servers.com": "2001:db8::52"}
BOTH = (*OURS[:2], *CLOUDFLARE_NAMES)


@dataclass(frozen=True)
class Case:
    """A registered domain: what its parent names, what is in its zone, who signs it, and what a scan must say first."""

    domain: str
    expected: tuple[str, ...] = ()
    """Slugs of the root causes, off the way ones left out."""
    host: str = ""
    """The scanned name; empty: the domain."""
    named: tuple[str, ...] = OURS
    ds: tuple[str, ...] = ()
    records: str = ""
    """Of its zone, on the account's servers; empty: the sound ones."""
    below: str = ""
    """A zone below it, which the scanned name is the apex of: its records."""
    below_on: tuple[str, ...] = OTHERS
    """The servers of that zone."""
    also_on: tuple[str, ...] = ()
    """Addresses beside the account's servers that hold the domain's zone."""
    seen: bool = True
    """Whether the credentials see the account's zones."""
    signing: Signing | None = None
    glue: Mapping[str, str] | None = None

    @property
    def scanned(self) -> str:
        """The name that is asked for."""
        return self.host or self.domain

    @property
    def zones(self) -> tuple[HostedZone, ...]:
        """The account's zones on its way."""
        below = (zone_of("Z2", self.scanned, self.below_on),) if self.below else ()
        return (zone_of("Z1", self.domain), *below)

    @property
    def tld(self) -> str:
        """The zone that delegates it."""
        return self.domain.partition(".")[2]


KEY, OLD = pair(), pair()
ABOVE: dict[str, Pair] = {name: pair() for name in (".", *SIGNED)}


def ds(domain: str, key: Pair = KEY) -> tuple[str, ...]:
    """The DS record of a domain's key."""
    return (key.ds(f"{domain}."),)


def signed(one: dns.zone.Zone) -> None:
    """As it should be."""
    sign(one, KEY)


def signed_long_ago(one: dns.zone.Zone) -> None:
    """By a signer that has stopped."""
    sign(one, KEY, held=OVER)


def without_addresses(one: dns.zone.Zone) -> None:
    """The signer leaves the addresses out."""
    sign(one, KEY, only=lambda _name, type_: type_ != "A")


def changed_later(one: dns.zone.Zone) -> None:
    """Somebody edited the signed zone file."""
    sign(one, KEY)
    for name in (str(one.origin), f"www.{one.origin}"):
        one.find_rdataset(name, "A").add(dns.rdata.from_text("IN", "A", "203.0.113.99"))


CASES = (
    # healthy ones
    Case("healthy.com"),
    Case("shop.co.kr"),
    Case("plain.com", host="www.plain.com"),
    Case("good-sec.com", ds=ds("good-sec.com"), signing=signed),
    Case("rollover.com", ds=(*ds("rollover.com", OLD), *ds("rollover.com")), signing=signed),
    Case("unanchored.com", signing=signed),
    Case("new-algorithm.com", ds=(f"{KEY.tag} 99 2 {'ab' * 32}",)),
    Case("white-label.com", named=(*WHITE,), records=IN_ZONE, glue=WHITE),
    Case("two-providers.com", named=BOTH, records=records(BOTH), also_on=(CLOUDFLARE,)),
    Case("flattened.com", named=CLOUDFLARE_NAMES, seen=False),
    Case("renamed.com", host="app.old.renamed.com", records=records(more=f"old DNAME new\napp.new A {ADDRESS}\n")),
    Case("wildcard.com", host="any.wildcard.com", records=records(more=f"* A {ADDRESS}\n")),
    Case("non-terminal.com", host="a.b.non-terminal.com", records=records(more=f"a.b A {ADDRESS}\n")),
    Case(
        "ipv6-servers.com",
        named=(*SIX,),
        records=records((*SIX,)) + glued(SIX),
        glue=SIX,
        also_on=(*SIX.values(),),
        seen=False,
    ),
    Case(
        "same-servers.com",
        host="dev.same-servers.com",
        records=records(more=named("dev", *OURS)),
        below=records(),
        below_on=OURS,
    ),
    # delegations
    Case("stale.com", ("delegation-stale-hosted-zone",), named=OTHERS),
    Case("partial.com", ("delegation-mixed",), named=(*OURS[:2], *GABIA_NAMES)),
    Case("gabiapark.com", ("registrar-default-nameservers",), named=GABIA_NAMES),
    Case("one.com", ("delegation-partial",), named=OURS[:1]),
    Case("typo.com", ("delegation-ns-unresolvable",), named=(*OURS[:3], f"{OURS[3]}.com")),
    Case("ghost.com", ("delegation-ns-unresolvable",), named=("ns1.nobody.net", "ns2.nobody.net")),
    Case("moved.com", ("delegation-other-provider",), named=CLOUDFLARE_NAMES),
    Case("nothere.com", ("delegation-missing",), named=()),
    Case(
        "lame.com",
        ("delegation-server-unreachable",),
        named=("ns1.lame.com",),
        glue={"ns1.lame.com": NOBODY},
        seen=False,
    ),
    # zones
    Case("nsedit.com", ("zone-apex-ns-edited",), records=records(GABIA_NAMES)),
    Case(
        "loop.com",
        ("zone-cname-broken",),
        host="a.loop.com",
        records=records(more="a CNAME b\nb CNAME a\n"),
    ),
    Case(
        "gone.com",
        ("zone-cname-broken",),
        host="app.gone.com",
        records=records(more="app CNAME old.nobody.net.\n"),
    ),
    Case("private.com", ("resolve-private-address",), records=records(address="10.0.0.10")),
    # zones below
    Case("sub.com", host="dev.sub.com", records=records(more=named("dev", *OTHERS)), below=records(OTHERS)),
    Case(
        "half-sub.com",
        ("subdomain-delegation-mismatch",),
        host="dev.half-sub.com",
        records=records(more=named("dev", *OTHERS[:2])),
        below=records(OTHERS),
    ),
    Case(
        "signed-sub.com",
        host="dev.signed-sub.com",
        ds=ds("signed-sub.com"),
        records=records(more=named("dev", *OTHERS) + f"dev DS {ds('dev.signed-sub.com')[0]}\n"),
        below=records(OTHERS),
        signing=signed,
    ),
    Case(
        "unsigned-sub.com",
        host="dev.unsigned-sub.com",
        ds=ds("unsigned-sub.com"),
        records=records(more=named("dev", *OTHERS)),
        below=records(OTHERS),
        signing=signed,
    ),
    Case(
        "wrong-sub.com",
        ("dnssec-ds-mismatch",),
        host="dev.wrong-sub.com",
        ds=ds("wrong-sub.com"),
        records=records(more=named("dev", *OTHERS) + f"dev DS {ds('dev.wrong-sub.com', OLD)[0]}\n"),
        below=records(OTHERS),
        signing=signed,
    ),
    # DNSSEC
    Case("staleds.com", ("dnssec-ds-without-dnskey",), ds=ds("staleds.com")),
    Case("wrong-ds.com", ("dnssec-ds-mismatch",), ds=ds("wrong-ds.com", OLD), signing=signed),
    Case("expired.com", ("dnssec-signature-invalid",), ds=ds("expired.com"), signing=signed_long_ago),
    Case("edited.com", ("dnssec-signature-invalid",), ds=ds("edited.com"), signing=changed_later),
    Case("stripped.com", ("dnssec-signature-invalid",), ds=ds("stripped.com"), signing=without_addresses),
)


def zones_by_address() -> dict[str, tuple[dns.zone.Zone, ...]]:
    """Every zone, by the address of each server that holds it."""
    held: dict[str, list[dns.zone.Zone]] = {one: [] for one in (ROOT, TLD, GABIA, CLOUDFLARE, *AWS.values())}
    held[ROOT].append(_root())
    held[TLD] += map(_tld, TLDS)
    held[GABIA].append(zone("gabia.co.kr.", "".join(f"{name}. A {GABIA}\n" for name in GABIA_NAMES)))
    held[CLOUDFLARE].append(zone("cloudflare.com.", "".join(f"{name}. A {CLOUDFLARE}\n" for name in CLOUDFLARE_NAMES)))
    for name, address in AWS.items():
        held[address].append(zone(f"{name.partition('.')[2]}.", f"@ NS {name}.\n{name}. A {address}\n"))
    for case in CASES:
        for origin, text, servers in (
            (case.domain, case.records or records(), OURS),
            (case.scanned, case.below, case.below_on),
        ):
            made = zone(f"{origin}.", text) if text else None
            if made and case.signing:
                case.signing(made)
            for name in servers if made else ():
                held[AWS[name]] += [made] if made else []
            for address in case.also_on if origin == case.domain else ():
                held.setdefault(address, []).extend([made] if made else [])
        held[GABIA].append(zone(f"{case.domain}.", "@ NS ns.gabia.co.kr.\n@ A 198.51.100.99\n"))
        if CLOUDFLARE not in case.also_on:
            held[CLOUDFLARE].append(zone(f"{case.domain}.", records(CLOUDFLARE_NAMES, "198.51.100.98")))
    return {address: tuple(zones) for address, zones in held.items()}


def _root() -> dns.zone.Zone:
    lines = [f"{tld} NS tld.servers.net." for tld in TLDS if "." not in tld]
    lines += [f"tld.servers.net. A {TLD}", *(f"{tld} DS {ABOVE[tld].ds(f'{tld}.')}" for tld in SIGNED)]
    return _sign(zone(".", "\n".join(lines)), ".")


def _tld(tld: str) -> dns.zone.Zone:
    lines = ["@ NS tld.servers.net."]
    lines += [f"servers NS tld.servers.net.\ntld.servers A {TLD}"] if tld == "net" else []
    for name, address in AWS.items():
        zone_ = name.partition(".")[2]
        lines += [f"{zone_}. NS {name}.", f"{name}. A {address}"] if zone_.partition(".")[2] == tld else []
    for zone_, names, address in (
        ("gabia.co.kr", GABIA_NAMES, GABIA),
        ("cloudflare.com", CLOUDFLARE_NAMES, CLOUDFLARE),
    ):
        if zone_.partition(".")[2] == tld:
            lines += [f"{zone_}. NS {name}.\n{name}. A {address}" for name in names]
    for case in (one for one in CASES if one.tld == tld):
        lines += [f"{case.domain}. NS {name}." for name in case.named]
        lines += [f"{case.domain}. DS {one}" for one in case.ds]
        lines.append(glued(case.glue or {}))
    return _sign(zone(f"{tld}.", "\n".join(lines)), tld)


def _sign(made: dns.zone.Zone, name: str) -> dns.zone.Zone:
    return sign(made, ABOVE[name]) if name in ABOVE else made
