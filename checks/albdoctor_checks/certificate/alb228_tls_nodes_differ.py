"""ALB228: some addresses of the host do TLS as browsers want it, and others do not."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.served import ServedCertificates, Shown
from albdoctor.derive.request.ruled_out import came_line
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Let {addresses} serve what the other addresses of {host} serve, or take them out of DNS.",
        ko="{host} 이름의 다른 주소와 똑같이 응답하게 하거나 DNS에서 제거하세요: {addresses}.",
    ),
    by_hand=Text(
        en="All nodes of one load balancer serve the same certificates, so an address that differs is usually another server's: an old A record, a second server that was forgotten when the certificate was renewed. "
        "After a change of the listener's certificates wait some minutes first: the nodes follow one by one.",
        ko="한 로드 밸런서의 노드는 모두 같은 인증서를 제공하므로, 다르게 응답하는 주소는 대개 다른 서버입니다(예전 A 레코드, 인증서를 갱신할 때 빠뜨린 두 번째 서버). "
        "리스너의 인증서를 방금 바꾸었다면 노드에 차례로 반영되므로 몇 분 기다린 뒤 다시 확인하세요.",
    ),
    verify="dig +short {host}",
)


@check(
    id="ALB228",
    slug="tls-nodes-differ",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The addresses of {host} differ in TLS: {failing} of {all} turn visitors away, {addresses}",
        ko="{host} 주소마다 TLS 응답이 다릅니다. {all}개 중 {failing}개가 방문자를 거부합니다: {addresses}",
    ),
    why=Text(
        en="Each visitor uses one of the addresses, so the site works for some and fails for others, or now and then for the same one.",
        ko="방문자는 주소 중 하나를 사용하므로 어떤 사람에게는 되고 어떤 사람에게는 안 되거나, 같은 사람에게도 될 때와 안 될 때가 있습니다.",
    ),
    fixes=(FIX,),
    shows={"arrival", "tls-alike"},
    words=Text(
        en=(
            "some load balancer addresses have another certificate; "
            "TLS works at one IP and fails at another; https works sometimes; "
            "certificate error now and then; certificate differs by address; "
            "inconsistent certificate"
        ),
        ko=(
            "주소마다 인증서가 다름; 인증서 오류가 가끔 남; 어떤 IP에서만 TLS 실패; "
            "간헐적 인증서 오류; 접속할 때마다 인증서가 다름"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def tls_nodes_differ(scan: Scan, served: ServedCertificates) -> Iterator[Verdict]:
    """Yield the host when TLS is verified at some of its addresses and fails at others."""
    host = Ref(Kind.DOMAIN, scan.host)
    refused = tuple(one for one in served.shown if one.trouble is not None)
    away = (*(one.address for one in refused), *(one.address for one in served.without_tls))
    if served.trusted and away:
        yield found(
            host,
            *(_seen(one, scan.host) for one in (*served.trusted, *refused)),
            *(saw(asked.tls(one.address, 443, scan.host), came_line(one)) for one in served.without_tls),
            host=scan.host,
            failing=len(away),
            all=served.tried,
            addresses=away,
        )
    elif served.trusted:
        yield fine(host)


def _seen(shown: Shown, host: str) -> Evidence:
    leaf = f"{', '.join(shown.leaf.names)} (SHA-256 {shown.leaf.sha256[:16]})" if shown.leaf else "-"
    return saw(asked.tls(shown.address, 443, host), leaf if shown.trusted else f"{leaf}: {shown.words}")
