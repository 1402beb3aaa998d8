"""The chain of trust to the host, judged link by link as a validating resolver does (RFC 4035 section 5).

Never broken: what an unknown algorithm or digest guards (section 5.2), what one of several keys, DS records or
signatures answers for, and what nobody tried to verify.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.dns.visited import usable
from albdoctor.derive.names import is_under
from albdoctor.derive.needs import derivation
from albdoctor.facts.dns import Answer, Delegation, ResolverAnswers
from albdoctor.facts.dnssec import DNSSEC, Chain, Fits, Signature, SignedSet, SignedZone, ZoneKey
from albdoctor.facts.known import Gap, Kind, Known, Observed, Ref, Unknown
from albdoctor.facts.snapshot import Scan

ALGORITHMS = frozenset({"5", "7", "8", "10", "13", "14", "15", "16"})
"""Algorithms that resolvers validate (RFC 8624 section 3.1)."""
DIGESTS = frozenset({"1", "2", "4"})
CLOCKS = timedelta(days=1)
"""A machine's clock is not thought to be wrong by more, where the zones above are in time by it."""
VISITED = ("DNSKEY", "DS", "A", "AAAA", "CNAME", "DNAME")
"""Sets without which the host has no address for who validates; SOA stands in denials alone."""


class Fault(StrEnum):
    """How a link can be broken."""

    NO_KEYS = "no keys"
    """The parent has a DS record, and the zone no keys."""
    OTHER_KEYS = "other keys"
    """No DS record is of a key of the zone."""
    EXPIRED = "expired"
    EARLY = "not yet valid"
    MISSING = "no signature"
    WRONG = "wrong signature"


class Broken(Struct, frozen=True, kw_only=True):
    """A set of records that no valid signature stands for, or the keys themselves."""

    fault: Fault
    type: str
    name: str
    servers: tuple[str, ...]
    some: bool
    """Other servers give it right."""
    signature: Signature | None = None
    """The one that holds the longest, where the time is what is wrong."""
    off: timedelta | None = None
    """How far from its time the scan was; None: the time is not what is wrong."""


class Link(Struct, frozen=True, kw_only=True):
    """One zone of the chain, or the domain where no chain leads to it."""

    ref: Ref
    zone: str
    parent_zone: str
    trusts: tuple[str, ...] = ()
    keys: tuple[ZoneKey, ...] = ()
    broken: tuple[Broken, ...] = ()
    """Empty: it holds. At most one kind where the keys are wrong."""
    validated: tuple[str, ...] = ()
    """Resolvers that validated the host all the same: out of their caches, or over a server that has it right."""

    @property
    def fault(self) -> Fault | None:
        """What is wrong first."""
        return next((one.fault for one in self.broken), None)

    @property
    def fails(self) -> bool:
        """Whether who validates gets no address of the host: every server is wrong in what that needs."""
        return not self.validated and any(not one.some and one.type in VISITED for one in self.broken)

    @property
    def by_a_day(self) -> bool:
        """Whether it is the time alone that is wrong, and by less than a day: a clock may be."""
        return bool(self.broken) and all(one.off is not None and one.off < CLOCKS for one in self.broken)


Links: TypeAlias = tuple[Link, ...]
"""From the top down, as far as the chain goes."""


@derivation
def links(
    scan: Scan, delegation: Delegation, dnssec: Observed[Chain], resolver_answers: Observed[ResolverAnswers]
) -> Iterator[Link | Unknown]:
    """Judge each zone of the chain at the time of the scan; a domain without DS records needs none."""
    cut = delegation.cut(scan.registrable)
    if cut is None:
        return
    domain = Ref(Kind.DOMAIN, scan.registrable)
    validated = validating(resolver_answers)
    untold = [] if validated else list(_untold(scan.registrable, delegation))
    yield from untold
    if not cut.ds and untold:
        return
    unsigned = not cut.ds or (isinstance(dnssec, Known) and not dnssec.value.zones)
    if unsigned or (isinstance(dnssec, Unknown) and validated):
        yield Link(ref=domain, zone=cut.zone, parent_zone=cut.parent_zone, validated=validated)
        return
    if isinstance(dnssec, Unknown):
        yield dnssec
        return
    parents = {one.zone: one.parent_zone for one in delegation.cuts}
    right_clock = _clock_is_right(dnssec.value, scan.registrable, scan.taken_at)
    for zone in dnssec.value.zones:
        if not any(map(_is_supported, zone.trusts)):
            return  # for who validates, the zone and all below it are unsigned
        ref = Ref(Kind.DOMAIN, zone.zone) if is_under(zone.zone, scan.registrable) else domain
        broken, unknown = _judged(zone, scan.taken_at, right_clock=right_clock)
        # What could not be seen here, a resolver that has validated the host has seen.
        yield from () if validated else unknown
        if broken or validated or not unknown:
            yield Link(
                ref=ref,
                zone=zone.zone,
                parent_zone=parents.get(zone.zone, ""),
                trusts=zone.trusts,
                keys=zone.keys,
                broken=broken,
                validated=validated,
            )


