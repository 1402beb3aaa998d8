"""Verifies signatures of DNS records with dnspython, whatever the time is; bounded, however many there are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

import dns.dnssec
import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rrset
from cryptography.exceptions import UnsupportedAlgorithm
from dns.dnssectypes import Algorithm, DSDigest
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.DS import DS
from dns.rdtypes.ANY.RRSIG import RRSIG

from albdoctor.collect.dns.records import DATA_CHARACTERS, RECORDS, SECTION_CHARACTERS
from albdoctor.collect.dns.replies import is_said
from albdoctor.facts.dns import Answer, Record
from albdoctor.facts.dnssec import Fits, Signature, SignedSet, SignedZone, ZoneKey

KEYS = 24
"""Keys of one zone that are looked at; a zone in the middle of two rollovers has some eight."""
TRUSTS = 24
"""DS records of one zone that are looked at."""
SIGNATURES = 16
"""Signatures of one set that are looked at."""
TRIES = 150
"""Verifications of one scan. Many keys with one tag times many signatures would cost hours (CVE-2023-50387)."""
UNREAD = (dns.exception.DNSException, ValueError, LookupError, ArithmeticError)
"""What record data of a stranger raises as it is read; `ValueError` is also what the cryptography library raises."""
SUPPORTED = frozenset(
    {
        Algorithm.RSASHA1,
        Algorithm.RSASHA1NSEC3SHA1,
        Algorithm.RSASHA256,
        Algorithm.RSASHA512,
        Algorithm.ECDSAP256SHA256,
        Algorithm.ECDSAP384SHA384,
        Algorithm.ED25519,
        Algorithm.ED448,
    }
)
"""What resolvers validate (RFC 8624 section 3.1); a zone signed with anything else alone counts as unsigned."""
DIGESTS = frozenset({DSDigest.SHA1, DSDigest.SHA256, DSDigest.SHA384})

ZONE, REVOKED = 0x0100, 0x0080
"""Flags of a key (RFC 4034 section 2.1.1, RFC 5011 section 7)."""
BEST_FIRST = (Fits.YES, Fits.NOT_TRIED, Fits.UNSUPPORTED, Fits.NO)
"""Of several keys with one tag, one that fits is enough."""

Group: TypeAlias = tuple[str, str, frozenset[str], frozenset[str]]
"""A set: its name, its type, its data and the data of its signatures."""


class Verifier:
    """What one scan verifies."""

    def __init__(self, tries: int = TRIES) -> None:
        """Nothing was tried yet."""
        self._left = tries
        self.tried = 0
        """How many signatures were verified with a key."""

    def zone(
        self, name: str, trusts: tuple[str, ...], answers: tuple[Answer, ...], said: Sequence[Answer]
    ) -> SignedZone:
        """Describe a zone: by its parent's word on its keys, its servers' keys, and what else they said."""
        keys = Keys(name, trusts, answers)
        return SignedZone(
            zone=name,
            trusts=trusts,
            answers=answers,
            keys=keys.described(),
            left_out=keys.left_out,
            sets=tuple(self._sets(name, (*answers, *said), keys)),
        )

    def _sets(self, zone: str, answers: Iterable[Answer], keys: Keys) -> Iterator[SignedSet]:
        """What answers with authority give for the names they were asked for: each set in each way it is given."""
        given: dict[Group, list[str]] = {}
        cut_off = set[Group]()
        for answer in filter(is_said, answers):
            for group in _groups(answer):
                given.setdefault(group, []).append(answer.server)
                cut_off |= {group} if _is_cut_off(answer) else set()
        for group, servers in given.items():
            yield self._set(zone, group, tuple(dict.fromkeys(servers)), keys, cut_off=group in cut_off)

    def _set(self, zone: str, group: Group, servers: tuple[str, ...], keys: Keys, *, cut_off: bool) -> SignedSet:
        name, type_, data, signed = group
        read = [_rdata(dns.rdatatype.RRSIG, one) for one in sorted(signed)]
        own = [one for one in read if isinstance(one, RRSIG) and _text(one.signer) == zone]
        records = None if cut_off or None in read else _rrset(name, type_, data)
        looked_at = [
            Signature(
                key_tag=str(one.key_tag),
                algorithm=int(one.algorithm),
                inception=datetime.fromtimestamp(one.inception, UTC),
                expiration=datetime.fromtimestamp(one.expiration, UTC),
                fits=Fits.NOT_TRIED if records is None or at >= SIGNATURES else self._fits(records, one, keys),
            )
            for at, one in enumerate(own)
        ]
        return SignedSet(
            name=name,
            type=type_,
            servers=servers,
            signatures=tuple(looked_at[: SIGNATURES + 1]),
            signed_by_others=len(own) < len(read),
        )

    def _fits(self, records: dns.rrset.RRset, signature: RRSIG, keys: Keys) -> Fits:
        if signature.algorithm not in SUPPORTED:
            return Fits.UNSUPPORTED
        over_keys = records.rdtype == dns.rdatatype.DNSKEY
        said = [
            self._try(records, signature, key)
            for key in (keys.entries if over_keys else keys.all)
            if (key.algorithm, dns.dnssec.key_id(key)) == (signature.algorithm, signature.key_tag)
            and (over_keys or _is_zone_key(key))
        ]
        if Fits.YES not in said and keys.left_out:
            return Fits.NOT_TRIED
        return next((fits for fits in BEST_FIRST if fits in said), Fits.NO_KEY)

    def _try(self, records: dns.rrset.RRset, signature: RRSIG, key: DNSKEY) -> Fits:
        if self._left <= 0:
            return Fits.NOT_TRIED
        self._left -= 1
        self.tried += 1
        return _verifies(records, signature, key)


class Keys:
    """The keys of one zone, and those of them that are trusted: a DS record names them."""

    def __init__(self, zone: str, trusts: Sequence[str], answers: Iterable[Answer]) -> None:
        """Read the DNSKEY records of answers."""
        said = [one for one in answers if is_said(one)]
        texts = dict.fromkeys(
            record.data for one in said for record in one.records if (record.type, record.name) == ("DNSKEY", zone)
        )
        read = [_rdata(dns.rdatatype.DNSKEY, one) for one in list(texts)[:KEYS]]
        self.left_out = len(texts) > KEYS or len(trusts) > TRUSTS or None in read or any(map(_is_cut_off, said))
        """Whether there are keys or DS records that nobody looked at."""
        self._zone = dns.name.from_text(zone)
        self.all = [one for one in read if isinstance(one, DNSKEY)]
        named = [one for one in (_rdata(dns.rdatatype.DS, one) for one in trusts[:TRUSTS]) if isinstance(one, DS)]
        self.entries = [key for key in self.all if any(self._is_of(ds, key) for ds in named)]

    def described(self) -> tuple[ZoneKey, ...]:
        """The keys as facts."""
        return tuple(
            ZoneKey(
                tag=str(dns.dnssec.key_id(key)),
                algorithm=int(key.algorithm),
                flags=int(key.flags),
                ds=self._ds(key),
                trusted=key in self.entries,
            )
            for key in self.all
        )

    def _ds(self, key: DNSKEY) -> str:
        made = _digest(self._zone, key, DSDigest.SHA256)
        return made.to_text() if made else ""

    def _is_of(self, ds: DS, key: DNSKEY) -> bool:
        """Whether a DS record is of a key (RFC 4035 section 5.2)."""
        if (ds.algorithm, ds.key_tag) != (key.algorithm, dns.dnssec.key_id(key)) or ds.digest_type not in DIGESTS:
            return False
        made = _digest(self._zone, key, ds.digest_type)
        return made is not None and made.digest == ds.digest and _is_zone_key(key)


def _is_zone_key(key: DNSKEY) -> bool:
    """Whether it may sign the zone's records: a zone key that is not revoked (RFC 4034 section 2.1, RFC 5011)."""
    return key.flags & (ZONE | REVOKED) == ZONE and key.protocol == 3


