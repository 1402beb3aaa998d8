"""ALB227: the served certificate is none of the load balancer's: somebody else answers."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.held import HeldCertificates
from albdoctor.derive.certificate.served import ServedCertificates, Shown, Trouble
from albdoctor.derive.request.scene import Scene
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command

FIX = Fix(
    summary=Text(
        en="Find out who answers at {addresses}, and lead {host} to the load balancer, or give that server a certificate for it.",
        ko="누가 응답하는지 확인하고({addresses}) {host} 이름을 로드 밸런서로 연결하거나 그 서버에 맞는 인증서를 설치하세요.",
    ),
    by_hand=Text(
        en="Compare the addresses with those of the load balancer: an old A record or hosts file, another load balancer, a proxy or firewall on the way (also this machine's own) answer with certificates of their own. "
        "A CDN in front: add {host} to its alternate names, with a certificate for it.\n"
        "  aws ec2 describe-network-interfaces --filters 'Name=description,Values=ELB app/*' --query 'NetworkInterfaces[].Association.PublicIp'",
        ko="주소를 로드 밸런서의 주소와 비교하세요. 예전 A 레코드나 hosts 파일, 다른 로드 밸런서, 중간의 프록시나 방화벽(이 컴퓨터의 네트워크 포함)은 자기 인증서로 응답합니다. "
        "앞에 CDN이 있다면 그곳의 대체 도메인 이름에 {host} 이름과 인증서를 추가하세요.\n"
        "  aws ec2 describe-network-interfaces --filters 'Name=description,Values=ELB app/*' --query 'NetworkInterfaces[].Association.PublicIp'",
    ),
    verify="curl -sSI --max-time 10 https://{host}/",
)
DEFAULT = Text(
    en="The load balancer itself answers with a certificate that does not cover the name: its certificates could not be compared.",
    ko="로드 밸런서가 이 이름을 포함하지 않는 자기 인증서로 응답합니다(로드 밸런서의 인증서와 비교하지 못함).",
)

FOREIGN = Text(en="none of the load balancer's", ko="로드 밸런서의 인증서가 아님")
NOT_FOR_IT = Text(en="not for this name", ko="이 이름의 인증서가 아님")


@check(
    id="ALB227",
    slug="tls-not-our-certificate",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The certificate served for {host} at {failing} of {all} addresses ({addresses}) is {whose}: it is for {names}",
        ko="{host} 주소 {all}개 중 {failing}개({addresses})에서 제공되는 인증서가 맞지 않습니다({whose}). 인증서의 이름: {names}",
    ),
    why=Text(
        en="Browsers warn of a certificate that they refuse or that is not for the name. Where it is none of the listener's, these visitors do not reach the load balancer: somebody else answers.",
        ko="브라우저는 신뢰할 수 없거나 이름이 다른 인증서를 경고합니다. 리스너에 없는 인증서라면 이 방문자들은 로드 밸런서가 아닌 다른 서버에 연결된 것입니다.",
    ),
    fixes=(FIX,),
    breaks={"served-certificate", "tls-alike"},
    shows={"arrival"},
    words=Text(
        en=(
            "certificate is none of ours; wrong certificate is served; another server answers; "
            "certificate of the old server; unexpected certificate; "
            "not the load balancer's certificate; proxy certificate; someone else's certificate; "
            "DNS points to another server with other certificate; not secure"
        ),
        ko=(
            "엉뚱한 인증서가 나옴; 예전 서버 인증서; 우리 인증서가 아님; 다른 서버가 응답; "
            "등록한 적 없는 인증서; 모르는 인증서; 안전하지 않음"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",),
)
def tls_not_our_certificate(
    scan: Scan, served: ServedCertificates, holds: HeldCertificates, scene: Scene
) -> Iterator[Verdict]:
    """Yield the host when browsers refuse a certificate that is none of the listener's."""
    host = Ref(Kind.DOMAIN, scan.host)
    foreign = tuple(one for one in served.shown if _is_foreign(one, holds, direct=scene.direct))
    if foreign:
        sure = holds.complete or not scene.direct
        finding = found(
            host,
            *(_seen(one, scan.host) for one in foreign),
            *(saw(asked.listener_certificates(), "; ".join(_on_it(holds))) for _ in holds.held[:1]),
            host=scan.host,
            whose=FOREIGN if sure and scene.direct else NOT_FOR_IT,
            names=(foreign[0].leaf.names if foreign[0].leaf else ()) or ("-",),
            failing=len(foreign),
            all=served.tried,
            addresses=tuple(one.address for one in foreign),
        )
        ask = "aws elbv2 describe-load-balancers --query 'LoadBalancers[].DNSName' && dig +short {host}"
        decide = command(ask, host=scan.host)
        yield finding if sure else likely(finding, DEFAULT, decide=decide)
    elif served.shown:
        yield fine(host)


def _is_foreign(shown: Shown, holds: HeldCertificates, *, direct: bool) -> bool:
    """Whether browsers refuse it and it is not the listener's; a CDN's is never, so that only its names count."""
    if shown.trouble is None or holds.named_as(shown.leaf):
        return False
    return shown.trouble is Trouble.NAMES or (direct and holds.complete and shown.leaf is not None)


def _on_it(holds: HeldCertificates) -> tuple[str, ...]:
    return tuple(", ".join(one.certificate.names) for one in holds.held)


def _seen(shown: Shown, host: str) -> Evidence:
    names = ", ".join(shown.leaf.names) if shown.leaf else ""
    return saw(asked.tls(shown.address, 443, host), f"{shown.words}: {names or '-'}")
