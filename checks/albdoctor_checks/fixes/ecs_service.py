"""Amazon ECS services whose tasks do not stay: what the service is told, and where its tasks say why."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.derive.targets.tasks import Filler
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group

SHOW_TASKS = (
    "aws ecs describe-services --region {region} --cluster {cluster} --services {service}"
    " --query 'services[].[desiredCount,runningCount,deployments[].rolloutState,events[:3].message]'"
)
"""Shows whether a service has its tasks (`Fix.verify`)."""
DEPLOY = "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --force-new-deployment --query service.deployments[].rolloutState"
IMAGE = Fix(
    summary=Text(
        en="Let the tasks of {service} (cluster {cluster}) pull their image: its name, the right to it, and a way to the registry.",
        ko="서비스 {service} (클러스터 {cluster})의 태스크가 이미지를 가져올 수 있게 하세요. 이미지 이름, 권한, 레지스트리까지의 경로를 확인합니다.",
    ),
    by_hand=Text(
        en="The reason above says which it is. Not found: the image's name or tag is wrong, or it was never pushed. Access denied: the task execution role lacks the right to it (AmazonECSTaskExecutionRolePolicy). A timeout: the task has no way to the registry; in a public subnet it needs a public address (assignPublicIp=ENABLED), in a private one a NAT gateway, or the VPC endpoints ecr.api, ecr.dkr and s3. See what the service has, mend it, then deploy:\n"
        "  aws ecs describe-services --region {region} --cluster {cluster} --services {service} --query 'services[].[taskDefinition,networkConfiguration]'\n"
        f"{DEPLOY}",
        ko="위의 사유로 원인을 구분하세요. 이미지를 찾을 수 없다면 이름이나 태그가 틀렸거나 푸시되지 않았습니다. 액세스가 거부되었다면 태스크 실행 역할에 권한(AmazonECSTaskExecutionRolePolicy)이 없습니다. 시간 초과라면 레지스트리까지 경로가 없습니다. 퍼블릭 서브넷에서는 퍼블릭 IP(assignPublicIp=ENABLED), 프라이빗 서브넷에서는 NAT 게이트웨이나 VPC 엔드포인트(ecr.api, ecr.dkr, s3)가 필요합니다. 현재 설정을 확인해 고친 뒤 다시 배포하세요.\n"
        "  aws ecs describe-services --region {region} --cluster {cluster} --services {service} --query 'services[].[taskDefinition,networkConfiguration]'\n"
        f"{DEPLOY}",
    ),
    verify=SHOW_TASKS,
    of_registrar=True,
)
SETUP = Fix(
    summary=Text(
        en="Give the tasks of {service} (cluster {cluster}) what they need before they start: secrets, credentials, log group.",
        ko="서비스 {service} (클러스터 {cluster})의 태스크가 시작 전에 필요한 것(시크릿, 자격 증명, 로그 그룹)을 얻을 수 있게 하세요.",
    ),
    by_hand=Text(
        en="The reason above names what could not be had. The task execution role needs the right to it, and the task a way to the service that holds it: a public address, a NAT gateway or a VPC endpoint (secretsmanager, ssm, logs, ecr.api). Then deploy:\n"
        f"{DEPLOY}",
        ko="위의 사유에 무엇을 얻지 못했는지 나와 있습니다. 태스크 실행 역할에 권한이 있어야 하고, 해당 서비스까지 경로(퍼블릭 IP, NAT 게이트웨이 또는 secretsmanager, ssm, logs, ecr.api VPC 엔드포인트)가 있어야 합니다. 고친 뒤 다시 배포하세요.\n"
        f"{DEPLOY}",
    ),
    verify=SHOW_TASKS,
    of_registrar=True,
)
LOG = Fix(
    summary=Text(
        en="Read in the containers' log why the tasks of {service} (cluster {cluster}) end.",
        ko="서비스 {service} (클러스터 {cluster})의 태스크가 종료되는 이유를 컨테이너 로그에서 확인하세요.",
    ),
    by_hand=Text(
        en="The application ends by itself: a setting that is missing, a database that it does not reach, a command that is wrong. Its last lines say so; find its log group, then read it:\n"
        "  aws ecs describe-task-definition --region {region} --task-definition {definition} --query 'taskDefinition.containerDefinitions[].[name,logConfiguration.options]'\n"
        "  aws logs tail LOG_GROUP --region {region} --since 1h",
        ko="애플리케이션이 스스로 종료됩니다. 설정 누락, 데이터베이스 연결 실패, 잘못된 명령이 흔한 원인입니다. 로그 그룹을 찾아 마지막 줄을 확인하세요.\n"
        "  aws ecs describe-task-definition --region {region} --task-definition {definition} --query 'taskDefinition.containerDefinitions[].[name,logConfiguration.options]'\n"
        "  aws logs tail LOG_GROUP --region {region} --since 1h",
    ),
    verify=SHOW_TASKS,
    of_registrar=True,
)
MEMORY = Fix(
    summary=Text(
        en="Give the tasks of {service} (cluster {cluster}) more memory, or let the application use less.",
        ko="서비스 {service} (클러스터 {cluster})의 태스크 메모리를 늘리거나 애플리케이션의 사용량을 줄이세요.",
    ),
    by_hand=Text(
        en="A container that takes more than its task definition allows is killed (exit code 137). Register a revision with more memory (a JVM also needs its heap set below that), then let the service use it:\n"
        "  aws ecs describe-task-definition --region {region} --task-definition {definition} --query 'taskDefinition.[memory,containerDefinitions[].[name,memory,memoryReservation]]'\n"
        "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --task-definition FAMILY:REVISION --query service.taskDefinition",
        ko="태스크 정의의 한도보다 메모리를 많이 쓴 컨테이너는 강제 종료됩니다(종료 코드 137). 메모리를 늘린 새 개정을 등록하고(JVM은 힙 크기도 그보다 작게 설정) 서비스에 적용하세요.\n"
        "  aws ecs describe-task-definition --region {region} --task-definition {definition} --query 'taskDefinition.[memory,containerDefinitions[].[name,memory,memoryReservation]]'\n"
        "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --task-definition FAMILY:REVISION --query service.taskDefinition",
    ),
    verify=SHOW_TASKS,
    of_registrar=True,
)
CONTAINER_CHECK = Fix(
    summary=Text(
        en="Mend the health check of the container in the task definition of {service} (cluster {cluster}), or what it looks at.",
        ko="서비스 {service} (클러스터 {cluster})의 태스크 정의에 있는 컨테이너 상태 검사, 또는 검사 대상을 고치세요.",
    ),
    by_hand=Text(
        en="This is not the load balancer's health check but the command in the task definition: it runs inside the container, where a program such as curl may be missing. `startPeriod` gives a slow start its time:\n"
        "  aws ecs describe-task-definition --region {region} --task-definition {definition} --query 'taskDefinition.containerDefinitions[].[name,healthCheck]'",
        ko="로드 밸런서의 상태 검사가 아니라 태스크 정의에 있는 명령입니다. 컨테이너 안에서 실행되며 curl 같은 프로그램이 없을 수 있습니다. 시작이 느리면 `startPeriod`를 늘리세요.\n"
        "  aws ecs describe-task-definition --region {region} --task-definition {definition} --query 'taskDefinition.containerDefinitions[].[name,healthCheck]'",
    ),
    verify=SHOW_TASKS,
    of_registrar=True,
)
ROOM = Fix(
    summary=Text(
        en="Give cluster {cluster} an instance with room for a task of {service}.",
        ko="클러스터 {cluster}에 서비스 {service}의 태스크를 실행할 여유가 있는 인스턴스를 추가하세요.",
    ),
    by_hand=Text(
        en="The message above says what is short: memory, CPU, a port that is taken, a constraint that no instance meets, or no instance at all. Add instances, ask for less in the task definition, or run it on Fargate:\n"
        "  aws ecs describe-clusters --region {region} --clusters {cluster} --query 'clusters[].[registeredContainerInstancesCount,capacityProviders]'",
        ko="위의 메시지에 무엇이 부족한지 나와 있습니다(메모리, CPU, 이미 사용 중인 포트, 조건에 맞는 인스턴스 없음, 인스턴스 자체가 없음). 인스턴스를 추가하거나, 태스크 정의의 요구량을 줄이거나, Fargate에서 실행하세요.\n"
        "  aws ecs describe-clusters --region {region} --clusters {cluster} --query 'clusters[].[registeredContainerInstancesCount,capacityProviders]'",
    ),
    verify=SHOW_TASKS,
    of_registrar=True,
)
HOLD = Fix(
    summary=Text(
        en="Mend the health check of {group}; a grace period keeps the tasks of {service} (cluster {cluster}) alive meanwhile.",
        ko="{group} 그룹의 상태 검사를 고치세요. 그동안 유예 기간을 두면 서비스 {service} (클러스터 {cluster})의 태스크가 교체되지 않습니다.",
    ),
    by_hand=Text(
        en="What makes the health checks fail is told by the reason of the targets, where one is there to be seen:\n"
        "  aws elbv2 describe-target-health --region {region} --target-group-arn {arn}\n"
        "To keep a task long enough to look at it:\n"
        "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --health-check-grace-period-seconds 3600 --query service.healthCheckGracePeriodSeconds",
        ko="상태 검사가 실패하는 원인은 대상이 등록되어 있을 때 그 사유에서 알 수 있습니다.\n"
        "  aws elbv2 describe-target-health --region {region} --target-group-arn {arn}\n"
        "살펴볼 동안 태스크를 유지하려면 다음과 같이 하세요.\n"
        "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --health-check-grace-period-seconds 3600 --query service.healthCheckGracePeriodSeconds",
    ),
    verify=SHOW_HEALTH,
    of_registrar=True,
)
GRACE = Fix(
    summary=Text(
        en="Give the tasks of {service} (cluster {cluster}) {longer} seconds to start.",
        ko="서비스 {service} (클러스터 {cluster})의 태스크에 시작할 시간을 {longer}초 주세요.",
    ),
    side_effects=(
        Text(
            en="A new task that never becomes healthy is replaced only after that time, so that a deployment that fails takes longer to be rolled back.",
            ko="끝까지 정상이 되지 않는 새 태스크도 이 시간이 지나야 교체되므로, 실패한 배포의 롤백이 늦어집니다.",
        ),
    ),
    script="""\
aws ecs update-service --region {region} --cluster {cluster} --service {service} \\
  --health-check-grace-period-seconds {longer} --query service.healthCheckGracePeriodSeconds
""",
    console=(
        Text(
            en="ECS > Clusters > {cluster} > {service} > Update service > Load balancing > Health check grace period",
            ko="ECS > 클러스터 > {cluster} > {service} > 서비스 업데이트 > 로드 밸런싱 > 상태 검사 유예 기간",
        ),
    ),
    verify=SHOW_HEALTH,
    of_registrar=True,
)


def of_service(filler: Filler) -> dict[str, Value]:
    """Give the values of {service}, {cluster} and {definition}, and of the group."""
    its = filler.service
    more: dict[str, Value] = {"service": its.service_name, "cluster": its.cluster, "definition": its.task_definition}
    return of_group(filler.group) | more
