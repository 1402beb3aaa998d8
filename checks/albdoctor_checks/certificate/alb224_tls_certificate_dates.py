"""ALB224: the certificate as served has expired, or is not valid yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from albdoctor.checkup import ERROR, Evidence, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.held import HeldCertificates
from albdoctor.derive.certificate.served import ServedCertificates, Shown, Trouble
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.served_certificate import FIXES, plan


@check(
    id="ALB224",
    slug="tls-certificate-dates",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The certificate served for {host} {what}, at {failing} of {all} addresses: {addresses}",
        ko="{host} 접속에 제공되는 인증서의 유효 기간이 맞지 않습니다({what}). 주소 {all}개 중 {failing}개: {addresses}",
    ),
    why=Text(
        en="Browsers stop with ERR_CERT_DATE_INVALID. The dates are those of the certificate that was really served, or of one in its chain.",
        ko="브라우저가 ERR_CERT_DATE_INVALID 오류로 멈춥니다. 실제로 제공된 인증서나 그 체인에 있는 인증서의 날짜입니다.",
    ),
    fixes=FIXES,
    breaks={"tls-alike"},
    shows={"arrival", "served-certificate"},
    words=Text(
        en=(
            "certificate expired; ERR_CERT_DATE_INVALID; certificate not yet valid; "
            "expired cert is served; certificate has expired; expired intermediate; "
            "clock skew certificate; SSL expired"
        ),
        ko=("만료된 인증서; 인증서 만료됨; 인증서 날짜 오류; 만료된 인증서가 제공됨; 인증서 유효 기간 지남; SSL 만료"),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/import-reimport.html",),
)
def tls_certificate_dates(scan: Scan, served: ServedCertificates, holds: HeldCertificates) -> Iterator[Verdict]:
    """Yield the host when its addresses serve a certificate outside its dates."""
    host = Ref(Kind.DOMAIN, scan.host)
    wrong = served.with_(Trouble.DATES)
    if wrong:
        planned = plan(scan.host, wrong[0].leaf, holds, scan.taken_at)
        yield found(
            host,
            *(_seen(one, scan) for one in wrong),
            fix=planned.fix,
            fix_values=planned.values,
            host=scan.host,
            what=_what(wrong[0], scan.taken_at),
            failing=len(wrong),
            all=served.tried,
            addresses=tuple(one.address for one in wrong),
        )
    elif served.trusted:
        yield fine(host)


def _seen(shown: Shown, scan: Scan) -> Evidence:
    culprit = shown.outdated(scan.taken_at)
    dates = (culprit.subject, f"{culprit.not_before.date()} - {culprit.not_after.date()}") if culprit else ()
    return saw(asked.tls(shown.address, 443, scan.host), ", ".join((shown.words, *dates)))


def _what(shown: Shown, now: datetime) -> Text:
    culprit = shown.outdated(now)
    if culprit is None:
        return Text(en="is outside its dates", ko=shown.words)
    if now > culprit.not_after:
        day = culprit.not_after.date().isoformat()
        return Text(en=f"expired on {day}", ko=f"{day} 만료")
    day = culprit.not_before.date().isoformat()
    return Text(en=f"is not valid before {day}", ko=f"{day} 이전에는 유효하지 않음")
