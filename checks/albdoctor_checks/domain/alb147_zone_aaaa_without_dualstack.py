"""ALB147: the name has IPv6 addresses, and its load balancer has none."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.request.outcome import Requested
from albdoctor.derive.request.strangers import Strangers
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Remove the AAAA record of {host}, or make {balancer} dual-stack and let the record be an alias to it.",
        ko="{host} 이름의 AAAA 레코드를 삭제하거나, {balancer} 로드 밸런서를 듀얼 스택으로 바꾸고 AAAA를 별칭 레코드로 만드세요.",
    ),
    by_hand=Text(
        en="The addresses are another server's: often the one that the site was moved away from, whose A record was changed and whose AAAA record was forgotten. Remove the AAAA record where the DNS of {host} is served. If IPv6 is wanted, the subnets need IPv6 blocks first; then\n"
        "  aws elbv2 set-ip-address-type --region {region} --load-balancer-arn {arn} --ip-address-type dualstack",
        ko="이 주소는 다른 서버의 것입니다. 사이트를 옮기면서 A 레코드만 바꾸고 AAAA 레코드를 잊은 경우가 많습니다. {host} 이름의 DNS를 관리하는 곳에서 AAAA 레코드를 삭제하세요. IPv6가 필요하다면 먼저 서브넷에 IPv6 CIDR 블록을 추가한 뒤 다음을 실행합니다.\n"
        "  aws elbv2 set-ip-address-type --region {region} --load-balancer-arn {arn} --ip-address-type dualstack",
    ),
    verify="dig +short AAAA {host}",
)


@check(
    id="ALB147",
    slug="zone-aaaa-without-dualstack",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="{host} has IPv6 addresses that are none of load balancer {balancer}, which has IPv4 only: {addresses}",
        ko="{host} 이름의 IPv6 주소가 IPv4만 쓰는 로드 밸런서 {balancer}의 주소가 아닙니다: {addresses}",
    ),
    why=Text(
        en="Browsers try IPv6 first. Visitors who have it come to another server, or wait until their browser falls back to IPv4.",
        ko="브라우저는 IPv6를 먼저 시도합니다. IPv6를 쓰는 방문자는 다른 서버로 가거나, 브라우저가 IPv4로 바꿀 때까지 기다립니다.",
    ),
    fixes=(FIX,),
    breaks={"https-port", "ipv6"},
    words=Text(
        en=(
            "AAAA record; IPv6 address of old server; IPv6 goes to another server; "
            "AAAA record wrong; phone on mobile data gets the old site; "
            "IPv6 visitors see the old server"
        ),
        ko=(
            "AAAA 레코드; IPv6 주소가 예전 서버; IPv6만 다른 서버로 접속; 모바일에서만 예전 사이트; "
            "IPv6 레코드 잘못됨; LTE에서만 안됨"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#ip-address-type",
    ),
)
def zone_aaaa_without_dualstack(scan: Scan, strangers: Strangers, requested: Requested) -> Iterator[Verdict]:
    """Yield the host when DNS gives IPv6 addresses for it and its load balancer has IPv4 only."""
    host, addresses = Ref(Kind.DOMAIN, scan.host), tuple(one.address for one in strangers)
    if not strangers:
        yield fine(host)
        return
    balancer = strangers[0].balancer
    yield found(
        host,
        saw(asked.dns("AAAA", scan.host), ", ".join(addresses)),
        saw(asked.balancers(balancer), f"IpAddressType: {balancer.ip_address_type}"),
        severity=None if any(one.address in addresses for one in requested.failing) else WARNING,
        some=True,
        host=scan.host,
        balancer=balancer.load_balancer_name,
        addresses=addresses,
        region=balancer.region,
        arn=balancer.load_balancer_arn,
    )
