"""ALB117: the parent names only some of the hosted zone's name servers."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Verdict, check, fine
from albdoctor.derive.delegation import Fit, delegated
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
        en="The parent of {domain} names only {parent_names}; {missing} of hosted zone {zone_id} are missing",
        ko="{domain} 도메인의 상위 영역에는 {parent_names}만 있고, 호스팅 영역 {zone_id}의 {missing} 서버가 빠져 있습니다",
    ),
    why=Text(
        en="Route 53 keeps its four servers apart so that one failure never takes the domain down; with fewer, it can.",
        ko="Route 53의 네 서버는 하나가 멈춰도 도메인이 살아 있도록 서로 분리되어 있습니다. 일부만 등록하면 그 보호가 약해집니다.",
    ),
    fix=name_server_fix(),
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
