"""Auto Scaling groups and Amazon ECS services, asked of the lab's AWS where a target group needs an eye."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ecs.models import Task, ecs_backends

from albdoctor.collect.actions import actions_for
from albdoctor.collect.aws import registrars
from albdoctor.collect.options import Options
from albdoctor.collect.run import collect_all, now
from albdoctor.facts.ecs import (
    ECS_CLUSTERS,
    ECS_TASKS,
    LONGEST_MESSAGE,
    MOST_EVENTS,
    TASK_DEFINITIONS,
    ContainerDefinition,
    EcsService,
    EcsTask,
    PortMapping,
    StoppedContainer,
    TaskDefinition,
)
from albdoctor.facts.known import Gap, Known, Observed
from albdoctor.facts.scaling import AUTO_SCALING_GROUPS, SCALING_HISTORIES, UNHEALTHY, AutoScalingGroup, EndedInstance
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.tags import Tag
from albdoctor.lab.aws import AwsApi
from albdoctor.lab.aws_elb import Health
from albdoctor.lab.aws_scaling import Activity
from albdoctor.lab.build import Builder
from albdoctor.redact.snapshot import redact
from tests.support.aws_ask import gap

pytestmark = pytest.mark.process

OF_REGISTRARS = (AUTO_SCALING_GROUPS, SCALING_HISTORIES, ECS_CLUSTERS, ECS_TASKS, TASK_DEFINITIONS)
WANTED = frozenset(card.name for card in OF_REGISTRARS)
ASKED = ("autoscaling:", "ecs:")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsApi]:
    with AwsApi() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


class Account:
    """A balancer, what is behind it, and what an account has besides."""

    def __init__(self, api: AwsApi) -> None:
        """Build a balancer that forwards to an empty target group."""
        self.api, self.build = api, Builder(api)
        self.network = self.build.network()
        self.balancers: list[str] = []
        self.group = self.forward("web")

    def forward(self, name: str) -> str:
        """Make a balancer that forwards to an empty target group; gives the group's ARN."""
        elb = self.api.client("elbv2")
        balancer = self.build.balancer(self.network, name=name).arn
        made = elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=self.network.vpc)
        group = str(made["TargetGroups"][0]["TargetGroupArn"])
        forward = [{"Type": "forward", "TargetGroupArn": group}]
        elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
        self.balancers.append(balancer)
        return group

    def scale(self, name: str, size: int = 0, **more: Any) -> None:
        """Make an Auto Scaling group."""
        scaling = self.api.client("autoscaling")
        if not scaling.describe_launch_configurations()["LaunchConfigurations"]:
            scaling.create_launch_configuration(
                LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="t3.micro"
            )
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchConfigurationName="web",
            MinSize=0,
            MaxSize=4,
            DesiredCapacity=size,
            VPCZoneIdentifier=",".join(self.network.public_subnets),
            **more,
        )

    def serve(self, cluster: str, *names: str, group: str = "") -> str:
        """Make a cluster with services that register in a target group; gives its ARN."""
        ecs = self.api.client("ecs")
        arn = str(ecs.create_cluster(clusterName=cluster)["cluster"]["clusterArn"])
        ecs.register_task_definition(
            family="web", containerDefinitions=[{"name": "web", "image": "web", "memory": 64, "cpu": 1}]
        )
        to = [{"targetGroupArn": group or self.group, "containerName": "web", "containerPort": 8080}]
        for name in names:
            ecs.create_service(
                cluster=cluster, serviceName=name, taskDefinition="web", desiredCount=0, loadBalancers=to
            )
        return arn

    def scan(self) -> Facts:
        """See both groups of facts of the first balancer."""
        [facts, *_] = self.scan_all(1)
        return facts

    def scan_all(self, most: int | None = None) -> tuple[Facts, ...]:
        """See both groups of facts of every balancer, in one run."""
        host = "web.elb.amazonaws.com"
        every = tuple(
            Options(domain=host, host=host, registrable=host, named=False, balancer=arn, timeout=20)
            for arn in self.balancers[:most]
        )
        return tuple(now(lambda: collect_all(every, WANTED)))

    @property
    def asked(self) -> Counter[str]:
        """How often the scans asked what registers targets."""
        return Counter(action for action in self.api.scanned if action.startswith(ASKED))


