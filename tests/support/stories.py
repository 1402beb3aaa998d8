"""Small checks and snapshots that the tests of engine and report share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from albdoctor.checkup import ERROR, Check, Fix, Impact, Severity, Verdict, check, fine, found, saw
from albdoctor.facts.elb import GroupHealth, GroupsHealth, Listeners, TargetGroups
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.snapshot import Facts, Identity
from albdoctor.text import Text, same
from tests.support.build import GROUP_ARN, balancer, facts, group, listener, rule, target
from tests.support.build_served import served

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeListeners", detail="not authorized")
FIX = Fix(
    summary=Text(en="Mend {group}.", ko="{group} 대상 그룹을 고치세요."),
    impact=Impact.BRIEF,
    side_effects=(Text(en="Nothing else.", ko="다른 영향은 없습니다."),),
    script="aws one {arn}\naws two\naws three\naws four {group}",
    verify="aws check {arn}",
)


def make(id_: str, slug: str, severity: Severity = ERROR, explains: frozenset[str] = frozenset()) -> Check:
    """A check that finds every group whose only target is not healthy."""

    def judge(target_groups: TargetGroups, groups_health: GroupsHealth) -> Iterator[Verdict]:
        """Yield every group with an unhealthy target."""
        for one, health in zip(target_groups, groups_health, strict=True):
            if isinstance(health.targets, Unknown):
                yield health.targets
            elif health.targets.value[0].target_health.state != "healthy":
                yield found(
                    one.ref,
                    saw("elasticloadbalancing DescribeTargetHealth", health.targets.value[0].target_health.state),
                    group=one.target_group_name,
                    arn=one.target_group_arn,
                )
            else:
                yield fine(one.ref)

    return check(
        id=id_,
        slug=slug,
        severity=severity,
        since="0.1",
        message=Text(en="Group {group} is ill", ko="{group} 대상 그룹에 문제가 있습니다"),
        why=same("because"),
        fixes=(FIX,),
        explains=explains,
        refs=("https://docs.aws.amazon.com/",),
    )(judge)


def needs_listeners(listeners: Listeners) -> Iterator[Verdict]:
    """Yield nothing bad; every listener is fine."""
    yield from (fine(one.ref) for one in listeners)


def story(
    state: str = "unhealthy",
    name: str = "web-http",
    listeners: Observed[Listeners] | None = None,
    target_groups: Observed[TargetGroups] | None = None,
    **others: Any,
) -> Facts:
    """One balancer, one group, one target; the request is served at every address, unless `others` say otherwise."""
    groups: dict[str, Any] = {
        "identities": (Identity(account="123456789012", arn="arn:aws:iam::123456789012:user/me"),),
        "load_balancers": (balancer(),),
        "listeners": listeners or Known((listener(),)),
        "rules": (rule(),),
        "target_groups": target_groups or Known((group(TargetGroupName=name),)),
        "groups_health": (GroupHealth(target_group_arn=GROUP_ARN, targets=Known((target(state=state),))),),
    }
    return facts(**(groups | served() | others))
