"""What puts targets into a target group that has none: who registers them, by which command."""

from __future__ import annotations

from albdoctor.text import Text

REGISTER = Text(
    en="  aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets Id=INSTANCE_ID\n"
    "Or let what starts the servers register them. An Auto Scaling group that lost this target group, which is then in none of its traffic sources:\n"
    "  aws autoscaling describe-auto-scaling-groups --region {region} --query 'AutoScalingGroups[].[AutoScalingGroupName,DesiredCapacity,TrafficSources[].Identifier]' --output text\n"
    "  aws autoscaling attach-traffic-sources --region {region} --auto-scaling-group-name NAME --traffic-sources Identifier={arn},Type=elbv2\n"
    "An Amazon ECS service that names this target group and runs no task:\n"
    "  aws ecs update-service --region {region} --cluster CLUSTER --service SERVICE --desired-count NUMBER",
    ko="  aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets Id=INSTANCE_ID\n"
    "또는 서버를 시작하는 서비스가 대상을 등록하게 하세요. Auto Scaling 그룹의 트래픽 소스에서 이 대상 그룹이 빠졌다면 다시 연결합니다.\n"
    "  aws autoscaling describe-auto-scaling-groups --region {region} --query 'AutoScalingGroups[].[AutoScalingGroupName,DesiredCapacity,TrafficSources[].Identifier]' --output text\n"
    "  aws autoscaling attach-traffic-sources --region {region} --auto-scaling-group-name NAME --traffic-sources Identifier={arn},Type=elbv2\n"
    "이 대상 그룹을 쓰는 Amazon ECS 서비스에 실행 중인 태스크가 없다면 태스크 수를 늘립니다.\n"
    "  aws ecs update-service --region {region} --cluster CLUSTER --service SERVICE --desired-count NUMBER",
)
"""Lines that follow a sentence on registering a server."""
