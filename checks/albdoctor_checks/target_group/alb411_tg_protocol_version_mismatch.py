"""ALB411: the group's protocol version is not what its targets, or the clients of the site, speak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from albdoctor.checkup import ERROR, Finding, Fix, Impact, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.outcome import AtAddress
from albdoctor.derive.request.scene import OVER_HTTP2, Scene
from albdoctor.derive.targets.forwarders import Forwarders
from albdoctor.derive.targets.health_words import FAILED
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.versions import speaks_only_http1, turned_away
from albdoctor.derive.targets.watched import Probed, ProbedGroups
from albdoctor.facts.elb import TargetGroups
from albdoctor.text import Text, Value, command
from albdoctor_checks.fixes.group import SHOW_HEALTH
from albdoctor_checks.fixes.replace_group import TO_VERSION_1, of_version_1, replacement
from albdoctor_checks.target_group.check_evidence import health_and_ports

SHOW_VERSIONS = (
    "aws elbv2 describe-target-groups --region {region} --load-balancer-arn {balancer}"
    " --query 'TargetGroups[].[TargetGroupName,ProtocolVersion,Port]' --output text"
)
FIXED = Text(
    en="The version of a group is fixed: a new one takes over ({new_name}, or the next free name); {group} gets no more requests.",
    ko="그룹의 프로토콜 버전은 수정할 수 없어 새 그룹({new_name} 또는 그다음 빈 이름)이 요청을 넘겨받습니다. 기존 그룹({group})에는 더 이상 요청이 가지 않습니다.",
)
TO_HTTP1 = Fix(
    summary=Text(
        en="Move the targets of {group} to a new target group of protocol version HTTP1.",
        ko="{group} 그룹의 대상을 프로토콜 버전이 HTTP1인 새 대상 그룹으로 옮기세요.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        FIXED,
        Text(
            en="Clients may go on using HTTP/2: the load balancer ends it. An Auto Scaling group or ECS service that registers the targets needs the new group too.",
            ko="클라이언트는 계속 HTTP/2를 사용할 수 있습니다(로드 밸런서에서 끝남). Auto Scaling 그룹이나 ECS 서비스가 대상을 등록한다면 그쪽에도 새 그룹을 연결하세요.",
        ),
    ),
    script=TO_VERSION_1,
    console=(
        Text(
            en="EC2 > Target Groups > Create target group: protocol version HTTP1, the same port and VPC; register the same targets",
            ko="EC2 > 대상 그룹 > 대상 그룹 생성: 프로토콜 버전 HTTP1, 같은 포트와 VPC, 같은 대상 등록",
        ),
        Text(
            en="EC2 > Load Balancers > Listeners and rules: forward to {new_name} instead of {group}; {group} itself is not deleted",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙: {group} 대신 {new_name} 대상 그룹으로 전달하도록 변경(기존 {group} 대상 그룹은 삭제하지 않음)",
        ),
    ),
    terraform="""\
resource "aws_lb_target_group" "http1" {
  name             = "{new_name}"
  protocol         = "{new_protocol}"
  protocol_version = "HTTP1"
  port             = {new_port}
  vpc_id           = "{vpc}"
  target_type      = "{target_type}"
  health_check {
    protocol = "{check_protocol}"
    port     = "{check_port}"
    path     = "{path}"
  }
  lifecycle { create_before_destroy = true }
}
""",
    cloudformation="""\
Http1TargetGroup:
  Type: AWS::ElasticLoadBalancingV2::TargetGroup
  Properties:
    Protocol: {new_protocol}
    ProtocolVersion: HTTP1
    Port: {new_port}
    VpcId: {vpc}
    TargetType: {target_type}
    HealthCheckProtocol: {check_protocol}
    HealthCheckPort: "{check_port}"
    HealthCheckPath: "{path}"
