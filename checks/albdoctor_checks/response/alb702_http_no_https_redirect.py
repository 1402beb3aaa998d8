"""ALB702: plain http serves the page instead of sending people to https."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Verdict, check, fine, found, saw
from albdoctor.derive.request.lines import exchange_told
from albdoctor.derive.request.serving import own_probes
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.ec2 import NetworkInterfaces
from albdoctor.facts.elb import Listeners, LoadBalancers, Rules
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import Probes
from albdoctor.text import Text
from albdoctor_checks.response.redirect_fix import BY_HAND, plan


@check(
    id="ALB702",
    slug="http-no-https-redirect",
    severity=WARNING,
    since="0.1",
    message=Text(
        en="http://{host} answers {status} with content instead of redirecting to https",
        ko="http://{host} 요청을 https로 리디렉션하지 않고 {status} 응답으로 내용을 그대로 보냅니다",
    ),
    why=Text(
        en="Visitors who type the name without https stay on an unencrypted page that browsers mark as not secure.",
        ko="https 없이 주소를 입력한 방문자는 브라우저가 '주의 요함'으로 표시하는 암호화되지 않은 페이지에 머무릅니다.",
    ),
    fixes=(BY_HAND,),
    shows={"https-listener"},
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html",
    ),
)
def http_no_https_redirect(
    scan: Scan,
    probes: Probes,
    host_answers: HostAnswers,
    load_balancers: LoadBalancers,
    network_interfaces: NetworkInterfaces,
    listeners: Listeners,
    rules: Rules,
) -> Iterator[Verdict]:
    """Yield the host when its load balancer serves content over plain http."""
    subject = Ref(Kind.DOMAIN, scan.host)
    own = own_probes(probes, host_answers, load_balancers, network_interfaces)
    first = [(balancer, probe.http[0]) for balancer, probe in own if probe.http and probe.http[0].status]
    served = [(balancer, exchange) for balancer, exchange in first if 200 <= (exchange.status or 0) < 300]
    if served:
        fix, values = plan(scan, served[0][0], listeners, rules)
        yield found(
            subject,
            *(saw(*exchange_told(exchange)) for _, exchange in served),
            fix=fix,
            fix_values=values,
            host=scan.host,
            status=served[0][1].status or 0,
        )
    elif first:
        yield fine(subject)
