"""ALB710: a few requests get 502 from a server that closes idle connections sooner than the load balancer does."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Finding, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.lines import server_line
from albdoctor.derive.request.unanswered import (
    CUT,
    IDLE_TIMEOUT,
    OF_CONNECTIONS,
    REQUESTS,
    Unanswered,
    UnansweredRequests,
)
from albdoctor.derive.targets.keep_alive import Kept
from albdoctor.facts.elb import TargetGroups
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Command, Text, command
from albdoctor_checks.response.could_be import CRASH, HEADER

MORE = 5
"""Seconds by which the server is to keep connections longer than the load balancer."""
FIX = Fix(
    summary=Text(
        en="Let {server} keep idle connections longer than the load balancer: {keep} s instead of {kept} s.",
        ko="{server} 서버가 유휴 연결을 로드 밸런서보다 오래 유지하게 하세요({kept}초에서 {keep}초로).",
    ),
    by_hand=Text(
        en="In the configuration of {server}, on every target: {setting}\n"
        "Then restart it, one target after the other. In Node.js, headersTimeout must be longer than keepAliveTimeout. A proxy before the application on the same host (nginx) needs the same towards the load balancer.",
        ko="모든 대상의 {server} 설정에서 다음 값을 지정하세요: {setting}\n"
        "그런 다음 대상을 하나씩 재시작하세요. Node.js에서는 headersTimeout이 keepAliveTimeout보다 길어야 합니다. 같은 호스트의 애플리케이션 앞에 프록시(nginx)가 있으면 로드 밸런서와의 연결에 같은 설정이 필요합니다.",
    ),
    verify='aws cloudwatch get-metric-statistics --region {region} --namespace AWS/ApplicationELB --metric-name HTTPCode_ELB_502_Count --dimensions Name=LoadBalancer,Value={tail} --statistics Sum --period 300 --start-time "$(date -u +%Y-%m-%dT%H:00:00Z)" --end-time "$(date -u +%Y-%m-%dT%H:%M:%SZ)"',
)


@check(
    id="ALB710",
    slug="app-keepalive-shorter-than-idle-timeout",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="In the last {hours} hours {cut} of {requests} requests to {balancer} got 502 over open connections: {server} closes idle ones after {kept} s by default, the load balancer after {idle}",
        ko="최근 {hours}시간 동안 로드 밸런서 {balancer} 요청 {requests}건 중 {cut}건이 이미 맺어진 연결에서 502를 받았습니다({server} 서버는 기본값으로 유휴 연결을 {kept}초 뒤에, 로드 밸런서는 {idle} 뒤에 닫음)",
    ),
    why=Text(
        en="The load balancer uses a connection again just when the server closes it, and that request gets 502. The application never sees it and logs nothing.",
        ko="로드 밸런서가 연결을 다시 쓰려는 순간 서버가 닫으면 그 요청은 502를 받습니다. 애플리케이션에는 요청이 도착하지 않아 로그도 남지 않습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "sporadic 502; random 502; occasional 502 bad gateway; keep-alive timeout; keepAliveTimeout; "
            "502 without application log; KeepAliveTimeout; timeout-keep-alive; intermittent 502 node express; "
            "HTTPCode_ELB_502_Count few"
        ),
        ko=(
            "간헐적 502; 가끔 502 bad gateway; 랜덤 502; keep-alive 시간; keepAliveTimeout 설정; "
            "로그 없이 502; 애플리케이션 로그에 없는 502; 노드 express 간헐적 502; KeepAliveTimeout"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-502-issues",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout",
        "https://nodejs.org/api/http.html#serverkeepalivetimeout",
        "https://httpd.apache.org/docs/2.4/mod/core.html#keepalivetimeout",
    ),
)
def app_keepalive_shorter_than_idle_timeout(
    scan: Scan, unanswered: UnansweredRequests, target_groups: TargetGroups
) -> Iterator[Verdict]:
    """Yield every load balancer that cuts single requests off, before servers known to close connections soon."""
    for one in unanswered:
        if one.races and one.kept is not None:
            yield likely(_finding(one, one.kept), CRASH, HEADER, decide=_decides(scan, one, target_groups))
        elif not one.may_race:
            yield fine(one.balancer.ref)


def _finding(one: Unanswered, server: Kept) -> Finding:
    balancer, keep, seconds = one.balancer, one.idle + MORE, one.idle_timeout
    answer = (saw(*server_line(one.answer)),) if one.answer else ()
    counted = {REQUESTS: one.requests, CUT: one.cut, " + ".join(OF_CONNECTIONS): one.connections}
    return found(
        balancer.ref,
        saw(asked.counters(balancer), ", ".join(f"{name} {total:g}" for name, total in counted.items())),
        *((saw(asked.balancer_attributes(balancer), f"{IDLE_TIMEOUT} {seconds}"),) if seconds is not None else ()),
        *answer,
        balancer=balancer.load_balancer_name,
        region=balancer.region,
        tail=balancer.tail,
        hours=f"{one.hours:g}",
        requests=f"{one.requests:g}",
        cut=f"{one.cut_off:g}",
        server=server.name,
        kept=server.seconds,
        idle=one.idle_words,
        keep=keep,
        setting=server.set_to(keep),
    )


PLAIN = r"""time bash -c 'exec 3<>/dev/tcp/127.0.0.1/"$2"; printf "GET / HTTP/1.1\r\nHost: %s\r\n\r\n" "$1" >&3; cat <&3 >/dev/null' idle {host} {port}"""
OVER_TLS = r"""time bash -c 'printf "GET / HTTP/1.1\r\nHost: %s\r\n\r\n" "$1" | openssl s_client -quiet -connect 127.0.0.1:"$2" >/dev/null' idle {host} {port}"""


def _decides(scan: Scan, one: Unanswered, groups: TargetGroups) -> Command:
    """On a target: ask once, and see after how many seconds the server closes the connection."""
    own = (each for each in groups if one.balancer.load_balancer_arn in each.load_balancer_arns)
    group = next((each for each in own if each.target_group_arn in one.serving), None)
    encrypted = group is not None and group.protocol == "HTTPS"
    port = group.port if group is not None and group.port else 80
    return command(OVER_TLS if encrypted else PLAIN, host=scan.host, port=port)
