"""ALB201: the certificate for the host waits for validation, so no listener can use it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Finding, Verdict, check, fine, saw
from albdoctor.derive.certificate.coverage import covering, stood_in_for
from albdoctor.derive.certificate.validation import waiting
from albdoctor.facts.acm import Certificate, Certificates
from albdoctor.facts.dns import Delegation
from albdoctor.facts.elb import Listeners
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.route53 import HostedZones
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.certificate.validation_fix import PUBLISH, publish


@check(
    id="ALB201",
    slug="acm-pending-validation",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The certificate for {host} is pending validation: ACM does not find {names}",
        ko="{host} 인증서가 검증 대기 중입니다(ACM이 찾지 못한 레코드: {names})",
    ),
    why=Text(
        en="ACM issues a certificate only after it finds its CNAME records in public DNS. Until then no HTTPS listener can use it, and after 72 hours the request times out.",
        ko="ACM은 공개 DNS에서 검증용 CNAME 레코드를 확인한 뒤에야 인증서를 발급합니다. 그전에는 HTTPS 리스너에 쓸 수 없고, 72시간이 지나면 요청이 만료됩니다.",
    ),
    fixes=(PUBLISH,),
    breaks={"certificate", "certificate-choice"},
    shows={"validation", "zone-asked"},
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-DNS-validation.html",),
)
def acm_pending_validation(
    scan: Scan,
    certificates: Certificates,
    hosted_zones: Observed[HostedZones],
    delegation: Observed[Delegation],
    listeners: Observed[Listeners],
) -> Iterator[Verdict]:
    """Yield every pending certificate for the host that no issued one stands in for."""
    fitting = covering(certificates, scan.host)
    for certificate in fitting:
        spare = stood_in_for(certificate, fitting, listeners)
        if certificate.status == "PENDING_VALIDATION" and isinstance(spare, Unknown):
            yield spare
        elif certificate.status == "PENDING_VALIDATION" and not spare:
            fix = publish(certificate, waiting(certificate), scan.host, hosted_zones, delegation, listeners)
            yield Finding(subject=certificate.ref, evidence=(_described(certificate),), values=fix.values, fix=fix.fix)
        elif certificate.status in ("ISSUED", "PENDING_VALIDATION"):
            yield fine(certificate.ref)


def _described(certificate: Certificate) -> Evidence:
    states = ", ".join(f"{one.domain_name} {one.validation_status}" for one in certificate.domain_validation_options)
    return saw(f"acm DescribeCertificate {certificate.certificate_arn}", f"Status: {certificate.status}; {states}")
