"""The fixes that the certificate checks share: publish ACM's CNAMEs, ask for a certificate, put it on the listener."""

from __future__ import annotations

from hashlib import sha256

from msgspec import Struct

from albdoctor.checkup import Fix
from albdoctor.derive.dns.changes import batch, validation
from albdoctor.derive.dns.zones import serving_zone
from albdoctor.derive.names import plain
from albdoctor.facts.acm import Certificate, ValidationRecord
from albdoctor.facts.dns import Delegation
from albdoctor.facts.elb import Listener, Listeners
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.route53 import HostedZones
from albdoctor.text import Text, Value

WAIT = "aws acm wait certificate-validated --region {region} --certificate-arn {arn}"
VERIFY = (
    "aws acm describe-certificate --region {region} --certificate-arn {arn} --query Certificate.Status --output text"
)
SUMMARY = Text(
    en="Publish the CNAME records that ACM waits for, and keep them: renewal needs them too.",
    ko="ACM이 기다리는 CNAME 레코드를 등록하고 계속 남겨 두세요. 인증서를 갱신할 때도 필요합니다.",
)
BY_HAND = Text(
    en="Create these records where the DNS of {host} is served (many forms want only the part before the domain as the name):\n"
    "{record_lines}",
    ko="{host} 이름의 DNS를 운영하는 곳에 아래 레코드를 만드세요(이름 칸에는 도메인 앞부분만 넣어야 하는 곳이 많습니다).\n{record_lines}",
)
CONSOLE = Text(
    en="Certificate Manager > {arn} > Create records in Route 53",
    ko="Certificate Manager > {arn} > Route 53에서 레코드 생성",
)
PUBLISH = Fix(summary=SUMMARY, console=(CONSOLE,), by_hand=BY_HAND, verify=VERIFY)
"""The fix where no zone of the account can take the records."""

DELEGATE = Fix(
    summary=Text(
        en="Correct the name servers at the registrar, so that the hosted zone with the record is asked; ACM itself needs nothing.",
        ko="레코드가 있는 호스팅 영역이 조회되도록 도메인 등록 기관의 네임서버를 바로잡으세요. ACM에서 할 일은 없습니다.",
    ),
    by_hand=Text(
        en="Correct the name servers first (see the findings about domain and DNS); ACM looks again by itself. Or create the same records where the DNS of {host} is served now:\n"
        "{record_lines}",
        ko="먼저 네임서버를 바로잡으세요(도메인과 DNS 항목 참고). ACM은 자동으로 다시 확인합니다. 또는 지금 {host} 이름의 DNS를 운영하는 곳에 같은 레코드를 만드세요.\n"
        "{record_lines}",
    ),
    verify=VERIFY,
)
"""The fix where the records are right and only the delegation is not."""


class Publishing(Struct, frozen=True, kw_only=True):
    """A fix that publishes validation records, with the values it needs."""

    fix: Fix
    values: dict[str, Value]


def publish(
    certificate: Certificate,
    records: tuple[ValidationRecord, ...],
    host: str,
    hosted_zones: Observed[HostedZones],
    delegation: Observed[Delegation],
    listeners: Observed[Listeners],
) -> Publishing:
    """Write the records into the account's zones that serve them, wait for ACM, and put the certificate to use."""
    values: dict[str, Value] = {
        "host": host,
        "arn": certificate.certificate_arn,
        "region": certificate.region,
        "names": tuple(plain(record.name) for record in records) or "-",
        "record_lines": "\n".join(f"  {record.name} {record.type} {record.value}" for record in records),
    }
    by_zone: dict[str, list[ValidationRecord]] = {}
    for record in records:
        known = hosted_zones.value if isinstance(hosted_zones, Known) else ()
        zone = serving_zone(known, plain(record.name), delegation)
        by_zone.setdefault(zone.id if zone else "", []).append(record)
    if not records or "" in by_zone:
        return Publishing(fix=PUBLISH, values=values)
    lines: list[str] = []
    for number, (zone_id, here) in enumerate(by_zone.items(), 1):
        values |= {f"zone_{number}": zone_id, f"change_batch_{number}": batch(map(validation, here))}
        lines.append(
            "aws route53 change-resource-record-sets"
            f" --hosted-zone-id {{zone_{number}}} --change-batch {{change_batch_{number}}}"
        )
    lines.append(WAIT)
    attaching, more = attach(https_listeners(listeners, certificate.region), "{arn}")
    return Publishing(
        fix=Fix(summary=SUMMARY, console=(CONSOLE,), script="\n".join((*lines, *attaching)), verify=VERIFY),
        values=values | more,
    )


