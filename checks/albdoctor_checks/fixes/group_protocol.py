"""The move of targets to a new group that speaks what they speak."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.text import Text
from albdoctor_checks.fixes.replace_group import SCRIPT, VERIFY

TO_HTTP = Fix(
    summary=Text(
        en="Move the targets of {group} to a new HTTP target group on port {new_port}; TLS ends at the load balancer.",
        ko="{group} 그룹의 대상을 {new_port} 포트의 새 HTTP 대상 그룹으로 옮기세요. TLS는 로드 밸런서에서 끝납니다.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="The protocol of a group is fixed: a new one takes over ({new_name}, or the next free name); {group} gets no more requests.",
            ko="그룹의 프로토콜은 수정할 수 없어 새 그룹({new_name} 또는 그다음 빈 이름)이 요청을 넘겨받습니다. 기존 그룹({group})에는 더 이상 요청이 가지 않습니다.",
        ),
        Text(
            en="Security Hub ELB.21 and ELB.22 (HTTPS to targets) cause exactly this outage: follow them only once the target itself serves TLS.",
            ko="Security Hub의 ELB.21, ELB.22(대상까지 HTTPS) 권고는 대상이 직접 TLS를 제공할 때만 따르세요. 아니면 바로 이 장애가 발생합니다.",
        ),
        Text(
            en="Targets' security groups must allow port {new_port} from the load balancer. An Auto Scaling group or ECS service needs the new group too.",
            ko="대상의 보안 그룹은 로드 밸런서에서 오는 {new_port} 포트를 허용해야 합니다. Auto Scaling 그룹이나 ECS 서비스가 대상을 등록한다면 그쪽에도 새 그룹을 연결하세요.",
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
    protocol = "{check_protocol}"
    port     = "{check_port}"
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
    HealthCheckProtocol: {check_protocol}
    HealthCheckPort: "{check_port}"
    HealthCheckPath: "{path}"
""",
    verify=VERIFY,
)
TO_HTTPS = Fix(
    summary=Text(
        en="Move the targets of {group} to a new HTTPS target group on port {new_port}, where they are proven to speak TLS.",
        ko="{group} 그룹의 대상을 {new_port} 포트의 새 HTTPS 대상 그룹으로 옮기세요. 이 포트에서 대상이 TLS로 통신하는 것을 확인했습니다.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="The protocol of a group is fixed: a new one takes over ({new_name}, or the next free name); {group} gets no more requests.",
            ko="그룹의 프로토콜은 수정할 수 없어 새 그룹({new_name} 또는 그다음 빈 이름)이 요청을 넘겨받습니다. 기존 그룹({group})에는 더 이상 요청이 가지 않습니다.",
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
    protocol = "{check_protocol}"
    port     = "{check_port}"
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
    HealthCheckProtocol: {check_protocol}
    HealthCheckPort: "{check_port}"
    HealthCheckPath: "{path}"
""",
    verify=VERIFY,
)
