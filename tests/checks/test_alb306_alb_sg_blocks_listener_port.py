"""ALB306 over facts: whom the balancer's security groups let in."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb306_alb_sg_blocks_listener_port import alb_sg_blocks_listener_port as check
from tests.support.build import LISTENER_443_ARN, balancer, facts, listener
from tests.support.build_net import permission, prefix_list, security_group
from tests.support.fixes import script_of
from tests.support.table import result_of, told

CLOUDFRONT = prefix_list("pl-cf", "192.0.2.0/24", name="com.amazonaws.global.cloudfront.origin-facing")
OFFICE = prefix_list("pl-office", "203.0.113.0/24", name="office")


def seen(*inbound: dict[str, Any], port: int = 443, **fields: Any) -> Facts:
    return facts(
        load_balancers=(balancer(**fields),),
        listeners=(listener(443, Port=port),),
        security_groups=(security_group("sg-alb", *inbound),),
        prefix_lists=(CLOUDFRONT, OFFICE),
    )


def test_a_listener_whose_port_nobody_opened_is_found() -> None:
    assert told(check, seen(permission(80, 80, "0.0.0.0/0"))) == [
        f"error confirmed listener/{LISTENER_443_ARN}: The security groups of load balancer web do not allow"
        " listener port 443 from the internet",
        "  ec2 DescribeSecurityGroups sg-alb -> sg-alb: tcp/80 from 0.0.0.0/0",
        "  fix[script, none]: Allow TCP 443 from 0.0.0.0/0 in security group sg-alb of the load balancer.",
    ]


@pytest.mark.parametrize(
    ("inbound", "port", "verdict"),
    [
        ((permission(443, 443, "0.0.0.0/0"),), 443, ""),
        ((permission(None, None, "0.0.0.0/0"),), 443, ""),
        ((permission(443, 443, "pl-cf"),), 443, ""),
        ((permission(443, 443, "203.0.113.0/24"),), 443, "likely warning"),
        ((permission(443, 443, "pl-office"),), 443, "likely warning"),
        ((permission(443, 443, "10.0.0.0/8"),), 443, "confirmed error"),
        ((permission(443, 443, "sg-alb"),), 443, "confirmed error"),
        ((permission(443, 443, "::/0"),), 443, "confirmed error"),
        ((), 443, "confirmed error"),
        ((), 8443, "confirmed info"),
    ],
)
def test_who_is_let_in(inbound: tuple[dict[str, Any], ...], port: int, verdict: str) -> None:
    findings = run_one(seen(*inbound, port=port), check).findings
    assert " ".join(f"{one.certainty} {one.severity or check.severity}" for one in findings) == verdict


def test_the_fix_opens_the_port_for_ipv6_too_where_the_balancer_has_it() -> None:
    command = (
        "aws ec2 authorize-security-group-ingress --region ap-northeast-2 --group-id sg-alb \\\n"
        "  --ip-permissions 'IpProtocol=tcp,FromPort='443',ToPort='443',IpRanges=[{CidrIp=0.0.0.0/0}]"
    )
    assert script_of(check, seen(), impact="none") == command + "'\n"
    both = seen(IpAddressType="dualstack")
    assert script_of(check, both, impact="none") == command + ",Ipv6Ranges=[{CidrIpv6=::/0}]'\n"
    assert told(check, both)[-1] == (
        "  fix[script, none]: Allow TCP 443 from 0.0.0.0/0 and ::/0 in security group sg-alb of the load balancer."
    )
    counterparts = [fix.terraform for fix in check.fixes if fix.script]
    assert ["::/0" in one for one in counterparts] == [False, True]


@pytest.mark.parametrize("type_", ["ipv4", "dualstack"])
def test_where_some_are_admitted_nothing_opens_to_all(type_: str) -> None:
    office = permission(443, 443, "203.0.113.0/24")
    assert told(check, seen(office, IpAddressType=type_)) == [
        f"warning likely listener/{LISTENER_443_ARN}: The security groups of load balancer web do not allow"
        " listener port 443 from the internet",
        "  ec2 DescribeSecurityGroups sg-alb -> sg-alb: tcp/443 from 203.0.113.0/24",
        "  fix[by hand, none]: Decide who may connect to TCP 443, and add those addresses to security group sg-alb.",
    ]


def test_internal_balancers_and_balancers_without_listeners_are_nothing_to_judge() -> None:
    assert result_of(check, seen(Scheme="internal")) is Result.EMPTY
    nothing = facts(load_balancers=(balancer(),), listeners=(), security_groups=(), prefix_lists=())
    assert result_of(check, nothing) is Result.EMPTY


def test_groups_and_lists_that_are_not_described_are_not_closed() -> None:
    assert result_of(check, seen(permission(443, 443, "pl-other"))) is Result.SKIPPED
    assert result_of(check, seen(SecurityGroups=["sg-gone"])) is Result.SKIPPED
    denied = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSecurityGroups")
    skipped = facts(load_balancers=(balancer(),), listeners=(listener(),), security_groups=denied, prefix_lists=())
    assert result_of(check, skipped) is Result.SKIPPED
