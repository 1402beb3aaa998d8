"""ALB309 over facts: a dual-stack load balancer that lets IPv4 in alone."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Tcp
from albdoctor_checks.balancer.alb309_alb_ipv6_half_configured import alb_ipv6_half_configured as check
from tests.support.build import BALANCER_ARN, balancer, facts, listener
from tests.support.build_dns import denied, host_answers, probe, probes
from tests.support.build_net import ALLOW_ALL, acl, network_facts, permission, security_group
from tests.support.table import result_of, told

V4, V6 = "203.0.113.5", "2001:db8::5"
BOTH = security_group("sg-alb", permission(443, 443, "0.0.0.0/0", "::/0"))
V4_ONLY = security_group("sg-alb", permission(443, 443, "0.0.0.0/0"))


def seen(tcp: Tcp = Tcp.SILENT, group: Any = V4_ONLY, addresses: tuple[str, ...] = (V4, V6), **groups: Any) -> Facts:
    base: dict[str, Any] = {
        **network_facts(),
        "load_balancers": (balancer(IpAddressType="dualstack"),),
        "listeners": (listener(),),
        "security_groups": (group,),
        "host_answers": host_answers(*addresses),
        "probes": probes(*(probe(one, tcp if one == V6 else Tcp.OPEN) for one in addresses)),
    }
    return facts(**(base | groups))


def test_a_group_without_ipv6_is_found_where_ipv6_gets_no_answer() -> None:
    lines = told(check, seen())
    assert lines[0] == (
        f"error confirmed load-balancer/{BALANCER_ARN}: Load balancer web has IPv6 addresses in DNS (2001:db8::5),"
        " but IPv6 is kept from its port 443"
    )
    assert lines[1].startswith("  ec2 DescribeSecurityGroups sg-alb -> ")
    assert lines[-1].startswith("  fix[by hand, none]: Let IPv6 in to web on port 443 as IPv4 is")


@pytest.mark.parametrize(("tcp", "severity"), [(Tcp.SILENT, None), (Tcp.REFUSED, None), (Tcp.UNREACHABLE, "warning")])
def test_where_nobody_could_try_it_is_a_warning(tcp: Tcp, severity: str | None) -> None:
    (finding,) = run_one(seen(tcp), check).findings
    assert (finding.severity, finding.some) == (severity, True)


def test_what_was_served_over_ipv6_is_not_shut() -> None:
    assert result_of(check, seen(Tcp.OPEN)) is Result.PASSED


def test_without_ipv6_addresses_there_is_nothing_to_say() -> None:
    assert result_of(check, seen(addresses=(V4,))) is Result.PASSED
    assert result_of(check, seen(load_balancers=(balancer(),))) is Result.EMPTY
    assert (
        result_of(check, seen(load_balancers=(balancer(IpAddressType="dualstack", Scheme="internal"),))) is Result.EMPTY
    )
    assert result_of(check, seen(listeners=denied("elasticloadbalancing:DescribeListeners"))) is Result.SKIPPED


def test_routes_and_acls_keep_ipv6_out_too() -> None:
    no_acl = acl("acl-1", *ALLOW_ALL, subnets=("subnet-a", "subnet-c", "subnet-t"))
    asked = {line.split(" -> ")[0].strip() for line in told(check, seen(group=BOTH, network_acls=(no_acl,)))}
    assert any("DescribeNetworkAcls acl-1" in line for line in asked)
    assert any("DescribeRouteTables" in line for line in asked)
