"""The port that targets are registered on."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH

SCRIPT = """\
aws elbv2 deregister-targets --region {region} --target-group-arn {arn} --targets {deregister}
aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets {register}
"""
CONSOLE = (
    Text(
        en="EC2 > Target Groups > {group} > Targets: deregister {targets}, then register them on port {served}",
        ko="EC2 > 대상 그룹 > {group} > 대상: 등록을 취소한 뒤 {served} 포트로 다시 등록({targets})",
    ),
)
SERVED_PORT = Fix(
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
    verify=SHOW_HEALTH,
)
SERVED_PORT_LATER = Fix(
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
    verify=SHOW_HEALTH,
)
