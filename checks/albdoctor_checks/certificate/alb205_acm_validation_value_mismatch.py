"""ALB205: the validation CNAME leads to another value than the one that ACM waits for."""

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
    id="ALB205",
    slug="acm-validation-value-mismatch",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The validation CNAME of the certificate for {host} has another value than ACM waits for: {found}",
        ko="{host} 인증서의 검증용 CNAME 값이 ACM이 기다리는 값과 다릅니다: {found}",
    ),
    why=Text(
        en="The name is right, the value is not: often it was mistyped, cut off, or belongs to another record of the same list. ACM compares the whole value, so it does not issue the certificate.",
        ko="이름은 맞지만 값이 다릅니다. 잘못 입력했거나, 일부만 복사했거나, 목록의 다른 레코드 값인 경우가 많습니다. ACM은 값 전체를 비교하므로 인증서를 발급하지 않습니다.",
    ),
    fixes=(validation_record.BY_SCRIPT, validation_record.REPLACE),
    breaks={"validation"},
    words=Text(
        en=(
            "validation CNAME wrong value; CNAME value mismatch; validation record points elsewhere; "
            "copied the wrong CNAME value; ACM CNAME value typo; old validation CNAME value; "
            "swapped validation records; validation token does not match"
        ),
        ko=(
            "검증 CNAME 값 불일치; CNAME 값 오타; 검증 값이 다름; CNAME 값을 잘못 복사; "
            "예전 검증 값; 인증서 CNAME 값 틀림; 검증 레코드 값 바뀜"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-DNS-validation.html",),
)
def acm_validation_value_mismatch(
    scan: Scan, looked_up: SoughtCertificates, places: CertificatePlaces
) -> Iterator[Verdict]:
    """Yield every pending certificate for the host whose CNAME, followed to its end, never comes to ACM's value."""
    yield from wrong_records(scan.host, looked_up, places, {State.DIFFERENT: validation_record.REPLACE})
