"""ALB315: a listener speaks plain HTTP on 443, or TLS on 80."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.request.serving import Albs
from albdoctor.derive.request.visits import Visits, visit_to
from albdoctor.facts.acm import Certificates
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.listener_protocol import BY_HAND, DECIDE, TO_443, TO_HTTPS, TO_REDIRECT, UNLESS_ROUND, plan

SWAPPED = (("HTTP", 443), ("HTTPS", 80))


@check(
    id="ALB315",
    slug="listener-protocol-port-swapped",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The listener on port {port} of load balancer {balancer} speaks {protocol}",
        ko="로드 밸런서 {balancer}의 {port} 포트 리스너가 {protocol} 프로토콜을 사용합니다",
    ),
    why=Text(
        en="Browsers speak TLS on port 443 and plain HTTP on port 80. Here neither side understands the other (ERR_SSL_PROTOCOL_ERROR, 400 Bad Request).",
        ko="브라우저는 443 포트에서 TLS, 80 포트에서 평문 HTTP로 통신합니다. 이 포트에서는 양쪽의 프로토콜이 달라 접속할 수 없습니다(ERR_SSL_PROTOCOL_ERROR, 400 Bad Request).",
    ),
    fixes=(TO_HTTPS, TO_443, TO_REDIRECT, BY_HAND, DECIDE, *UNLESS_ROUND.values()),
    breaks={"https-listener", "listener-protocol"},
    mends={"listener-https-missing"},
    at_the_door=True,
    words=Text(
        en=(
            "listener HTTP on port 443; listener protocol HTTP 443; HTTPS on port 80; "
            "protocol and port swapped; listener speaks wrong protocol; ERR_SSL_PROTOCOL_ERROR; "
            "HTTP:443 listener; wrong protocol on 443; plain http listener on 443; "
            "the plain HTTP request was sent to HTTPS port on the listener"
        ),
        ko=(
            "443 포트에 HTTP 리스너; 리스너 프로토콜 잘못됨; 리스너 프로토콜이 HTTP; "
            "80 포트에 HTTPS 리스너; HTTP:443; 프로토콜을 잘못 선택; ERR_SSL_PROTOCOL_ERROR; "
            "리스너 프로토콜 포트 뒤바뀜"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html",),
)
def listener_protocol_port_swapped(
    scan: Scan, albs: Albs, visits: Observed[Visits], certificates: Observed[Certificates]
) -> Iterator[Verdict]:
    """Yield every listener with HTTP on 443 or HTTPS on 80."""
    seen = visits.value if isinstance(visits, Known) else ()
    for alb in albs:
        for listener in alb.listeners:
            if listener.port not in (80, 443):
                continue
            if (listener.protocol, listener.port) not in SWAPPED:
                yield fine(listener.ref)
                continue
            planned = plan(scan.host, alb, listener, visit_to(alb.balancer, seen), certificates)
            yield found(
                listener.ref,
                saw(asked.listeners(alb.balancer), alb.endpoints),
                fix=planned.fix,
                fix_values=planned.values,
                host=scan.host,
                balancer=alb.name,
                protocol=listener.protocol,
                port=listener.port,
            )
