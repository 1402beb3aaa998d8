"""ALB222: port 443 speaks plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.served import ServedCertificates
from albdoctor.derive.request.outcome import Came
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Let port 443 of {addresses} speak TLS, with a certificate for {host}.",
        ko="443 포트에서 {host} 인증서로 TLS를 사용하게 하세요: {addresses}.",
    ),
    by_hand=Text(
        en="A load balancer: the listener on 443 must have the protocol HTTPS and a certificate (EC2 > Load Balancers > Listeners and rules). "
        "A Network Load Balancer that passes TCP:443 on to an HTTP port: make it a TLS listener, or lead it to a port that speaks TLS. "
        "A server of your own: nginx needs `listen 443 ssl`, Apache `SSLEngine on`.",
        ko="로드 밸런서라면 443 리스너의 프로토콜이 HTTPS이고 인증서가 있어야 합니다(EC2 > 로드 밸런서 > 리스너 및 규칙). "
        "TCP:443을 HTTP 포트로 넘기는 Network Load Balancer라면 TLS 리스너로 바꾸거나 TLS를 사용하는 포트로 연결하세요. "
        "직접 운영하는 서버라면 nginx는 `listen 443 ssl`, Apache는 `SSLEngine on` 설정이 필요합니다.",
    ),
    verify="curl -sSI --max-time 10 https://{host}/",
)


@check(
    id="ALB222",
    slug="tls-not-tls",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Port 443 speaks plain HTTP instead of TLS at {failing} of {all} addresses of {host}: {addresses}",
        ko="{host} 주소 {all}개 중 {failing}개의 443 포트가 TLS가 아닌 평문 HTTP로 응답합니다: {addresses}",
    ),
    why=Text(
        en="https:// begins with a TLS handshake. A server that answers it with plain HTTP gives browsers ERR_SSL_PROTOCOL_ERROR.",
        ko="https:// 접속은 TLS 핸드셰이크로 시작합니다. 서버가 평문 HTTP로 응답하면 브라우저는 ERR_SSL_PROTOCOL_ERROR 오류를 표시합니다.",
    ),
    fixes=(FIX,),
    breaks={"tls-alike"},
    shows={"arrival", "listener-protocol"},
    words=Text(
        en=(
            "http on port 443; plain HTTP on https port; wrong version number; "
            "SSL_ERROR_RX_RECORD_TOO_LONG; tls handshake gets http answer; ERR_SSL_PROTOCOL_ERROR; "
            "not a TLS server on 443"
        ),
        ko=("443에서 http 응답; TLS가 아닌 응답; wrong version number; 443 포트 평문; ERR_SSL_PROTOCOL_ERROR"),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",),
)
def tls_not_tls(scan: Scan, served: ServedCertificates) -> Iterator[Verdict]:
    """Yield the host when its addresses answer plain HTTP on port 443."""
    host = Ref(Kind.DOMAIN, scan.host)
    plain = tuple(one for one in served.without_tls if one.came is Came.NOT_TLS)
    if plain:
        yield found(
            host,
            *(saw(asked.tls(one.address, 443, scan.host), one.detail or "no TLS") for one in plain),
            *(saw(f"GET http://{scan.host}:443/ at {one.address}", str(one.status)) for one in plain),
            host=scan.host,
            failing=len(plain),
            all=served.tried,
            addresses=tuple(one.address for one in plain),
        )
    elif served.shown:
        yield fine(host)
