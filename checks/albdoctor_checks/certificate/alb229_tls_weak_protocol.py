"""ALB229: TLS 1.0 or 1.1 comes about at addresses of the host."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.request.outcome import Requested
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import Probes
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Set TLS 1.2 as the lowest version where TLS ends for {host}.",
        ko="{host} 접속의 TLS를 처리하는 곳에서 최소 버전을 TLS 1.2로 설정하세요.",
    ),
    by_hand=Text(
        en="A load balancer: the security policy of its HTTPS listener. CloudFront: the distribution's minimum protocol version (TLSv1.2_2021). Cloudflare: SSL/TLS > Edge Certificates > Minimum TLS Version. A server of one's own: nginx ssl_protocols, Apache SSLProtocol. Clients that speak nothing newer cannot connect then.",
        ko="로드 밸런서: HTTPS 리스너의 보안 정책. CloudFront: 배포의 최소 프로토콜 버전(TLSv1.2_2021). Cloudflare: SSL/TLS > Edge Certificates > Minimum TLS Version. 직접 운영하는 서버: nginx의 ssl_protocols, Apache의 SSLProtocol. 그보다 오래된 클라이언트는 더 이상 접속할 수 없습니다.",
    ),
    verify="curl -sSI --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 https://{host}/",
)


@check(
    id="ALB229",
    slug="tls-weak-protocol",
    severity=INFO,
    since="0.2",
    message=Text(
        en="{host} accepts {protocols} from clients, at {addresses}",
        ko="{host} 이름의 주소가 {protocols} 접속을 허용합니다: {addresses}",
    ),
    why=Text(
        en="TLS 1.0 and 1.1 are deprecated (RFC 8996). Browsers do not use them, so visitors notice nothing; audits such as PCI DSS object.",
        ko="TLS 1.0과 1.1은 폐기되었습니다(RFC 8996). 브라우저는 쓰지 않으므로 방문자에게는 영향이 없지만 PCI DSS 같은 점검에서 지적됩니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "TLS 1.0 accepted; TLS 1.1 accepted; weak TLS version; outdated TLS protocol; SSL Labs B grade; "
            "deprecated TLS; server supports TLS 1.0; PCI TLS failure; openssl s_client -tls1_1 works"
        ),
        ko="TLS 1.0 허용; TLS 1.1 허용; 오래된 TLS 버전; 취약한 프로토콜; SSL Labs B 등급; TLS 1.0 지원 서버",
    ),
    refs=("https://www.rfc-editor.org/rfc/rfc8996",),
)
def tls_weak_protocol(scan: Scan, requested: Requested, probes: Probes) -> Iterator[Verdict]:
    """Yield the host when a handshake that offered nothing newer than TLS 1.1 ended well at one of its addresses."""
    named = {one.address for one in requested.seen}
    tried = tuple(one for one in probes.addresses if one.address in named and one.outdated is not None)
    weak = {one.address: one.outdated for one in tried if one.outdated and one.outdated.completed}
    if weak:
        yield found(
            Ref(Kind.DOMAIN, scan.host),
            *(saw(asked.tls(at, 443, scan.host), f"{shaken.protocol} {shaken.cipher}") for at, shaken in weak.items()),
            host=scan.host,
            protocols=tuple(sorted({shaken.protocol for shaken in weak.values()})),
            addresses=tuple(weak),
        )
    elif tried:
        yield fine(Ref(Kind.DOMAIN, scan.host))
