"""ALB319: a redirect of the load balancer leads to a port on which it has no listener."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive.request.lines import hop_told
from albdoctor.derive.request.serving import albs, journeys, listener_on
from albdoctor.derive.routing.routes import dead_end
from albdoctor.facts.elb import Listeners, LoadBalancers, Rules
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.balancer.port_fix import BY_HAND, plan


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
    fixes=(BY_HAND,),
    breaks={"https-port"},
    shows={"redirect-port"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",),
)
def listener_redirect_to_missing_listener(
    scan: Scan, load_balancers: LoadBalancers, listeners: Listeners, rules: Rules
) -> Iterator[Verdict]:
    """Yield every listener that sends the scanned URL to a port without listener."""
    for balancer in albs(load_balancers):
        for hops in journeys(scan, balancer, listeners, rules):
            last, target = dead_end(hops), hops[-1].request
            if last is not None and listener_on(balancer, listeners, target.port) is None:
                fix, values, subject = plan(last, balancer, listeners)
                yield found(
                    subject,
                    *(saw(*hop_told(hop)) for hop in hops),
                    fix=fix,
                    fix_values=values,
                    balancer=balancer.load_balancer_name,
                    url=target.url,
                    to_port=target.port,
                )
            elif hops[0].listener is not None:
                yield fine(hops[0].listener.ref)
