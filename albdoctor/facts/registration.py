"""Who holds the domain and what the registrar told the registry."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from albdoctor.facts.groups import Card, Whose
from albdoctor.facts.known import Observed
from albdoctor.facts.mirror import Mirror
from albdoctor.facts.scan import ScanFacts
from albdoctor.facts.values import DnsName, DsData, Moment, Registrar, RegistryServer, Sent, Word


class Registration(Struct, frozen=True, kw_only=True):
    """Registration data from RDAP (RFC 9083) or, where a TLD has none, WHOIS (RFC 3912)."""

    domain: DnsName
    source: Literal["rdap", "whois"]
    server: RegistryServer
    """URL or host:port that answered."""
    registered: bool
    """False only when the registry itself says so (RDAP 404, WHOIS "not found")."""
    registrar: Registrar = ""
    registrar_iana_id: int | None = None
    registrar_url: Registrar = ""
    """Its own page, as the registry names it; empty: it names none."""
    statuses: tuple[Word, ...] = ()
    """RDAP wording, lower case: "client hold", "pending update"."""
    nameservers: tuple[DnsName, ...] = ()
    created: Moment | None = None
    changed: Moment | None = None
    expires: Moment | None = None
    ds: tuple[DsData, ...] = ()


class NamedServer(Mirror, frozen=True, kw_only=True):
    """`Nameserver` of Route 53 Domains."""

    name: Sent[DnsName]


class RegisteredDomain(Mirror, frozen=True, kw_only=True):
    """Route 53 Domains `GetDomainDetail`: the domain is registered in the scanned account."""

    domain_name: DnsName
    nameservers: Sent[tuple[NamedServer, ...]] = ()
    auto_renew: bool | None = None
    registrar_name: Registrar = ""
    expiration_date: Moment | None = None
    status_list: tuple[Word, ...] = ()


RegisteredDomains: TypeAlias = tuple[RegisteredDomain, ...]
"""Empty: the account does not hold the domain's registration."""


REGISTRATION = Card(
    name="registration",
    holds=Registration,
    question="registration data",
    of_the_name=True,
    over_http=True,
    only_helps=True,
    whose=Whose.ANYBODY,
)
REGISTERED_DOMAINS = Card(
    name="registered_domains",
    holds=RegisteredDomains,
    actions=("route53domains:GetDomainDetail",),
    of_the_name=True,
    whose=Whose.HOLDER,
    key=("domain_name",),
)


class RegistrationFacts(ScanFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what is known of the domain's registration."""

    registration: Observed[Registration] = REGISTRATION.not_asked
    registered_domains: Observed[RegisteredDomains] = REGISTERED_DOMAINS.not_asked
