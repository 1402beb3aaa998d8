"""ALB107: the domain is parked, most often because the registrant's e-mail was never confirmed."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine
from albdoctor.derive.delegation import Fit, delegated
from albdoctor.derive.registrars import parking_of
from albdoctor.facts.dns import Delegation
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.registration import RegisteredDomains, Registration
from albdoctor.facts.route53 import HostedZones
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.nameserver_fix import DELEGATION_EXPLAINS, Registry, misdelegated

CONFIRM = Fix(
    summary=Text(
        en="Confirm the registrant's e-mail address; the name servers come back by themselves.",
        ko="등록자 이메일을 인증하세요. 네임서버는 저절로 돌아옵니다.",
    ),
    by_hand=Text(
        en="Find the registrar's verification mail for {domain} (look into the spam folder too), follow its link and wait 1 to 24 hours; or have it sent again in the registrar's panel.",
        ko="등록기관이 보낸 {domain} 도메인 인증 메일을 찾아(스팸함도 확인) 링크를 누르고 1~24시간 기다리세요. 등록기관 관리 화면에서 다시 보낼 수도 있습니다.",
    ),
    verify="dig +norecurse +noall +answer +authority NS {domain} @{parent_server}",
)


@check(
    id="ALB107",
    slug="registrar-verification-parking",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} is on parking name servers ({parent_names}), not on those of hosted zone {zone_id}",
        ko="{domain} 도메인이 호스팅 영역 {zone_id}의 네임서버가 아니라 파킹 네임서버({parent_names})를 쓰고 있습니다",
    ),
    why=Text(
        en="A registrar swaps the name servers of a domain whose registrant never confirmed the e-mail address; nobody touched the settings, and the site is gone.",
        ko="등록자 이메일이 인증되지 않으면 등록기관이 네임서버를 파킹용으로 바꿉니다. 설정을 건드리지 않았는데 사이트가 사라집니다.",
    ),
    fix=CONFIRM,
    explains=DELEGATION_EXPLAINS,
    refs=("https://developers.cloudflare.com/registrar/",),
)
def registrar_verification_parking(
    scan: Scan,
    delegation: Delegation,
    hosted_zones: HostedZones,
    registration: Observed[Registration],
    registered: Observed[RegisteredDomains],
) -> Iterator[Verdict]:
    """Yield the domain when its parent names only servers of a parking service."""
    judged = delegated(scan.registrable, delegation, hosted_zones)
    if isinstance(judged, Unknown):
        yield judged
    elif judged is not None and judged.fit is Fit.PARKED:
        parking = parking_of(judged.names)
        unverified = parking is not None and parking.unverified
        yield misdelegated(judged, Registry(registration, registered), fix=CONFIRM if unverified else None)
    elif judged is not None:
        yield fine(judged.ref)
