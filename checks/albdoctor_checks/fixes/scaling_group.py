"""Auto Scaling groups whose instances do not stay: what the group is told."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.derive.owners import owner_by_tags
from albdoctor.derive.targets.scaled import Scaled
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.group import of_group

_LATER = Text(
    en="A new instance that never becomes healthy is replaced only after that time.",
    ko="끝까지 정상이 되지 않는 새 인스턴스도 이 시간이 지나야 교체됩니다.",
)
SHOW_GRACE = (
    "aws autoscaling describe-scaling-activities --region {region} --auto-scaling-group-name {scaling} --max-items 5"
    " --query 'Activities[].[StartTime,StatusCode,Cause]'"
)
"""Shows whether instances are still taken out of service (`Fix.verify`)."""
GRACE = Fix(
    summary=Text(
        en="Give the instances of Auto Scaling group {scaling} {longer} seconds to start.",
        ko="Auto Scaling 그룹 {scaling}의 인스턴스에 시작할 시간을 {longer}초 주세요.",
    ),
    side_effects=(_LATER,),
    script="""\
aws autoscaling update-auto-scaling-group --region {region} --auto-scaling-group-name {scaling} \\
  --health-check-grace-period {longer}
""",
    console=(
        Text(
            en="EC2 > Auto Scaling groups > {scaling} > Details > Health checks > Edit > Health check grace period",
            ko="EC2 > Auto Scaling 그룹 > {scaling} > 세부 정보 > 상태 확인 > 편집 > 상태 확인 유예 기간",
        ),
    ),
    terraform="health_check_grace_period = {longer}\n",
    cloudformation="HealthCheckGracePeriod: {longer}\n",
    verify=SHOW_GRACE,
    of_registrar=True,
)
GRACE_AT_ITS_OWNER = Fix(
    summary=GRACE.summary,
    side_effects=(_LATER,),
    by_hand=Text(
        en="By its tags a template or another tool made this Auto Scaling group, and takes back what is changed by hand. See which:\n"
        "  aws autoscaling describe-auto-scaling-groups --region {region} --auto-scaling-group-names {scaling} --query 'AutoScalingGroups[].Tags[].[Key,Value]' --output text\n"
        "Set the grace period there, and apply it. In CloudFormation (in Elastic Beanstalk under Resources of .ebextensions) and in Terraform it is called:\n"
        "  AWS::AutoScaling::AutoScalingGroup: HealthCheckGracePeriod: {longer}\n"
        "  aws_autoscaling_group: health_check_grace_period = {longer}",
        ko="태그에 따르면 템플릿이나 다른 도구가 이 Auto Scaling 그룹을 만들었으므로 직접 변경한 내용은 되돌려집니다. 무엇이 만들었는지 확인하세요.\n"
        "  aws autoscaling describe-auto-scaling-groups --region {region} --auto-scaling-group-names {scaling} --query 'AutoScalingGroups[].Tags[].[Key,Value]' --output text\n"
        "유예 기간을 그곳에서 바꾸고 적용하세요. CloudFormation(Elastic Beanstalk에서는 .ebextensions의 Resources)과 Terraform에서 쓰는 이름은 다음과 같습니다.\n"
        "  AWS::AutoScaling::AutoScalingGroup: HealthCheckGracePeriod: {longer}\n"
        "  aws_autoscaling_group: health_check_grace_period = {longer}",
    ),
    terraform=GRACE.terraform,
    cloudformation=GRACE.cloudformation,
    verify=SHOW_GRACE,
    of_registrar=True,
)

HOLD = Fix(
    summary=Text(
        en="Stop Auto Scaling group {scaling} from replacing instances, see why they fail the health check of {group}, and mend that.",
        ko="Auto Scaling 그룹 {scaling}의 교체를 잠시 멈추고, 인스턴스가 {group} 그룹의 상태 검사에 실패하는 이유를 찾아 고치세요.",
    ),
    by_hand=Text(
        en="Keep the next instance long enough to look at it:\n"
        "  aws autoscaling suspend-processes --region {region} --auto-scaling-group-name {scaling} --scaling-processes ReplaceUnhealthy\n"
        "Once it is registered, see the reason why its health check fails, and mend that (a new scan names the cause):\n"
        "  aws elbv2 describe-target-health --region {region} --target-group-arn {arn}\n"
        "Then let Auto Scaling go on, or unhealthy instances stay for ever:\n"
        "  aws autoscaling resume-processes --region {region} --auto-scaling-group-name {scaling} --scaling-processes ReplaceUnhealthy",
        ko="다음 인스턴스를 살펴볼 수 있도록 교체를 멈춥니다.\n"
        "  aws autoscaling suspend-processes --region {region} --auto-scaling-group-name {scaling} --scaling-processes ReplaceUnhealthy\n"
        "인스턴스가 등록되면 상태 검사가 실패하는 사유를 확인하고 고칩니다(다시 검사하면 원인이 나옵니다).\n"
        "  aws elbv2 describe-target-health --region {region} --target-group-arn {arn}\n"
        "끝나면 반드시 재개하세요. 재개하지 않으면 비정상 인스턴스가 계속 남습니다.\n"
        "  aws autoscaling resume-processes --region {region} --auto-scaling-group-name {scaling} --scaling-processes ReplaceUnhealthy",
    ),
    verify=SHOW_GRACE,
    of_registrar=True,
)


def more_time(scaled: Scaled) -> Fix:
    """Choose the fix by whoever made the group."""
    owner = owner_by_tags({tag.key: tag.value for tag in scaled.scaling.tags})
    return GRACE if owner is None else GRACE_AT_ITS_OWNER


def of_scaling(scaled: Scaled) -> dict[str, Value]:
    """Give the value of {scaling}, and those of the group."""
    return of_group(scaled.group) | {"scaling": scaled.scaling.auto_scaling_group_name}
