"""ALB202: the CNAME that ACM waits for is nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, Evidence, Finding, Verdict, check, fine, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.certificate.validation import SoughtCertificates
from albdoctor.derive.names import plain
from albdoctor.facts.acm import ValidationRecord
from albdoctor.facts.dns import ValidationAnswers
from albdoctor.facts.known import Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.fixes import validation_record

DEAD_ZONE = Text(
    en="The record is in a Route 53 hosted zone that these credentials cannot read and that is not delegated.",
    ko="이 자격 증명으로 읽을 수 없고 위임되지도 않은 Route 53 호스팅 영역에 레코드가 있습니다.",
)


@check(
    id="ALB202",
    slug="acm-validation-cname-missing",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The validation CNAME of the certificate for {host} does not exist: {names}",
        ko="{host} 인증서의 검증용 CNAME 레코드가 없습니다: {names}",
    ),
    why=Text(
        en="ACM looks this record up in public DNS as proof that the domain is yours. Without it the certificate is never issued, and HTTPS does not work.",
        ko="ACM은 공개 DNS에서 이 레코드를 조회해 도메인 소유를 확인합니다. 레코드가 없으면 인증서가 발급되지 않고 HTTPS를 쓸 수 없습니다.",
    ),
    fixes=validation_record.EVERY,
    breaks={"validation"},
    words=Text(
        en=(
            "validation CNAME missing; create records in Route 53; validation record not created; "
            "forgot the validation CNAME; acm-validations.aws; CNAME for certificate validation; "
            "where to add the ACM CNAME"
        ),
        ko=(
            "Route 53에서 레코드 생성; 검증 CNAME 없음; 검증 레코드 누락; 인증서 CNAME 등록; "
            "검증용 CNAME 추가; 가비아 CNAME 인증서 검증; CNAME 이름 CNAME 값; ACM 레코드 등록"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-DNS-validation.html",),
)
def acm_validation_cname_missing(
    scan: Scan, looked_up: SoughtCertificates, validation_answers: ValidationAnswers, places: CertificatePlaces
) -> Iterator[Verdict]:
    """Yield every pending certificate for the host with a CNAME that is neither public nor in any zone."""
    for one in looked_up:
        certificate = one.certificate
        missing = tuple(each for each in one.records if each.nowhere)
        yield from one.gaps
        if missing:
            records = tuple(each.record for each in missing)
            blind = any(isinstance(each.held, Unknown) for each in missing)
            plan = validation_record.plan(certificate, records, scan.host, places)
            yield Finding(
                subject=certificate.ref,
                evidence=tuple(_looked_up(record, validation_answers) for record in records),
                certainty=LIKELY if blind else CONFIRMED,
                alternatives=(DEAD_ZONE,) if blind else (),
                decide=command("aws route53 list-hosted-zones") if blind else "",
                values=plan.values,
                fix=plan.fix,
            )
        elif not one.gaps:
            yield fine(certificate.ref)


def _looked_up(record: ValidationRecord, answers: ValidationAnswers) -> Evidence:
    got = (answer for one in answers if one.name == plain(record.name) for answer in one.answers)
    return saw(
        asked.dns("CNAME", plain(record.name)),
        "; ".join(f"{answer.server} {answer.rcode or answer.error}, CNAME: []" for answer in got),
    )
