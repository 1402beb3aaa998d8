"""ALB430: targets have only just been registered; their health is not known yet."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group


@check(
    id="ALB430",
    slug="hc-still-initial",
    severity=INFO,
    since="0.1",
    message=Text(
        en="Targets of target group {group} are still in their first health checks: {targets}",
        ko="대상 그룹 {group}의 대상이 아직 첫 상태 검사 중입니다: {targets}",
    ),
    why=Text(
        en="The load balancer has no verdict on a target until its first checks have ended, {seconds} seconds at most after registration. Until then other findings about it may vanish by themselves.",
        ko="첫 상태 검사가 끝나기 전(등록 후 최대 {seconds}초)에는 대상의 상태를 알 수 없습니다. 그때까지는 이 대상에 대한 다른 문제가 저절로 사라질 수 있습니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Wait {seconds} seconds and scan again; if it takes longer, treat the target as unhealthy.",
                ko="{seconds}초 기다린 뒤 다시 스캔하세요. 그보다 오래 걸리면 비정상 대상으로 보고 원인을 찾으세요.",
            ),
            by_hand=Text(
                en="Add `--wait {seconds}` to the command: it scans again until the result is sound.",
                ko="스캔 명령에 `--wait {seconds}` 옵션을 추가하면 정상이 될 때까지 다시 스캔합니다.",
            ),
            verify=SHOW_HEALTH,
        ),
    ),
    words=Text(
        en=(
            "targets still initial; initial state; health status initial; just registered; "
            "waiting for health check; target registration in progress; how long until healthy; "
            "initial for minutes; new targets not healthy yet"
        ),
        ko=(
            "상태 initial; 초기 상태 검사; 등록 중; 방금 등록한 대상; 언제 정상이 되나요; "
            "initial에서 안 바뀜; 상태 확인 중; 등록 진행 중; 첫 헬스체크 대기"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def hc_still_initial(watched_groups: WatchedGroups) -> Iterator[Verdict]:
    """Yield every target group with targets that have no health verdict yet."""
    for item in watched_groups:
        group = item.group
        waiting = [one for one in item.targets if one.state == "initial"]
        if not waiting:
            yield fine(group.ref)
            continue
        checks = group.health_check_interval_seconds * group.unhealthy_threshold_count
        yield found(
            group.ref,
            saw(*waiting[0].health_line),
            fix_values=of_group(group),
            seconds=checks + group.health_check_timeout_seconds,
            targets=target_ids(waiting),
        )
