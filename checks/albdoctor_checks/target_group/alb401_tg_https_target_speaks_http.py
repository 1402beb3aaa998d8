"""ALB401: the group speaks TLS to targets that speak plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, Evidence, Finding, Fix, Impact, Verdict, check, fine, saw
from albdoctor.derive.targets.health import FAILED, TIMEOUT, Seen, Watched, counted, metric_line, names, ports, watched
from albdoctor.derive.targets.protocols import (
    TLS_ERRORS,
    new_ports,
    proven_port,
    tls_fails_towards,
    tls_may_fail_towards,
)
from albdoctor.derive.targets.replacement import SCRIPT, VERIFY, replacement
from albdoctor.derive.targets.speaks import Speech
from albdoctor.facts.elb import GroupsHealth, Listeners, Rules, TargetGroups
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.metrics import Metrics
from albdoctor.facts.wire import TargetProbes
from albdoctor.text import Text

INCOMPATIBLE = Text(
    en="The target speaks TLS, but shares no protocol version or cipher with the load balancer.",
    ko="대상이 TLS로 통신하지만 로드 밸런서와 공통으로 지원하는 TLS 버전이나 암호가 없습니다.",
)
NOTHING_THERE = Text(
    en="Nothing listens on the target's registered port.",
    ko="대상이 등록된 포트에서 수신하는 프로세스가 없습니다.",
)
FIX = Fix(
    summary=Text(
        en="Move the targets of {group} to a new HTTP target group on port {new_port}; TLS ends at the load balancer.",
        ko="{group} 그룹의 대상을 {new_port} 포트의 새 HTTP 대상 그룹으로 옮기세요. TLS는 로드 밸런서에서 끝납니다.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="A target group's protocol cannot be edited, so the new target group {new_name} takes over. {group} gets no more requests: delete it when you no longer need it.",
            ko="대상 그룹의 프로토콜은 수정할 수 없으므로 새 대상 그룹({new_name})이 요청을 넘겨받습니다. 기존 대상 그룹({group})은 더 이상 요청을 받지 않으므로 필요 없어지면 삭제하세요.",
        ),
        Text(
            en="Security Hub ELB.21 and ELB.22 ask for HTTPS to targets. Follow them only after the target itself serves TLS: before that they cause exactly this outage.",
            ko="Security Hub의 ELB.21과 ELB.22는 대상까지 HTTPS를 쓰라고 권합니다. 대상이 직접 TLS를 제공하기 전에 이를 따르면 바로 이 장애가 발생합니다.",
        ),
        Text(
            en="The targets' security groups must allow port {new_port} from the load balancer. If an Auto Scaling group or an ECS service registers the targets, attach the new target group there too.",
            ko="대상의 보안 그룹이 로드 밸런서에서 오는 {new_port} 포트 트래픽을 허용해야 합니다. Auto Scaling 그룹이나 ECS 서비스가 대상을 등록한다면 그쪽에도 새 대상 그룹을 연결하세요.",
        ),
    ),
    script=SCRIPT,
    console=(
        Text(
            en="EC2 > Target Groups > Create target group: protocol HTTP, port {new_port}, the same VPC; register the same targets",
            ko="EC2 > 대상 그룹 > 대상 그룹 생성: 프로토콜 HTTP, 포트 {new_port}, 같은 VPC, 같은 대상 등록",
        ),
        Text(
            en="EC2 > Load Balancers > Listeners and rules: forward to {new_name} instead of {group}; {group} itself is not deleted",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙: {group} 대신 {new_name} 대상 그룹으로 전달하도록 변경(기존 {group} 대상 그룹은 삭제하지 않음)",
        ),
    ),
    terraform="""\
resource "aws_lb_target_group" "http" {
  name        = "{new_name}"
  protocol    = "HTTP"
  port        = {new_port}
  vpc_id      = "{vpc}"
  target_type = "{target_type}"
  health_check {
    protocol = "HTTP"
    path     = "{path}"
  }
  lifecycle { create_before_destroy = true }
}
""",
    cloudformation="""\
HttpTargetGroup:
  Type: AWS::ElasticLoadBalancingV2::TargetGroup
  Properties:
    Protocol: HTTP
    Port: {new_port}
    VpcId: {vpc}
    TargetType: {target_type}
    HealthCheckProtocol: HTTP
    HealthCheckPath: "{path}"
