"""ALB221 over facts: which addresses accept connections on 443, and how the others fail."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.finding import Severity
from albdoctor.facts.elb import How, Lead
from albdoctor.facts.known import Gap
from albdoctor.facts.metrics import Metric, Metrics
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import AddressProbe, Probes, Tcp
from albdoctor_checks.certificate.alb221_tls_port_closed import tls_port_closed
from tests.support.build import BALANCER_ARN, balancer, facts
from tests.support.build_dns import denied, host_answers, lead, probe, probes
from tests.support.build_door import NODES, door, silent, tried
from tests.support.build_net import SUBNETS, blocking, security_group
from tests.support.build_targets import health, unhealthy
from tests.support.table import result_of, told

ONE, TWO, V6 = "203.0.113.5", "203.0.113.6", "2001:db8::5"


def seen(*addresses: AddressProbe, named: tuple[str, ...] | None = None) -> Facts:
    answers = host_answers(*([one.address for one in addresses] if named is None else named))
    return facts(host_answers=answers, probes=probes(*addresses))


def test_every_address_closed_is_an_error() -> None:
    closed = seen(probe(ONE, Tcp.REFUSED), probe(TWO, Tcp.SILENT))
    assert told(tls_port_closed, closed) == [
        "error confirmed domain/shop.example: 2 of 2 addresses of shop.example accept no connection on port 443:"
        " 203.0.113.5, 203.0.113.6",
        "  TCP 203.0.113.5:443 -> connection refused: the address is reachable, but nothing listens on port 443",
        "  TCP 203.0.113.6:443 -> no answer in time: packets are dropped (security group, network ACL,"
        " route, firewall), or nothing is at this address",
        "  fix[by hand, none]: Give the load balancer of shop.example an HTTPS:443 listener, and allow port 443 in"
        " its security groups.",
    ]


def test_some_addresses_closed_is_a_warning() -> None:
    some = seen(probe(ONE), probe(TWO, Tcp.SILENT))
    assert told(tls_port_closed, some)[0] == (
        "warning confirmed domain/shop.example: 1 of 2 addresses of shop.example accept no connection"
        " on port 443: 203.0.113.6"
    )
    (finding,) = run_one(some, tls_port_closed).findings
    assert finding.severity is Severity.WARNING


OLD = "192.0.2.90"


@pytest.mark.parametrize(
    ("addresses", "leads", "moves"),
    [
        ((OLD,), (lead(How.CERTIFICATE),), True),
        ((ONE, OLD), (lead(How.ADDRESS, name=ONE),), True),
        ((ONE,), (lead(How.ADDRESS, name=ONE),), False),
        ((OLD,), (lead(How.CNAME),), False),
        ((OLD,), (lead(How.ALIAS),), False),
        ((OLD,), (), False),
    ],
)
def test_an_address_that_is_none_of_the_load_balancers_needs_another_record(
    addresses: tuple[str, ...], leads: tuple[Lead, ...], moves: bool
) -> None:
    shut = [probe(one, Tcp.REFUSED if one == addresses[-1] else Tcp.OPEN) for one in addresses]
    held: dict[str, Any] = {"load_balancers": (balancer(),) if leads else (), "network_interfaces": ()}
    about = facts(host_answers=host_answers(*addresses), probes=probes(*shut), leads=leads, **held)
    first, *_, said = told(tls_port_closed, about)
    assert first.startswith("error ")
    assert said.startswith(
        "  fix[by hand, none]: Let the record of shop.example lead to load balancer web: 192.0.2.90 belongs to another"
        if moves
        else "  fix[by hand, none]: Give the load balancer of shop.example an HTTPS:443 listener"
    )


def test_whose_an_address_is_nobody_says_who_cannot_see_the_interfaces() -> None:
    blind: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "network_interfaces": denied("ec2:DescribeNetworkInterfaces"),
    }
    about = facts(host_answers=host_answers(OLD), probes=probes(probe(OLD, Tcp.REFUSED)), leads=(), **blind)
    assert "Give the load balancer" in told(tls_port_closed, about)[-1]


def test_a_network_without_ipv6_says_nothing_about_the_site() -> None:
    """A family that this machine lacks is no gap of the scan; one address of a family that it has is one."""
    assert result_of(tls_port_closed, seen(probe(ONE), probe(V6, Tcp.UNREACHABLE))) is Result.PASSED
    outcome = run_one(seen(probe(ONE, Tcp.REFUSED), probe(V6, Tcp.UNREACHABLE)), tls_port_closed)
    assert (outcome.result, outcome.gaps) == (Result.FOUND, ())
    outcome = run_one(seen(probe(ONE), probe(TWO, Tcp.UNREACHABLE)), tls_port_closed)
    assert [gap.asked for gap in outcome.gaps] == [f"TCP {TWO}:443"]


def test_addresses_that_nobody_probed_are_a_gap() -> None:
    outcome = run_one(seen(probe(ONE), named=(ONE, TWO, V6)), tls_port_closed)
    assert outcome.result is Result.SKIPPED
    assert [(gap.gap, gap.asked, gap.detail) for gap in outcome.gaps] == [
        (Gap.NOT_ASKED, "TCP shop.example:443", "2 of the 3 addresses of shop.example were not probed")
    ]


def test_silence() -> None:
    assert result_of(tls_port_closed, seen(probe(ONE), probe(TWO))) is Result.PASSED
    extra = seen(probe(ONE), probe("198.51.100.9", Tcp.SILENT), named=(ONE,))
    assert result_of(tls_port_closed, extra) is Result.PASSED
    assert result_of(tls_port_closed, seen(named=())) is Result.EMPTY


def test_unknown_is_not_absent() -> None:
    unprobed = facts(host_answers=host_answers(ONE), probes=denied("probes"))
    assert result_of(tls_port_closed, unprobed) is Result.SKIPPED
    unasked = facts(host_answers=denied("DNS"), probes=probes(probe(ONE)))
    assert result_of(tls_port_closed, unasked) is Result.SKIPPED


def counted(total: float) -> Metrics:
    """So many requests at the load balancer in three hours."""
    metric = Metric(name="RequestCount", load_balancer_arn=BALANCER_ARN, total=total, datapoints=1)
    return Metrics(hours=3.0, values=(metric,))


HERE, ON_THE_WAY = "This machine's own network", "Something before the load "


@pytest.mark.parametrize(
    ("requests", "alternatives", "cited"),
    [
        (12, [HERE, ON_THE_WAY], ["  cloudwatch GetMetricData RequestCount web -> 12 in 3 h"]),
        (0, [ON_THE_WAY, HERE], []),
    ],
)
def test_silence_beside_an_open_door_may_be_this_machines_network(
    requests: float, alternatives: list[str], cited: list[str]
) -> None:
    snapshot = door(**silent(), metrics=counted(requests))
    lines = told(tls_port_closed, snapshot)
    assert lines[0].startswith("error likely domain/shop.example: 2 of 2 addresses")
    assert lines[3:-1] == cited
    assert lines[-1] == (
        "  fix[by hand, none]: Try shop.example from another network before anything is changed: nothing that was seen"
        " drops these packets."
    )
    (finding,) = run_one(snapshot, tls_port_closed).findings
    assert [one.en[:26] for one in finding.alternatives] == alternatives
    assert finding.decide == "curl -sSI --max-time 10 https://shop.example/"


@pytest.mark.parametrize(
    "groups",
    [
        pytest.param(silent(port_80=Tcp.OPEN), id="port 80 answers: packets from here get there"),
        pytest.param(silent(port_80=Tcp.REFUSED), id="port 80 refuses: packets from here get there"),
        pytest.param(silent() | {"security_groups": (security_group("sg-alb"),)}, id="a security group drops them"),
        pytest.param(silent() | {"subnets": tuple(map(blocking, SUBNETS))}, id="VPC Block Public Access drops them"),
        pytest.param(silent() | {"groups_health": health(unhealthy())}, id="targets are ill"),
        pytest.param(silent() | {"groups_health": denied("elasticloadbalancing")}, id="nobody knows the targets"),
        pytest.param(
            {"probes": Probes(host="shop.example", addresses=tuple(tried(one, Tcp.REFUSED) for one in NODES))},
            id="somebody refuses",
        ),
    ],
)
def test_a_second_fact_confirms_it(groups: dict[str, Any]) -> None:
    assert told(tls_port_closed, door(**groups))[0].startswith("error confirmed domain/shop.example: 2 of 2 addresses")
