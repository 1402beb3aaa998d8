"""ALB104: the registration ends soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from albdoctor.checkup import ERROR, WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.facts.known import Kind, Known, Observed, Ref
from albdoctor.facts.registration import RegisteredDomains, Registration
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

SOON = timedelta(days=30)
AT_ONCE = timedelta(days=7)


@check(
    id="ALB104",
    slug="registrar-expiring",
    severity=WARNING,
    since="0.1",
    message=Text(
        en="The registration of {domain} ends on {expires} ({days} days left)",
        ko="{domain} 도메인 등록이 {expires}에 만료됩니다({days}일 남음)",
    ),
    why=Text(
        en="When a registration ends, the registrar parks the domain or the registry deletes it: site, mail and certificate renewal stop at once.",
        ko="등록이 만료되면 도메인이 파킹되거나 삭제되어 사이트, 메일, 인증서 갱신이 한꺼번에 멈춥니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Renew {domain} at its registrar ({registrar}) and turn auto-renewal on.",
                ko="도메인 등록 기관({registrar})에서 {domain} 도메인을 연장하고 자동 연장을 켜세요.",
            ),
            by_hand=Text(
                en="Sign in to the registrar ({registrar}), renew {domain} and turn auto-renewal on. Check that the card on file is valid.",
                ko="도메인 등록 기관({registrar})에 로그인해 {domain} 도메인을 연장하고 자동 연장을 켜세요. 등록된 결제 수단이 유효한지도 확인하세요.",
            ),
            verify="whois {domain}",
        ),
    ),
    words=Text(
        en=("domain expires soon; domain renewal reminder; auto renew domain off; domain expiry date"),
        ko="도메인 만료 예정; 도메인 곧 만료; 도메인 연장; 도메인 자동 연장; 도메인 갱신 시기",
    ),
    refs=("https://www.rfc-editor.org/rfc/rfc9083",),
)
def registrar_expiring(
    scan: Scan, registration: Registration, registered_domains: Observed[RegisteredDomains]
) -> Iterator[Verdict]:
    """Yield the domain when its registration ends within 30 days and nothing renews it by itself."""
    domain = Ref(Kind.DOMAIN, scan.registrable)
    if registration.expires is None:
        return
    left = registration.expires - scan.taken_at
    if left >= SOON or _renews(registered_domains):
        yield fine(domain)
    else:
        yield found(
            domain,
            saw(asked.registry(registration, scan.registrable), _day(registration.expires)),
            severity=ERROR if left < AT_ONCE else None,
            domain=scan.registrable,
            expires=_day(registration.expires),
            days=left.days,
            registrar=registration.registrar or "-",
        )


def _renews(registered_domains: Observed[RegisteredDomains]) -> bool:
    return isinstance(registered_domains, Known) and any(domain.auto_renew for domain in registered_domains.value)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
