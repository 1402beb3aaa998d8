"""ALB102: the registrar or the registry took the domain out of the zone."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.registrars import Holder
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text


@check(
    id="ALB102",
    slug="registrar-on-hold",
    severity=ERROR,
    since="0.1",
    message=Text(en="{domain} is on hold: {statuses}", ko="{domain} 도메인이 정지(hold) 상태입니다: {statuses}"),
    why=Text(
        en="A domain on hold is taken out of DNS whatever its name servers are, so nobody reaches the site. Usual reasons: the registrant's e-mail address was never confirmed, a bill is open, or there was an abuse report.",
        ko="정지된 도메인은 네임서버 설정과 상관없이 DNS에서 빠지므로 아무도 접속할 수 없습니다. 등록자 이메일 미인증, 요금 미납, 어뷰징 신고가 흔한 원인입니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Have the hold lifted at the registrar; changing name servers will not help.",
                ko="도메인 등록 기관에서 정지를 해제하세요. 네임서버를 바꿔도 해결되지 않습니다.",
            ),
            by_hand=Text(
                en="Look for an e-mail of the registrar ({registrar}) that asks you to confirm the registrant's address, and confirm it. If there is none, pay what is open, or ask their support why {domain} is on hold.",
                ko="도메인 등록 기관({registrar})에서 보낸 등록자 확인 메일을 찾아 인증하세요. 메일이 없다면 미납 요금을 결제하거나, {domain} 도메인이 정지된 이유를 고객센터에 문의하세요.",
            ),
            verify="whois {domain}",
        ),
    ),
    breaks={"zone-asked"},
    words=Text(
        en=(
            "clientHold; serverHold; domain suspended; domain on hold; "
            "registrar suspended my domain; abuse hold; unpaid domain bill"
        ),
        ko=("도메인 정지; 도메인 사용 정지; 도메인 홀드; 도메인 미납 정지; clientHold 상태; 도메인 잠김"),
    ),
    refs=("https://www.icann.org/resources/pages/epp-status-codes-2014-06-16-en",),
)
def registrar_on_hold(scan: Scan, holder: Holder) -> Iterator[Verdict]:
    """Yield the domain when its registration data, or Route 53 Domains, shows clientHold or serverHold.

    A hold that comes with the end of the registration goes with its restore, which ALB103 tells.
    """
    domain, registration = Ref(Kind.DOMAIN, scan.registrable), holder.registration
    if holder.holds and not holder.lapsed:
        question = asked.registry(registration, scan.registrable) if registration else asked.held(scan.registrable)
        yield found(
            domain,
            saw(question, ", ".join(holder.holds)),
            domain=scan.registrable,
            statuses=holder.holds,
            registrar=(registration.registrar if registration else "Route 53 Domains") or "-",
        )
    elif holder.in_account or (registration and registration.registered):
        yield fine(domain)
