"""ALB147 over facts: an AAAA record beside a load balancer that has IPv4 only."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import How
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Tcp
from albdoctor_checks.domain.alb147_zone_aaaa_without_dualstack import zone_aaaa_without_dualstack as check
from tests.support.build import balancer, facts
from tests.support.build_dns import denied, host_answers, lead, probe, probes
from tests.support.table import result_of, told

V4, V6 = "203.0.113.5", "2001:db8::5"


def seen(tcp: Tcp = Tcp.UNREACHABLE, kind: str = "ipv4", addresses: tuple[str, ...] = (V4, V6), **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(IpAddressType=kind),),
        "leads": (lead(How.ADDRESS, name=V4),),
        "host_answers": host_answers(*addresses),
        "probes": probes(*(probe(one, tcp if one == V6 else Tcp.OPEN) for one in addresses)),
    }
    return facts(**(base | groups))


def test_an_ipv6_address_that_an_ipv4_load_balancer_cannot_have_is_found() -> None:
    assert told(check, seen(Tcp.REFUSED)) == [
        "error confirmed domain/shop.example: shop.example has IPv6 addresses that are none of load balancer web, which"
        " has IPv4 only: 2001:db8::5",
        "  AAAA shop.example -> 2001:db8::5",
        "  elasticloadbalancing DescribeLoadBalancers web -> IpAddressType: ipv4",
        "  fix[by hand, none]: Remove the AAAA record of shop.example, or make web dual-stack and let the record be an"
        " alias to it.",
    ]


@pytest.mark.parametrize(
    ("tcp", "severity"),
    [(Tcp.REFUSED, None), (Tcp.SILENT, None), (Tcp.OPEN, "warning"), (Tcp.UNREACHABLE, "warning")],
)
def test_where_it_was_not_seen_to_fail_it_is_a_warning(tcp: Tcp, severity: str | None) -> None:
    (finding,) = run_one(seen(tcp), check).findings
    assert (finding.severity, finding.some) == (severity, True)


@pytest.mark.parametrize("kind", ["dualstack", "dualstack-without-public-ipv4", "a-kind-of-2027"])
def test_a_load_balancer_with_ipv6_may_have_it(kind: str) -> None:
    assert result_of(check, seen(kind=kind)) is Result.PASSED


def test_silence() -> None:
    """No IPv6 address; a CDN in front, whose addresses they are; a load balancer to which the name does not lead."""
    assert result_of(check, seen(addresses=(V4,))) is Result.PASSED
    assert result_of(check, seen(leads=(lead(How.CERTIFICATE),))) is Result.PASSED
    edge = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/net/edge/1234567890abcdef"
    assert result_of(check, seen(leads=(lead(How.ADDRESS, edge, name=V4),))) is Result.PASSED


def test_unknown_is_not_absent() -> None:
    blind = denied("elasticloadbalancing:DescribeLoadBalancers")
    assert result_of(check, seen(load_balancers=blind)) is Result.SKIPPED