T = TypeVar("T")


def known(observed: Observed[T]) -> T:
    assert isinstance(observed, Known), observed
    return observed.value


def test_auto_scaling_groups_are_seen_without_what_they_hold_of_the_users(api: AwsApi) -> None:
    account = Account(api)
    tags = {"aws:cloudformation:stack-name": "site", "Password": "hunter2"}
    account.scale(
        "web servers",
        2,
        TargetGroupARNs=[account.group],
        Tags=[{"Key": key, "Value": value, "PropagateAtLaunch": True} for key, value in tags.items()],
    )
    account.scale("idle")
    api.client("autoscaling").suspend_processes(AutoScalingGroupName="idle", ScalingProcesses=["AddToLoadBalancer"])
    seen = {one.auto_scaling_group_name: one for one in known(account.scan().auto_scaling_groups)}
    web, idle = seen["web servers"], seen["idle"]
    assert (web.desired_capacity, len(web.in_service), [*web.attached]) == (2, 2, [account.group])
    assert (idle.desired_capacity, idle.in_service, [*idle.attached]) == (0, (), [])
    assert ([*web.suspended], [*idle.suspended]) == ([], ["AddToLoadBalancer"])
    assert web.subnets == {*account.network.public_subnets}
    assert web.tags == (Tag(key="aws:cloudformation:stack-name", value="site"),)
    assert "hunter2" not in msgspec.json.encode(account.scan()).decode()
    assert web.region == api.region


def test_services_are_seen_cluster_by_cluster(api: AwsApi) -> None:
    account = Account(api)
    names = tuple(f"web-{number:02}" for number in range(12))
    shop, empty = account.serve("shop", *names), account.serve("empty")
    services = {one.cluster_arn: known(one.services) for one in known(account.scan().ecs_clusters)}
    assert {*services} == {shop, empty}
    assert sorted(one.service_name for one in services[shop]) == list(names)
    assert services[empty] == ()
    web = services[shop][0]
    assert ([*web.registers_in], web.cluster, web.controller) == ([account.group], "shop", "ECS")
    assert (web.desired_count, web.running_count, web.region) == (0, 0, api.region)
    assert (web.load_balancers[0].container_name, web.load_balancers[0].container_port) == ("web", 8080)
    assert account.asked == {
        "autoscaling:DescribeAutoScalingGroups": 1,
        "ecs:ListClusters": 1,
        "ecs:ListServices": 2,
        "ecs:DescribeServices": 2,
    }
    assert {*api.scanned} <= {*actions_for(WANTED)}


SECRET = "hunter2"


def wanting(account: Account) -> Any:
    """A service that wants a task; gives moto's objects of Amazon ECS."""
    account.serve("shop", "web")
    ecs: Any = ecs_backends[DEFAULT_ACCOUNT_ID][account.api.region]
    given = [{"name": "PASSWORD", "value": SECRET}]
    container = {
        "name": "web",
        "image": f"web:{SECRET}",
        "memory": 64,
        "command": [SECRET],
        "environment": given,
        "secrets": [{"name": "TOKEN", "valueFrom": SECRET}],
        "dockerLabels": {"label": SECRET},
        "portMappings": [{"containerPort": 8080}],
    }
    made = account.api.client("ecs").register_task_definition(family="web", containerDefinitions=[container])
    [service] = ecs.services.values()
    service.task_definition, service.desired_count = made["taskDefinition"]["taskDefinitionArn"], 1
    for number in range(7):
        overrides = {"containerOverrides": [{"name": "web", "environment": given}]}
        definition = ecs.describe_task_definition("web")
        task: Any = Task(ecs.clusters["shop"], definition, None, {}, ecs, "service:web", overrides=overrides)
        task.last_status = task.desired_status = "STOPPED"
        task.stopped_reason = f"Essential container in task exited {number} {'x' * 2 * LONGEST_MESSAGE}"
        task.stopped_at = datetime(2026, 11, 22, 7, number, tzinfo=UTC)
        ecs.tasks.setdefault("shop", {})[task.task_arn] = task
    return ecs


OF_TASKS = ("ecs:ListTasks", "ecs:DescribeTasks", "ecs:DescribeTaskDefinition")


