"""How the parent's name-server set fits the hosted zones of the account: classified once, for every check.

The parent's set is what all parent servers together name; a resolver cannot show it (RFC 1034 section 4.2.2).
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.dns.leaving import Leaving
from albdoctor.derive.dns.registrars import default_registrar, parking_of
from albdoctor.derive.names import plain
from albdoctor.facts.dns import Answer, Delegation, NameServer
from albdoctor.facts.known import Gap, Kind, Ref, Unknown
from albdoctor.facts.partitions import ROUTE53_SERVER
from albdoctor.facts.route53 import HostedZone, HostedZones

PARENTS, CHILDREN = "the parent's servers", "the delegated servers"


class Fit(StrEnum):
    """Every way in which a domain's delegation can relate to the account's zones of that name; exactly one holds."""

    SOUND = "sound"
    """The set of the account's one zone."""
    SIBLING = "sibling"
    """The set of one zone, while other public zones of the same name exist in the account."""
    MISSING = "missing"
    """The parent names no server."""
    PARTIAL = "partial"
    """Some of the zone's servers and no other."""
    MISTYPED = "mistyped"
    """Beside some of the zone's servers, or alone, only names that do not exist."""
    MIXED = "mixed"
    """Some of the zone's servers and servers of somebody else."""
    REGISTRAR_DEFAULT = "registrar-default"
    PARKED = "parked"
    STALE = "stale"
    """Route 53's servers, which hold no such zone any more."""
    FOREIGN_ACCOUNT = "foreign-account"
    """Route 53's servers, which hold a zone that these credentials do not see."""
    OTHER_PROVIDER = "other-provider"
    PUBLISHING = "publishing"
    """Any of those, while the registry or the registrar has the zone's set already, for a short time."""


MEANT = (None, Fit.SOUND, Fit.PARTIAL, Fit.OTHER_PROVIDER, Fit.FOREIGN_ACCOUNT)
"""Delegations whose servers are those of one zone, and meant to be asked; of the others their own checks tell."""


class Delegated(Struct, frozen=True, kw_only=True):
    """A domain that the account holds a public zone for, and what its parent says."""

    domain: str
    parent_zone: str
    fit: Fit
    zone: HostedZone
    """The zone that the parent names; where it names none, the nearest of that name. Where the account's zones cannot
    be seen, what its own servers say of it: it has no id."""
    zones: tuple[HostedZone, ...]
    """Every public zone of that name in the account."""
    names: tuple[str, ...]
    """The parent's set, sorted."""
    missing: tuple[str, ...]
    """Servers of the zone that the parent does not name."""
    foreign: tuple[str, ...]
    """Servers that the parent names and the zone does not have."""
    unresolvable: tuple[str, ...]
    """Servers that the parent names and that have no address."""
    parents: tuple[Answer, ...]
    """The parent servers' answers that can be used."""
    children: tuple[Answer, ...] = ()
    """What the delegated servers said when asked for the zone's SOA."""
    ds: tuple[str, ...] = ()
    """DS records at the parent: moving to servers that do not sign breaks the domain while they stand."""
    ttl: int = 0
    """Seconds that resolvers keep the parent's set; 0: it names none."""
    leaving: Leaving = Leaving()
    """Records of the present servers that the zone lacks, or may lack."""
    shared: bool = False
    """The zone's own servers name all that the parent names, and all of them say the same of the host: where some are
    somebody else's, these are two providers on purpose (RFC 2182)."""
    below: bool = False
    """It is a zone below the registrable domain: a record of the zone above delegates it, and no registrar."""
    above: HostedZone | None = None
    """The account's zone that holds that record; None: it is somebody else's, or that is not known."""

    @property
    def held(self) -> bool:
        """Whether the account was seen to hold the zone."""
        return bool(self.zone.id)

    @property
    def ref(self) -> Ref:
        """Name the domain."""
        return Ref(Kind.DOMAIN, self.domain)

    @property
    def live(self) -> bool:
        """Whether the zone is asked by the world, at least by a part of it."""
        named = self.fit is Fit.PUBLISHING and not {*self.names}.isdisjoint(self.zone.name_servers)
        return named or self.fit in (Fit.SOUND, Fit.SIBLING, Fit.PARTIAL, Fit.MISTYPED, Fit.MIXED)

    @property
    def parent_server(self) -> str:
        """One server of the parent, to ask by hand."""
        return self.parents[0].server


