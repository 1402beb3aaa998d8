"""A whole scan in which AWS leaves one member out: that thing lacks it, and everything else is known as before."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from albdoctor.facts.mirror import lacks_in
from albdoctor.facts.snapshot import Facts
from tests.collect.test_plan import names, scan, states
from tests.support.aws_api import serving
from tests.support.aws_less import without_first
from tests.support.aws_shop import Shop, build, moto_server

pytestmark = pytest.mark.sweep


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with moto_server() as port:
        yield build(port)


@pytest.fixture(scope="module")
def whole(shop: Shop) -> dict[str, str]:
    """What an undisturbed scan knows."""
    with pytest.MonkeyPatch.context() as patch:
        return states(seen(patch, shop, "", ""))


def seen(patch: pytest.MonkeyPatch, shop: Shop, operation: str, path: str) -> Facts:
    """Scan, with the first member of a path left out of each answer to an operation."""
    with serving(patch, moto_port=shop.port) as api:
        api.bend = partial(without_first, operation=operation, path=path)
        return scan(names(shop.balancer_name))


LACKS = (
    ("DescribeLoadBalancers", "/member/scheme", "Scheme"),
    ("DescribeLoadBalancers", "/state/code", "Code"),
    ("DescribeLoadBalancers", "/member/type", "Type"),
    ("DescribeLoadBalancers", "/member/loadbalancername", "LoadBalancerName"),
    ("DescribeLoadBalancers", "/availabilityzones/member/subnetid", "SubnetId"),
    ("DescribeListeners", "/member/port", "Port"),
    ("DescribeListeners", "/member/protocol", "Protocol"),
    ("DescribeListeners", "/member/sslpolicy", "SslPolicy"),
    ("DescribeListeners", "/redirectconfig/statuscode", "StatusCode"),
    ("DescribeListeners", "/redirectconfig/port", "Port"),
    ("DescribeRules", "/member/priority", "Priority"),
    ("DescribeTargetGroups", "/member/protocolversion", "ProtocolVersion"),
    ("DescribeTargetGroups", "/member/healthcheckpath", "HealthCheckPath"),
    ("DescribeTargetGroups", "/member/vpcid", "VpcId"),
    ("DescribeTargetHealth", "/targethealth/state", "State"),
    ("DescribeInstances", "/item/instancestate", "State"),
    ("DescribeNetworkInterfaces", "/item/groupset", "Groups"),
    ("DescribeSecurityGroups", "/item/ippermissions", "IpPermissions"),
    ("DescribeSecurityGroups", "/ippermissions/item/prefixlistids", "PrefixListIds"),
    ("DescribeSubnets", "/item/cidrblock", "CidrBlock"),
    ("DescribeRouteTables", "/routeset/item/gatewayid", "GatewayId"),
    ("DescribeNetworkAcls", "/entryset/item/ruleaction", "RuleAction"),
    ("ListResourceRecordSets", "/aliastarget/dnsname", "DNSName"),
    ("DescribeCertificate", "/Certificate/DomainName", "DomainName"),
)
"""Operation, path of a member in its answer, and the member."""


@pytest.mark.parametrize(("operation", "path", "member"), LACKS)
def test_what_does_not_build_on_it_is_known(
    monkeypatch: pytest.MonkeyPatch,
    shop: Shop,
    whole: dict[str, str],
    operation: str,
    path: str,
    member: str,
) -> None:
    facts = seen(monkeypatch, shop, operation, path)
    missing = [*lacks_in(facts)]
    assert member in {lack.member for lack in missing}
    assert {lack.asked.partition(":")[2] for lack in missing} == {operation}
    assert states(facts) == whole


def test_a_whole_answer_lacks_nothing(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    assert [*lacks_in(seen(monkeypatch, shop, "", ""))] == []


def test_without_its_name_a_thing_takes_its_list(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    facts = seen(monkeypatch, shop, "DescribeSubnets", "/item/subnetid")
    assert [*lacks_in(facts)] == []
    assert states(facts)["subnets"] == "failed"
