"""Who registered the domain, from RDAP where the TLD has it, else from WHOIS."""

from __future__ import annotations

from albdoctor.collect.options import Options
from albdoctor.derive.names import SOLD_UNDER
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.registration import Registration

CENTRALNIC = "whois.centralnic.com"
"""Knows the names that are sold under most of the domains where this is done; of others it says nothing clear."""
INSTEAD = (Gap.UNREACHABLE, Gap.FAILED, Gap.THROTTLED)
"""What may be asked over WHOIS where RDAP ends so."""


async def registration(options: Options) -> Observed[Registration]:
    """Ask the registry of the domain's TLD over RDAP; where it has none, or that fails, over WHOIS.

    IANA tells the WHOIS server of a TLD that the bundled list lacks. What RDAP failed with is told where WHOIS does not
    help either.
    """
    # Loaded here: httpx takes a while and a scan may not need it.
    from albdoctor.collect.registry.rdap import rdap_base, rdap_registration
    from albdoctor.collect.registry.whois import whois_registration

    domain = options.registrable
    if domain.partition(".")[2] in SOLD_UNDER:  # the registry of the TLD knows nothing of it
        return await whois_registration(domain, CENTRALNIC, options.connect_to)
    base = rdap_base(domain.rpartition(".")[2])
    if not base:
        return await _over_whois(domain, options)
    found = await rdap_registration(domain, base, options)
    if isinstance(found, Known) or found.gap not in INSTEAD:
        return found
    instead = await _over_whois(domain, options)
    return instead if isinstance(instead, Known) else found


async def _over_whois(domain: str, options: Options) -> Observed[Registration]:
    from albdoctor.collect.registry.whois import server_of_tld, whois_registration, whois_servers

    tld = domain.rpartition(".")[2]
    server = whois_servers().servers.get(tld, "")
    if not server:
        learned = await server_of_tld(tld, options.connect_to)
        if isinstance(learned, Unknown):
            return learned
        server = learned.value
    if not server:
        detail = f"no RDAP or WHOIS server is known for .{tld}"
        return Unknown(gap=Gap.NOT_ASKED, asked="registration data", detail=detail)
    return await whois_registration(domain, server, options.connect_to)
