"""ALB216: the certificate serves today, and ACM cannot renew it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Evidence, Finding, Verdict, check, fine, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.certificate.renewing import Renewal, Renewals
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, Value
from albdoctor_checks.certificate.wrong_record import answered
from albdoctor_checks.fixes import renewal


@check(
    id="ALB216",
    slug="acm-renewal-at-risk",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="ACM cannot renew the certificate that serves {host} until {ends} ({days} days left): {obstacle}",
        ko="ACM이 {host} 인증서를 갱신할 수 없습니다. 만료일 {ends}({days}일 남음): {obstacle}",
    ),
    why=Text(
        en="ACM renews a certificate 45 to 60 days before its end, and proves every name on it again. Where that fails nothing happens at first; on the day of the end every browser refuses the site.",
        ko="ACM은 만료 45~60일 전에 인증서를 갱신하면서 모든 이름을 다시 검증합니다. 실패해도 당장은 문제가 없지만, 만료일이 되면 모든 브라우저가 접속을 거부합니다.",
    ),
    fixes=renewal.EVERY,
    explains={"acm-expired-or-expiring"},
    mends={"acm-expired-or-expiring"},
    words=Text(
        en=(
            "renewal failed; certificate renewal at risk; renewal pending validation; renewal eligibility ineligible; "
            "ACM did not renew; ACM could not renew certificate email; deleted the validation CNAME; "
            "can I delete the ACM CNAME after validation; action required certificate renewal; "
            "managed renewal failed; auto renewal of certificate; renewal status failed"
        ),
        ko=(
            "인증서 갱신 실패; 인증서 자동 갱신 안됨; ACM 갱신 실패 메일; 검증 CNAME 삭제; 검증 레코드 지워도 되나요; "
            "갱신 검증 대기 중; 갱신 상태 실패; ACM이 갱신하지 못함"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/acm/latest/userguide/dns-renewal-validation.html",
        "https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-renewal.html",
    ),
)
def acm_renewal_at_risk(scan: Scan, renewals: Renewals, places: CertificatePlaces) -> Iterator[Verdict]:
    """Yield every certificate of ACM's that serves the host and that it will not be able to renew."""
    for one in renewals:
        if not (one.lost or one.by_mail or one.fails):
            yield from () if one.unseen else (fine(one.certificate.ref),)
            continue
        plan = renewal.plan(one, scan.host, places)
        yield Finding(
            subject=one.certificate.ref,
            evidence=tuple(_seen(one)),
            values=plan.values | _until(one, scan),
            fix=plan.fix,
        )


def _until(one: Renewal, scan: Scan) -> dict[str, Value]:
    end = one.certificate.not_after
    if end is None:
        return {"ends": "-", "days": "-"}
    return {"ends": end.date().isoformat(), "days": (end - scan.taken_at).days}


def _seen(one: Renewal) -> Iterator[Evidence]:
    yield from (answered(answer) for record in one.lost for answer in record.seen)
    summary = one.certificate.renewal_summary
    if summary is not None:
        told = " ".join(filter(None, (summary.renewal_status, summary.renewal_status_reason)))
        yield saw(asked.certificate(one.certificate), f"RenewalStatus: {told}")
