"""ALB115: the account has two public zones of one name, and the records are in the one that nobody asks."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.changes import batch, copy
from albdoctor.derive.dns.delegation import Delegated, Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.held import Records, answering, held_in
from albdoctor.derive.dns.zones import delegated_away
from albdoctor.facts.known import Known, Unknown
from albdoctor.facts.route53 import HostedZone, RecordSets
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import compared
from albdoctor_checks.fixes import record_copy


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
        en="Two public hosted zones have the same name. The world asks only the one whose name servers are entered at the registrar, or in the zone above, so visitors get no address for {host}.",
        ko="이름이 같은 퍼블릭 호스팅 영역이 둘 있습니다. 도메인 등록 기관이나 상위 영역에 네임서버가 입력된 영역만 질의를 받으므로 방문자는 {host} 주소를 찾지 못합니다.",
    ),
    fixes=record_copy.EVERY,
    breaks={"zone-asked"},
    explains={"zone-duplicate-name"},
    words=Text(
        en=(
            "two hosted zones with the same name, records in the wrong one; "
            "records in other hosted zone; record added to the wrong hosted zone; "
            "edited the wrong hosted zone; duplicate hosted zone"
        ),
        ko=(
            "호스팅 영역이 두 개; 다른 호스팅 영역에 레코드를 추가함; 엉뚱한 호스팅 영역; "
            "같은 이름의 호스팅 영역에 레코드; 호스팅 영역 중복"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/troubleshooting-new-dns-settings-not-in-effect.html",
    ),
)
def delegation_points_to_sibling_zone(
    scan: Scan, domains: DelegatedDomains, record_sets: RecordSets
) -> Iterator[Verdict]:
    """Yield the domain when only a zone that is not delegated holds the host's records."""
    for domain in domains:
        yield _compare(domain, scan.host, record_sets) if domain.fit is Fit.SIBLING else fine(domain.ref)


def _compare(domain: Delegated, host: str, record_sets: RecordSets) -> Verdict:
    held = held_in(record_sets, domain.zone)
    own = answering(held, domain.domain, host)
    away = delegated_away(held, domain.domain, host)
    unread = next((one for one in (own, away) if isinstance(one, Unknown)), None)
    if unread is not None:
        return unread
    nothing = own == Known(()) and away == Known(False)
    return _elsewhere(domain, host, record_sets) if nothing else fine(domain.ref)


def _elsewhere(domain: Delegated, host: str, record_sets: RecordSets) -> Verdict:
    for zone in domain.zones:
        there = answering(held_in(record_sets, zone), domain.domain, host)
        if isinstance(there, Unknown):
            return there
        if there.value:
            return _only_there(domain, host, zone, there.value)
    return fine(domain.ref)


def _only_there(domain: Delegated, host: str, zone: HostedZone, there: Records) -> Verdict:
    return found(
        domain.ref,
        *compared(domain),
        saw(asked.records(domain.zone.id, host), "ResourceRecordSets: []"),
        saw(asked.records(zone.id, host), ", ".join(f"{record.owner} {record.type}" for record in there)),
        fix=record_copy.BY_HAND if any(record.set_identifier for record in there) else record_copy.BY_SCRIPT,
        host=host,
        other_id=zone.id,
        change_batch=batch(map(copy, there)),
        domain=domain.domain,
        zone_id=domain.zone.id,
    )
