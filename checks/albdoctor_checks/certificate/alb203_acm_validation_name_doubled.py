"""ALB203: the validation CNAME was created with the domain appended twice."""

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
    id="ALB203",
    slug="acm-validation-name-doubled",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The validation CNAME of the certificate for {host} was created under a doubled name: {doubled}",
        ko="{host} 인증서의 검증용 CNAME 레코드가 도메인이 두 번 붙은 이름으로 만들어졌습니다: {doubled}",
    ),
    why=Text(
        en="Many DNS forms append the domain to what is typed as the name. Who pastes ACM's whole name gets a record with the domain in it twice; ACM looks under the right name, finds nothing and never issues the certificate.",
        ko="많은 DNS 입력란은 이름 뒤에 도메인을 자동으로 붙입니다. ACM이 알려 준 이름을 통째로 붙여 넣으면 도메인이 두 번 들어간 레코드가 생깁니다. ACM은 올바른 이름만 조회하므로 인증서가 발급되지 않습니다.",
    ),
    fixes=(validation_record.BY_SCRIPT, validation_record.SHORT_NAME),
    breaks={"validation"},
    words=Text(
        en=(
            "validation record doubled; domain appended twice in CNAME; example.com.example.com; "
            "CNAME name has domain twice; registrar adds domain to validation record; "
            "GoDaddy ACM validation pending; Namecheap ACM CNAME host; "
            "what to put in host field for ACM CNAME; strip the domain from ACM CNAME name"
        ),
        ko=(
            "도메인이 두 번 붙음; 검증 CNAME 이름 중복; 가비아 CNAME 호스트명 도메인 자동 추가; "
            "CNAME 호스트 값에 도메인까지 입력; 인증서 CNAME 이름에서 도메인 빼기; 도메인 중복 레코드"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-DNS-validation.html",),
)
def acm_validation_name_doubled(
    scan: Scan, looked_up: SoughtCertificates, places: CertificatePlaces
) -> Iterator[Verdict]:
    """Yield every pending certificate for the host whose record answers under its name with the zone appended."""
    yield from wrong_records(scan.host, looked_up, places, {State.DOUBLED: validation_record.SHORT_NAME})
