"""ALB105: the domain is registered, and no name server was entered for it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Verdict, check, fine, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.registration import RegisteredDomains
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import misdelegated
from albdoctor_checks.fixes import name_servers


@check(
    id="ALB105",
    slug="registrar-no-nameservers",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="{domain} is registered without name servers",
        ko="{domain} 도메인이 네임서버 없이 등록되어 있습니다",
    ),
    why=Text(
        en="A registry publishes nothing for a domain without name servers: every name under {domain} answers NXDOMAIN, and ACM cannot validate the certificate.",
        ko="네임서버가 없는 도메인은 레지스트리가 DNS에 올리지 않습니다. {domain} 아래의 모든 이름이 NXDOMAIN으로 응답하고, ACM 인증서 검증도 되지 않습니다.",
    ),
    fixes=name_servers.COMPLETE.every,
    breaks={"zone-asked"},
    words=Text(
        en=(
            "domain status inactive; whois shows no name servers; no name server entered at the registrar; "
            "registered domain does not resolve; just bought a domain and it does not work; "
            "name server fields are empty; domain inactive at the registry"
        ),
        ko=(
            "도메인 상태 inactive; whois에 네임서버가 없음; 네임서버를 입력하지 않음; "
            "도메인을 등록했는데 접속이 안됨; 네임서버 칸이 비어 있음; 도메인 구입 직후 안됨"
        ),
    ),
    refs=("https://www.icann.org/resources/pages/epp-status-codes-2014-06-16-en",),
)
def registrar_no_nameservers(
    domains: DelegatedDomains, holder: Holder, registered_domains: Observed[RegisteredDomains]
) -> Iterator[Verdict]:
    """Yield the domain when its parent delegates it to nobody and its registration names no server."""
    for domain in domains:
        if domain.fit is Fit.MISSING and holder.names_none and not holder.taken_out:
            yield misdelegated(domain, holder, _registered(domain.domain, holder))
        elif domain.fit is not Fit.MISSING or holder.registration is not None or holder.in_account:
            yield fine(domain.ref)
        elif isinstance(registered_domains, Unknown):
            yield registered_domains


def _registered(domain: str, holder: Holder) -> Evidence:
    known = holder.registration
    if known is None:
        return saw(asked.held(domain), "Nameservers: []")
    return saw(asked.registry(known, domain), f"nameservers: [], status: {', '.join(known.statuses) or '-'}")
