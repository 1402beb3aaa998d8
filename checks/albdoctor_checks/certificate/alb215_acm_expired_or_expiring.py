"""ALB215: the certificate that the HTTPS listener has for the host has expired, or ends soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from albdoctor.checkup import ERROR, WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.certificates import covering, served_for
from albdoctor.facts.acm import Certificates
from albdoctor.facts.elb import ListenersCertificates
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

SOON = timedelta(days=30)
"""ACM renews 60 days before the end: one month later something stands in its way."""

FIX = Fix(
    summary=Text(
        en="Let ACM renew the certificate ({type}), or replace it, before {ends}.",
        ko="{ends} 이전에 ACM이 인증서({type})를 갱신하게 하거나 교체하세요.",
    ),
    by_hand=Text(
        en="AMAZON_ISSUED: its validation CNAMEs must be public and the certificate in use; see RenewalSummary. IMPORTED: get a new one from its issuer and import it under the same ARN: `aws acm import-certificate --region {region} --certificate-arn {arn} --certificate fileb://cert.pem --private-key fileb://key.pem --certificate-chain fileb://chain.pem`.",
        ko="AMAZON_ISSUED: 검증용 CNAME이 공개되어 있고 인증서가 사용 중이어야 합니다. RenewalSummary를 확인하세요. IMPORTED: 발급 기관에서 새로 받아 같은 ARN으로 가져오세요: `aws acm import-certificate --region {region} --certificate-arn {arn} --certificate fileb://cert.pem --private-key fileb://key.pem --certificate-chain fileb://chain.pem`.",
    ),
    verify="aws acm describe-certificate --region {region} --certificate-arn {arn} --query Certificate.NotAfter",
)


@check(
    id="ALB215",
    slug="acm-expired-or-expiring",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The certificate that the listener has for {host} ends on {ends} ({days} days)",
        ko="리스너에 있는 {host} 인증서가 {ends}에 만료됩니다({days}일)",
    ),
    why=Text(
        en="From that moment every browser refuses the connection; negative days say since when it does.",
        ko="그 시점부터 모든 브라우저가 연결을 거부합니다. 날짜가 음수이면 이미 만료된 것입니다.",
    ),
    fix=FIX,
    explains={"tls-certificate-dates"},
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html",),
)
def acm_expired_or_expiring(
    scan: Scan, certificates: Certificates, listeners_certificates: ListenersCertificates
) -> Iterator[Verdict]:
    """Yield every certificate that a listener may serve for the host and that ends within 30 days."""
    served = {arn for entry in listeners_certificates for arn in served_for(scan.host, entry, certificates)}
    for certificate in covering(certificates, scan.host):
        if certificate.certificate_arn not in served or certificate.not_after is None:
            continue
        left = certificate.not_after - scan.taken_at
        if left >= SOON:
            yield fine(certificate.ref)
            continue
        ends = certificate.not_after.date().isoformat()
        yield found(
            certificate.ref,
            saw(f"acm DescribeCertificate {certificate.certificate_arn}", f"NotAfter: {ends}, {certificate.type}"),
            severity=WARNING if left > timedelta() else None,
            host=scan.host,
            ends=ends,
            days=left.days,
            type=certificate.type or "-",
            arn=certificate.certificate_arn,
            region=certificate.region,
        )
