"""ALB230: the TLS handshake does not complete."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.served import ServedCertificates
from albdoctor.derive.request.outcome import AtAddress, Came
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import Probes
from albdoctor.text import Text, command, same
from albdoctor_checks.certificate.handshake_reasons import could_be

FIX = Fix(
    summary=Text(
        en="Let whoever ends TLS at {addresses} complete the handshake for {host}: the reason says what stands in its way.",
        ko="TLS를 처리하는 서버({addresses})가 {host} 핸드셰이크를 완료하게 하세요. 오류 이유가 단서입니다.",
    ),
    by_hand=Text(
        en="A load balancer: look at the security policy of the HTTPS:443 listener (versions and ciphers), at its mutual authentication (a client certificate is asked for) and at its certificates. "
        "A server of your own: look at its TLS versions, and for a certificate of this name. "
        "Connection reset or timeout: a firewall, or a Network Load Balancer without healthy targets, cuts the connection.",
        ko="로드 밸런서라면 HTTPS:443 리스너의 보안 정책(버전과 암호), 상호 인증(클라이언트 인증서 요구 여부), 인증서를 확인하세요. "
        "직접 운영하는 서버라면 TLS 버전과 이 이름의 인증서가 있는지 확인하세요. "
        "연결이 끊기거나 시간이 초과되면 방화벽이나 정상 대상이 없는 Network Load Balancer가 연결을 끊는 경우입니다.",
    ),
    verify="curl -sSI --max-time 10 https://{host}/",
)


@check(
    id="ALB230",
    slug="tls-handshake-fails",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The TLS handshake for {host} fails ({reason}) at {failing} of {all} addresses: {addresses}",
        ko="{host} TLS 핸드셰이크가 실패합니다({reason}). 주소 {all}개 중 {failing}개: {addresses}",
    ),
    why=Text(
        en="Before any request, client and server agree on version, cipher and certificates. Here they do not, and browsers show ERR_SSL_PROTOCOL_ERROR or ERR_CONNECTION_RESET.",
        ko="요청을 보내기 전에 클라이언트와 서버는 버전, 암호, 인증서를 합의합니다. 여기서는 합의하지 못해 브라우저가 ERR_SSL_PROTOCOL_ERROR 또는 ERR_CONNECTION_RESET 오류를 표시합니다.",
    ),
    fixes=(FIX,),
    breaks={"tls-alike"},
    shows={"arrival"},
    words=Text(
        en=(
            "TLS handshake failed; SSL handshake error; ERR_SSL_VERSION_OR_CIPHER_MISMATCH; "
            "old TLS version; TLS 1.0 client; no shared cipher; handshake failure alert; "
            "client certificate required; mTLS rejects; sslv3 alert handshake failure; "
            "unsupported protocol; security policy too strict; old Android cannot connect; "
            "Java 7 TLS"
        ),
        ko=(
            "TLS 핸드셰이크 실패; SSL 핸드셰이크 오류; TLS 버전 오류; 암호 제품군 불일치; "
            "구형 브라우저 접속 안됨; 클라이언트 인증서 요구; TLS 1.0; 보안 정책; SSL 연결 오류; "
            "구형 안드로이드 접속 불가"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html",
    ),
)
def tls_handshake_fails(scan: Scan, served: ServedCertificates, probes: Probes) -> Iterator[Verdict]:
    """Yield the host when no TLS handshake for it ends well at some of its addresses."""
    host = Ref(Kind.DOMAIN, scan.host)
    failing = tuple(one for one in served.without_tls if one.came is Came.TLS_FAILS)
    if failing:
        first = failing[0]
        nameless = _without_name(first, probes)
        yield found(
            host,
            *(saw(asked.tls(one.address, 443, scan.host), one.detail or "-") for one in failing),
            *((saw(same(f"TLS {first.address}:443"), NAMELESS),) if nameless else ()),
            alternatives=could_be(first.detail, without_name=nameless),
            decide=command(
                "openssl s_client -servername {host} -connect {address}:443 </dev/null",
                host=scan.host,
                address=first.address,
            ),
            host=scan.host,
            reason=first.detail or "-",
            failing=len(failing),
            all=served.tried,
            addresses=tuple(one.address for one in failing),
        )
    elif served.shown:
        yield fine(host)


NAMELESS = Text(en="without a server name (SNI) the handshake completes", ko="서버 이름(SNI) 없이는 핸드셰이크 완료")


def _without_name(at: AtAddress, probes: Probes) -> bool:
    """Whether a client that names no host gets through, where one that names it does not."""
    probe = next((one for one in probes.addresses if one.address == at.address), None)
    if probe is None or probe.with_sni is None or probe.without_sni is None:
        return False
    return probe.without_sni.completed and not probe.with_sni.completed
