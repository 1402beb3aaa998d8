"""A fleet: what a survey finds, and that its scans see what single scans see, without asking anything twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

import msgspec
import pytest

from albdoctor.collect.actions import OF_THE_NAME, actions_for
from albdoctor.collect.aws.survey import Survey
from albdoctor.collect.fleet import Fleet, Wanted
from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.run import Run, Setting
from albdoctor.facts.elb import How
from albdoctor.facts.known import Gap
from albdoctor.facts.snapshot import CARDS, Facts
from tests.collect.test_plan import CLOSED, COM, NODES, names
from tests.support.aws_api import REGION, denied, serving
from tests.support.aws_ask import gap, known
from tests.support.aws_less import without_first
from tests.support.aws_shop import moto_server
from tests.support.aws_town import Town, build
from tests.support.collecting import collect
from tests.support.dns_server import Server, zone
from tests.support.dns_server import serving as serving_dns
from tests.support.dns_tree import AWS, ROOT

pytestmark = pytest.mark.lab

ALL = frozenset(CARDS) - {"registration"}
WANTED = Wanted(named=ALL, unnamed=ALL - OF_THE_NAME)
BLOG_NODE = "203.0.113.50"


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with moto_server() as port:
        yield build(port)


def servers(town: Town) -> dict[str, Server]:
    """The DNS tree, with every name of the town."""
    found = names(town.shop.balancer_name)
    shop = f"@ NS ns-1.awsdns-01.net.\n@ A {NODES[0]}\n@ A {NODES[1]}\nwww CNAME shop.example.\nblog CNAME {town.blog}."
    com = zone("com.", f"@ NS a.com.\na A {COM}\n{town.shop.balancer_name}. A {NODES[0]}\n{town.blog}. A {BLOG_NODE}")
    return found | {address: Server((zone("shop.example.", shop),)) for address in AWS} | {COM: Server((com,))}


def options(connect_to: ConnectTo, host: str = "", registrable: str = "") -> Options:
    """How to look; every address that may be probed refuses on loopback."""
    web = tuple(((address, port), CLOSED) for address in (*NODES, BLOG_NODE) for port in (80, 443))
    return Options(
        domain=host,
        host=host,
        registrable=registrable,
        timeout=30,
        dns_roots=((ROOT, 53),),
        resolvers=((AWS[0], 53),),
        connect_to=ConnectTo(places=connect_to.places + web),
    )


def fleet(town: Town, *, many: bool = True) -> tuple[Survey, dict[str, Facts]]:
    """Survey and scan everything; facts by host."""

    async def main() -> tuple[Survey, dict[str, Facts]]:
        async with serving_dns(servers(town)) as connect_to:
            with Run(Setting(timeout=30, many=many)) as run:
                whole = Fleet(run, options(connect_to), WANTED)
                found = await whole.survey()
                seen = {facts.scan.host: facts async for facts in whole.scans(found.sites)}
                return found, seen

    return asyncio.run(main())


def single(town: Town, host: str) -> Facts:
    """One scan of one name."""

    async def main() -> Facts:
        async with serving_dns(servers(town)) as connect_to:
            return await collect(options(connect_to, host, "shop.example"), ALL)

    return asyncio.run(main())


def _calm(node: Any) -> Any:
    if isinstance(node, dict):
        fields = cast("dict[str, Any]", node)
        return {key: _calm(value) for key, value in fields.items() if key not in {"milliseconds", "detail"}}
    if isinstance(node, list | tuple):
        return sorted((_calm(each) for each in cast("list[Any]", node)), key=repr)
    return node


def seen(facts: Facts) -> dict[str, object]:
    """What was seen, without when and how fast; lists in one order."""
    told = msgspec.to_builtins(facts)
    del told["scan"], told["metrics"]  # a window of its own
    return {name: _calm(group) for name, group in told.items()}


def test_a_fleet_is_every_balancer_with_each_of_its_names(monkeypatch: pytest.MonkeyPatch, town: Town) -> None:
    with serving(monkeypatch, moto_port=town.shop.port) as api:
        found, scanned = fleet(town)
    named = {site.host for site in found.sites if site.named}
    assert named == {"shop.example", "www.shop.example", "blog.shop.example", "old.shop.example"}
    assert [site.host for site in found.sites if not site.balancer] == ["old.shop.example"]
    assert {site.balancer for site in found.sites if not site.named} == set(town.lonely)
    assert (found.balancers, found.gaps) == (4, ())
    assert scanned.keys() == {site.host for site in found.sites}
    for site in found.sites:
        facts = scanned[site.host]
        assert facts.scan.named is site.named
        if not site.balancer:
            assert next((lead.how, lead.load_balancer_arn) for lead in known(facts.leads)) == (How.RECORD, None)
            continue
        assert [each.load_balancer_arn for each in known(facts.load_balancers)] == [site.balancer]
        assert [each.port for each in known(facts.listeners)]
    again = Counter((each.action, each.region, each.path, each.body) for each in api.requests)
    assert {question: count for question, count in again.items() if count > 1} == {}
    assert set(api.actions) <= set(actions_for(ALL))


def test_a_fleets_scan_of_a_name_sees_what_a_single_scan_sees(monkeypatch: pytest.MonkeyPatch, town: Town) -> None:
    with serving(monkeypatch, moto_port=town.shop.port):
        _, scanned = fleet(town)
        for host in ("shop.example", "blog.shop.example"):
            assert seen(scanned[host]) == seen(single(town, host))


def test_questions_to_ec2_are_joined(monkeypatch: pytest.MonkeyPatch, town: Town) -> None:
    def asked(*, many: bool) -> int:
        with serving(monkeypatch, moto_port=town.shop.port) as api:
            fleet(town, many=many)
        return sum(action.startswith("ec2:") for action in api.actions)

    assert asked(many=True) < asked(many=False)


def test_zones_that_may_not_be_listed_are_a_gap_and_leave_balancers_without_names(
    monkeypatch: pytest.MonkeyPatch, town: Town
) -> None:
    def behave(request: Any) -> Any:
        return denied(request) if request.action == "route53:ListHostedZonesByName" else None

    with serving(monkeypatch, behave, moto_port=town.shop.port):
        found, scanned = fleet(town)
    assert [(one.gap, one.asked) for one in found.gaps] == [(Gap.DENIED, "route53:ListHostedZonesByName")]
    assert [site.named for site in found.sites] == [False] * 4
    assert all(known(facts.load_balancers) for facts in scanned.values())


def test_balancers_that_may_not_be_listed_are_a_gap(monkeypatch: pytest.MonkeyPatch, town: Town) -> None:
    def behave(request: Any) -> Any:
        return denied(request) if request.action == "elasticloadbalancing:DescribeLoadBalancers" else None

    with serving(monkeypatch, behave, moto_port=town.shop.port):
        found, scanned = fleet(town)
    assert {(site.host.partition(".")[0], site.balancer) for site in found.sites} == {
        ("shop", ""), ("www", ""), ("blog", ""), ("old", "")
    }  # fmt: skip
    assert {gap(facts.leads).gap for facts in scanned.values()} == {Gap.DENIED}
    assert [(one.gap, one.asked) for one in found.gaps] == [(Gap.DENIED, "elasticloadbalancing:DescribeLoadBalancers")]


def test_a_region_without_balancers_is_no_gap(monkeypatch: pytest.MonkeyPatch, town: Town) -> None:
    with serving(monkeypatch, moto_port=town.shop.port):

        async def main() -> Survey:
            with Run(Setting(many=True)) as run:
                here = msgspec.structs.replace(options(ConnectTo()), regions=("eu-west-1", REGION))
                return await Fleet(run, here, WANTED).survey()

        found = asyncio.run(main())
    assert (found.balancers, found.gaps) == (4, ())


def test_counters_of_many_balancers_are_one_question_and_each_scan_gets_its_own(
    monkeypatch: pytest.MonkeyPatch, town: Town
) -> None:
    with serving(monkeypatch, moto_port=town.shop.port) as api:
        _, scanned = fleet(town)
    assert api.actions.count("cloudwatch:GetMetricData") < len(scanned)
    for facts in scanned.values():
        balancers = {each.load_balancer_arn for each in known(facts.load_balancers)}
        groups = {each.target_group_arn for each in known(facts.target_groups)}
        counted = known(facts.metrics).values
        assert {each.load_balancer_arn for each in counted} == balancers
        assert {each.target_group_arn for each in counted} == groups | {""}


@pytest.mark.parametrize(
    ("operation", "path", "gap_told"),
    [
        ("DescribeLoadBalancers", "/member/type", "no Type in the answer"),
        ("DescribeLoadBalancers", "/member/dnsname", "no DNSName in the answer"),
        ("ListResourceRecordSets", "/aliastarget/dnsname", "no DNSName in the answer"),
        ("DescribeTargetGroups", "/member/loadbalancerarns", ""),
    ],
)
def test_what_a_fleet_cannot_tell_of_one_thing_is_a_gap_of_that_thing(
    monkeypatch: pytest.MonkeyPatch, town: Town, operation: str, path: str, gap_told: str
) -> None:
    with serving(monkeypatch, moto_port=town.shop.port) as api:
        before, _ = fleet(town)
    with serving(monkeypatch, moto_port=town.shop.port) as api:
        api.bend = partial(without_first, operation=operation, path=path)
        found, scanned = fleet(town)
    assert [each.detail.partition(": ")[2] for each in found.gaps] == ([gap_told] if gap_told else [])
    assert len(scanned) == len({site.host for site in found.sites})
    assert {site.host for site in found.sites if site.named} <= {site.host for site in before.sites if site.named}
    if not gap_told:
        assert found == before
