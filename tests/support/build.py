"""Builders of facts: each gives a plain, sound thing; a test names only what matters to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from albdoctor.facts.elb import (
    Health,
    Listener,
    LoadBalancer,
    Rule,
    Target,
    TargetGroup,
    TargetHealth,
)
from albdoctor.facts.known import Known, Unknown
from albdoctor.facts.snapshot import Facts, Scan

NOW = datetime(2026, 11, 22, 7, 40, tzinfo=UTC)
REGION = "ap-northeast-2"
ACCOUNT = "123456789012"
ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
BALANCER_ARN = f"{ELB}:loadbalancer/app/web/50dc6c495c0c9188"
LISTENER_443_ARN = f"{ELB}:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
LISTENER_80_ARN = f"{ELB}:listener/app/web/50dc6c495c0c9188/0467ef3c8400ae65"
GROUP_ARN = f"{ELB}:targetgroup/web-http/73e2d6bc24d8a067"


def facts(host: str = "shop.example", registrable: str = "shop.example", **groups: Any) -> Facts:
    """A snapshot in which the given groups are known; values that are no `Observed` are wrapped.

    Nobody owns what is in it, unless owners are given: without an answer every fix would have a doubt beside it.
    """
    known: dict[str, Any] = {"owner_tags": Known[Any](())}
    for name, value in groups.items():
        known[name] = value if isinstance(value, (Known, Unknown)) else Known[Any](value)
    nothing = Facts(scan=Scan(domain=host, host=host, registrable=registrable, taken_at=NOW, regions=(REGION,)))
    return msgspec.structs.replace(nothing, **known)


def merged(*groups: dict[str, Any]) -> Facts:
    """A snapshot of groups by name; of a group that is given several times the last counts."""
    every: dict[str, Any] = {}
    for one in groups:
        every |= one
    return facts(**every)


def balancer(**fields: Any) -> LoadBalancer:
    """An internet-facing ALB in two zones."""
    base: dict[str, Any] = {
        "LoadBalancerArn": BALANCER_ARN,
        "LoadBalancerName": "web",
        "DNSName": f"web-1234567890.{REGION}.elb.amazonaws.com",
        "CanonicalHostedZoneId": "ZWKZPGTI48KDX",
        "Scheme": "internet-facing",
        "VpcId": "vpc-1",
        "AvailabilityZones": [
            {"ZoneName": f"{REGION}a", "SubnetId": "subnet-a"},
            {"ZoneName": f"{REGION}c", "SubnetId": "subnet-c"},
        ],
        "SecurityGroups": ["sg-alb"],
    }
    return msgspec.convert(base | fields, LoadBalancer)


def listener(port: int = 443, **fields: Any) -> Listener:
    """HTTPS:443 that forwards to the group, or HTTP:80 that redirects to it."""
    base: dict[str, Any] = {
        "ListenerArn": LISTENER_443_ARN if port == 443 else LISTENER_80_ARN,
        "LoadBalancerArn": BALANCER_ARN,
        "Port": port,
        "Protocol": "HTTPS" if port == 443 else "HTTP",
        "DefaultActions": [forward() if port == 443 else redirect()],
    }
    return msgspec.convert(base | fields, Listener)


def forward(*arns: str) -> dict[str, Any]:
    """A forward action, as the API writes it."""
    groups = [{"TargetGroupArn": arn, "Weight": 1} for arn in arns or (GROUP_ARN,)]
    return {"Type": "forward", "TargetGroupArn": groups[0]["TargetGroupArn"], "ForwardConfig": {"TargetGroups": groups}}


def redirect(**fields: str) -> dict[str, Any]:
    """A redirect to https, as the API writes it."""
    return {
        "Type": "redirect",
        "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"} | fields,
    }


def rule(priority: str = "default", port: int = 443, **fields: Any) -> Rule:
    """A rule of the HTTPS (or HTTP) listener."""
    listener_arn = LISTENER_443_ARN if port == 443 else LISTENER_80_ARN
    base: dict[str, Any] = {
        "RuleArn": f"{listener_arn.replace(':listener/', ':listener-rule/')}/{priority}",
        "Priority": priority,
        "IsDefault": priority == "default",
        "Actions": [forward() if port == 443 else redirect()],
        "ListenerArn": listener_arn,
    }
    return msgspec.convert(base | fields, Rule)


def group(**fields: Any) -> TargetGroup:
    """An HTTP:80 group of instances."""
    base: dict[str, Any] = {
        "TargetGroupArn": GROUP_ARN,
        "TargetGroupName": "web-http",
        "Protocol": "HTTP",
        "Port": 80,
        "VpcId": "vpc-1",
        "LoadBalancerArns": [BALANCER_ARN],
    }
    return msgspec.convert(base | fields, TargetGroup)


def target(
    id_: str = "i-0abc", port: int = 80, state: str = "healthy", reason: str = "", description: str = ""
) -> TargetHealth:
    """A registered target and its health."""
    return TargetHealth(
        target=Target(id=id_, port=port),
        health_check_port=str(port),
        target_health=Health(state=state, reason=reason, description=description),
    )
