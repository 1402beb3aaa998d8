"""Reports of many scans, judged from made-up facts of one balancer, one group and one target each."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from albdoctor.checkup import WARNING, Check
from albdoctor.checkup.causes import diagnose
from albdoctor.checkup.engine import run
from albdoctor.derive.topology import topology
from albdoctor.exits import FailOn
from albdoctor.facts.elb import GroupHealth
from albdoctor.facts.known import Known, Unknown
from albdoctor.report.build import build
from albdoctor.report.model import Report
from albdoctor.text import Lang
from tests.support.build import NOW, balancer, facts, group, listener, rule, target
from tests.support.build_served import served
from tests.support.stories import DENIED, make

CHECKS = (make("TST403", "effect"), make("TST401", "cause", explains=frozenset(("effect",))))
RISK = (make("TST801", "worn", severity=WARNING),)


def arn_of(name: str, region: str = "ap-northeast-2", account: str = "123456789012") -> str:
    """A load balancer's ARN."""
    return f"arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/50dc6c495c0c9188"


def scanned(
    domain: str,
    balancer_arn: str,
    state: str = "unhealthy",
    *,
    named: bool = True,
    gap: Unknown | None = None,
    checks: tuple[Check, ...] = CHECKS,
    lang: Lang = "en",
    fail_on: FailOn = "error",
    minutes: int = 0,
    group_name: str = "web-http",
) -> Report:
    """The report of one name, or of a load balancer without one; `gap` is where the target groups should be."""
    group_arn = balancer_arn.replace(":loadbalancer/", ":targetgroup/")
    seen = facts(
        host=domain,
        load_balancers=(balancer(LoadBalancerArn=balancer_arn),),
        listeners=(listener(LoadBalancerArn=balancer_arn),),
        rules=(rule(),),
        target_groups=gap or Known((group(TargetGroupArn=group_arn, TargetGroupName=group_name),)),
        groups_health=(GroupHealth(target_group_arn=group_arn, targets=Known((target(state=state),))),),
        **served(host=domain, arn=balancer_arn),
    )
    seen = replace(seen, scan=replace(seen.scan, named=named, taken_at=NOW + timedelta(minutes=minutes)))
    outcomes = run(seen, checks)
    return build(seen, outcomes, diagnose(outcomes, topology(seen)), lang=lang, fail_on=fail_on)


def fleet(lang: Lang = "en") -> tuple[Report, ...]:
    """Six scans: broken are two names of one balancer, and one without a name; one each is sound, blind, at risk."""
    return (
        scanned("b.example", arn_of("web"), lang=lang),
        scanned("a.example", arn_of("web"), lang=lang),
        scanned("c.example", arn_of("shop", "us-east-1"), "healthy", lang=lang),
        scanned("legacy-1.ap-northeast-2.elb.amazonaws.com", arn_of("legacy"), named=False, lang=lang),
        scanned("d.example", arn_of("api", "eu-west-1", "999999999999"), gap=DENIED, lang=lang),
        scanned("e.example", arn_of("old"), checks=RISK, lang=lang),
    )


FLEET = fleet()