def test_of_tasks_the_reasons_are_seen_and_nothing_that_they_are_given(api: AwsApi) -> None:
    account = Account(api)
    wanting(account)
    facts = account.scan()
    [tasks] = known(facts.ecs_tasks)
    seen = known(tasks.stopped)
    assert [one.stopped_reason.split()[5] for one in seen] == ["6", "5", "4", "3", "2"]
    assert {len(one.stopped_reason) for one in seen} == {LONGEST_MESSAGE}
    [definition] = known(facts.task_definitions)
    assert [(one.name, [*one.port_mappings[0].ports]) for one in definition.container_definitions] == [("web", [8080])]
    assert SECRET not in msgspec.json.encode(facts).decode()
    assert {action: account.asked[action] for action in OF_TASKS} == dict.fromkeys(OF_TASKS, 1)


@pytest.mark.parametrize("action", OF_TASKS)
def test_tasks_that_are_denied_are_a_gap_of_their_own(api: AwsApi, action: str) -> None:
    account = Account(api)
    wanting(account)
    api.denied = {action}
    facts = account.scan()
    if action == "ecs:DescribeTaskDefinition":
        lost: Observed[Any] = facts.task_definitions
        assert isinstance(known(facts.ecs_tasks)[0].stopped, Known)
    else:
        lost = known(facts.ecs_tasks)[0].stopped
        assert isinstance(facts.task_definitions, Known)
    assert (gap(lost).gap, gap(lost).asked) == (Gap.DENIED, action)


def test_a_service_that_wants_no_task_is_not_asked_for_any(api: AwsApi) -> None:
    account = Account(api)
    account.serve("shop", "web")
    facts = account.scan()
    assert (known(facts.ecs_tasks), known(facts.task_definitions)) == ((), ())
    assert {*OF_TASKS}.isdisjoint(account.asked)


def test_of_many_services_some_are_asked_for_their_tasks(api: AwsApi) -> None:
    account = Account(api)
    account.serve("shop", *(f"web-{number:02}" for number in range(registrars.MOST_WATCHED + 2)))
    backend: Any = ecs_backends[DEFAULT_ACCOUNT_ID][api.region]
    for service in backend.services.values():
        service.desired_count = 1
    tasks = known(account.scan().ecs_tasks)
    seen = registrars.MOST_WATCHED
    assert [isinstance(one.stopped, Known) for one in tasks] == [True] * seen + [False] * 2
    assert gap(tasks[-1].stopped).detail == f"at most {seen} services of a load balancer are looked at"
    assert account.asked["ecs:ListTasks"] == registrars.MOST_WATCHED


def test_the_page_names_all_that_is_kept_of_tasks() -> None:
    kept: dict[Any, str] = {
        EcsTask: "task_arn task_definition_arn last_status stop_code stopped_reason started_at stopping_at stopped_at"
        " containers",
        StoppedContainer: "name exit_code reason",
        TaskDefinition: "task_definition_arn container_definitions",
        ContainerDefinition: "name port_mappings",
        PortMapping: "container_port container_port_range",
    }
    for type_, members in kept.items():
        assert {*type_.__struct_fields__} == {"lacks", *members.split()}


OF_ACTIVITIES = "autoscaling:DescribeScalingActivities"
UNHEALTHY_AT = (
    "At 2026-11-22T07:05:00Z an instance was taken out of service in response to an ELB system health check failure."
)


def ending(account: Account, api: AwsApi, kind: str = "ELB") -> None:
    """An Auto Scaling group of the target group that has ended seven instances, of which six were launched lately."""
    account.scale("web", 0, TargetGroupARNs=[account.group], HealthCheckType=kind, HealthCheckGracePeriod=45)
    account.scale("idle", 0, HealthCheckType=kind)

    def tell(number: int, minute: int, what: str, cause: str) -> None:
        at = datetime(2026, 11, 22, 7, minute, tzinfo=UTC)
        done = f"{what} EC2 instance: i-abc{number:014x}"
        api.scaling.activities.append(Activity(group="web", description=done, cause=cause, at=at))

    for number in range(7):
        if number != 6:
            tell(number, 6 * number, "Launching a new", "At 2026-11-22T07:00:00Z an instance was launched.")
        tell(number, 6 * number + 2, "Terminating", UNHEALTHY_AT)
    api.scaling.activities.append(
        Activity(
            group="web", description="Scaling <odd> & more", cause="none", at=datetime(2026, 11, 22, 9, tzinfo=UTC)
        )
    )


