"""What recursive resolvers say of the host beside its own servers: what they keep of an earlier state.

Servers may answer each resolver differently (by place, weight or turn), so another answer alone says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.dns.by_servers import apex_names
from albdoctor.derive.dns.delegation import MEANT, parent_names
from albdoctor.derive.dns.domains import WatchedCuts
from albdoctor.derive.dns.held import answering
from albdoctor.derive.dns.private import unreachable
from albdoctor.derive.dns.visited import usable
from albdoctor.derive.dns.zones import ServingZones, is_live
from albdoctor.derive.names import is_under
from albdoctor.derive.needs import derivation
from albdoctor.facts.dns import Answer, Delegation, HostAnswers, Record, ResolverAnswer, ResolverAnswers
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.numbers import whole
from albdoctor.facts.snapshot import Scan

FILTERED = frozenset({15, 16, 17, 18})
"""Blocked, Censored, Filtered, Prohibited: an answer of the resolver's own (RFC 8914 section 4)."""
CACHED_ERROR = 13
FAILURE_SECONDS = 300
"""The longest that a resolver may keep a failure (RFC 9520 section 3.2)."""


class Kept(Struct, frozen=True, kw_only=True):
    """What one resolver keeps of the host, which its servers do not say any more."""

    resolver: str
    said: str
    """Addresses or a CNAME's target; NXDOMAIN, NODATA or SERVFAIL."""
    seconds: int
    """So long at most."""
    nothing: bool = False
    """It gives no address: who asks it gets nowhere."""
    old_servers: tuple[str, ...] = ()
    """Name servers that it keeps for the domain, and that neither the parent nor the zone names."""
    sure: bool = True
    """No other way of answering looks the same."""

    @property
    def negative(self) -> bool:
        """Whether it keeps that there is nothing, rather than something else."""
        return self.said in NOTHING and not self.old_servers


NOTHING = ("NXDOMAIN", "NODATA", "SERVFAIL")


class AtResolvers(Struct, frozen=True, kw_only=True):
    """The host, as its servers and as resolvers tell it."""

    given: tuple[str, ...]
    """What its servers say, all of them."""
    kept: tuple[Kept, ...]
    agreeing: tuple[str, ...]
    """Resolvers that say the same as the servers."""


AtEachResolver: TypeAlias = tuple[AtResolvers, ...]
"""One; none where the servers do not agree that there is an address."""


@derivation
def at_each_resolver(
    scan: Scan,
    delegation: Delegation,
    watched: Observed[WatchedCuts],
    host_answers: HostAnswers,
    resolver_answers: Observed[ResolverAnswers],
    serving: Observed[ServingZones],
) -> Iterator[AtResolvers]:
    """Compare each resolver's answer with the servers', where these settle what is right.

    Of servers that are not the ones meant to be asked, nobody waits to see the answer: nothing is told as kept.
    """
    cuts = watched.value if isinstance(watched, Known) else ()
    asked = resolver_answers.value if isinstance(resolver_answers, Known) else ()
    now = _now(host_answers)
    meant = all(cut.fit in MEANT for cut in cuts)
    if asked and now:
        truth = _Truth(
            host=scan.host,
            domain=scan.registrable,
            given=now,
            ttl=max(one.ttl for answer in host_answers.a for one in _first(answer, scan.host)),
            servers=_servers(scan.registrable, delegation),
            policy=_policy(scan.host, delegation, serving),
        )
        yield AtResolvers(
            given=tuple(sorted(now)),
            kept=tuple(kept for one in asked if meant and (kept := _kept(one, truth))),
            agreeing=tuple(one.resolver for one in asked if _is_same(one.a, truth)),
        )


class Policy(StrEnum):
    """How the record sets of the account answer for the host."""

    FIXED = "fixed"
    """The same values to everybody."""
    ALIAS = "alias"
    """What AWS chooses for the alias's target."""
    ROUTED = "routed"
    """By place, weight or health."""
    NOT_KNOWN = "not-known"


class _Truth(Struct, frozen=True, kw_only=True):
    host: str
    domain: str
    given: frozenset[str]
    ttl: int
    servers: frozenset[str]
    policy: Policy


