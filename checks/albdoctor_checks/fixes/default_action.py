"""How the HTTPS listener's default action comes to forward to the group that serves."""

from __future__ import annotations

from msgspec.structs import replace

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.routing.actions import ending_in, writable, written
from albdoctor.derive.routing.routes import Hop
from albdoctor.facts.elb_actions import Action
from albdoctor.text import Text
from albdoctor_checks.fixes.login import FIXED_RESPONSE, TO_FORWARD, keeping_login
from albdoctor_checks.fixes.plan import Plan
from albdoctor_checks.fixes.rule_action import OF_DEFAULT, of_rule

VERIFY = "aws elbv2 describe-listeners --region {region} --listener-arns {listener} --query 'Listeners[0].DefaultActions[-1].Type' --output text"
SUMMARY = Text(
    en="Let the HTTPS listener forward {url} to a target group.",
    ko="HTTPS 리스너가 {url} 요청을 대상 그룹으로 전달하게 하세요.",
)
CONSOLE = (
    Text(
        en="EC2 > Load Balancers > Listeners and rules > HTTPS:443 > Default rule > Edit: Forward to target group",
        ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:443 > 기본 규칙 > 편집: 대상 그룹으로 전달",
    ),
)
FORWARD = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    script=OF_DEFAULT,
    console=CONSOLE,
    verify=VERIFY,
)
BY_HAND = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    console=CONSOLE,
    by_hand=Text(
        en="It is not known which target group of the load balancer serves the site. Pick one:\n"
        "  aws elbv2 describe-target-groups --region {region} --output table\n"
        "Then let the listener forward to it:\n"
        "  aws elbv2 modify-listener --region {region} --listener-arn {listener} --default-actions Type=forward,TargetGroupArn=TARGET_GROUP_ARN",
        ko="이 로드 밸런서의 어느 대상 그룹이 사이트를 서비스하는지 알 수 없습니다. 대상 그룹을 고르세요.\n"
        "  aws elbv2 describe-target-groups --region {region} --output table\n"
        "그다음 리스너가 그 대상 그룹으로 전달하게 합니다.\n"
        "  aws elbv2 modify-listener --region {region} --listener-arn {listener} --default-actions Type=forward,TargetGroupArn=TARGET_GROUP_ARN",
    ),
    verify=VERIFY,
)

DECIDE = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    console=CONSOLE,
    by_hand=Text(
        en="The listener has rules for other requests, and {url} may be left out on purpose: decide whether it shall be served, and by which target group. The rules as they are:\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {listener} --query 'Rules[].[Priority,Conditions,Actions]'\n"
        "To serve every request that no rule takes:\n"
        "  aws elbv2 modify-listener --region {region} --listener-arn {listener} --default-actions Type=forward,TargetGroupArn=TARGET_GROUP_ARN",
        ko="리스너에 다른 요청을 위한 규칙이 있으므로 {url} 주소는 일부러 제외했을 수 있습니다. 서비스할지, 한다면 어느 대상 그룹이 맡을지 정하세요. 현재 규칙은 다음과 같습니다.\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {listener} --query 'Rules[].[Priority,Conditions,Actions]'\n"
        "어떤 규칙에도 해당하지 않는 요청을 모두 서비스하려면 다음을 실행하세요.\n"
        "  aws elbv2 modify-listener --region {region} --listener-arn {listener} --default-actions Type=forward,TargetGroupArn=TARGET_GROUP_ARN",
    ),
    verify=VERIFY,
)
AT_PATH = replace(
    DECIDE,
    summary=Text(
        en="Scan a path that the rules serve (--path {example}); if visitors shall be served at {url} too, let the HTTPS listener forward it.",
        ko="규칙이 처리하는 경로를 검사하세요(--path {example}). {url} 주소도 서비스해야 한다면 HTTPS 리스너가 전달하게 하세요.",
    ),
)
_, KEEP_LOGIN = keeping_login(BY_HAND, FIXED_RESPONSE, TO_FORWARD)


def plan(hop: Hop, forward: Action | None, *, meant: bool) -> Plan:
    """Choose the fix for the hop whose default rule answers, with its values beside the URL.

    By hand where it may be meant, and where nothing shows which group serves.
    """
    listener, route = hop.listener, hop.route
    if listener is None or route is None:
        raise ValueError("a hop without listener and rule answers nobody")
    values = of_rule(listener, route.rule)
    actions = ending_in(route.rule.actions, forward) if forward else ()
    if meant or forward is None or not writable(actions):
        login = hop.effect is not None and hop.effect.authenticates
        return Plan(fix=KEEP_LOGIN if login else DECIDE if meant else BY_HAND, values=values)
    return Plan(fix=FORWARD, values=values | {"actions": written(*actions)})
