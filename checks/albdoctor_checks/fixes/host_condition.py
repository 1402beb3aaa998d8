"""How a rule comes to take the host: the rule that is shown to be meant gets the name, or one of its own is made."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.routing.actions import written
from albdoctor.derive.routing.conditions import with_host
from albdoctor.derive.routing.elsewhere import are_one_site, free_priority, named_elsewhere, rule_words
from albdoctor.derive.routing.host_rules import all_hosts, candidates, has_host_condition
from albdoctor.derive.routing.routes import Hop, rules_of
from albdoctor.facts.elb import Listeners, Rule, Rules
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
CREATE_RULE = Fix(
    summary=Text(
        en="Create a rule for {host} that forwards as {named} does.",
        ko="{host} 요청을 같은 로드 밸런서의 다른 리스너 규칙({named})처럼 전달하는 규칙을 만드세요.",
    ),
    impact=Impact.TRAFFIC,
    script="""\
aws elbv2 create-rule --region {region} --listener-arn {listener} --priority {priority} \\
  --conditions Field=host-header,Values={host} --actions {actions}
""",
    console=(
        Text(
            en="EC2 > Load Balancers > Listeners and rules > HTTPS:443 > Add rule: host header {host}, forward to the same target group",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:443 > 규칙 추가: 호스트 헤더 {host}, 같은 대상 그룹으로 전달",
        ),
    ),
    verify=VERIFY,
)
_COMMANDS = """\
  aws elbv2 describe-rules --region {region} --listener-arn {listener}
