"""ALB322: the HTTP:80 listener forwards or answers itself, where it could redirect to https: never an error."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, WARNING, Verdict, check, fine, found, likely, saw
from albdoctor.derive.request.lines import effect_words, exchange_line, hop_line
from albdoctor.derive.request.plain_http import OverHttp
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.fixes.redirect_to_https import DEFAULT_RULE, HTTPS_FIRST, RULE, UNLESS_ROUND, plan

APPLICATION = Text(
    en="The application redirects by itself, by the X-Forwarded-Proto header.",
    ko="애플리케이션이 X-Forwarded-Proto 헤더를 보고 직접 리디렉션할 수 있습니다.",
)
UNDECIDED = Unknown(
    gap=Gap.FAILED,
    asked="elasticloadbalancing:DescribeRules",
    detail="a rule depends on the client, or the default rule was not described",
)


@check(
    id="ALB322",
    slug="listener-http-not-redirecting",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="The HTTP:80 listener of {balancer} does not redirect {host} to https: its rule {priority} does this: {answer}",
        ko="{balancer} 로드 밸런서의 HTTP:80 리스너가 {host} 요청을 https로 리디렉션하지 않습니다(우선순위 {priority} 규칙: {answer})",
    ),
    why=Text(
        en="There is an HTTPS listener, and people who type the name without https do not get to it. Security Hub (ELB.1) and AWS Config look for the same.",
        ko="HTTPS 리스너가 있어도 https 없이 이름을 입력한 방문자는 그곳으로 가지 않습니다. Security Hub(ELB.1)와 AWS Config도 같은 항목을 점검합니다.",
    ),
    fixes=(DEFAULT_RULE, RULE, HTTPS_FIRST, *UNLESS_ROUND),
    explains={"http-no-https-redirect"},
    mends={"http-no-https-redirect"},
    at_the_door=True,
    words=Text(
        en=(
            "HTTP listener forwards instead of redirecting; ELB.1; alb-http-to-https-redirection-check; "
            "port 80 listener without redirect action; HTTP listener does not redirect; "
            "listener on port 80 forwards to target group"
        ),
        ko=(
            "HTTP 리스너가 리디렉션하지 않음; 80 리스너 전달 작업; ELB.1; 80 포트 리스너 리디렉션 작업; "
            "HTTP 리스너를 HTTPS로 리디렉션; 80 리스너가 대상 그룹으로 전달"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",
    ),
)
def listener_http_not_redirecting(scan: Scan, over_http: OverHttp) -> Iterator[Verdict]:
    """Yield the rule of an HTTP:80 listener that serves the host, beside an HTTPS listener.

    Where the answer was not seen the application may redirect by itself, and it is information.
    """
    for one in over_http:
        hop = one.hop
        if hop.route is None or hop.effect is None or not hop.route.certain:
            yield UNDECIDED
        elif not one.serves or one.led_on:
            yield fine(hop.route.rule.ref)
        else:
            planned = plan(one.visit)
            finding = found(
                hop.route.rule.ref,
                saw(*hop_line(hop)),
                *(saw(*exchange_line(exchange)) for exchange in (*one.content, *one.down)),
                severity=None if one.content else INFO,
                fix=HTTPS_FIRST if one.down else planned.fix,
                fix_values=planned.values | {"priority": hop.route.rule.priority},
                host=scan.host,
                balancer=one.visit.alb.name,
                answer=effect_words(hop.effect),
            )
            curl = command("curl -sSI {url}", url=hop.request.url)
            yield finding if one.content else likely(finding, APPLICATION, decide=curl)
