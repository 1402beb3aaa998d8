"""ALB208: the request for a certificate timed out or failed, and nothing stands in for it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Verdict, check, fine, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.certificate.requests import EndedRequests
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes import certificate_request


@check(
    id="ALB208",
    slug="acm-validation-timed-out",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The request for a certificate for {host} in {region} came to nothing: {reason}",
        ko="{region} 리전의 {host} 인증서 요청이 실패로 끝났습니다: {reason}",
    ),
    why=Text(
        en="ACM waits 72 hours for the proof of every name, and ends a request too when a name is refused. It never takes up such a request again, even if DNS is right by now: a new one is needed.",
        ko="ACM은 모든 이름의 검증을 72시간 동안 기다리며, 거부된 이름이 있어도 요청을 끝냅니다. 지금 DNS가 올바르더라도 끝난 요청은 다시 진행되지 않으므로 새로 요청해야 합니다.",
    ),
    fixes=certificate_request.EVERY_AGAIN,
    breaks={"certificate", "certificate-choice"},
    shows={"zone-asked"},
    stays=True,
    mends={"listener-cert-name-mismatch"},
    words=Text(
        en=(
            "validation timed out; certificate validation timed out; VALIDATION_TIMED_OUT; certificate request failed; "
            "ACM status Failed; certificate status validation timed out 72 hours; "
            "ADDITIONAL_VERIFICATION_REQUIRED; DOMAIN_NOT_ALLOWED; INVALID_PUBLIC_DOMAIN; "
            "request certificate again; ACM certificate expired before validation"
        ),
        ko=(
            "검증 시간 초과; 인증서 검증 시간 초과됨; 72시간 시간 초과; 인증서 요청 실패; 인증서 상태 실패; "
            "ACM 실패 상태; 인증서 다시 요청; VALIDATION_TIMED_OUT"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-DNS-validation.html",
        "https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-failed.html",
    ),
)
def acm_validation_timed_out(scan: Scan, ended: EndedRequests, places: CertificatePlaces) -> Iterator[Verdict]:
    """Yield the last request of a Region that came to nothing, where no certificate stands in for it."""
    for one in ended:
        certificate = one.certificate
        if not one.needed:
            yield fine(certificate.ref)
            continue
        plan = certificate_request.plan_again(certificate, scan.host, places)
        reason = " ".join(filter(None, (certificate.status, certificate.failure_reason)))
        states = ", ".join(
            f"{each.domain_name} {each.validation_status}" for each in certificate.domain_validation_options
        )
        yield Finding(
            subject=certificate.ref,
            evidence=(saw(asked.certificate(certificate), f"Status: {reason}; {states}"),),
            values=plan.values | {"reason": reason},
            fix=plan.fix,
        )
