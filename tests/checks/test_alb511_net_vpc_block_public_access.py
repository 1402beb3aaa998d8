"""ALB511 over facts: what the subnets say, and what silence says where they do not."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import How
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.metrics import Metric, Metrics
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Probes, Tcp
from albdoctor_checks.network.alb511_net_vpc_block_public_access import net_vpc_block_public_access as blocks
from tests.support.build import BALANCER_ARN, balancer, target
from tests.support.build_dns import DOMAIN, lead
from tests.support.build_door import NODES, door, silent, tried
from tests.support.build_net import (
    ALLOW_ALL,
    SUBNETS,
    acl,
    blocking,
    entry,
    gateway,
    permission,
    route_table,
    security_group,
    treated,
)
from tests.support.build_targets import health, unhealthy
from tests.support.table import result_of, told

A, C, T = SUBNETS
OFF = tuple(blocking(one, "off") for one in SUBNETS)


def modes(a: str, c: str, t: str = "off") -> dict[str, Any]:
    """The mode in each subnet; the load balancer is in the first two."""
    return {"subnets": (blocking(A, a), blocking(C, c), blocking(T, t))}


def test_both_subnets_blocked_is_confirmed() -> None:
    seen = door(**modes("block-ingress", "block-bidirectional"))
    assert told(blocks, seen) == [
        "error confirmed load-balancer/arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/web/"
        "50dc6c495c0c9188: VPC Block Public Access keeps the internet from load balancer web in 2 of 2 subnets:"
        " subnet-a, subnet-c",
        "  ec2 DescribeSubnets subnet-a -> InternetGatewayBlockMode: block-ingress",
        "  ec2 DescribeSubnets subnet-c -> InternetGatewayBlockMode: block-bidirectional",
        "  fix[by hand, none]: Decide whether the internet may reach subnets subnet-a, subnet-c, and exclude them from"
        " VPC Block Public Access if so.",
    ]
    (finding,) = run_one(seen, blocks).findings
    assert not finding.some


def test_one_subnet_blocked_meets_some() -> None:
    (finding,) = run_one(door(**modes("off", "block-ingress")), blocks).findings
    assert (finding.some, finding.values["subnets"]) == (True, ("subnet-c",))


def test_silence_that_nothing_explains_is_likely() -> None:
    seen = door(**silent())
    lines = told(blocks, seen)
    assert lines[0].startswith("error likely load-balancer/")
    assert lines[1:-1] == [
        "  ec2 DescribeSubnets subnet-a subnet-c -> BlockPublicAccessStates: not in these facts",
        "  TCP 443, 80 -> no answer on ports 443 and 80 at any address, although security groups, network ACLs and"
        " routes are open and targets are healthy",
    ]
    (finding,) = run_one(seen, blocks).findings
    assert [one.en[:30] for one in finding.alternatives] == [
        "This machine's own network dro",
        "A firewall in front of the loa",
    ]
    assert finding.decide == (
        "aws ec2 describe-subnets --region ap-northeast-2 --subnet-ids subnet-a subnet-c"
        " --query 'Subnets[].[SubnetId,BlockPublicAccessStates.InternetGatewayBlockMode]' --output text"
    )


def test_requests_that_were_counted_are_cited() -> None:
    metric = Metric(name="RequestCount", load_balancer_arn=BALANCER_ARN, total=7, datapoints=1)
    seen = door(**silent(), metrics=Metrics(hours=3.0, values=(metric,)))
    assert told(blocks, seen)[3] == "  cloudwatch GetMetricData RequestCount web -> 7 in 3 h"


HALF = Probes(host=DOMAIN, addresses=(tried(NODES[0]), tried(NODES[1], Tcp.OPEN, Tcp.OPEN)))
NARROW = security_group("sg-alb", permission(443, 443, "203.0.113.0/24"))


@pytest.mark.parametrize(
    "groups",
    [
        pytest.param({}, id="nothing was tried"),
        pytest.param(silent(port_80=Tcp.OPEN), id="port 80 answers"),
        pytest.param(silent(port_80=Tcp.REFUSED), id="port 80 refuses"),
        pytest.param({"probes": HALF}, id="one address answers"),
        pytest.param(silent() | {"security_groups": (NARROW,)}, id="a security group explains it"),
        pytest.param(
            silent() | {"network_acls": (acl("acl-1", entry(50, "deny", ports=(443, 443)), *ALLOW_ALL, default=True),)},
            id="a network ACL explains it",
        ),
        pytest.param(silent() | {"route_tables": (route_table("rtb-1", "nat-1", main=True),)}, id="routes explain it"),
        pytest.param(silent() | {"subnets": tuple(treated(one) for one in SUBNETS)}, id="a firewall explains it"),
        pytest.param(silent() | {"internet_gateways": (gateway(state="detached"),)}, id="no gateway"),
        pytest.param(silent() | {"load_balancers": (balancer(State={"Code": "provisioning"}),)}, id="not active"),
        pytest.param(silent() | {"groups_health": health(unhealthy())}, id="targets are ill"),
        pytest.param(silent() | {"leads": (lead(How.ALIAS),)}, id="the addresses are perhaps another's"),
        pytest.param(
            silent() | {"security_groups": Unknown(gap=Gap.DENIED, asked="ec2:DescribeSecurityGroups")},
            id="nobody knows the security groups",
        ),
    ],
)
def test_untold_modes_accuse_nobody(groups: dict[str, Any]) -> None:
    assert result_of(blocks, door(**groups)) is Result.EMPTY


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(door(subnets=OFF), id="off"),
        pytest.param(door(**silent(), subnets=OFF), id="off beside silence"),
        pytest.param(door(**modes("off", "off", "block-bidirectional")), id="another subnet"),
    ],
)
def test_off_passes(seen: Facts) -> None:
    assert result_of(blocks, seen) is Result.PASSED


def test_what_is_not_known() -> None:
    assert result_of(blocks, door(subnets=Unknown(gap=Gap.DENIED, asked="ec2:DescribeSubnets"))) is Result.SKIPPED
    assert result_of(blocks, door(subnets=(blocking(A),))) is Result.SKIPPED
    strange = run_one(door(**modes("off", "block-everything")), blocks)
    assert (strange.result, [gap.gap for gap in strange.gaps]) == (Result.SKIPPED, [Gap.FAILED])
    assert result_of(blocks, door(load_balancers=(balancer(Scheme="internal"),))) is Result.EMPTY


def test_a_target_beside_an_ill_one_is_not_all_in_order() -> None:
    mixed = health(target(), unhealthy(id_="i-0def"))
    assert result_of(blocks, door(**silent(), groups_health=mixed)) is Result.EMPTY
