"""Instances that do not run."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH

START = Fix(
    summary=Text(
        en="Start {instances}.",
        ko="인스턴스를 시작하세요: {instances}",
    ),
    impact=Impact.NONE,
    side_effects=(
        Text(
            en="A public address that is no Elastic IP changes at start, and billing for the instance begins again. See first why it was stopped: it may have been on purpose.",
            ko="탄력적 IP가 아닌 퍼블릭 IP 주소는 시작할 때 바뀌고, 인스턴스 요금이 다시 부과됩니다. 누군가 일부러 중지했을 수 있으니 이유를 먼저 확인하세요.",
        ),
    ),
    script="""\
aws ec2 start-instances --region {region} --instance-ids {instances}
aws ec2 wait instance-running --region {region} --instance-ids {instances}
""",
    console=(
        Text(
            en="EC2 > Instances > {instances} > Instance state > Start instance",
            ko="EC2 > 인스턴스 > {instances} > 인스턴스 상태 > 인스턴스 시작",
        ),
    ),
    verify=SHOW_HEALTH,
)
REPLACE = Fix(
    summary=Text(
        en="Register a running instance in {group} instead of {instances}.",
        ko="{group} 그룹에 {instances} 대신 실행 중인 인스턴스를 등록하세요.",
    ),
    by_hand=Text(
        en="A terminated instance does not come back, and one that is stopping cannot be started yet. Launch another one, register it and deregister the old one:\n"
        "  aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets Id=INSTANCE_ID",
        ko="종료된 인스턴스는 되살릴 수 없고, 중지 중인 인스턴스는 아직 시작할 수 없습니다. 새 인스턴스를 시작해 등록하고 기존 대상은 등록을 취소하세요.\n"
        "  aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets Id=INSTANCE_ID",
    ),
    verify=SHOW_HEALTH,
)