def _untold(domain: str, delegation: Delegation) -> Iterator[Unknown]:
    """The domain and the zones below of which no server of the zone above said whether there is a DS record."""
    for cut in delegation.cuts:
        said = any(answer.rcode in ("NOERROR", "NXDOMAIN") for answer in cut.ds_answers)
        if is_under(cut.zone, domain) and cut.ds_answers and not cut.ds and not said:
            first = cut.ds_answers[0]
            yield Unknown(gap=Gap.UNREACHABLE, asked=f"DNS DS {cut.zone}", detail=first.error or first.rcode or "")


def validating(resolver_answers: Observed[ResolverAnswers]) -> tuple[str, ...]:
    """The resolvers that answered for the host with the AD flag: they have validated it."""
    known = resolver_answers.value if isinstance(resolver_answers, Known) else ()
    return tuple(one.resolver for one in known if one.a.authenticated and usable(one.a))


def _is_supported(ds: str) -> bool:
    _, algorithm, digest, *_ = (*ds.split(), "", "", "")
    return algorithm in ALGORITHMS and digest in DIGESTS


def _judged(zone: SignedZone, now: datetime, *, right_clock: bool) -> tuple[tuple[Broken, ...], tuple[Unknown, ...]]:
    """What is broken in a zone, and what is not known of it."""
    said = [answer for answer in zone.answers if answer.authoritative and answer.rcode == "NOERROR"]
    without = tuple(answer.server for answer in said if not _has_keys(answer, zone.zone))
    if not said:
        return (), (_gap(zone, ", ".join(dict.fromkeys(one.error or one.rcode or "" for one in zone.answers))),)
    if without:
        some = len(without) < len(said)
        return (Broken(fault=Fault.NO_KEYS, type="DNSKEY", name=zone.zone, servers=without, some=some),), ()
    if not any(key.trusted for key in zone.keys):
        if zone.left_out or zone.zone == ".":
            return (), (_gap(zone, "more keys than are looked at" if zone.left_out else "no key is a trust anchor"),)
        servers = tuple(answer.server for answer in said)
        return (Broken(fault=Fault.OTHER_KEYS, type="DNSKEY", name=zone.zone, servers=servers, some=False),), ()
    asked = frozenset(answer.server for answer in said)
    return _of_sets(zone, asked, now, right_clock=right_clock)


def _has_keys(answer: Answer, zone: str) -> bool:
    return any((record.type, record.name) == ("DNSKEY", zone) for record in answer.records)


def _of_sets(
    zone: SignedZone, asked: frozenset[str], now: datetime, *, right_clock: bool
) -> tuple[tuple[Broken, ...], tuple[Unknown, ...]]:
    states = {one: _state(one, asked, now) for one in zone.sets}
    good = {(one.name, one.type) for one, state in states.items() if state is None}
    broken = [
        _broken(one, state, now, some=(one.name, one.type) in good)
        for one, state in states.items()
        if isinstance(state, Fault)
    ]
    if not right_clock and any(one.fault in (Fault.EXPIRED, Fault.EARLY) for one in broken):
        return (), (_gap(zone, "by this machine's clock no signature holds, of the zones above neither"),)
    untried = [one for one, state in states.items() if state is Fits.NOT_TRIED]
    gaps = (_gap(zone, "signatures that were not verified"),) if untried and not broken else ()
    return tuple(broken), gaps


def _broken(of: SignedSet, fault: Fault, now: datetime, *, some: bool) -> Broken:
    longest = max((each for each in of.signatures if each.fits is Fits.YES), key=_end, default=None)
    off = None
    if longest:
        off = longest.inception - now if fault is Fault.EARLY else now - longest.expiration
    return Broken(fault=fault, type=of.type, name=of.name, servers=of.servers, some=some, signature=longest, off=off)


def _state(of: SignedSet, asked: frozenset[str], now: datetime) -> Fault | Fits | None:
    """How a set stands; None: a signature of the zone holds. Not tried: nobody knows."""
    fits = {one.fits for one in of.signatures}
    if any(one.fits is Fits.YES and one.inception <= now <= one.expiration for one in of.signatures):
        return None
    # Keys that nobody got from one of its servers may be what it is signed with; a zone below may be on the servers.
    unseen = Fits.NO_KEY in fits and not asked.issuperset(of.servers)
    if fits & {Fits.NOT_TRIED, Fits.UNSUPPORTED} or unseen or (of.signed_by_others and Fits.YES not in fits):
        return Fits.NOT_TRIED
    if Fits.YES in fits:
        early = all(one.inception > now for one in of.signatures if one.fits is Fits.YES)
        return Fault.EARLY if early else Fault.EXPIRED
    return Fault.WRONG if fits else Fault.MISSING


def _end(signature: Signature) -> datetime:
    return signature.expiration


def _clock_is_right(chain: Chain, domain: str, now: datetime) -> bool:
    """Whether zones above the domain have signatures that hold by this machine's clock; true where there are none."""
    above = [one for zone in chain.zones if not is_under(zone.zone, domain) for one in _verified(zone.sets)]
    return not above or any(one.inception <= now <= one.expiration for one in above)


def _verified(sets: Iterable[SignedSet]) -> Iterator[Signature]:
    return (one for each in sets for one in each.signatures if one.fits is Fits.YES)


def _gap(zone: SignedZone, detail: str) -> Unknown:
    return Unknown(gap=Gap.UNREACHABLE, asked=DNSSEC.asked, detail=f"{zone.zone}: {detail}")
