"""Auto Scaling groups: they register the instances that they start. Field names mirror Auto Scaling (2011-01-01)."""

from __future__ import annotations

import re
from typing import TypeAlias

from msgspec import field
from msgspec.structs import force_setattr

from albdoctor.facts.arn import region_of
from albdoctor.facts.ec2 import Ec2Facts
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Observed
from albdoctor.facts.mirror import Mirror
from albdoctor.facts.tags import Tag, telling
from albdoctor.facts.values import ArnText, Id, OwnerName, Sent, SubnetIds, Word

HOST_KEYS = re.compile(
    r"AmazonECSManaged|eks:(eks-)?(cluster|nodegroup)-name|(kubernetes\.io/cluster|k8s\.io/cluster-autoscaler)/.*"
)
"""Tags of capacity providers, of node groups, and of what scales a cluster."""
HOSTS = Tag(key="kubernetes.io/cluster")
"""What is kept of any of them."""


def _kept(tag: Tag) -> Tag | None:
    return HOSTS if tag == HOSTS or HOST_KEYS.fullmatch(tag.key) else telling(tag)


class TrafficSource(Mirror, frozen=True, kw_only=True):
    """What an Auto Scaling group registers its instances with; of a target group it is the ARN."""

    identifier: Sent[ArnText]
    type: Word = ""
    """elbv2 for a target group; also elb (a Classic Load Balancer's name) and vpc-lattice."""


class ScaledInstance(Mirror, frozen=True, kw_only=True):
    """An instance of an Auto Scaling group."""

    instance_id: Id
    lifecycle_state: Sent[Word]
    """InService, Pending, Standby, Terminating, Detaching, ... and those of a warm pool, Warmed:..."""
    health_status: Sent[Word]
    """Healthy or Unhealthy."""


class SuspendedProcess(Mirror, frozen=True, kw_only=True):
    """What an Auto Scaling group does not do for now: Launch, AddToLoadBalancer, ..."""

    process_name: Word = ""


class AutoScalingGroup(Mirror, frozen=True, kw_only=True):
    """An Auto Scaling group."""

    auto_scaling_group_name: OwnerName
    auto_scaling_group_arn: Sent[ArnText] = field(name="AutoScalingGroupARN", default="")
    min_size: Sent[int]
    max_size: Sent[int]
    desired_capacity: Sent[int]
    health_check_type: Sent[Word]
    """EC2, ELB, ... by comma."""
    vpc_zone_identifier: SubnetIds = field(name="VPCZoneIdentifier", default="")
    """Ids of its subnets, by comma."""
    target_group_arns: tuple[ArnText, ...] = field(name="TargetGroupARNs", default=())
    traffic_sources: tuple[TrafficSource, ...] = ()
    """Holds the target groups too; an answer may have either, or both."""
    instances: tuple[ScaledInstance, ...] = ()
    suspended_processes: tuple[SuspendedProcess, ...] = ()
    tags: tuple[Tag, ...] = ()
    """Only those that tell an owner, or whose containers run on the instances."""

    def __post_init__(self) -> None:
        """Drop the tags that are not needed, whoever made it."""
        if not self.lacks:
            force_setattr(self, "tags", tuple(filter(None, map(_kept, self.tags))))

    @property
    def hosts_containers(self) -> bool:
        """Whether Kubernetes or Amazon ECS runs on its instances: those register pods and tasks, not instances."""
        return HOSTS in self.tags

    @property
    def attached(self) -> frozenset[str]:
        """ARNs of the target groups in which it registers its instances."""
        return frozenset(self.target_group_arns) | {each.identifier for each in self.traffic_sources}

    @property
    def subnets(self) -> frozenset[str]:
        """Ids of its subnets."""
        return frozenset(filter(None, map(str.strip, self.vpc_zone_identifier.split(","))))

    @property
    def in_service(self) -> tuple[str, ...]:
        """Ids of the instances that serve."""
        return tuple(one.instance_id for one in self.instances if one.lifecycle_state == "InService")

    @property
    def suspended(self) -> frozenset[str]:
        """Names of the processes that it does not run."""
        return frozenset(one.process_name for one in self.suspended_processes)

    @property
    def region(self) -> str:
        """Region, from the ARN."""
        return region_of(self.auto_scaling_group_arn)


AutoScalingGroups: TypeAlias = tuple[AutoScalingGroup, ...]
"""Every Auto Scaling group of the accounts and Regions in which a target group of a balancer needs an eye."""

AUTO_SCALING_GROUPS = Card(
    name="auto_scaling_groups",
    holds=AutoScalingGroups,
    actions=("autoscaling:DescribeAutoScalingGroups",),
    builds_on=("groups_health",),
    only_helps=True,
    key=("auto_scaling_group_arn",),
)


class ScalingFacts(Ec2Facts, frozen=True, kw_only=True):
    """Adds to a snapshot what starts instances and registers them."""

    auto_scaling_groups: Observed[AutoScalingGroups] = AUTO_SCALING_GROUPS.not_asked
