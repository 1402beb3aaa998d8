"""The CNAME records that ACM waits for: published where the names are served, or left to a corrected delegation."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.dns.changes import batch, validation
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
BY_SCRIPT = Fix(summary=SUMMARY, console=(CONSOLE,), script=SCRIPT, verify=VERIFY)
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

EVERY = (BY_SCRIPT, BY_HAND)


def plan(certificate: Certificate, records: tuple[ValidationRecord, ...], host: str, places: CertificatePlaces) -> Plan:
    """Write the records into the account's zones that are asked for them, wait for ACM, and put the certificate to use."""
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
        return Plan(fix=BY_HAND, values=values)
    values["zone_id"] = tuple(by_zone)
    values["change_batch"] = tuple(batch(map(validation, here)) for here in by_zone.values())
    values["listener"] = tuple(one.listener_arn for one in places.https_listeners(certificate.region))
    return Plan(fix=BY_SCRIPT, values=values)
