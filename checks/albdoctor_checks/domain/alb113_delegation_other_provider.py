"""ALB113: the domain is served by another DNS provider than the account's hosted zone."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.derive.request.arrival import Arrival, HttpsAnswer
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import asked_children, misdelegated, severity_where
from albdoctor_checks.fixes import name_servers


@check(
    id="ALB113",
    slug="delegation-other-provider",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} is served by {parent_names}, not by hosted zone {zone_id}: records in that zone have no effect",
        ko="{domain} 도메인이 다른 네임서버({parent_names})에 위임되어 있어 호스팅 영역 {zone_id}의 레코드가 쓰이지 않습니다",
    ),
    why=Text(
        en="Only the name servers that the parent zone names are asked, so visitors never see the records of this hosted zone. Unless it is unused on purpose, the domain was never moved to Route 53.",
        ko="상위 영역에 등록된 네임서버만 질의를 받으므로 방문자에게는 이 호스팅 영역의 레코드가 보이지 않습니다. 일부러 쓰지 않는 영역이 아니라면 도메인의 네임서버를 Route 53으로 바꾸지 않은 것입니다.",
    ),
    fixes=name_servers.MOVE.every,
    breaks={"arrival", "zone-asked"},
    words=Text(
        en=(
            "name servers don't match; NS record mismatch; name servers differ from hosted zone; "
            "domain uses another DNS provider; whatsmydns red X; DNS not propagating; "
            "DNS propagation takes days; DNS changes do not show up; waiting 48 hours for DNS; "
            "Cloudflare DNS instead of Route 53; edited Route 53 but nothing changes; "
            "wrong name servers; DNS update not visible; still resolves to the old provider"
        ),
        ko=(
            "네임서버 불일치; NS 레코드 값이 일치하지 않음; DNS 전파가 안 돼요; DNS 전파 시간; "
            "레코드를 바꿔도 반영이 안 됨; 다른 DNS 업체; 네임서버가 다름; "
            "Route 53에서 수정해도 반영 안됨; 48시간 기다려도 안됨; DNS 반영 안 됨; "
            "네임서버 값이 다름; 클라우드플레어 네임서버; 도메인 전파"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def delegation_other_provider(
    scan: Scan, domains: DelegatedDomains, arrival: Arrival, https: HttpsAnswer, holder: Holder
) -> Iterator[Verdict]:
    """Yield the domain when its parent names only servers of somebody else; info when the host works so."""
    for domain in domains:
        if domain.fit is not Fit.OTHER_PROVIDER:
            yield fine(domain.ref)
            continue
        if holder.fixed:
            continue  # ALB110 tells that they cannot be changed
        yield misdelegated(
            domain,
            holder,
            asked_children(domain),
            doubt=scan.host if arrival.unseen else "",
            severity=severity_where(arrival, https),
        )
