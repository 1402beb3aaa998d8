"""ALB119: a name server at the parent is misspelt: it has no address."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit, delegated
from albdoctor.derive.names import nearest_name
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
    id="ALB119",
    slug="delegation-ns-unresolvable",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} is delegated to name servers that do not exist: {typed}; hosted zone {zone_id} has {meant}",
        ko="{domain} 도메인이 존재하지 않는 네임서버에 위임되어 있습니다: {typed}(호스팅 영역 {zone_id}의 네임서버: {meant})",
    ),
    why=Text(
        en="A misspelt name server has no address, so lookups get slow or fail. Most often the registrar's form appended a suffix, or a letter was lost in copying.",
        ko="철자가 틀린 네임서버는 주소가 없어 DNS 조회가 느려지거나 실패합니다. 도메인 등록 기관의 입력 양식이 뒤에 글자를 덧붙였거나, 복사하다가 글자가 빠진 경우가 많습니다.",
    ),
    fixes=(name_server_fix(),),
    breaks={"zone-asked"},
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def delegation_ns_unresolvable(
    scan: Scan,
    delegation: Delegation,
    hosted_zones: HostedZones,
    registration: Observed[Registration],
    registered: Observed[RegisteredDomains],
) -> Iterator[Verdict]:
    """Yield the domain when the parent names servers without an address, beside the zone's or alone."""
    judged = delegated(scan.registrable, delegation, hosted_zones)
    if isinstance(judged, Unknown):
        yield judged
    elif judged is not None and judged.fit is Fit.MISTYPED:
        yield misdelegated(
            judged,
            Registry(registration, registered),
            severity=None if len(judged.unresolvable) == len(judged.names) else WARNING,
            typed=judged.foreign,
            meant=tuple(
                nearest_name(name, judged.missing or judged.zone.name_servers) or "-" for name in judged.foreign
            ),
        )
    elif judged is not None:
        yield fine(judged.ref)