""",
    verify=SHOW_VERSIONS,
)
SOME_SPEAK_IT = Fix(
    summary=Text(
        en="Make {targets} serve HTTP/2 like the other targets of {group}, or deregister them.",
        ko="다음 대상도 {group} 그룹의 다른 대상처럼 HTTP/2를 제공하게 하거나 등록을 취소하세요: {targets}",
    ),
    by_hand=Text(
        en="Other targets of {group} answer over HTTP/2, so the group is right for them. Let {targets} serve HTTP/2 too, without an upgrade from HTTP/1.1 (prior knowledge), or deregister them.",
        ko="{group} 그룹의 다른 대상은 HTTP/2로 응답하므로 그룹 설정은 맞습니다. 다음 대상도 HTTP/1.1에서의 업그레이드 없이 바로 HTTP/2를 제공하게 하거나(prior knowledge) 등록을 취소하세요: {targets}",
    ),
    verify=SHOW_HEALTH,
)
FOR_CLIENTS = Fix(
    summary=Text(
        en="If browsers and other HTTP/1.1 clients are meant to come here, forward to a target group of protocol version HTTP1.",
        ko="브라우저 같은 HTTP/1.1 클라이언트도 접속해야 하는 주소라면 프로토콜 버전이 HTTP1인 대상 그룹으로 전달하세요.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(FIXED,),
    by_hand=Text(
        en="First see that the server answers HTTP/1.1 too; a pure gRPC server does not, and belongs to gRPC clients alone. Then make the group, register the targets in it, and let the listener or rule forward to it:\n"
        "  aws elbv2 create-target-group --region {region} --name {new_name} --protocol {new_protocol} --protocol-version HTTP1 --port {new_port} --vpc-id {vpc} --target-type {target_type} --health-check-protocol {check_protocol} --health-check-path {path}",
        ko="먼저 서버가 HTTP/1.1에도 응답하는지 확인하세요. 순수 gRPC 서버는 응답하지 않으며 gRPC 클라이언트 전용입니다. 그런 다음 그룹을 만들어 대상을 등록하고 리스너나 규칙이 새 그룹으로 전달하게 하세요.\n"
        "  aws elbv2 create-target-group --region {region} --name {new_name} --protocol {new_protocol} --protocol-version HTTP1 --port {new_port} --vpc-id {vpc} --target-type {target_type} --health-check-protocol {check_protocol} --health-check-path {path}",
    ),
    verify=SHOW_VERSIONS,
)
ONLY_HTTP2 = Text(
    en="Only clients that speak HTTP/2, or gRPC, are meant to come here: then they are served, and all is as it should be.",
    ko="HTTP/2나 gRPC 클라이언트만 접속하는 주소일 수 있습니다. 그렇다면 그 클라이언트는 정상으로 응답을 받으며 고칠 것이 없습니다.",
)

OF_TARGETS = Text(en="its targets speak HTTP/1.1 only", ko="대상은 HTTP/1.1만 지원합니다")
OF_CLIENTS = Text(en="a request in HTTP/1.1 is answered with 464", ko="HTTP/1.1 요청에 464로 응답합니다")


@check(
    id="ALB411",
    slug="tg-protocol-version-mismatch",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Target group {group} is of protocol version {version}, and {mismatch}",
        ko="대상 그룹 {group}의 프로토콜 버전 {version} 설정이 맞지 않습니다: {mismatch}",
    ),
    why=Text(
        en="The load balancer speaks to the targets of such a group in HTTP/2 alone, and answers 464 to requests that do not fit: HTTP/1.1, and to a gRPC group everything but gRPC. A server that knows only HTTP/1.1 fails every health check.",
        ko="로드 밸런서는 이런 그룹의 대상과 HTTP/2로만 통신하고, 맞지 않는 요청(HTTP/1.1, gRPC 그룹에서는 gRPC가 아닌 모든 요청)에는 464로 응답합니다. HTTP/1.1만 아는 서버는 상태 검사에 모두 실패합니다.",
    ),
    fixes=(TO_HTTP1, SOME_SPEAK_IT, FOR_CLIENTS),
    breaks={"connection", "health", "response"},
    words=Text(
        en=(
            "464 Incompatible Protocol Version; protocol version HTTP2; protocol version gRPC; "
            "target group HTTP/2 unhealthy; gRPC target group in front of a web server; "
            "changed protocol version to HTTP2; h2c; server does not speak HTTP/2; browser gets 464; "
            "curl 464 awselb; ProtocolVersion mismatch; HTTP2 target group health checks failed"
        ),
        ko=(
            "464 오류; 프로토콜 버전 HTTP2; 프로토콜 버전 gRPC; 대상 그룹 HTTP2 비정상; "
            "gRPC 대상 그룹; 프로토콜 버전 불일치; 서버가 HTTP/2를 지원하지 않음; h2c; "
            "HTTP2로 만들었더니 unhealthy"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def tg_protocol_version_mismatch(
    probed_groups: ProbedGroups, scene: Scene, forwarders: Forwarders, target_groups: TargetGroups
) -> Iterator[Verdict]:
    """Yield every HTTP2 or GRPC group whose targets speak HTTP/1.1 alone, or that refused the request's version."""
    taken = frozenset(group.target_group_name for group in target_groups)
    for item in probed_groups:
        group, refused = item.group, turned_away(scene, item.group)
        deaf = [seen for seen in item.targets if speaks_only_http1(seen)]
        ports = {seen: seen.port for seen in (*deaf, *item.targets) if seen.state != "draining"}
        if group.protocol_version not in OVER_HTTP2 or not ports:
            yield fine(group.ref)
            continue
        values = of_version_1(group, replacement(group, group.protocol, ports, forwarders, taken))
        if deaf:
            yield _deaf(item, deaf, values)
        elif refused:
            decide = command("curl -sI --http2 {url}", url=scene.requested.url)
            yield likely(_refused(item, refused, scene, values), ONLY_HTTP2, decide=decide)
        else:
            yield item.gap(FAILED) or fine(group.ref)


def _deaf(item: Probed, deaf: list[Seen], values: Mapping[str, Value]) -> Finding:
    """What targets do not understand; a group that is right for others of its targets stays."""
    group, first = item.group, deaf[0]
    return found(
        group.ref,
        saw(asked.group(group), f"ProtocolVersion: {group.protocol_version}"),
        *health_and_ports(first, first.check_port),
        fix=SOME_SPEAK_IT if any(seen.state == "healthy" for seen in item.targets) else None,
        fix_values=values,
        version=group.protocol_version,
        mismatch=OF_TARGETS,
        targets=target_ids(deaf),
    )


def _refused(item: Probed, refused: AtAddress, scene: Scene, values: Mapping[str, Value]) -> Finding:
    """What clients were refused."""
    group = item.group
    return found(
        group.ref,
        saw(asked.group(group), f"ProtocolVersion: {group.protocol_version}"),
        saw(asked.url(scene.requested.url), f"{refused.status} ({refused.address})"),
        fix=FOR_CLIENTS,
        fix_values=values,
        version=group.protocol_version,
        mismatch=OF_CLIENTS,
        targets=target_ids(item.targets),
    )
