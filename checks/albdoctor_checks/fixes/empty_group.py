"""What puts targets into a target group that has none: who registers them, by which command."""

from __future__ import annotations

from collections.abc import Container, Iterable

from msgspec import Struct

from albdoctor.checkup import Evidence, Fix, saw
from albdoctor.derive import asked
from albdoctor.derive.owners import Owners
from albdoctor.derive.registrars import Registrars
from albdoctor.facts.ec2 import Subnets
from albdoctor.facts.ecs import EcsService
from albdoctor.facts.elb import TargetGroup
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.mirror import readable
from albdoctor.facts.scaling import AutoScalingGroup, AutoScalingGroups
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group

REGISTER = Text(
    en="  aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets Id=INSTANCE_ID\n"
    "Or let what starts the servers register them. An Auto Scaling group that lost this target group, which is then in none of its traffic sources:\n"
    "  aws autoscaling describe-auto-scaling-groups --region {region} --query 'AutoScalingGroups[].[AutoScalingGroupName,DesiredCapacity,TrafficSources[].Identifier]' --output text\n"
    "  aws autoscaling attach-traffic-sources --region {region} --auto-scaling-group-name NAME --traffic-sources Identifier={arn},Type=elbv2\n"
    "An Amazon ECS service that names this target group and runs no task:\n"
    "  aws ecs update-service --region {region} --cluster CLUSTER --service SERVICE --desired-count NUMBER\n"
    "A deployment of CodeDeploy takes instances out before it installs; one that fails or is stopped leaves them out until the next one succeeds:\n"
    "  aws deploy list-deployments --region {region} --include-only-statuses InProgress Failed Stopped --max-items 5",
    ko="  aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets Id=INSTANCE_ID\n"
    "또는 서버를 시작하는 서비스가 대상을 등록하게 하세요. Auto Scaling 그룹의 트래픽 소스에서 이 대상 그룹이 빠졌다면 다시 연결합니다.\n"
    "  aws autoscaling describe-auto-scaling-groups --region {region} --query 'AutoScalingGroups[].[AutoScalingGroupName,DesiredCapacity,TrafficSources[].Identifier]' --output text\n"
    "  aws autoscaling attach-traffic-sources --region {region} --auto-scaling-group-name NAME --traffic-sources Identifier={arn},Type=elbv2\n"
    "이 대상 그룹을 쓰는 Amazon ECS 서비스에 실행 중인 태스크가 없다면 태스크 수를 늘립니다.\n"
    "  aws ecs update-service --region {region} --cluster CLUSTER --service SERVICE --desired-count NUMBER\n"
    "CodeDeploy는 배포하는 동안 인스턴스를 대상 그룹에서 뺍니다. 배포가 실패하거나 중지되면 다음 배포가 성공할 때까지 빠져 있습니다.\n"
    "  aws deploy list-deployments --region {region} --include-only-statuses InProgress Failed Stopped --max-items 5",
)
"""Lines that follow a sentence on registering a server; for where nobody is known to register one."""

