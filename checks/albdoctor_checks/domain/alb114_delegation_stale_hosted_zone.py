"""ALB114: the parent still names the Route 53 servers of a hosted zone that is gone."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit, delegated
from albdoctor.facts.dns import Delegation
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.registration import RegisteredDomains, Registration
from albdoctor.facts.route53 import HostedZones
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.nameserver_fix import (
    Registry,
    asked_children,
    misdelegated,
    name_server_fix,
)


@check(
    id="ALB114",
    slug="delegation-stale-hosted-zone",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} is delegated to Route 53 name servers that refuse it ({parent_names}): they belong to a deleted hosted zone, not to {zone_id}",
        ko="{domain} 도메인이 호스팅 영역 {zone_id}의 네임서버가 아니라, 삭제된 호스팅 영역의 응답을 거부하는 네임서버({parent_names})에 위임되어 있습니다",
    ),
    why=Text(
        en="A hosted zone that is created again gets other name servers, and the registrar keeps the old ones until you change them. Until then every lookup fails with SERVFAIL, and somebody else may take the domain over.",
        ko="호스팅 영역을 다시 만들면 네임서버가 바뀌지만 도메인 등록 기관에는 예전 네임서버가 그대로 남습니다. 바꾸기 전까지 모든 조회가 SERVFAIL로 실패하고, 다른 사람이 도메인을 가로챌 위험도 있습니다.",
    ),
    fixes=(name_server_fix(),),
    breaks={"zone-asked"},
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/protection-from-dangling-dns.html",),
)
def delegation_stale_hosted_zone(
    scan: Scan,
    delegation: Delegation,
    hosted_zones: HostedZones,
    registration: Observed[Registration],
    registered: Observed[RegisteredDomains],
) -> Iterator[Verdict]:
    """Yield the domain when its parent names only Route 53 servers, none of its zone's, and all refuse it."""
    judged = delegated(scan.registrable, delegation, hosted_zones)
    if isinstance(judged, Unknown):
        yield judged
    elif judged is not None and judged.fit is Fit.STALE:
        yield misdelegated(
            judged,
            Registry(registration, registered),
            asked_children(judged),
        )
    elif judged is not None:
        yield fine(judged.ref)
