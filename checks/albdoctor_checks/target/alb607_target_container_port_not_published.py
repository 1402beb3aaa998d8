"""ALB607: the service registers a port that its task definition publishes for no such container."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.published import Publications
from albdoctor.text import Text
from albdoctor_checks.fixes.ecs_service import SHOW_TASKS
from albdoctor_checks.fixes.group import of_group


@check(
    id="ALB607",
    slug="target-container-port-not-published",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Amazon ECS service {service} registers port {port} of container {container} in target group {group}, which its task definition does not publish",
        ko="대상 그룹 {group}에 등록되는 컨테이너 {container}의 {port} 포트가 Amazon ECS 서비스 {service}의 태스크 정의에 게시되어 있지 않습니다",
    ),
    why=Text(
        en="A service registers a port of a container as a target. Where the task definition has no such port mapping, no task can be registered on it, or nothing listens there.",
        ko="서비스는 컨테이너의 포트를 대상으로 등록합니다. 태스크 정의에 해당 포트 매핑이 없으면 태스크를 등록할 수 없거나 그 포트에서 수신하는 프로세스가 없습니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Make task definition and service {service} (cluster {cluster}) name the same container and port.",
                ko="태스크 정의와 서비스 {service} (클러스터 {cluster})의 컨테이너 이름과 포트를 맞추세요.",
            ),
            by_hand=Text(
                en="See which port the application listens on, and what the task definition publishes:\n"
                "  aws ecs describe-task-definition --region {region} --task-definition {definition} --query 'taskDefinition.containerDefinitions[].[name,portMappings]'\n"
                "Either register a revision with that port mapping and deploy it, or let the service register the port that is published:\n"
                "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --task-definition FAMILY:REVISION --query service.taskDefinition\n"
                "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --load-balancers targetGroupArn={arn},containerName=CONTAINER,containerPort=PORT --query service.loadBalancers",
                ko="애플리케이션이 수신하는 포트와 태스크 정의에 게시된 포트를 확인하세요.\n"
                "  aws ecs describe-task-definition --region {region} --task-definition {definition} --query 'taskDefinition.containerDefinitions[].[name,portMappings]'\n"
                "포트 매핑을 추가한 새 개정을 등록해 배포하거나, 서비스가 게시된 포트를 등록하게 하세요.\n"
                "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --task-definition FAMILY:REVISION --query service.taskDefinition\n"
                "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --load-balancers targetGroupArn={arn},containerName=CONTAINER,containerPort=PORT --query service.loadBalancers",
            ),
            verify=SHOW_TASKS,
            of_registrar=True,
        ),
    ),
    breaks={"connection", "health", "registration", "response"},
    words=Text(
        en=(
            "container port not published; containerPort mismatch; wrong containerPort in service; "
            "task definition port mapping missing; portMappings; did not have a container port defined; "
            "sidecar port registered; ECS service container name wrong; container port 80 vs 8080"
        ),
        ko=(
            "컨테이너 포트가 게시되지 않음; containerPort 불일치; 포트 매핑 누락; 태스크 정의 포트; "
            "portMappings; 컨테이너 이름이 다름; 서비스의 컨테이너 포트가 잘못됨"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html",
    ),
)
def target_container_port_not_published(publications: Publications) -> Iterator[Verdict]:
    """Yield every port that a service registers and its task definition does not publish, unless a target is healthy."""
    for one in publications:
        if one.published or one.serves:
            yield fine(one.group.ref)
            continue
        yield found(
            one.group.ref,
            saw(asked.service(one.service), f"containerName: {one.container}, containerPort: {one.port}"),
            saw(asked.task_definition(one.service.task_definition), one.seen or "portMappings: []"),
            key=f"{one.service.service_name} {one.container} {one.port}",
            fix_values=of_group(one.group),
            service=one.service.service_name,
            cluster=one.service.cluster,
            definition=one.service.task_definition,
            container=one.container,
            port=one.port,
        )
