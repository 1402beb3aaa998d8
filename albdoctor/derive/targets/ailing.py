"""Whether anything is wrong with what is registered behind a load balancer: only then it matters who registers it."""

from __future__ import annotations

from functools import partial

from albdoctor.facts.elb import GroupHealth, GroupsHealth, TargetHealth
from albdoctor.facts.known import Unknown
from albdoctor.facts.mirror import known_or


def ailing(groups: GroupsHealth) -> bool:
    """Whether a target group has no target, one that is not healthy, or none that could be seen."""
    return bool(ailing_groups(groups))


def ailing_groups(groups: GroupsHealth) -> frozenset[str]:
    """ARNs of those."""
    return frozenset(one.target_group_arn for one in groups if _ails(one))


def _ails(group: GroupHealth) -> bool:
    if isinstance(group.targets, Unknown) or not group.targets.value:
        return True
    return any(known_or(partial(_is_ill, one), otherwise=True) for one in group.targets.value)


def _is_ill(target: TargetHealth) -> bool:
    return target.target_health.state != "healthy"
