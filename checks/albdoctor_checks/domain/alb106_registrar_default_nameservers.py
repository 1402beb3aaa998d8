"""ALB106: the registrar publishes its own name servers while a hosted zone waits in the account."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, INFO, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit, delegated
from albdoctor.derive.dns.registrars import default_registrar
from albdoctor.derive.request.arrival import leads_to_balancer, may_lead_to_balancer
from albdoctor.facts.dns import Delegation, HostAnswers
from albdoctor.facts.elb import Leads
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
    id="ALB106",
    slug="registrar-default-nameservers",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} uses the default name servers of {registrar} ({parent_names}), not those of hosted zone {zone_id}",
        ko="{domain} 도메인이 호스팅 영역 {zone_id}의 네임서버가 아니라 {registrar} 기본 네임서버({parent_names})를 쓰고 있습니다",
    ),
    why=Text(
        en="The world asks the name servers that are entered at the registrar, so nobody sees your records in Route 53. Visitors get a parking page or nothing, and ACM cannot validate the certificate.",
        ko="전 세계의 DNS 조회는 도메인 등록 기관에 입력된 네임서버로 갑니다. Route 53에 만든 레코드는 조회되지 않으므로 방문자는 파킹 페이지를 보거나 접속하지 못하고, ACM 인증서 검증도 되지 않습니다.",
    ),
    fixes=(name_server_fix(),),
    breaks={"arrival", "zone-asked"},
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def registrar_default_nameservers(
    scan: Scan,
    delegation: Delegation,
    hosted_zones: HostedZones,
    leads: Observed[Leads],
    host_answers: Observed[HostAnswers],
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
            doubt=scan.host if may_lead_to_balancer(leads, host_answers) else "",
            severity=INFO if leads_to_balancer(leads) else None,
            registrar=owner.name if owner else "",
        )
    elif judged is not None:
        yield fine(judged.ref)
