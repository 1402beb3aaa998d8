"""ALB108: the name servers were changed at the registrar, and the parent zone does not show it yet."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import Delegated, Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.derive.request.arrival import Arrival, HttpsAnswer
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import compared, severity_where

FIX = Fix(
    summary=Text(
        en="Wait until {parent_zone} publishes the name servers that {domain} has already; do not enter them again.",
        ko="{parent_zone} 영역에 {domain} 네임서버가 반영될 때까지 기다리세요. 다시 입력할 필요는 없습니다.",
    ),
    by_hand=Text(
        en="Most registries publish a change within minutes, some (.kr among them) a few times a day. Leave the old servers running meanwhile. When nothing has changed after a day, ask the registrar whether the change reached the registry; where Route 53 is the registrar, see how its operation ended:\n"
        "  aws route53domains list-operations --region us-east-1 --sort-by SubmittedDate --sort-order DESC --max-items 5",
        ko="대부분의 레지스트리는 몇 분 안에, .kr 등 일부는 하루에 몇 번 반영합니다. 그동안 예전 네임서버는 그대로 두세요. 하루가 지나도 바뀌지 않으면 변경이 레지스트리에 전달되었는지 도메인 등록 기관에 문의하세요. Route 53에서 등록한 도메인이면 작업 결과를 확인하세요.\n"
        "  aws route53domains list-operations --region us-east-1 --sort-by SubmittedDate --sort-order DESC --max-items 5",
    ),
    verify="dig +norecurse +noall +answer +authority NS {domain} @{parent_server}",
)


@check(
    id="ALB108",
    slug="registrar-publish-lag",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The name servers of {domain} are right at the registrar; {parent_zone} does not show them yet",
        ko="{domain} 네임서버가 도메인 등록 기관에는 올바르게 입력되어 있지만 {parent_zone} 영역에 아직 반영되지 않았습니다",
    ),
    why=Text(
        en="The world asks the servers that the parent zone names. Until the registry publishes the change, visitors are led to the old ones, or to none.",
        ko="전 세계의 DNS 조회는 상위 영역에 등록된 네임서버로 갑니다. 레지스트리가 변경을 반영하기 전에는 예전 네임서버가 쓰이거나 조회가 되지 않습니다.",
    ),
    fixes=(FIX,),
    breaks={"arrival", "zone-asked"},
    words=Text(
        en=(
            "changed name servers and nothing happens; name server change pending; name servers not updated yet; "
            "pendingUpdate; whois shows the new name servers but dig shows the old ones; "
            "how long does a name server change take; registry has not published the change"
        ),
        ko=(
            "네임서버를 바꿨는데 그대로; 네임서버 변경 반영 시간; 네임서버 변경이 안 됨; pendingUpdate; "
            "whois에는 바뀌었는데 조회하면 예전 네임서버; 네임서버 변경 대기"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-name-servers-glue-records.html",),
)
def registrar_publish_lag(
    domains: DelegatedDomains, holder: Holder, arrival: Arrival, https: HttpsAnswer
) -> Iterator[Verdict]:
    """Yield the domain whose registration names the zone's servers of late, and whose parent does not."""
    for domain in domains:
        if domain.fit is not Fit.PUBLISHING:
            yield fine(domain.ref)
            continue
        yield found(
            domain.ref,
            *compared(domain),
            _told(domain, holder),
            severity=severity_where(arrival, https),
            domain=domain.domain,
            parent_zone=domain.parent_zone,
            parent_server=domain.parent_server,
        )


def _told(domain: Delegated, holder: Holder) -> Evidence:
    known, names = holder.registration, ", ".join(sorted(domain.zone.name_servers))
    if known is None or {*known.nameservers} != {*domain.zone.name_servers}:
        return saw(asked.held(domain.domain), f"Nameservers: {names}")
    when = f", last changed {known.changed:%Y-%m-%d %H:%M} UTC" if known.changed else ""
    return saw(asked.registry(known, domain.domain), f"nameservers: {names}{when}")
