"""ALB212: no certificate holds the host's name, neither on the HTTPS listener nor in the Region."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Verdict, check, fine, saw
from albdoctor.derive.certificate.coverage import covering, entry_of, issued, out_of_reach, pending, unread
from albdoctor.facts.acm import Certificates, CertificatesElsewhere
from albdoctor.facts.dns import Delegation
from albdoctor.facts.elb import Listeners, ListenersCertificates
from albdoctor.facts.known import Gap, Kind, Known, Observed, Ref, Unknown
from albdoctor.facts.route53 import HostedZones
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.certificate.validation_fix import REQUEST_BY_HAND, https_listeners, request


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
    fixes=(REQUEST_BY_HAND,),
    breaks={"certificate-choice"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",),
)
def acm_name_not_covered(
    scan: Scan,
    certificates: Certificates,
    listeners: Listeners,
    listeners_certificates: ListenersCertificates,
    certificates_elsewhere: Observed[CertificatesElsewhere],
    hosted_zones: Observed[HostedZones],
    delegation: Observed[Delegation],
) -> Iterator[Verdict]:
    """Yield the host once a Region when a balancer there has an HTTPS listener and no certificate is for it."""
    fitting = covering(certificates, scan.host)
    host = Ref(Kind.DOMAIN, scan.host)
    for region in dict.fromkeys(one.listener_arn.split(":")[3] for one in listeners if one.protocol == "HTTPS"):
        lists = [entry_of(one, listeners_certificates) for one in https_listeners(Known(listeners), region)]
        if gaps := [one for one in lists if isinstance(one, Unknown)]:
            yield gaps[0]
            continue
        here = [one for one in lists if not isinstance(one, Unknown)]
        foreign = tuple(arn for entry in here for arn in unread(entry, certificates))
        on_it = {one.certificate_arn for entry in here for one in entry.certificates}
        if issued(fitting, region) or any(one.certificate_arn in on_it for one in fitting):
            yield fine(host)
        elif pending(fitting, region) or out_of_reach(scan.host, region, certificates, certificates_elsewhere):
            continue  # ALB201 and ALB213 tell these
        elif foreign:
            yield Unknown(gap=Gap.NOT_ASKED, asked="iam:GetServerCertificate", detail=", ".join(foreign))
        else:
            names = tuple(name for one in certificates if one.certificate_arn in on_it for name in one.names)
            fix = request(scan.host, region, hosted_zones, delegation, Known(listeners))
            yield Finding(
                subject=host,
                evidence=(
                    saw("elasticloadbalancing DescribeListenerCertificates", ", ".join(names) or "Certificates: []"),
                    saw(f"acm ListCertificates {region}", f"{scan.host}: []"),
                ),
                values={**fix.values, "names": names or "-"},
                fix=fix.fix,
                key=region,
            )
