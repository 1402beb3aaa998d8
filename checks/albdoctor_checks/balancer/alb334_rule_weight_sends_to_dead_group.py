"""ALB334: a part of the requests goes, by weight, to a group in which no target is healthy."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.request.lines import hop_line
from albdoctor.derive.routing.actions import writable, written
from albdoctor.derive.targets.weighted import SharedGroup, Sharings
from albdoctor.facts.arn import group_name
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import Text
from albdoctor_checks.fixes.rule_action import OF_DEFAULT, OF_RULE, of_rule

CLIENT_DECIDES = Unknown(
    gap=Gap.FAILED, asked="elasticloadbalancing:DescribeRules", detail="a rule before it depends on the client"
)
SUMMARY = Text(
    en="Set the weight of {groups} to 0 until a target there is healthy.",
    ko="정상 대상이 생길 때까지 {groups} 대상 그룹의 가중치를 0으로 설정하세요.",
)
CONSOLE = (
    Text(
        en="EC2 > Load Balancers > Listeners and rules > {protocol}:{port} > rule {priority} > Edit: weight 0",
        ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > {protocol}:{port} > 우선순위 {priority} 규칙 > 편집: 가중치 0",
    ),
)
SIDE_EFFECTS = (
    Text(
        en="The other groups of the rule get these requests too: {percent}% of all. Whoever makes a deployment by these weights must know it.",
        ko="이 요청(전체의 {percent}%)도 규칙의 다른 대상 그룹으로 갑니다. 이 가중치로 배포를 진행하는 담당자에게 알려야 합니다.",
    ),
)
VERIFY = "aws elbv2 describe-rules --region {region} --rule-arns {rule} --query 'Rules[0].Actions[-1].ForwardConfig.TargetGroups' --output json"
RULE = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    side_effects=SIDE_EFFECTS,
    script=OF_RULE,
    console=CONSOLE,
    verify=VERIFY,
)
DEFAULT_RULE = Fix(
    summary=SUMMARY,
    impact=Impact.TRAFFIC,
    side_effects=SIDE_EFFECTS,
    script=OF_DEFAULT,
    console=CONSOLE,
    verify=VERIFY,
)
BY_HAND = Fix(
    summary=Text(
        en="Make targets of {groups} healthy, or take the group out of the rule's weights.",
        ko="{groups} 대상 그룹의 대상을 정상으로 만들거나, 규칙의 가중치에서 그 그룹을 빼세요.",
    ),
    impact=Impact.TRAFFIC,
    console=CONSOLE,
    by_hand=Text(
        en="{percent}% of the requests go to {groups}. Before they all go to the other groups of rule {priority}, see that these have enough targets for it:\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule}\n"
        "Then set the weight to 0 there, or repair the targets of {groups} and leave the weights as they are.",
        ko="요청의 {percent}%가 {groups} 대상 그룹으로 갑니다. 모든 요청을 우선순위 {priority} 규칙의 다른 대상 그룹으로 보내기 전에, 그쪽 대상이 충분한지 확인하세요.\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule}\n"
        "그다음 가중치를 0으로 바꾸거나, 가중치는 그대로 두고 {groups} 대상 그룹의 대상을 고치세요.",
    ),
    verify=VERIFY,
)
HALF = 50
"""Percent: up to here the other groups, which have the rest already, get at most twice what they have."""


@check(
    id="ALB334",
    slug="rule-weight-sends-to-dead-group",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Rule {priority} sends {percent}% of the requests for {url} where no target is healthy: {groups}",
        ko="우선순위 {priority} 규칙이 {url} 요청의 {percent}%를 정상 대상이 없는 대상 그룹으로 보냅니다: {groups}",
    ),
    why=Text(
        en="Weights know no health: a load balancer does not send the share of one group to another when nobody there is healthy. An empty group answers 503; an unhealthy one answers whatever it can.",
        ko="가중치는 대상의 상태를 고려하지 않습니다. 한 그룹에 정상 대상이 없어도 그 몫은 다른 그룹으로 가지 않습니다. 빈 그룹은 503을, 비정상 그룹은 오류를 응답할 수 있습니다.",
    ),
    fixes=(RULE, DEFAULT_RULE, BY_HAND),
    words=Text(
        en=(
            "some requests fail; every second request gets 503; weighted target group; canary target group unhealthy; "
            "weighted forward 503; percentage of requests fail; blue green weights; intermittent 503 after canary; "
            "weight to empty target group"
        ),
        ko=(
            "일부 요청만 실패; 가중치 대상 그룹; 카나리 배포 503; 간헐적 503; 요청 절반이 503; "
            "블루그린 가중치; 가중치 라우팅 오류; 새로고침하면 됐다 안됐다 함"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",),
)
def rule_weight_sends_to_dead_group(sharings: Sharings) -> Iterator[Verdict]:
    """Yield every rule that gives weight to groups without a healthy target, beside one that has some."""
    for one in sharings:
        if not one.dead:
            yield fine(one.rule.ref)
        elif not one.certain:
            yield CLIENT_DECIDES
        else:
            script = one.percent <= HALF and writable(one.without_dead)
            yield found(
                one.rule.ref,
                saw(*hop_line(one.hop)),
                *(saw(asked.health(group_name(group.arn)), _states(group)) for group in one.groups),
                some=True,
                severity=None if any(group.empty for group in one.dead) else WARNING,
                fix=(DEFAULT_RULE if one.rule.is_default else RULE) if script else BY_HAND,
                fix_values=of_rule(one.listener, one.rule)
                | ({"actions": written(*one.without_dead)} if script else {}),
                percent=one.percent,
                url=one.hop.request.url,
                groups=tuple(group_name(group.arn) for group in one.dead),
            )


def _states(group: SharedGroup) -> str:
    """Write the weight of a group and its targets' states."""
    states = ", ".join(f"{one.target.id} {one.target_health.state}" for one in group.targets)
    return f"weight {group.weight}: {states or 'TargetHealthDescriptions: []'}"
