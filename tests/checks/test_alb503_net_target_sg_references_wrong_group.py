"""ALB503 over facts: a rule for the port that names another security group than the balancer's."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor_checks.network.alb501_net_target_sg_blocks_traffic_port import (
    net_target_sg_blocks_traffic_port as without_rule,
)
from albdoctor_checks.network.alb502_net_target_sg_blocks_hc_port import net_target_sg_blocks_hc_port as separate
from albdoctor_checks.network.alb503_net_target_sg_references_wrong_group import (
    net_target_sg_references_wrong_group as check,
)
from albdoctor_checks.network.alb504_net_dynamic_port_range_closed import net_dynamic_port_range_closed as dynamic
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_net import SG_ALB, permission, security_group
from tests.support.build_targets import TIMEOUT, unhealthy
from tests.support.build_ways import behind, eni
from tests.support.fixes import script_of
from tests.support.table import result_of, told

SICK = unhealthy(reason=TIMEOUT, description="Request timed out")


def admitting(*rules: dict[str, Any], targets: tuple[Any, ...] = (SICK,), **parts: Any) -> Any:
    guards: dict[str, Any] = {"security_groups": (SG_ALB, security_group("sg-web", *rules))}
    return behind(*targets, **(guards | parts))


OLD = permission(80, 80, "sg-old")


def test_a_rule_that_names_another_group_is_told() -> None:
    seen = admitting(OLD)
    assert told(check, seen) == [
        f"error confirmed target/{GROUP_ARN}#i-0abc:80 [80]: Security group sg-web allows port 80 of i-0abc from"
        " sg-old, which is no security group of load balancer web",
        "  elasticloadbalancing DescribeLoadBalancers web -> SecurityGroups: sg-alb",
        "  ec2 DescribeSecurityGroups sg-web -> sg-web: tcp/80 from sg-old",
        "  fix[script, none]: Allow TCP 80 from sg-alb, the load balancer's security group, in sg-web.",
    ]
    assert script_of(check, seen, impact="none") == (
        "for guard in sg-web; do\n"
        '  aws ec2 authorize-security-group-ingress --region ap-northeast-2 --group-id "$guard" \\\n'
        "    --protocol tcp --port 80 --source-group sg-alb\n"
        "done\n"
    )
    # One fault is told once, and the others do not call the groups sound either.
    assert result_of(without_rule, seen) is result_of(separate, seen) is Result.EMPTY


def test_the_port_of_health_checks_is_told_too() -> None:
    seen = admitting(
        permission(80, 80, "sg-alb"),
        permission(8080, 8080, "sg-old", "sg-older"),
        targets=(unhealthy(reason=TIMEOUT, check=8080),),
        target_groups=(group(HealthCheckPort="8080"),),
    )
    assert told(check, seen)[0] == (
        f"error confirmed target/{GROUP_ARN}#i-0abc:80 [8080]: Security group sg-web allows port 8080 of i-0abc from"
        " sg-old, sg-older, which is no security group of load balancer web"
    )
    assert result_of(separate, seen) is Result.EMPTY


def test_rules_that_admit_the_balancer_beside_others_pass() -> None:
    """Monitoring or a bastion may reach the port too."""
    for rules in (
        (OLD, permission(80, 80, "sg-alb")),
        (OLD, permission(80, 80, "10.0.0.0/16")),
        (OLD, permission(None, None, "0.0.0.0/0")),
    ):
        assert result_of(check, admitting(*rules)) is Result.PASSED
    assert result_of(check, admitting(OLD, targets=(target(),))) is Result.PASSED


def test_a_port_without_a_rule_is_not_told_here() -> None:
    """A group that names itself, as a VPC's default group does, has no rule for others at all."""
    for rules in ((), (permission(22, 22, "sg-old"),), (permission(None, None, "sg-web"),)):
        assert result_of(check, admitting(*rules)) is Result.EMPTY
        assert result_of(without_rule, admitting(*rules)) is Result.FOUND


def test_ports_that_hosts_hand_out_are_told_as_a_range() -> None:
    tasks = tuple(unhealthy(port, reason=TIMEOUT) for port in (32771, 49153))
    seen = admitting(permission(32768, 65535, "sg-old"), targets=tasks)
    assert result_of(check, seen) is Result.EMPTY
    assert result_of(dynamic, seen) is Result.FOUND


def test_two_groups_are_told_together_without_a_cloudformation_counterpart() -> None:
    guards = (SG_ALB, security_group("sg-web", OLD), security_group("sg-web-2", OLD))
    seen = behind(
        SICK,
        unhealthy(id_="i-0b", reason=TIMEOUT),
        network_interfaces=(eni(), eni("i-0b", Groups=[{"GroupId": "sg-web-2"}])),
        security_groups=guards,
    )
    assert told(check, seen)[-1] == (
        "  fix[script, none]: Allow TCP 80 from sg-alb, the load balancer's security group, in sg-web, sg-web-2."
    )
    for facts, counterpart in ((seen, False), (admitting(OLD), True)):
        (finding,) = run_one(facts, check).findings
        assert bool((finding.fix or check.fixes[0]).cloudformation) is counterpart


def test_groups_that_nobody_could_see_are_a_gap() -> None:
    denied = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSecurityGroups")
    assert result_of(check, admitting(security_groups=denied)) is Result.SKIPPED
