"""Builders of the chain of trust: each gives a plain, sound thing."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from albdoctor.facts.dns import Answer, Record, ResolverAnswer
from albdoctor.facts.dnssec import Chain, Fits, Signature, SignedSet, SignedZone, ZoneKey
from tests.support.build import NOW
from tests.support.build_dns import DOMAIN, OURS, answer

DS = f"12345 13 2 {'ab' * 32}"
OTHER_DS = f"999 13 2 {'cd' * 32}"
DAY = timedelta(days=1)


def signature(
    *,
    inception: datetime = NOW - DAY,
    expiration: datetime = NOW + 13 * DAY,
    fits: Fits = Fits.YES,
    algorithm: int = 13,
) -> Signature:
    """A signature that holds."""
    return Signature(key_tag="12345", algorithm=algorithm, inception=inception, expiration=expiration, fits=fits)


def signed_set(
    type_: str,
    *signatures: Signature,
    name: str = DOMAIN,
    servers: tuple[str, ...] = (OURS[0],),
    sets: tuple[Signature, ...] | None = None,
    others: bool = False,
) -> SignedSet:
    """A set of records with a signature that holds; `sets`: with these alone, or none."""
    given = signatures if sets is None else sets
    if sets is None and not given:
        given = (signature(),)
    return SignedSet(name=name, type=type_, servers=servers, signatures=given, signed_by_others=others)


def key(tag: str = "12345", flags: int = 257, ds: str = DS, *, trusted: bool = True) -> ZoneKey:
    """A key that a DS record names."""
    return ZoneKey(tag=tag, algorithm=13, flags=flags, ds=ds, trusted=trusted)


def keys_answer(*tags: str, server: str = OURS[0], zone: str = DOMAIN, rcode: str = "NOERROR") -> Answer:
    """What a server said when it was asked for the keys."""
    said = answer(question=zone, type_="DNSKEY", server=server, rcode=rcode)
    return replace(said, records=tuple(Record(name=zone, type="DNSKEY", ttl=300, data=tag) for tag in tags))


def signed_zone(
    *,
    zone: str = DOMAIN,
    trusts: tuple[str, ...] = (DS,),
    keys: tuple[ZoneKey, ...] = (key(),),
    answers: tuple[Answer, ...] = (),
    sets: tuple[SignedSet, ...] = (signed_set("DNSKEY"), signed_set("A")),
    left_out: bool = False,
) -> SignedZone:
    """A zone whose chain holds."""
    said = answers or (keys_answer("key", zone=zone),)
    return SignedZone(zone=zone, trusts=trusts, answers=said, keys=keys, sets=sets, left_out=left_out)


def chain(*zones: SignedZone) -> Chain:
    """The chain through these zones."""
    return Chain(zones=zones)


def resolver(
    rcode: str = "SERVFAIL", unchecked: str | None = None, *codes: int, authenticated: bool = False
) -> ResolverAnswer:
    """What a resolver says of the host, and with checking disabled."""
    a = answer(server="192.0.2.53", type_="A", rcode=rcode)
    said = replace(a, extended_errors=codes, authenticated=authenticated, recursion_available=True)
    cd = replace(a, rcode=unchecked) if unchecked else None
    return ResolverAnswer(resolver="192.0.2.53", a=said, aaaa=said, ns=said, without_checking=cd)
