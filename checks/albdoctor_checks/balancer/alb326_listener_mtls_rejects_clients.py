"""ALB326: the HTTPS listener refuses clients without a certificate of their own."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, INFO, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.ruled_out import addresses
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.request.visits import Visits
from albdoctor.text import Text, command

FIX = Fix(
    summary=Text(
        en="Try with a client that has a certificate; if browsers are meant to come, switch mutual authentication off at the listener on port {port}.",
        ko="인증서가 있는 클라이언트로 접속해 보세요. 브라우저도 접속해야 한다면 {port} 포트의 리스너에서 상호 인증을 끄세요.",
    ),
    console=(
        Text(
            en="EC2 > Load Balancers > Listeners and rules > HTTPS:{port} > Edit > Client certificate handling: Mutual authentication (mTLS)",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:{port} > 편집 > 클라이언트 인증서 처리: 상호 인증(mTLS)",
        ),
    ),
    by_hand=Text(
        en="Where partners or devices are the only clients, this is their login: leave it, and try with a certificate that the trust store's CA has signed. Where clients with certificates are refused too, the trust store lacks their CA, or the CA has expired:\n"
        "  aws elbv2 describe-trust-stores --region {region} --trust-store-arns {trust_store}\n"
        "Where browsers alone are meant to come, switch it off at the listener (Edit > Client certificate handling). Where browsers share the name with such clients, give the clients a listener or a name of their own first: without verification everybody comes in, and with passthrough the application itself has to refuse who has no certificate.",
        ko="협력사나 장치만 접속하는 서비스라면 이것이 로그인이므로 그대로 두고, 트러스트 스토어의 CA가 서명한 인증서로 시험하세요. 인증서가 있는 클라이언트도 거부된다면 트러스트 스토어에 그 CA가 없거나 CA가 만료된 것입니다.\n"
        "  aws elbv2 describe-trust-stores --region {region} --trust-store-arns {trust_store}\n"
        "브라우저만 접속하는 서비스라면 리스너에서 끄세요(편집 > 클라이언트 인증서 처리). 브라우저와 이런 클라이언트가 같은 이름을 쓴다면 먼저 클라이언트용 리스너나 이름을 따로 두세요. 확인을 끄면 누구나 들어오고, 패스스루에서는 인증서가 없는 요청을 애플리케이션이 직접 거부해야 합니다.",
    ),
    verify="curl -sSI {url}",
)
FOR_CLIENTS = Text(
    en="It is as it should be: only clients with a certificate are meant to come (partners, devices), and browsers are none of them.",
    ko="의도한 구성입니다. 인증서가 있는 클라이언트(협력사, 장치)만 접속하는 서비스이며 브라우저는 대상이 아닙니다.",
)


@check(
    id="ALB326",
    slug="listener-mtls-rejects-clients",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The HTTPS listener on port {port} refuses clients without a certificate of their own (mutual authentication: {mode}), as browsers are",
        ko="{port} 포트의 HTTPS 리스너가 클라이언트 인증서가 없는 접속(브라우저 등)을 거부합니다(상호 인증: {mode})",
    ),
    why=Text(
        en="With mutual TLS the load balancer ends the handshake of whoever shows no certificate signed by a CA of its trust store (the list of CAs that it knows). No rule and no target is asked, and browsers show ERR_BAD_SSL_CLIENT_AUTH_CERT or a closed connection.",
        ko="상호 TLS에서는 클라이언트가 트러스트 스토어로 확인되는 인증서를 제시하지 않으면 로드 밸런서가 핸드셰이크를 끝냅니다. 요청은 규칙과 대상에 도달하지 못하고 브라우저에는 ERR_BAD_SSL_CLIENT_AUTH_CERT 또는 연결 끊김이 표시됩니다.",
    ),
    fixes=(FIX,),
    explains={"tls-handshake-fails"},
    words=Text(
        en=(
            "mTLS; mutual TLS; mutual authentication; client certificate required; ERR_BAD_SSL_CLIENT_AUTH_CERT; "
            "tlsv13 alert certificate required; trust store; handshake fails without client certificate; "
            "load balancer asks for a certificate; verify client certificate"
        ),
        ko=(
            "mTLS; 상호 TLS; 상호 인증; 클라이언트 인증서 요구; ERR_BAD_SSL_CLIENT_AUTH_CERT; 트러스트 스토어; "
            "인증서 선택 창; 클라이언트 인증서 없이 접속 안됨"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html",),
)
def listener_mtls_rejects_clients(visits: Visits, scene: Scene) -> Iterator[Verdict]:
    """Yield the HTTPS listener of the scanned URL that verifies clients, unless visitors were seen to be served.

    It is an error where this machine was refused, and CloudWatch counted nobody who was served. Of a listener whose
    mutual authentication was not told nothing is said.
    """
    for visit in visits:
        listener = visit.answer.listener
        mutual = listener.mutual_authentication if listener else None
        if listener is None or mutual is None:
            continue
        if not listener.verifies_clients or scene.requested.served == "yes":
            yield fine(listener.ref)
            continue
        refused, url = scene.wants_certificates, visit.answer.request.url
        finding = found(
            listener.ref,
            saw(asked.listeners(visit.alb.balancer), f"{asked.endpoint(listener)}: MutualAuthentication {mutual.mode}"),
            *(saw(*line) for line in (addresses(scene) if refused else ())),
            severity=None if refused and scene.fails else INFO,
            port=listener.port,
            mode=mutual.mode,
            trust_store=mutual.trust_store_arn or "-",
            region=listener.region,
            url=url,
        )
        decide = command("curl -sSI --cert CERTIFICATE_FILE --key KEY_FILE {url}", url=url)
        yield likely(finding, FOR_CLIENTS, decide=decide)
