"""The tags of a balancer and its target groups, asked of the lab's AWS in one question for twenty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from albdoctor.collect.actions import actions_for
from albdoctor.collect.options import Options
from albdoctor.facts.known import Gap, Known
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.tags import OWNER_TAGS
from albdoctor.lab.aws import AwsApi
from albdoctor.lab.build import Builder
from tests.support.aws_ask import gap
from tests.support.build_owners import tagged
from tests.support.collecting import collect_now

WANTED = frozenset({OWNER_TAGS.name})


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsApi]:
    with AwsApi() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


def scan(arn: str) -> Facts:
    """See the tags, and what they build on, of one balancer."""
    host = "web.elb.amazonaws.com"
    return collect_now(Options(domain=host, host=host, registrable=host, named=False, balancer=arn, timeout=20), WANTED)


def test_those_of_the_balancer_and_its_groups_are_seen(api: AwsApi) -> None:
    build, elb = Builder(api), api.client("elbv2")
    network = build.network()
    balancer = build.balancer(network)
    arns = [
        elb.create_target_group(Name=f"web-{number}", Protocol="HTTP", Port=80, VpcId=network.vpc)["TargetGroups"][0][
            "TargetGroupArn"
        ]
        for number in range(21)
    ]
    elsewhere = elb.create_target_group(Name="other", Protocol="HTTP", Port=80, VpcId=network.vpc)
    forward = [{"Type": "forward", "TargetGroupArn": arns[0]}]
    listener = elb.create_listener(LoadBalancerArn=balancer.arn, Protocol="HTTP", Port=80, DefaultActions=forward)
    for number, arn in enumerate(arns[1:], 1):
        elb.create_rule(
            ListenerArn=listener["Listeners"][0]["ListenerArn"],
            Priority=number,
            Conditions=[{"Field": "path-pattern", "Values": [f"/{number}"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": arn}],
        )
    elb.add_tags(ResourceArns=[balancer.arn], Tags=[{"Key": "ManagedBy", "Value": "terraform"}])
    tags = [{"Key": "service.k8s.aws/stack", "Value": "shop/web"}, {"Key": "Password", "Value": "hunter2"}]
    elb.add_tags(ResourceArns=[arns[20]], Tags=tags)
    facts = scan(balancer.arn)
    assert isinstance(facts.owner_tags, Known)
    told = {one.resource_arn: one for one in facts.owner_tags.value}
    assert {*told} == {balancer.arn, *arns} - {elsewhere["TargetGroups"][0]["TargetGroupArn"]}
    assert [one for one in told.values() if one.tags] == [
        tagged(balancer.arn, **{"managed-by": "terraform"}),
        tagged(arns[20], **{"service.k8s.aws/stack": "shop/web"}),
    ]
    assert list(api.scanned).count("elasticloadbalancing:DescribeTags") <= 2
    assert {*api.scanned} <= {*actions_for(WANTED)}
    api.denied = {"elasticloadbalancing:DescribeTags"}
    lost = gap(scan(balancer.arn).owner_tags)
    assert (lost.gap, lost.asked) == (Gap.DENIED, "elasticloadbalancing:DescribeTags")