"""
_CREATE = "  aws elbv2 create-rule --region {region} --listener-arn {listener} --priority NUMBER --conditions Field=host-header,Values={host} --actions Type=forward,TargetGroupArn=TARGET_GROUP_ARN"
BY_HAND = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    console=CONSOLE,
    by_hand=Text(
        en="Nothing shows which target group serves {host}. The rules of the HTTPS listener: {fitting}. Choose the one whose application serves {host}, and add the name to its host condition (a rule holds five condition values at most):\n"
        + _COMMANDS
        + "Or create a rule for it:\n"
        + _CREATE,
        ko="어느 대상 그룹이 {host} 사이트를 서비스하는지 확인되지 않았습니다. HTTPS 리스너의 규칙: {fitting}. {host} 사이트를 서비스하는 규칙을 골라 호스트 헤더 조건에 이름을 추가하세요(규칙 하나의 조건 값은 최대 5개).\n"
        + _COMMANDS
        + "또는 새 규칙을 만드세요.\n"
        + _CREATE,
    ),
    verify=VERIFY,
)
NAMED_ELSEWHERE = Fix(
    summary=Text(
        en="Create a rule for {host} with the target group of its application.",
        ko="애플리케이션의 대상 그룹으로 {host} 요청을 전달하는 규칙을 만드세요.",
    ),
    impact=Impact.TRAFFIC,
    console=CREATE_RULE.console,
    by_hand=Text(
        en="Other listeners of the load balancer name {host}: {named}. They do not agree, look at more than the host, or ask for a login first, so that a copy of one may not be what is meant. The rules of the HTTPS listener: {fitting}. Choose the group that serves {host}, and create a rule with the same conditions (and the same login before the forward):\n"
        + _CREATE,
        ko="로드 밸런서의 다른 리스너에 {host} 규칙이 있습니다: {named}. 규칙이 서로 다르거나, 호스트 외의 조건이 있거나, 먼저 로그인을 요구하므로 그대로 복사해도 되는지 알 수 없습니다. HTTPS 리스너의 규칙: {fitting}. {host} 사이트를 서비스하는 그룹을 골라 같은 조건으로(로그인 작업이 있으면 전달 앞에 함께 두고) 규칙을 만드세요.\n"
        + _CREATE,
    ),
    verify=VERIFY,
)
ONE_SITE = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    console=CONSOLE,
    by_hand=Text(
        en="One rule alone could take {host}: {fits}. That its name differs by www alone does not show that its application serves {host} too. Where both names are one site, add {host} to its host condition:\n"
        "  aws elbv2 modify-rule --region {region} --rule-arn {rule} --conditions {conditions}\n"
        "Where they are two sites, create a rule for {host}:\n" + _CREATE,
        ko="{host} 요청을 받을 수 있는 규칙은 하나뿐입니다: {fits}. 이름이 www만 다르다고 해서 그 애플리케이션이 {host} 사이트도 서비스한다고 볼 수는 없습니다. 두 이름이 같은 사이트라면 호스트 헤더 조건에 {host} 이름을 추가하세요.\n"
        "  aws elbv2 modify-rule --region {region} --rule-arn {rule} --conditions {conditions}\n"
        "서로 다른 사이트라면 {host} 규칙을 새로 만드세요.\n" + _CREATE,
    ),
    verify=VERIFY,
)
BELOW = Fix(
    summary=Text(
        en="Add {host} to the host condition of rule {priority}, or give it a rule of its own.",
        ko="우선순위 {priority} 규칙의 호스트 헤더 조건에 {host} 이름을 추가하거나 별도 규칙을 만드세요.",
    ),
    impact=Impact.TRAFFIC,
    console=CONSOLE,
    by_hand=Text(
        en="`*.` stands for one character at least, so that {host} itself needs a value of its own. Where the application behind rule {priority} ({fits}) serves {host} too, set both values:\n"
        "  aws elbv2 modify-rule --region {region} --rule-arn {rule} --conditions {conditions}\n"
        "Where it is another site, create a rule for {host}:\n" + _CREATE,
        ko="`*.` 앞에는 한 글자 이상이 있어야 하므로 {host} 이름은 따로 적어야 합니다. 우선순위 {priority} 규칙({fits})의 애플리케이션이 {host} 사이트도 서비스한다면 두 값을 함께 지정하세요.\n"
        "  aws elbv2 modify-rule --region {region} --rule-arn {rule} --conditions {conditions}\n"
        "다른 사이트라면 {host} 규칙을 새로 만드세요.\n" + _CREATE,
    ),
    verify=VERIFY,
)
FIXES = (ADD_HOST, CREATE_RULE, BY_HAND, NAMED_ELSEWHERE, ONE_SITE)
OF_WILDCARD = (BELOW, ADD_HOST, CREATE_RULE, BY_HAND, NAMED_ELSEWHERE)


def plan(hop: Hop, listeners: Listeners, rules: Rules) -> Plan:
    """Choose the fix for the hop that no host rule takes, with its values beside the host.

    By script where a rule of another listener shows which group serves the host, because it names the host. That one
    rule alone fits is no proof, not even where its name differs by www alone.
    """
    if hop.listener is None:
        raise ValueError("a hop without listener has no rules")
    request, own = hop.request, rules_of(hop.listener, rules)
    hosted = [rule for rule in own if has_host_condition(rule)]
    fitting = candidates(hosted, request)
    elsewhere = named_elsewhere(hop, listeners, rules)
    values: dict[str, Value] = {
        "region": hop.listener.region,
        "listener": hop.listener.listener_arn,
        "named": tuple(one.words for one in elsewhere),
        "fitting": tuple(rule_words(rule, request) for rule in hosted),
    }
    forwards = {written(one.forward) for one in elsewhere}
    if elsewhere and (len(forwards) > 1 or not all(one.for_all for one in elsewhere)):
        return Plan(fix=NAMED_ELSEWHERE, values=values)
    if elsewhere:
        meant = [rule for rule in fitting if len(rule.actions) == 1 and written(rule.actions[0]) in forwards]
    else:
        meant = [rule for rule in fitting if len(fitting) == 1 and are_one_site(request.host, all_hosts(rule))]
    conditions = with_host(meant[0], request.host) if meant else None
    if conditions is not None:
        named = {"rule": meant[0].rule_arn, "conditions": conditions, "fits": rule_words(meant[0], request)}
        return Plan(fix=ADD_HOST if elsewhere else ONE_SITE, values=values | named)
    if elsewhere:
        values |= {
            "actions": written(elsewhere[0].forward),
            "priority": free_priority(hop.listener.listener_arn, rules),
        }
        return Plan(fix=CREATE_RULE, values=values)
    return Plan(fix=BY_HAND, values=values)


def plan_below(hop: Hop, wildcard: Rule, listeners: Listeners, rules: Rules) -> Plan:
    """Choose the fix where a rule has the names below the host: as above, else that rule is named.

    That a rule has the names below is no proof that its application serves the host itself.
    """
    planned = plan(hop, listeners, rules)
    conditions = with_host(wildcard, hop.request.host)
    if planned.fix in (ADD_HOST, CREATE_RULE, NAMED_ELSEWHERE) or conditions is None:
        return planned
    told: dict[str, Value] = {
        "rule": wildcard.rule_arn,
        "conditions": conditions,
        "fits": rule_words(wildcard, hop.request),
        "priority": wildcard.priority,
    }
    return Plan(fix=BELOW, values={**planned.values, **told})
