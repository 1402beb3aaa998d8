"""ALB705: clients get the load balancer's own error page."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.request.lines import exchange_line, hop_line
from albdoctor.derive.request.own_probes import OwnProbes
from albdoctor.derive.request.visits import Visits, visit_to
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Add {host} to a rule of the HTTPS listener, or let the default action forward to a target group.",
        ko="HTTPS 리스너의 규칙에 {host} 이름을 추가하거나, 기본 작업이 대상 그룹으로 전달하게 하세요.",
    ),
    by_hand=Text(
        en="The answer is the fixed response of the default rule, not your application's. List the rules and add {host} to the host condition of the right one:\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {listener}",
        ko="이 응답은 애플리케이션이 아니라 기본 규칙의 고정 응답입니다. 다음 명령으로 규칙을 확인하고 알맞은 규칙의 호스트 헤더 조건에 {host} 이름을 추가하세요.\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {listener}",
    ),
    verify="curl -sI https://{host}/",
)

FROM_INSIDE = Fix(
    summary=Text(
        en="Scan {host} from a client that the rule admits; nothing needs to change for this machine.",
        ko="규칙이 허용하는 클라이언트에서 {host} 이름을 다시 검사하세요. 이 컴퓨터 때문에 바꿀 것은 없습니다.",
    ),
    by_hand=Text(
        en="A rule before the default one takes requests of some clients only (source address, header, cookie): an allow-list, say. Do not take it away to let this scan in:\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {listener}",
        ko="기본 규칙보다 앞선 규칙이 일부 클라이언트(출발지 주소, 헤더, 쿠키)의 요청만 받습니다(예: 허용 목록). 이 검사를 위해 규칙을 없애지 마세요.\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {listener}",
    ),
    verify="curl -sI https://{host}/",
)
OF_SOME = Text(
    en="Visitors whom the rules before it take get their page: only this machine is none of them.",
    ko="앞선 규칙의 조건에 맞는 방문자는 정상 페이지를 받습니다. 이 컴퓨터만 해당하지 않을 수 있습니다.",
)


@check(
    id="ALB705",
    slug="http-alb-default-action",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="https://{host} answers {status} from the load balancer's default rule, not from the application",
        ko="https://{host} 요청에 애플리케이션이 아니라 로드 밸런서의 기본 규칙이 {status} 코드로 응답합니다",
    ),
    why=Text(
        en="No rule took the request, so the answer is the fixed response of the default rule.",
        ko="요청을 받은 규칙이 없어 기본 규칙의 고정 응답이 나갔습니다.",
    ),
    fixes=(FIX, FROM_INSIDE),
    shows={"forwarding"},
    words=Text(
        en=(
            "answer of the default rule; 404 page of the load balancer; default rule answers; "
            "fixed response from default rule; load balancer's own 404; default backend 404; "
            "awselb/2.0 404; text/plain 404"
        ),
        ko=(
            "로드 밸런서 기본 규칙의 404; 기본 규칙이 응답; 로드밸런서 404 페이지; awselb 404; "
            "ALB 404; 고정 응답이 나옴"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",),
)
def http_alb_default_action(scan: Scan, own_probes: OwnProbes, visits: Visits) -> Iterator[Verdict]:
    """Yield the host when its answer is the fixed error of an HTTPS listener's default rule."""
    subject = Ref(Kind.DOMAIN, scan.host)
    for own in own_probes:
        visit = visit_to(own.balancer, visits)
        if visit is None:
            continue
        hop = visit.answer
        if hop.listener is None or hop.route is None or not own.probe.https or own.probe.https[0].status is None:
            continue
        effect, seen = hop.effect, own.probe.https[0]
        if hop.route.is_default and effect and effect.kind == "fixed-response" and 400 <= effect.status == seen.status:
            yield found(
                subject,
                saw(*exchange_line(seen)),
                saw(*hop_line(hop)),
                certainty=CONFIRMED if hop.route.certain else LIKELY,
                alternatives=() if hop.route.certain else (OF_SOME,),
                fix=FIX if hop.route.certain or effect.status >= 500 else FROM_INSIDE,
                host=scan.host,
                status=effect.status,
                region=own.balancer.region,
                listener=hop.listener.listener_arn,
            )
            return
        yield fine(subject)
