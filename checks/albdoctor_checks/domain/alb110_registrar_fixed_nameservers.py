"""ALB110: the registrar admits no name servers but its own, so that the hosted zone can never be asked."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.derive.request.arrival import Arrival, HttpsAnswer
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import misdelegated, severity_where
from albdoctor_checks.fixes import name_servers


@check(
    id="ALB110",
    slug="registrar-fixed-nameservers",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="{domain} is registered at {fixed}, which allows no name servers but its own: hosted zone {zone_id} is never asked",
        ko="{domain} 도메인의 등록 기관인 {fixed}에서는 자체 네임서버만 쓸 수 있어 호스팅 영역 {zone_id}의 레코드가 쓰이지 않습니다",
    ),
    why=Text(
        en="A domain there cannot be delegated to Route 53, whatever its panel is told. The records have to be where its DNS is, or the domain has to move.",
        ko="이 등록 기관의 도메인은 Route 53으로 위임할 수 없습니다. 레코드를 지금 DNS를 제공하는 곳에 만들거나 도메인을 이전해야 합니다.",
    ),
    fixes=(name_servers.MOVE.not_changeable,),
    breaks={"arrival", "zone-asked"},
    words=Text(
        en=(
            "Cloudflare Registrar name servers cannot be changed; change name servers on Cloudflare domain; "
            "Cloudflare Registrar with Route 53; domain bought at Cloudflare; custom nameservers Cloudflare; "
            "registrar does not let me change name servers"
        ),
        ko=(
            "클라우드플레어 도메인 네임서버 변경; 클라우드플레어에서 산 도메인; 네임서버를 바꿀 수 없음; "
            "클라우드플레어 등록 기관 Route 53; 네임서버 변경 메뉴가 없음"
        ),
    ),
    refs=("https://developers.cloudflare.com/registrar/faq/",),
)
def registrar_fixed_nameservers(
    scan: Scan, domains: DelegatedDomains, holder: Holder, arrival: Arrival, https: HttpsAnswer
) -> Iterator[Verdict]:
    """Yield the domain that another provider serves because its registrar wants it so; info when the host works so."""
    known, fixed = holder.registration, holder.fixed
    for domain in domains:
        if known is None or fixed is None or domain.fit is not Fit.OTHER_PROVIDER:
            yield from (fine(domain.ref),) if known else ()
            continue
        yield misdelegated(
            domain,
            holder,
            saw(asked.registry(known, domain.domain), known.registrar or str(known.registrar_iana_id)),
            doubt=scan.host if arrival.unseen else "",
            severity=severity_where(arrival, https),
            fixed=fixed.name,
        )
