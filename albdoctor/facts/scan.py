"""The question of a scan and who asked it: what every snapshot begins with."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from albdoctor.facts.groups import Card, Whose
from albdoctor.facts.known import Observed
from albdoctor.facts.values import AccountId, ArnText, DnsName, DomainAsWritten, Moment, Place, ScannedHost, ScannedPath

SCHEMA: Literal["albdoctor/facts/1"] = "albdoctor/facts/1"


class Scan(Struct, frozen=True, kw_only=True):
    """The question: which request was followed, when."""

    domain: DomainAsWritten
    """As the user meant it: lower case, U-labels kept."""
    host: ScannedHost
    """The host name as A-labels, lower case, no final dot."""
    registrable: DnsName
    """The registrable domain of the host (one label under an ICANN public suffix, or under a domain like uk.com, where
    names are sold as under one), A-labels."""
    path: ScannedPath = "/"
    named: bool = True
    """False: no name is known to lead to the load balancer, and the host is the balancer's own DNS name (`--all`)."""
    taken_at: Moment
    """UTC."""
    seconds: float = 0.0
    regions: tuple[Place, ...] = ()
    """Regions that were asked."""

    @property
    def url(self) -> str:
        """The request that is followed."""
        return f"https://{self.host}{self.path}"


class Identity(Struct, frozen=True, kw_only=True):
    """Whose eyes the scan had in AWS (STS GetCallerIdentity)."""

    account: AccountId
    arn: ArnText


Identities: TypeAlias = tuple[Identity, ...]

IDENTITIES = Card(
    name="identities",
    holds=Identities,
    # STS answers this to every caller; a policy need not allow it, an explicit deny can still forbid it.
    actions=("sts:GetCallerIdentity",),
    only_helps=True,
    whose=Whose.OWN_RULES,
)


class ScanFacts(Struct, frozen=True, kw_only=True):
    """The first of a line: a Struct has one base, so that each source of facts adds its groups to those before it."""

    schema: Literal["albdoctor/facts/1"] = SCHEMA
    scan: Scan
    identities: Observed[Identities] = IDENTITIES.not_asked
