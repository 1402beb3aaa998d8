"""ALB215: the certificate that the HTTPS listener has for the host has expired, or ends soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from albdoctor.checkup import ERROR, WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.renewing import InService, soon
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Have ACM renew the certificate ({type}) before {ends}, or replace it.",
        ko="{ends} 이전에 ACM이 인증서({type})를 갱신하게 하거나 직접 교체하세요.",
    ),
    by_hand=Text(
        en="AMAZON_ISSUED: the validation CNAMEs must be in public DNS and the certificate in use; see RenewalSummary in the output of\n"
        "  aws acm describe-certificate --region {region} --certificate-arn {arn}\n"
        "IMPORTED: get a new certificate from its issuer and import it under the same ARN:\n"
        "  aws acm import-certificate --region {region} --certificate-arn {arn} --certificate fileb://cert.pem --private-key fileb://key.pem --certificate-chain fileb://chain.pem",
        ko="AMAZON_ISSUED: 검증용 CNAME이 공개 DNS에 있고 인증서가 사용 중이어야 합니다. 다음 명령의 RenewalSummary를 확인하세요.\n"
        "  aws acm describe-certificate --region {region} --certificate-arn {arn}\n"
        "IMPORTED: 발급 기관에서 새 인증서를 받아 같은 ARN으로 가져오세요.\n"
        "  aws acm import-certificate --region {region} --certificate-arn {arn} --certificate fileb://cert.pem --private-key fileb://key.pem --certificate-chain fileb://chain.pem",
    ),
    verify="aws acm describe-certificate --region {region} --certificate-arn {arn} --query Certificate.NotAfter",
)


EXPIRED = replace(
    FIX,
    summary=Text(
        en="Replace the certificate ({type}), or have ACM renew it now: it expired on {ends}.",
        ko="{ends}에 만료되었습니다. 인증서({type})를 교체하거나 ACM이 지금 갱신하게 하세요.",
    ),
)


@check(
    id="ALB215",
    slug="acm-expired-or-expiring",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The listener's certificate for {host} {expires}",
        ko="리스너의 {host} 인증서가 {expires}",
    ),
    why=Text(
        en="From that day every browser refuses the connection.",
        ko="그날부터 모든 브라우저가 연결을 거부합니다.",
    ),
    fixes=(FIX, EXPIRED),
    explains={"tls-certificate-dates", "acm-imported-cert-no-auto-renewal"},
    words=Text(
        en=("certificate expired; certificate expires soon; certificate expiry warning email; ACM expiration notice"),
        ko=(
            "인증서 갱신 실패; 만료된 인증서; 인증서 만료 예정; 인증서 자동 갱신 안됨; "
            "가져온 인증서 만료; 인증서 갱신; 인증서 만료 메일; 인증서 유효기간; ACM 갱신 안됨"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html",),
)
def acm_expired_or_expiring(scan: Scan, in_service: InService) -> Iterator[Verdict]:
    """Yield every certificate that a listener may serve for the host and that should have been renewed by now."""
    for certificate in in_service:
        if certificate.not_after is None:
            continue
        left = certificate.not_after - scan.taken_at
        if left >= soon(certificate):
            yield fine(certificate.ref)
            continue
        ends = certificate.not_after.date().isoformat()
        yield found(
            certificate.ref,
            saw(asked.certificate(certificate), f"NotAfter: {ends}, {certificate.type}"),
            severity=WARNING if left > timedelta() else None,
            fix=None if left > timedelta() else EXPIRED,
            host=scan.host,
            ends=ends,
            expires=_expires(ends, left),
            type=certificate.type or "-",
            arn=certificate.certificate_arn,
            region=certificate.region,
        )


def _expires(ends: str, left: timedelta) -> Text:
    if left <= timedelta():
        return Text(en=f"expired on {ends}", ko=f"{ends}에 만료되었습니다")
    return Text(en=f"expires on {ends} ({left.days} days left)", ko=f"{ends}에 만료됩니다({left.days}일 남음)")
