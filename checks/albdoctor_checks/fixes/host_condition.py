"""How a rule comes to take the host: the name is added to the host condition of the rule that is meant."""

from __future__ import annotations

from collections.abc import Sequence

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.routing.conditions import Request, with_host
from albdoctor.derive.routing.host_rules import candidates
from albdoctor.facts.elb import Listener, Rule
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.plan import Plan

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


def plan(request: Request, listener: Listener, host_rules: Sequence[Rule]) -> Plan:
    """Choose the fix, with its values beside the host: by script where one rule is meant and has room for the name."""
    values: dict[str, Value] = {"region": listener.region, "listener": listener.listener_arn}
    fitting = candidates(host_rules, request)
    conditions = with_host(fitting[0], request.host) if len(fitting) == 1 else None
    if conditions is None:
        return Plan(fix=BY_HAND, values=values)
    return Plan(fix=ADD_HOST, values=values | {"rule": fitting[0].rule_arn, "conditions": conditions})
