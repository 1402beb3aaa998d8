"""ALB403: targets are registered on a port where nothing listens, while another port of theirs serves."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive.targets.health import FAILED, names, ports, watched
from albdoctor.derive.targets.protocols import suits
from albdoctor.facts.elb import GroupsHealth, TargetGroups
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.wire import TargetProbes
from albdoctor.text import Text

SCRIPT = """\
aws elbv2 deregister-targets --region {region} --target-group-arn {arn} --targets {deregister}
aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets {register}
"""
PROTOCOL_CHECKS = {"HTTPS": "ALB401", "HTTP": "ALB402"}
"""The check whose fix replaces a group of the wrong protocol."""

VERIFY = "aws elbv2 describe-target-health --region {region} --target-group-arn {arn}"
CONSOLE = (
    Text(
        en="EC2 > Target Groups > {group} > Targets: deregister {targets}, then register them on port {served}",
        ko="EC2 > 대상 그룹 > {group} > 대상: 등록을 취소한 뒤 {served} 포트로 다시 등록({targets})",
    ),
)
FIX = Fix(
    summary=Text(
        en="Register the targets of {group} on port {served}, where they answer.",
        ko="{group} 그룹의 대상을 실제로 응답하는 {served} 포트로 등록하세요.",
    ),
    impact=Impact.BRIEF,
    side_effects=(
        Text(
            en="An Auto Scaling group or ECS service that registers these targets brings the old port back: change the port there. The targets' security groups must allow port {served} from the load balancer.",
            ko="Auto Scaling 그룹이나 ECS 서비스가 대상을 등록한다면 이전 포트로 되돌아가므로 그쪽 설정의 포트를 바꾸세요. 대상의 보안 그룹은 로드 밸런서에서 오는 {served} 포트 트래픽을 허용해야 합니다.",
        ),
    ),
    script=SCRIPT,
    console=CONSOLE,
    verify=VERIFY,
)
FIX_WITH_PROTOCOL = Fix(
    summary=Text(
        en="Run the fix of {protocol_check} first, which moves the targets to a new target group on port {served}; this script then gives {group} the same port.",
        ko="먼저 {protocol_check} 해결 스크립트를 실행해 대상을 {served} 포트의 새 대상 그룹으로 옮기세요. 이 스크립트는 그다음 기존 그룹 {group}의 등록 포트를 똑같이 맞춥니다.",
    ),
    impact=Impact.BRIEF,
    side_effects=(
        Text(
            en="This script alone does not make requests succeed, because port {served} does not speak {protocol}.",
            ko="{served} 포트의 프로토콜이 {protocol} 통신과 맞지 않으므로 이 스크립트만으로는 요청이 성공하지 않습니다.",
        ),
    ),
    script=SCRIPT,
    console=CONSOLE,
    verify=VERIFY,
)


@check(
    id="ALB403",
    slug="tg-port-not-served",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="Port {port} of {targets} in target group {group} refuses connections, while port {served} answers",
        ko="대상 그룹 {group}에 등록된 대상의 {port} 포트는 연결을 거부하고 {served} 포트가 응답합니다: {targets}",
    ),
    why=Text(
        en="Requests go to the port that each target is registered with. Nothing listens there, so health checks fail and requests get 502.",
        ko="요청은 각 대상이 등록된 포트로 전달됩니다. 그 포트에서 수신하는 프로세스가 없어 상태 검사가 실패하고 요청에는 502가 돌아갑니다.",
    ),
    fixes=(FIX,),
    breaks={"connection", "health", "response"},
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html",
    ),
)
def tg_port_not_served(
    target_groups: TargetGroups, groups_health: GroupsHealth, target_probes: Observed[TargetProbes]
) -> Iterator[Verdict]:
    """Yield every target group whose targets serve on another port than the registered one."""
    for item in watched(target_groups, groups_health, target_probes):
        if isinstance(item, Unknown):
            yield item
            continue
        group = item.group
        served = {seen: port for seen in item.targets if (port := seen.served_instead)}
        if not served:
            yield item.gap(FAILED) or fine(group.ref)
            continue
        first, port = next(iter(served.items()))
        yield found(
            group.ref,
            saw(*first.health_line),
            saw(*first.probe_line(first.port)),
            saw(*first.probe_line(port)),
            fix=None if suits(first, port) else FIX_WITH_PROTOCOL,
            group=group.target_group_name,
            arn=group.target_group_arn,
            region=group.region,
            protocol=group.protocol,
            protocol_check=PROTOCOL_CHECKS.get(group.protocol, ""),
            targets=names(served),
            port=ports(served),
            served=port,
            deregister=tuple(seen.spec(seen.port) for seen in served),
            register=tuple(seen.spec(other) for seen, other in served.items()),
        )
