"""ALB124: the zone above leads to other name servers than those of the account's zone for a part of the domain."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, WARNING, Verdict, check, fine, found, saw
from albdoctor.checkup.finding import Severity
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import Delegated, Fit
from albdoctor.derive.dns.domains import DelegatedBelow
from albdoctor.derive.request.arrival import Arrival, HttpsAnswer
from albdoctor.text import Text, command
from albdoctor_checks.domain.misdelegated import ON_PURPOSE, asked_children, severity_where
from albdoctor_checks.fixes import ns_record

HOW = {
    Fit.STALE: Text(
        en="they refuse it, because their hosted zone was deleted",
        ko="그 호스팅 영역이 삭제되어 조회를 거부함",
    ),
    Fit.PARTIAL: Text(en="these are only some of the zone's", ko="영역의 네임서버 일부만 있음"),
    Fit.MISTYPED: Text(en="some of them do not exist", ko="존재하지 않는 네임서버가 있음"),
    Fit.MIXED: Text(
        en="servers of somebody else are among them, so that answers change from time to time",
        ko="다른 네임서버가 섞여 있어 응답이 수시로 바뀜",
    ),
    Fit.FOREIGN_ACCOUNT: Text(en="they serve another hosted zone", ko="다른 호스팅 영역을 제공하는 네임서버임"),
}
"""What is wrong with the servers that the zone above names."""
SOMEBODY_ELSE = Text(en="they are another provider's", ko="다른 DNS 업체의 네임서버임")
SERVED_ELSEWHERE = frozenset({Fit.FOREIGN_ACCOUNT, Fit.OTHER_PROVIDER, Fit.REGISTRAR_DEFAULT, Fit.PARKED})


@check(
    id="ALB124",
    slug="subdomain-delegation-mismatch",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The zone above leads {domain} to {parent_names}, not to hosted zone {zone_id}: {how}",
        ko="상위 영역의 {domain} 위임이 호스팅 영역 {zone_id}의 네임서버와 다릅니다({parent_names}): {how}",
    ),
    why=Text(
        en="A zone below the domain is found by an NS record in the zone above it. A hosted zone that is created again gets other name servers, and that record does not follow: names under {domain} fail, or are answered from somewhere else, while the rest of the domain works. It has nothing to do with the registrar.",
        ko="도메인 아래의 영역은 상위 영역의 NS 레코드로 찾아갑니다. 호스팅 영역을 다시 만들면 네임서버가 바뀌지만 그 레코드는 그대로이므로, 도메인의 나머지는 정상인데 {domain} 아래의 이름만 조회에 실패하거나 다른 곳의 응답을 받습니다. 도메인 등록 기관과는 관계없습니다.",
    ),
    fixes=ns_record.EVERY,
    breaks={"arrival", "zone-asked"},
    words=Text(
        en=(
            "subdomain NS record wrong; NS record of subdomain differs from its hosted zone; "
            "subdomain hosted zone recreated; subdomain SERVFAIL but the domain works; "
            "stale NS record for subdomain; parent zone has old name servers of the subdomain; "
            "dev subdomain stopped resolving after recreating its zone; subdomain takeover NS; "
            "dangling NS record"
        ),
        ko=(
            "서브도메인 NS 레코드가 다름; 하위 영역 네임서버 불일치; 서브도메인 호스팅 영역을 다시 만듦; "
            "서브도메인만 SERVFAIL; 서브도메인만 조회 안됨; 상위 영역의 NS 레코드가 예전 값; "
            "하위 도메인 네임서버 변경"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-routing-traffic-for-subdomains.html",
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/protection-from-dangling-dns.html",
    ),
)
def subdomain_delegation_mismatch(below: DelegatedBelow, arrival: Arrival, https: HttpsAnswer) -> Iterator[Verdict]:
    """Yield each zone of the account below the domain that the zone above does not lead to, or not alone."""
    for zone in below:
        domain = zone.delegated
        if domain.fit in (Fit.SOUND, Fit.SIBLING, Fit.MISSING) or domain.shared:
            yield fine(domain.ref)
            continue
        elsewhere = domain.fit in SERVED_ELSEWHERE
        doubt = elsewhere and arrival.unseen is not None
        plan = ns_record.plan(zone, elsewhere=elsewhere)
        yield found(
            domain.ref,
            saw(asked.parent_servers(domain.domain, domain.parent_zone, len(domain.parents)), ", ".join(domain.names)),
            saw(asked.zone(domain.zone.id), f"NameServers: {', '.join(domain.zone.name_servers)}"),
            asked_children(domain),
            severity=severity_where(arrival, https) if elsewhere else _severity(domain),
            alternatives=(ON_PURPOSE,) if doubt else (),
            certainty=LIKELY if doubt else CONFIRMED,
            decide=command("dig +short {host}", host=domain.domain) if doubt else "",
            fix=plan.fix,
            fix_values=plan.values,
            how=HOW.get(domain.fit, SOMEBODY_ELSE),
        )


def _severity(domain: Delegated) -> Severity | None:
    """A warning where some of the named servers serve the zone, and nobody else; None: the check's own."""
    some = domain.fit is Fit.MISTYPED and len(domain.unresolvable) < len(domain.names)
    return WARNING if some or domain.fit is Fit.PARTIAL else None
