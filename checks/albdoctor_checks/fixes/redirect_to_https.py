"""How plain http comes to redirect to https: the rule of the HTTP listener that takes the request."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.request.visits import Visit
from albdoctor.derive.routing.actions import REDIRECT_TO_HTTPS
from albdoctor.derive.routing.conditions import request_of
from albdoctor.derive.routing.routes import route
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.circle import unless_round
from albdoctor_checks.fixes.plan import Plan

ACTION = "'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'"
VERIFY = "curl -sI http://{host}/"
SUMMARY = Text(
    en="Let the HTTP:80 listener redirect to HTTPS with a 301.",
    ko="HTTP:80 리스너가 HTTPS로 리디렉션(301)하도록 설정하세요.",
)
CONSOLE = (
    Text(
        en="EC2 > Load Balancers > {balancer} > Listeners and rules > HTTP:80 > Edit: Redirect to URL, HTTPS, 443, 301",
        ko="EC2 > 로드 밸런서 > {balancer} > 리스너 및 규칙 > HTTP:80 > 편집: URL로 리디렉션, HTTPS, 443, 301",
    ),
)
SIDE_EFFECTS = (
    Text(
        en="Clients that post to http:// must change to https://: a 301 turns their POST into a GET.",
        ko="http:// 주소로 POST 요청을 보내는 클라이언트는 https:// 주소로 바꿔야 합니다. 301 응답을 받으면 POST가 GET으로 바뀝니다.",
    ),
)

DEFAULT_RULE = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    side_effects=SIDE_EFFECTS,
    script=f"aws elbv2 modify-listener --region {{region}} --listener-arn {{listener}} --default-actions {ACTION}\n",
    console=CONSOLE,
    terraform="""\
default_action {
  type = "redirect"
  redirect {
    protocol    = "HTTPS"
    port        = "443"
    status_code = "HTTP_301"
  }
}
""",
    verify=VERIFY,
)
RULE = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    side_effects=SIDE_EFFECTS,
    script=f"aws elbv2 modify-rule --region {{region}} --rule-arn {{rule}} --actions {ACTION}\n",
    console=CONSOLE,
    verify=VERIFY,
)
BY_HAND = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    side_effects=SIDE_EFFECTS,
    console=CONSOLE,
    by_hand=Text(
        en="First make https://{host} work: load balancer {balancer} needs an HTTPS:443 listener. Then let HTTP:80 redirect to it; in the other order nobody reaches the site.",
        ko="먼저 https://{host} 접속이 되게 하세요. {balancer} 로드 밸런서에 HTTPS:443 리스너가 필요합니다."
        " 그다음 HTTP:80 리스너를 리디렉션으로 바꾸세요. 순서가 바뀌면 아무도 접속할 수 없게 됩니다.",
    ),
    verify=VERIFY,
)

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

UNLESS_ROUND = (unless_round(DEFAULT_RULE), unless_round(RULE))
"""The same where nobody knows whether redirects would then lead round."""


def plan(visit: Visit) -> Plan:
    """Choose the fix for the rule that serves content over http today, with its values beside the host."""
    alb = visit.alb
    values: dict[str, Value] = {"balancer": alb.name, "region": alb.balancer.region}
    listener = alb.listener_on(80)
    if listener is None or alb.https_listener is None:
        return Plan(fix=BY_HAND, values=values)
    values |= {"listener": listener.listener_arn, "region": listener.region}
    taken = route(request_of(f"http://{visit.scan.host}{visit.scan.path}"), listener, visit.rules)
    goes_round = visit.after(taken.rule, REDIRECT_TO_HTTPS).goes_round if taken else None
    if goes_round:
        return Plan(fix=HTTPS_FIRST, values=values)
    fix = DEFAULT_RULE if taken is None or taken.is_default else RULE
    values |= {"rule": taken.rule.rule_arn} if taken else {}
    if goes_round is None:
        looks_at = tuple(one.listener_arn for one in visit.alb.listeners if one.port in (80, 443))
        return Plan(fix=UNLESS_ROUND[fix is RULE], values=values | {"looks_at": looks_at})
    return Plan(fix=fix, values=values)
