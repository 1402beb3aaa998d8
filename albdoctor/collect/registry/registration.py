"""Who registered the domain, from RDAP where the TLD has it, else from WHOIS."""

from __future__ import annotations

from albdoctor.collect.options import Options
from albdoctor.facts.known import Gap, Observed, Unknown
from albdoctor.facts.registration import Registration


async def registration(options: Options) -> Observed[Registration]:
    """Ask the registry of the domain's TLD; IANA tells the server of a TLD that the bundled lists lack."""
    # Loaded here: httpx takes a while and a scan may not need it.
    from albdoctor.collect.registry.rdap import rdap_base, rdap_registration
    from albdoctor.collect.registry.whois import server_of_tld, whois_registration, whois_servers

    domain = options.registrable
    tld = domain.rpartition(".")[2]
    base = rdap_base(tld)
    if base:
        return await rdap_registration(domain, base, options)
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
