"""ALB402: the group speaks plain HTTP to targets that speak TLS only."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, Finding, Fix, Impact, Verdict, check, fine, saw
from albdoctor.derive.targets.health import FAILED, names, ports, watched
from albdoctor.derive.targets.protocols import new_ports, proven_port, tls_complaint_likely
from albdoctor.derive.targets.replacement import SCRIPT, VERIFY, replacement
from albdoctor.derive.targets.speaks import Speech
from albdoctor.facts.elb import GroupsHealth, Listeners, Rules, TargetGroups
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.wire import TargetProbes
from albdoctor.text import Text

HOST_LIST = Text(
    en="The application refuses the health check's Host header (a private address) with 400.",
    ko="애플리케이션이 상태 검사의 Host 헤더(프라이빗 IP 주소)를 400으로 거부합니다.",
)
BOTH = Text(
    en="The port answers plain HTTP as well as TLS.",
    ko="이 포트는 평문 HTTP와 TLS에 모두 응답합니다.",
)
FIX = Fix(
    summary=Text(
        en="Move the targets of {group} to a new HTTPS target group on port {new_port}, where they are proven to speak TLS.",
        ko="{group} 그룹의 대상을 {new_port} 포트의 새 HTTPS 대상 그룹으로 옮기세요. 이 포트에서 대상이 TLS로 통신하는 것을 확인했습니다.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="A target group's protocol cannot be edited, so the new target group {new_name} takes over. {group} gets no more requests: delete it when you no longer need it.",
            ko="대상 그룹의 프로토콜은 수정할 수 없으므로 새 대상 그룹({new_name})이 요청을 넘겨받습니다. 기존 대상 그룹({group})은 더 이상 요청을 받지 않으므로 필요 없어지면 삭제하세요.",
        ),
        Text(
            en="The load balancer does not validate the targets' certificates: self-signed and expired ones work. Serving plain HTTP on the targets instead is just as good, because TLS already ends at the load balancer.",
            ko="로드 밸런서는 대상의 인증서를 검증하지 않으므로 자체 서명 인증서나 만료된 인증서도 동작합니다. TLS는 이미 로드 밸런서에서 끝나므로 대상에서 평문 HTTP를 제공해도 괜찮습니다.",
        ),
        Text(
            en="If an Auto Scaling group or an ECS service registers the targets, attach the new target group there too.",
            ko="Auto Scaling 그룹이나 ECS 서비스가 대상을 등록한다면 그쪽에도 새 대상 그룹을 연결하세요.",
        ),
    ),
    script=SCRIPT,
    console=(
        Text(
            en="EC2 > Target Groups > Create target group: protocol HTTPS, port {new_port}, the same VPC; register the same targets",
            ko="EC2 > 대상 그룹 > 대상 그룹 생성: 프로토콜 HTTPS, 포트 {new_port}, 같은 VPC, 같은 대상 등록",
        ),
        Text(
            en="EC2 > Load Balancers > Listeners and rules: forward to {new_name} instead of {group}; {group} itself is not deleted",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙: {group} 대신 {new_name} 대상 그룹으로 전달하도록 변경(기존 {group} 대상 그룹은 삭제하지 않음)",
        ),
    ),
    terraform="""\
resource "aws_lb_target_group" "https" {
  name        = "{new_name}"
  protocol    = "HTTPS"
  port        = {new_port}
  vpc_id      = "{vpc}"
  target_type = "{target_type}"
  health_check {
    protocol = "HTTPS"
    path     = "{path}"
  }
  lifecycle { create_before_destroy = true }
}
""",
    cloudformation="""\
HttpsTargetGroup:
  Type: AWS::ElasticLoadBalancingV2::TargetGroup
  Properties:
    Protocol: HTTPS
    Port: {new_port}
    VpcId: {vpc}
    TargetType: {target_type}
    HealthCheckProtocol: HTTPS
    HealthCheckPath: "{path}"
