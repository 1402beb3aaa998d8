"""ALB604: EC2's own status checks of a registered instance fail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.listed import subject_of, target_ids
from albdoctor.derive.targets.registered import Registered
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.facts.ec2 import InstanceStatuses
from albdoctor.text import Text
from albdoctor_checks.fixes.group import of_group
from albdoctor_checks.fixes.instance import MOVE_HOST, REBOOT

OF_INSTANCE = "InstanceStatus"


@check(
    id="ALB604",
    slug="target-status-check-failed",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Instances of target group {group} fail a status check of EC2 ({checks}): {instances}",
        ko="대상 그룹 {group}의 인스턴스가 EC2 상태 확인에 실패합니다({checks}): {instances}",
    ),
    why=Text(
        en="EC2 checks every minute whether the host and the instance answer on the network. What fails there answers no health check and no request either.",
        ko="EC2는 1분마다 호스트와 인스턴스가 네트워크에서 응답하는지 확인합니다. 여기에 실패한 인스턴스는 상태 검사와 요청에도 응답하지 못합니다.",
    ),
    fixes=(REBOOT, MOVE_HOST),
    breaks={"health", "packets", "response"},
    words=Text(
        en=(
            "instance status check failed; system status check failed; 1/2 checks passed; 0/2 checks passed; "
            "EC2 instance impaired; instance reachability check failed; EC2 instance hangs; "
            "StatusCheckFailed; hardware failure of the host; instance not responding"
        ),
        ko=(
            "상태 확인 실패; 인스턴스 상태 확인 실패; 시스템 상태 확인 실패; 2개 중 1개 통과; "
            "1/2개 검사 통과; EC2 인스턴스 응답 없음; StatusCheckFailed; 인스턴스가 멈춤; 호스트 장애"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/TroubleshootingInstances.html",
    ),
)
def target_status_check_failed(watched_groups: WatchedGroups, instance_statuses: InstanceStatuses) -> Iterator[Verdict]:
    """Yield the failing targets of a group of which EC2 says that a status check fails too."""
    impaired = {one.instance_id: one.impaired for one in instance_statuses}
    for item in watched_groups:
        ill: dict[tuple[str, ...], list[Registered]] = defaultdict(list)
        for one in item.targets:
            if one.failing and impaired.get(one.target.id):
                ill[impaired[one.target.id]].append(one)
        for checks in sorted(ill):
            ids = tuple(dict.fromkeys(one.target.id for one in ill[checks]))
            yield found(
                subject_of(ill[checks]),
                saw(*ill[checks][0].health_line),
                saw(asked.instance_statuses(), f"{ids[0]}: {', '.join(f'{name} impaired' for name in checks)}"),
                fix=REBOOT if checks == (OF_INSTANCE,) else MOVE_HOST,
                key=" ".join(checks),
                fix_values=of_group(item.group),
                checks=checks,
                instances=ids,
                targets=target_ids(ill[checks]),
            )
        if not ill:
            yield fine(item.group.ref)