""",
    verify=VERIFY,
)
FIX_SOME = Fix(
    summary=Text(
        en="Make {targets} serve TLS like the other targets of {group}, or deregister them.",
        ko="다음 대상도 {group} 그룹의 다른 대상처럼 TLS를 제공하게 하거나 등록을 취소하세요: {targets}",
    ),
    by_hand=Text(
        en="Other targets of {group} speak TLS, so the whole group cannot become HTTP. Configure TLS on {targets} (any certificate will do: the load balancer does not validate it), or deregister them.",
        ko="{group} 그룹의 다른 대상은 TLS를 쓰고 있어 그룹 전체를 HTTP로 바꿀 수 없습니다. 다음 대상에 TLS를 설정하거나 등록을 취소하세요: {targets}. 로드 밸런서는 대상의 인증서를 검증하지 않으므로 어떤 인증서든 괜찮습니다.",
    ),
    verify="aws elbv2 describe-target-health --region {region} --target-group-arn {arn}",
)


@check(
    id="ALB401",
    slug="tg-https-target-speaks-http",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Target group {group} sends TLS (port {port}) to targets that speak plain HTTP: {targets}",
        ko="대상 그룹 {group}의 대상은 평문 HTTP로 통신하는데 로드 밸런서가 {port} 포트에 TLS로 접속합니다: {targets}",
    ),
    why=Text(
        en="The group's protocol is HTTPS: the load balancer ends the client's TLS and then opens a new TLS connection to the target. A server that speaks plain HTTP cannot answer it, so health checks fail and requests get 502 or 504.",
        ko="그룹의 프로토콜이 HTTPS이므로 로드 밸런서는 클라이언트의 TLS를 종료한 뒤 대상에 다시 TLS로 접속합니다. 평문 HTTP 서버는 여기에 응답할 수 없어 상태 검사가 실패하고 요청에는 502나 504가 돌아갑니다.",
    ),
    fix=FIX,
    explains={"hc-connection-refused", "hc-protocol-mismatch", "tg-all-unhealthy-fail-open", "app-returns-5xx"},
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html",
    ),
)
def tg_https_target_speaks_http(
    target_groups: TargetGroups,
    groups_health: GroupsHealth,
    listeners: Listeners,
    rules: Rules,
    target_probes: Observed[TargetProbes],
    metrics: Observed[Metrics],
) -> Iterator[Verdict]:
    """Yield every HTTPS target group whose targets speak plain HTTP."""
    for item in watched(target_groups, groups_health, target_probes):
        if isinstance(item, Unknown):
            yield item
            continue
        group = item.group
        proven = [seen for seen in item.targets if proven_port(seen, Speech.PLAIN_HTTP)]
        counted_ = [seen for seen in item.targets if tls_fails_towards(seen, metrics)]
        guilty = proven or counted_ or [seen for seen in item.targets if tls_may_fail_towards(seen, metrics)]
        if group.protocol != "HTTPS" or not guilty:
            yield (item.gap(FAILED, TIMEOUT) if group.protocol == "HTTPS" else None) or fine(group.ref)
            continue
        first = guilty[0]
        http_port = _http_port(first, accepts=bool(counted_))
        new = new_ports(item.targets, first, http_port, Speech.PLAIN_HTTP)
        command = (
            f"sudo ss -ltnp 'sport = :{first.port}'; curl -v http://127.0.0.1:{http_port}{group.health_check_path}"
        )
        yield Finding(
            subject=group.ref,
            evidence=tuple(_evidence(item, first, http_port, metrics)),
            values=replacement(target_groups, group, "HTTP", new, listeners, rules)
            | {"targets": names(guilty), "port": ports(guilty)},
            certainty=CONFIRMED if proven else LIKELY,
            alternatives=() if proven else (INCOMPATIBLE,) if counted_ else (NOTHING_THERE, INCOMPATIBLE),
            decide="" if proven else command,
            fix=FIX_SOME if any(seen.proven for seen in item.targets) else None,
        )


def _http_port(seen: Seen, *, accepts: bool) -> int:
    """Where plain HTTP answers; unseen: the registered port when it accepts connections or is not 443, else 80."""
    heard = proven_port(seen, Speech.PLAIN_HTTP) or next(iter(seen.ports(Speech.PLAIN_HTTP)), None)
    return heard or (seen.port if accepts or seen.port != 443 else 80)


def _evidence(item: Watched, first: Seen, http_port: int, metrics: Observed[Metrics]) -> Iterator[Evidence]:
    group = item.group
    yield saw(
        f"elasticloadbalancing DescribeTargetGroups {group.target_group_name}", f"Protocol: HTTPS, Port: {group.port}"
    )
    yield saw(*first.health_line)
    for port in dict.fromkeys((first.port, http_port)):
        if first.at(port):
            yield saw(*first.probe_line(port))
    if counted(metrics, TLS_ERRORS, group.target_group_arn):
        yield saw(*metric_line(metrics, TLS_ERRORS, group))
