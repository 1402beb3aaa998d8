"""ALB313: nothing on the load balancer listens for https."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive.request.serving import albs, listener_on, listeners_of, serving_group
from albdoctor.facts.acm import Certificates
from albdoctor.facts.ec2 import PrefixLists, SecurityGroups
from albdoctor.facts.elb import Listeners, LoadBalancers, Rules
from albdoctor.facts.known import Observed
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.balancer.https_listener_fix import BY_HAND, plan


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
    fixes=(BY_HAND,),
    breaks={"https-listener", "https-port", "redirect-port"},
    shows={"certificate", "listener-protocol"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",),
)
def listener_https_missing(
    scan: Scan,
    load_balancers: LoadBalancers,
    listeners: Listeners,
    rules: Rules,
    certificates: Observed[Certificates],
    security_groups: Observed[SecurityGroups],
    prefix_lists: Observed[PrefixLists],
) -> Iterator[Verdict]:
    """Yield every load balancer on which no listener is on port 443."""
    for balancer in albs(load_balancers):
        if listener_on(balancer, listeners, 443):
            yield fine(balancer.ref)  # one that speaks HTTP there is listener-protocol-port-swapped
            continue
        group = serving_group(scan, balancer, listeners, rules)
        fix, values = plan(scan.host, balancer, group, certificates, security_groups, prefix_lists)
        seen = ", ".join(f"{one.protocol}:{one.port}" for one in listeners_of(balancer, listeners))
        yield found(
            balancer.ref,
            saw(f"elasticloadbalancing DescribeListeners {balancer.load_balancer_name}", seen or "Listeners: []"),
            fix=fix,
            fix_values=values,
            host=scan.host,
            balancer=balancer.load_balancer_name,
        )
