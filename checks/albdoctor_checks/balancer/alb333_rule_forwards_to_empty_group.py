"""ALB333: the rule that takes the request forwards to a group in which nobody can serve."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.owners import Owners
from albdoctor.derive.registrars import Registrars
from albdoctor.derive.request.lines import hop_line
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.routes import Hop, Route
from albdoctor.derive.targets.listening import LEAVING
from albdoctor.derive.targets.watched import NOT_DESCRIBED
from albdoctor.facts.arn import group_name, region_of
from albdoctor.facts.ec2 import Subnets
from albdoctor.facts.elb import GroupsHealth, TargetGroups, TargetHealth
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.text import Text
from albdoctor_checks.fixes.empty_group import FILLS, REGISTER, Filling, filling

FIX = Fix(
    summary=Text(
        en="Give {group} a target that is in use, or let the rule forward to another group.",
        ko="{group} 대상 그룹에 사용 가능한 대상을 등록하거나, 규칙이 다른 대상 그룹으로 전달하게 하세요.",
    ),
    console=(
        Text(
            en="EC2 > Target Groups > {group} > Targets > Register targets",
            ko="EC2 > 대상 그룹 > {group} > 대상 > 대상 등록",
        ),
    ),
    by_hand=Text(
        en=f"Only you know which server belongs here. Register it:\n{REGISTER.en}\n"
        "Or let rule {priority} forward to another target group (`aws elbv2 modify-rule`, for the default rule `aws elbv2 modify-listener`). A target that is `unused` needs what its reason says: a running instance, or its Availability Zone enabled on the load balancer; one that is `draining` is on its way out of the group and gets nothing new.",
        ko=f"어떤 서버를 등록할지는 직접 정해야 합니다. 다음 명령으로 등록하세요.\n{REGISTER.ko}\n"
        "또는 우선순위 {priority} 규칙이 다른 대상 그룹으로 전달하게 하세요(`aws elbv2 modify-rule`, 기본 규칙은 `aws elbv2 modify-listener`). `unused` 상태의 대상은 사유에 따라 인스턴스를 실행하거나 로드 밸런서에 해당 가용 영역을 추가해야 합니다. `draining` 상태의 대상은 등록 취소 중이라 새 요청을 받지 않습니다.",
    ),
    verify="aws elbv2 describe-target-health --region {region} --target-group-arn {arn}",
)
CLIENT_DECIDES = Unknown(
    gap=Gap.FAILED, asked="elasticloadbalancing:DescribeRules", detail="a rule before it depends on the client"
)


@check(
    id="ALB333",
    slug="rule-forwards-to-empty-group",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Rule {priority} sends {url} to target group {group}, in which no target is in use",
        ko="우선순위 {priority} 규칙이 {url} 요청을 사용 가능한 대상이 없는 대상 그룹 {group}에 전달합니다",
    ),
    why=Text(
        en="With no registered target, or only unused and draining ones, the load balancer answers 503 Service Temporarily Unavailable by itself.",
        ko="등록된 대상이 없거나 모두 unused 또는 draining 상태이면 로드 밸런서가 스스로 503 Service Temporarily Unavailable로 응답합니다.",
    ),
    fixes=(FIX, *FILLS),
    breaks={"response"},
    shows={"targets"},
    explains={"rule-weight-sends-to-dead-group"},
    mends={"rule-weight-sends-to-dead-group"},
    words=Text(
        en=(
            "rule forwards to empty target group; 503 for one path; 503 on one host only; "
            "all targets draining; rule points to group without targets; targets unused; "
            "blue green wrong target group; 503 during blue/green; service selector mismatch; "
            "no endpoints; no registered targets; forwards to the old target group"
        ),
        ko=(
            "규칙이 빈 대상 그룹으로 전달; 특정 경로만 503; 특정 도메인만 503; 대상이 모두 드레이닝; "
            "블루그린 대상 그룹; 셀렉터 불일치; 등록된 대상 없음; 엔드포인트 없음"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def rule_forwards_to_empty_group(
    visits: Visits,
    groups_health: GroupsHealth,
    target_groups: Observed[TargetGroups],
    owners: Observed[Owners],
    registrars: Registrars,
    subnets: Observed[Subnets],
) -> Iterator[Verdict]:
    """Yield every rule that sends the scanned URL to a group without a usable target."""
    described = {one.target_group_arn: one for one in target_groups.value} if isinstance(target_groups, Known) else {}
    health = {one.target_group_arn: one.targets for one in groups_health}
    ends = [hops[-1] for visit in visits for hops in visit.journeys]
    for hop, route, arn in dict.fromkeys(way for end in ends for way in _forwards(end)):
        targets = health.get(arn, NOT_DESCRIBED)
        if isinstance(targets, Unknown):
            yield targets
        elif any(target.target_health.state not in LEAVING for target in targets.value):
            yield fine(route.rule.ref)
        elif not route.certain:
            yield CLIENT_DECIDES
        else:
            seen = ", ".join(map(_line, targets.value))
            group = None if targets.value else described.get(arn)
            how = filling(group, owners, registrars, subnets) if group else Filling()
            yield found(
                route.rule.ref,
                saw(*hop_line(hop)),
                saw(asked.health(group_name(arn)), seen or "TargetHealthDescriptions: []"),
                *how.evidence,
                # those that are leaving may have served what was seen
                some=any(one.target_health.state == "draining" for one in targets.value),
                key=arn,
                url=hop.request.url,
                priority=route.rule.priority,
                fix=how.fix,
                fix_values={"group": group_name(arn), "arn": arn, "region": region_of(arn)} | how.values,
            )


def _line(seen: TargetHealth) -> str:
    return f"{seen.target.id} {seen.target_health.state} {seen.target_health.reason}"


def _forwards(hop: Hop) -> Iterator[tuple[Hop, Route, str]]:
    """Each group that a hop forwards to, with the hop and its rule."""
    if hop.route is not None and hop.effect is not None:
        yield from ((hop, hop.route, group.target_group_arn) for group in hop.effect.groups)
