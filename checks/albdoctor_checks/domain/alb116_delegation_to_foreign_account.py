"""ALB116: the domain is served by a Route 53 zone that these credentials do not see."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.derive.request.arrival import Arrival, HttpsAnswer
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import asked_children, misdelegated, severity_where
from albdoctor_checks.fixes import name_servers


@check(
    id="ALB116",
    slug="delegation-to-foreign-account",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} is served by another Route 53 hosted zone ({parent_names}), not by {zone_id}: records in {zone_id} have no effect",
        ko="{domain} 도메인이 다른 Route 53 호스팅 영역({parent_names})에 위임되어 있어 {zone_id} 영역의 레코드가 쓰이지 않습니다",
    ),
    why=Text(
        en="The zone that answers belongs to another account, or these credentials cannot list it. What you edit in {zone_id} never reaches visitors or ACM. If the other zone is the right one, scan with its account's --profile too.",
        ko="응답하는 영역은 다른 계정에 있거나 이 자격 증명으로 볼 수 없습니다. {zone_id} 영역에서 수정한 내용은 방문자와 ACM에 보이지 않습니다. 다른 영역이 맞다면 그 계정의 --profile도 함께 지정해 스캔하세요.",
    ),
    fixes=name_servers.MOVE.every,
    breaks={"arrival", "zone-asked"},
    words=Text(
        en=(
            "hosted zone in another account; domain delegated to another AWS account; "
            "zone of a different account; cross account Route 53; dev account has the zone; "
            "colleague's account holds the zone"
        ),
        ko=(
            "다른 계정의 호스팅 영역; 다른 AWS 계정 Route 53; 계정이 달라서 호스팅 영역이 안 보임; "
            "교차 계정 도메인; 회사 계정에 있는 호스팅 영역"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def delegation_to_foreign_account(
    scan: Scan, domains: DelegatedDomains, arrival: Arrival, https: HttpsAnswer, holder: Holder
) -> Iterator[Verdict]:
    """Yield the domain when its parent names only Route 53 servers, none of its zone's, and they answer for it."""
    for domain in domains:
        if domain.fit is not Fit.FOREIGN_ACCOUNT:
            yield fine(domain.ref)
            continue
        yield misdelegated(
            domain,
            holder,
            asked_children(domain),
            doubt=scan.host if arrival.unseen else "",
            severity=severity_where(arrival, https),
        )
