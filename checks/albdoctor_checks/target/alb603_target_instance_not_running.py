"""ALB603: a registered instance is stopped or terminated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive.targets.health import STOPPED, Seen, group_or_target, names, watched
from albdoctor.facts.ec2 import Instances
from albdoctor.facts.elb import GroupsHealth, TargetGroups
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.text import Text

VERIFY = "aws elbv2 describe-target-health --region {region} --target-group-arn {arn}"
IN_STATE = re.compile(r"in the (stopping|stopped|shutting-down|terminated) state")
"""How Elastic Load Balancing describes Target.InvalidState: "Target is in the stopped state"."""
FIX_START = Fix(
    summary=Text(
        en="Start {instances}.",
        ko="인스턴스를 시작하세요: {instances}",
    ),
    impact=Impact.NONE,
    side_effects=(
        Text(
            en="A public address that is no Elastic IP changes at start, and billing for the instance begins again. See first why it was stopped: it may have been on purpose.",
            ko="탄력적 IP가 아닌 퍼블릭 IP 주소는 시작할 때 바뀌고, 인스턴스 요금이 다시 부과됩니다. 누군가 일부러 중지했을 수 있으니 이유를 먼저 확인하세요.",
        ),
    ),
    script="""\
aws ec2 start-instances --region {region} --instance-ids {instances}
aws ec2 wait instance-running --region {region} --instance-ids {instances}
""",
    console=(
        Text(
            en="EC2 > Instances > {instances} > Instance state > Start instance",
            ko="EC2 > 인스턴스 > {instances} > 인스턴스 상태 > 인스턴스 시작",
        ),
    ),
    verify=VERIFY,
)
FIX_REPLACE = Fix(
    summary=Text(
        en="Register a running instance in {group} instead of {instances}.",
        ko="{group} 그룹에 {instances} 대신 실행 중인 인스턴스를 등록하세요.",
    ),
    by_hand=Text(
        en="A terminated instance does not come back, and one that is stopping cannot be started yet. Launch another one, register it and deregister the old one:\n"
        "  aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets Id=INSTANCE_ID",
        ko="종료된 인스턴스는 되살릴 수 없고, 중지 중인 인스턴스는 아직 시작할 수 없습니다. 새 인스턴스를 시작해 등록하고 기존 대상은 등록을 취소하세요.\n"
        "  aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets Id=INSTANCE_ID",
    ),
    verify=VERIFY,
)


@check(
    id="ALB603",
    slug="target-instance-not-running",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Target group {group} has instances that are not running ({state}): {instances}",
        ko="대상 그룹 {group}에 등록된 인스턴스가 실행 중이 아닙니다({state}): {instances}",
    ),
    why=Text(
        en="The load balancer sends nothing to an instance that does not run. When no other target is left, it answers requests itself with 503.",
        ko="로드 밸런서는 실행 중이 아닌 인스턴스에 요청을 보내지 않습니다. 다른 대상이 없으면 직접 503으로 응답합니다.",
    ),
    fixes=(FIX_REPLACE,),
    breaks={"health", "packets", "response", "targets"},
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
    ),
)
def target_instance_not_running(
    target_groups: TargetGroups, groups_health: GroupsHealth, instances: Observed[Instances]
) -> Iterator[Verdict]:
    """Yield the targets of a group whose instance does not run, by the state it is in."""
    states = {one.instance_id: one.state.name for one in instances.value} if isinstance(instances, Known) else {}
    for item in watched(target_groups, groups_health):
        if isinstance(item, Unknown):
            yield item
            continue
        group = item.group
        away = {
            seen: state
            for seen in item.targets
            if (state := states.get(seen.target.id) or _state_by_health(seen)) not in ("", "running", "pending")
        }
        for state in sorted(set(away.values())):
            guilty = [seen for seen, its in away.items() if its == state]
            ids = tuple(dict.fromkeys(seen.target.id for seen in guilty))
            yield found(
                group_or_target(guilty),
                saw(*guilty[0].health_line),
                *([saw("ec2 DescribeInstances", f"{ids[0]}: {state}")] if ids[0] in states else []),
                fix=FIX_START if state == "stopped" else None,
                key=state,
                group=group.target_group_name,
                arn=group.target_group_arn,
                region=group.region,
                instances=ids,
                state=state,
                targets=names(guilty),
            )
        if not away:
            yield fine(group.ref)


def _state_by_health(seen: Seen) -> str:
    """What the balancer says of an instance that is not described; the same word, so that the finding is the same."""
    if seen.reason != STOPPED:
        return ""
    told = IN_STATE.search(seen.health.target_health.description)
    return told[1] if told else "stopped or terminated"
