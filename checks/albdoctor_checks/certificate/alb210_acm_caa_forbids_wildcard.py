"""ALB210: CAA records do not let Amazon issue for the wildcard name."""

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
    id="ALB210",
    slug="acm-caa-forbids-wildcard",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The issuewild CAA records of {owner} do not let Amazon issue a certificate for {names}: {records}",
        ko="{owner} 이름의 issuewild CAA 레코드가 Amazon의 와일드카드 인증서 발급을 허용하지 않습니다({names}): {records}",
    ),
    why=Text(
        en="Where there is an issuewild record, it alone counts for wildcard names, whatever issue says. One name that Amazon may not issue for fails the whole certificate.",
        ko="issuewild 레코드가 있으면 와일드카드 이름에는 issue와 상관없이 issuewild만 적용됩니다. 발급할 수 없는 이름이 하나라도 있으면 인증서 전체가 발급되지 않습니다.",
    ),
    fixes=(caa_record.BY_SCRIPT, caa_record.BY_HAND, caa_record.AT_ITS_TARGET),
    breaks={"validation"},
    explains={"acm-validation-timed-out", "acm-renewal-at-risk"},
    words=Text(
        en=(
            "issuewild; wildcard certificate CAA error; CAA wildcard forbidden; issuewild amazon.com; "
            "only the wildcard certificate fails; CAA issuewild semicolon"
        ),
        ko=("issuewild; 와일드카드 인증서 CAA 오류; CAA 와일드카드 금지; 와일드카드만 발급 실패"),
    ),
    refs=(
        "https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html",
        "https://www.rfc-editor.org/rfc/rfc8659#section-4.3",
    ),
)
def acm_caa_forbids_wildcard(scan: Scan, verdicts: CaaVerdicts, places: CertificatePlaces) -> Iterator[Verdict]:
    """Yield every certificate for the host with a wildcard name that `issuewild` records keep from Amazon."""
    yield from barred_by(scan.host, verdicts, places, Bar.WILDCARD)
