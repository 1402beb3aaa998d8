"""ALB332: two rules of a listener have the same conditions, so that the later one never matches."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, WARNING, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.overlap import duplicates, forwards_to, told
from albdoctor.derive.routing.routes import rules_of
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Decide which of rules {priority} and {later} is meant, and delete the other one.",
        ko="우선순위 {priority} 규칙과 {later} 규칙 중 의도한 것을 정하고 다른 하나를 삭제하세요.",
    ),
    impact=Impact.TRAFFIC,
    console=(
        Text(
            en="EC2 > Load Balancers > Listeners and rules > {endpoint} > the rule > Delete",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > {endpoint} > 해당 규칙 > 삭제",
        ),
    ),
    by_hand=Text(
        en="Rule {priority} takes every request that both describe ({first_does}); rule {later} ({later_does}) gets none. If all is as it should be, nothing changes for visitors when rule {later} goes:\n"
        "  aws elbv2 delete-rule --region {region} --rule-arn {later_arn}\n"
        "If rule {later} is the one that is meant, delete the first; its requests then come to rule {later}:\n"
        "  aws elbv2 delete-rule --region {region} --rule-arn {first_arn}",
        ko="두 규칙에 해당하는 요청은 모두 우선순위 {priority} 규칙({first_does})이 가져가고, {later} 규칙({later_does})에는 요청이 오지 않습니다. 지금 동작이 맞다면 {later} 규칙을 삭제해도 방문자에게는 변화가 없습니다.\n"
        "  aws elbv2 delete-rule --region {region} --rule-arn {later_arn}\n"
        "{later} 규칙이 의도한 것이라면 앞의 규칙을 삭제하세요. 그 요청은 {later} 규칙으로 갑니다.\n"
        "  aws elbv2 delete-rule --region {region} --rule-arn {first_arn}",
    ),
    verify="aws elbv2 describe-rules --region {region} --listener-arn {listener} --query 'Rules[].[Priority,RuleArn]' --output text",
)


@check(
    id="ALB332",
    slug="rule-duplicate-condition",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="Rule {later} of {endpoint} has the same conditions as rule {priority} ({conditions}) and never gets a request",
        ko="{endpoint} 리스너의 우선순위 {later} 규칙은 {priority} 규칙과 조건이 같아({conditions}) 요청을 받지 못합니다",
    ),
    why=Text(
        en="The first rule that matches wins. A change that is made in the later rule has no effect, which is noticed when a deployment or a switch to another target group does nothing.",
        ko="처음 일치한 규칙만 적용됩니다. 뒤의 규칙을 고쳐도 효과가 없어서, 배포나 대상 그룹 전환이 반영되지 않습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "duplicate listener rule; two rules with the same condition; same host header in two rules; "
            "rule change has no effect; rule is ignored; duplicate host and path; second rule never matches"
        ),
        ko=(
            "중복 규칙; 같은 조건의 규칙 두 개; 규칙을 바꿔도 반영 안됨; 호스트 헤더 중복; "
            "규칙이 무시됨; 리스너 규칙 중복; 두 번째 규칙이 적용 안됨"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html",),
)
def rule_duplicate_condition(visits: Visits) -> Iterator[Verdict]:
    """Yield each rule that takes the requests of another one, whose conditions are the same.

    Where they do not forward to different groups it is information: a maintenance page that waits behind the rule that
    serves, or the same thing said twice.
    """
    for visit in visits:
        for listener in visit.alb.listeners:
            rules = rules_of(listener, visit.rules)
            pairs = duplicates(rules)
            for first, later in pairs:
                ends = (forwards_to(first), forwards_to(later))
                yield found(
                    first.ref,
                    saw(asked.rule(listener, first), f"{told(first)}: {', '.join(ends[0]) or 'no forward'}"),
                    saw(asked.rule(listener, later), f"{told(later)}: {', '.join(ends[1]) or 'no forward'}"),
                    severity=None if all(ends) and ends[0] != ends[1] else INFO,
                    key=later.rule_arn,
                    endpoint=asked.endpoint(listener),
                    priority=first.priority,
                    later=later.priority,
                    conditions=told(first),
                    first_does=ends[0] or "-",
                    later_does=ends[1] or "-",
                    region=listener.region,
                    listener=listener.listener_arn,
                    first_arn=first.rule_arn,
                    later_arn=later.rule_arn,
                )
            yield from (fine(rule.ref) for rule in rules if not pairs)
