"""The security groups of targets."""

from __future__ import annotations

from msgspec.structs import replace

from albdoctor.checkup import Fix
from albdoctor.text import Text

ADMIT_BALANCER = Fix(
    summary=Text(
        en="Allow TCP {port} from {source}, the load balancer's security group, in {guards}.",
        ko="보안 그룹 {guards}에 로드 밸런서의 보안 그룹({source})에서 오는 TCP {port} 인바운드 규칙을 추가하세요.",
    ),
    script="""\
for guard in {guards}; do
  aws ec2 authorize-security-group-ingress --region {region} --group-id "$guard" \\
    --protocol tcp --port {port} --source-group {source}
done
""",
    console=(
        Text(
            en="EC2 > Security Groups > {guards} > Edit inbound rules > Add rule: Custom TCP, {port}, source {source}",
            ko="EC2 > 보안 그룹 > {guards} > 인바운드 규칙 편집 > 규칙 추가: 사용자 지정 TCP, {port}, 소스 {source}",
        ),
    ),
    terraform="""\
resource "aws_vpc_security_group_ingress_rule" "from_alb" {
  for_each                     = toset({guards})
  security_group_id            = each.value
  referenced_security_group_id = "{source}"
  ip_protocol                  = "tcp"
  from_port                    = {port}
  to_port                      = {port}
}
""",
    cloudformation="""\
FromLoadBalancer:
  Type: AWS::EC2::SecurityGroupIngress
  Properties:
    GroupId: {guards[]}
    IpProtocol: tcp
    FromPort: {port}
    ToPort: {port}
    SourceSecurityGroupId: {source}
""",
    verify="aws ec2 describe-security-groups --region {region} --group-ids {guards} --query 'SecurityGroups[].IpPermissions'",
)

ADMIT_DYNAMIC_PORTS = Fix(
    summary=Text(
        en="Allow TCP 32768-65535, from which ECS takes the ports of containers, from {source}, the load balancer's security group, in {guards}.",
        ko="보안 그룹 {guards}에 로드 밸런서의 보안 그룹({source})에서 오는 TCP 32768-65535 인바운드 규칙을 추가하세요. ECS가 컨테이너 포트로 쓰는 범위입니다.",
    ),
    side_effects=(
        Text(
            en="The next deployment registers other ports of this range: a rule for today's port {port} alone would not last.",
            ko="다음 배포에서는 이 범위의 다른 포트가 등록되므로 지금의 {port} 포트만 여는 규칙은 오래가지 않습니다.",
        ),
    ),
    script="""\
for guard in {guards}; do
  aws ec2 authorize-security-group-ingress --region {region} --group-id "$guard" \\
    --protocol tcp --port 32768-65535 --source-group {source}
done
""",
    console=(
        Text(
            en="EC2 > Security Groups > {guards} > Edit inbound rules > Add rule: Custom TCP, 32768-65535, source {source}",
            ko="EC2 > 보안 그룹 > {guards} > 인바운드 규칙 편집 > 규칙 추가: 사용자 지정 TCP, 32768-65535, 소스 {source}",
        ),
    ),
    terraform=ADMIT_BALANCER.terraform.replace(
        "= {port}\n  to_port                      = {port}", "= 32768\n  to_port                      = 65535"
    ),
    verify=ADMIT_BALANCER.verify,
)
"""Bridge networking with dynamic host ports (ECS developer guide, "Port mapping": the ephemeral range of the host)."""

# A CloudFormation template has no loop over groups.
ADMIT_BALANCER_IN_SEVERAL = replace(ADMIT_BALANCER, cloudformation="")

ADMIT_BESIDE = replace(
    ADMIT_BALANCER,
    side_effects=(
        Text(
            en="The rule that names {named} stays: remove it when nothing that has this group needs the port any more.",
            ko="{named}에서 오는 트래픽을 허용하는 규칙은 그대로 둡니다. 이 포트를 쓰는 다른 리소스가 없는지 확인한 다음 삭제하세요.",
        ),
    ),
)
"""Whoever the old rule was made for may still need it."""

ADMIT_BESIDE_IN_SEVERAL = replace(ADMIT_BESIDE, cloudformation="")

ADMIT_AT_PRIMARY = replace(
    ADMIT_BALANCER,
    side_effects=(
        Text(
            en="Where the application listens on {named} only, this is not enough: let it listen on all addresses, or register {named} in a target group of type ip.",
            ko="애플리케이션이 {named} 주소에서만 수신하면 이것으로는 부족합니다. 모든 주소에서 수신하게 하거나, 대상 유형이 ip인 대상 그룹에 다음 주소를 등록하세요: {named}",
        ),
    ),
)

ADMIT_AT_PRIMARY_IN_SEVERAL = replace(ADMIT_AT_PRIMARY, cloudformation="")

ADMIT_HIGH_PORT = replace(
    ADMIT_BALANCER_IN_SEVERAL,
    side_effects=(
        Text(
            en="If ECS chose port {port} (bridge networking), the next deployment registers another one: then allow 32768-65535 from {source} instead.",
            ko="{port} 포트를 ECS가 골랐다면(브리지 네트워킹) 다음 배포에서는 다른 포트가 등록됩니다. 그때는 {source}에서 오는 32768-65535를 허용하세요.",
        ),
    ),
)
