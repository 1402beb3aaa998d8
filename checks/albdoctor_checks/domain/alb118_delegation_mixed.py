"""ALB118: the parent names servers of the hosted zone and of somebody else."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import asked_children, misdelegated
from albdoctor_checks.fixes import name_servers


@check(
    id="ALB118",
    slug="delegation-mixed",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} is delegated to the name servers of {zone_named} and also to {foreign}",
        ko="{domain} 도메인이 {zone_named}의 네임서버뿐 아니라 다른 네임서버({foreign})에도 위임되어 있습니다",
    ),
    why=Text(
        en="Each resolver picks one of the name servers: some visitors get your records, others what the foreign servers say. It changes from hour to hour, and ACM validation fails now and then.",
        ko="리졸버마다 네임서버 하나를 골라 질의하므로 어떤 방문자는 내 레코드를, 다른 방문자는 다른 네임서버의 응답을 받습니다. 결과가 수시로 바뀌고 ACM 검증도 간헐적으로 실패합니다.",
    ),
    fixes=name_servers.MOVE.every,
    breaks={"arrival", "validation"},
    words=Text(
        en=(
            "mixed name servers; old and new name servers together; "
            "DNS answers differ from time to time; name servers of two providers; "
            "domain resolves differently each time; sometimes old address"
        ),
        ko=(
            "네임서버 섞임; 예전 네임서버와 새 네임서버가 같이 있음; 조회할 때마다 결과가 다름; "
            "가비아 네임서버와 Route 53 네임서버 혼용; 두 업체 네임서버"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def delegation_mixed(domains: DelegatedDomains, holder: Holder) -> Iterator[Verdict]:
    """Yield the domain when its parent names some of its zone's servers beside servers of somebody else."""
    for domain in domains:
        mixed = domain.fit is Fit.MIXED and not domain.shared
        yield misdelegated(domain, holder, asked_children(domain)) if mixed else fine(domain.ref)
