"""Security groups with the tag of a cluster, asked of the lab's AWS where the controller's group is not healthy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from albdoctor.collect.actions import actions_for
from albdoctor.collect.options import Options
from albdoctor.facts.cluster_tags import CLUSTER_TAGS, GroupClusterTags, TaggedGroup, TaggedInterface
from albdoctor.facts.known import Gap, Known
from albdoctor.facts.snapshot import Facts
from albdoctor.lab.aws import AwsApi
from albdoctor.lab.aws_elb import Health
from albdoctor.lab.build import Builder
from tests.support.aws_ask import gap
from tests.support.collecting import collect_now

WANTED = frozenset({CLUSTER_TAGS.name})
GROUPS, INTERFACES, TAGS = (
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeNetworkInterfaces",
    "elasticloadbalancing:DescribeTags",
)
KEY = "kubernetes.io/cluster/prod"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsApi]:
    with AwsApi() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


class Account:
    """A node behind a balancer, both of a cluster, whose controller made the target group."""

    def __init__(self, api: AwsApi, *, registered: bool = True) -> None:
        """Build them; nothing is tagged with the cluster yet but the target group."""
        self.api, self.build = api, Builder(api)
        self.network = self.build.network()
        self.eks = self.build.security_group(self.network.vpc, "eks-cluster-sg-prod-1234", ())
        self.node = self.build.instance(self.network)
        (self.interface,) = self.interfaces()
        self.attach(self.interface, self.network.target_group, self.eks)
        self.balancer = self.build.balancer(self.network).arn
        self.group = self.build.target_group(self.network, (self.node,) if registered else ())
        forward = [{"Type": "forward", "TargetGroupArn": self.group}]
        elb = api.client("elbv2")
        elb.create_listener(LoadBalancerArn=self.balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
        elb.add_tags(ResourceArns=[self.group], Tags=[{"Key": "elbv2.k8s.aws/cluster", "Value": "prod"}])
        self.health("unhealthy")

    def interfaces(self) -> list[str]:
        """The interfaces of the node."""
        of_it = [{"Name": "attachment.instance-id", "Values": [self.node.id]}]
        told = self.api.client("ec2").describe_network_interfaces(Filters=of_it)["NetworkInterfaces"]
        return [one["NetworkInterfaceId"] for one in told]

    def attach(self, interface: str, *groups: str) -> None:
        """Put security groups on an interface."""
        ec2 = self.api.client("ec2")
        ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=list(groups))

    def tag(self, *groups: str, key: str = KEY) -> None:
        """Tag security groups with the cluster."""
        self.api.client("ec2").create_tags(Resources=list(groups), Tags=[{"Key": key, "Value": "owned"}])

    def health(self, state: str) -> None:
        """Let the target be healthy or not."""
        self.api.target_health = lambda _group, _target, port: Health(state, port=port)

    def scan(self) -> Facts:
        """See the tags."""
        self.api.requests.clear()
        host = "web.elb.amazonaws.com"
        meant = Options(domain=host, host=host, registrable=host, named=False, balancer=self.balancer, timeout=20)
        return collect_now(meant, WANTED)


def tags_of(facts: Facts) -> GroupClusterTags:
    """The tags of the one group."""
    assert isinstance(facts.cluster_tags, Known)
    (one,) = facts.cluster_tags.value
    return one


def test_tagged_groups_of_the_vpc_are_told(api: AwsApi) -> None:
    account = Account(api)
    assert tags_of(account.scan()) == GroupClusterTags(target_group_arn=account.group, cluster="prod", tagged=())
    elsewhere = account.build.network()
    account.tag(account.eks, account.network.target_group, elsewhere.target_group)
    account.tag(account.network.balancer_group, key="kubernetes.io/cluster/production")
    assert tags_of(account.scan()).tagged == tuple(
        TaggedGroup(group_id=one, of_eks=one == account.eks)
        for one in sorted((account.eks, account.network.target_group))
    )
    assert {*api.scanned} <= {*actions_for(WANTED)}


def test_nodes_are_looked_for_where_no_target_tells_of_them(api: AwsApi) -> None:
    account = Account(api, registered=False)
    account.tag(account.eks)
    assert tags_of(account.scan()).interfaces == ()
    assert INTERFACES not in api.scanned
    account.tag(account.network.target_group)
    assert tags_of(account.scan()).interfaces == (
        TaggedInterface(
            network_interface_id=account.interface, security_groups=(account.network.target_group, account.eks)
        ),
    )
    account.attach(account.interface, account.eks)
    assert tags_of(account.scan()).interfaces == ()


def test_only_primary_interfaces_of_instances_count(api: AwsApi) -> None:
    account = Account(api, registered=False)
    account.tag(account.eks, account.network.target_group)
    account.attach(account.interface, account.eks)
    ec2 = api.client("ec2")
    both = {"SubnetId": account.network.public_subnets[0], "Groups": [account.eks, account.network.target_group]}
    ec2.create_network_interface(**both)
    second = ec2.create_network_interface(**both)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(NetworkInterfaceId=second, InstanceId=account.node.id, DeviceIndex=1)
    assert tags_of(account.scan()).interfaces == ()


def test_of_healthy_groups_and_those_of_no_controller_nobody_asks(api: AwsApi) -> None:
    account = Account(api)
    account.health("healthy")
    assert account.scan().cluster_tags == Known(())
    account.health("unhealthy")
    keys = ["elbv2.k8s.aws/cluster"]
    api.client("elbv2").remove_tags(ResourceArns=[account.group], TagKeys=keys)
    auto = [{"Key": "eks:eks-cluster-name", "Value": "prod"}]
    api.client("elbv2").add_tags(ResourceArns=[account.group], Tags=auto)
    assert account.scan().cluster_tags == Known(())
    assert GROUPS not in api.scanned


@pytest.mark.parametrize("action", [GROUPS, INTERFACES, TAGS])
def test_denied_is_a_gap(api: AwsApi, action: str) -> None:
    account = Account(api, registered=False)
    account.tag(account.eks, account.network.target_group)
    api.denied = {action}
    lost = gap(account.scan().cluster_tags)
    assert (lost.gap, lost.asked) == (Gap.DENIED, action)
