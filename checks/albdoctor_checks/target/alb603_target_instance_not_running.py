"""ALB603: a registered instance is stopped or terminated."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.health_words import STOPPED
from albdoctor.derive.targets.listed import subject_of, target_ids
from albdoctor.derive.targets.registered import Registered
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.facts.ec2 import Instances
from albdoctor.facts.known import Known, Observed
from albdoctor.text import Text
from albdoctor_checks.fixes.group import of_group
from albdoctor_checks.fixes.instance import REPLACE, START

IN_STATE = re.compile(r"in the (stopping|stopped|shutting-down|terminated) state")
"""How Elastic Load Balancing describes Target.InvalidState: "Target is in the stopped state"."""


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
    fixes=(REPLACE, START),
    breaks={"health", "packets", "response", "targets"},
    words=Text(
        en=(
            "instance stopped; instance terminated; EC2 stopped; EC2 instance not running; "
            "spot instance gone; instance shut down; Target.InvalidState; instance crashed; "
            "instance was stopped over night"
        ),
        ko=(
            "인스턴스 중지됨; EC2 꺼짐; 인스턴스 종료됨; 인스턴스가 실행 중이 아님; EC2 중지; "
            "스팟 인스턴스 종료; 인스턴스 정지; EC2 인스턴스 꺼져 있음"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/check-target-health.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html",
    ),
)
def target_instance_not_running(watched_groups: WatchedGroups, instances: Observed[Instances]) -> Iterator[Verdict]:
    """Yield the targets of a group whose instance does not run, by the state it is in."""
    states = {one.instance_id: one.state.name for one in instances.value} if isinstance(instances, Known) else {}
    for item in watched_groups:
        away: dict[str, list[Registered]] = defaultdict(list)
        for one in item.targets:
            state = states.get(one.target.id) or _state_by_health(one)
            if state not in ("", "running", "pending"):
                away[state].append(one)
        for state in sorted(away):
            yield _finding(away[state], state, described=away[state][0].target.id in states)
        if not away:
            yield fine(item.group.ref)


def _finding(guilty: list[Registered], state: str, *, described: bool) -> Finding:
    ids = tuple(dict.fromkeys(one.target.id for one in guilty))
    return found(
        subject_of(guilty),
        saw(*guilty[0].health_line),
        *([saw(asked.instances(), f"{ids[0]}: {state}")] if described else []),
        fix=START if state == "stopped" else None,
        key=state,
        fix_values=of_group(guilty[0].group),
        instances=ids,
        state=state,
        targets=target_ids(guilty),
    )


def _state_by_health(one: Registered) -> str:
    """What the balancer says of an instance that is not described; the same word, so that the finding is the same."""
    if one.reason != STOPPED:
        return ""
    words = IN_STATE.search(one.health.target_health.description)
    return words[1] if words else "stopped or terminated"
