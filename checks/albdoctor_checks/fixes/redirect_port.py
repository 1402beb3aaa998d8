"""How a redirect that leads to a port without an HTTPS listener comes to lead to HTTPS:443."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.request.serving import Alb
from albdoctor.derive.routing.routes import Hop, redirect_to_443
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.plan import Plan

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
    script="aws elbv2 modify-listener --region {region} --listener-arn {listener} --default-actions {actions}\n",
    console=CONSOLE,
    verify=VERIFY,
)
RULE = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    script="aws elbv2 modify-rule --region {region} --rule-arn {rule} --actions {actions}\n",
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


def plan(hop: Hop, alb: Alb) -> Plan:
    """Choose the fix for the hop that redirects to the wrong port, with its values."""
    listener, route, actions = hop.listener, hop.route, redirect_to_443(hop)
    if listener is None or route is None or actions is None:
        raise ValueError("a hop without listener, rule and redirect sends nobody on")
    values: dict[str, Value] = {
        "region": listener.region,
        "listener": listener.listener_arn,
        "protocol": listener.protocol,
        "port": listener.port,
        "priority": route.rule.priority,
    }
    if alb.https_listener is None:
        return Plan(fix=BY_HAND, values=values)
    if route.is_default:
        return Plan(fix=DEFAULT_RULE, values=values | {"actions": actions})
    return Plan(fix=RULE, values=values | {"actions": actions, "rule": route.rule.rule_arn})
