"""ALB232: the only certificate for the host in the load balancer's Region is one that no load balancer can use."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Finding, Verdict, check, fine, saw
from albdoctor.checkup.finding import Severity
from albdoctor.derive import asked
from albdoctor.derive.certificate.coverage import (
    Covering,
    issued,
    names_unread,
    out_of_reach,
    pending,
    unfit,
    unread,
    unusable,
)
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.request.arrival import Arrival, HttpsAnswer
from albdoctor.facts.acm import Certificate, Certificates, CertificatesElsewhere
from albdoctor.facts.elb import ListenersCertificates, LoadBalancers
from albdoctor.facts.known import Observed
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes import certificate_request


@check(
    id="ALB232",
    slug="acm-not-usable-on-load-balancer",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The only certificate for {host} in {region} cannot be used on a load balancer ({unfit})",
        ko="{region} 리전에 있는 {host} 인증서는 로드 밸런서에 쓸 수 없는 것뿐입니다({unfit})",
    ),
    why=Text(
        en="A load balancer needs the private key at ACM and a certificate for servers. The key of an ACME certificate stays with the client that asked for it, a CLIENT_AUTH_ONLY certificate identifies clients, and one that CloudFront manages serves its distributions only: it is ISSUED, and no HTTPS listener takes it.",
        ko="로드 밸런서에는 ACM에 개인 키가 있는 서버용 인증서가 필요합니다. ACME 인증서의 키는 발급을 요청한 클라이언트에만 있고, CLIENT_AUTH_ONLY 인증서는 클라이언트 인증용이며, CloudFront가 관리하는 인증서는 배포에서만 쓸 수 있습니다. 상태가 발급됨(ISSUED)이어도 HTTPS 리스너에 추가할 수 없습니다.",
    ),
    fixes=certificate_request.EVERY,
    breaks={"certificate", "certificate-choice"},
    mends={"listener-cert-name-mismatch"},
    words=Text(
        en=(
            "certificate cannot be used on load balancer; certificate not eligible; "
            "ACME certificate; exportable certificate; CLIENT_AUTH certificate; "
            "key algorithm not supported; RSA 4096 certificate; Let's Encrypt certificate on ALB; "
            "UnsupportedCertificate key type; unsupported key size"
        ),
        ko=(
            "로드 밸런서에 쓸 수 없는 인증서; 지원되지 않는 인증서; 키 알고리즘 인증서; "
            "Let's Encrypt 인증서 ALB; 인증서를 ALB에 쓸 수 없음; 지원하지 않는 키 길이; "
            "ACME 인증서"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",
    ),
)
def acm_not_usable_on_load_balancer(
    scan: Scan,
    certificates: Certificates,
    fitting: Covering,
    certificates_elsewhere: Observed[CertificatesElsewhere],
    load_balancers: LoadBalancers,
    listeners_certificates: ListenersCertificates,
    arrival: Arrival,
    https: HttpsAnswer,
    places: CertificatePlaces,
) -> Iterator[Verdict]:
    """Yield a certificate that no load balancer can use, where the balancer has nothing else for the host."""
    on_listeners = {one.certificate_arn for entry in listeners_certificates for one in entry.certificates}
    foreign = tuple(arn for entry in listeners_certificates for arn in unread(entry, certificates))
    held = any(one.certificate_arn in on_listeners for one in fitting)
    for region in dict.fromkeys(balancer.region for balancer in load_balancers):
        unfit_here = unusable(fitting, region)
        usable = (*issued(fitting, region), *pending(fitting, region))
        if not unfit_here:
            yield from (fine(one.ref) for one in usable)
        elif usable or held or https.served or https.fronted:
            # Beside one that serves, it is where it belongs: at clients, at a CDN, at a web server of one's own.
            yield fine(unfit_here[0].ref)
        elif foreign:
            yield names_unread(foreign)
        elif not out_of_reach(scan.host, region, certificates, certificates_elsewhere):  # else ALB213 tells it
            severity = None if arrival.at_balancer else WARNING
            yield _unfit(scan.host, region, unfit_here[0], places, severity)


def _unfit(
    host: str, region: str, certificate: Certificate, places: CertificatePlaces, severity: Severity | None
) -> Finding:
    plan = certificate_request.plan(host, region, places)
    why = unfit(certificate)
    return Finding(
        subject=certificate.ref,
        evidence=(saw(asked.certificate(certificate), f"{certificate.status}: {', '.join(certificate.names)}; {why}"),),
        severity=severity,
        values={"unfit": why} | plan.values,
        fix=plan.fix,
        key=region,
    )
