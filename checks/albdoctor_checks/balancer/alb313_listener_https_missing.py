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
from albdoctor_checks.fixes.https_listener import ALSO_SHUT, ALSO_SHUT_TO_ALL, BY_HAND, CREATE, TO_SEVERAL, plan


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
    fixes=(*CREATE.values(), *TO_SEVERAL.values(), BY_HAND, ALSO_SHUT, ALSO_SHUT_TO_ALL),
    breaks={"https-listener", "https-port", "redirect-port"},
    shows={"certificate", "listener-protocol"},
    stays=True,
    at_the_door=True,
    words=Text(
        en=(
            "HTTPS not working, HTTP works; connection refused on 443; no HTTPS listener; "
            "cert in ACM but no https; listener missing; only port 80; add listener 443; "
            "SSL not enabled on load balancer; ERR_CONNECTION_REFUSED; https refused; "
            "create HTTPS listener; how to enable https on ALB; https does not work but http does; "
            "certificate exists but https is refused; enable SSL on load balancer; "
            "only HTTP:80 listener; ALB listens on 80 only; how to add https; refused to connect; "
            "set up https; https port not open on load balancer; no listener on 443; HTTPS setup"
        ),
        ko=(
            "HTTPS 접속 안됨; 443 리스너 없음; 리스너 추가; HTTP는 되는데 HTTPS는 안됨; "
            "연결을 거부했습니다; 인증서는 있는데 https 안됨; 80만 열림; HTTPS 리스너 설정; "
            "ALB 443 포트; https 안됨; https 적용 방법; HTTPS 리스너 추가; 443 연결 거부; "
            "리스너가 80만 있음; https만 안 열림; ALB에 SSL 적용; 로드밸런서 https 설정; "
            "인증서 발급했는데 https 접속 안됨; ERR_CONNECTION_REFUSED; 리스너 없음; https 설정; "
            "443 포트 리스너 생성"
        ),
    ),
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