START_TASK = Fix(
    summary=Text(
        en="Let Amazon ECS service {service} (cluster {cluster}) run a task: it registers itself in {group}.",
        ko="Amazon ECS 서비스 {service} (클러스터 {cluster})의 태스크 수를 1로 늘리세요. 태스크는 {group} 대상 그룹에 자동으로 등록됩니다.",
    ),
    side_effects=(
        Text(
            en="A task is billed as long as it runs. Somebody may have scaled the service to zero on purpose; where Application Auto Scaling sets its size, raise its minimum too, or it may take the task away again.",
            ko="태스크가 실행되는 동안 요금이 부과됩니다. 누군가 일부러 0으로 줄였을 수 있습니다. Application Auto Scaling으로 크기를 조정한다면 최솟값도 올려야 태스크가 다시 줄지 않습니다.",
        ),
    ),
    script="""\
aws ecs update-service --region {region} --cluster {cluster} --service {service} --desired-count 1 \\
  --query service.desiredCount
aws ecs wait services-stable --region {region} --cluster {cluster} --services {service}
""",
    console=(
        Text(
            en="ECS > Clusters > {cluster} > {service} > Update service > Desired tasks",
            ko="ECS > 클러스터 > {cluster} > {service} > 서비스 업데이트 > 원하는 태스크",
        ),
    ),
    verify=SHOW_HEALTH,
    of_registrar=True,
)
START_SET = Fix(
    summary=START_TASK.summary,
    side_effects=START_TASK.side_effects,
    by_hand=Text(
        en="The tasks of this service belong to task sets, which CodeDeploy or a deployment controller of your own makes. While a task set is there, the number alone brings its tasks back:\n"
        "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --desired-count 1 --query service.desiredCount\n"
        "See what comes of it; where no task set is shown, deploy the service anew:\n"
        "  aws ecs describe-services --region {region} --cluster {cluster} --services {service} --query 'services[].[desiredCount,runningCount,taskSets[].[id,status,scale,runningCount,stabilityStatus]]'",
        ko="이 서비스의 태스크는 CodeDeploy나 외부 배포 컨트롤러가 만드는 태스크 세트에 속합니다. 태스크 세트가 있으면 태스크 수만 늘려도 태스크가 다시 실행됩니다.\n"
        "  aws ecs update-service --region {region} --cluster {cluster} --service {service} --desired-count 1 --query service.desiredCount\n"
        "결과를 확인하고, 태스크 세트가 없으면 서비스를 다시 배포하세요.\n"
        "  aws ecs describe-services --region {region} --cluster {cluster} --services {service} --query 'services[].[desiredCount,runningCount,taskSets[].[id,status,scale,runningCount,stabilityStatus]]'",
    ),
    console=START_TASK.console,
    verify=SHOW_HEALTH,
    of_registrar=True,
)
"""No script: "services-stable" counts deployments, of which such a service has none, and never ends well."""
READ_EVENTS = Fix(
    summary=Text(
        en="See why Amazon ECS service {service} (cluster {cluster}) has no task in {group}.",
        ko="Amazon ECS 서비스 {service} (클러스터 {cluster})의 태스크가 {group} 대상 그룹에 없는 이유를 확인하세요.",
    ),
    by_hand=Text(
        en="The service wants tasks, and registers them by itself: what is registered by hand is no task of it. Its events and the tasks that stopped say what keeps it from running them: no place or address for a task, an image that cannot be pulled, a container that ends, a health check that fails.\n"
        "  aws ecs describe-services --region {region} --cluster {cluster} --services {service} --query 'services[].[desiredCount,runningCount,pendingCount,deployments[].[rolloutState,rolloutStateReason],events[:10].message]'\n"
        "  aws ecs list-tasks --region {region} --cluster {cluster} --service-name {service} --desired-status STOPPED",
        ko="서비스는 태스크를 실행하려 하고 등록도 스스로 하므로, 직접 등록한 대상은 서비스의 태스크가 아닙니다. 이벤트와 중지된 태스크에서 원인을 찾으세요. 태스크를 배치할 자리나 주소가 없거나, 이미지를 가져오지 못하거나, 컨테이너가 종료되거나, 상태 검사에 실패할 수 있습니다.\n"
        "  aws ecs describe-services --region {region} --cluster {cluster} --services {service} --query 'services[].[desiredCount,runningCount,pendingCount,deployments[].[rolloutState,rolloutStateReason],events[:10].message]'\n"
        "  aws ecs list-tasks --region {region} --cluster {cluster} --service-name {service} --desired-status STOPPED",
    ),
    verify=SHOW_HEALTH,
    of_registrar=True,
)
_ON_PURPOSE = Text(
    en="Somebody may have done that on purpose, for a deployment or to save money: ask first.",
    ko="배포나 비용 절감을 위해 누군가 일부러 그렇게 했을 수 있으니 먼저 확인하세요.",
)
GROW = Fix(
    summary=Text(
        en="Let Auto Scaling group {scaling} start an instance: it is registered in {group}.",
        ko="Auto Scaling 그룹 {scaling}에서 인스턴스를 시작하세요. 인스턴스는 {group} 대상 그룹에 자동으로 등록됩니다.",
    ),
    side_effects=(
        Text(
            en="An instance is billed as long as it runs. The group was set to zero, or a schedule does it; its servers have to start by themselves.",
            ko="인스턴스가 실행되는 동안 요금이 부과됩니다. 그룹이 직접 또는 예약 작업으로 0이 되어 있습니다. 서버 프로세스는 부팅할 때 스스로 시작되어야 합니다.",
        ),
    ),
    script="""\
aws autoscaling update-auto-scaling-group --region {region} --auto-scaling-group-name {scaling} --max-size {largest[]}
aws autoscaling set-desired-capacity --region {region} --auto-scaling-group-name {scaling} --desired-capacity 1
""",
    console=(
        Text(
            en="EC2 > Auto Scaling groups > {scaling} > Details > Group details > Edit > Desired capacity",
            ko="EC2 > Auto Scaling 그룹 > {scaling} > 세부 정보 > 그룹 세부 정보 > 편집 > 원하는 용량",
        ),
    ),
    verify=SHOW_HEALTH,
    of_registrar=True,
)
RESUME = Fix(
    summary=Text(
        en="Let Auto Scaling group {scaling} register its instances in {group} again: {processes} is suspended.",
        ko="Auto Scaling 그룹 {scaling}에서 일시 중지된 프로세스를 재개해 {group} 대상 그룹에 다시 등록하게 하세요: {processes}",
    ),
    side_effects=(
        _ON_PURPOSE,
        Text(
            en="What was started meanwhile is not registered by itself, so the script does it.",
            ko="중지된 동안 시작된 인스턴스는 자동으로 등록되지 않으므로 스크립트가 등록합니다.",
        ),
    ),
    script="""\
aws autoscaling resume-processes --region {region} --auto-scaling-group-name {scaling} --scaling-processes {processes}
aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets {instances[]}
""",
    verify=SHOW_HEALTH,
    of_registrar=True,
)
REGISTER_AGAIN = Fix(
    summary=Text(
        en="Register the instances of Auto Scaling group {scaling} in {group} again.",
        ko="Auto Scaling 그룹 {scaling}의 인스턴스를 {group} 대상 그룹에 다시 등록하세요.",
    ),
    side_effects=(
        Text(
            en="The Auto Scaling group is attached, and registers an instance when it starts; one that was deregistered later it does not register again. See first who deregistered them, a deployment perhaps.",
            ko="Auto Scaling 그룹은 연결되어 있지만 인스턴스를 시작할 때만 등록하며, 나중에 등록 취소된 인스턴스는 다시 등록하지 않습니다. 배포 과정에서 등록이 취소되었을 수 있으니 먼저 확인하세요.",
        ),
    ),
    script="aws elbv2 register-targets --region {region} --target-group-arn {arn} --targets {instances[]}\n",
    verify=SHOW_HEALTH,
    of_registrar=True,
)
READ_ACTIVITIES = Fix(
    summary=Text(
        en="See why Auto Scaling group {scaling} has no instance in service for {group}.",
        ko="Auto Scaling 그룹 {scaling}에 {group} 대상 그룹으로 서비스 중인 인스턴스가 없는 이유를 확인하세요.",
    ),
    by_hand=Text(
        en="The group wants instances, and none is in service. Its activities say what became of those that it started, or why it could start none:\n"
        "  aws autoscaling describe-scaling-activities --region {region} --auto-scaling-group-name {scaling} --max-items 10 --query 'Activities[].[StartTime,StatusCode,StatusMessage,Cause]'",
        ko="그룹은 인스턴스를 시작하려 하지만 서비스 중인 인스턴스가 없습니다. 활동 기록에서 시작된 인스턴스가 어떻게 되었는지, 왜 시작하지 못했는지 확인하세요.\n"
        "  aws autoscaling describe-scaling-activities --region {region} --auto-scaling-group-name {scaling} --max-items 10 --query 'Activities[].[StartTime,StatusCode,StatusMessage,Cause]'",
    ),
    verify=SHOW_HEALTH,
    of_registrar=True,
)
ATTACH = Fix(
    summary=Text(
        en="Attach the Auto Scaling group whose servers belong into {group}; in its VPC that is probably {scaling}.",
        ko="{group} 대상 그룹에 속하는 서버의 Auto Scaling 그룹을 연결하세요. 같은 VPC에서 가능성이 높은 그룹: {scaling}",
    ),
    by_hand=Text(
        en="No Auto Scaling group and no Amazon ECS service names this target group. These run instances in its VPC, and register them nowhere, as one does that has lost its attachment: {scaling}. See first what their servers are:\n"
        "  aws autoscaling describe-auto-scaling-groups --region {region} --auto-scaling-group-names {scaling} --query 'AutoScalingGroups[].[AutoScalingGroupName,Instances[].InstanceId,Tags[].[Key,Value]]'\n"
        "Then attach the one that belongs here; it registers its instances, those that it starts later too:\n"
        "  aws autoscaling attach-load-balancer-target-groups --region {region} --auto-scaling-group-name {scaling[]} --target-group-arns {arn}",
        ko="이 대상 그룹을 지정한 Auto Scaling 그룹이나 Amazon ECS 서비스가 없습니다. 다음 그룹은 같은 VPC에서 인스턴스를 실행하지만 어디에도 등록하지 않으므로 연결이 빠졌을 수 있습니다: {scaling}. 먼저 어떤 서버인지 확인하세요.\n"
        "  aws autoscaling describe-auto-scaling-groups --region {region} --auto-scaling-group-names {scaling} --query 'AutoScalingGroups[].[AutoScalingGroupName,Instances[].InstanceId,Tags[].[Key,Value]]'\n"
        "이 대상 그룹에 속하는 그룹이 맞으면 연결하세요. 앞으로 시작하는 인스턴스까지 자동으로 등록됩니다.\n"
        "  aws autoscaling attach-load-balancer-target-groups --region {region} --auto-scaling-group-name {scaling[]} --target-group-arns {arn}",
    ),
    verify=SHOW_HEALTH,
    of_registrar=True,
)
FILLS = (START_TASK, READ_EVENTS, GROW, RESUME, REGISTER_AGAIN, READ_ACTIVITIES, ATTACH, START_SET)
"""What is handed out instead of a general word where it was seen who registers the targets."""
STARTS = ("Launch", "AddToLoadBalancer")
"""Processes without which an Auto Scaling group puts nothing into a target group."""


