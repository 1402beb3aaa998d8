"""How a redirect that leads to a port without an HTTPS listener comes to lead to HTTPS:443."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.request.visits import Visit
from albdoctor.derive.routing.actions import ending_in, in_order, to_https, writable, written
from albdoctor.derive.routing.routes import Hop
from albdoctor.text import Text
from albdoctor_checks.fixes.circle import unless_round
from albdoctor_checks.fixes.login import REDIRECT, TO_HTTPS, keeping_login
from albdoctor_checks.fixes.plan import Plan
from albdoctor_checks.fixes.rule_action import OF_DEFAULT, OF_RULE, of_rule

VERIFY = (
    "aws elbv2 describe-rules --region {region} --listener-arn {listener} --query 'Rules[].Actions[].RedirectConfig'"
)
SUMMARY = Text(
    en="Let rule {priority} of {protocol}:{port} redirect to HTTPS on port 443.",
    ko="{protocol}:{port} 리스너의 우선순위 {priority} 규칙이 HTTPS 443 포트로 리디렉션하게 하세요.",
)
CONSOLE = (
    Text(
        en="EC2 > Load Balancers > Listeners and rules > {protocol}:{port} > rule {priority} > Edit: Redirect to URL, HTTPS, 443",
        ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > {protocol}:{port} > 우선순위 {priority} 규칙 > 편집: URL로 리디렉션, HTTPS, 443",
    ),
)
DEFAULT_RULE = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    script=OF_DEFAULT,
    console=CONSOLE,
    verify=VERIFY,
)
RULE = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    script=OF_RULE,
    console=CONSOLE,
    verify=VERIFY,
)
BY_HAND = Fix(
    summary=Text(
        en="Create the HTTPS:443 listener that the redirect leads to.",
        ko="리디렉션이 가리키는 HTTPS:443 리스너를 만드세요.",
    ),
    console=CONSOLE,
    by_hand=Text(
        en="The load balancer has no HTTPS:443 listener yet. Create it first (see ALB313 listener-https-missing), then let rule {priority} of {protocol}:{port} redirect to HTTPS, port 443. This is the listener that redirects:\n"
        "  aws elbv2 describe-listeners --region {region} --listener-arns {listener}",
        ko="로드 밸런서에 아직 HTTPS:443 리스너가 없습니다. 먼저 리스너를 만들고(ALB313 listener-https-missing 참고), {protocol}:{port} 리스너의 우선순위 {priority} 규칙이 HTTPS 443 포트로 리디렉션하게 하세요. 리디렉션하는 리스너는 다음과 같이 볼 수 있습니다.\n"
        "  aws elbv2 describe-listeners --region {region} --listener-arns {listener}",
    ),
    verify=VERIFY,
)

KEEP_LOGIN = keeping_login(RULE, REDIRECT, TO_HTTPS)
SERVE = Fix(
    summary=Text(
        en="Let rule {priority} of {protocol}:{port} serve what it takes instead of redirecting it.",
        ko="{protocol}:{port} 리스너의 우선순위 {priority} 규칙이 리디렉션하지 않고 직접 서비스하게 하세요.",
    ),
    impact=Impact.TRAFFIC,
    console=(
        Text(
            en="EC2 > Load Balancers > Listeners and rules > {protocol}:{port} > rule {priority} > Edit: Forward to target group",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > {protocol}:{port} > 우선순위 {priority} 규칙 > 편집: 대상 그룹으로 전달",
        ),
    ),
    by_hand=Text(
        en="With port 443 in it the redirect would lead back to where it comes from, without end. Choose the target group that serves the site, and let the rule forward to it; a login before the redirect stays. The rule as it is:\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule} --query 'Rules[0].Actions'\n"
        "The target groups:\n"
        "  aws elbv2 describe-target-groups --region {region} --output table",
        ko="리디렉션의 포트를 443으로 바꾸면 출발한 주소로 되돌아와 끝없이 반복됩니다. 사이트를 서비스하는 대상 그룹을 골라 규칙이 그 그룹으로 전달하게 하세요. 리디렉션 앞에 로그인 작업이 있으면 그대로 두세요. 현재 규칙은 다음과 같습니다.\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule} --query 'Rules[0].Actions'\n"
        "대상 그룹 목록:\n"
        "  aws elbv2 describe-target-groups --region {region} --output table",
    ),
    verify=VERIFY,
)
UNLESS_ROUND = (unless_round(DEFAULT_RULE), unless_round(RULE))
"""The same where nobody knows whether redirects would then lead round."""
FIXES = (DEFAULT_RULE, RULE, BY_HAND, *KEEP_LOGIN, SERVE, *UNLESS_ROUND)


def plan(hop: Hop, visit: Visit) -> Plan:
    """Choose the fix for the hop that redirects to the wrong port, with its values."""
    listener, route = hop.listener, hop.route
    action = to_https(in_order(route.rule.actions)[-1]) if route and route.rule.actions else None
    if listener is None or route is None or action is None:
        raise ValueError("a hop without listener, rule and redirect sends nobody on")
    values = of_rule(listener, route.rule)
    goes_round = visit.after(route.rule, action).goes_round
    if goes_round:
        return Plan(fix=SERVE, values=values)
    if visit.alb.https_listener is None:
        return Plan(fix=BY_HAND, values=values)
    actions = ending_in(route.rule.actions, action)
    if not writable(actions):
        return Plan(fix=KEEP_LOGIN[route.is_default], values=values)
    values |= {"actions": written(*actions)}
    if goes_round is None:
        looks_at = tuple(one.listener_arn for one in visit.alb.listeners)
        return Plan(fix=UNLESS_ROUND[not route.is_default], values=values | {"looks_at": looks_at})
    return Plan(fix=DEFAULT_RULE if route.is_default else RULE, values=values)
