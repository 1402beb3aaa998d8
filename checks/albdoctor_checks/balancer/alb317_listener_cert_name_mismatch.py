"""ALB317: the certificate that SNI picks on the HTTPS listener is not for the host."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.certificate.coverage import covering, entry_of, issued, served_for, unread
from albdoctor.derive.request.serving import region_of
from albdoctor.facts.acm import Certificates
from albdoctor.facts.elb import Listeners, ListenersCertificates
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

VERIFY = "aws elbv2 describe-listener-certificates --region {region} --listener-arn {arn} --query 'Certificates[].CertificateArn' --output text"

ADD = Fix(
    summary=Text(
        en="Add the issued certificate for {host} to the listener's list.",
        ko="이미 발급된 {host} 인증서를 리스너의 인증서 목록에 추가하세요.",
    ),
    script="aws elbv2 add-listener-certificates --region {region} --listener-arn {arn} --certificates CertificateArn={certificate}\n",
    console=(
        Text(
            en="EC2 > Load Balancers > Listeners and rules > HTTPS:{port} > Certificates > Add certificate",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:{port} > 인증서 > 인증서 추가",
        ),
    ),
    terraform="""\
resource "aws_lb_listener_certificate" "host" {
  listener_arn    = "{arn}"
  certificate_arn = "{certificate}"
}
""",
    verify=VERIFY,
)

BY_HAND = Fix(
    summary=Text(
        en="Get a certificate for {host} issued in {region} and add it to the listener.",
        ko="{region} 리전에서 {host} 인증서를 발급받아 리스너에 추가하세요.",
    ),
    console=ADD.console,
    by_hand=Text(
        en="No issued certificate in {region} covers {host}. Request one and publish its validation record:\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "When it is ISSUED, add it to the listener:\n"
        "  aws elbv2 add-listener-certificates --region {region} --listener-arn {arn} --certificates CertificateArn=CERTIFICATE_ARN",
        ko="{region} 리전에 {host} 이름을 포함하는 발급된 인증서가 없습니다. 인증서를 요청하고 검증 레코드를 등록하세요.\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "상태가 발급됨(ISSUED)으로 바뀌면 리스너에 추가합니다.\n"
        "  aws elbv2 add-listener-certificates --region {region} --listener-arn {arn} --certificates CertificateArn=CERTIFICATE_ARN",
    ),
    verify=VERIFY,
)


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
    fixes=(BY_HAND,),
    breaks={"served-name"},
    shows={"certificate-choice"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",),
)
def listener_cert_name_mismatch(
    scan: Scan, listeners: Listeners, listeners_certificates: ListenersCertificates, certificates: Certificates
) -> Iterator[Verdict]:
    """Yield every HTTPS:443 listener that serves a certificate for another name."""
    known = {one.certificate_arn: one for one in certificates}
    for listener in (one for one in listeners if one.port == 443 and one.protocol == "HTTPS"):
        entry = entry_of(listener, listeners_certificates)
        if isinstance(entry, Unknown):
            yield entry
            continue
        if not entry.certificates:
            continue  # one without a certificate is listener-https-without-certificate
        served = [known[arn] for arn in served_for(scan.host, entry, certificates) if arn in known]
        if covering(tuple(served), scan.host):
            yield fine(listener.ref)
        elif missing := unread(entry, certificates):
            yield Unknown(gap=Gap.FAILED, asked="acm:DescribeCertificate", detail=f"{missing[0]} was not described")
        else:
            region = region_of(listener.listener_arn)
            spare = covering(issued(certificates, region), scan.host)
            yield found(
                listener.ref,
                saw(
                    f"elasticloadbalancing DescribeListenerCertificates HTTPS:{listener.port}",
                    "; ".join(one.certificate_arn for one in entry.certificates),
                ),
                *(saw(f"acm DescribeCertificate {one.certificate_arn}", ", ".join(one.names)) for one in served),
                fix=ADD if spare else BY_HAND,
                fix_values={"certificate": spare[0].certificate_arn} if spare else {},
                host=scan.host,
                port=listener.port,
                names=tuple(name for one in served for name in one.names),
                region=region,
                arn=listener.listener_arn,
            )
