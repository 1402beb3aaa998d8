"""ALB426: the target accepts the health check's connection and answers too late."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Evidence, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.health_words import TIMEOUT
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.speaks import OPEN
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.text import Text, command
from albdoctor_checks.fixes.group import of_group
from albdoctor_checks.fixes.health_check import FASTER_ANSWER, LONGER_TIMEOUT, longer_timeout

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
    fixes=(FASTER_ANSWER, LONGER_TIMEOUT),
    breaks={"health"},
    words=Text(
        en=(
            "slow health check; health check slow response; app starts slowly; slow start; "
            "task failed ELB health checks; tasks keep restarting; health check grace period; "
            "deployment never completes; circuit breaker rollback; "
            "service unable to reach steady state; unhealthy then replaced; startPeriod vs grace; "
            "503 during deploy; ECS replaces tasks; containers killed by health check; "
            "task killed during startup; increase health check timeout; "
            "health check grace period seconds; ECS deployment stuck; app needs a minute to boot; "
            "JVM warm up; service is unstable; tasks are stopped and started again and again; "
            "rolling update hangs; ECS task replacement loop; deployment circuit breaker; "
            "overloaded target health check; cold start; ECS events unhealthy in target group; "
            "health check interval and timeout"
        ),
        ko=(
            "ECS 태스크 교체 루프; 헬스체크 실패 루프; 유예 기간; 배포가 끝나지 않음; "
            "서킷 브레이커 롤백; 스프링 기동 느림; 태스크가 계속 죽음; steady state 도달 실패; "
            "배포 멈춤 stuck; unhealthy 반복; 헬스체크 유예 기간; 태스크가 계속 재시작; "
            "컨테이너가 계속 재시작; 느린 시작; 앱 시작이 느림; 헬스체크 응답 느림; 배포가 멈춤; "
            "ECS 배포 실패; 태스크가 떴다 죽었다 반복; 배포 롤백; 헬스체크 시간 늘리기; "
            "서비스가 안정 상태에 도달하지 못함; 배포 중 503; 기동 시간이 오래 걸림; "
            "컨테이너가 자꾸 교체됨; 부팅 느림; 헬스체크 제한 시간"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def hc_slow_response(probed_groups: ProbedGroups) -> Iterator[Verdict]:
    """Yield every target group whose health checks time out although the port is seen to be open."""
    for item in probed_groups:
        group, limit = item.group, item.group.health_check_timeout_seconds
        timed_out = (seen for seen in item.targets if seen.failing and seen.reason == TIMEOUT)
        guilty = [seen for seen in timed_out if seen.speaks(seen.check_port) in OPEN]
        if not guilty:
            yield item.gap(TIMEOUT) or fine(group.ref)
            continue
        slow = [seen for seen in guilty if seen.check_seconds >= limit]
        first = max(slow or guilty, key=lambda seen: seen.check_seconds)
        answered = first.check_answer is not None and first.check_answer.status is not None
        finding = found(
            group.ref,
            *_evidence(first, slow=bool(slow)),
            fix=LONGER_TIMEOUT if slow and answered else None,
            fix_values=of_group(group) | longer_timeout(group, first.check_seconds),
            port=first.check_port,
            path=group.health_check_path,
            timeout=limit,
            targets=target_ids(guilty),
        )
        decide = command(
            "curl -m 60 -v http://127.0.0.1:{port}{path}", port=first.check_port, path=group.health_check_path
        )
        yield finding if slow else likely(finding, *SOMETIMES, decide=decide)


def _evidence(first: Seen, *, slow: bool) -> Iterator[Evidence]:
    yield saw(*first.health_line)
    yield saw(*first.probe_line(first.check_port))
    if slow:
        yield saw(asked.time_to_answer(), f"{first.check_seconds:.1f} s")
