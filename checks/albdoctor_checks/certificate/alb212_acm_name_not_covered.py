"""ALB212: no certificate holds the host's name, neither on the HTTPS listener nor in the Region."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Verdict, check, fine, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.coverage import (
    Covering,
    HttpsRegions,
    ended,
    issued,
    names_unread,
    out_of_reach,
    pending,
    unread,
    unusable,
)
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.facts.acm import Certificates, CertificatesElsewhere
from albdoctor.facts.known import Kind, Observed, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes import certificate_request


@check(
    id="ALB212",
    slug="acm-name-not-covered",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="No certificate in {region} covers {host}: those on the HTTPS listener are for {names}",
        ko="{region} 리전에 {host} 이름을 포함하는 인증서가 없습니다(HTTPS 리스너의 인증서: {names})",
    ),
    why=Text(
        en="Browsers refuse a certificate that does not name the host. A wildcard stands for one label only: *.shop.example covers neither shop.example nor a.b.shop.example.",
        ko="브라우저는 호스트 이름이 들어 있지 않은 인증서를 거부합니다. 와일드카드는 한 단계만 뜻하므로 *.shop.example 인증서는 shop.example이나 a.b.shop.example에 쓸 수 없습니다.",
    ),
    fixes=certificate_request.EVERY,
    breaks={"certificate-choice"},
    mends={"listener-cert-name-mismatch"},
    words=Text(
        en=(
            "certificate does not cover host; wildcard doesn't cover apex; www vs non-www; "
            "certificate for www only; need SAN; add domain to certificate; "
            "certificate lacks the subdomain; no certificate for this name; "
            "wildcard only one level; "
            "a.b subdomain not covered by wildcard; certificate only for example.com not www; "
            "request new certificate with both names; certificate with root and www; "
            "multi-level subdomain certificate"
        ),
        ko=(
            "인증서 도메인 불일치; 와일드카드 루트 도메인 미포함; www 없는 도메인 인증서; "
            "와일드카드 인증서 서브도메인; 인증서에 도메인 추가; 인증서에 www 없음; "
            "루트 도메인 인증서 없음; 2단계 서브도메인 와일드카드; "
            "인증서에 없는 도메인; 와일드카드 인증서 적용 안됨; SAN 추가"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",),
)
def acm_name_not_covered(
    scan: Scan,
    certificates: Certificates,
    fitting: Covering,
    regions: HttpsRegions,
    certificates_elsewhere: Observed[CertificatesElsewhere],
    places: CertificatePlaces,
) -> Iterator[Verdict]:
    """Yield the host once a Region when a balancer there has an HTTPS listener and no certificate is for it."""
    for here in regions:
        foreign = tuple(arn for entry in here.entries for arn in unread(entry, certificates))
        if issued(fitting, here.region) or any(one.certificate_arn in here.arns for one in fitting):
            yield fine(Ref(Kind.DOMAIN, scan.host))
        elif (
            pending(fitting, here.region)
            or unusable(fitting, here.region)
            or ended(fitting, here.region)
            or out_of_reach(scan.host, here.region, certificates, certificates_elsewhere)
        ):
            continue  # ALB201, ALB232, ALB208 and ALB213 tell these
        elif foreign:
            yield names_unread(foreign)
        else:
            names = tuple(name for one in certificates if one.certificate_arn in here.arns for name in one.names)
            yield _not_covered(scan.host, here.region, names, places)


def _not_covered(host: str, region: str, names: tuple[str, ...], places: CertificatePlaces) -> Finding:
    plan = certificate_request.plan(host, region, places)
    return Finding(
        subject=Ref(Kind.DOMAIN, host),
        evidence=(
            saw(asked.listener_certificates(), ", ".join(names) or "Certificates: []"),
            saw(asked.certificates(region), f"{host}: []"),
        ),
        values={**plan.values, "names": names or "-"},
        fix=plan.fix,
        key=region,
    )
