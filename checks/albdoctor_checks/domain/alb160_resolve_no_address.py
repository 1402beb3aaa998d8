"""ALB160: the name has no address, so that nobody gets anywhere."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.request.outcome import Requested
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Make {host} lead to the load balancer where its DNS is served.",
        ko="{host} 이름이 로드 밸런서를 가리키도록 DNS를 운영하는 곳에서 레코드를 만드세요.",
    ),
    by_hand=Text(
        en="In Route 53 an alias record (A, and AAAA for dualstack) to the load balancer; at another DNS provider a CNAME, at the apex an ALIAS or ANAME. A CNAME that leads to a name without an address must name one that has one.",
        ko="Route 53에서는 로드 밸런서를 가리키는 별칭 레코드(A, 듀얼 스택이면 AAAA도)를, 다른 DNS 업체에서는 CNAME(루트 도메인이면 ALIAS 또는 ANAME)을 만드세요. 주소가 없는 이름으로 이어지는 CNAME은 주소가 있는 이름으로 바꿔야 합니다.",
    ),
    verify="dig +short {host}",
)


@check(
    id="ALB160",
    slug="resolve-no-address",
    severity=ERROR,
    since="0.2",
    message=Text(en="{host} has no address: {why}", ko="{host} 이름에 주소가 없습니다: {why}"),
    why=Text(
        en="Browsers say that the site's server cannot be found. No request reaches the load balancer, however sound it is.",
        ko="브라우저는 사이트의 서버를 찾을 수 없다고 표시합니다. 로드 밸런서가 정상이어도 요청이 도달하지 않습니다.",
    ),
    fixes=(FIX,),
    shows={"zone-asked", "record", "arrival"},
    last_word=True,
    words=Text(
        en=(
            "name has no address; no address record; NODATA; empty DNS answer; "
            "domain resolves to nothing; DNS answer without address; domain resolves to private IP; "
            "NXDOMAIN"
        ),
        ko=(
            "이름에 주소가 없음; 주소 없는 도메인; DNS 응답에 주소 없음; NODATA; 사설 IP로 응답; "
            "NXDOMAIN; 도메인 주소 없음"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",
        "https://datatracker.ietf.org/doc/html/rfc2308",
    ),
)
def resolve_no_address(scan: Scan, requested: Requested) -> Iterator[Verdict]:
    """Yield the host when DNS answers for it and gives no address."""
    host = Ref(Kind.DOMAIN, scan.host)
    if requested.gap:
        yield requested.gap
    elif requested.no_address:
        yield found(
            host,
            saw(asked.dns("A and AAAA", scan.host), requested.no_address),
            host=scan.host,
            why=requested.no_address,
        )
    else:
        yield fine(host)
