"""ALB223: clients that ask for the host get the listener's default certificate, which does not name it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.names import covers
from albdoctor.facts.acm import Certificates
from albdoctor.facts.elb import ListenersCertificates
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import AddressProbe, Probes
from albdoctor.text import Text


@check(
    id="ALB223",
    slug="tls-default-certificate",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The certificate served for {host} is the listener's default one, for {names} (at {addresses})",
        ko="{host} 접속에 다른 이름({names})의 기본 인증서가 제공됩니다: {addresses}",
    ),
    why=Text(
        en="No certificate on the listener covers the name that the client asks for, so the load balancer sends its default one and browsers refuse it.",
        ko="리스너에 클라이언트가 요청한 이름을 포함하는 인증서가 없어 로드 밸런서가 기본 인증서를 보내고, 브라우저는 이를 거부합니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Add a certificate for {host} to the HTTPS listener.",
                ko="HTTPS 리스너에 {host} 이름을 포함하는 인증서를 추가하세요.",
            ),
            by_hand=Text(
                en="EC2 > Load Balancers > Listeners and rules > HTTPS:443 > Certificates > Add certificate: choose one for {host}, or request it in ACM first.",
                ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:443 > 인증서 > 인증서 추가에서 {host} 인증서를 고르세요. 없으면 먼저 ACM에서 요청하세요.",
            ),
            verify="curl -sSI --max-time 10 https://{host}/",
        ),
    ),
    breaks={"tls-alike"},
    shows={"certificate-choice", "served-name"},
    words=Text(
        en=(
            "default certificate served; wrong certificate by SNI; "
            "certificate of another domain is served; another site's certificate; not secure; "
            "ERR_CERT_COMMON_NAME_INVALID; browser gets certificate of other host"
        ),
        ko=(
            "기본 인증서가 나옴; 다른 도메인 인증서가 나옴; 안전하지 않음; 주의 요함; "
            "다른 사이트 인증서; SNI 기본 인증서; 인증서 이름이 다름"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",),
)
def tls_default_certificate(
    scan: Scan, probes: Probes, certificates: Certificates, listeners_certificates: ListenersCertificates
) -> Iterator[Verdict]:
    """Yield the host when its addresses serve a listener's default certificate that does not cover it."""
    host = Ref(Kind.DOMAIN, scan.host)
    default = {one.certificate_arn for entry in listeners_certificates for one in entry.certificates if one.is_default}
    sets = {frozenset(one.names) for one in certificates if one.certificate_arn in default}
    served = {probe.address: _names(probe) for probe in probes.addresses if _names(probe)}
    wrong = {
        address: names
        for address, names in served.items()
        if frozenset(names) in sets and not any(covers(name, scan.host) for name in names)
    }
    if wrong:
        yield found(
            host,
            *(saw(asked.tls(address, 443, scan.host), ", ".join(names)) for address, names in wrong.items()),
            host=scan.host,
            addresses=tuple(wrong),
            names=next(iter(wrong.values())),
        )
    elif served:
        yield fine(host)


def _names(probe: AddressProbe) -> tuple[str, ...]:
    """The DNS names of the leaf that was served with SNI; none when the handshake brought no certificate."""
    return probe.with_sni.chain[0].names if probe.with_sni and probe.with_sni.chain else ()
