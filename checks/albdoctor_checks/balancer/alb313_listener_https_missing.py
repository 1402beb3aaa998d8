"""ALB313: nothing on the load balancer listens for https."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.clients import Ingress
from albdoctor.derive.request.visits import Visits
from albdoctor.facts.acm import Certificates
from albdoctor.facts.known import Observed
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.https_listener import BY_HAND, CREATE, TO_SEVERAL, plan


@check(
    id="ALB313",
    slug="listener-https-missing",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Load balancer {balancer} has no HTTPS listener on port 443",
        ko="로드 밸런서 {balancer}에 443 포트의 HTTPS 리스너가 없습니다",
    ),
    why=Text(
        en="A load balancer answers only on ports that have a listener: https://{host} is refused or times out, even where http works.",
        ko="로드 밸런서는 리스너가 있는 포트에서만 응답합니다. http 접속이 되더라도 https://{host} 연결은 거부되거나 시간 초과됩니다.",
    ),
    fixes=(*CREATE.values(), *TO_SEVERAL.values(), BY_HAND),
    breaks={"https-listener", "https-port", "redirect-port"},
    shows={"certificate", "listener-protocol"},
    stays=True,
    at_the_door=True,
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",),
)
def listener_https_missing(
    scan: Scan, visits: Visits, certificates: Observed[Certificates], ingress: Observed[Ingress]
) -> Iterator[Verdict]:
    """Yield every load balancer on which no listener is on port 443."""
    for visit in visits:
        alb = visit.alb
        if alb.listener_on(443):
            yield fine(alb.ref)  # one that speaks HTTP there is listener-protocol-port-swapped
            continue
        planned = plan(scan.host, visit, certificates, ingress)
        yield found(
            alb.ref,
            saw(asked.listeners(alb.balancer), alb.endpoints or "Listeners: []"),
            fix=planned.fix,
            fix_values=planned.values,
            host=scan.host,
            balancer=alb.name,
        )
