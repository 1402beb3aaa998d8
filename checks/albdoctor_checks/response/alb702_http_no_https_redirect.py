"""ALB702: plain http serves the page instead of sending people to https."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive.request.lines import exchange_line
from albdoctor.derive.request.own_probes import OwnProbes
from albdoctor.derive.request.redirect_loops import next_url
from albdoctor.derive.request.visits import Visits, visit_to
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.redirect_to_https import BY_HAND, DEFAULT_RULE, RULE, plan

HTTPS_FIRST = Fix(
    summary=Text(
        en="Let https serve the page itself first; then let HTTP:80 redirect to it.",
        ko="먼저 https가 페이지를 직접 제공하게 한 다음, HTTP:80이 https로 리디렉션하게 하세요.",
    ),
    impact=Impact.TRAFFIC,
    by_hand=Text(
        en="Today https redirects to http. Find who does it: an answer with the server awselb/2.0 is a rule of the HTTPS listener, any other is the application's (a site address that begins with http://). Let it forward or serve, and scan again; a redirect from http to https before that would make an endless circle.",
        ko="지금은 https가 http로 리디렉션합니다. server가 awselb/2.0인 응답이면 HTTPS 리스너의 규칙이고, 아니면 애플리케이션(http://로 시작하는 사이트 주소 설정)입니다. 먼저 이것을 전달(forward)이나 직접 응답으로 바꾸고 다시 스캔하세요. 그 전에 http를 https로 리디렉션하면 순환이 생깁니다.",
    ),
    verify="curl -sSI https://{host}/",
)


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
    fixes=(DEFAULT_RULE, RULE, BY_HAND, HTTPS_FIRST),
    shows={"https-listener"},
    stays=True,
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