def test_of_ended_instances_the_lives_and_causes_are_seen(api: AwsApi) -> None:
    account = Account(api)
    ending(account, api)
    facts = account.scan()
    [web] = (one for one in known(facts.auto_scaling_groups) if one.auto_scaling_group_name == "web")
    assert (web.replaces_unhealthy_targets, web.health_check_grace_period) == (True, 45)
    [history] = known(facts.scaling_histories)
    assert history.auto_scaling_group_arn == web.auto_scaling_group_arn
    ended = known(history.ended)
    assert [one.instance_id[-1] for one in ended] == ["6", "5", "4", "3", "2"]
    assert [one.seconds for one in ended] == [None, 120, 120, 120, 120]
    assert {one.cause for one in ended} == {UNHEALTHY_AT}
    assert {*EndedInstance.__struct_fields__} == {"instance_id", "launched_at", "ended_at", "cause"}
    assert account.asked[OF_ACTIVITIES] == 1
    [hidden] = known(redact(facts).scaling_histories)
    assert {one.cause for one in known(hidden.ended)} == {UNHEALTHY}
    assert [one.seconds for one in known(hidden.ended)] == [one.seconds for one in ended]
    assert not {one.instance_id for one in ended} & {one.instance_id for one in known(hidden.ended)}


def test_of_more_groups_than_are_looked_at_the_others_are_gaps(api: AwsApi) -> None:
    account, seen = Account(api), registrars.MOST_WATCHED
    for number in range(seen + 2):
        account.scale(f"web-{number:02}", 0, TargetGroupARNs=[account.group], HealthCheckType="ELB")
    histories = known(account.scan().scaling_histories)
    assert [isinstance(one.ended, Known) for one in histories] == [True] * seen + [False] * 2
    assert gap(histories[-1].ended).detail == f"at most {seen} Auto Scaling groups of a load balancer are looked at"
    assert account.asked[OF_ACTIVITIES] == seen


def test_activities_that_are_denied_are_a_gap_of_their_own(api: AwsApi) -> None:
    account = Account(api)
    ending(account, api)
    api.denied = {OF_ACTIVITIES}
    facts = account.scan()
    [history] = known(facts.scaling_histories)
    assert (gap(history.ended).gap, gap(history.ended).asked) == (Gap.DENIED, OF_ACTIVITIES)
    assert isinstance(facts.auto_scaling_groups, Known)


def test_a_group_that_ends_no_unhealthy_target_is_not_asked_for_its_activities(api: AwsApi) -> None:
    account = Account(api)
    ending(account, api, "EC2")
    assert known(account.scan().scaling_histories) == ()
    assert OF_ACTIVITIES not in account.asked


def test_redaction_leaves_amazon_ecs_s_own_words_of_a_reason(api: AwsApi) -> None:
    account = Account(api)
    wanting(account)
    [tasks] = known(redact(account.scan()).ecs_tasks)
    assert {one.stopped_reason for one in known(tasks.stopped)} == {"Essential container in task exited"}


def test_where_every_target_is_healthy_nobody_is_asked(api: AwsApi) -> None:
    account = Account(api)
    account.scale("web", 1, TargetGroupARNs=[account.group])
    account.serve("shop", "web")
    api.target_health = lambda _group, _target, port: Health("healthy", "", "", port)
    assert account.scan().auto_scaling_groups == account.scan().ecs_clusters == Known(())
    assert account.asked == {}
    api.target_health = lambda _group, _target, port: Health("unhealthy", "Target.Timeout", "Request timed out", port)
    assert len(known(account.scan().auto_scaling_groups)) == len(known(account.scan().ecs_clusters)) == 1


def test_a_fleet_asks_once(api: AwsApi) -> None:
    account = Account(api)
    second = account.forward("api")
    account.scale("api", 1, TargetGroupARNs=[second])
    account.serve("shop", "web")
    api.target_health = lambda _group, _target, port: Health("unhealthy", "Target.Timeout", "Request timed out", port)
    first, other = account.scan_all()
    assert len(known(first.auto_scaling_groups)) == len(known(first.ecs_clusters)) == 1
    assert (first.auto_scaling_groups, first.ecs_clusters) == (other.auto_scaling_groups, other.ecs_clusters)
    assert account.asked == dict.fromkeys(
        ("autoscaling:DescribeAutoScalingGroups", "ecs:ListClusters", "ecs:ListServices", "ecs:DescribeServices"), 1
    )


