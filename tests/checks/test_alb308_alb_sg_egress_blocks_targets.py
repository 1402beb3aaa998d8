"""ALB308 over facts: outbound rules of the load balancer's security group."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import GroupHealth
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb308_alb_sg_egress_blocks_targets import alb_sg_egress_blocks_targets as check
from tests.support.build import BALANCER_ARN, GROUP_ARN, balancer, facts, group, target
from tests.support.build_net import SG_WEB, interface, network_facts, permission, security_group
from tests.support.fixes import script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSecurityGroups")
ENI = interface(
    "eni-t",
    private="10.0.9.5",
    SubnetId="subnet-t",
    Groups=[{"GroupId": "sg-web"}],
    Attachment={"InstanceId": "i-0abc", "DeviceIndex": 0},
)
TIMED_OUT = target(state="unhealthy", reason="Target.Timeout")


def seen(outbound: tuple[dict[str, Any], ...], *, health: Any = (TIMED_OUT,), **groups: Any) -> Facts:
    parts: dict[str, Any] = network_facts(security_groups=(security_group("sg-alb", outbound=outbound), SG_WEB))
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "target_groups": (group(),),
        "groups_health": (GroupHealth(target_group_arn=GROUP_ARN, targets=Known(health)),),
        "network_interfaces": (ENI,),
    }
    return facts(**(base | parts | groups))


def test_a_group_without_a_way_out_is_found() -> None:
    assert told(check, seen((permission(443, 443, "0.0.0.0/0"),))) == [
        f"error confirmed load-balancer/{BALANCER_ARN}: The security groups of load balancer web do not"
        " allow outbound port 80 to its targets: i-0abc",
        "  ec2 DescribeSecurityGroups sg-alb -> sg-alb: tcp/443 to 0.0.0.0/0",
        "  fix[script, none]: Allow outbound TCP 80 to sg-web in sg-alb, the load balancer's security group.",
    ]


def test_the_script_opens_the_way_to_the_targets_group() -> None:
    script = script_of(check, seen(()), impact="none")
    assert script.startswith(
        "for guard in sg-web; do\n  for port in 80; do\n    aws ec2 authorize-security-group-egress"
    )
    assert "--group-id sg-alb" in script


def test_a_group_that_lets_everything_out_passes() -> None:
    assert result_of(check, seen((permission(None, None, "0.0.0.0/0"),))) is Result.PASSED
    assert result_of(check, seen((permission(80, 80, "sg-web"),))) is Result.PASSED


def test_a_healthy_target_is_reached_whatever_the_rules_seem_to_say() -> None:
    assert result_of(check, seen((), health=(target(),))) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen((), health=())) is Result.EMPTY
    assert result_of(check, seen((), security_groups=DENIED)) is Result.SKIPPED
    assert result_of(check, seen((), security_groups=(SG_WEB,))) is Result.SKIPPED
