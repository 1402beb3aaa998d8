"""ALB515 over facts: what the subnets say that the firewall does, and which nodes were seen to answer all the same."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Probes, Tcp
from albdoctor_checks.network.alb515_net_firewall_drops_inbound import net_firewall_drops_inbound as drops
from tests.support.build import balancer
from tests.support.build_dns import DOMAIN
from tests.support.build_door import NODES, door, silent, tried
from tests.support.build_net import SUBNETS, interface, treated
from tests.support.table import result_of, told

A, C, T = SUBNETS
OUT = "outbound-only"
DENIED = Unknown(gap=Gap.DENIED, asked="ec2:DescribeNetworkInterfaces")
ADMITTING = ("flexible", "bidirectional", "exclude", "az-unsupported")


def treatments(a: str, c: str, t: str = "flexible") -> dict[str, Any]:
    """What the firewall does for each subnet; the load balancer is in the first two."""
    return {"subnets": (treated(A, a), treated(C, c), treated(T, t))}


def nodes(at_a: Tcp, at_c: Tcp) -> dict[str, Any]:
    """The load balancer's node in each of its subnets, and what port 443 of each does."""
    tail = "ELB app/web/50dc6c495c0c9188"
    return {
        "network_interfaces": tuple(
            interface(id_=f"eni-{subnet.subnet_id}", description=tail, public=public, SubnetId=subnet.subnet_id)
            for subnet, public in zip((A, C), NODES, strict=True)
        ),
        "probes": Probes(host=DOMAIN, addresses=(tried(NODES[0], at_a), tried(NODES[1], at_c))),
    }


def test_both_subnets_shut() -> None:
    seen = door(**treatments(OUT, OUT))
    assert told(drops, seen) == [
        "error confirmed load-balancer/arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/web/"
        "50dc6c495c0c9188: The VPC's firewall (Automated Internet Firewall) lets no connection from the internet in"
        " to load balancer web in 2 of 2 subnets: subnet-a, subnet-c",
        "  ec2 DescribeSubnets subnet-a -> NetworkFirewallConnectivityType: outbound-only",
        "  ec2 DescribeSubnets subnet-c -> NetworkFirewallConnectivityType: outbound-only",
        "  fix[by hand, none]: Decide whether the internet may reach subnets subnet-a, subnet-c, and have the firewall"
        " treat them as bidirectional or flexible if so.",
    ]
    (finding,) = run_one(seen, drops).findings
    assert not finding.some


@pytest.mark.parametrize("other", ["", *ADMITTING])
def test_one_subnet_shut_meets_some(other: str) -> None:
    (finding,) = run_one(door(**treatments(other, OUT)), drops).findings
    assert (finding.some, finding.values["subnets"]) == (True, ("subnet-c",))


@pytest.mark.parametrize(
    ("at_a", "at_c", "shut"),
    [
        pytest.param(Tcp.SILENT, Tcp.SILENT, ("subnet-a", "subnet-c"), id="both silent"),
        pytest.param(Tcp.OPEN, Tcp.SILENT, ("subnet-c",), id="one answers"),
        pytest.param(Tcp.REFUSED, Tcp.SILENT, ("subnet-a", "subnet-c"), id="a firewall may refuse too"),
        pytest.param(Tcp.UNREACHABLE, Tcp.SILENT, ("subnet-a", "subnet-c"), id="one could not be tried"),
    ],
)
def test_a_node_that_answers_clears_its_subnet(at_a: Tcp, at_c: Tcp, shut: tuple[str, ...]) -> None:
    (finding,) = run_one(door(**treatments(OUT, OUT), **nodes(at_a, at_c)), drops).findings
    assert (finding.values["subnets"], finding.some) == (shut, len(shut) < 2)


@pytest.mark.parametrize("a", [OUT, "flexible"])
def test_nodes_that_answer_in_every_shut_subnet_pass(a: str) -> None:
    assert result_of(drops, door(**treatments(a, OUT), **nodes(Tcp.OPEN, Tcp.OPEN))) is Result.PASSED


def test_an_answer_of_an_unknown_node_clears_nobody() -> None:
    seen = nodes(Tcp.OPEN, Tcp.SILENT) | {"network_interfaces": DENIED}
    (finding,) = run_one(door(**treatments(OUT, OUT), **seen), drops).findings
    assert finding.values["subnets"] == ("subnet-a", "subnet-c")


@pytest.mark.parametrize(
    "seen",
    [
        *(pytest.param(door(**treatments(one, one, OUT)), id=f"{one}, another subnet shut") for one in ADMITTING),
        pytest.param(door(**silent(), **treatments("flexible", "exclude")), id="let in, beside silence"),
    ],
)
def test_other_treatments_pass(seen: Facts) -> None:
    assert result_of(drops, seen) is Result.PASSED


def test_nothing_to_judge_without_a_firewall() -> None:
    assert result_of(drops, door()) is Result.EMPTY
    assert result_of(drops, door(**silent())) is Result.EMPTY
    assert result_of(drops, door(**treatments(OUT, OUT), load_balancers=(balancer(Scheme="internal"),))) is Result.EMPTY


def test_what_is_not_known() -> None:
    denied = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSubnets")
    assert result_of(drops, door(subnets=denied)) is Result.SKIPPED
    assert result_of(drops, door(subnets=(treated(A, "flexible"),))) is Result.SKIPPED


@pytest.mark.parametrize(("known", "result"), [("flexible", Result.SKIPPED), (OUT, Result.FOUND)])
def test_a_treatment_never_heard_of_is_a_gap_of_its_subnet(known: str, result: Result) -> None:
    strange = run_one(door(**treatments(known, "one-way")), drops)
    assert strange.result is result
    assert [(gap.gap, gap.detail) for gap in strange.gaps] == [
        (Gap.FAILED, "NetworkFirewallConnectivityType one-way of subnet-c is not known to this albdoctor")
    ]
    assert [finding.values["subnets"] for finding in strange.findings] == ([("subnet-a",)] if known == OUT else [])
