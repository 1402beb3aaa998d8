"""A certificate asked for in a Region, validated by DNS, and put on its HTTPS listeners."""

from __future__ import annotations

from hashlib import sha256

from albdoctor.checkup import Fix
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.facts.acm import Certificate
from albdoctor.text import Text, Value
from albdoctor_checks.fixes import publish
from albdoctor_checks.fixes.plan import Plan

SCRIPT = """\
certificate=$(aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS --idempotency-token {token} --query CertificateArn --output text)
record=None
tries=0
while [ "$record" = None ] && [ "$tries" -lt 60 ]; do
  tries=$((tries + 1))
  record=$(aws acm describe-certificate --region {region} --certificate-arn "$certificate" --query "Certificate.DomainValidationOptions[0].ResourceRecord.[Name,Value]" --output text)
  [ "$record" != None ] || sleep 2
done
[ "$record" != None ]
read -r name value <<< "$record"
aws route53 change-resource-record-sets --hosted-zone-id {zone_id} --change-batch "Changes=[{Action=UPSERT,ResourceRecordSet={Name=$name,Type=CNAME,TTL=300,ResourceRecords=[{Value=$value}]}}]"
aws acm wait certificate-validated --region {region} --certificate-arn "$certificate"
aws elbv2 add-listener-certificates --region {region} --listener-arn {listener[]} --certificates CertificateArn="$certificate\""""

SUMMARY = Text(
    en="Request a certificate for {host} in {region}, validate it by DNS and add it to the HTTPS listener.",
    ko="{region} 리전에서 {host} 인증서를 요청하고 DNS로 검증한 뒤 HTTPS 리스너에 추가하세요.",
)
CONSOLE = Text(
    en="Certificate Manager ({region}) > Request > {host} > DNS validation > Create records in Route 53; then EC2 > Load Balancers > Listeners and rules > HTTPS:443 > Certificates > Add certificate",
    ko="Certificate Manager({region}) > 인증서 요청 > {host} > DNS 검증 > Route 53에서 레코드 생성. 그다음 EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:443 > 인증서 > 인증서 추가",
)
VERIFY = "aws acm list-certificates --region {region} --certificate-statuses ISSUED --output table"
BY_SCRIPT = Fix(summary=SUMMARY, script=SCRIPT, console=(CONSOLE,), verify=VERIFY)

BY_HAND = Fix(
    summary=SUMMARY,
    by_hand=Text(
        en="Request the certificate:\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "Then create the CNAME record that this command names:\n"
        "  aws acm describe-certificate --region {region} --certificate-arn CERTIFICATE_ARN --query Certificate.DomainValidationOptions\n"
        "{where}",
        ko="인증서를 요청하세요.\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "그다음 아래 명령에 나오는 CNAME 레코드를 만드세요.\n"
        "  aws acm describe-certificate --region {region} --certificate-arn CERTIFICATE_ARN --query Certificate.DomainValidationOptions\n"
        "{where}",
    ),
    verify=VERIFY,
)
"""Where no hosted zone of the account is seen to be asked for the host."""

AGAIN = Fix(
    summary=Text(
        en="Request the certificate anew in {region} ({names}): what ended is never issued.",
        ko="{region} 리전에서 인증서를 다시 요청하세요({names}). 끝난 요청은 발급되지 않습니다.",
    ),
    script="""\
certificate=$(aws acm request-certificate --region {region} --domain-name {domain_name} --subject-alternative-names {names} --validation-method DNS --idempotency-token {token} --query CertificateArn --output text)
ready=
tries=0
while [ "$ready" != {count} ] && [ "$tries" -lt 60 ]; do
  tries=$((tries + 1))
  [ -z "$ready" ] || sleep 2
  ready=$(aws acm describe-certificate --region {region} --certificate-arn "$certificate" --query "length(not_null(Certificate.DomainValidationOptions[?ResourceRecord], ''))" --output text)
done
[ "$ready" = {count} ]
records=$(aws acm describe-certificate --region {region} --certificate-arn "$certificate" --query 'Certificate.DomainValidationOptions[].ResourceRecord.[Name,Value]' --output text)
while read -r name value; do
  aws route53 change-resource-record-sets --hosted-zone-id {zone_id} --change-batch "Changes=[{Action=UPSERT,ResourceRecordSet={Name=$name,Type=CNAME,TTL=300,ResourceRecords=[{Value=$value}]}}]" </dev/null
done <<< "$records"
aws acm wait certificate-validated --region {region} --certificate-arn "$certificate"
aws elbv2 add-listener-certificates --region {region} --listener-arn {listener[]} --certificates CertificateArn="$certificate\"""",
    console=(CONSOLE,),
    verify=VERIFY,
)
"""Where a request came to nothing: the same names once more, their records with them."""

