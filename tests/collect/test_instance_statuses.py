"""EC2's status checks, asked of the lab's AWS for instances that fail their health checks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from albdoctor.collect.actions import actions_for
from albdoctor.collect.options import Options
from albdoctor.facts.ec2 import INSTANCE_STATUSES
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

    def __init__(self, api: AwsApi) -> None:
        """Build them."""
        self.build = Builder(api)
        network = self.build.network()
        self.ill, self.well = (self.build.instance(network, private=f"10.0.1.{host}").id for host in (10, 11))
        self.balancer = self.build.balancer(network).arn
        elb = api.client("elbv2")
        made = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=network.vpc)
        group = made["TargetGroups"][0]["TargetGroupArn"]
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": one} for one in (self.ill, self.well)])
        forward = [{"Type": "forward", "TargetGroupArn": group}]
        elb.create_listener(LoadBalancerArn=self.balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
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

    def scan(self) -> Facts:
        """See the status checks."""
        host = "web.elb.amazonaws.com"
        meant = Options(domain=host, host=host, registrable=host, named=False, balancer=self.balancer, timeout=20)
        return collect_now(meant, WANTED)


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
