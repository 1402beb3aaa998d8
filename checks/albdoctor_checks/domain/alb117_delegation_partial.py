"""ALB117: the parent names only some of the hosted zone's name servers."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import misdelegated
from albdoctor_checks.fixes import name_servers


@check(
    id="ALB117",
    slug="delegation-partial",
    severity=WARNING,
    since="0.1",
    message=Text(
        en="{domain} is delegated to {parent_names} only, without the other name servers of {zone_named}: {missing}",
        ko="{domain} 도메인이 {parent_names} 네임서버에만 위임되어 있고 {zone_named}의 나머지 네임서버가 빠져 있습니다: {missing}",
    ),
    why=Text(
        en="Route 53 gives a zone four name servers so that one failure never takes the domain down; with fewer of them, it can.",
        ko="Route 53은 하나가 멈춰도 도메인이 동작하도록 네임서버 네 개를 제공합니다. 일부만 등록하면 네임서버 장애가 사이트 장애로 이어질 수 있습니다.",
    ),
    fixes=name_servers.COMPLETE.every,
    words=Text(
        en=(
            "only two of four name servers entered; missing name server; "
            "entered only some name servers; incomplete name servers; "
            "three name servers instead of four"
        ),
        ko=(
            "네임서버 일부만 등록; 네임서버 2개만 입력; 네임서버 4개 중 일부 누락; "
            "네임서버를 다 안 넣음; 네임서버 하나 빠짐"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def delegation_partial(domains: DelegatedDomains, holder: Holder) -> Iterator[Verdict]:
    """Yield the domain when its parent names a part of its zone's servers and no other."""
    for domain in domains:
        yield misdelegated(domain, holder) if domain.fit is Fit.PARTIAL else fine(domain.ref)
