"""ALB408: the target group takes instances and the tasks have addresses of their own, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.fitting import Fitting, Fittings
from albdoctor.facts.elb import TargetGroups
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.group import of_group
from albdoctor_checks.fixes.replace_group import new_names

AWSVPC = Text(
    en="tasks have addresses of their own (network mode awsvpc)",
    ko="태스크마다 자체 IP 주소를 가짐(네트워크 모드 awsvpc)",
)
ON_HOST = Text(
    en="tasks share the address of their instance (network mode bridge or host)",
    ko="태스크가 인스턴스의 주소를 함께 사용함(네트워크 모드 bridge 또는 host)",
)


@check(
    id="ALB408",
    slug="tg-target-type-mismatch",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Target group {group} has target type {type}, and Amazon ECS service {service} (cluster {cluster}) cannot register its tasks in it: {network}",
        ko="대상 그룹 {group}의 대상 유형 {type} 때문에 Amazon ECS 서비스 {service} (클러스터 {cluster})의 태스크를 등록할 수 없습니다: {network}",
    ),
    why=Text(
        en="Tasks of network mode awsvpc, as on Fargate, are registered by their address (target type ip), all others by the instance that they run on (target type instance). In a group of the other type nothing is registered, and the load balancer answers 503.",
        ko="Fargate처럼 네트워크 모드가 awsvpc인 태스크는 주소로(대상 유형 ip), 그 밖의 태스크는 실행 중인 인스턴스로(대상 유형 instance) 등록됩니다. 유형이 다른 그룹에는 아무것도 등록되지 않아 로드 밸런서가 503으로 응답합니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Make a target group of target type {target_type} ({new_name}), and let service {service} and the load balancer use it instead of {group}.",
                ko="대상 유형이 {target_type}인 대상 그룹({new_name})을 만들고, 서비스 {service} 및 로드 밸런서가 {group} 대신 사용하게 하세요.",
            ),
            impact=Impact.TRAFFIC,
            by_hand=Text(
                en="The target type of a group is fixed. Make another one, let what forwards to {group} forward to it (a rule in the same way), then let the service register there:\n"
                "  aws elbv2 create-target-group --region {region} --name {new_name} --protocol {new_protocol} --port {new_port} --vpc-id {vpc} --target-type {target_type} --health-check-protocol {check_protocol} --health-check-path {path}\n"
                "  aws elbv2 modify-listener --region {region} --listener-arn LISTENER_ARN --default-actions Type=forward,TargetGroupArn=NEW_ARN\n"
                "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --force-new-deployment --load-balancers {balancers[]}",
                ko="대상 유형은 수정할 수 없습니다. 새 그룹을 만들고, {group} 그룹으로 전달하던 리스너나 규칙이 새 그룹으로 전달하게 한 뒤, 서비스가 새 그룹에 등록하게 하세요.\n"
                "  aws elbv2 create-target-group --region {region} --name {new_name} --protocol {new_protocol} --port {new_port} --vpc-id {vpc} --target-type {target_type} --health-check-protocol {check_protocol} --health-check-path {path}\n"
                "  aws elbv2 modify-listener --region {region} --listener-arn LISTENER_ARN --default-actions Type=forward,TargetGroupArn=NEW_ARN\n"
                "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --force-new-deployment --load-balancers {balancers[]}",
            ),
            console=(
                Text(
                    en="EC2 > Target Groups > Create target group: target type {target_type}, the same protocol, port and VPC",
                    ko="EC2 > 대상 그룹 > 대상 그룹 생성: 대상 유형 {target_type}, 같은 프로토콜, 포트, VPC",
                ),
            ),
            verify=(
                "aws elbv2 describe-target-groups --region {region} --names {new_name}"
                " --query 'TargetGroups[].[TargetGroupName,TargetType,LoadBalancerArns]' --output text"
            ),
            of_registrar=True,
        ),
    ),
    breaks={"registration"},
    words=Text(
        en=(
            "target type instance vs ip; target-type ip; target type mismatch; Fargate target group instance; "
            "target group has target type instance, which is incompatible with the awsvpc network mode; "
            "awsvpc needs target type ip; ECS cannot register targets; wrong target type; "
            "bridge mode needs target type instance"
        ),
        ko=(
            "대상 유형 instance ip; 대상 유형이 맞지 않음; Fargate 대상 그룹 유형; awsvpc 대상 유형 ip; "
            "대상 유형 불일치; ECS 대상 등록 실패; 타겟 유형 ip로 변경"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-type-application.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html",
    ),
)
def tg_target_type_mismatch(fittings: Fittings, target_groups: TargetGroups) -> Iterator[Verdict]:
    """Yield every service whose tasks cannot be targets of the kind that its target group has."""
    taken = frozenset(group.target_group_name for group in target_groups)
    for one in fittings:
        if one.fits:
            yield fine(one.group.ref)
            continue
        awsvpc = "awsvpcConfiguration" if one.by_address else "no awsvpcConfiguration"
        yield found(
            one.group.ref,
            saw(asked.group(one.group), f"TargetType: {one.group.target_type}"),
            saw(asked.service(one.service), f"networkConfiguration: {awsvpc}"),
            key=one.service.service_name,
            fix_values=_values(one, taken),
            type=one.group.target_type,
            network=AWSVPC if one.by_address else ON_HOST,
        )


def _values(one: Fitting, taken: frozenset[str]) -> dict[str, Value]:
    """What the group that takes this one's place is like, and what the service is told of it."""
    group, arn = one.group, one.group.target_group_arn
    its = (each for each in one.service.load_balancers if each.target_group_arn == arn)
    return of_group(group) | {
        "service": one.service.service_name,
        "cluster": one.service.cluster,
        "new_name": new_names(group, one.wanted, taken)[0],
        "new_protocol": group.protocol,
        "new_port": group.port or 80,
        "vpc": group.vpc_id,
        "target_type": one.wanted,
        "check_protocol": group.health_check_protocol,
        "path": group.health_check_path,
        "balancers": tuple(
            f"targetGroupArn=NEW_ARN,containerName={each.container_name},containerPort={each.container_port}"
            for each in its
        ),
    }
