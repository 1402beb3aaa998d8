"""Who serves the scanned domain today, and whether anybody does: what may be created, moved or written to."""

from __future__ import annotations

import re

from msgspec import Struct

from albdoctor.derive.dns.delegation import NO_ADDRESS, is_route53_server, parent_answers, parent_names, usable
from albdoctor.derive.dns.registrars import default_registrar, parking_of
from albdoctor.derive.dns.visited import addresses_of
from albdoctor.derive.names import plain
from albdoctor.derive.needs import derivation
from albdoctor.facts.dns import Cut, Delegation, HostAnswers, ResolverAnswers
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.snapshot import Scan

PROVIDERS = {
    r"[a-z]+\.ns\.cloudflare\.com": "Cloudflare",
    r"ns-cloud-[a-z]\d\.googledomains\.com": "Google Cloud DNS",
    r"ns\d-\d+\.azure-dns\.(com|net|org|info)": "Azure DNS",
    r"dns\d\.p\d+\.nsone\.net": "NS1",
    r"ns\d+\.dnsimple(-edge)?\.(com|net|org|io)": "DNSimple",
    r"ns\d\.digitalocean\.com": "DigitalOcean",
    r"[a-z]+\.dns-parking\.com": "Hostinger",
}
"""Services whose name servers one chooses on purpose; those of registrars are in their own table."""
REFUSING = ("REFUSED", "NOTAUTH")
"""What a server says of a zone that it does not hold. SERVFAIL is also said of one that it holds."""


class ServedDomain(Struct, frozen=True, kw_only=True):
    """Who serves the domain."""

    domain: str
    names: tuple[str, ...]
    """The name servers that the parent names, sorted; empty: none, or it is not known."""
    nobody: bool
    """It was seen that nobody is served: the parent names no server, or each of them turns the domain away."""

    @property
    def by(self) -> str:
        """The servers in words, with the provider where it is known."""
        return servers_in_words(self.names)


@derivation
def served_domain(
    scan: Scan,
    delegation: Observed[Delegation],
    host_answers: Observed[HostAnswers],
    resolver_answers: Observed[ResolverAnswers],
) -> ServedDomain:
    """Tell who serves the scanned domain, as far as it is known."""
    if not isinstance(delegation, Known):
        return ServedDomain(domain=scan.registrable, names=(), nobody=False)
    names = tuple(sorted(parent_names(scan.registrable, delegation.value)))
    visited = addresses_of(host_answers, resolver_answers)
    resolved = _resolved(resolver_answers)
    given = isinstance(visited, tuple) and bool(visited)
    nobody = not given and not resolved and _is_nobody(scan.registrable, delegation.value)
    return ServedDomain(domain=scan.registrable, names=names, nobody=nobody)


def servers_in_words(names: tuple[str, ...]) -> str:
    """Name servers by name, with their provider where it is known."""
    provider = provider_of(names)
    servers = ", ".join(names) or "-"
    return f"{provider} ({servers})" if provider else servers


def provider_of(names: tuple[str, ...]) -> str:
    """The company whose name servers these all are; empty: several, or none that we know."""
    if names and all(map(is_route53_server, names)):
        return "Amazon Route 53"
    for pattern, provider in PROVIDERS.items():
        if names and all(re.fullmatch(pattern, plain(name)) for name in names):
            return provider
    known = default_registrar(names) or parking_of(names)
    return known.name if known else ""


def _is_nobody(domain: str, delegation: Delegation) -> bool:
    """Silence is no proof: servers that are down today serve again tomorrow, mail included."""
    cut = delegation.cut(domain)
    if cut is None:
        told = tuple(answer for answer in parent_answers(domain, delegation) if usable(answer))
        return bool(told) and not any(answer.records for answer in told)
    return bool(cut.nameservers) and _all_refuse(cut)


def _all_refuse(cut: Cut) -> bool:
    """Whether every server has no address, or says at each of its addresses that it does not hold the zone."""
    heard = {answer.server for answer in cut.child_answers}
    absent = (server for server in cut.nameservers if server.name not in heard)
    refusing = all(answer.rcode in REFUSING for answer in cut.child_answers)
    return refusing and all(not server.addresses and server.error in NO_ADDRESS for server in absent)


def _resolved(resolver_answers: Observed[ResolverAnswers]) -> bool:
    """Whether a resolver finds the domain's servers: ours may be turned away where others are not."""
    known = resolver_answers.value if isinstance(resolver_answers, Known) else ()
    return any(one.ns.rcode == "NOERROR" and one.ns.data("NS") for one in known)
