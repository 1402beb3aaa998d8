"""ALB138: the hosted zone has no address record for the host."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive.dns.changes import alias, batch, intended
from albdoctor.derive.dns.delegation import Delegated, Fit, delegated
from albdoctor.derive.dns.zones import Records, answering, delegated_away, new_types, records_of, serving_zone
from albdoctor.derive.request.arrival import leads_to_balancer, may_lead_to_balancer
from albdoctor.facts.dns import Delegation, HostAnswers
from albdoctor.facts.elb import Leads, LoadBalancers
from albdoctor.facts.known import UNHEARD_OF, Gap, Known, Observed, Unknown
from albdoctor.facts.route53 import HostedZone, HostedZones, RecordSets
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.alias_fix import BY_HAND, BY_SCRIPT

SERVED_ELSEWHERE = (Fit.OTHER_PROVIDER, Fit.FOREIGN_ACCOUNT)


@check(
    id="ALB138",
    slug="zone-record-missing",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Hosted zone {zone_id} ({zone_name}) has no A, AAAA or CNAME record for {host}",
        ko="호스팅 영역 {zone_id}({zone_name})에 {host} 이름의 A, AAAA, CNAME 레코드가 없습니다",
    ),
    why=Text(
        en="The name has no address, so browsers say that the server cannot be found, and no request reaches the load balancer.",
        ko="이름에 연결된 주소가 없으므로 브라우저는 서버를 찾을 수 없다고 표시하고, 요청이 로드 밸런서까지 가지 못합니다.",
    ),
    fixes=(BY_HAND,),
    shows={"record"},
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",),
)
def zone_record_missing(
    scan: Scan,
    delegation: Delegation,
    hosted_zones: HostedZones,
    record_sets: RecordSets,
    leads: Observed[Leads],
    host_answers: Observed[HostAnswers],
    load_balancers: Observed[LoadBalancers],
) -> Iterator[Verdict]:
    """Yield the zone that serves the host, or will once the delegation is right, when nothing in it answers."""
    zone = serving_zone(hosted_zones, scan.host, Known(delegation))
    if zone is None:
        return
    judged = delegated(zone.name, delegation, hosted_zones)
    records = records_of(record_sets, zone)
    if isinstance(records, Unknown) or isinstance(judged, Unknown):
        yield from (gap for gap in (records, judged) if isinstance(gap, Unknown))
        return
    serves = judged is not None and (judged.live or zone.name == scan.registrable)
    if answering(records.value, zone.name, scan.host) or delegated_away(records.value, zone.name, scan.host):
        yield fine(zone.ref)
    elif strange := new_types(records.value, scan.host):
        detail = f"{scan.host} has a record of type {', '.join(strange)}, which {UNHEARD_OF}"
        yield Unknown(gap=Gap.FAILED, asked="route53:ListResourceRecordSets", detail=detail)
    elif judged and _in_a_twin(scan.host, judged, record_sets):
        return  # ALB115 tells that, and copies the record
    elif serves and judged and judged.fit not in SERVED_ELSEWHERE:
        if isinstance(leads, Unknown) and not judged.live and may_lead_to_balancer(leads, host_answers):
            yield leads  # the record may be where the domain is served now
        elif not leads_to_balancer(leads):
            yield _missing(scan.host, zone, records.value, leads, load_balancers)


def _in_a_twin(host: str, judged: Delegated, record_sets: RecordSets) -> bool:
    """Whether another zone of the same name holds the record while this one is delegated."""
    twins = (records_of(record_sets, zone) for zone in judged.zones if judged.fit is Fit.SIBLING)
    return any(isinstance(twin, Known) and answering(twin.value, judged.domain, host) for twin in twins)


def _missing(
    host: str, zone: HostedZone, records: Records, leads: Observed[Leads], load_balancers: Observed[LoadBalancers]
) -> Verdict:
    balancer = None
    if isinstance(leads, Known) and isinstance(load_balancers, Known):
        balancer = intended(load_balancers.value, leads.value)
    others = sorted({record.type for record in records if record.owner == host})
    return found(
        zone.ref,
        saw(f"route53 ListResourceRecordSets {zone.id} {host}", ", ".join(others) or "ResourceRecordSets: []"),
        fix=BY_SCRIPT if balancer else BY_HAND,
        host=host,
        zone_id=zone.id,
        zone_name=zone.name,
        change_batch=batch([alias(host, balancer)]) if balancer else "",
    )
