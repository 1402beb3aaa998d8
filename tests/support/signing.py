"""Signs the zones of a test's DNS tree, well or badly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import dns.dnssec
import dns.name
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rrset
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec
from dns.dnssectypes import Algorithm, DSDigest

from tests.support.build import NOW

MADE: Any = dns.dnssec
"""Its functions are chosen as it is imported, and have no types."""
TODAY = NOW
HELD = (TODAY - timedelta(days=2), TODAY + timedelta(days=12))
OVER = (TODAY - timedelta(days=20), TODAY - timedelta(days=1))
NOT_YET = (TODAY + timedelta(days=1), TODAY + timedelta(days=20))
KSK, ZSK, REVOKED = 257, 256, 385


class Pair(NamedTuple):
    """A key and its DNSKEY record."""

    private: Any
    public: Any

    def ds(self, zone: str, digest: DSDigest = DSDigest.SHA256) -> str:
        """Its DS record, as data."""
        return dns.dnssec.make_ds(zone, self.public, digest, policy=dns.dnssec.allow_all_policy).to_text()

    @property
    def tag(self) -> str:
        """The number that DS and RRSIG records name it by."""
        return str(dns.dnssec.key_id(self.public))


def pair(flags: int = KSK) -> Pair:
    """A new ECDSA key."""
    private = ec.generate_private_key(ec.SECP256R1())
    return Pair(private, MADE.make_dnskey(private.public_key(), Algorithm.ECDSAP256SHA256, flags))


def sign(
    zone: dns.zone.Zone,
    *signers: Pair,
    keys: Sequence[Pair] = (),
    held: tuple[datetime, datetime] = HELD,
    only: Callable[[str, str], bool] = lambda _name, _type: True,
) -> dns.zone.Zone:
    """Publish the keys (by default those that sign) and sign each set of which the zone is the owner.

    `only`: of a name and a type, whether that set is signed.
    """
    origin = zone.origin
    assert origin is not None
    published = zone.find_rdataset(origin, "DNSKEY", create=True)
    published.update_ttl(300)
    for key in keys or signers:
        published.add(key.public)
    for name, rdataset in _own_sets(zone, origin):
        type_ = dns.rdatatype.to_text(rdataset.rdtype)
        for signer in signers if only(name.to_text(omit_final_dot=True), type_) else ():
            add_signature(zone, name, rdataset, signer, held)
    return zone


def add_signature(
    zone: dns.zone.Zone,
    name: dns.name.Name,
    rdataset: dns.rdataset.Rdataset,
    signer: Pair,
    held: tuple[datetime, datetime] = HELD,
) -> None:
    """Sign one set."""
    rrset = dns.rrset.from_rdata_list(name, rdataset.ttl, list(rdataset))
    assert zone.origin is not None
    made = MADE.sign(rrset, signer.private, zone.origin, signer.public, *held)
    zone.find_rdataset(name, "RRSIG", dns.rdatatype.to_text(rdataset.rdtype), create=True).add(made, rdataset.ttl)


def _own_sets(zone: dns.zone.Zone, origin: dns.name.Name) -> list[tuple[dns.name.Name, dns.rdataset.Rdataset]]:
    cuts = [
        name
        for name, node in zone.nodes.items()
        if name != origin and node.get_rdataset(dns.rdataclass.IN, dns.rdatatype.NS)
    ]
    return [
        (name, rdataset)
        for name, node in zone.nodes.items()
        for rdataset in list[dns.rdataset.Rdataset](node)
        if not _is_glue(name, cuts) and not (name in cuts and rdataset.rdtype == dns.rdatatype.NS)
    ]


def _is_glue(name: dns.name.Name, cuts: Iterable[dns.name.Name]) -> bool:
    return any(name != cut and name.is_subdomain(cut) for cut in cuts)