@pytest.mark.parametrize("action", ["autoscaling:DescribeAutoScalingGroups", "ecs:ListClusters"])
def test_a_list_that_is_denied_is_a_gap_of_its_own(api: AwsApi, action: str) -> None:
    account = Account(api)
    account.serve("shop", "web")
    api.denied = {action}
    facts = account.scan()
    both: dict[str, Observed[Any]] = {"autoscaling": facts.auto_scaling_groups, "ecs": facts.ecs_clusters}
    lost = both.pop(action.partition(":")[0])
    [seen] = both.values()
    assert (gap(lost).gap, gap(lost).asked) == (Gap.DENIED, action)
    assert isinstance(seen, Known)


@pytest.mark.parametrize("action", ["ecs:ListServices", "ecs:DescribeServices"])
def test_of_a_cluster_whose_services_are_denied_the_name_is_known(api: AwsApi, action: str) -> None:
    account = Account(api)
    arn = account.serve("shop", "web")
    api.denied = {action}
    [cluster] = known(account.scan().ecs_clusters)
    lost = gap(cluster.services)
    assert (cluster.cluster_arn, lost.gap, lost.asked) == (arn, Gap.DENIED, action)


def test_an_account_with_very_many_services_is_looked_at_in_part(api: AwsApi) -> None:
    account = Account(api)
    for cluster, services in {"a": 120, "b": 140, "c": 25, **{f"d{number}": 0 for number in range(23)}}.items():
        account.serve(cluster, *map(str, range(services)))
    seen = {one.cluster_arn.rpartition("/")[2]: one.services for one in known(account.scan().ecs_clusters)}
    assert [name for name, services in seen.items() if not isinstance(services, Known)] == ["b", "d22"]
    assert seen["b"] == seen["d22"] == registrars.TOO_MANY
    assert (len(known(seen["a"])), len(known(seen["c"]))) == (120, 25)
    assert account.asked["ecs:ListServices"] == registrars.MOST_CLUSTERS
    assert account.asked["ecs:DescribeServices"] == 12 + 3


def test_of_what_a_service_tells_a_little_is_kept() -> None:
    events = [{"message": f"({number}) was unable to place a task \n" + "x" * 999} for number in range(100)]
    told = {"serviceArn": "arn:aws:ecs:eu-west-1:123456789012:service/shop/web", "events": events}
    service = msgspec.convert(told, EcsService)
    assert len(service.events) == MOST_EVENTS
    assert all(len(one.message) == LONGEST_MESSAGE and "\n" not in one.message for one in service.events)
    assert service.events[0].message.startswith("(0) was unable to place a task x")


def test_every_group_of_a_service_is_its_own() -> None:
    def to(arn: str, **more: object) -> dict[str, object]:
        return {"targetGroupArn": arn, "containerName": "web", "containerPort": 80, **more}

    told = {
        "serviceArn": "arn:aws:ecs:eu-west-1:123456789012:service/shop/web",
        "loadBalancers": [to("blue", advancedConfiguration={"alternateTargetGroupArn": "green"}), to("grpc")],
        "taskSets": [{"id": "ecs-svc/1", "status": "PRIMARY", "loadBalancers": [to("violet")]}],
        "deploymentController": {"type": "CODE_DEPLOY"},
    }
    service = msgspec.convert(told, EcsService)
    assert service.registers_in == {"blue", "green", "grpc", "violet"}
    assert service.controller == "CODE_DEPLOY"


def test_a_target_group_is_a_traffic_source_too() -> None:
    told = {
        "AutoScalingGroupName": "web",
        **dict.fromkeys(("MinSize", "MaxSize", "DesiredCapacity"), 1),
        "HealthCheckType": "EC2",
        "TargetGroupARNs": ["arn:one"],
        "TrafficSources": [{"Identifier": "arn:one", "Type": "elbv2"}, {"Identifier": "arn:two", "Type": "elbv2"}],
    }
    assert msgspec.convert(told, AutoScalingGroup).attached == {"arn:one", "arn:two"}
