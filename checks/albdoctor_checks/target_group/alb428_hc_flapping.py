"""ALB428: targets are healthy now, and have become unhealthy again and again in the last hours."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.flapping import AllSpells
from albdoctor.facts.arn import balancer_tail
from albdoctor.facts.metrics import UNHEALTHY_HOSTS
from albdoctor.text import Text
from albdoctor_checks.fixes.group import of_group

OFTEN = 3
"""Spells within the window: a deployment makes one, and its repetition another."""


@check(
    id="ALB428",
    slug="hc-flapping",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="Targets of target group {group} are healthy now, but became unhealthy {spells} times in the last {hours} hours",
        ko="대상 그룹 {group}의 대상이 지금은 정상이지만 최근 {hours}시간 동안 {spells}번 비정상이 되었습니다",
    ),
    why=Text(
        en="Each time the load balancer takes the target out, and the others get its requests; visitors meet slow pages, 502 or 504 meanwhile. It comes from overload, a slow health check page, restarts, or thresholds that are too strict.",
        ko="그때마다 로드 밸런서가 대상을 제외하고 나머지 대상이 요청을 떠안습니다. 그동안 방문자는 느린 페이지나 502, 504를 만납니다. 과부하, 느린 상태 검사 페이지, 재시작, 지나치게 엄격한 임계값이 원인입니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Find out what happens to the targets of {group} at these times, and mend that.",
                ko="그 시각에 {group} 그룹의 대상에 무슨 일이 있었는지 찾아 고치세요.",
            ),
            by_hand=Text(
                en="See the times, then look at the application's log, at CPU and memory of the targets and at deployments at that minute:\n"
                "  aws cloudwatch get-metric-statistics --region {region} --namespace AWS/ApplicationELB --metric-name UnHealthyHostCount --dimensions Name=TargetGroup,Value={tail} Name=LoadBalancer,Value={balancer} --statistics Maximum --period 300 --start-time {since} --end-time {until}\n"
                "Give the health check a page of its own that needs no database, and more time: a timeout of 5 seconds and an unhealthy threshold of 3 tell an outage from a slow moment.",
                ko="시각을 확인한 뒤 그 시각의 애플리케이션 로그, 대상의 CPU와 메모리, 배포 기록을 살펴보세요.\n"
                "  aws cloudwatch get-metric-statistics --region {region} --namespace AWS/ApplicationELB --metric-name UnHealthyHostCount --dimensions Name=TargetGroup,Value={tail} Name=LoadBalancer,Value={balancer} --statistics Maximum --period 300 --start-time {since} --end-time {until}\n"
                "상태 검사에는 데이터베이스가 필요 없는 전용 페이지를 쓰고 여유를 주세요. 제한 시간 5초, 비정상 임계값 3이면 일시적인 지연과 장애를 구분할 수 있습니다.",
            ),
        ),
    ),
    words=Text(
        en=(
            "targets flapping; health check flapping; healthy then unhealthy; target goes in and out; "
            "UnHealthyHostCount spikes; intermittent unhealthy; targets become unhealthy at peak time; "
            "random unhealthy targets; health check fails sometimes"
        ),
        ko=(
            "상태 검사가 오락가락; 정상과 비정상 반복; 가끔 비정상이 됨; UnHealthyHostCount 급증; "
            "간헐적으로 unhealthy; 피크 시간에 비정상; 대상이 들락날락; 헬스체크가 가끔 실패"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    ),
)
def hc_flapping(spells: AllSpells) -> Iterator[Verdict]:
    """Yield every group whose targets were unhealthy several times within the window, and are not now."""
    for one in spells:
        if one.spells < OFTEN:
            yield fine(one.group.ref)
            continue
        line = f"> 0 {one.spells} x, {one.minutes} min, maximum {one.most}"
        yield found(
            one.group.ref,
            saw(asked.metric(UNHEALTHY_HOSTS, one.group), line),
            fix_values=of_group(one.group),
            tail=one.group.tail,
            balancer=" ".join(map(balancer_tail, one.group.load_balancer_arns[:1])) or "LOAD_BALANCER",
            spells=one.spells,
            hours=f"{one.hours:g}",
            since=one.since,
            until=one.until,
        )
