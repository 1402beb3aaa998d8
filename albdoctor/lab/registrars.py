"""What Auto Scaling and Amazon ECS do by themselves, which moto does not: what they start serves and is registered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ecs.models import Task, ecs_backends
from moto.elbv2.models import elbv2_backends

from albdoctor.lab import apps
from albdoctor.lab.aws_ec2 import IMAGE
from albdoctor.lab.aws_scaling import Activity
from albdoctor.lab.shop import Shop

SCALING = "web-asg"
CLUSTER, SERVICE = "shop", "web"
PORT = 80


def scale(shop: Shop, size: int, *, attached: bool = True) -> None:
    """Put an Auto Scaling group around the shop: with its instance where the size is 1, else with none."""
    scaling = shop.client("autoscaling")
    scaling.create_launch_configuration(
        LaunchConfigurationName=SCALING,
        ImageId=IMAGE,
        InstanceType="t3.small",
        SecurityGroups=[shop.network.target_group],
        AssociatePublicIpAddress=True,
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=SCALING,
        LaunchConfigurationName=SCALING,
        MinSize=0,
        MaxSize=2,
        DesiredCapacity=0,
        VPCZoneIdentifier=shop.network.public_subnets[0],
        TargetGroupARNs=[shop.group] if attached else [],
    )
    if size:
        scaling.attach_instances(AutoScalingGroupName=SCALING, InstanceIds=[shop.machine.id])
    started = {shop.machine.id}

    def boot() -> None:
        """Let a server run on every instance that was started since, and register it."""
        group = _scaling(shop)
        for state in list(group.instance_states):
            if state.instance.id not in started:
                started.add(state.instance.id)
                shop.world.hosts.run(state.instance.id, {PORT: apps.plain()})
                for arn in group.target_group_arns:
                    _register(shop, arn, state.instance.id)

    shop.world.aws.on_change.insert(0, boot)  # before the lab looks at what is registered


def replace_instances(shop: Shop, *, lived: float, count: int, grace: int, needs: int) -> None:
    """Put an Auto Scaling group around the shop that ends each instance before it has started.

    `lived` says how many seconds each was there, `grace` how many it is given, and `needs` how many it needs: one stays
    as soon as it is given those.
    """
    scale(shop, 0)
    group = _scaling(shop)
    group.health_check_type, group.health_check_grace_period, group.desired_capacity = "ELB", grace, 1
    for number in range(count):
        ended = datetime.now(UTC) - timedelta(minutes=5 * number + 1)
        id_, began = f"i-{number + 1:017x}", ended - timedelta(seconds=lived)
        for at, what, why in (
            (began, "Launching a new", "launched in response to an unhealthy instance needing to be replaced"),
            (ended, "Terminating", "taken out of service in response to an ELB system health check failure"),
        ):
            activity = Activity(
                group=SCALING,
                description=f"{what} EC2 instance: {id_}",
                cause=f"At {at:%Y-%m-%dT%H:%M:%SZ} an instance was {why}.",
                at=at,
            )
            shop.world.aws.scaling.activities.append(activity)

    def wait() -> None:
        """See how long it is given."""
        if group.health_check_grace_period >= needs and not group.instance_states:
            group.set_desired_capacity(1)

    shop.world.aws.on_change.insert(0, wait)  # before what is started boots


def serve(shop: Shop, size: int, *, published: int = PORT) -> None:
    """Let the shop's server be the task of an Amazon ECS service on that instance, which registers it."""
    ecs = shop.client("ecs")
    ecs.create_cluster(clusterName=CLUSTER)
    ports = [{"containerPort": published, "hostPort": published}]
    container = {"name": "app", "image": "web", "memory": 64, "cpu": 1, "portMappings": ports}
    ecs.register_task_definition(family=SERVICE, containerDefinitions=[container])
    to = {"targetGroupArn": shop.group, "containerName": "app", "containerPort": PORT}
    ecs.create_service(
        cluster=CLUSTER,
        serviceName=SERVICE,
        taskDefinition=SERVICE,
        launchType="EC2",
        desiredCount=0,
        loadBalancers=[to],
    )
    shop.client("elbv2").deregister_targets(TargetGroupArn=shop.group, Targets=[{"Id": shop.machine.id}])

    def place() -> None:
        """Run the task that the service wants."""
        [service] = _ecs(shop).services.values()
        if service.running_count:
            _register(shop, shop.group, shop.machine.id)

    shop.world.aws.on_change.insert(0, place)
    if size:
        ecs.update_service(cluster=CLUSTER, service=SERVICE, desiredCount=size)