def https_listeners(listeners: Observed[Listeners], region: str) -> tuple[Listener, ...]:
    """The HTTPS listeners of one Region, as far as they are known."""
    known = listeners.value if isinstance(listeners, Known) else ()
    return tuple(one for one in known if one.protocol == "HTTPS" and one.listener_arn.split(":")[3] == region)


def attach(listeners: tuple[Listener, ...], certificate: str) -> tuple[tuple[str, ...], dict[str, Value]]:
    """Script lines that add a certificate to the SNI lists of listeners, and their values.

    `certificate` is shell text: a placeholder or a quoted variable.
    """
    lines = tuple(
        f"aws elbv2 add-listener-certificates --region {{region}} --listener-arn {{listener_{number}}}"
        f" --certificates CertificateArn={certificate}"
        for number, _ in enumerate(listeners, 1)
    )
    return lines, {f"listener_{number}": one.listener_arn for number, one in enumerate(listeners, 1)}


REQUEST_SCRIPT = """\
certificate=$(aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS --idempotency-token {token} --query CertificateArn --output text)
record=None
while [ "$record" = None ]; do
  record=$(aws acm describe-certificate --region {region} --certificate-arn "$certificate" --query "Certificate.DomainValidationOptions[0].ResourceRecord.[Name,Value]" --output text)
  [ "$record" != None ] || sleep 2
done
read -r name value <<< "$record"
aws route53 change-resource-record-sets --hosted-zone-id {zone_id} --change-batch "Changes=[{Action=UPSERT,ResourceRecordSet={Name=$name,Type=CNAME,TTL=300,ResourceRecords=[{Value=$value}]}}]"
aws acm wait certificate-validated --region {region} --certificate-arn "$certificate\""""

REQUEST_SUMMARY = Text(
    en="Request a certificate for {host} in {region}, validate it by DNS and add it to the HTTPS listener.",
    ko="{region} 리전에서 {host} 인증서를 요청하고 DNS로 검증한 뒤 HTTPS 리스너에 추가하세요.",
)
REQUEST_CONSOLE = Text(
    en="Certificate Manager ({region}) > Request > {host} > DNS validation > Create records in Route 53; then EC2 > Load Balancers > Listeners and rules > HTTPS:443 > Certificates > Add certificate",
    ko="Certificate Manager({region}) > 인증서 요청 > {host} > DNS 검증 > Route 53에서 레코드 생성. 그다음 EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:443 > 인증서 > 인증서 추가",
)
REQUEST_VERIFY = "aws acm list-certificates --region {region} --certificate-statuses ISSUED --output table"
REQUEST_BY_HAND = Fix(
    summary=REQUEST_SUMMARY,
    console=(REQUEST_CONSOLE,),
    by_hand=Text(
        en="Request the certificate:\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "Then create the CNAME record that this command names, at the provider that serves the DNS of {host}:\n"
        "  aws acm describe-certificate --region {region} --certificate-arn CERTIFICATE_ARN --query Certificate.DomainValidationOptions",
        ko="인증서를 요청하세요.\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "그다음 아래 명령에 나오는 CNAME 레코드를 {host} 이름의 DNS를 운영하는 업체에 만드세요.\n"
        "  aws acm describe-certificate --region {region} --certificate-arn CERTIFICATE_ARN --query Certificate.DomainValidationOptions",
    ),
    verify=REQUEST_VERIFY,
)
"""The fix where no hosted zone of the account serves the host."""


def request(
    host: str,
    region: str,
    hosted_zones: Observed[HostedZones],
    delegation: Observed[Delegation],
    listeners: Observed[Listeners],
) -> Publishing:
    """Ask ACM for a certificate, publish its CNAME in the zone that serves the host, and put it to use."""
    values: dict[str, Value] = {"host": host, "region": region}
    zone = serving_zone(hosted_zones.value, host, delegation) if isinstance(hosted_zones, Known) else None
    if zone is None:
        return Publishing(fix=REQUEST_BY_HAND, values=values)
    lines, more = attach(https_listeners(listeners, region), '"$certificate"')
    fix = Fix(
        summary=REQUEST_SUMMARY,
        script="\n".join((REQUEST_SCRIPT, *lines)),
        console=(REQUEST_CONSOLE,),
        verify=REQUEST_VERIFY,
    )
    # ACM gives the same certificate for the same token within an hour: the script may run twice.
    token = sha256(f"{host} {region}".encode()).hexdigest()[:32]
    return Publishing(fix=fix, values=values | {"zone_id": zone.id, "token": token} | more)