def is_route53_server(name: str) -> bool:
    """Whether a name server is one of Route 53's (ns-N.awsdns-NN.com, .net, .org, .co.uk, …)."""
    return ROUTE53_SERVER.fullmatch(plain(name)) is not None


def route53_address(name: str) -> str:
    """The IPv4 address of one of Route 53's servers, by its number: ns-1079 has 205.251.196.55; empty: not one of them.

    So it is with all of them, and AWS documents it nowhere: it may take an accusation back, and make none.
    """
    server = ROUTE53_SERVER.fullmatch(plain(name))
    if server is None or server["partition"]:
        return ""
    high, low = divmod(int(server["server"]), 256)
    return f"205.251.{192 + high}.{low}"


def _under_their_own_names(
    names: frozenset[str], servers: tuple[NameServer, ...], own: tuple[str, ...]
) -> frozenset[str]:
    """A set in which the zone's servers under names of somebody's own (white label) have Route 53's names.

    Two zones of one name never share a server, so whoever has its address serves the account's zone.
    """
    by_address = {address: name for name in own if (address := route53_address(name))}
    true = {server.name: by_address[one] for server in servers for one in server.addresses if one in by_address}
    return frozenset(true.get(name, name) for name in names)


def usable(answer: Answer) -> bool:
    """Whether an answer says what is there or not: SERVFAIL, REFUSED and silence say neither."""
    return answer.rcode in ("NOERROR", "NXDOMAIN")


def delegated(domain: str, delegation: Delegation, hosted_zones: HostedZones) -> Delegated | Unknown | None:
    """Classify the delegation of a domain against the account's public zones of exactly that name.

    None: the account has no such zone, so there is nothing to compare with.
    Unknown: no parent server, or no server that would decide, gave a usable answer.
    """
    zones = tuple(zone for zone in hosted_zones if not zone.private and zone.name == domain)
    if not zones:
        return None
    parents = parents_of(domain, delegation)
    if not parents:
        return no_answer_of_parents(domain)
    told = parent_names(domain, delegation)
    cut = delegation.cut(domain)
    servers, children = (cut.nameservers, cut.child_answers) if cut else ((), ())
    own_names = {one.id: _under_their_own_names(told, servers, one.name_servers) for one in zones}
    zone = max(zones, key=lambda one: len(own_names[one.id] & frozenset(one.name_servers)))
    names = own_names[zone.id]
    fit = _seen_fit(names, zone, len(zones), servers, children)
    if isinstance(fit, Unknown):
        return fit
    own = frozenset(zone.name_servers)
    return Delegated(
        domain=domain,
        parent_zone=cut.parent_zone if cut else (delegation.cuts[-1].zone if delegation.cuts else "."),
        fit=fit,
        zone=zone,
        zones=zones,
        names=tuple(sorted(told)),
        missing=tuple(name for name in zone.name_servers if name not in names),
        foreign=tuple(sorted(names - own)),
        unresolvable=tuple(sorted(unresolvable_of(servers) & names)),
        parents=parents,
        children=children,
        ds=cut.ds if cut else (),
        ttl=cut.ttl if cut else 0,
        below=domain != delegation.domain,
        shared=cut is not None and _names_all(names, own, cut.child_ns),
    )


def _names_all(names: frozenset[str], own: frozenset[str], told: tuple[Answer, ...]) -> bool:
    """Whether the zone's own servers name all that the parent names; Route 53 itself writes the zone's four alone."""
    answers = [frozenset(map(plain, one.data("NS"))) for one in told if plain(one.server) in own and one.data("NS")]
    return bool(answers) and all(names <= one for one in answers)


def no_answer_of_parents(domain: str) -> Unknown:
    """The gap where no server of the parent zone gave a usable answer."""
    return Unknown(gap=Gap.UNREACHABLE, asked=asked.lookup("NS", domain, PARENTS))


def parent_answers(domain: str, delegation: Delegation) -> tuple[Answer, ...]:
    """What the parent's servers said about the domain, whether they delegate it or not."""
    cut = delegation.cut(domain)
    return cut.parent_answers if cut else delegation.last_answers


def parents_of(domain: str, delegation: Delegation) -> tuple[Answer, ...]:
    """The parent servers' answers that can be used; a CNAME says nothing about who serves the domain."""
    told = parent_answers(domain, delegation)
    return tuple(answer for answer in told if usable(answer) and not answer.data("CNAME"))