class Filling(Struct, frozen=True, kw_only=True):
    """What was seen of who registers the targets of an empty group, and what makes it do so."""

    evidence: tuple[Evidence, ...] = ()
    fix: Fix | None = None
    """None: nobody was seen who would, or an owner that its tags name has the last word."""
    values: dict[str, Value] = {}


def filling(
    group: TargetGroup, owners: Observed[Owners], registrars: Registrars, subnets: Observed[Subnets]
) -> Filling:
    """Who would fill a target group that has no target, and how it is made to."""
    found = by_registrar(group, registrars, subnets)
    made = isinstance(owners, Known) and owners.value.of(group.target_group_arn) is not None
    return Filling(evidence=found.evidence) if made else found


def by_registrar(group: TargetGroup, registrars: Registrars, subnets: Observed[Subnets]) -> Filling:
    """The same by what services and Auto Scaling groups say alone, whoever owns the group."""
    arn = group.target_group_arn
    services = [one for one in registrars.services.get(arn, ()) if one.status == "ACTIVE"]
    if services:
        return _by_service(group, services)
    attached = registrars.scaling.get(arn, ())
    if attached:
        return _by_scaling(group, attached)
    lost = _unattached(group, registrars, subnets)
    if not lost:
        return Filling()
    values: dict[str, Value] = {"scaling": tuple(one.auto_scaling_group_name for one in lost)}
    return Filling(evidence=_scaling_seen(lost), fix=ATTACH, values=of_group(group) | values)


