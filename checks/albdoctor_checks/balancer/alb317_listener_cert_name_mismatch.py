"""ALB317: the certificate that SNI picks on the HTTPS listener is not for the host."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.coverage import covering, served_for, unread
from albdoctor.derive.certificate.https_listeners import HttpsListeners
from albdoctor.facts.acm import Certificates
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.listener_certificate import ADD, BY_HAND, plan


@check(
    id="ALB317",
    slug="listener-cert-name-mismatch",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The HTTPS:{port} listener has no certificate for {host}: it serves one for {names}",
        ko="HTTPS:{port} 리스너에 {host} 인증서가 없어 다른 이름의 인증서를 보냅니다: {names}",
    ),
    why=Text(
        en="Without a certificate for the requested name the listener sends its default one, and browsers stop with ERR_CERT_COMMON_NAME_INVALID. A wildcard covers one label only, never the apex.",
        ko="요청한 이름의 인증서가 없으면 리스너는 기본 인증서를 보내고, 브라우저는 ERR_CERT_COMMON_NAME_INVALID 오류로 멈춥니다. 와일드카드는 한 단계의 하위 이름만 포함하며 루트 도메인은 포함하지 않습니다.",
    ),
    fixes=(ADD, BY_HAND),
    breaks={"served-name"},
    shows={"certificate-choice"},
    stays=True,
    words=Text(
        en=(
            "ERR_CERT_COMMON_NAME_INVALID; certificate name mismatch; "
            "certificate is for another name; SSL_ERROR_BAD_CERT_DOMAIN; not secure; "
            "your connection is not private; listener certificate for other domain; "
            "certificate common name; hostname doesn't match certificate; "
            "certificate warning in browser; www shows certificate error; "
            "certificate valid for other domain; NET::ERR_CERT; wrong certificate on the listener; "
            "wildcard doesn't cover apex"
        ),
        ko=(
            "인증서 도메인 불일치; 안전하지 않음; 주의 요함; 인증서 이름이 다름; 인증서 오류; "
            "인증서 경고; 연결이 비공개로 설정되어 있지 않습니다; 다른 도메인 인증서; "
            "리스너 인증서 불일치; www 인증서 오류; 보안 경고; 인증서가 도메인과 다름; "
            "자물쇠 표시 안 나옴; www 없는 도메인 인증서"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",),
)
def listener_cert_name_mismatch(
    scan: Scan, https_listeners: HttpsListeners, certificates: Certificates
) -> Iterator[Verdict]:
    """Yield every HTTPS:443 listener that serves a certificate for another name."""
    known = {one.certificate_arn: one for one in certificates}
    for https in https_listeners:
        listener, entry = https.listener, https.entry
        if not entry.certificates:
            continue  # one without a certificate is listener-https-without-certificate
        served = tuple(known[arn] for arn in served_for(scan.host, entry, certificates) if arn in known)
        if covering(served, scan.host):
            yield fine(listener.ref)
        elif missing := unread(entry, certificates):
            yield Unknown(gap=Gap.FAILED, asked="acm:DescribeCertificate", detail=f"{missing[0]} was not described")
        else:
            planned = plan(scan.host, listener, certificates)
            yield found(
                listener.ref,
                saw(
                    asked.listener_certificates(listener), "; ".join(one.certificate_arn for one in entry.certificates)
                ),
                *(saw(asked.certificate(one), ", ".join(one.names)) for one in served),
                fix=planned.fix,
                fix_values=planned.values,
                host=scan.host,
                port=listener.port,
                names=tuple(name for one in served for name in one.names),
            )
