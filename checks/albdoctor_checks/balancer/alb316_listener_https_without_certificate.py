"""ALB316: an HTTPS listener has no certificate, so that no handshake can end well."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.coverage import covering, entry_of, issued
from albdoctor.derive.request.own_probes import OwnProbes
from albdoctor.facts.acm import Certificates
from albdoctor.facts.elb import Listeners, ListenersCertificates
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

CONSOLE = (
    Text(
        en="EC2 > Load Balancers > Listeners and rules > HTTPS:{port} > Edit > Default SSL/TLS certificate",
        ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:{port} > 편집 > 기본 SSL/TLS 인증서",
    ),
)
VERIFY = "aws elbv2 describe-listeners --region {region} --listener-arns {listener} --query 'Listeners[0].Certificates'"
SCRIPT = Fix(
    summary=Text(
        en="Make the issued certificate for {host} the default one of the HTTPS:{port} listener.",
        ko="발급된 {host} 인증서를 HTTPS:{port} 리스너의 기본 인증서로 지정하세요.",
    ),
    script="aws elbv2 modify-listener --region {region} --listener-arn {listener} --certificates CertificateArn={certificate}\n",
    console=CONSOLE,
    verify=VERIFY,
)
BY_HAND = Fix(
    summary=Text(
        en="Give the HTTPS:{port} listener a default certificate for {host}.",
        ko="HTTPS:{port} 리스너에 {host} 기본 인증서를 지정하세요.",
    ),
    console=CONSOLE,
    by_hand=Text(
        en="No issued certificate for {host} was seen in {region}. Request one, publish its validation record, and when it is ISSUED make it the default one:\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "  aws elbv2 modify-listener --region {region} --listener-arn {listener} --certificates CertificateArn=CERTIFICATE_ARN",
        ko="{region} 리전에서 발급된 {host} 인증서를 찾지 못했습니다. 인증서를 요청해 검증 레코드를 등록하고, 발급됨(ISSUED) 상태가 되면 기본 인증서로 지정하세요.\n"
        "  aws acm request-certificate --region {region} --domain-name {host} --validation-method DNS\n"
        "  aws elbv2 modify-listener --region {region} --listener-arn {listener} --certificates CertificateArn=CERTIFICATE_ARN",
    ),
    verify=VERIFY,
)


@check(
    id="ALB316",
    slug="listener-https-without-certificate",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The HTTPS listener on port {port} has no certificate",
        ko="{port} 포트의 HTTPS 리스너에 인증서가 없습니다",
    ),
    why=Text(
        en="Without a certificate there is nothing to show to clients, and every TLS handshake fails. The API lets nobody make such a listener; its certificate was lost afterwards.",
        ko="보여 줄 인증서가 없으면 모든 TLS 핸드셰이크가 실패합니다. API로는 이런 리스너를 만들 수 없으므로 나중에 인증서가 사라진 경우입니다.",
    ),
    fixes=(SCRIPT, BY_HAND),
    explains={"tls-handshake-fails"},
    mends={"tls-handshake-fails"},
    words=Text(
        en=(
            "HTTPS listener without certificate; listener has no certificate; certificate of the listener was deleted; "
            "Certificates is empty; no default certificate; server certificate deleted from IAM"
        ),
        ko=(
            "HTTPS 리스너에 인증서 없음; 리스너 인증서가 삭제됨; 기본 인증서 없음; 인증서가 비어 있음; "
            "IAM 서버 인증서 삭제"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",),
)
def listener_https_without_certificate(
    scan: Scan,
    listeners: Listeners,
    listeners_certificates: ListenersCertificates,
    certificates: Observed[Certificates],
    own_probes: Observed[OwnProbes],
) -> Iterator[Verdict]:
    """Yield every HTTPS listener that has none, neither a default one nor in its list, unless it was seen to show one."""
    probes = own_probes.value if isinstance(own_probes, Known) else ()
    shown = {one.balancer.load_balancer_arn for one in probes if one.probe.with_sni and one.probe.with_sni.completed}
    spare = covering(certificates.value, scan.host) if isinstance(certificates, Known) else ()
    for listener in (one for one in listeners if one.protocol == "HTTPS"):
        entry = entry_of(listener, listeners_certificates)
        if isinstance(entry, Unknown):
            yield entry
        elif entry.certificates or (listener.port == 443 and listener.load_balancer_arn in shown):
            yield fine(listener.ref)
        else:
            usable = issued(spare, listener.region)
            yield found(
                listener.ref,
                saw(asked.listener_certificates(listener), "Certificates: []"),
                fix=SCRIPT if usable else BY_HAND,
                fix_values={"certificate": usable[0].certificate_arn} if usable else {},
                port=listener.port,
                host=scan.host,
                region=listener.region,
                listener=listener.listener_arn,
            )
