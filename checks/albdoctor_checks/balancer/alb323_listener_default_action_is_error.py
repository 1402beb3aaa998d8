"""ALB323: the HTTPS listener's default action is an error, and no rule takes the host."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, WARNING, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive.request.lines import route_told
from albdoctor.derive.request.serving import albs, https_listener, region_of, serving_group
from albdoctor.derive.routing.conditions import request_of
from albdoctor.derive.routing.host_rules import has_host_condition
from albdoctor.derive.routing.routes import outcome, route, rules_of
from albdoctor.facts.elb import Listeners, LoadBalancers, Rules
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

VERIFY = "aws elbv2 describe-listeners --region {region} --listener-arns {listener} --query 'Listeners[0].DefaultActions[0].Type' --output text"
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
    script="aws elbv2 modify-listener --region {region} --listener-arn {listener} --default-actions Type=forward,TargetGroupArn={group}\n",
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
OTHER_PATHS = Text(
    en="Only the paths of the other rules are meant to be served, and this URL is not.",
    ko="다른 규칙의 경로만 서비스하려는 의도이며, 이 URL은 서비스 대상이 아닙니다.",
)


@check(
    id="ALB323",
    slug="listener-default-action-is-error",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The HTTPS listener itself answers {url} with an error ({answer})",
        ko="HTTPS 리스너가 {url} 요청에 직접 오류로 응답합니다 ({answer})",
    ),
    why=Text(
        en="The default action is a fixed error and no rule takes the request: visitors see the error, and no target is asked.",
        ko="기본 작업이 고정 오류 응답이고 요청을 받는 규칙이 없습니다. 방문자는 오류를 보고, 요청은 대상에 도달하지 못합니다.",
    ),
    fix=BY_HAND,
    explains={"http-alb-default-action"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",),
)
def listener_default_action_is_error(
    scan: Scan, load_balancers: LoadBalancers, listeners: Listeners, rules: Rules
) -> Iterator[Verdict]:
    """Yield every HTTPS listener without host rules whose default action turns the scanned URL away with an error."""
    request = request_of(scan.url)
    for balancer in albs(load_balancers):
        listener = https_listener(balancer, listeners)
        if listener is None:
            continue
        others = [rule for rule in rules_of(listener, rules) if not rule.is_default]
        taken = route(request, listener, rules)
        become = outcome(request, taken.rule.actions) if taken else None
        if taken is None or become is None:
            yield Unknown(
                gap=Gap.FAILED, asked="elasticloadbalancing:DescribeRules", detail="the default rule was not described"
            )
        elif not taken.is_default or become.status < 400 or any(map(has_host_condition, others)):
            yield fine(listener.ref)  # with host rules it is rule-host-not-matched
        elif not taken.certain:
            yield Unknown(
                gap=Gap.FAILED, asked="elasticloadbalancing:DescribeRules", detail="a rule depends on the client"
            )
        else:
            group = serving_group(scan, balancer, listeners, rules)
            yield found(
                listener.ref,
                saw(*route_told(request.url, listener, taken, become)),
                certainty=LIKELY if others else CONFIRMED,
                alternatives=(OTHER_PATHS,) if others else (),
                decide=f"curl -sI {request.url}" if others else "",
                severity=WARNING if others else None,
                fix=FORWARD if group else BY_HAND,
                fix_values={"group": group} if group else {},
                url=request.url,
                answer=route_told(request.url, listener, taken, become)[1],
                region=region_of(listener.listener_arn),
                listener=listener.listener_arn,
            )