AGAIN_BY_HAND = Fix(
    summary=AGAIN.summary,
    by_hand=Text(
        en="Request the certificate:\n"
        "  aws acm request-certificate --region {region} --domain-name {domain_name} --subject-alternative-names {names} --validation-method DNS\n"
        "Then create the CNAME records that this command names, within 72 hours:\n"
        "  aws acm describe-certificate --region {region} --certificate-arn CERTIFICATE_ARN --query Certificate.DomainValidationOptions\n"
        "{where}",
        ko="인증서를 요청하세요.\n"
        "  aws acm request-certificate --region {region} --domain-name {domain_name} --subject-alternative-names {names} --validation-method DNS\n"
        "그다음 아래 명령에 나오는 CNAME 레코드를 72시간 안에 만드세요.\n"
        "  aws acm describe-certificate --region {region} --certificate-arn CERTIFICATE_ARN --query Certificate.DomainValidationOptions\n"
        "{where}",
    ),
    verify=VERIFY,
)
"""Where no hosted zone of the account is seen to be asked for all of its names."""

EVERY = (BY_SCRIPT, BY_HAND)
EVERY_AGAIN = (AGAIN, AGAIN_BY_HAND)


def plan_again(certificate: Certificate, host: str, places: CertificatePlaces) -> Plan:
    """Ask ACM for the names of a certificate once more, publish their CNAMEs, and put the new one to use."""
    region = certificate.region
    bare = tuple(dict.fromkeys(name.removeprefix("*.") for name in certificate.names))
    values: dict[str, Value] = {
        "host": host,
        "domain_name": certificate.domain_name,
        "region": region,
        "names": certificate.names,
    }
    zones = {zone.id for name in bare if (zone := places.zone_of(name)) and places.is_asked(zone, name)}
    lacking = next((name for name in bare if places.zone_of(name) is None), "")
    unasked = next((name for name in bare if (zone := places.zone_of(name)) and not places.is_asked(zone, name)), "")
    if len(zones) != 1 or lacking or unasked:
        values["where"] = publish.where(lacking or unasked or host, places)
        return Plan(fix=AGAIN_BY_HAND, values=values)
    values["count"] = len(certificate.names)
    values["token"] = sha256(f"{certificate.certificate_arn} again".encode()).hexdigest()[:32]
    values["zone_id"] = zones.pop()
    values["listener"] = tuple(one.listener_arn for one in places.https_listeners(region))
    return Plan(fix=AGAIN, values=values)


def plan(host: str, region: str, places: CertificatePlaces) -> Plan:
    """Ask ACM for a certificate, publish its CNAME in the zone that serves the host, and put it to use."""
    values: dict[str, Value] = {"host": host, "region": region}
    zone = places.zone_of(host)
    if zone is None or not places.is_asked(zone, host):
        values["where"] = publish.where(host, places)
        return Plan(fix=BY_HAND, values=values)
    # ACM gives the same certificate for the same token within an hour: the script may run twice.
    values["token"] = sha256(f"{host} {region}".encode()).hexdigest()[:32]
    values["zone_id"] = zone.id
    values["listener"] = tuple(one.listener_arn for one in places.https_listeners(region))
    return Plan(fix=BY_SCRIPT, values=values)
