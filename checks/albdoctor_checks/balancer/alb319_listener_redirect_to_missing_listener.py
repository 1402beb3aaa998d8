"""ALB319: a redirect of the load balancer leads to a port on which it has no listener."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive.request.lines import hop_line
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.routes import dead_end
from albdoctor.text import Text
from albdoctor_checks.fixes.redirect_port import FIXES, plan

HTTPS = 443


@check(
    id="ALB319",
    slug="listener-redirect-to-missing-listener",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Load balancer {balancer} redirects to {url}, but has no listener on port {to_port}",
        ko="로드 밸런서 {balancer}의 리디렉션이 리스너가 없는 {to_port} 포트로 향합니다: {url}",
    ),
    why=Text(
        en="The first answer works, but the next connection is refused or times out: the site seems to hang half-way.",
        ko="첫 응답은 정상이지만 다음 연결이 거부되거나 시간 초과됩니다. 사이트가 중간에 멈춘 것처럼 보입니다.",
    ),
    fixes=FIXES,
    shows={"redirect-port"},
    explains={"tls-port-closed"},
    at_the_door=True,
    words=Text(
        en=(
            "redirect to https goes nowhere; redirects to 443 but nothing listens; "
            "redirect to https then refused; http redirects to https and then connection refused; "
            "redirect to missing port; redirect to port 8443"
        ),
        ko=(
            "https로 리다이렉트 후 접속 불가; 리다이렉트 후 연결 거부; 리다이렉트됐는데 열리지 않음; "
            "리다이렉트 포트에 리스너 없음; http에서 https로 넘어가고 안 열림"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",),
)
def listener_redirect_to_missing_listener(visits: Visits, scene: Scene) -> Iterator[Verdict]:
    """Yield every listener that sends the scanned URL to a port without listener, unless it was seen to be open."""
    for visit in visits:
        for hops in visit.journeys:
            last, target = dead_end(hops), hops[-1].request
            shut = visit.alb.listener_on(target.port) is None and not (target.port == HTTPS and scene.opens)
            if last is not None and last.listener is not None and shut:
                planned = plan(last, visit)
                yield found(
                    last.listener.ref,
                    *(saw(*hop_line(hop)) for hop in hops),
                    fix=planned.fix,
                    fix_values=planned.values,
                    balancer=visit.alb.name,
                    url=target.url,
                    to_port=target.port,
                )
            elif hops[0].listener is not None:
                yield fine(hops[0].listener.ref)
