"""ALB138: the hosted zone has no address record for the host."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.changes import alias, batch
from albdoctor.derive.dns.delegation import Delegated, Fit
from albdoctor.derive.dns.held import answering, held_in
from albdoctor.derive.dns.zones import ServingDelegations, ServingZone, ServingZones, unheard_types
from albdoctor.derive.request.arrival import Arrival, IntendedBalancer
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.route53 import RecordSets
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes import alias_record

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
    fixes=alias_record.EVERY,
    shows={"record"},
    words=Text(
        en=(
            "A record not created; no A record; only SOA in dig; record missing; missing DNS record; "
            "could not resolve host; DNS_PROBE_FINISHED_NXDOMAIN; ALB URL works but domain does not; "
            "site can't be reached; server IP address could not be found; "
            "create alias record to load balancer; point domain at ALB; "
            "how to connect domain to load balancer; forgot the alias record; www does not resolve; "
            "dig returns nothing; nslookup can't find; ENOTFOUND; ERR_NAME_NOT_RESOLVED; "
            "load balancer DNS name works domain doesn't; empty answer from dig; "
            "domain resolves to private IP; domain points at the other load balancer; "
            "DNS record for ALB; add A record"
        ),
        ko=(
            "A 레코드 별칭; A 레코드 없음; 레코드 없음; 레코드 누락; 도메인 접속 안됨; "
            "사이트에 연결할 수 없음; 서버 IP 주소를 찾을 수 없습니다; "
            "ALB 주소로는 되는데 도메인은 안됨; 로드밸런서 DNS로는 접속되는데 도메인은 안됨; "
            "별칭 레코드 생성; 도메인을 ALB에 연결; NXDOMAIN; dig 결과 없음; nslookup 안됨; "
            "www 접속 안됨; 도메인 조회 안됨; 레코드 추가; CNAME 레코드 없음; "
            "도메인 로드밸런서 연결; DNS 레코드 설정; ALB DNS 이름으로는 됨"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",),
)
def zone_record_missing(
    scan: Scan,
    delegations: ServingDelegations,
    zones: ServingZones,
    record_sets: RecordSets,
    arrival: Arrival,
    intended: Observed[IntendedBalancer],
) -> Iterator[Verdict]:
    """Yield the zone that serves the host, or will once the delegation is right, when nothing in it answers."""
    for here, delegated in ((zone, of.delegated) for zone, of in zip(zones, delegations, strict=False)):
        if here.answering() or here.delegated_away:
            yield fine(here.zone.ref)
        elif unheard := unheard_types(here.at(scan.host), scan.host):
            yield unheard
        elif _in_a_sibling(scan.host, delegated, record_sets):
            continue  # ALB115 tells that, and copies the record
        elif delegated.fit not in SERVED_ELSEWHERE and (delegated.live or here.zone.name == scan.registrable):
            if arrival.unseen and not delegated.live:
                yield arrival.unseen  # the record may be where the domain is served now
            elif not arrival.at_balancer:
                yield _missing(here, intended.value.balancer if isinstance(intended, Known) else None)


def _in_a_sibling(host: str, delegated: Delegated, record_sets: RecordSets) -> bool:
    """Whether another zone of the same name holds the record while this one is delegated."""
    siblings = (held_in(record_sets, zone) for zone in delegated.zones if delegated.fit is Fit.SIBLING)
    answers = (answering(held, delegated.domain, host) for held in siblings)
    return any(isinstance(one, Known) and one.value for one in answers)


def _missing(here: ServingZone, balancer: LoadBalancer | None) -> Verdict:
    others = sorted({record.type for record in here.at(here.host)})
    return found(
        here.zone.ref,
        saw(asked.records(here.zone.id, here.host), ", ".join(others) or "ResourceRecordSets: []"),
        fix=alias_record.BY_SCRIPT if balancer else alias_record.BY_HAND,
        host=here.host,
        zone_id=here.zone.id,
        zone_name=here.zone.name,
        change_batch=batch([alias(here.host, balancer)]) if balancer else "",
    )