def _now(answers_: HostAnswers) -> frozenset[str]:
    """The IPv4 addresses and CNAME targets that the servers give; none: not all of them that answered give one."""
    told = [one for one in answers_.a if one.rcode is not None]
    given = {one.data for answer in told for one in _first(answer, answers_.host)}
    sound = all(usable(one) and one.rcode == "NOERROR" and _first(one, answers_.host) for one in told)
    reached = [one for one in answers_.addresses if ":" not in one]
    return frozenset((*given, *reached)) if told and sound and reached else frozenset()


def _servers(domain: str, delegation: Delegation) -> frozenset[str]:
    """Every name server that the parent or the zone itself names; none where the zone's own are not known."""
    cut = delegation.cut(domain)
    own = frozenset[str]().union(*(apex_names(one) for one in cut.child_ns)) if cut else frozenset[str]()
    return own | parent_names(domain, delegation) if own else own


def _policy(host: str, delegation: Delegation, serving: Observed[ServingZones]) -> Policy:
    here = next(iter(serving.value), None) if isinstance(serving, Known) else None
    read = answering(here.held, here.zone.name, host) if here and is_live(here.zone, delegation) else None
    if not isinstance(read, Known) or not read.value:
        return Policy.NOT_KNOWN
    if any(one.set_identifier is not None for one in read.value):
        return Policy.ROUTED
    return Policy.ALIAS if any(one.alias_target for one in read.value) else Policy.FIXED


def _first(answer: Answer, host: str) -> tuple[Record, ...]:
    """The host's own address records, or its CNAME."""
    return tuple(one for one in answer.records if one.name == host and one.type in ("A", "CNAME"))


def _is_same(answer: Answer, truth: _Truth) -> bool:
    return bool({one.data for one in answer.records if one.type in ("A", "CNAME")} & truth.given)


def _kept(one: ResolverAnswer, truth: _Truth) -> Kept | None:
    """What a resolver keeps; None: nothing, or its answer has other explanations."""
    if one.a.rcode is None or one.a.authoritative or FILTERED & {*one.a.extended_errors} or _is_same(one.a, truth):
        return None
    old = tuple(record for record in one.ns.records if record.type == "NS" and record.name == truth.domain)
    foreign = tuple(sorted({record.data for record in old} - truth.servers)) if truth.servers else ()
    addresses = one.a.data("A")
    if unreachable(addresses):
        return None  # a zone of the resolver's own, or its filter
    if first := _first(one.a, truth.host):
        ttl = min(record.ttl for record in first)
        said = ", ".join(sorted(addresses or {record.data for record in first}))
        if foreign or ttl > truth.ttl or truth.policy is Policy.FIXED:
            seconds = max(ttl, *(record.ttl for record in old)) if foreign else ttl
            return _of(one, said, seconds, foreign, nothing=not addresses)
        return None
    return _nothing(one, foreign, max((record.ttl for record in old), default=0), truth)


def _nothing(one: ResolverAnswer, foreign: tuple[str, ...], ns_ttl: int, truth: _Truth) -> Kept | None:
    said = "NODATA" if one.a.rcode == "NOERROR" else one.a.rcode or ""
    if said not in NOTHING:
        return None
    if foreign:
        return _of(one, said, ns_ttl, foreign, nothing=True)
    if said == "SERVFAIL":
        kept = CACHED_ERROR in one.a.extended_errors
        return _of(one, said, FAILURE_SECONDS, (), nothing=True) if kept else None
    seconds = _negative_seconds(one.a.authority, truth.host)
    if not seconds or (said == "NODATA" and truth.policy is Policy.ROUTED):
        return None  # no word of the zone's; or a policy without a default has nothing for the resolver's place
    return _of(one, said, seconds, (), nothing=True, sure=said == "NXDOMAIN" or truth.policy is not Policy.NOT_KNOWN)


def _negative_seconds(authority: Iterable[Record], host: str) -> int:
    """How long a resolver keeps that there is nothing: the SOA record says it (RFC 2308 section 5); 0: none came."""
    soa = next((one for one in authority if one.type == "SOA" and is_under(host, one.name)), None)
    minimum = whole(soa.data.split(" ")[-1]) if soa else None
    return min(soa.ttl, minimum) if soa and minimum else 0


def _of(
    one: ResolverAnswer, said: str, seconds: int, old: tuple[str, ...], *, nothing: bool, sure: bool = True
) -> Kept:
    return Kept(resolver=one.resolver, said=said, seconds=seconds, old_servers=old, nothing=nothing, sure=sure)
