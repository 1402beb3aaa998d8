"""ALB214: a certificate for the host is issued, but the HTTPS listener does not have it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.coverage import Covering, entry_of, issued, names_unread, unread
from albdoctor.facts.acm import Certificate, Certificates
from albdoctor.facts.arn import region_of
from albdoctor.facts.elb import Listener, ListenerCertificates, Listeners, ListenersCertificates
from albdoctor.facts.known import Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Add the certificate for {host} to the HTTPS listener on port {port}.",
        ko="{port} 포트의 HTTPS 리스너에 {host} 인증서를 추가하세요.",
    ),
    script="aws elbv2 add-listener-certificates --region {region} --listener-arn {listener} --certificates CertificateArn={arn}",
    console=(
        Text(
            en="EC2 > Load Balancers > Listeners and rules > HTTPS:{port} > Certificates > Add certificate",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:{port} > 인증서 > 인증서 추가",
        ),
    ),
    verify="aws elbv2 describe-listener-certificates --region {region} --listener-arn {listener}",
)


@check(
    id="ALB214",
    slug="acm-issued-but-not-attached",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="A certificate for {host} is issued, but the HTTPS listener on port {port} does not have it",
        ko="{host} 인증서가 발급되어 있지만 {port} 포트의 HTTPS 리스너에 추가되지 않았습니다",
    ),
    why=Text(
        en="A listener serves only the certificates that are on it: clients that ask for {host} get the default one, and browsers refuse it.",
        ko="리스너는 추가된 인증서만 제공합니다. {host} 이름으로 접속하면 기본 인증서가 전송되고, 브라우저는 이를 거부합니다.",
    ),
    fixes=(FIX,),
    breaks={"certificate-choice"},
    mends={"listener-cert-name-mismatch"},
    words=Text(
        en=(
            "certificate issued but not attached; cert in ACM but browser shows other; "
            "add certificate to listener; new certificate not used; SNI certificate list; "
            "certificate issued but not in use; old certificate still served; "
            "attach certificate to ALB; InUse no; listener still has the previous certificate; "
            "replaced the certificate but still the old one"
        ),
        ko=(
            "인증서 발급됐는데 적용 안됨; 리스너에 인증서 추가; 새 인증서가 적용 안됨; "
            "예전 인증서가 나옴; SNI 인증서 목록; 인증서 연결 안됨; 인증서는 발급됨인데 안됨; "
            "인증서 교체 안됨; 로드밸런서에 인증서 적용; 발급된 인증서 사용 중 아니요"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",),
)
def acm_issued_but_not_attached(
    scan: Scan,
    certificates: Certificates,
    fitting: Covering,
    listeners: Listeners,
    listeners_certificates: ListenersCertificates,
) -> Iterator[Verdict]:
    """Yield the issued certificate for the host that no certificate of an HTTPS listener stands in for."""
    arns = {one.certificate_arn for one in fitting}
    for listener in (one for one in listeners if one.protocol == "HTTPS"):
        entry = entry_of(listener, listeners_certificates)
        spare = issued(fitting, region_of(listener.listener_arn))
        if isinstance(entry, Unknown):
            yield entry
        elif not entry.certificates:
            continue  # one without a certificate is listener-https-without-certificate
        elif any(one.certificate_arn in arns for one in entry.certificates):
            yield fine(listener.ref)
        elif foreign := unread(entry, certificates):
            yield names_unread(foreign)
        elif spare:
            yield _not_attached(scan.host, spare[0], listener, entry)


def _not_attached(host: str, spare: Certificate, listener: Listener, entry: ListenerCertificates) -> Verdict:
    on_it = ", ".join(one.certificate_arn for one in entry.certificates)
    return found(
        spare.ref,
        saw(asked.certificate(spare), f"ISSUED: {', '.join(spare.names)}"),
        saw(asked.listener_certificates(listener), on_it or "[]"),
        key=listener.listener_arn,
        host=host,
        port=listener.port,
        listener=listener.listener_arn,
        arn=spare.certificate_arn,
        region=spare.region,
    )
