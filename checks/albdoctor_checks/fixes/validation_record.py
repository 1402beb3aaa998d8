"""The CNAME records that ACM waits for: published where the names are served, or left to a corrected delegation."""

from __future__ import annotations

from albdoctor.checkup import Caution, Fix
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.dns.changes import batch, delete, validation
from albdoctor.derive.names import plain
from albdoctor.facts.acm import Certificate, ValidationRecord
from albdoctor.text import Text, Value
from albdoctor_checks.fixes import publish
from albdoctor_checks.fixes.plan import Plan

SCRIPT = """\
aws route53 change-resource-record-sets --hosted-zone-id {zone_id[]} --change-batch {change_batch[]}
aws acm wait certificate-validated --region {region} --certificate-arn {arn}
aws elbv2 add-listener-certificates --region {region} --listener-arn {listener[]} --certificates CertificateArn={arn}"""
VERIFY = (
    "aws acm describe-certificate --region {region} --certificate-arn {arn} --query Certificate.Status --output text"
)
SUMMARY = Text(
    en="Publish the CNAME records that ACM waits for, and keep them: renewal needs them too.",
    ko="ACM이 기다리는 CNAME 레코드를 등록하고 계속 남겨 두세요. 인증서를 갱신할 때도 필요합니다.",
)
RECORDS = Text(
    en="{where}\nThe records (many forms want only the part before the domain as the name):\n  {record_name[]} {record_type[]} {record_value[]}",
    ko="{where}\n레코드(이름 칸에는 도메인 앞부분만 넣어야 하는 곳이 많습니다):\n  {record_name[]} {record_type[]} {record_value[]}",
)
CONSOLE = Text(
    en="Certificate Manager > {arn} > Create records in Route 53",
    ko="Certificate Manager > {arn} > Route 53에서 레코드 생성",
)
BY_SCRIPT = Fix(
    summary=SUMMARY,
    cautions=(
        Caution(
            where="removed",
            text=Text(
                en="Deletes {removed}: beside a CNAME no other record may stand.",
                ko="다음 레코드를 삭제합니다: {removed}. CNAME과 다른 레코드는 함께 있을 수 없습니다.",
            ),
        ),
    ),
    console=(CONSOLE,),
    script=SCRIPT,
    verify=VERIFY,
)
"""Where zones of the account serve the names: one change batch for each, then the listeners get the certificate."""

BY_HAND = Fix(summary=SUMMARY, by_hand=RECORDS, verify=VERIFY)
"""Where no zone of the account is seen to be asked for the records."""

DELEGATE = Fix(
    summary=Text(
        en="Correct the name servers at the registrar, so that the hosted zone with the record is asked; ACM itself needs nothing.",
        ko="레코드가 있는 호스팅 영역이 조회되도록 도메인 등록 기관의 네임서버를 바로잡으세요. ACM에서 할 일은 없습니다.",
    ),
    by_hand=Text(
        en="Correct the name servers first (see the findings about domain and DNS); ACM looks again by itself. Or create the same records where {host} is served now ({served_by}):\n"
        "  {record_name[]} {record_type[]} {record_value[]}",
        ko="먼저 네임서버를 바로잡으세요(도메인과 DNS 항목 참고). ACM은 자동으로 다시 확인합니다. 또는 지금 {host} 이름의 DNS를 운영하는 곳({served_by})에 같은 레코드를 만드세요.\n"
        "  {record_name[]} {record_type[]} {record_value[]}",
    ),
    verify=VERIFY,
)
"""Where the records are right and only the delegation is not."""

SHORT_NAME = Fix(
    summary=SUMMARY,
    by_hand=Text(
        en="{where}\nType only the part before the domain as the name, for this form appends the domain itself:\n  {short[]} {record_type[]} {record_value[]}\nThe record {doubled} can be deleted: nobody looks there.",
        ko="{where}\n이름 칸에는 도메인 앞부분만 입력하세요. 이 입력란은 도메인을 자동으로 붙입니다.\n  {short[]} {record_type[]} {record_value[]}\n{doubled} 레코드는 쓰이지 않으므로 삭제해도 됩니다.",
    ),
    verify=VERIFY,
)
"""Where a form appended the domain to the name."""

