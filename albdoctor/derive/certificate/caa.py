"""Whether CAA records let Amazon issue a certificate (RFC 8659, RFC 8657)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.certificate.coverage import PendingCertificates
from albdoctor.derive.certificate.renewing import InService, renewed_by_acm
from albdoctor.derive.certificate.requests import EndedRequests
from albdoctor.derive.needs import derivation
from albdoctor.facts.acm import Certificate
from albdoctor.facts.dns import CaaSet, CaaSets
from albdoctor.facts.known import Gap, Observed, Unknown
from albdoctor.facts.snapshot import Scan

AMAZON = frozenset(("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"))
"""https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html"""
ISSUE, ISSUE_WILD = "issue", "issuewild"
TAGS = frozenset(
    (ISSUE, ISSUE_WILD, "iodef", "issuemail", "issuevmc", "contactemail", "contactphone", "auth", "path", "policy")
)
"""https://www.iana.org/assignments/pkix-parameters/pkix-parameters.xhtml#caa-properties"""
CRITICAL = 128
PARAMETERS_BIND = datetime(2027, 3, 15, tzinfo=UTC)
"""From then on authorities must obey `accounturi` and `validationmethods` (CA/Browser Forum ballot SC-098v2)."""
BY_DNS = frozenset(("dns-01", "ca-tbr-7"))
"""How RFC 8657 and the Baseline Requirements (3.2.2.4.7) name what ACM's CNAME is: a change in DNS."""
PROPERTY = re.compile(r'(?P<flags>\d{1,3})\s+(?P<tag>[A-Za-z0-9]+)\s+"?(?P<value>[^"]*)"?\s*')


class Property(Struct, frozen=True):
    """One CAA record."""

    flags: int
    tag: str
    """Lower case."""
    value: str

    @property
    def issuer(self) -> str:
        """The domain of an authority; empty: nobody is allowed."""
        return self.value.partition(";")[0].strip().rstrip(".").lower()

    @property
    def parameters(self) -> dict[str, str]:
        """What narrows the permission, by name."""
        pairs = (one.partition("=") for one in self.value.split(";")[1:])
        return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}

    @property
    def excludes_acm(self) -> bool:
        """Whether parameters leave no room for a certificate of ACM's that is validated by DNS."""
        methods = self.parameters.get("validationmethods")
        by_dns = methods is None or bool(BY_DNS & {one.strip().lower() for one in methods.split(",")})
        return "accounturi" in self.parameters or not by_dns


class Bar(StrEnum):
    """What in a CAA set keeps Amazon from issuing."""

    ISSUE = "issue"
    """`issue` names others only, or nobody."""
    WILDCARD = "issuewild"
    """`issuewild` does, which alone counts for wildcard names."""
    UNKNOWN_PROPERTY = "critical"
    """A property that is marked critical and that nobody knows (RFC 8659 section 4.1)."""
    PARAMETERS = "parameters"
    """Amazon is named, with parameters that exclude ACM."""


def properties(found: CaaSet) -> tuple[Property, ...]:
    """Read the records; one that cannot be read is left out."""
    read = (PROPERTY.fullmatch(one) for one in found.records)
    return tuple(Property(int(one["flags"]), one["tag"].lower(), one["value"]) for one in read if one)


def unknown(name: str, found: CaaSet | None) -> Unknown | None:
    """Why it is not known what CAA says of a name; None: it is known."""
    question = asked.lookup("CAA", name)
    if found is None:
        return Unknown(gap=Gap.NOT_ASKED, asked=question)
    if found.error:
        return Unknown(gap=Gap.UNREACHABLE, asked=question, detail=found.error)
    unread = next((one for one in found.records if not PROPERTY.fullmatch(one)), None)
    return Unknown(gap=Gap.FAILED, asked=question, detail=f"malformed: {unread}") if unread is not None else None


def bar(found: CaaSet, now: datetime) -> Bar | None:
    """What keeps Amazon from issuing a certificate for the name of a set; None: nothing.

    A set without `issue` (or `issuewild`, for a wildcard name) restricts nobody: `iodef` alone, say.
    """
    every = properties(found)
    if any(one.flags & CRITICAL and one.tag not in TAGS for one in every):
        return Bar.UNKNOWN_PROPERTY
    wild = tuple(one for one in every if one.tag == ISSUE_WILD) if found.name.startswith("*.") else ()
    governing = wild or tuple(one for one in every if one.tag == ISSUE)
    amazons = tuple(one for one in governing if one.issuer in AMAZON)
    if governing and not amazons:
        return Bar.WILDCARD if wild else Bar.ISSUE
    if amazons and now >= PARAMETERS_BIND and all(one.excludes_acm for one in amazons):
        return Bar.PARAMETERS
    return None


class CaaJudged(Struct, frozen=True, kw_only=True):
    """A certificate that ACM is to issue or to renew, and what CAA says to its names."""

    certificate: Certificate
    renewal: bool
    """It is issued and serves: only its renewal is at stake."""
    barred: tuple[tuple[CaaSet, Bar], ...]
    """The names that Amazon may not issue for; empty: it may for all whose sets are known."""
    gaps: tuple[Unknown, ...]
    """Why the sets of names for which it has to issue now are not known."""
    unseen: bool
    """The sets of some names are not known, whether or not that matters now."""

    def by(self, *bars: Bar) -> tuple[CaaSet, ...]:
        """The sets with one of these bars."""
        return tuple(found for found, why in self.barred if why in bars)


CaaVerdicts: TypeAlias = tuple[CaaJudged, ...]


@derivation
def caa_verdicts(
    scan: Scan,
    caa_sets: Observed[CaaSets],
    pending: PendingCertificates,
    ended: EndedRequests,
    in_service: InService,
) -> Iterator[CaaJudged | Unknown]:
    """Judge the names of every certificate for the host that ACM has to issue or to renew.

    Where the records could not be looked up, that is a gap for what has to be issued: a renewal has time.
    """
    wanted = (*(one.certificate for one in pending if one.needed), *(one.certificate for one in ended if one.needed))
    renewing = tuple(one for one in in_service if renewed_by_acm(one))
    if isinstance(caa_sets, Unknown):
        yield from (caa_sets for _ in wanted[:1])
        return
    by_name = {one.name: one for one in caa_sets.value}
    for certificate in dict.fromkeys((*wanted, *renewing)):
        sets = {name: by_name.get(name) for name in certificate.names}
        gaps = {name: gap for name, one in sets.items() if (gap := unknown(name, one))}
        known = (one for name, one in sets.items() if one is not None and name not in gaps)
        bars = ((one, bar(one, scan.taken_at)) for one in known)
        renewal = certificate in renewing
        yield CaaJudged(
            certificate=certificate,
            renewal=renewal,
            barred=tuple((one, why) for one, why in bars if why),
            gaps=() if renewal else tuple(gaps.values()),
            unseen=bool(gaps),
        )
