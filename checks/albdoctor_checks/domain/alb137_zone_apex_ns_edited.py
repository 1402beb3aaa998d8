"""ALB137: the zone's own NS record names servers that do not hold the zone."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Finding, Fix, Impact, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.apex import Apex, Apexes
from albdoctor.derive.dns.changes import TWO_DAYS, batch, redelegate
from albdoctor.text import Text, command

SECOND_PROVIDER = Text(
    en="They are a second provider's, which holds the zone too, on purpose: then the zone above should name them as well.",
    ko="같은 영역을 일부러 함께 제공하는 다른 DNS 업체의 네임서버입니다. 그렇다면 상위 영역에도 등록해야 합니다.",
)
SUMMARY = Text(
    en="Set the NS record of {domain}, in its own zone, to exactly these name servers: {nameservers}.",
    ko="{domain} 영역 자체의 NS 레코드를 다음 네임서버로만 설정하세요: {nameservers}.",
)
VERIFY = "dig +norecurse NS {domain} @{server}"
SCRIPT = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    script="aws route53 change-resource-record-sets --hosted-zone-id {zone_id} --change-batch {change_batch}",
    console=(
        Text(
            en="Route 53 > Hosted zones > {domain} ({zone_id}) > {domain}, type NS > Edit record: the four name servers of the hosted zone's details",
            ko="Route 53 > 호스팅 영역 > {domain} ({zone_id}) > {domain}, 유형 NS > 레코드 편집: 호스팅 영역 세부 정보의 네임서버 4개",
        ),
    ),
    verify=VERIFY,
)
BY_HAND = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    by_hand=Text(
        en="In the account that holds the hosted zone, open the record {domain} of type NS, and replace every name server in it with those of the hosted zone's details:\n  {nameservers[]}",
        ko="호스팅 영역이 있는 계정에서 {domain} NS 레코드를 열고, 네임서버를 모두 호스팅 영역 세부 정보의 네임서버로 바꾸세요.\n  {nameservers[]}",
    ),
    verify=VERIFY,
)


@check(
    id="ALB137",
    slug="zone-apex-ns-edited",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="The NS record in the zone {domain} itself names servers that the zone above does not: {foreign}",
        ko="{domain} 영역 자체의 NS 레코드에 상위 영역에는 없는 네임서버가 있습니다: {foreign}",
    ),
    why=Text(
        en="Resolvers begin with the name servers that the zone above names, and then prefer those that the zone names itself. If these do not hold the zone, the name works at first and fails, or leads elsewhere, when caches are filled again. The record is no place to change the delegation: Route 53 sets it when it makes a hosted zone.",
        ko="리졸버는 상위 영역에 등록된 네임서버에서 시작하지만, 이후에는 영역 자체의 NS 레코드를 우선합니다. 그 네임서버에 영역이 없으면 처음에는 잘 되다가 캐시가 갱신될 때 조회에 실패하거나 다른 곳으로 연결됩니다. 이 레코드는 Route 53이 호스팅 영역을 만들 때 정하며, 위임을 바꾸는 곳이 아닙니다.",
    ),
    fixes=(SCRIPT, BY_HAND),
    words=Text(
        en=(
            "edited NS record in hosted zone; changed NS record at apex; NS record of the zone edited; "
            "NS in hosted zone differs from name servers; parent and child NS differ; "
            "replaced NS record with registrar's name servers; copied zone file with old NS"
        ),
        ko=(
            "호스팅 영역의 NS 레코드를 수정함; NS 레코드 편집; 영역 NS 레코드가 다름; "
            "부모와 자식 NS 불일치; 호스팅 영역 NS 레코드에 가비아 네임서버; NS 레코드를 바꿔버림"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",
        "https://datatracker.ietf.org/doc/html/rfc2181#section-5.4.1",
    ),
)
def zone_apex_ns_edited(zones: Apexes) -> Iterator[Verdict]:
    """Yield each zone on Route 53 whose own NS record names servers that do not belong to it."""
    for zone in zones:
        if not zone.edited:
            yield fine(zone.cut.ref)
        elif zone.added:
            ask = command("dig +norecurse SOA {domain} @{server}", domain=zone.cut.cut.zone, server=zone.foreign[0])
            yield likely(_found(zone), SECOND_PROVIDER, decide=ask)
        else:
            yield _found(zone)


def _found(zone: Apex) -> Finding:
    domain, held, first = zone.cut.cut.zone, zone.held, zone.edited[0]
    named = tuple(server.name for server in zone.cut.cut.nameservers)
    return found(
        zone.cut.ref,
        *(saw(asked.dns("NS", domain, one.server), ", ".join(sorted(one.data("NS")))) for one in zone.edited),
        saw(asked.parent_servers(domain, zone.cut.cut.parent_zone, len(zone.cut.cut.parent_answers)), ", ".join(named)),
        fix=SCRIPT if held else BY_HAND,
        domain=domain,
        foreign=zone.foreign,
        nameservers=held.zone.name_servers if held else named,
        server=first.server,
        zone_id=held.zone.id if held else "",
        change_batch=batch([redelegate(held.zone, TWO_DAYS)]) if held else "",
    )
