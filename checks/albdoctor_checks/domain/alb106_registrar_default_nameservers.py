"""ALB106: the registrar publishes its own name servers while a hosted zone waits in the account."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, INFO, Verdict, check, fine
from albdoctor.derive.arrival import leads_to_balancer
from albdoctor.derive.delegation import Fit, delegated
from albdoctor.derive.registrars import default_registrar
from albdoctor.facts.dns import Delegation
from albdoctor.facts.elb import Leads
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.registration import RegisteredDomains, Registration
from albdoctor.facts.route53 import HostedZones
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.nameserver_fix import (
    DELEGATION_EXPLAINS,
    Registry,
    misdelegated,
    name_server_fix,
)


@check(
    id="ALB106",
    slug="registrar-default-nameservers",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} is on the default name servers of {registrar} ({parent_names}), not on those of hosted zone {zone_id}",
        ko="{domain} 도메인이 호스팅 영역 {zone_id}의 네임서버가 아니라 {registrar} 기본 네임서버({parent_names})를 쓰고 있습니다",
    ),
    why=Text(
        en="The world asks the name servers that the registrar publishes. What you enter in Route 53 is never seen, so visitors get a parking page or nothing, and ACM cannot validate.",
        ko="전 세계는 등록기관이 알린 네임서버에 묻습니다. Route 53에 입력한 내용은 보이지 않으므로 방문자는 파킹 페이지를 보거나 접속하지 못하고, ACM 검증도 되지 않습니다.",
    ),
    fix=name_server_fix(),
    explains=DELEGATION_EXPLAINS,
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def registrar_default_nameservers(
    scan: Scan,
    delegation: Delegation,
    hosted_zones: HostedZones,
    leads: Observed[Leads],
    registration: Observed[Registration],
    registered: Observed[RegisteredDomains],
) -> Iterator[Verdict]:
    """Yield the domain when its parent names a registrar's default servers and none of its hosted zone's."""
    judged = delegated(scan.registrable, delegation, hosted_zones)
    if isinstance(judged, Unknown):
        yield judged
    elif judged is not None and judged.fit is Fit.REGISTRAR_DEFAULT:
        owner = default_registrar(judged.names)
        yield misdelegated(
            judged,
            Registry(registration, registered),
            severity=INFO if leads_to_balancer(leads) else None,
            registrar=owner.name if owner else "",
        )
    elif judged is not None:
        yield fine(judged.ref)
