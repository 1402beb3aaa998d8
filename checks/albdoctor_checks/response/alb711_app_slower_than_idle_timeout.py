"""ALB711: targets take requests and give no whole answer within the load balancer's idle timeout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from albdoctor.checkup import ERROR, WARNING, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.ruled_out import at_line
from albdoctor.derive.request.unanswered import (
    IDLE_TIMEOUT,
    LATE,
    OF_CONNECTIONS,
    REQUESTS,
    Unanswered,
    UnansweredRequests,
)
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Command, Text, command

FIX = Fix(
    summary=Text(
        en="Find the slow requests, and answer them sooner or let the load balancer wait longer.",
        ko="느린 요청을 찾아 더 빨리 응답하게 하거나, 로드 밸런서가 더 오래 기다리게 하세요.",
    ),
    by_hand=Text(
        en="The application's log and the access log of load balancer {balancer} (504 in elb_status_code, - in target_status_code) name the requests: exports, uploads, reports, a database or another service that does not answer. Make them quicker, or take them at once (202) and do the work in the background.\n"
        "Where a request may take so long, raise the load balancer's attribute idle_timeout.timeout_seconds (1 to 4000, for every request; where it is set: the console, Terraform's idle_timeout, the annotation load-balancer-attributes) above the longest answer, and the servers' keep-alive timeout above that.",
        ko="애플리케이션 로그와 로드 밸런서 {balancer}의 액세스 로그(elb_status_code가 504, target_status_code가 -)에 어떤 요청인지 기록됩니다. 내보내기, 업로드, 보고서, 응답하지 않는 데이터베이스나 외부 서비스가 흔합니다. 더 빨리 처리하거나, 먼저 응답(202)한 뒤 백그라운드에서 처리하세요.\n"
        "원래 오래 걸리는 요청이라면 로드 밸런서 속성 idle_timeout.timeout_seconds(1~4000, 모든 요청에 적용. 콘솔, Terraform의 idle_timeout, load-balancer-attributes 어노테이션 등 설정한 곳에서)를 가장 긴 응답보다 길게, 서버의 keep-alive 시간은 그보다 더 길게 설정하세요.",
    ),
    verify='aws cloudwatch get-metric-statistics --region {region} --namespace AWS/ApplicationELB --metric-name HTTPCode_ELB_504_Count --dimensions Name=LoadBalancer,Value={tail} --statistics Sum --period 300 --start-time "$(date -u +%Y-%m-%dT%H:00:00Z)" --end-time "$(date -u +%Y-%m-%dT%H:%M:%SZ)"',
)
SHORT_BODY = Text(
    en="The application announces a longer body (Content-Length) than it sends: the load balancer waits for the rest.",
    ko="애플리케이션이 실제로 보내는 본문보다 큰 Content-Length를 알려, 로드 밸런서가 나머지를 계속 기다립니다.",
)
STUCK = Text(
    en="The application hangs for some requests: no free worker or database connection, a deadlock.",
    ko="애플리케이션이 일부 요청에서 멈춥니다(남은 작업자나 데이터베이스 연결이 없음, 교착 상태).",
)
TIMED = "%{http_code} after %{time_total} s\n"
"""What curl writes at the end."""


@check(
    id="ALB711",
    slug="app-slower-than-idle-timeout",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="In the last {hours} hours load balancer {balancer} answered {late} requests with 504 that a target had taken: no whole answer came within the idle timeout ({idle})",
        ko="최근 {hours}시간 동안 로드 밸런서 {balancer}에서 요청 {late}건이 대상에 전달되고도 유휴 제한 시간({idle}) 안에 응답이 끝나지 않아 504를 받았습니다",
    ),
    why=Text(
        en="Health checks are quick and pass, while visitors of slow pages wait and get 504. The connections to the targets were made, so that network, port and protocol are not the cause.",
        ko="상태 검사는 금방 통과하지만 느린 페이지의 방문자는 기다리다가 504를 받습니다. 대상과의 연결은 이루어졌으므로 네트워크, 포트, 프로토콜은 원인이 아닙니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "504 after 60 seconds; idle timeout; request takes longer than 60 seconds; slow request 504; "
            "export times out; upload times out; long running request; gateway timeout after one minute; "
            "idle_timeout.timeout_seconds; HTTPCode_ELB_504_Count"
        ),
        ko=(
            "60초 후 504; 유휴 제한 시간; 유휴 시간 초과; 오래 걸리는 요청 504; 엑셀 다운로드 504; 업로드 중 504; "
            "1분 후 게이트웨이 타임아웃; 응답이 느려서 504; HTTPCode_ELB_504_Count"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-504-issues",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout",
    ),
)
def app_slower_than_idle_timeout(scan: Scan, unanswered: UnansweredRequests) -> Iterator[Verdict]:
    """Yield every load balancer that answers 504 for requests which its healthy targets had taken."""
    for one in unanswered:
        if not one.is_slow:
            yield fine(one.balancer.ref)
            continue
        balancer, seconds = one.balancer, one.idle_timeout
        counted = {REQUESTS: one.requests, LATE: one.late, " + ".join(OF_CONNECTIONS): one.connections}
        finding = found(
            balancer.ref,
            *(saw(*at_line(at, scan.url)) for at in one.seen),
            saw(asked.counters(balancer), ", ".join(f"{name} {total:g}" for name, total in counted.items())),
            *((saw(asked.balancer_attributes(balancer), f"{IDLE_TIMEOUT} {seconds}"),) if seconds is not None else ()),
            severity=ERROR if one.seen else None,
            balancer=balancer.load_balancer_name,
            arn=balancer.load_balancer_arn,
            region=balancer.region,
            tail=balancer.tail,
            hours=f"{one.hours:g}",
            late=f"{one.too_late:g}",
            idle=one.idle_words,
        )
        yield likely(finding, STUCK, SHORT_BODY, decide=_decides(scan, one))


def _decides(scan: Scan, one: Unanswered) -> Command:
    """How long the failing request takes; else the longest answer that targets gave, which is near the idle timeout."""
    if one.seen:
        return command("curl -sS -o /dev/null -w {format} {url}", format=TIMED, url=scan.url)
    return command(
        "aws cloudwatch get-metric-statistics --region {region} --namespace AWS/ApplicationELB"
        " --metric-name TargetResponseTime --dimensions Name=LoadBalancer,Value={tail} --statistics Maximum"
        " --period 300 --start-time {since} --end-time {until}",
        region=one.balancer.region,
        tail=one.balancer.tail,
        since=f"{scan.taken_at - timedelta(hours=one.hours):%Y-%m-%dT%H:%M:%SZ}",
        until=f"{scan.taken_at:%Y-%m-%dT%H:%M:%SZ}",
    )
