"""ALB320: a redirect keeps the port of plain http, or plain http itself, so that protocol and port do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive.request.lines import hop_line
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.routes import dead_end
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import Text
from albdoctor_checks.fixes.redirect_port import FIXES, plan


@check(
    id="ALB320",
    slug="listener-redirect-keeps-port",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Load balancer {balancer} redirects to {url}, where its listener does not speak {scheme}",
        ko="로드 밸런서 {balancer}의 리디렉션이 {scheme} 리스너가 아닌 포트로 향합니다: {url}",
    ),
    why=Text(
        en="When a redirect to HTTPS keeps the request's port or names port 80, browsers speak TLS to the plain HTTP listener and stop with ERR_SSL_PROTOCOL_ERROR. When it names port 443 and keeps the request's protocol, they speak plain HTTP to the HTTPS listener and get 400.",
        ko="HTTPS 리디렉션이 요청의 포트를 그대로 쓰거나 80으로 지정되어 있으면 브라우저가 평문 HTTP 리스너에 TLS로 접속해 ERR_SSL_PROTOCOL_ERROR 오류로 멈춥니다. 443 포트를 지정하면서 요청의 프로토콜을 그대로 두면 HTTPS 리스너에 평문 HTTP로 접속해 400 오류를 받습니다.",
    ),
    fixes=FIXES,
    at_the_door=True,
    words=Text(
        en=(
            "redirect keeps port 80; redirect to https with port 80; https://host:80; "
            "redirect with #{port}; redirect action wrong port; redirects to https on port 80; "
            "redirect target with :80"
        ),
        ko=(
            "https인데 80 포트로 리다이렉트; 리다이렉트 포트 80; https://도메인:80; "
            "#{port} 리다이렉트; 리다이렉션 포트 설정 오류; 주소에 :80이 붙음"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",),
)
def listener_redirect_keeps_port(visits: Visits) -> Iterator[Verdict]:
    """Yield every listener that sends the scanned URL to a port whose listener speaks another protocol."""
    for visit in visits:
        for hops in visit.journeys:
            last, target = dead_end(hops), hops[-1].request
            other = visit.alb.listener_on(target.port)
            # HTTP on 443 is listener-protocol-port-swapped
            swapped = (target.protocol, target.port) == ("https", 443)
            if target.protocol not in ("http", "https"):
                yield Unknown(gap=Gap.FAILED, asked="elasticloadbalancing:DescribeRules", detail=hop_line(hops[-2])[1])
            elif last is not None and last.listener is not None and other is not None and not swapped:
                planned = plan(last, visit)
                yield found(
                    last.listener.ref,
                    *(saw(*hop_line(hop)) for hop in hops[:-1]),
                    fix=planned.fix,
                    fix_values=planned.values,
                    balancer=visit.alb.name,
                    url=target.url,
                    scheme=target.protocol,
                )
            elif hops[0].listener is not None:
                yield fine(hops[0].listener.ref)