def parent_names(domain: str, delegation: Delegation) -> frozenset[str]:
    """The union of the sets that the parent's servers name; empty when they delegate the domain to nobody."""
    cut = delegation.cut(domain)
    if cut:
        return frozenset(server.name for server in cut.nameservers)
    # Servers that hold parent and child answer for the child at once, without a referral.
    return frozenset(
        name for answer in delegation.last_answers if answer.question == domain for name in answer.data("NS")
    )


def _seen_fit(
    names: frozenset[str],
    zone: HostedZone,
    zones: int,
    servers: tuple[NameServer, ...],
    children: tuple[Answer, ...],
) -> Fit | Unknown:
    """The case that holds; a gap where it is undecided, or looks sound, and a server was never asked."""
    fit = _fit(names, zone, zones, unresolvable_of(servers), children)
    unsure = isinstance(fit, Unknown) or fit in (Fit.SOUND, Fit.SIBLING)
    return (_unasked(zone.name, servers, children) if unsure else None) or fit


def _unasked(domain: str, servers: tuple[NameServer, ...], children: tuple[Answer, ...]) -> Unknown | None:
    """The gap where a server was not asked at any of its addresses: right names do not make it the zone's server."""
    heard = frozenset(answer.server for answer in children if not answer.error.startswith(NOT_ASKED))
    errors = {server.name: server.error for server in servers}
    errors |= {answer.server: answer.error for answer in children if answer.error.startswith(NOT_ASKED)}
    refused = (error for name, error in sorted(errors.items()) if name not in heard and error.startswith(NOT_ASKED))
    why = next(refused, None)
    question = asked.lookup("SOA", domain, CHILDREN)
    return Unknown(gap=Gap.NOT_ASKED, asked=question, detail=why.removeprefix(NOT_ASKED)) if why else None


NOT_ASKED = "not asked: "
"""How the error of a question begins that was never sent."""
NO_ADDRESS = ("", "NXDOMAIN", "NODATA", "CNAME")
"""What a look-up of a name server says when the name has no address: a CNAME is none (RFC 2181 section 10.3)."""


def unresolvable_of(servers: tuple[NameServer, ...]) -> frozenset[str]:
    """Names without an address; one whose look-up failed with another error is not known to lack it."""
    return frozenset(server.name for server in servers if not server.addresses and server.error in NO_ADDRESS)


def _fit(
    names: frozenset[str],
    zone: HostedZone,
    zones: int,
    unresolvable: frozenset[str],
    children: tuple[Answer, ...],
) -> Fit | Unknown:
    own = frozenset(zone.name_servers)
    foreign = names - own
    if not names:
        return Fit.MISSING
    if names == own:
        return Fit.SOUND if zones == 1 else Fit.SIBLING
    if names < own:
        return Fit.PARTIAL
    if foreign <= unresolvable:
        return Fit.MISTYPED
    if names & own:
        return Fit.MIXED
    if parking_of(names):
        return Fit.PARKED
    if default_registrar(names):
        return Fit.REGISTRAR_DEFAULT
    if not all(map(is_route53_server, names)):
        return Fit.OTHER_PROVIDER
    return _whose_route53(zone.name, children)


def may_hold(domain: str, delegation: Delegation) -> bool:
    """Whether somebody's zone may answer at the delegated servers: not all that answered refuse the domain."""
    cut = delegation.cut(domain)
    answered = tuple(answer for answer in (cut.child_answers if cut else ()) if answer.rcode is not None)
    return not answered or any(answer.rcode != "REFUSED" for answer in answered)


def _whose_route53(domain: str, children: tuple[Answer, ...]) -> Fit | Unknown:
    """Route 53 answers REFUSED for a zone that it does not hold, and with authority for one that it does."""
    if any(answer.authoritative and answer.rcode == "NOERROR" for answer in children):
        return Fit.FOREIGN_ACCOUNT
    if refused_by_all(children):
        return Fit.STALE
    return Unknown(gap=Gap.UNREACHABLE, asked=asked.lookup("SOA", domain, CHILDREN))


def refused_by_all(children: tuple[Answer, ...]) -> bool:
    """Whether every server that answered refuses the domain."""
    answered = tuple(answer for answer in children if answer.rcode is not None)
    return bool(answered) and all(answer.rcode == "REFUSED" for answer in answered)
