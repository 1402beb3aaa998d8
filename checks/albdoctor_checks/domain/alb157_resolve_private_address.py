"""ALB157: public DNS gives addresses for the name that nobody on the internet reaches."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.private import unreachable
from albdoctor.derive.request.outcome import Requested
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Let {host} lead to addresses that the internet reaches, unless it is meant for a private network only.",
        ko="사설망 전용이 아니라면 {host} 레코드가 인터넷에서 접속할 수 있는 주소를 가리키게 하세요.",
    ),
    by_hand=Text(
        en="Where the DNS of {host} is served, replace the address by an internet-facing load balancer: in Route 53 an alias, elsewhere a CNAME to its DNS name. An internal load balancer (its name begins with internal-) and an instance's private address work inside the VPC only. These are internet-facing:\n"
        "  aws elbv2 describe-load-balancers --query \"LoadBalancers[?Scheme=='internet-facing'].DNSName\" --output text\n"
        "If the name is meant for people on a VPN, nothing is wrong with it; a private hosted zone would keep its addresses out of public DNS.",
        ko="{host} 이름의 DNS를 운영하는 곳에서 주소 대신 인터넷 경계(internet-facing) 로드 밸런서를 가리키게 하세요. Route 53이면 별칭, 다른 업체면 로드 밸런서 DNS 이름에 대한 CNAME입니다. 내부 로드 밸런서(이름이 internal-로 시작)와 인스턴스의 프라이빗 주소는 VPC 안에서만 접속됩니다. 인터넷 경계 로드 밸런서는 다음과 같이 찾습니다.\n"
        "  aws elbv2 describe-load-balancers --query \"LoadBalancers[?Scheme=='internet-facing'].DNSName\" --output text\n"
        "VPN 사용자 전용 이름이라면 문제가 아닙니다. 프라이빗 호스팅 영역을 쓰면 주소가 공개 DNS에 드러나지 않습니다.",
    ),
    verify="dig +short {host}",
)


@check(
    id="ALB157",
    slug="resolve-private-address",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Public DNS gives {host} addresses that the internet does not reach: {addresses}",
        ko="공개 DNS가 {host} 이름에 인터넷에서 접속할 수 없는 주소로 응답합니다: {addresses}",
    ),
    why=Text(
        en="These addresses are private, or of the asking machine itself. Connections from the internet time out; some resolvers give no answer at all, to protect home networks (rebinding protection). Inside the VPC or a VPN the name works.",
        ko="사설 주소이거나 접속하는 컴퓨터 자신의 주소입니다. 인터넷에서는 연결이 시간 초과되고, 내부망 보호(rebinding protection) 때문에 아예 응답하지 않는 리졸버도 있습니다. VPC나 VPN 안에서는 접속됩니다.",
    ),
    fixes=(FIX,),
    breaks={"https-port"},
    words=Text(
        en=(
            "domain resolves to private IP; domain resolves to 10.x address; resolves to 192.168; "
            "resolves to 127.0.0.1; DNS rebinding protection; private IP in public DNS; "
            "A record has private IP of the instance; dig shows 172.31 address; "
            "resolves to 0.0.0.0; works on VPN only"
        ),
        ko=(
            "사설 IP로 응답; 도메인이 사설 IP; 10.x 주소로 나옴; 172.31 주소로 나옴; 192.168로 나옴; "
            "127.0.0.1로 나옴; 공개 DNS에 사설 IP; A 레코드에 프라이빗 IP 입력; VPN에서만 접속됨"
        ),
    ),
    refs=(
        "https://datatracker.ietf.org/doc/html/rfc6890",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html",
    ),
)
def resolve_private_address(scan: Scan, requested: Requested) -> Iterator[Verdict]:
    """Yield the host when some of the addresses that public DNS gives, or all, are none of the internet's."""
    host, every = Ref(Kind.DOMAIN, scan.host), tuple(one.address for one in requested.at)
    private = unreachable(every)
    if requested.gap:
        yield requested.gap
    elif private:
        yield found(
            host,
            saw(asked.dns("A and AAAA", scan.host), ", ".join(every)),
            severity=None if len(private) == len(every) else WARNING,
            some=len(private) < len(every),
            host=scan.host,
            addresses=private,
        )
    elif every:
        yield fine(host)
