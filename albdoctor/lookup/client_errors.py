"""What programs say that never saw an HTTP answer: browsers (Chrome and Edge, Firefox, Safari), curl, DNS tools.

Chrome's names are those of net_error_list.h, Firefox's those of NSS; sentences are as the browsers show them.
"""

# ruff: noqa: E501 - a text stands on one line, so that both languages can be compared
from __future__ import annotations

from albdoctor.lookup.symptom import Symptom
from albdoctor.text import Text, same

CHROME = "https://chromium.googlesource.com/chromium/src/+/main/net/base/net_error_list.h"
FIREFOX = "https://github.com/nss-dev/nss/blob/master/lib/ssl/SSLerrs.h"
CURL = "https://curl.se/libcurl/c/libcurl-errors.html"
DNS = "https://www.rfc-editor.org/rfc/rfc8499.html"
NEGATIVE = "https://www.rfc-editor.org/rfc/rfc2308.html"

CLIENT_ERRORS: tuple[Symptom, ...] = (
    Symptom(
        name="ERR_TOO_MANY_REDIRECTS",
        title=same("ERR_TOO_MANY_REDIRECTS"),
        also=(
            "too many redirects",
            "redirected you too many times",
            "the page isn't redirecting properly",
            "safari can't open the page because too many redirects occurred",
            "리디렉션한 횟수가 너무 많습니다",
            "페이지가 제대로 리디렉션되지 않습니다",
            "너무 많은 리디렉션이 발생",
            "curl (47)",
            "maximum (50) redirects followed",
        ),
        sender=(
            Text(
                en="The browser says it: answer after answer is a redirect (301, 302, 307, 308) that leads back. The application or a listener's redirect action sends them.",
                ko="브라우저가 표시합니다. 응답이 모두 제자리로 돌아오는 리디렉션(301, 302, 307, 308)입니다. 애플리케이션이나 리스너의 리디렉션 작업이 보냅니다.",
            ),
            Text(
                en="How to tell: `curl -sI https://HOST/`. With Server: awselb/2.0 the listener redirects, else the application: it takes the request for http because it does not read X-Forwarded-Proto.",
                ko="구분 방법: `curl -sI https://HOST/`를 실행합니다. Server: awselb/2.0이면 리스너가, 아니면 애플리케이션이 리디렉션하는 것입니다. 애플리케이션은 X-Forwarded-Proto를 읽지 않아 요청을 http로 여깁니다.",
            ),
        ),
        causes=("http-redirect-loop", "listener-redirect-loop"),
        beyond=(
            Text(
                en="Cloudflare with the encryption mode Flexible: it asks the load balancer by http, and the load balancer redirects to https.",
                ko="Cloudflare 암호화 모드가 Flexible인 경우: Cloudflare가 http로 요청하고 로드 밸런서는 다시 https로 리디렉션합니다.",
            ),
        ),
        refs=(
            CHROME,
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html",
            "https://developers.cloudflare.com/ssl/troubleshooting/too-many-redirects/",
        ),
    ),
    Symptom(
        name="ERR_CONNECTION_REFUSED",
        title=same("ERR_CONNECTION_REFUSED"),
        also=(
            "refused to connect",
            "connection refused on 443",
            "failed to connect to port 443: connection refused",
            "unable to connect",
            "firefox can't establish a connection to the server",
            "safari can't connect to the server",
            "연결을 거부했습니다",
            "서버에 연결할 수 없기 때문에 페이지를 열 수 없습니다",
            "curl (7)",
        ),
        sender=(
            Text(
                en="The browser says it: the address answered that nothing listens on the port. A load balancer does so on a port without a listener.",
                ko="브라우저가 표시합니다. 해당 주소가 그 포트에서 받는 것이 없다고 응답했습니다. 로드 밸런서는 리스너가 없는 포트에서 이렇게 응답합니다.",
            ),
        ),
        causes=(
            "listener-https-missing",
            "tls-port-closed",
            "listener-redirect-to-missing-listener",
            "listener-http-missing",
        ),
        refs=(CHROME, CURL),
    ),
    Symptom(
        name="ERR_CONNECTION_TIMED_OUT",
        title=same("ERR_CONNECTION_TIMED_OUT"),
        also=(
            "took too long to respond",
            "connection timed out on 443",
            "the connection has timed out",
            "the server where this page is located isn't responding",
            "err_timed_out",
            "err_address_unreachable",
            "etimedout",
            "응답하는 데 시간이 너무 오래 걸립니다",
            "연결 시간이 초과되었습니다",
            "서버가 응답하지 않기 때문에 페이지를 열 수 없습니다",
            "응답 시간이 너무 깁니다",
            "curl (28)",
            "curl 28 connection timed out",
        ),
        sender=(
            Text(
                en="The browser says it: nobody answered. Packets are dropped on the way to the load balancer.",
                ko="브라우저가 표시합니다. 아무 응답도 없었습니다. 로드 밸런서로 가는 패킷이 중간에 버려집니다.",
            ),
            Text(
                en="How to tell: always and everywhere means security group or subnets; at some addresses only, one subnet; with IPv6 only, its rules and routes.",
                ko="구분 방법: 언제 어디서나 그렇다면 보안 그룹이나 서브넷, 일부 주소에서만 그렇다면 특정 서브넷, IPv6에서만 그렇다면 IPv6 규칙과 라우팅이 원인입니다.",
            ),
        ),
        causes=(
            "alb-sg-blocks-listener-port",
            "alb-internal-for-public-domain",
            "alb-internet-facing-in-private-subnet",
            "alb-mixed-public-private-subnets",
            "net-igw-missing-or-detached",
            "alb-ipv6-half-configured",
            "net-nacl-client-side",
            "net-vpc-block-public-access",
            "net-firewall-drops-inbound",
        ),
        refs=(CHROME, CURL),
    ),
    Symptom(
        name="ERR_CONNECTION_RESET",
        title=same("ERR_CONNECTION_RESET"),
        also=(
            "the connection was reset",
            "err_connection_closed",
            "err_empty_response",
            "pr_connect_reset_error",
            "pr_end_of_file_error",
            "didn't send any data",
            "연결이 재설정되었습니다",
            "연결이 재설정됨",
            "전송한 데이터가 없습니다",
            "curl (52)",
            "curl (56)",
            "empty reply from server",
        ),
        sender=(
            Text(
                en="The browser says it: the connection was accepted and then cut, mostly during the TLS handshake.",
                ko="브라우저가 표시합니다. 연결은 되었지만 중간에 끊겼습니다. 대부분 TLS 핸드셰이크 도중입니다.",
            ),
        ),
        causes=("tls-handshake-fails", "listener-protocol-port-swapped", "tls-not-tls", "tls-nodes-differ"),
        refs=(CHROME, FIREFOX, CURL),
    ),
    Symptom(
        name="ERR_SSL_PROTOCOL_ERROR",
        title=same("ERR_SSL_PROTOCOL_ERROR"),
        also=(
            "sent an invalid response",
            "ssl_error_rx_record_too_long",
            "wrong version number",
            "secure connection failed",
            "safari can't establish a secure connection to the server",
            "잘못된 응답을 전송했습니다",
            "보안 연결 실패",
            "사이트에 보안 연결할 수 없음",
            "보안 연결을 제공할 수 없습니다",
            "curl (35)",
        ),
        sender=(
            Text(
                en="The browser says it: it began TLS, and what came back was not TLS, most often plain HTTP on port 443.",
                ko="브라우저가 표시합니다. TLS로 접속했지만 TLS가 아닌 응답이 왔습니다. 대부분 443 포트의 평문 HTTP입니다.",
            ),
        ),
        causes=("listener-protocol-port-swapped", "tls-not-tls", "listener-redirect-keeps-port", "tls-handshake-fails"),
        refs=(CHROME, FIREFOX, CURL),
    ),
    Symptom(
        name="ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
        title=same("ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        also=(
            "uses an unsupported protocol",
            "ssl_error_no_cypher_overlap",
            "ssl_error_unsupported_version",
            "ssl_error_handshake_failure_alert",
            "지원되지 않는 프로토콜을 사용합니다",
            "handshake failure",
        ),
        sender=(
            Text(
                en="The browser says it: client and server found no version of TLS or no cipher that both have.",
                ko="브라우저가 표시합니다. 클라이언트와 서버가 함께 쓸 수 있는 TLS 버전이나 암호 제품군이 없습니다.",
            ),
        ),
        causes=("tls-handshake-fails", "tls-not-our-certificate"),
        refs=(CHROME, FIREFOX),
    ),
    Symptom(
        name="ERR_CERT_COMMON_NAME_INVALID",
        title=same("ERR_CERT_COMMON_NAME_INVALID"),
        also=(
            "net::err_cert_common_name_invalid",
            "ssl_error_bad_cert_domain",
            "its security certificate is from",
            "certificate name mismatch",
            "no alternative certificate subject name matches target host name",
            "hostname mismatch certificate",
            "보안 인증서가 다른 도메인의 것입니다",
            "인증서 이름 불일치",
        ),
        sender=(
            Text(
                en="The browser says it: the certificate that was served is for other names. A load balancer serves its default certificate where none of the listener is for the name.",
                ko="브라우저가 표시합니다. 제공된 인증서가 다른 이름의 것입니다. 로드 밸런서는 리스너에 맞는 인증서가 없으면 기본 인증서를 제공합니다.",
            ),
            Text(
                en="The load balancer's own name (….elb.amazonaws.com) always gives this error with https: test with the domain.",
                ko="로드 밸런서 자체의 이름(….elb.amazonaws.com)에 https로 접속하면 항상 이 오류가 납니다. 도메인으로 확인하세요.",
            ),
        ),
        causes=(
            "listener-cert-name-mismatch",
            "acm-name-not-covered",
            "acm-issued-but-not-attached",
            "tls-default-certificate",
            "tls-not-our-certificate",
        ),
        refs=(CHROME, FIREFOX),
    ),
    Symptom(
        name="ERR_CERT_DATE_INVALID",
        title=same("ERR_CERT_DATE_INVALID"),
        also=(
            "net::err_cert_date_invalid",
            "sec_error_expired_certificate",
            "certificate has expired",
            "this website's certificate expired",
            "인증서 만료",
            "보안 인증서가 만료되었습니다",
        ),
        sender=(
            Text(
                en="The browser says it: the certificate that was served has expired, or is not valid yet (or the visitor's clock is wrong).",
                ko="브라우저가 표시합니다. 제공된 인증서가 만료되었거나 아직 유효하지 않습니다(방문자 기기의 시계가 틀렸을 수도 있습니다).",
            ),
        ),
        causes=("tls-certificate-dates", "acm-expired-or-expiring", "tls-not-our-certificate"),
        refs=(CHROME, FIREFOX),
    ),
    Symptom(
        name="ERR_CERT_AUTHORITY_INVALID",
        title=same("ERR_CERT_AUTHORITY_INVALID"),
        also=(
            "net::err_cert_authority_invalid",
            "sec_error_unknown_issuer",
            "mozilla_pkix_error_self_signed_cert",
            "self signed certificate",
            "self-signed certificate in certificate chain",
            "unable to get local issuer certificate",
            "unable to verify the first certificate",
            "pkix path building failed",
            "자체 서명 인증서",
            "신뢰할 수 없는 인증서",
            "curl (60)",
        ),
        sender=(
            Text(
                en="The client says it: it does not trust the issuer of the certificate, or an intermediate certificate is missing. Certificates of ACM are trusted and complete: another server may answer.",
                ko="클라이언트가 표시합니다. 인증서 발급자를 신뢰하지 않거나 중간 인증서가 빠져 있습니다. ACM 인증서는 신뢰되고 체인도 완전하므로 다른 서버가 응답하는 것일 수 있습니다.",
            ),
        ),
        causes=("tls-untrusted-issuer", "tls-chain-incomplete", "tls-not-our-certificate"),
        refs=(CHROME, FIREFOX, CURL),
    ),
    Symptom(
        name="NXDOMAIN",
        title=Text(en="NXDOMAIN, DNS_PROBE_FINISHED_NXDOMAIN", ko="NXDOMAIN, DNS_PROBE_FINISHED_NXDOMAIN"),
        also=(
            "dns_probe_finished_nxdomain",
            "err_name_not_resolved",
            "could not resolve host",
            "dns address could not be found",
            "server ip address could not be found",
            "we're having trouble finding that site",
            "safari can't find the server",
            "server not found",
            "name or service not known",
            "non-existent domain",
            "getaddrinfo enotfound",
            "서버 ip 주소를 찾을 수 없습니다",
            "서버를 찾을 수 없음",
            "서버를 찾을 수 없기 때문에 페이지를 열 수 없습니다",
            "호스트를 찾을 수 없습니다",
            "curl (6)",
        ),
        sender=(
            Text(
                en="DNS says it: the name does not exist, or has no address. No request reaches the load balancer.",
                ko="DNS의 응답입니다. 이름이 없거나 주소가 없습니다. 요청이 로드 밸런서까지 가지 않습니다.",
            ),
            Text(
                en="How to tell: `dig HOST` shows the status. Resolvers remember that a name is missing, up to the last number of the zone's SOA record in seconds.",
                ko="구분 방법: `dig HOST`에 상태가 나옵니다. 리졸버는 이름이 없다는 답도 기억하며, 그 시간은 영역 SOA 레코드의 마지막 값(초)까지입니다.",
            ),
        ),
        causes=(
            "zone-record-missing",
            "delegation-missing",
            "registrar-default-nameservers",
            "delegation-other-provider",
            "zone-alias-dangling",
            "zone-record-name-doubled",
            "registrar-domain-not-registered",
            "registrar-on-hold",
            "resolve-no-address",
        ),
        refs=(DNS, NEGATIVE, CHROME),
    ),
    Symptom(
        name="SERVFAIL",
        title=same("SERVFAIL"),
        also=("server failure", "dns servfail", "dns server failure"),
        sender=(
            Text(
                en="The resolver says it: the name servers that the registrar names do not answer for the domain, or DNSSEC does not fit.",
                ko="리졸버의 응답입니다. 등록 업체에 입력된 네임서버가 도메인에 응답하지 않거나 DNSSEC가 맞지 않습니다.",
            ),
            Text(
                en="How to tell: where `dig +cd HOST` answers and `dig HOST` does not, it is DNSSEC; else the delegation.",
                ko="구분 방법: `dig HOST`는 실패하는데 `dig +cd HOST`는 응답하면 DNSSEC, 둘 다 실패하면 위임이 원인입니다.",
            ),
        ),
        causes=(
            "delegation-stale-hosted-zone",
            "dnssec-resolver-says-bogus",
            "dnssec-ds-without-dnskey",
            "dnssec-ds-mismatch",
            "dnssec-signature-invalid",
            "delegation-server-lame",
            "delegation-ns-unresolvable",
        ),
        refs=(DNS,),
    ),
)
