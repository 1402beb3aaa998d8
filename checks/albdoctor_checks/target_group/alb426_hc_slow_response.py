"""ALB426: the target accepts the health check's connection and answers too late."""

from __future__ import annotations

import math
from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, LIKELY, WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.targets.health import TIMEOUT, names, watched
from albdoctor.derive.targets.speaks import OPEN
from albdoctor.facts.elb import GroupsHealth, TargetGroups
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.wire import TargetProbes
from albdoctor.text import Text

LONGEST_TIMEOUT = 120
"""Seconds (ELBv2 HealthCheckTimeoutSeconds)."""
SOMETIMES = (
    Text(
        en="The target is slow or overloaded only at times: the probe met a better moment.",
        ko="대상이 가끔만 느리거나 과부하 상태이며, 스캔할 때는 괜찮았습니다.",
    ),
    Text(
        en="The way from the load balancer is blocked, although this machine gets through.",
        ko="이 컴퓨터에서는 접속되지만 로드 밸런서에서 대상까지의 경로는 막혀 있습니다.",
    ),
)
BY_HAND = Text(
    en="Give the health check a path that does little work and asks no database, and see with `top` whether the target needs more CPU or memory. Measure on the target:\n"
    "  time curl -o /dev/null http://127.0.0.1:{port}{path}",
    ko="데이터베이스를 조회하지 않는 가벼운 경로를 상태 검사에 쓰고, `top` 명령으로 CPU나 메모리가 부족한지 확인하세요. 응답 시간은 대상에서 다음과 같이 잽니다.\n"
    "  time curl -o /dev/null http://127.0.0.1:{port}{path}",
)
VERIFY = "aws elbv2 describe-target-health --region {region} --target-group-arn {arn}"
SUMMARY = Text(
    en="Make {path} answer faster, or let the health check of {group} wait longer than {timeout} seconds.",
    ko="{path} 경로의 응답을 빠르게 하거나, {group} 그룹의 상태 검사 제한 시간을 {timeout}초보다 늘리세요.",
)
FIX = Fix(summary=SUMMARY, by_hand=BY_HAND, verify=VERIFY)
FIX_WAIT = Fix(
    summary=SUMMARY,
    side_effects=(
        Text(
            en="A longer timeout finds a dead target later: a faster health check path is the better repair.",
            ko="제한 시간이 길어지면 고장 난 대상을 늦게 발견합니다. 응답이 더 빠른 상태 검사 경로를 쓰는 편이 낫습니다.",
        ),
    ),
    script="aws elbv2 modify-target-group --region {region} --target-group-arn {arn}"
    " --health-check-timeout-seconds {wait} --health-check-interval-seconds {interval}\n",
    console=(
        Text(
            en="EC2 > Target Groups > {group} > Health checks > Edit > Advanced: timeout {wait}, interval {interval}",
            ko="EC2 > 대상 그룹 > {group} > 상태 검사 > 편집 > 고급 설정: 제한 시간 {wait}, 간격 {interval}",
        ),
    ),
    terraform="health_check {\n  timeout  = {wait}\n  interval = {interval}\n}\n",
    cloudformation="HealthCheckTimeoutSeconds: {wait}\nHealthCheckIntervalSeconds: {interval}\n",
    verify=VERIFY,
)


@check(
    id="ALB426",
    slug="hc-slow-response",
    severity=WARNING,
    since="0.1",
    message=Text(
        en="Targets of target group {group} accept the health check, but do not answer {path} within {timeout} seconds: {targets}",
        ko="대상 그룹 {group}의 대상이 상태 검사 연결은 받지만 {path} 경로에 {timeout}초 안에 응답하지 않습니다: {targets}",
    ),
    why=Text(
        en="Connections are accepted, so nothing on the way is closed. The answer comes after the health check has given up, and the targets count as unhealthy.",
        ko="연결은 되므로 중간에 막힌 곳은 없습니다. 상태 검사가 포기한 뒤에야 응답이 와서 대상이 비정상으로 처리됩니다.",
    ),
    fixes=(FIX,),
    breaks={"health"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def hc_slow_response(
    target_groups: TargetGroups, groups_health: GroupsHealth, target_probes: Observed[TargetProbes]
) -> Iterator[Verdict]:
    """Yield every target group whose health checks time out although the port is seen to be open."""
    for item in watched(target_groups, groups_health, target_probes):
        if isinstance(item, Unknown):
            yield item
            continue
        group = item.group
        timed_out = (seen for seen in item.targets if seen.failing and seen.reason == TIMEOUT)
        guilty = [seen for seen in timed_out if seen.speaks(seen.check_port) in OPEN]
        if not guilty:
            yield item.gap(TIMEOUT) or fine(group.ref)
            continue
        limit = group.health_check_timeout_seconds
        slow = [seen for seen in guilty if seen.check_seconds >= limit]
        first = max(slow or guilty, key=lambda seen: seen.check_seconds)
        answered = first.check_answer is not None and first.check_answer.status is not None
        wait = min(LONGEST_TIMEOUT, 2 * math.ceil(max(first.check_seconds, limit)))
        yield found(
            group.ref,
            saw(*first.health_line),
            saw(*first.probe_line(first.check_port)),
            *(
                [saw(Text(en="time until the answer", ko="응답까지 걸린 시간"), f"{first.check_seconds:.1f} s")]
                if slow
                else []
            ),
            certainty=CONFIRMED if slow else LIKELY,
            alternatives=() if slow else SOMETIMES,
            decide="" if slow else f"curl -m 60 -v http://127.0.0.1:{first.check_port}{group.health_check_path}",
            fix=FIX_WAIT if slow and answered else None,
            group=group.target_group_name,
            arn=group.target_group_arn,
            region=group.region,
            port=first.check_port,
            path=group.health_check_path,
            timeout=limit,
            wait=wait,
            interval=max(group.health_check_interval_seconds, wait + 5),
            targets=names(guilty),
        )
