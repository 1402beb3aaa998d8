"""How zones of the lab are signed (RFC 4034): one key each, and signatures made as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import dns.dnssec
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ec
from dns.dnssectypes import Algorithm, DSDigest
from dns.name import Name
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rrset import RRset

MADE: Any = dns.dnssec
"""Its functions are chosen as it is imported, and have no types."""
ENTRY = 257
"""Flags of a zone key that is a secure entry point too: one key signs everything."""
BEFORE, AFTER = timedelta(days=1), timedelta(days=13)
TTL = 3600


class Signer:
    """Signs one zone. Denials of existence (NSEC) are not made: nobody in the lab asks for a proof."""

    def __init__(self, origin: str) -> None:
        """Make a key."""
        self.origin = dns.name.from_text(origin)
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._public: DNSKEY = MADE.make_dnskey(self._private.public_key(), Algorithm.ECDSAP256SHA256, ENTRY)
        self._sign = lru_cache(256)(self._signature)
        self.renew()

    def renew(self) -> None:
        """Sign anew: from yesterday on, for two weeks."""
        self.held = (_now() - BEFORE, _now() + AFTER)

    def lapse(self) -> None:
        """Sign no more: what there is expired yesterday."""
        self.held = (_now() - AFTER, _now() - BEFORE)

    @property
    def expired(self) -> bool:
        """Whether its signatures are over."""
        return self.held[1] < _now()

    @property
    def ds(self) -> str:
        """The DS record of its key, as data."""
        return dns.dnssec.make_ds(self.origin, self._public, DSDigest.SHA256).to_text()

    def keys(self) -> RRset:
        """The DNSKEY records of the zone."""
        return _rrset(self.origin, self._public)

    def signed(self, rrset: RRset) -> Iterator[RRset]:
        """A set and its signature; what is another zone's stands alone."""
        yield rrset
        if rrset.name.is_subdomain(self.origin):
            yield self._sign(rrset.name, rrset.to_text(), self.held)

    def _signature(self, name: Name, text: str, held: tuple[datetime, datetime]) -> RRset:
        rrset = dns.rrset.from_text_list(
            name,
            int(text.split(" ")[1]),
            dns.rdataclass.IN,
            text.split(" ")[3],
            [line.split(" ", 4)[4] for line in text.split("\n")],
            origin=dns.name.root,
            relativize=False,
        )
        return _rrset(name, MADE.sign(rrset, self._private, self.origin, self._public, *held), rrset.ttl)


def _rrset(name: Name, data: dns.rdata.Rdata, ttl: int = TTL) -> RRset:
    return dns.rrset.from_rdata(name, ttl, data)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
