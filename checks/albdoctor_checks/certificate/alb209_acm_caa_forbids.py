"""ALB209: CAA records do not let Amazon issue the certificate."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check
from albdoctor.derive.certificate.caa import Bar, CaaVerdicts
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.certificate.caa_bars import barred_by
from albdoctor_checks.fixes import caa_record


@check(
    id="ALB209",
    slug="acm-caa-forbids",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The CAA records of {owner} do not let Amazon issue a certificate for {names}: {records}",
        ko="{owner} 이름의 CAA 레코드가 Amazon의 인증서 발급을 허용하지 않습니다({names}): {records}",
    ),
    why=Text(
        en="CAA records list the authorities that may issue for a domain. Before it issues or renews, ACM climbs from each name of the certificate upwards to the first CAA records; where they name others only, the request ends with CAA_ERROR although the validation succeeded.",
        ko="CAA 레코드는 도메인의 인증서를 발급할 수 있는 인증 기관을 정합니다. ACM은 발급하거나 갱신하기 전에 인증서의 이름마다 위쪽으로 올라가며 처음 나오는 CAA 레코드를 확인합니다. 다른 기관만 적혀 있으면 검증에 성공해도 CAA_ERROR로 끝납니다.",
    ),
    fixes=caa_record.EVERY,
    breaks={"validation"},
    explains={"acm-validation-timed-out", "acm-renewal-at-risk"},
    words=Text(
        en=(
            "CAA record; CAA_ERROR; CAA forbids amazon; CAA record blocks ACM; "
            "certificate request failed CAA; one or more domain names have failed validation due to a CAA error; "
            "0 issue letsencrypt.org; add CAA record for amazon; amazontrust.com CAA; "
            "which CAA value for ACM; CAA parameters accounturi validationmethods"
        ),
        ko=(
            "CAA 레코드; CAA 오류; CAA_ERROR; CAA 때문에 인증서 발급 실패; CAA에 amazon.com 추가; "
            "CAA 레코드가 Amazon을 막음; letsencrypt만 허용된 CAA; ACM CAA 설정"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-caa.html",
        "https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html",
        "https://www.rfc-editor.org/rfc/rfc8659",
    ),
)
def acm_caa_forbids(scan: Scan, verdicts: CaaVerdicts, places: CertificatePlaces) -> Iterator[Verdict]:
    """Yield every certificate for the host with a name that `issue` records keep from Amazon."""
    yield from barred_by(scan.host, verdicts, places, Bar.ISSUE, Bar.UNKNOWN_PROPERTY, Bar.PARAMETERS)
