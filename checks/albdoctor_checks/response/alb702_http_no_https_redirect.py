"""ALB702: plain http serves the page instead of sending people to https."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Verdict, check, fine, found, saw
from albdoctor.derive.request.lines import exchange_line
from albdoctor.derive.request.own_probes import OwnProbes
from albdoctor.derive.request.redirect_loops import next_url
from albdoctor.derive.request.visits import Visits, visit_to
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.redirect_to_https import BY_HAND, DEFAULT_RULE, HTTPS_FIRST, RULE, UNLESS_ROUND, plan


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
    fixes=(DEFAULT_RULE, RULE, BY_HAND, HTTPS_FIRST, *UNLESS_ROUND),
    shows={"https-listener"},
    stays=True,
    words=Text(
        en=(
            "no redirect from http to https; http stays http; force https; "
            "http not redirecting to https; site opens without https; redirect http to https; "
            "not secure on http; add redirect action; http to https redirect on ALB; "
            "page loads over http"
        ),
        ko=(
            "http를 https로 리다이렉트; http로 접속하면 https로 안 넘어감; https 강제; "
            "https 자동 전환; http 접속이 그대로 됨; 80을 443으로 리다이렉트; https 리다이렉트 설정; "
            "http로도 접속됨; 주의 요함 http"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html",
    ),
)
def http_no_https_redirect(scan: Scan, own_probes: OwnProbes, visits: Visits) -> Iterator[Verdict]:
    """Yield the host when its load balancer serves content over plain http."""
    subject = Ref(Kind.DOMAIN, scan.host)
    first = [(own.balancer, exchange) for own in own_probes for exchange in own.probe.http[:1] if exchange.status]
    served = [(balancer, exchange) for balancer, exchange in first if 200 <= (exchange.status or 0) < 300]
    visit = visit_to(served[0][0], visits) if served else None
    if visit:
        planned = plan(visit)
        down = [hop for own in own_probes for hop in own.probe.https if next_url(hop).startswith("http://")]
        yield found(
            subject,
            *(saw(*exchange_line(exchange)) for _, exchange in served),
            *(saw(*exchange_line(exchange)) for exchange in down),
            fix=HTTPS_FIRST if down else planned.fix,
            fix_values=planned.values,
            host=scan.host,
            status=served[0][1].status or 0,
        )
    elif first and not served:
        yield fine(subject)
