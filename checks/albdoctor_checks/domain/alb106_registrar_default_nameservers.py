"""ALB106: the registrar publishes its own name servers while a hosted zone waits in the account."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, INFO, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrar_table import REGISTRARS
from albdoctor.derive.dns.registrars import Holder, default_registrar
from albdoctor.derive.request.arrival import Arrival
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import misdelegated
from albdoctor_checks.fixes import name_servers

REGISTRARS_SAID = "; ".join(f"{word} name servers" for registrar in REGISTRARS for word in registrar.words)


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
    words=Text(
        en=(
            "change name servers at registrar; GoDaddy name servers; Gabia name servers; "
            "Namecheap BasicDNS; default name servers of the registrar; "
            "registrar NS different from hosted zone; point domain to Route 53; "
            "bought domain elsewhere and hosted zone in Route 53; Cafe24 name servers; "
            "use Route 53 name servers at my registrar; where do I enter the name servers; "
            "records in Route 53 have no effect; custom name servers; domain not connected to AWS; "
            f"how to connect domain to Route 53; {REGISTRARS_SAID}"
        ),
        ko=(
            "네임서버 변경; 네임서버 설정; 가비아 네임서버 설정; 타사 네임서버; 카페24 네임서버; "
            "후이즈 네임서버; 호스팅케이알 네임서버; 1차 네임서버 2차 네임서버 3차 4차 네임서버; "
            "도메인 연결 안됨; 도메인 연결 방법; 가비아 도메인 Route 53 연결; 가비아 DNS; "
            "가비아에서 산 도메인; 고대디 도메인 연결; 네임서버를 어디에 입력하나요; "
            "가비아 도메인 AWS 연결; 기본 네임서버"
        ),
    ),
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
