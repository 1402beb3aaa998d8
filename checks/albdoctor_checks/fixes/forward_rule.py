"""How a redirect loop of the balancer's own rules ends: the rule over https forwards to the group that serves."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.routing.actions import ending_in, writable, written
from albdoctor.derive.routing.routes import Hop
from albdoctor.facts.elb_actions import Action
from albdoctor.text import Text
from albdoctor_checks.fixes.login import REDIRECT, TO_FORWARD, keeping_login
from albdoctor_checks.fixes.plan import Plan
from albdoctor_checks.fixes.rule_action import OF_DEFAULT, OF_RULE, of_rule

VERIFY = "aws elbv2 describe-rules --region {region} --listener-arn {listener} --query 'Rules[].[Priority,Actions[-1].Type]' --output text"

SUMMARY = Text(
    en="Forward {url} to the target group instead of redirecting it.",
    ko="{url} 요청을 리디렉션하지 말고 대상 그룹으로 전달하세요.",
)
CONSOLE = (
    Text(
        en="EC2 > Load Balancers > Listeners and rules > {protocol}:{port} > rule {priority} > Edit: Forward to target group",
        ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > {protocol}:{port} > 우선순위 {priority} 규칙 > 편집: 대상 그룹으로 전달",
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
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    console=CONSOLE,
    by_hand=Text(
        en="It is not known which target group of the load balancer serves the site. Pick the right one and let rule {priority} of {protocol}:{port} forward to it; only the HTTP listener should redirect, to HTTPS:\n"
        "  aws elbv2 describe-target-groups --region {region} --output table",
        ko="이 로드 밸런서의 어느 대상 그룹이 사이트를 서비스하는지 알 수 없습니다. 알맞은 대상 그룹을 골라 {protocol}:{port} 리스너의 우선순위 {priority} 규칙이 그 그룹으로 전달하게 하세요. HTTPS로 보내는 리디렉션은 HTTP 리스너에만 둡니다.\n"
        "  aws elbv2 describe-target-groups --region {region} --output table",
    ),
    verify=VERIFY,
)

KEEP_LOGIN = keeping_login(BY_HAND, REDIRECT, TO_FORWARD)


def plan(wrong: Hop, forward: Action | None) -> Plan:
    """Choose the fix for the hop that redirects and should not, with its values."""
    listener, route = wrong.listener, wrong.route
    if listener is None or route is None:
        raise ValueError("a hop without listener and rule redirects nobody")
    values = of_rule(listener, route.rule)
    actions = ending_in(route.rule.actions, forward) if forward else ()
    if forward is None or wrong.request.protocol != "https" or not writable(actions):
        login = wrong.effect is not None and wrong.effect.authenticates
        return Plan(fix=KEEP_LOGIN[route.is_default] if login else BY_HAND, values=values)
    return Plan(fix=DEFAULT_RULE if route.is_default else RULE, values=values | {"actions": written(*actions)})
