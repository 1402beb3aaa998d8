"""ALB213: the certificate for the host is in another Region than the load balancer."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Verdict, check, fine, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.coverage import Covering, issued, out_of_reach, pending
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.facts.acm import Certificate, Certificates, CertificatesElsewhere
from albdoctor.facts.elb import LoadBalancers
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes import certificate_request


@check(
    id="ALB213",
    slug="acm-wrong-region",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The certificate for {host} is in {other_region}, the load balancer in {region}",
        ko="{host} 인증서는 {other_region} 리전에, 로드 밸런서는 {region} 리전에 있습니다",
    ),
    why=Text(
        en="A load balancer can use certificates of its own Region only. us-east-1 is right for CloudFront, not for a load balancer elsewhere.",
        ko="로드 밸런서는 같은 리전의 인증서만 쓸 수 있습니다. us-east-1 인증서는 CloudFront용이며 다른 리전의 로드 밸런서에는 쓸 수 없습니다.",
    ),
    fixes=certificate_request.EVERY,
    breaks={"certificate", "certificate-choice"},
    words=Text(
        en=(
            "certificate in us-east-1; wrong Region certificate; CertificateNotFound; "
            "certificate not in the list; certificate does not appear in load balancer dropdown; "
            "certificate in another Region; ACM certificate not showing up for ALB; "
            "can't select certificate; certificate ARN not found; CloudFront certificate for ALB"
        ),
        ko=(
            "인증서 리전 us-east-1; 인증서 리전 다름; 버지니아 리전 인증서; 인증서가 목록에 안 보임; "
            "ALB에서 인증서 선택 안됨; 서울 리전에 인증서 없음; CertificateNotFound; "
            "다른 리전의 인증서; 인증서 드롭다운에 없음"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html",),
)
def acm_wrong_region(
    scan: Scan,
    certificates: Certificates,
    fitting: Covering,
    certificates_elsewhere: Observed[CertificatesElsewhere],
    load_balancers: LoadBalancers,
    places: CertificatePlaces,
) -> Iterator[Verdict]:
    """Yield a certificate for the host, issued or pending, when a balancer's Region has none."""
    for region in dict.fromkeys(balancer.region for balancer in load_balancers):
        here = (*issued(fitting, region), *pending(fitting, region))
        elsewhere = out_of_reach(scan.host, region, certificates, certificates_elsewhere)
        if here:
            yield fine(here[0].ref)
        elif elsewhere:
            yield _elsewhere(scan.host, region, elsewhere[0], places)
        elif isinstance(certificates_elsewhere, Unknown):
            yield certificates_elsewhere


def _elsewhere(host: str, region: str, certificate: Certificate, places: CertificatePlaces) -> Finding:
    plan = certificate_request.plan(host, region, places)
    return Finding(
        subject=certificate.ref,
        evidence=(
            saw(asked.certificates(region), f"{host}: []"),
            saw(asked.certificates(certificate.region), certificate.certificate_arn),
        ),
        values={"other_region": certificate.region} | plan.values,
        fix=plan.fix,
        key=region,
    )
