"""ALB231: https works at the IPv4 addresses of the name, and at none of its IPv6 addresses."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.outcome import AtAddress, Came, Requested, of_family
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command

NO_TLS = (Came.REFUSED, Came.SILENT, Came.NOT_TLS, Came.TLS_FAILS)
"""What keeps a client from a TLS session: that a certificate is refused is told by others."""
OWN_IPV6 = Text(
    en="This machine's own IPv6 does not lead to the internet, although it has an address.",
    ko="이 컴퓨터에 IPv6 주소는 있지만 IPv6 인터넷 연결이 되지 않습니다.",
)
FIX = Fix(
    summary=Text(
        en="Make {addresses} serve https as the IPv4 addresses do, or delete the AAAA record of {host}.",
        ko="{addresses} 주소에서도 IPv4처럼 https를 제공하게 하거나, {host} 이름의 AAAA 레코드를 삭제하세요.",
    ),
    by_hand=Text(
        en="Are these addresses the load balancer's? They are if its own DNS name (it ends in elb.amazonaws.com) has them as AAAA. "
        "A load balancer needs the address type dualstack, subnets with IPv6 blocks and a route ::/0 to the internet gateway, and rules for ::/0 beside those for 0.0.0.0/0 in its security groups and network ACLs. An address of another server has to be taken out of the AAAA record.",
        ko="로드 밸런서의 주소가 맞는지 확인하세요. 로드 밸런서의 DNS 이름(elb.amazonaws.com으로 끝남)의 AAAA 주소와 같으면 맞습니다. "
        "로드 밸런서에는 dualstack 주소 유형, IPv6 블록과 인터넷 게이트웨이로 가는 ::/0 경로가 있는 서브넷, 보안 그룹과 네트워크 ACL의 ::/0 규칙(0.0.0.0/0 규칙과 함께)이 필요합니다. 다른 서버의 주소라면 AAAA 레코드에서 제거하세요.",
    ),
    verify="curl -6 -sSI --max-time 10 https://{host}/",
)


@check(
    id="ALB231",
    slug="tls-ipv6-broken",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="https://{host} works over IPv4 and not over IPv6: {addresses}",
        ko="https://{host} 접속이 IPv4에서는 되지만 IPv6에서는 되지 않습니다: {addresses}",
    ),
    why=Text(
        en="Clients that have IPv6 try it first. Most browsers fall back to IPv4 after a moment where nobody answers; other clients, and visitors from networks that have IPv6 alone, get nothing. What does not speak TLS at an open port is not fallen back from.",
        ko="IPv6를 쓰는 클라이언트는 IPv6를 먼저 시도합니다. 응답이 없으면 브라우저는 대개 잠시 뒤 IPv4로 바꾸지만, 다른 클라이언트나 IPv6만 있는 네트워크의 방문자는 접속하지 못합니다. 포트가 열려 있는데 TLS가 실패하면 브라우저도 IPv4로 바꾸지 않습니다.",
    ),
    fixes=(FIX,),
    shows={"ipv6"},
    explains={"tls-port-closed", "tls-not-tls", "tls-handshake-fails"},
    mends={"tls-port-closed", "tls-not-tls", "tls-handshake-fails"},
    words=Text(
        en=(
            "IPv6 not working; https over IPv6 fails; works over IPv4 only; AAAA record but no answer; "
            "curl -6 fails; site slow on IPv6; works on Wi-Fi not on mobile data; Happy Eyeballs delay"
        ),
        ko=(
            "IPv6 접속 안됨; IPv4만 됨; AAAA 레코드 응답 없음; curl -6 실패; IPv6에서 느림; "
            "와이파이는 되는데 LTE에서 안됨; 모바일 데이터에서만 접속 안됨"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#ip-address-type",
        "https://www.rfc-editor.org/rfc/rfc8305",
    ),
)
def tls_ipv6_broken(scan: Scan, requested: Requested) -> Iterator[Verdict]:
    """Yield the host when TLS comes about at all of its IPv4 addresses that were tried, and at none of IPv6."""
    by_address = {one.address: one for one in requested.seen}
    four, six = (tuple(by_address[one] for one in of_family(by_address, version)) for version in (4, 6))
    broken = tuple(one for one in six if one.came in NO_TLS)
    if not four or not six:
        return
    if len(broken) < len(six) or any(one.came in NO_TLS for one in four):
        yield fine(Ref(Kind.DOMAIN, scan.host))
        return
    finding = found(
        Ref(Kind.DOMAIN, scan.host),
        *(saw(asked.tcp(one.address, 443), _in_words(one)) for one in broken),
        *(saw(asked.tcp(one.address, 443), _in_words(one)) for one in four),
        some=True,
        host=scan.host,
        addresses=tuple(one.address for one in broken),
    )
    # Silence is all that a machine without a working way hears; any answer came from there.
    unheard = all(one.came is Came.SILENT for one in broken)
    look = command("curl -6 -sSI --max-time 10 {url}", url="https://aws.amazon.com/")
    yield likely(finding, OWN_IPV6, decide=look) if unheard else finding


def _in_words(one: AtAddress) -> str:
    return f"{one.came.value} {one.detail}".rstrip()
