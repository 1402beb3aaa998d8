"""What the words and scripts about a target group need."""

from __future__ import annotations

from albdoctor.facts.elb import TargetGroup
from albdoctor.text import Value

SHOW_HEALTH = "aws elbv2 describe-target-health --region {region} --target-group-arn {arn}"
"""Shows the health of a group's targets (`Fix.verify`)."""


def of_group(group: TargetGroup) -> dict[str, Value]:
    """Give the values of {group}, {arn} and {region}."""
    return {"group": group.target_group_name, "arn": group.target_group_arn, "region": group.region}
