"""ALB115: the account has two public zones of one name, and the records are in the one that nobody asks."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive.dns.changes import batch, copy
from albdoctor.derive.dns.delegation import Delegated, Fit, delegated
from albdoctor.derive.dns.zones import answering, records_of
from albdoctor.facts.dns import Delegation
from albdoctor.facts.known import Unknown
from albdoctor.facts.route53 import HostedZones, RecordSets
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.nameserver_fix import compared

FIX = Fix(
    summary=Text(
        en="Copy the records of {host} from hosted zone {other_id} into hosted zone {zone_id}, which is the delegated one.",
        ko="호스팅 영역 {other_id}에 있는 {host} 레코드를 실제로 위임된 호스팅 영역 {zone_id}에 복사하세요.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="Only the records of {host} are copied. Compare the two zones for others before you delete the unused one.",
            ko="{host} 레코드만 복사됩니다. 쓰지 않는 영역을 삭제하기 전에 나머지 레코드도 비교하세요.",
        ),
    ),
    script="aws route53 change-resource-record-sets --hosted-zone-id {zone_id} --change-batch {change_batch}",
    console=(
        Text(
            en="Route 53 > Hosted zones > {domain} ({zone_id}) > Create record",
            ko="Route 53 > 호스팅 영역 > {domain} ({zone_id}) > 레코드 생성",
        ),
    ),
    verify="aws route53 list-resource-record-sets --hosted-zone-id {zone_id} --start-record-name {host} --max-items 3",
)

# A record of a routing policy belongs to a set: copying one alone would change what it means.
FIX_OF_A_SET = Fix(
    summary=FIX.summary,
    impact=FIX.impact,
    side_effects=FIX.side_effects,
    console=FIX.console,
    by_hand=Text(
        en="The records of {host} have a routing policy: create the whole set in hosted zone {zone_id} as it is in {other_id}.",
        ko="{host} 레코드에 라우팅 정책이 있습니다. {other_id} 영역에 있는 레코드 전체를 호스팅 영역 {zone_id}에 똑같이 만드세요.",
    ),
    verify=FIX.verify,
)


@check(
    id="ALB115",
    slug="delegation-points-to-sibling-zone",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The records of {host} are in hosted zone {other_id}, but the delegated hosted zone is {zone_id}, which lacks them",
        ko="{host} 레코드가 호스팅 영역 {other_id}에 있지만, 실제로 위임된 호스팅 영역 {zone_id}에는 없습니다",
    ),
    why=Text(
        en="Two public hosted zones have the same name. The world asks only the one whose name servers are entered at the registrar, so visitors get no address for {host}.",
        ko="이름이 같은 퍼블릭 호스팅 영역이 둘 있습니다. 도메인 등록 기관에 네임서버가 입력된 영역만 질의를 받으므로 방문자는 {host} 주소를 찾지 못합니다.",
    ),
    fixes=(FIX,),
    breaks={"zone-asked"},
    explains={"zone-duplicate-name"},
    refs=(
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/troubleshooting-new-dns-settings-not-in-effect.html",
    ),
)
def delegation_points_to_sibling_zone(
    scan: Scan, delegation: Delegation, hosted_zones: HostedZones, record_sets: RecordSets
) -> Iterator[Verdict]:
    """Yield the domain when only a zone that is not delegated holds the host's records."""
    judged = delegated(scan.registrable, delegation, hosted_zones)
    if isinstance(judged, Unknown):
        yield judged
    elif judged is not None:
        yield _compare(judged, scan.host, record_sets) if judged.fit is Fit.SIBLING else fine(judged.ref)


def _compare(judged: Delegated, host: str, record_sets: RecordSets) -> Verdict:
    own = records_of(record_sets, judged.zone)
    if isinstance(own, Unknown) or answering(own.value, judged.domain, host):
        return own if isinstance(own, Unknown) else fine(judged.ref)
    for zone in judged.zones:
        records = records_of(record_sets, zone)
        if isinstance(records, Unknown):
            return records
        there = answering(records.value, judged.domain, host)
        if there:
            return found(
                judged.ref,
                *compared(judged),
                saw(f"route53 ListResourceRecordSets {judged.zone.id} {host}", "ResourceRecordSets: []"),
                saw(
                    f"route53 ListResourceRecordSets {zone.id} {host}", ", ".join(f"{r.owner} {r.type}" for r in there)
                ),
                fix=FIX_OF_A_SET if any(record.set_identifier for record in there) else FIX,
                host=host,
                other_id=zone.id,
                change_batch=batch(map(copy, there)),
                domain=judged.domain,
                zone_id=judged.zone.id,
            )
    return fine(judged.ref)