def _by_service(group: TargetGroup, services: Iterable[EcsService]) -> Filling:
    """One that wants tasks and has none comes first: what keeps it from them is news."""
    first, *more = sorted(services, key=lambda one: -one.desired_count)
    idle = first.desired_count == 0 and first.scheduling_strategy == "REPLICA"
    return Filling(
        evidence=tuple(seen for one in (first, *more) for seen in _service_seen(one)),
        fix=(START_TASK if first.controller == "ECS" else START_SET) if idle else READ_EVENTS,
        values=of_group(group) | {"service": first.service_name, "cluster": first.cluster},
    )


def _service_seen(service: EcsService) -> tuple[Evidence, ...]:
    counts = f"desiredCount: {service.desired_count}, runningCount: {service.running_count}"
    told = [one.rollout_state_reason for one in service.deployments if one.rollout_state == "FAILED"]
    told += [one.message for one in service.events[:1]]
    lines = (counts, *told) if service.desired_count else (counts,)
    return tuple(saw(asked.service(service), line) for line in lines if line)


def unregistered(group: AutoScalingGroup, targets: Container[str]) -> tuple[str, ...]:
    """Ids of its instances in service that are no targets while it registers none: AddToLoadBalancer is suspended."""
    return tuple(one for one in group.in_service if one not in targets) if STARTS[1] in group.suspended else ()