WHOLE_VALUE = Fix(
    summary=Text(
        en="Enter the CNAME's value so that nothing is appended to it.",
        ko="CNAME 값 뒤에 아무것도 붙지 않도록 다시 입력하세요.",
    ),
    by_hand=Text(
        en="{where}\nEnd the value with a dot; where a form refuses the dot, look afterwards that the list shows the value without the domain behind it:\n  {record_name[]} {record_type[]} {record_value[]}",
        ko="{where}\n값 끝에 점(.)을 붙이세요. 점을 입력할 수 없으면 저장한 뒤 목록의 값 뒤에 도메인이 붙지 않았는지 확인하세요.\n  {record_name[]} {record_type[]} {record_value[]}",
    ),
    verify=VERIFY,
)
"""Where a form appended the domain to the value."""

REPLACE = Fix(
    summary=Text(
        en="Replace the CNAME's value by the one that ACM waits for.", ko="CNAME 값을 ACM이 기다리는 값으로 바꾸세요."
    ),
    by_hand=RECORDS,
    verify=VERIFY,
)
"""Where the record has another value."""

UNCOVER = Fix(
    summary=Text(
        en="Make the name a plain CNAME: no proxy, no flattening, and no other record of the same name.",
        ko="이름을 일반 CNAME으로 만드세요. 프록시나 flattening을 끄고 같은 이름의 다른 레코드를 없애야 합니다.",
    ),
    by_hand=Text(
        en='{where}\nAt Cloudflare switch the record from "Proxied" to "DNS only" (the grey cloud). A TXT or A record of this name has to go: beside a CNAME nothing else may stand. Then it has to be:\n  {record_name[]} {record_type[]} {record_value[]}',
        ko="{where}\nCloudflare에서는 레코드를 'Proxied'에서 'DNS only'(회색 구름)로 바꾸세요. 같은 이름의 TXT나 A 레코드는 삭제해야 합니다. CNAME과 다른 레코드는 함께 있을 수 없습니다. 최종 레코드:\n  {record_name[]} {record_type[]} {record_value[]}",
    ),
    verify=VERIFY,
)
"""Where other data hide the CNAME."""

BELOW_THE_CUT = Fix(
    summary=Text(
        en="Publish the CNAME in the zone that its name is looked up in ({zones}), not in the one above it.",
        ko="CNAME을 상위 영역이 아니라 그 이름이 조회되는 영역({zones})에 등록하세요.",
    ),
    by_hand=Text(
        en="Zone {zones} has name servers of its own, and nobody asks the zone above about names below it. With whoever runs them create:\n  {record_name[]} {record_type[]} {record_value[]}\nThis command prints them:\n  dig +short NS {zones[]}",
        ko="{zones} 영역에는 별도의 네임서버가 있어 그 아래 이름은 상위 영역에서 조회되지 않습니다. 그 네임서버를 운영하는 곳에 다음 레코드를 만드세요.\n  {record_name[]} {record_type[]} {record_value[]}\n네임서버를 확인하는 명령:\n  dig +short NS {zones[]}",
    ),
    verify=VERIFY,
)
"""Where the record is above the zone of its name."""

EVERY = (BY_SCRIPT, BY_HAND)


def plan(
    certificate: Certificate,
    records: tuple[ValidationRecord, ...],
    host: str,
    places: CertificatePlaces,
    *,
    by_hand: Fix = BY_HAND,
) -> Plan:
    """Write the records into the account's zones that are asked for them, wait for ACM, and put the certificate to use.

    What else a zone of the account has under a record's name is deleted: Route 53 takes no CNAME beside it.
    """
    values: dict[str, Value] = {
        "host": host,
        "served_by": places.served.by,
        "arn": certificate.certificate_arn,
        "region": certificate.region,
        "names": tuple(plain(record.name) for record in records) or "-",
        "record_name": tuple(record.name for record in records),
        "record_type": tuple(record.type for record in records),
        "record_value": tuple(record.value for record in records),
    }
    by_zone: dict[str, list[ValidationRecord]] = {}
    unread: list[str] = []
    for record in records:
        name = plain(record.name)
        zone = places.zone_of(name)
        if zone and places.is_asked(zone, name):
            by_zone.setdefault(zone.id, []).append(record)
        else:
            unread.append(name)
    if not records or unread:
        values["where"] = publish.where(unread[0] if unread else host, places)
        return Plan(fix=by_hand, values=values)
    values["zone_id"] = tuple(by_zone)
    removed = {zone_id: places.in_the_way(zone_id, here) for zone_id, here in by_zone.items()}
    values["removed"] = tuple(f"{one.type} {one.owner}" for each in removed.values() for one in each)
    values["change_batch"] = tuple(
        batch((*map(delete, removed[zone_id]), *map(validation, here))) for zone_id, here in by_zone.items()
    )
    values["listener"] = tuple(one.listener_arn for one in places.https_listeners(certificate.region))
    return Plan(fix=BY_SCRIPT, values=values)
