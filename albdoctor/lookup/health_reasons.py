"""The reasons of target health, as DescribeTargetHealth and the console give them.

`Elb.` begins those of the load balancer's side, `Target.` those of the target's. A healthy target has none.
"""

# ruff: noqa: E501 - a text stands on one line, so that both languages can be compared
from __future__ import annotations

from albdoctor.lookup.statuses import HEALTH
from albdoctor.lookup.symptom import Symptom
from albdoctor.text import Text

API = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html"
REFS = (HEALTH, API)


def _title(reason: str, state: str) -> Text:
    return Text(en=f"{reason} (state {state})", ko=f"{reason} (상태: {state})")


HEALTH_REASONS: tuple[Symptom, ...] = (
    Symptom(
        name="Target.Timeout",
        title=_title("Target.Timeout", "unhealthy"),
        also=("request timed out", "target timeout", "health check request timed out", "헬스체크 request timed out"),
        sender=(
            Text(
                en="The load balancer reports it (`Request timed out`): nothing answered its health check in time. Either packets are dropped on the way, or the application accepts the connection and answers too late.",
                ko="로드 밸런서가 보고합니다(`Request timed out`). 제한 시간 안에 상태 검사에 대한 응답이 없었습니다. 중간에서 패킷이 버려지거나, 애플리케이션이 연결은 받지만 너무 늦게 응답하는 것입니다.",
            ),
            Text(
                en="How to tell: where the network is closed, the application's log has no line of ELB-HealthChecker/2.0.",
                ko="구분 방법: 네트워크가 막혀 있으면 애플리케이션 로그에 ELB-HealthChecker/2.0 요청이 없습니다.",
            ),
        ),
        causes=(
            "net-target-sg-blocks-traffic-port",
            "net-target-sg-blocks-hc-port",
            "net-target-sg-references-wrong-group",
            "net-secondary-eni",
            "hc-timeout-path-blocked",
            "hc-slow-response",
            "net-dynamic-port-range-closed",
            "alb-sg-egress-blocks-targets",
            "net-nacl-target-side",
            "net-nacl-alb-side-return",
            "net-route-detoured-or-blackhole",
            "net-route-to-target-missing",
            "target-status-check-failed",
            "tg-stale-ip-targets",
            "tg-https-target-speaks-http",
        ),
        beyond=(
            Text(
                en="A firewall on the host (ufw, firewalld, Windows) that drops packets.",
                ko="패킷을 버리는 호스트 방화벽(ufw, firewalld, Windows).",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="Target.FailedHealthChecks",
        title=_title("Target.FailedHealthChecks", "unhealthy"),
        also=("failed health checks", "target failed health checks", "health checks failed"),
        sender=(
            Text(
                en="The load balancer reports it (`Health checks failed`, without a code): the connection was refused or cut, or the answer was not HTTP. The network is open.",
                ko="로드 밸런서가 보고합니다(코드 없이 `Health checks failed`). 연결이 거부되었거나 끊겼거나, 응답이 HTTP가 아니었습니다. 네트워크는 열려 있습니다.",
            ),
        ),
        causes=(
            "tg-https-target-speaks-http",
            "target-no-process-on-port",
            "tg-port-not-served",
            "hc-connection-refused",
            "hc-protocol-mismatch",
            "hc-port-mismatch",
            "target-bound-to-loopback",
            "tg-http-target-speaks-https",
        ),
        beyond=(
            Text(
                en="A target group of version HTTP2 or GRPC in front of a server that speaks HTTP/1.1.",
                ko="HTTP/1.1만 쓰는 서버에 연결된 HTTP2 또는 GRPC 버전 대상 그룹.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="Target.ResponseCodeMismatch",
        title=_title("Target.ResponseCodeMismatch", "unhealthy"),
        also=("response code mismatch", "health checks failed with these codes"),
        sender=(
            Text(
                en="The load balancer reports it (`Health checks failed with these codes: [404]`): the target answered, and the code is not among the success codes of the health check. Network, port and protocol are in order.",
                ko="로드 밸런서가 보고합니다(`Health checks failed with these codes: [404]`). 대상이 응답했지만 그 코드가 상태 검사의 성공 코드에 없습니다. 네트워크, 포트, 프로토콜에는 문제가 없습니다.",
            ),
        ),
        causes=(
            "hc-redirect-not-accepted",
            "hc-path-not-found",
            "hc-host-header-rejected",
            "hc-path-requires-auth",
            "hc-target-5xx",
            "hc-protocol-mismatch",
            "tg-http-target-speaks-https",
        ),
        refs=REFS,
    ),
    Symptom(
        name="Target.NotRegistered",
        title=_title("Target.NotRegistered", "unused"),
        also=("target is not registered", "target not registered"),
        sender=(
            Text(
                en="The load balancer reports it: the target is not, or no longer, registered with the target group.",
                ko="로드 밸런서가 보고합니다. 대상이 대상 그룹에 등록되어 있지 않거나 등록이 취소되었습니다.",
            ),
        ),
        causes=("tg-no-targets", "rule-forwards-to-empty-group"),
        refs=REFS,
    ),
    Symptom(
        name="Target.NotInUse",
        title=_title("Target.NotInUse", "unused"),
        also=(
            "target not in use",
            "target group is not configured to receive traffic from the load balancer",
            "target is in an availability zone that is not enabled for the load balancer",
        ),
        sender=(
            Text(
                en="The load balancer reports it: no rule forwards to the target group, or the target is in an Availability Zone that the load balancer does not have. The description says which.",
                ko="로드 밸런서가 보고합니다. 대상 그룹으로 전달하는 규칙이 없거나, 대상이 로드 밸런서에 없는 가용 영역에 있습니다. 어느 쪽인지는 설명(Description)에 나옵니다.",
            ),
        ),
        causes=("tg-not-in-use", "tg-target-az-not-enabled"),
        refs=REFS,
    ),
    Symptom(
        name="Target.InvalidState",
        title=_title("Target.InvalidState", "unused"),
        also=("target is in the stopped state", "target is in the terminated state", "target invalid state"),
        sender=(
            Text(
                en="The load balancer reports it: the instance is stopped or terminated.",
                ko="로드 밸런서가 보고합니다. 인스턴스가 중지되었거나 종료되었습니다.",
            ),
        ),
        causes=("target-instance-not-running",),
        refs=REFS,
    ),
    Symptom(
        name="Target.IpUnusable",
        title=_title("Target.IpUnusable", "unused"),
        also=("ip address is in use by a load balancer", "target ip unusable"),
        sender=(
            Text(
                en="The load balancer reports it: the registered address belongs to a load balancer and cannot be a target.",
                ko="로드 밸런서가 보고합니다. 등록된 주소가 로드 밸런서의 주소라서 대상으로 쓸 수 없습니다.",
            ),
        ),
        causes=("tg-ip-unusable-or-outside", "rule-forwards-to-empty-group"),
        beyond=(
            Text(
                en="Register the address of the server itself, not that of a load balancer in front of it.",
                ko="앞단 로드 밸런서가 아니라 서버 자체의 주소를 등록하세요.",
            ),
        ),
        refs=REFS,
    ),
    Symptom(
        name="Target.DeregistrationInProgress",
        title=_title("Target.DeregistrationInProgress", "draining"),
        also=("target deregistration is in progress", "target draining", "draining", "드레이닝"),
        sender=(
            Text(
                en="The load balancer reports it: the target was deregistered, and its open requests may end (300 seconds by default). During deployments this is as it should be.",
                ko="로드 밸런서가 보고합니다. 대상의 등록이 취소되어 진행 중인 요청이 끝나기를 기다리고 있습니다(기본 300초). 배포 중이라면 정상입니다.",
            ),
        ),
        causes=("rule-forwards-to-empty-group", "tg-no-targets"),
        refs=REFS,
    ),
    Symptom(
        name="Target.HealthCheckDisabled",
        title=_title("Target.HealthCheckDisabled", "unavailable"),
        also=("health checks are not enabled for this target", "health check disabled"),
        sender=(
            Text(
                en="The load balancer reports it: health checks are off. Only groups of Lambda functions can have them off; nothing is wrong.",
                ko="로드 밸런서가 보고합니다. 상태 검사가 꺼져 있습니다. Lambda 함수 대상 그룹에서만 끌 수 있으며 문제가 아닙니다.",
            ),
        ),
        causes=(),
        refs=REFS,
    ),
    Symptom(
        name="Elb.RegistrationInProgress",
        title=_title("Elb.RegistrationInProgress", "initial"),
        also=("target registration is in progress",),
        sender=(
            Text(
                en="The load balancer reports it: the target is being added. Wait, and look again.",
                ko="로드 밸런서가 보고합니다. 대상을 추가하는 중입니다. 잠시 기다렸다가 다시 확인하세요.",
            ),
        ),
        causes=("hc-still-initial",),
        refs=REFS,
    ),
    Symptom(
        name="Elb.InitialHealthChecking",
        title=_title("Elb.InitialHealthChecking", "initial"),
        also=("initial health checks in progress", "initial health checking"),
        sender=(
            Text(
                en="The load balancer reports it: the first health checks have no verdict yet. Where it lasts longer than a few intervals, the checks fail.",
                ko="로드 밸런서가 보고합니다. 첫 상태 검사의 결과가 아직 없습니다. 검사 간격이 여러 번 지나도 그대로라면 검사가 실패하고 있는 것입니다.",
            ),
        ),
        causes=("hc-still-initial", "hc-timeout-path-blocked", "hc-slow-response"),
        refs=REFS,
    ),
    Symptom(
        name="Elb.InternalError",
        title=_title("Elb.InternalError", "unhealthy, unavailable"),
        also=("health checks failed due to an internal error", "elb internal error"),
        sender=(
            Text(
                en="The load balancer reports a fault of its own. Look again in a few minutes; where it stays, the AWS Health Dashboard and AWS Support are next.",
                ko="로드 밸런서 자체의 오류를 보고하는 것입니다. 몇 분 뒤 다시 확인하고, 계속되면 AWS Health Dashboard를 보거나 AWS Support에 문의하세요.",
            ),
        ),
        causes=(),
        refs=REFS,
    ),
)
