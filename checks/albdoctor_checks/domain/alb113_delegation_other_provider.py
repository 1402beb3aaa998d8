"""ALB113: the domain is served by another DNS provider than the account's hosted zone."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, INFO, WARNING, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit, delegated
from albdoctor.derive.request.arrival import answers_over_https, leads_to_balancer, may_lead_to_balancer
from albdoctor.facts.dns import Delegation, HostAnswers
from albdoctor.facts.elb import Leads
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.registration import RegisteredDomains, Registration
from albdoctor.facts.route53 import HostedZones
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import Probes
from albdoctor.text import Text
from albdoctor_checks.domain.nameserver_fix import (
    Registry,
    asked_children,
    misdelegated,
    name_server_fix,
)


@check(
    id="ALB113",
    slug="delegation-other-provider",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} is served by {parent_names}, not by hosted zone {zone_id}: records in that zone have no effect",
        ko="{domain} 도메인이 다른 네임서버({parent_names})에 위임되어 있어 호스팅 영역 {zone_id}의 레코드가 쓰이지 않습니다",
    ),
    why=Text(
        en="Only the name servers that the parent zone names are asked, so visitors never see the records of this hosted zone. Unless it is unused on purpose, the domain was never moved to Route 53.",
        ko="상위 영역에 등록된 네임서버만 질의를 받으므로 방문자에게는 이 호스팅 영역의 레코드가 보이지 않습니다. 일부러 쓰지 않는 영역이 아니라면 도메인의 네임서버를 Route 53으로 바꾸지 않은 것입니다.",
    ),
    fixes=(name_server_fix(),),
    breaks={"arrival", "zone-asked"},
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def delegation_other_provider(
    scan: Scan,
    delegation: Delegation,
    hosted_zones: HostedZones,
    leads: Observed[Leads],
    host_answers: Observed[HostAnswers],
    probes: Observed[Probes],
    registration: Observed[Registration],
    registered: Observed[RegisteredDomains],
) -> Iterator[Verdict]:
    """Yield the domain when its parent names only servers of somebody else; info when the host works so."""
    judged = delegated(scan.registrable, delegation, hosted_zones)
    if isinstance(judged, Unknown):
        yield judged
    elif judged is not None and judged.fit is Fit.OTHER_PROVIDER:
        works = INFO if leads_to_balancer(leads) else WARNING if answers_over_https(host_answers, probes) else None
        yield misdelegated(
            judged,
            Registry(registration, registered),
            asked_children(judged),
            doubt=scan.host if may_lead_to_balancer(leads, host_answers) else "",
            severity=works,
        )
    elif judged is not None:
        yield fine(judged.ref)
