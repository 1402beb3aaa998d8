"""From a Network Load Balancer on to the Application Load Balancer behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec import Struct

from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.behind import behind
from albdoctor.collect.aws.finder import Finder
from albdoctor.collect.aws.found import Found
from albdoctor.facts.elb import How, Lead, Leads
from albdoctor.facts.known import Gap
from albdoctor.lab.aws import AwsApi
from albdoctor.lab.build import Builder
from tests.support.aws_api import REGION, Reply, Request, denied, serving
from tests.support.aws_ask import ask, known


class Built(Struct):
    """A load balancer, one in front of it, and where the account answers."""

    port: int
    web: str
    edge: str


@pytest.fixture(scope="module")
def built() -> Iterator[Built]:
    with AwsApi() as api:
        build = Builder(api)
        network = build.network()
        web = build.balancer(network, internal=True)
        edge = build.network_balancer(network, web, (80, 443))
        yield Built(int(api.endpoint.rpartition(":")[2]), web.arn, edge.arn)


def led_on(meant: list[Found], *first: str | None) -> Leads:
    """What is behind these balancers."""

    async def follow(account: Account) -> Leads:
        finder = Finder((account,), meant.append)
        leads = [Lead(how=How.ALIAS, name="x", region=REGION, load_balancer_arn=arn) for arn in first]
        for arn in filter(None, first):
            await finder.by_arn(arn)
        return await behind(finder, leads)

    return known(ask(follow))


def test_targets_of_groups_of_type_alb_are_load_balancers(monkeypatch: pytest.MonkeyPatch, built: Built) -> None:
    meant: list[Found] = []
    with serving(monkeypatch, moto_port=built.port):
        assert led_on(meant, built.edge, built.edge) == (
            Lead(how=How.BEHIND, name=built.edge, region=REGION, load_balancer_arn=built.web),
        )
    assert {one.balancer.load_balancer_arn for one in meant} == {built.edge, built.web}


def test_nothing_is_asked_of_other_load_balancers(monkeypatch: pytest.MonkeyPatch, built: Built) -> None:
    with serving(monkeypatch, moto_port=built.port) as api:
        assert led_on([], built.web, None) == ()
        assert {one.action for one in api.requests} == {"elasticloadbalancing:DescribeLoadBalancers"}


@pytest.mark.parametrize("action", ["DescribeTargetGroups", "DescribeTargetHealth"])
def test_what_cannot_be_asked_is_a_gap_of_the_lead(monkeypatch: pytest.MonkeyPatch, built: Built, action: str) -> None:
    def behave(request: Request) -> Reply | None:
        return denied(request) if request.action.endswith(action) else None

    with serving(monkeypatch, behave, built.port):
        (lead,) = led_on([], built.edge)
    assert (lead.how, lead.name, lead.load_balancer_arn) == (How.BEHIND, built.edge, None)
    assert lead.gap
    assert (lead.gap.gap, lead.gap.asked) == (Gap.DENIED, f"elasticloadbalancing:{action}")
