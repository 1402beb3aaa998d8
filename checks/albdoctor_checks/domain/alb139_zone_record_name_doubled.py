"""ALB139: the host's record was typed with the zone's name in full, where the zone's name is added."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.changes import batch, copy
from albdoctor.derive.dns.held import ADDRESS_TYPES
from albdoctor.derive.dns.zones import ServingZones
from albdoctor.text import Text

SUMMARY = Text(
    en="Create {host} in hosted zone {zone_id} as {doubled} is.",
    ko="호스팅 영역 {zone_id}에 {doubled} 레코드와 같은 값으로 {host} 레코드를 만드세요.",
)
CONSOLE = (
    Text(
        en="Route 53 > Hosted zones > {zone_name} > Create record: leave out {zone_name} in the name field, which adds it",
        ko="Route 53 > 호스팅 영역 > {zone_name} > 레코드 생성: 이름 칸에는 {zone_name} 부분을 빼고 입력(자동으로 붙음)",
    ),
)
VERIFY = "aws route53 list-resource-record-sets --hosted-zone-id {zone_id} --start-record-name {host} --max-items 3"
SCRIPT = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    script="aws route53 change-resource-record-sets --hosted-zone-id {zone_id} --change-batch {change_batch}",
    console=CONSOLE,
    verify=VERIFY,
)
BY_HAND = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    console=CONSOLE,
    by_hand=Text(
        en="The records of {doubled} have a routing policy: create the whole set anew under {host}.",
        ko="{doubled} 레코드에 라우팅 정책이 있으므로 {host} 이름으로 세트 전체를 새로 만드세요.",
    ),
    verify=VERIFY,
)


@check(
    id="ALB139",
    slug="zone-record-name-doubled",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The record of {host} was created as {doubled}: the zone's name stands in it twice",
        ko="{host} 레코드가 {doubled} 이름으로 만들어졌습니다(영역 이름이 두 번 들어감)",
    ),
    why=Text(
        en="Consoles add the zone's name to what is typed into the name field. Nobody asks for the doubled name, and the right one has no address.",
        ko="콘솔은 이름 칸에 입력한 값 뒤에 영역 이름을 붙입니다. 두 번 들어간 이름은 아무도 조회하지 않으며, 올바른 이름에는 주소가 없습니다.",
    ),
    fixes=(SCRIPT, BY_HAND),
    breaks={"record"},
    words=Text(
        en=(
            "record name doubled; shop.example.shop.example; domain name twice in record; "
            "record name contains zone name twice; typed full name into record name field"
        ),
        ko=(
            "레코드 이름 중복; 도메인이 두 번 들어감; 레코드 이름에 도메인이 두 번; "
            "레코드 이름을 잘못 입력; www.도메인.도메인"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-shared.html",),
)
def zone_record_name_doubled(zones: ServingZones) -> Iterator[Verdict]:
    """Yield the zone that has no record for the host, and one for the host with the zone's name behind it."""
    for here in zones:
        doubled = f"{here.host}.{here.zone.name}"
        typed = () if here.answering() else tuple(one for one in here.at(doubled) if one.type in ADDRESS_TYPES)
        if not typed:
            yield fine(here.zone.ref)
            continue
        routed = any(one.set_identifier for one in typed)
        yield found(
            here.zone.ref,
            saw(asked.records(here.zone.id, doubled), ", ".join(one.type for one in typed)),
            saw(asked.records(here.zone.id, here.host), "ResourceRecordSets: []"),
            fix=BY_HAND if routed else SCRIPT,
            host=here.host,
            doubled=doubled,
            zone_id=here.zone.id,
            zone_name=here.zone.name,
            change_batch="" if routed else batch(copy(replace(one, name=here.host)) for one in typed),
        )
