"""ALB148 over facts: a primary that Route 53 leaves out, and the groups of its load balancer."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import GroupHealth, How, TargetHealth
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.route53 import ResourceRecordSet
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb148_zone_alias_evaluates_unhealthy_lb import (
    zone_alias_evaluates_unhealthy_lb as check,
)
from tests.support.build import BALANCER_ARN, GROUP_ARN, REGION, balancer, facts, group, target
from tests.support.build_dns import OTHERS, OURS, delegation, lead, record_set, records, zone
from tests.support.build_served import ONE
from tests.support.table import result_of, told

WEB, STANDBY = (f"{name}-1234567890.{REGION}.elb.amazonaws.com" for name in ("web", "standby"))
STANDBY_ARN = BALANCER_ARN.replace("/web/", "/standby/")
BLOG_ARN = GROUP_ARN.replace("web-http", "blog-http")
DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTargetHealth")
ILL = target(state="unhealthy")
ON_STANDBY, ON_WEB = (lead(How.ADDRESS, arn, name=ONE) for arn in (STANDBY_ARN, BALANCER_ARN))


def alias(to: str, role: str = "PRIMARY", *, evaluates: bool = True, **fields: Any) -> ResourceRecordSet:
    leads_to = {"HostedZoneId": "ZWKZPGTI48KDX", "DNSName": f"dualstack.{to}.", "EvaluateTargetHealth": evaluates}
    routing = fields or {"Failover": role}
    return record_set(alias=to, AliasTarget=leads_to, SetIdentifier=role, **routing)


def health(arn: str, *targets: TargetHealth) -> GroupHealth:
    return GroupHealth(target_group_arn=arn, targets=Known(targets))


def seen(
    blog: tuple[TargetHealth, ...] = (),
    *sets: ResourceRecordSet,
    leads: Any = (ON_STANDBY,),
    names: tuple[str, ...] = OURS,
    **groups: Any,
) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (
            balancer(),
            balancer(LoadBalancerArn=STANDBY_ARN, LoadBalancerName="standby", DNSName=STANDBY),
        ),
        "leads": (lead(How.ALIAS), lead(How.ALIAS, STANDBY_ARN), *leads),
        "hosted_zones": (zone(),),
        "record_sets": (records(*(sets or (alias(WEB), alias(STANDBY, "SECONDARY")))),),
        "delegation": delegation(*names),
        "target_groups": (group(), group(TargetGroupArn=BLOG_ARN, TargetGroupName="blog-http")),
        "groups_health": (health(GROUP_ARN, target()), health(BLOG_ARN, *blog)),
    }
    return facts(**(base | groups))


def test_a_forgotten_empty_group_is_found() -> None:
    assert told(check, seen()) == [
        f"warning confirmed domain/shop.example [{BALANCER_ARN}]: Route 53 leaves load balancer web out of the answers"
        " for shop.example: no target is healthy in blog-http",
        f"  route53 ListResourceRecordSets Z1 shop.example A -> PRIMARY -> dualstack.{WEB}, EvaluateTargetHealth: true",
        "  elasticloadbalancing DescribeTargetHealth blog-http -> no target",
        "  fix[by hand, traffic]: Make a target of blog-http healthy, or delete the group if nothing needs it.",
    ]


def test_every_group_with_nobody_healthy_is_named() -> None:
    both = seen((ILL,), groups_health=(health(GROUP_ARN, ILL), health(BLOG_ARN, ILL, ILL)))
    first, _, web, blog, _ = told(check, both)
    assert first.endswith("no target is healthy in web-http, blog-http")
    assert web.endswith("web-http -> i-0abc unhealthy")
    assert blog.endswith("blog-http -> i-0abc unhealthy, i-0abc unhealthy")


@pytest.mark.parametrize("state", ["healthy", "unavailable"])
def test_a_health_check_of_route_53s_own_is_another_matter(state: str) -> None:
    assert result_of(check, seen((target(state=state), ILL))) is Result.PASSED


@pytest.mark.parametrize(
    "snapshot",
    [
        seen(leads=(ON_WEB,)),  # the primary answers, whatever its groups are: DNS is the judge
        seen(leads=()),
        seen((), alias(WEB, evaluates=False), alias(STANDBY, "SECONDARY")),
        # weights, or a lone record, which Route 53 serves all the same
        seen((), alias(WEB, Weight=1), alias(STANDBY, "other", Weight=1)),
        seen((), record_set(alias=WEB)),
        seen(names=OTHERS),
    ],
)
def test_silence(snapshot: Facts) -> None:
    assert result_of(check, snapshot) is Result.EMPTY


def test_groups_of_another_load_balancer_do_not_matter() -> None:
    others = group(TargetGroupArn=BLOG_ARN, TargetGroupName="blog-http", LoadBalancerArns=[STANDBY_ARN])
    assert result_of(check, seen(target_groups=(group(), others))) is Result.PASSED


def test_not_known() -> None:
    assert result_of(check, seen(groups_health=DENIED)) is Result.SKIPPED
    unread = GroupHealth(target_group_arn=BLOG_ARN, targets=DENIED)
    assert result_of(check, seen(groups_health=(health(GROUP_ARN, target()), unread))) is Result.SKIPPED
    assert result_of(check, seen(groups_health=(health(GROUP_ARN, target()),))) is Result.SKIPPED
    assert result_of(check, seen(groups_health=(health(GROUP_ARN, ILL), unread))) is Result.FOUND
