"""Instances that do not run."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH

SHOW_STATUS = (
    "aws ec2 describe-instance-status --region {region} --instance-ids {instances}"
    " --query 'InstanceStatuses[].[InstanceId,SystemStatus.Status,InstanceStatus.Status]' --output text"
)
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
REBOOT = Fix(
    summary=Text(
        en="Reboot {instances}.",
        ko="인스턴스를 재부팅하세요: {instances}",
    ),
    impact=Impact.BRIEF,
    side_effects=(
        Text(
            en="What runs on the instance is interrupted; its servers have to start by themselves. The console screenshot and the system log say why it hangs, and are lost by a reboot: look first if that matters.",
            ko="인스턴스에서 실행 중인 작업이 중단되며, 서버 프로세스는 부팅할 때 스스로 시작되어야 합니다. 멈춘 원인은 콘솔 스크린샷과 시스템 로그에 있으니 필요하면 재부팅 전에 확인하세요.",
        ),
    ),
    script="""\
aws ec2 reboot-instances --region {region} --instance-ids {instances}
aws ec2 wait instance-status-ok --region {region} --instance-ids {instances}
""",
    console=(
        Text(
            en="EC2 > Instances > {instances} > Instance state > Reboot instance",
            ko="EC2 > 인스턴스 > {instances} > 인스턴스 상태 > 인스턴스 재부팅",
        ),
    ),
    verify=SHOW_STATUS,
)
MOVE_HOST = Fix(
    summary=Text(
        en="Let AWS repair the host of {instances}, or move them to another one by a stop and a start.",
        ko="AWS가 호스트를 복구하기를 기다리거나, 중지 후 시작해 다른 호스트로 옮기세요: {instances}",
    ),
    by_hand=Text(
        en="The fault is AWS's: of most instance types it recovers the instance by itself. If it takes too long, stop and start the instance (a reboot stays on the same host). A public address that is no Elastic IP changes, and data on instance store volumes is lost; an instance of an Auto Scaling group is better terminated, and replaced:\n"
        "  aws ec2 stop-instances --region {region} --instance-ids {instances}\n"
        "  aws ec2 wait instance-stopped --region {region} --instance-ids {instances}\n"
        "  aws ec2 start-instances --region {region} --instance-ids {instances}",
        ko="AWS 쪽 장애이며, 대부분의 인스턴스 유형은 자동으로 복구됩니다. 오래 걸리면 인스턴스를 중지한 뒤 시작하세요(재부팅은 같은 호스트에 남습니다). 탄력적 IP가 아닌 퍼블릭 IP는 바뀌고 인스턴스 스토어의 데이터는 사라집니다. Auto Scaling 그룹의 인스턴스라면 종료해서 교체하는 편이 낫습니다.\n"
        "  aws ec2 stop-instances --region {region} --instance-ids {instances}\n"
        "  aws ec2 wait instance-stopped --region {region} --instance-ids {instances}\n"
        "  aws ec2 start-instances --region {region} --instance-ids {instances}",
    ),
    verify=SHOW_STATUS,
)
