"""ALB207: something else answers where the validation CNAME should: a proxy, another record, a wildcard, a zone cut."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.certificate.validation import SoughtCertificates, State
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.certificate.wrong_record import wrong_records
from albdoctor_checks.fixes import validation_record

HIDDEN = {
    State.OTHER_DATA: validation_record.UNCOVER,
    State.WILDCARD: validation_record.BY_HAND,
    State.CUT: validation_record.BELOW_THE_CUT,
}


@check(
    id="ALB207",
    slug="acm-validation-cname-hidden",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="ACM does not see the validation CNAME of the certificate for {host}: at {names} zone {zones} answers {found}",
        ko="ACM이 {host} 인증서의 검증용 CNAME을 볼 수 없습니다. {names} 조회에 {zones} 영역이 다른 응답을 줍니다: {found}",
    ),
    why=Text(
        en="ACM needs the CNAME itself. A proxied or flattened record is shown as addresses, a TXT is another record, a wildcard answers for every name without a record of its own, and a name below a delegated zone is looked up in that zone only.",
        ko="ACM은 CNAME 레코드 자체를 확인합니다. 프록시나 flattening을 켠 레코드는 주소로 보이고, TXT는 다른 레코드입니다. 와일드카드는 자기 레코드가 없는 모든 이름에 응답하며, 위임된 하위 영역의 이름은 그 영역에서만 조회됩니다.",
    ),
    fixes=(
        validation_record.BY_SCRIPT,
        validation_record.UNCOVER,
        validation_record.BY_HAND,
        validation_record.BELOW_THE_CUT,
    ),
    breaks={"validation"},
    words=Text(
        en=(
            "orange cloud validation CNAME; Cloudflare proxied ACM validation; DNS only grey cloud; "
            "CNAME flattening ACM; validation record shows A instead of CNAME; TXT instead of CNAME; "
            "wildcard CNAME answers for validation record; validation record in parent zone but subdomain delegated; "
            "validation CNAME exists but ACM does not see it"
        ),
        ko=(
            "Cloudflare 프록시 인증서 검증; 주황색 구름 CNAME; DNS only; CNAME 대신 TXT 등록; "
            "CNAME이 A로 보임; 와일드카드 CNAME 검증 안됨; 하위 도메인 위임 검증 레코드; "
            "CNAME 등록했는데 ACM이 못 찾음"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-DNS-validation.html",),
)
def acm_validation_cname_hidden(
    scan: Scan, looked_up: SoughtCertificates, places: CertificatePlaces
) -> Iterator[Verdict]:
    """Yield every pending certificate for the host whose record is covered by something else."""
    yield from wrong_records(scan.host, looked_up, places, HIDDEN)
