"""ALB103: the registration lapsed, and the registry keeps the domain for a restore, or is about to delete it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.registrars import Holder
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.name_servers import PUT_BACK

FIX = Fix(
    summary=Text(
        en="Ask the registrar ({registrar}) to restore {domain} today; changing name servers is not possible.",
        ko="오늘 도메인 등록 기관({registrar})에 {domain} 도메인의 복구를 요청하세요. 이 상태에서는 네임서버를 바꿀 수 없습니다.",
    ),
    side_effects=(PUT_BACK,),
    by_hand=Text(
        en="A lapsed domain stays restorable for about 30 days (redemptionPeriod) and is deleted five days after (pendingDelete); then anybody may register it. A restore costs more than a renewal, and only the registrar that held the domain can do it.",
        ko="만료된 도메인은 약 30일 동안(redemptionPeriod) 복구할 수 있고, 그 뒤 5일이 지나면 삭제되어(pendingDelete) 누구나 등록할 수 있습니다. 복구 비용은 갱신보다 비싸며, 등록되어 있던 기관에서만 할 수 있습니다.",
    ),
    verify="whois {domain}",
)


@check(
    id="ALB103",
    slug="registrar-in-redemption",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The registration of {domain} has lapsed: {statuses}",
        ko="{domain} 도메인의 등록이 만료되었습니다: {statuses}",
    ),
    why=Text(
        en="The registry has taken the domain out of DNS, and visitors find nothing. No setting helps until it is restored.",
        ko="레지스트리가 도메인을 DNS에서 뺐으므로 방문자는 사이트를 찾을 수 없습니다. 복구하기 전에는 어떤 설정도 소용이 없습니다.",
    ),
    fixes=(FIX,),
    breaks={"zone-asked"},
    words=Text(
        en=(
            "redemptionPeriod; pendingDelete; domain lapsed; domain expired and gone; "
            "restore domain; forgot to renew domain; domain was not renewed"
        ),
        ko=(
            "도메인 만료됨; 도메인 복구; 복구 유예 기간 도메인; 도메인 갱신을 안 함; "
            "도메인 기간 만료; 도메인 연장 안 함; pendingDelete"
        ),
    ),
    refs=(
        "https://www.icann.org/resources/pages/epp-status-codes-2014-06-16-en",
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-restore-expired.html",
    ),
)
def registrar_in_redemption(scan: Scan, holder: Holder) -> Iterator[Verdict]:
    """Yield the domain when its registration data, or Route 53 Domains, shows that it awaits a restore or its end."""
    domain, registration = Ref(Kind.DOMAIN, scan.registrable), holder.registration
    if holder.lapsed:
        question = asked.registry(registration, scan.registrable) if registration else asked.held(scan.registrable)
        yield found(
            domain,
            saw(question, ", ".join(holder.lapsed)),
            domain=scan.registrable,
            statuses=holder.lapsed,
            registrar=(registration.registrar if registration else "Route 53 Domains") or "-",
        )
    elif holder.in_account or (registration and registration.registered):
        yield fine(domain)
