"""ALB201: the certificate for the host waits for validation, so no listener can use it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Finding, Verdict, check, fine, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.coverage import Covering, PendingCertificates, issued
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.facts.acm import Certificate
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes import awaited_proof


@check(
    id="ALB201",
    slug="acm-pending-validation",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The certificate for {host} is pending validation: {obstacle}",
        ko="{host} 인증서가 검증 대기 중입니다({obstacle})",
    ),
    why=Text(
        en="ACM issues a certificate only after it finds its CNAME records in public DNS, or somebody opens the link in its mail. Until then no HTTPS listener can use it, and after 72 hours the request times out.",
        ko="ACM은 공개 DNS에서 검증용 CNAME 레코드를 확인하거나 누군가 메일의 승인 링크를 연 뒤에야 인증서를 발급합니다. 그전에는 HTTPS 리스너에 쓸 수 없고, 72시간이 지나면 요청이 만료됩니다.",
    ),
    fixes=awaited_proof.EVERY,
    breaks={"certificate", "certificate-choice"},
    shows={"validation", "zone-asked"},
    words=Text(
        en=(
            "pending validation; stuck in pending; ACM certificate not validating; "
            "ACM pending for hours; UnsupportedCertificate; 45 minutes timeout; "
            "CNAME added but still pending; certificate not issued; validation timed out (72 h); "
            "certificate validation failed; how long does ACM validation take; "
            "certificate must be fully qualified and issued; "
            "cert must be specified for HTTPS listener; aws_acm_certificate_validation timeout; "
            "terraform waiting for certificate; certificate stays pending; "
            "ACM DNS validation not working; certificate request failed; "
            "CloudFormation certificate CREATE_IN_PROGRESS"
        ),
        ko=(
            "ACM 검증 대기 중; 검증 보류; 인증보류; 인증서 발급 안됨; CNAME 등록했는데 대기 중; "
            "인증서 검증 시간 초과; DNS 검증 실패; UnsupportedCertificate; 인증서 상태 실패; "
            "인증서가 발급되지 않음; ACM 발급 대기; 인증서 검증이 안 끝남; "
            "인증서 발급 얼마나 걸리나요; 인증서 상태 보류 중; 검증 대기 중에서 안 바뀜; "
            "ACM 인증서 승인 안됨; 인증서 발급 실패; 72시간 시간 초과"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-DNS-validation.html",),
)
def acm_pending_validation(
    scan: Scan, fitting: Covering, places: CertificatePlaces, pending: PendingCertificates
) -> Iterator[Verdict]:
    """Yield every pending certificate for the host that no issued one stands in for."""
    yield from (fine(certificate.ref) for certificate in issued(fitting))
    for one in pending:
        if one.needed:
            plan = awaited_proof.plan(one.certificate, scan.host, places)
            evidence = (_described(one.certificate),)
            yield Finding(subject=one.certificate.ref, evidence=evidence, values=plan.values, fix=plan.fix)
        else:
            yield fine(one.certificate.ref)


def _described(certificate: Certificate) -> Evidence:
    states = ", ".join(f"{one.domain_name} {one.validation_status}" for one in certificate.domain_validation_options)
    return saw(asked.certificate(certificate), f"Status: {certificate.status}; {states}")