def resuming(group: TargetGroup, scaling: AutoScalingGroup, instances: Iterable[str]) -> Filling:
    """Let an Auto Scaling group register again, and register what it started meanwhile."""
    values: dict[str, Value] = {
        "scaling": scaling.auto_scaling_group_name,
        "processes": tuple(name for name in STARTS if name in scaling.suspended),
        "instances": tuple(f"Id={one}" for one in instances),
    }
    return Filling(evidence=_scaling_seen((scaling,)), fix=RESUME, values=of_group(group) | values)


def _by_scaling(group: TargetGroup, attached: AutoScalingGroups) -> Filling:
    """One that has instances in service comes first: they are there, and need only be registered."""
    first = max(attached, key=lambda one: (len(one.in_service), one.desired_capacity))
    suspended = tuple(name for name in STARTS if name in first.suspended)
    values: dict[str, Value] = {
        "scaling": first.auto_scaling_group_name,
        "processes": suspended,
        "instances": tuple(f"Id={one}" for one in first.in_service),
        "largest": ("1",) if first.max_size < 1 else (),
    }
    if suspended and first.desired_capacity:
        fix = RESUME
    elif not first.desired_capacity:
        fix = GROW
    else:
        fix = REGISTER_AGAIN if first.in_service else READ_ACTIVITIES
    return Filling(evidence=_scaling_seen(attached), fix=fix, values=of_group(group) | values)


def _scaling_seen(groups: AutoScalingGroups) -> tuple[Evidence, ...]:
    return tuple(saw(asked.scaling_group(one), _line(one)) for one in groups)


def _line(group: AutoScalingGroup) -> str:
    sources = "none" if not group.attached else str(len(group.attached))
    line = f"DesiredCapacity: {group.desired_capacity}, InService: {len(group.in_service)}, TrafficSources: {sources}"
    return f"{line}, SuspendedProcesses: {', '.join(sorted(group.suspended))}" if group.suspended else line


def _unattached(group: TargetGroup, registrars: Registrars, subnets: Observed[Subnets]) -> AutoScalingGroups:
    """Auto Scaling groups that run servers in the group's VPC and register them nowhere; none where something is unseen."""
    if registrars.gaps or not isinstance(subnets, Known) or group.target_type != "instance":
        return ()
    its = frozenset(readable(subnets.value, lambda one: [one.subnet_id] if one.vpc_id == group.vpc_id else []))
    return tuple(
        one
        for one in registrars.every
        if one.in_service and not one.attached and not one.hosts_containers and one.subnets and one.subnets <= its
    )
