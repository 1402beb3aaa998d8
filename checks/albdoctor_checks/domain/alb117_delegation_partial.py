"""ALB117: the parent names only some of the hosted zone's name servers."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit, delegated
from albdoctor.facts.dns import Delegation
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.registration import RegisteredDomains, Registration
from albdoctor.facts.route53 import HostedZones
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.nameserver_fix import (
    Registry,
    misdelegated,
    name_server_fix,
)


@check(
    id="ALB117",
    slug="delegation-partial",
    severity=WARNING,
    since="0.1",
    message=Text(
        en="{domain} is delegated to {parent_names} only, without the other name servers of hosted zone {zone_id}: {missing}",
        ko="{domain} 도메인이 {parent_names} 네임서버에만 위임되어 있고 호스팅 영역 {zone_id}의 나머지 네임서버가 빠져 있습니다: {missing}",
    ),
    why=Text(
        en="Route 53 gives a zone four name servers so that one failure never takes the domain down; with fewer of them, it can.",
        ko="Route 53은 하나가 멈춰도 도메인이 동작하도록 네임서버 네 개를 제공합니다. 일부만 등록하면 네임서버 장애가 사이트 장애로 이어질 수 있습니다.",
    ),
    fixes=(name_server_fix(),),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def delegation_partial(
    scan: Scan,
    delegation: Delegation,
    hosted_zones: HostedZones,
    registration: Observed[Registration],
    registered: Observed[RegisteredDomains],
) -> Iterator[Verdict]:
    """Yield the domain when its parent names a part of its zone's servers and no other."""
    judged = delegated(scan.registrable, delegation, hosted_zones)
    if isinstance(judged, Unknown):
        yield judged
    elif judged is not None and judged.fit is Fit.PARTIAL:
        yield misdelegated(
            judged,
            Registry(registration, registered),
        )
    elif judged is not None:
        yield fine(judged.ref)
