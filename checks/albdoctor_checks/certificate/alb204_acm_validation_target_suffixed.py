"""ALB204: the domain was appended to the value of the validation CNAME."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.certificate.validation import SoughtCertificates, State
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.certificate.wrong_record import wrong_records
from albdoctor_checks.fixes import validation_record


@check(
    id="ALB204",
    slug="acm-validation-target-suffixed",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The validation CNAME of the certificate for {host} leads to {found}: the domain was appended to its value",
        ko="{host} 인증서의 검증용 CNAME 값 뒤에 도메인이 붙었습니다: {found}",
    ),
    why=Text(
        en="Without a final dot some DNS servers and forms take a value for a name within the zone and append the domain. ACM compares the whole value, so it does not issue the certificate.",
        ko="값 끝에 점이 없으면 영역 안의 이름으로 보고 도메인을 덧붙이는 DNS 서버와 입력란이 있습니다. ACM은 값 전체를 비교하므로 인증서를 발급하지 않습니다.",
    ),
    fixes=(validation_record.BY_SCRIPT, validation_record.WHOLE_VALUE),
    breaks={"validation"},
    words=Text(
        en=(
            "acm-validations.aws.example.com; domain appended to CNAME value; trailing dot CNAME value; "
            "final dot missing in zone file; validation CNAME target has my domain at the end; "
            "bind zone file acm validation dot"
        ),
        ko=(
            "CNAME 값 뒤에 도메인이 붙음; 값 끝에 점; 마지막 점 빠짐; acm-validations.aws 뒤에 도메인; "
            "존 파일 점 누락; CNAME 값 마침표"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-DNS-validation.html",),
)
def acm_validation_target_suffixed(
    scan: Scan, looked_up: SoughtCertificates, places: CertificatePlaces
) -> Iterator[Verdict]:
    """Yield every pending certificate for the host whose CNAME leads to the right value with the domain behind it."""
    yield from wrong_records(scan.host, looked_up, places, {State.SUFFIXED: validation_record.WHOLE_VALUE})
