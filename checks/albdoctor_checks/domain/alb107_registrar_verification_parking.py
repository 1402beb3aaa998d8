"""ALB107: the domain is parked, most often because the registrant's e-mail was never confirmed."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder, parking_of
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import misdelegated
from albdoctor_checks.fixes import name_servers

CONFIRM = Fix(
    summary=Text(
        en="Confirm the registrant's e-mail address; the name servers come back by themselves.",
        ko="등록자 이메일을 인증하세요. 네임서버는 자동으로 원래대로 돌아옵니다.",
    ),
    by_hand=Text(
        en="Find the registrar's verification e-mail for {domain} (look into the spam folder too), follow its link and wait 1 to 24 hours. The registrar's panel can send it again.",
        ko="도메인 등록 기관이 보낸 {domain} 도메인 인증 메일을 찾아(스팸함도 확인) 링크를 누르고 1~24시간 기다리세요. 도메인 등록 기관의 관리 화면에서 메일을 다시 받을 수도 있습니다.",
    ),
    verify="dig +norecurse +noall +answer +authority NS {domain} @{parent_server}",
)


@check(
    id="ALB107",
    slug="registrar-verification-parking",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} uses parking name servers ({parent_names}), not those of {zone_named}",
        ko="{domain} 도메인이 {zone_named}의 네임서버가 아니라 파킹 네임서버({parent_names})를 쓰고 있습니다",
    ),
    why=Text(
        en="Parking name servers answer with a page of their own instead of your site. Registrars also swap them in when the registrant's e-mail address was never confirmed: nobody touched the settings, and the site is gone.",
        ko="파킹 네임서버는 내 사이트 대신 광고나 안내 페이지로 응답합니다. 등록자 이메일이 인증되지 않으면 아무 설정을 건드리지 않아도 도메인 등록 기관이 파킹 네임서버로 바꿉니다.",
    ),
    fixes=(CONFIRM, *name_servers.MOVE.every),
    breaks={"arrival", "zone-asked"},
    words=Text(
        en=(
            "parking page; parked domain; domain shows advertisements; "
            "coming soon page of the registrar; verify your email address domain; "
            "ICANN verification email; registrant email not confirmed; under construction page"
        ),
        ko=(
            "파킹 페이지; 파킹 네임서버; 도메인 광고 페이지; 도메인 이메일 인증; "
            "등록자 이메일 인증 안 함; 준비 중 페이지; 가비아 안내 페이지가 나옴; "
            "도메인 소유자 인증"
        ),
    ),
    refs=("https://developers.cloudflare.com/registrar/",),
)
def registrar_verification_parking(domains: DelegatedDomains, holder: Holder) -> Iterator[Verdict]:
    """Yield the domain when its parent names only servers of a parking service."""
    for domain in domains:
        parking = parking_of(domain.names)
        unverified = parking is not None and parking.unverified
        if domain.fit is Fit.PARKED:
            yield misdelegated(domain, holder, fix=CONFIRM if unverified else None)
        else:
            yield fine(domain.ref)
