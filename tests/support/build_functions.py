"""Builders of functions that are targets, and of their policies."""

from __future__ import annotations

from typing import Any

from albdoctor.facts.elb import Health, Target, TargetHealth
from albdoctor.facts.functions import FunctionPolicy, InvokeStatement
from albdoctor.facts.known import Known
from albdoctor.facts.snapshot import Facts
from tests.support.build import ACCOUNT, ELB, GROUP_ARN, REGION, balancer, forward, group, listener, rule
from tests.support.build_net import node
from tests.support.build_served import answering, got, led_to
from tests.support.build_targets import health, scene

OTHER = f"{ELB}:targetgroup/old/0123456789abcdef"
"""Another target group."""
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shop"
UNCHECKED = Health(
    state="unavailable",
    reason="Target.HealthCheckDisabled",
    description="Health checks are not enabled for this target",
)


def function_target(arn: str = FUNCTION, told: Health = UNCHECKED) -> TargetHealth:
    """A function that is a target; unless somebody enabled them it has no health checks."""
    return TargetHealth(target=Target(id=arn), target_health=told)


def function_group(**fields: Any) -> Any:
    """A target group of a function."""
    base = {"TargetGroupName": "shop-function", "TargetType": "lambda", "Protocol": "", "VpcId": "", "Port": None}
    return group(**(base | fields))


def allows(*source_arns: str, effect: str = "Allow", accounts: tuple[str, ...] = (), more: bool = False) -> Any:
    """A statement for Elastic Load Balancing."""
    return InvokeStatement(effect=effect, source_arns=source_arns, source_accounts=accounts, more=more)


def policy(*statements: InvokeStatement, arn: str = FUNCTION, there: bool = True) -> FunctionPolicy:
    """The policy of a function."""
    return FunctionPolicy(function_arn=arn, there=there, statements=Known(statements))


def served_by_function(*policies: FunctionPolicy, **groups: Any) -> Facts:
    """A snapshot in which all requests go to one function."""
    base: dict[str, Any] = {
        "target_groups": (function_group(),),
        "groups_health": health(function_target(), group_arn=GROUP_ARN),
        "function_policies": policies,
    }
    made: Facts = scene(**(base | groups))
    return made


def requested(status: int, *, shared: bool = False, actions: Any = (), **groups: Any) -> Facts:
    """The scanned URL was requested; its listener forwards to the function, or to another group too."""
    does = [*actions] or [forward(GROUP_ARN, OTHER) if shared else forward()]
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(DefaultActions=does), listener(80)),
        "rules": (rule(Actions=does), rule(port=80)),
        "network_interfaces": (node("203.0.113.5"),),
        **led_to(answering(got(status, by_balancer=True))),
    }
    return served_by_function(**(base | groups))
