"""ALB328: no host rule matches the name, so the default rule's error or redirect answers."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, WARNING, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive.request.lines import route_told, rule_told
from albdoctor.derive.request.serving import albs, https_listener, region_of
from albdoctor.derive.routing.conditions import request_of, with_host
from albdoctor.derive.routing.host_rules import all_hosts, candidates, has_host_condition, turned_away
from albdoctor.derive.routing.routes import outcome, route, rules_of
from albdoctor.facts.elb import Listeners, LoadBalancers, Rules
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

VERIFY = "aws elbv2 describe-rules --region {region} --listener-arn {listener} --query 'Rules[].[Priority,Conditions[].HostHeaderConfig.Values]' --output json"

SUMMARY = Text(
    en="Add {host} to the host condition of the rule that should take it.",
    ko="{host} 요청을 받아야 할 규칙의 호스트 헤더 조건에 이 이름을 추가하세요.",
)
CONSOLE = (
    Text(
        en="EC2 > Load Balancers > Listeners and rules > HTTPS:443 > the rule > Edit conditions > Host header > add {host}",
        ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:443 > 해당 규칙 > 조건 편집 > 호스트 헤더 > {host} 추가",
    ),
)
ADD_HOST = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    script="aws elbv2 modify-rule --region {region} --rule-arn {rule} --conditions {conditions}\n",
    console=CONSOLE,
    verify=VERIFY,
)
BY_HAND = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    console=CONSOLE,
    by_hand=Text(
        en="Several rules could be meant, or the rule's quota of five condition values is used up. Choose the rule whose application serves {host}, and add the name to its host condition:\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {listener}\n"
        "Or create a rule for it:\n"
        "  aws elbv2 create-rule --region {region} --listener-arn {listener} --priority NUMBER --conditions Field=host-header,Values={host} --actions Type=forward,TargetGroupArn=TARGET_GROUP_ARN",
        ko="후보 규칙이 여러 개이거나 규칙의 조건 값 한도(5개)를 모두 썼습니다. {host} 사이트를 서비스하는 규칙을 골라 호스트 헤더 조건에 이름을 추가하세요.\n"
        "  aws elbv2 describe-rules --region {region} --listener-arn {listener}\n"
        "또는 새 규칙을 만드세요.\n"
        "  aws elbv2 create-rule --region {region} --listener-arn {listener} --priority NUMBER --conditions Field=host-header,Values={host} --actions Type=forward,TargetGroupArn=TARGET_GROUP_ARN",
    ),
    verify=VERIFY,
)
MOVED = Text(
    en="The site has moved, and this redirect is on purpose.",
    ko="사이트를 옮겨서 일부러 리디렉션하고 있습니다.",
)
UNDECIDED = Unknown(
    gap=Gap.FAILED,
    asked="elasticloadbalancing:DescribeRules",
    detail="a rule depends on the client, or the default rule was not described",
)


@check(
    id="ALB328",
    slug="rule-host-not-matched",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="No host rule of the HTTPS listener matches {host}: the default rule answers ({answer})",
        ko="HTTPS 리스너의 호스트 규칙 중 {host} 이름과 일치하는 것이 없어 기본 규칙이 응답합니다({answer})",
    ),
    why=Text(
        en="Rules send each name to its own target group. A name that no rule lists gets the load balancer's own answer and never reaches a target.",
        ko="규칙은 이름마다 대상 그룹을 정합니다. 어떤 규칙에도 없는 이름에는 로드 밸런서가 직접 응답하므로 요청이 대상에 도달하지 못합니다.",
    ),
    fix=BY_HAND,
    explains={"http-alb-default-action", "listener-default-action-is-error", "rule-wildcard-host-misses-apex"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html",),
)
def rule_host_not_matched(
    scan: Scan, load_balancers: LoadBalancers, listeners: Listeners, rules: Rules
) -> Iterator[Verdict]:
    """Yield the default rule of an HTTPS listener that turns the host away although host rules exist."""
    request = request_of(scan.url)
    for balancer in albs(load_balancers):
        listener = https_listener(balancer, listeners)
        if listener is None:
            continue
        taken = route(request, listener, rules)
        own = [rule for rule in rules_of(listener, rules) if has_host_condition(rule)]
        if taken is None:
            yield UNDECIDED
            continue
        become = outcome(request, taken.rule.actions)
        if not taken.is_default or not own or not turned_away(become, scan.registrable):
            yield fine(taken.rule.ref)
        elif not taken.certain:
            yield UNDECIDED
        else:
            fitting = candidates(own, request)
            conditions = with_host(fitting[0], scan.host) if len(fitting) == 1 else None
            yield found(
                taken.rule.ref,
                saw(*route_told(request.url, listener, taken, become)),
                *(
                    saw(
                        f"elasticloadbalancing DescribeRules HTTPS:443, {rule_told(rule)}",
                        f"host-header {', '.join(all_hosts(rule))}",
                    )
                    for rule in own
                ),
                certainty=LIKELY if become.kind == "redirect" else CONFIRMED,
                alternatives=(MOVED,) if become.kind == "redirect" else (),
                decide=f"curl -sI {request.url}" if become.kind == "redirect" else "",
                severity=WARNING if become.kind == "redirect" else None,
                fix=ADD_HOST if conditions else BY_HAND,
                fix_values={"rule": fitting[0].rule_arn, "conditions": conditions} if conditions else {},
                host=scan.host,
                answer=route_told(request.url, listener, taken, become)[1],
                region=region_of(listener.listener_arn),
                listener=listener.listener_arn,
            )