def _digest(zone: dns.name.Name, key: DNSKEY, kind: int) -> DS | None:
    try:
        return dns.dnssec.make_ds(zone, key, DSDigest(kind), validating=True)
    except UNREAD:
        return None


def _verifies(records: dns.rrset.RRset, signature: RRSIG, key: DNSKEY) -> Fits:
    """Whether a key made a signature; the time is set so that it does not count."""
    only = dns.rdataset.from_rdata(0, key)
    verify = cast("Any", dns.dnssec).validate_rrsig  # chosen at import, without a type
    try:
        verify(records, signature, {signature.signer: only}, now=signature.inception)
    except (dns.exception.UnsupportedAlgorithm, UnsupportedAlgorithm):
        return Fits.UNSUPPORTED  # this machine's policy on cryptography, and no fault of the zone
    except UNREAD:
        return Fits.NO
    return Fits.YES


def _groups(answer: Answer) -> Iterator[Group]:
    """The set of a name in an answer: what was asked for, or the CNAME or DNAME there instead.

    A CNAME that a server makes of a DNAME has no signature of its own (RFC 6672 section 5.3.1): the DNAME has it.
    """
    name = answer.question
    above = [one for one in answer.records if one.type == "DNAME" and name.endswith(f".{one.name}")]
    owner, types = (above[0].name, ("DNAME",)) if above else (name, (answer.type, "CNAME"))
    for type_ in dict.fromkeys(types):
        data = frozenset(one.data for one in answer.records if (one.name, one.type) == (owner, type_))
        if data:
            signed = (one for one in answer.records if one.name == owner and _covers(one, type_))
            yield owner, type_, data, frozenset(one.data for one in signed)


def _covers(record: Record, type_: str) -> bool:
    return record.type == "RRSIG" and record.data.partition(" ")[0] == type_


def _is_cut_off(answer: Answer) -> bool:
    """Whether records of an answer may not have been kept, or not whole."""
    lengths = [len(one.data) for one in answer.records]
    return len(lengths) >= RECORDS or sum(lengths) + DATA_CHARACTERS > SECTION_CHARACTERS or DATA_CHARACTERS in lengths


def _rdata(type_: dns.rdatatype.RdataType, text: str) -> dns.rdata.Rdata | None:
    try:
        return dns.rdata.from_text(dns.rdataclass.IN, type_, text, origin=dns.name.root, relativize=False)
    except UNREAD:
        return None


def _rrset(name: str, type_: str, data: frozenset[str]) -> dns.rrset.RRset | None:
    try:
        return dns.rrset.from_text_list(
            dns.name.from_text(name), 0, dns.rdataclass.IN, type_, data, origin=dns.name.root, relativize=False
        )
    except UNREAD:
        return None


def _text(name: dns.name.Name) -> str:
    return name.canonicalize().to_text(omit_final_dot=name != dns.name.root)