def want_a_task(shop: Shop, *, published: int = PORT) -> None:
    """Let the service want a task, and have none."""
    serve(shop, 0, published=published)
    [service] = _ecs(shop).services.values()
    service.desired_count = 1


def stop_tasks(shop: Shop, reason: str, *, ran: float | None, count: int = 1, code: str = "") -> None:
    """Let the service want a task that does not stay: those that were tried were stopped for this reason.

    `ran` says how many seconds each ran before; None: it never started.
    """
    want_a_task(shop)
    backend = _ecs(shop)
    cluster, definition = backend.clusters[CLUSTER], backend.describe_task_definition(SERVICE)
    for number in range(count):
        stopped = datetime.now(UTC) - timedelta(minutes=5 * number + 1)
        task: Any = Task(cluster, definition, None, {}, backend, group=f"service:{SERVICE}", launch_type="EC2")
        task.last_status = task.desired_status = "STOPPED"
        task.stopped_reason, task.stop_code = reason, code
        task.stopping_at = task.stopped_at = stopped
        if ran is not None:
            task.started_at = stopped - timedelta(seconds=ran)
        backend.tasks.setdefault(CLUSTER, {})[task.task_arn] = task


def want_a_task_by_address(shop: Shop) -> None:
    """The same of a service whose tasks have an interface each: a group of instances takes none of them."""
    want_a_task(shop)
    [service] = _ecs(shop).services.values()
    network = {"subnets": list(shop.network.public_subnets), "assignPublicIp": "ENABLED"}
    service.network_configuration = {"awsvpcConfiguration": network}


def serve_from(shop: Shop, group: str) -> None:
    """Let the service register its task, by address, in a target group of addresses, and run it."""
    to = [{"targetGroupArn": group, "containerName": "app", "containerPort": PORT}]
    shop.client("ecs").update_service(cluster=CLUSTER, service=SERVICE, loadBalancers=to)
    backend: Any = elbv2_backends[DEFAULT_ACCOUNT_ID][shop.world.aws.region]
    backend.register_targets(group, [{"Id": shop.machine.private, "Port": PORT}])


def publish(shop: Shop, port: int) -> None:
    """Let the service use a revision of its task definition that publishes another port."""
    ports = [{"containerPort": port, "hostPort": port}]
    container = {"name": "app", "image": "web", "memory": 64, "cpu": 1, "portMappings": ports}
    made = shop.client("ecs").register_task_definition(family=SERVICE, containerDefinitions=[container])
    arn = made["taskDefinition"]["taskDefinitionArn"]
    shop.client("ecs").update_service(cluster=CLUSTER, service=SERVICE, taskDefinition=arn)


def run_task(shop: Shop) -> None:
    """What kept the service's task from running is mended: it runs, and the service registers it."""
    [service] = _ecs(shop).services.values()
    service.running_count = service.desired_count
    shop.client("ecs").update_service(cluster=CLUSTER, service=SERVICE, forceNewDeployment=True)


def run_with_grace(shop: Shop, seconds: int) -> None:
    """Let the task run as soon as the service gives it so many seconds to start."""

    def wait() -> None:
        """See how long that is."""
        [service] = _ecs(shop).services.values()
        if getattr(service, "health_check_grace_period_seconds", 0) >= seconds:
            service.running_count = service.desired_count

    shop.world.aws.on_change.insert(0, wait)  # before the service places its task


def _scaling(shop: Shop) -> Any:  # noqa: ANN401 - moto's objects are untyped here
    return autoscaling_backends[DEFAULT_ACCOUNT_ID][shop.world.aws.region].autoscaling_groups[SCALING]


def _ecs(shop: Shop) -> Any:  # noqa: ANN401 - moto's objects are untyped here
    return ecs_backends[DEFAULT_ACCOUNT_ID][shop.world.aws.region]


def _register(shop: Shop, group: str, instance: str) -> None:
    backend: Any = elbv2_backends[DEFAULT_ACCOUNT_ID][shop.world.aws.region]
    backend.register_targets(group, [{"Id": instance, "Port": PORT}])