""",
    verify=VERIFY,
)
FIX_UNPROVEN = Fix(
    summary=Text(
        en="Find out what port {port} of {targets} speaks before you change the protocol of {group}.",
        ko="{group} 그룹의 프로토콜을 바꾸기 전에 대상의 {port} 포트가 무엇으로 통신하는지 확인하세요: {targets}",
    ),
    by_hand=Text(
        en="Run the deciding command on the target. If TLS answers there, serve plain HTTP on a port of the target or create an HTTPS target group. Never switch to HTTPS without that proof: a plain HTTP server behind an HTTPS target group takes the site down.",
        ko="대상에서 판별 명령을 실행하세요. TLS로 응답하면 대상의 한 포트에서 평문 HTTP를 제공하거나 HTTPS 대상 그룹을 새로 만드세요. 확인하지 않고 HTTPS로 바꾸면 안 됩니다. HTTPS 대상 그룹 뒤에 평문 HTTP 서버가 있으면 사이트 전체가 중단됩니다.",
    ),
    verify="aws elbv2 describe-target-health --region {region} --target-group-arn {arn}",
)


@check(
    id="ALB402",
    slug="tg-http-target-speaks-https",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Target group {group} sends plain HTTP (port {port}) to targets that speak TLS: {targets}",
        ko="대상 그룹 {group}의 대상은 TLS로 통신하는데 로드 밸런서가 {port} 포트에 평문 HTTP로 접속합니다: {targets}",
    ),
    why=Text(
        en="The group's protocol is HTTP. A TLS server answers plain HTTP with 400 or cuts the connection, so health checks fail and clients get 400 or 502.",
        ko="그룹의 프로토콜이 HTTP입니다. TLS 서버는 평문 HTTP 요청에 400으로 답하거나 연결을 끊으므로 상태 검사가 실패하고 클라이언트는 400이나 502를 받습니다.",
    ),
    fix=FIX,
    explains={"hc-connection-refused", "hc-protocol-mismatch", "tg-all-unhealthy-fail-open", "app-returns-5xx"},
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    ),
)
def tg_http_target_speaks_https(
    target_groups: TargetGroups,
    groups_health: GroupsHealth,
    listeners: Listeners,
    rules: Rules,
    target_probes: Observed[TargetProbes],
) -> Iterator[Verdict]:
    """Yield every HTTP target group whose targets speak TLS only."""
    for item in watched(target_groups, groups_health, target_probes):
        if isinstance(item, Unknown):
            yield item
            continue
        group = item.group
        proven = [seen for seen in item.targets if proven_port(seen, Speech.TLS)]
        guilty = proven or [seen for seen in item.targets if tls_complaint_likely(seen)]
        if group.protocol != "HTTP" or not guilty:
            yield (item.gap(FAILED) if group.protocol == "HTTP" else None) or fine(group.ref)
            continue
        first = guilty[0]
        new = new_ports(item.targets, first, proven_port(first, Speech.TLS) or first.port, Speech.TLS)
        evidence = [
            saw(
                f"elasticloadbalancing DescribeTargetGroups {group.target_group_name}",
                f"Protocol: HTTP, Port: {group.port}",
            ),
            saw(*first.health_line),
            *(saw(*first.probe_line(port)) for port in dict.fromkeys((first.port, new[first])) if first.at(port)),
        ]
        mixed = any(seen.proven for seen in item.targets)
        yield Finding(
            subject=group.ref,
            evidence=tuple(evidence),
            values=replacement(target_groups, group, "HTTPS", new, listeners, rules)
            | {"targets": names(guilty), "port": ports(guilty)},
            certainty=CONFIRMED if proven else LIKELY,
            alternatives=() if proven else (BOTH if first.state == "healthy" else HOST_LIST,),
            decide="" if proven else f"curl -vk https://127.0.0.1:{first.port}{group.health_check_path}",
            fix=FIX_UNPROVEN if mixed or not proven else None,
        )
