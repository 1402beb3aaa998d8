"""ALB106: the registrar publishes its own name servers while a hosted zone waits in the account."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, INFO, Verdict, check, fine
from albdoctor.derive.dns.delegation import DelegatedDomains, Fit
from albdoctor.derive.dns.registrars import Holder, default_registrar
from albdoctor.derive.request.arrival import Arrival
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import misdelegated
from albdoctor_checks.fixes import name_servers


@check(
    id="ALB106",
    slug="registrar-default-nameservers",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} uses the default name servers of {registrar} ({parent_names}), not those of hosted zone {zone_id}",
        ko="{domain} 도메인이 호스팅 영역 {zone_id}의 네임서버가 아니라 {registrar} 기본 네임서버({parent_names})를 쓰고 있습니다",
    ),
    why=Text(
        en="The world asks the name servers that are entered at the registrar, so nobody sees your records in Route 53. Visitors get a parking page or nothing, and ACM cannot validate the certificate.",
        ko="전 세계의 DNS 조회는 도메인 등록 기관에 입력된 네임서버로 갑니다. Route 53에 만든 레코드는 조회되지 않으므로 방문자는 파킹 페이지를 보거나 접속하지 못하고, ACM 인증서 검증도 되지 않습니다.",
    ),
    fixes=name_servers.MOVE.every,
    breaks={"arrival", "zone-asked"},
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def registrar_default_nameservers(
    scan: Scan, domains: DelegatedDomains, arrival: Arrival, holder: Holder
) -> Iterator[Verdict]:
    """Yield the domain when its parent names a registrar's default servers and none of its hosted zone's."""
    for domain in domains:
        if domain.fit is not Fit.REGISTRAR_DEFAULT:
            yield fine(domain.ref)
            continue
        owner = default_registrar(domain.names)
        yield misdelegated(
            domain,
            holder,
            doubt=scan.host if arrival.unseen else "",
            severity=INFO if arrival.at_balancer else None,
            registrar=owner.name if owner else "",
        )
