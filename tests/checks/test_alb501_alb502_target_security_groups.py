"""ALB501 and ALB502 over facts: the targets' security groups, for requests and for health checks."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill, fill_script
from albdoctor_checks.network.alb501_net_target_sg_blocks_traffic_port import (
    net_target_sg_blocks_traffic_port as traffic,
)
from albdoctor_checks.network.alb502_net_target_sg_blocks_hc_port import net_target_sg_blocks_hc_port as separate
from albdoctor_checks.network.alb504_net_dynamic_port_range_closed import net_dynamic_port_range_closed as dynamic
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_net import SG_ALB, security_group
from tests.support.build_targets import DENIED, TIMEOUT, instance, unhealthy
from tests.support.build_ways import behind, eni, over_ipv6
from tests.support.fixes import script_of
from tests.support.table import result_of, told

NO_GROUPS = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSecurityGroups")


SICK = unhealthy(reason=TIMEOUT, description="Request timed out")


def test_blocked_traffic_port_is_confirmed() -> None:
    seen = behind(SICK, ports=(22,))
    assert told(traffic, seen) == [
        f"error confirmed target/{GROUP_ARN}#i-0abc:80: No inbound rule of security group sg-web allows the"
        " load balancer on port 80 of i-0abc",
        "  elasticloadbalancing DescribeLoadBalancers web -> SecurityGroups: sg-alb",
        "  ec2 DescribeSecurityGroups sg-web -> " + told(traffic, seen)[2].split(" -> ")[1],
        "  fix[script, none]: Allow TCP 80 from sg-alb, the load balancer's security group, in sg-web.",
    ]
    (finding,) = run_one(seen, traffic).findings
    assert fill_script(traffic.fixes[0].script, finding.values) == (
        "for guard in sg-web; do\n"
        '  aws ec2 authorize-security-group-ingress --region ap-northeast-2 --group-id "$guard" \\\n'
        "    --protocol tcp --port 80 --source-group sg-alb\n"
        "done\n"
    )
    assert result_of(separate, seen) is Result.PASSED


def test_blocked_separate_health_check_port_is_confirmed() -> None:
    groups = (group(HealthCheckPort="8080"),)
    seen = behind(unhealthy(reason=TIMEOUT, check=8080), target_groups=groups)
    assert told(separate, seen)[0] == (
        f"error confirmed target/{GROUP_ARN}#i-0abc:80: No inbound rule of security group sg-web allows"
        " health checks on port 8080 of i-0abc"
    )
    assert result_of(traffic, seen) is Result.PASSED
    both = behind(unhealthy(reason=TIMEOUT, check=8080), target_groups=groups, ports=(22,))
    assert result_of(traffic, both) is result_of(separate, both) is Result.FOUND


def test_open_ports_and_healthy_targets_pass() -> None:
    assert result_of(traffic, behind(SICK)) is Result.PASSED
    assert result_of(separate, behind(SICK)) is Result.PASSED
    assert result_of(traffic, behind(target(), ports=(22,))) is Result.PASSED


def test_two_groups_are_told_together_without_a_cloudformation_counterpart() -> None:
    interfaces = (eni(), eni("i-0b", Groups=[{"GroupId": "sg-web-2"}]))
    groups = (SG_ALB, security_group("sg-web"), security_group("sg-web-2"))
    sick = (SICK, unhealthy(id_="i-0b", reason=TIMEOUT))
    seen = behind(*sick, network_interfaces=interfaces, security_groups=groups)
    assert told(traffic, seen)[-1] == (
        "  fix[script, none]: Allow TCP 80 from sg-alb, the load balancer's security group, in sg-web, sg-web-2."
    )
    (finding,) = run_one(seen, traffic).findings
    assert finding.fix is not None
    assert (bool(finding.fix.terraform), finding.fix.cloudformation) == (True, "")


def test_only_a_single_group_has_a_cloudformation_counterpart() -> None:
    sick = unhealthy(reason=TIMEOUT, check=8080)
    checked = (group(HealthCheckPort="8080"),)
    for check, seen in ((traffic, behind(SICK, ports=(22,))), (separate, behind(sick, target_groups=checked))):
        (finding,) = run_one(seen, check).findings
        fix = finding.fix or check.fixes[0]
        assert "AWS::EC2::SecurityGroupIngress" in fix.cloudformation
    two = (eni(), eni("i-0b", Groups=[{"GroupId": "sg-web-2"}]))
    guards = (SG_ALB, security_group("sg-web"), security_group("sg-web-2"))
    both = behind(
        sick,
        unhealthy(id_="i-0b", reason=TIMEOUT, check=8080),
        network_interfaces=two,
        security_groups=guards,
        target_groups=checked,
    )
    assert told(separate, both)[-1] == (
        "  fix[script, none]: Allow TCP 8080 from sg-alb, the load balancer's security group, in sg-web, sg-web-2."
    )
    (finding,) = run_one(both, separate).findings
    assert finding.fix is not None
    assert (bool(finding.fix.terraform), finding.fix.cloudformation) == (True, "")


EPHEMERAL = (
    "for guard in sg-web; do\n"
    '  aws ec2 authorize-security-group-ingress --region ap-northeast-2 --group-id "$guard" \\\n'
    "    --protocol tcp --port 32768-65535 --source-group sg-alb\n"
    "done\n"
)


HIGH, HIGHER = (unhealthy(port, reason=TIMEOUT) for port in (32771, 49153))


def test_ports_that_hosts_hand_out_are_one_finding_and_one_range() -> None:
    assert told(dynamic, behind(HIGH, HIGHER)) == [
        f"error confirmed target-group/{GROUP_ARN} [32768-65535]: No inbound rule of security group sg-web allows"
        " the load balancer on port 32771, 49153 of i-0abc, which hosts took from 32768-65535",
        "  elasticloadbalancing DescribeLoadBalancers web -> SecurityGroups: sg-alb",
        "  ec2 DescribeSecurityGroups sg-web -> sg-web: tcp/80 from sg-alb",
        "  fix[script, none]: Allow TCP 32768-65535, from which ECS takes the ports of containers, from sg-alb, the"
        " load balancer's security group, in sg-web.",
    ]
    assert script_of(dynamic, behind(HIGH, HIGHER), impact="none") == EPHEMERAL
    assert result_of(dynamic, behind(HIGH, HIGHER, ports=(32771, 49153))) is Result.PASSED


def test_ports_that_stay_and_ports_that_hosts_hand_out_are_told_apart() -> None:
    stays = unhealthy(reason=TIMEOUT, port=8080)
    cases: tuple[tuple[Facts, tuple[list[str], list[str]]], ...] = (
        (behind(HIGH, HIGHER), ([], [dynamic.id])),
        (behind(HIGH), ([traffic.id], [])),
        (behind(stays), ([traffic.id], [])),
        (behind(HIGH, HIGHER, stays), ([traffic.id], [dynamic.id])),
    )
    for seen, found in cases:
        assert ([traffic.id] * len(told(traffic, seen)[:1]), [dynamic.id] * len(told(dynamic, seen)[:1])) == found
    assert result_of(dynamic, behind(stays)) is Result.EMPTY


def test_several_ports_say_so_though_only_one_is_shut() -> None:
    elsewhere = unhealthy(49153, reason=TIMEOUT, id_="i-0b")
    interfaces = (eni(), eni("i-0b"))
    for seen in (
        behind(HIGH, HIGHER, ports=(49153,)),
        behind(HIGH, target(port=49153)),
        behind(HIGH, elsewhere, network_interfaces=interfaces, ports=(49153,)),
    ):
        assert script_of(dynamic, seen, impact="none") == EPHEMERAL
        assert told(dynamic, seen)[0].startswith(f"error confirmed target/{GROUP_ARN}#i-0abc:32771: No inbound rule")


def test_a_single_high_port_says_nothing_and_is_opened_alone() -> None:
    twice = (HIGH, unhealthy(32771, reason=TIMEOUT, id_="i-0b"))
    for seen in (
        behind(HIGH),
        behind(*twice, network_interfaces=(eni(), eni("i-0b"))),
        behind(HIGH, target(), ports=(80,)),
    ):
        assert script_of(traffic, seen, impact="none") == EPHEMERAL.replace("32768-65535", "32771")
        (finding,) = run_one(seen, traffic).findings
        assert finding.fix is not None
        assert [fill(one.en, finding.values) for one in finding.fix.side_effects] == [
            "If ECS chose port 32771 (bridge networking), the next deployment registers another one: then allow"
            " 32768-65535 from sg-alb instead."
        ]


@pytest.mark.parametrize(
    ("fields", "port"),
    [
        ({}, 8080),
        ({}, 32767),
        ({"Port": 32768}, 32768),
        ({"Port": 40000}, 40000),
        ({"HealthCheckPort": "40000"}, 40000),
        ({"TargetType": "ip"}, 40000),
    ],
)
def test_a_port_that_stays_is_opened_alone(fields: dict[str, Any], port: int) -> None:
    id_ = "10.0.9.23" if "TargetType" in fields else "i-0abc"
    seen = behind(unhealthy(port, reason=TIMEOUT, id_=id_), target_groups=(group(**fields),))
    script = script_of(traffic, seen, impact="none")
    assert script == EPHEMERAL.replace("32768-65535", str(port))
    (finding,) = run_one(seen, traffic).findings
    assert (finding.fix or traffic.fixes[0]).side_effects == ()


def test_a_health_check_port_is_the_groups_own_and_opened_alone() -> None:
    seen = behind(unhealthy(reason=TIMEOUT, check=40000), target_groups=(group(HealthCheckPort="40000"),))
    script = script_of(separate, seen, impact="none")
    assert script == EPHEMERAL.replace("32768-65535", "40000")


def test_an_address_is_found_on_its_interface() -> None:
    by_address = behind(
        unhealthy(reason=TIMEOUT, id_="10.0.9.23"), ports=(22,), target_groups=(group(TargetType="ip"),)
    )
    assert told(traffic, by_address)[0].startswith(f"error confirmed target/{GROUP_ARN}#10.0.9.23:80")


def test_an_instance_stands_in_for_its_interface() -> None:
    alone = behind(SICK, ports=(22,), network_interfaces=(), instances=(instance(),))
    assert result_of(traffic, alone) is Result.FOUND


def test_several_targets_are_one_finding() -> None:
    enis = (eni(), eni("i-0b"))
    targets = (SICK, unhealthy(reason=TIMEOUT, id_="i-0b"))
    (finding,) = run_one(behind(*targets, ports=(22,), network_interfaces=enis), traffic).findings
    assert str(finding.subject) == f"target-group/{GROUP_ARN}"
    assert finding.values["guards"] == ("sg-web",)


def test_not_knowing_is_no_block() -> None:
    nowhere = behind(SICK, ports=(22,), network_interfaces=())
    outcome = run_one(nowhere, traffic)
    assert outcome.result is Result.SKIPPED
    assert outcome.gaps[0].detail == "no network interface of i-0abc found"
    assert result_of(traffic, behind(SICK, security_groups=NO_GROUPS)) is Result.SKIPPED
    undescribed = behind(SICK, security_groups=(SG_ALB,))
    assert result_of(traffic, undescribed) is Result.SKIPPED
    assert result_of(separate, undescribed) is Result.SKIPPED


def test_stopped_and_initial_targets_and_nothing() -> None:
    for one in (target(state="initial"), target(state="draining"), target(state="unused")):
        assert result_of(traffic, behind(one, ports=(22,))) is Result.EMPTY
    assert result_of(traffic, behind()) is Result.EMPTY
    assert result_of(traffic, behind(groups_health=DENIED)) is Result.SKIPPED


def test_an_ipv6_group_reaches_its_instances_over_ipv6_alone() -> None:
    """Rules for the IPv4 ranges of the load balancer's subnets let nothing of it in; one that names its group does."""
    ipv4_only = over_ipv6(SICK, sources=("10.0.0.0/8",))
    assert told(traffic, ipv4_only)[0].startswith("error confirmed")
    assert told(traffic, ipv4_only)[-1] == (
        "  fix[script, none]: Allow TCP 80 from sg-alb, the load balancer's security group, in sg-web."
    )
    assert result_of(traffic, over_ipv6(SICK)) is Result.PASSED
    assert result_of(traffic, over_ipv6(SICK, sources=("2001:db8:1::/48",))) is Result.PASSED
    assert result_of(traffic, over_ipv6(target(), sources=("10.0.0.0/8",))) is Result.PASSED
    assert result_of(traffic, over_ipv6(SICK, ipv6="", sources=("10.0.0.0/8",))) is Result.SKIPPED
