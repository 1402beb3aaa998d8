"""ALB321: the load balancer's own redirects lead back to the same URL."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive.request.lines import hop_line
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.routes import loop, undecided
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import Text
from albdoctor_checks.fixes.forward_rule import BY_HAND, DEFAULT_RULE, KEEP_LOGIN, RULE, plan


@check(
    id="ALB321",
    slug="listener-redirect-loop",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The redirects of load balancer {balancer} send {url} back to itself",
        ko="로드 밸런서 {balancer}의 리디렉션이 {url} 요청을 같은 주소로 되돌려 보냅니다",
    ),
    why=Text(
        en="Every answer is a redirect and none is a page: browsers give up with ERR_TOO_MANY_REDIRECTS, and no request reaches a target.",
        ko="모든 응답이 리디렉션이라 페이지가 나오지 않습니다. 브라우저는 ERR_TOO_MANY_REDIRECTS 오류를 표시하고 요청은 대상에 도달하지 못합니다.",
    ),
    fixes=(DEFAULT_RULE, RULE, BY_HAND, *KEEP_LOGIN),
    breaks={"redirects"},
    at_the_door=True,
    words=Text(
        en=(
            "redirect loop of the listener; https listener redirects to https; "
            "redirect action on both listeners; 443 listener also redirects; "
            "redirect rule points to itself; listener redirect loop; redirects to itself"
        ),
        ko=(
            "443 리스너도 리다이렉트; 리스너 리다이렉트 루프; HTTPS 리스너에 리다이렉트 규칙; "
            "리스너가 자기 자신으로 리다이렉트; https 강제 중복; 80과 443 모두 리다이렉트; "
            "리다이렉션 규칙 무한"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",),
)
def listener_redirect_loop(visits: Visits) -> Iterator[Verdict]:
    """Yield the listener on which a load balancer's redirects go round for the scanned URL."""
    for visit in visits:
        ends = [hops for hops in visit.journeys if hops[-1].listener]
        loops = [ring for hops in ends if (ring := loop(hops))]
        gaps = [detail for hops in ends if (detail := undecided(hops))]
        if loops:
            # the hop over https is the one that should have served
            wrong = next((hop for hop in loops[0] if hop.request.protocol == "https"), loops[0][0])
            planned = plan(wrong, visit.serving_forward)
            yield found(
                wrong.listener.ref if wrong.listener else visit.alb.ref,
                *(saw(*hop_line(hop)) for hop in dict.fromkeys(loops[0])),
                fix=planned.fix,
                fix_values=planned.values,
                balancer=visit.alb.name,
                url=wrong.request.url,
            )
        elif gaps:
            yield Unknown(gap=Gap.FAILED, asked="elasticloadbalancing:DescribeRules", detail=gaps[0])
        else:
            yield from (fine(listener.ref) for listener in visit.alb.listeners)
