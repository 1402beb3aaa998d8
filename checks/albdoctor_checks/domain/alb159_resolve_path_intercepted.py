"""ALB159: what answers for the root servers is a resolver: port 53 is redirected on the way from here."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.facts.dns import INTERCEPTED, Delegation
from albdoctor.facts.known import Kind, Known, Observed, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

OF_A_RESOLVER = Text(en="the answer of a resolver", ko="리졸버의 응답")
FIX = Fix(
    summary=Text(
        en="Scan {host} from a network that lets DNS through, AWS CloudShell for example.",
        ko="AWS CloudShell처럼 DNS를 그대로 통과시키는 네트워크에서 {host} 도메인을 스캔하세요.",
    ),
    by_hand=Text(
        en="Networks of hotels, companies, some providers and some VPN clients send everything on port 53 to a resolver of theirs. This command asks a root server itself; an answer with the flag `ra`, or with an ANSWER section, came from somebody else:\n"
        "  dig +norecurse NS com @198.41.0.4\n"
        "What the domain's registrar and name servers say is seen from another network. With `--dns-root` you named the server yourself: it has to be a root server, not a resolver.",
        ko="호텔이나 회사, 일부 통신사와 VPN은 53번 포트 트래픽을 모두 자체 리졸버로 보냅니다. 다음 명령은 루트 서버에 직접 묻습니다. 응답에 `ra` 플래그나 ANSWER 섹션이 있으면 다른 서버가 대신 응답한 것입니다.\n"
        "  dig +norecurse NS com @198.41.0.4\n"
        "도메인 위임과 네임서버 상태는 다른 네트워크에서 확인하세요. `--dns-root` 옵션을 직접 지정했다면 리졸버가 아니라 루트 서버여야 합니다.",
    ),
    verify="dig +norecurse NS com @198.41.0.4",
)


@check(
    id="ALB159",
    slug="resolve-path-intercepted",
    severity=INFO,
    since="0.2",
    message=Text(
        en="A resolver answers in place of the DNS root servers, so that nothing is known of the name servers of {domain}",
        ko="DNS 루트 서버 대신 리졸버가 응답하여 {domain} 네임서버 상태를 확인할 수 없습니다",
    ),
    why=Text(
        en="Port 53 is intercepted on the way from the machine that scans. Visitors do not notice; but who the parent zone names, and what each name server says, cannot be asked from here.",
        ko="스캔하는 컴퓨터의 네트워크가 53번 포트를 가로채고 있습니다. 방문자에게는 영향이 없지만, 상위 영역의 위임과 각 네임서버의 응답은 여기서 확인할 수 없습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "port 53 intercepted; DNS hijacking; transparent DNS proxy; ISP redirects DNS; "
            "dig @ns gives the same answer everywhere; captive portal DNS; VPN intercepts DNS"
        ),
        ko=(
            "53번 포트 가로채기; DNS 하이재킹; 투명 DNS 프록시; 통신사가 DNS를 가로챔; VPN DNS 가로채기; "
            "dig @네임서버 결과가 모두 같음"
        ),
    ),
    refs=("https://datatracker.ietf.org/doc/html/rfc5625",),
)
def resolve_path_intercepted(scan: Scan, delegation: Observed[Delegation]) -> Iterator[Verdict]:
    """Yield the host where the walk from the root met a resolver."""
    host = Ref(Kind.DOMAIN, scan.host)
    if isinstance(delegation, Known):
        yield fine(host)
    elif delegation.detail == INTERCEPTED:
        yield found(
            host, saw(asked.root_servers(scan.registrable), OF_A_RESOLVER), host=scan.host, domain=scan.registrable
        )
    else:
        yield delegation
