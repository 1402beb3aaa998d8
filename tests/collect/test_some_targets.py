"""What is asked for some targets only: status checks of failing instances, attributes of uneven groups."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from albdoctor.collect.actions import actions_for
from albdoctor.collect.options import Options
from albdoctor.facts.ec2 import CROSS_ZONE, INSTANCE_STATUSES, UNEVEN_GROUPS
from albdoctor.facts.known import Gap, Known
from albdoctor.facts.snapshot import Facts
from albdoctor.lab.aws import AwsApi
from albdoctor.lab.aws_elb import Health
from albdoctor.lab.build import Builder
from tests.support.aws_ask import gap
from tests.support.collecting import collect_now

WANTED = frozenset({INSTANCE_STATUSES.name})
ASKED = "ec2:DescribeInstanceStatus"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsApi]:
    with AwsApi() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


class Account:
    """Two instances behind a balancer."""

    def __init__(self, api: AwsApi, *, zones: int = 1) -> None:
        """Build them, in so many zones."""
        self.build = Builder(api)
        network = self.build.network()
        places = [(network.public_subnets[0], "10.0.1.10"), (network.public_subnets[zones - 1], f"10.0.{zones}.11")]
        self.ill, self.well = (self.build.instance(network, private=ip, subnet=at).id for at, ip in places)
        self.balancer = self.build.balancer(network).arn
        elb = api.client("elbv2")
        made = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=network.vpc)
        group = made["TargetGroups"][0]["TargetGroupArn"]
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": one} for one in (self.ill, self.well)])
        forward = [{"Type": "forward", "TargetGroupArn": group}]
        elb.create_listener(LoadBalancerArn=self.balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
        self.group = str(group)
        self.failing = {self.ill}
        api.target_health = self.health

    def health(self, _group: str, target: str, port: int) -> Health:
        """Let one of them fail."""
        failing = target in self.failing
        return (
            Health("unhealthy", "Target.Timeout", "Request timed out", port)
            if failing
            else Health("healthy", port=port)
        )

    def scan(self, wanted: frozenset[str] = WANTED) -> Facts:
        """See the status checks, or something else."""
        host = "web.elb.amazonaws.com"
        meant = Options(domain=host, host=host, registrable=host, named=False, balancer=self.balancer, timeout=20)
        return collect_now(meant, wanted)


def test_only_instances_that_fail_are_asked_for(api: AwsApi) -> None:
    account = Account(api)
    statuses = account.scan().instance_statuses
    assert isinstance(statuses, Known)
    assert [(one.instance_id, one.impaired) for one in statuses.value] == [(account.ill, ())]
    assert api.scanned.count(ASKED) == 1
    assert {*api.scanned} <= {*actions_for(WANTED)}


def test_of_instances_that_do_not_run_or_do_not_fail_nobody_is_asked(api: AwsApi) -> None:
    account = Account(api)
    account.failing = set()
    assert account.scan().instance_statuses == Known(())
    account.failing = {account.ill}
    api.client("ec2").stop_instances(InstanceIds=[account.ill])
    assert account.scan().instance_statuses == Known(())
    assert ASKED not in api.scanned


def test_denied_is_a_gap(api: AwsApi) -> None:
    account = Account(api)
    api.denied = {ASKED}
    lost = gap(account.scan().instance_statuses)
    assert (lost.gap, lost.asked) == (Gap.DENIED, ASKED)


UNEVEN = frozenset({UNEVEN_GROUPS.name})
ATTRIBUTES = "elasticloadbalancing:DescribeTargetGroupAttributes"


def test_attributes_are_asked_for_where_a_zone_has_no_target(api: AwsApi) -> None:
    account = Account(api)
    off = [{"Key": CROSS_ZONE, "Value": "false"}]
    uneven = account.scan(UNEVEN).uneven_groups
    assert isinstance(uneven, Known)
    assert [(one.target_group_arn, one.crosses_zones) for one in uneven.value] == [(account.group, True)]
    assert {*api.scanned} <= {*actions_for(UNEVEN)}
    api.client("elbv2").modify_target_group_attributes(TargetGroupArn=account.group, Attributes=off)
    uneven = account.scan(UNEVEN).uneven_groups
    assert isinstance(uneven, Known)
    assert [one.crosses_zones for one in uneven.value] == [False]
    api.denied = {ATTRIBUTES}
    assert gap(account.scan(UNEVEN).uneven_groups).asked == ATTRIBUTES


def test_of_a_group_with_targets_in_every_zone_nobody_asks(api: AwsApi) -> None:
    account = Account(api, zones=2)
    assert account.scan(UNEVEN).uneven_groups == Known(())
    assert ATTRIBUTES not in api.scanned
