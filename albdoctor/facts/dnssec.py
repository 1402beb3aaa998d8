"""The chain of trust to the scanned host: the keys, DS records and signatures of each signed zone on the way.

Whether a signature verifies is computed where it is seen (`collect`); whether it holds *at a time*, and what follows
from that, is judged from these facts. Keys themselves are public and large: their tag and their digest are enough.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from albdoctor.facts.dns import Answer, DnsFacts
from albdoctor.facts.groups import Card, Whose
from albdoctor.facts.known import Observed
from albdoctor.facts.values import DnsName, DsData, KeyTag, Moment, Word


class Fits(StrEnum):
    """What came of verifying one signature, whatever the time is."""

    YES = "yes"
    NO = "no"
    """It does not verify under the key that it names."""
    NO_KEY = "no-key"
    """The zone has no such key; over DNSKEY records: none that a DS record names."""
    UNSUPPORTED = "unsupported"
    """Its algorithm is not known here (RFC 4035 section 5.2): that breaks nothing."""
    NOT_TRIED = "not-tried"
    """There were more keys or signatures than are tried, or the records were too large to be kept whole."""


class Signature(Struct, frozen=True, kw_only=True):
    """One RRSIG record over one set of records (RFC 4034 section 3)."""

    key_tag: KeyTag
    algorithm: int
    inception: Moment
    expiration: Moment
    fits: Fits


class SignedSet(Struct, frozen=True, kw_only=True):
    """One set of records, as one or several servers gave it with the same signatures."""

    name: DnsName
    type: Word
    servers: tuple[DnsName, ...]
    signatures: tuple[Signature, ...] = ()
    """Those of the zone's own keys."""
    signed_by_others: bool = False
    """It has signatures of another zone: it may belong to a zone below, which the same servers hold."""


class ZoneKey(Struct, frozen=True, kw_only=True):
    """One DNSKEY record (RFC 4034 section 2)."""

    tag: KeyTag
    algorithm: int
    flags: int
    """256: zone key; with 1: secure entry point; with 128: revoked (RFC 5011)."""
    ds: DsData = ""
    """Its DS record, with SHA-256: what the parent would publish for it. Empty: it cannot be made."""
    trusted: bool = False
    """A DS record of the parent, or the trust anchor, is this key's."""


class SignedZone(Struct, frozen=True, kw_only=True):
    """One zone of the chain: what its parent says its keys are, and what it says itself."""

    zone: DnsName
    trusts: tuple[DsData, ...]
    """DS records at the parent; of the root, the trust anchor."""
    answers: tuple[Answer, ...]
    """DNSKEY of the zone asked of its servers: of all of them in the registrable domain and below."""
    keys: tuple[ZoneKey, ...] = ()
    """Of all servers together."""
    left_out: bool = False
    """There are more keys or DS records than are looked at, or some that cannot be read."""
    sets: tuple[SignedSet, ...] = ()
    """DNSKEY and SOA of the zone, DS of the next zone, and of the last the host's own A, AAAA and CNAME."""


class Chain(Struct, frozen=True, kw_only=True):
    """The zones from the top down to the last one that a DS record leads to."""

    zones: tuple[SignedZone, ...] = ()
    """Empty where no DS record leads to the registrable domain: it is not signed, for the world."""
    anchored: bool = False
    """Whether it begins with the root and its trust anchor, instead of the first zone with a DS record."""


DNSSEC = Card(
    name="dnssec",
    holds=Chain,
    question="DNSSEC keys and signatures",
    builds_on=("delegation", "host_answers"),
    of_the_name=True,
    whose=Whose.ANYBODY,
)


class DnssecFacts(DnsFacts, frozen=True, kw_only=True):
    """Adds to a snapshot the chain of trust to the host."""

    dnssec: Observed[Chain] = DNSSEC.not_asked
