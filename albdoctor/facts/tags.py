"""Tags that tell to whom a load balancer or a target group belongs: all other tags are the user's, and are dropped."""

from __future__ import annotations

import re
from typing import TypeAlias

from msgspec.structs import force_setattr

from albdoctor.facts.elb import ElbFacts
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Observed
from albdoctor.facts.mirror import Mirror
from albdoctor.facts.values import ArnText, Sent, TagValue, Word

KUBERNETES = re.compile(
    r"(?P<controller>elbv2|ingress|service|gateway)\.(?:k8s\.aws|eks\.amazonaws\.com)(?:\.[an]lb)?"
    r"/(?P<what>cluster|stack|resource)"
)
"""Keys of the AWS Load Balancer Controller (`pkg/deploy/tracking`), and the same of EKS Auto Mode."""
AUTO_MODE_CLUSTER = "eks:eks-cluster-name"
STACK, LOGICAL_ID = "aws:cloudformation:stack-name", "aws:cloudformation:logical-id"
BEANSTALK = "elasticbeanstalk:environment-name"
ECS_MANAGED = "AmazonECSManaged"
"""ECS Express Mode puts it on every load balancer and target group that it makes, with the value "true"."""
FIXED = frozenset({AUTO_MODE_CLUSTER, STACK, LOGICAL_ID, BEANSTALK})
HABIT = re.compile(
    r"(managed|created|provisioned|deployed)[-_ ]?(by|with)|iac([-_ ]?tool)?|(?P<alone>(terraform|opentofu)\b.*)",
    re.IGNORECASE,
)
"""Keys by which people mark what Terraform made: it has no tag of its own."""
TOOL = re.compile(r"(terraform|opentofu|tofu)\b", re.IGNORECASE)
NO = frozenset({"false", "no", "0"})


class Tag(Mirror, frozen=True, kw_only=True):
    """A key and its value."""

    key: Word
    value: TagValue = ""


TERRAFORM = Tag(key="managed-by", value="terraform")
"""What is kept of any tag that names Terraform."""


class TagDescription(Mirror, frozen=True, kw_only=True):
    """The tags of one thing, only those that tell an owner."""

    resource_arn: ArnText
    tags: Sent[tuple[Tag, ...]] = ()

    def __post_init__(self) -> None:
        """Drop what tells no owner, whoever made it: of tags that are not needed nothing is kept."""
        if not self.lacks:
            force_setattr(self, "tags", tuple(filter(None, map(telling, self.tags))))


OwnerTags: TypeAlias = tuple[TagDescription, ...]
"""One entry for each of the balancers and their target groups."""


def telling(tag: Tag) -> Tag | None:
    """What a tag tells of an owner: itself, less than itself, or nothing."""
    if tag.key in FIXED or KUBERNETES.fullmatch(tag.key):
        return tag
    if tag.key == ECS_MANAGED:
        return tag if tag.value == "true" else None
    habit = HABIT.fullmatch(tag.key)
    if habit is None:
        return None
    told = tag.value.lower() not in NO if habit["alone"] else TOOL.match(tag.value)
    return TERRAFORM if told else None


SCALING_NAME = "aws:autoscaling:groupName"
"""Auto Scaling puts it on every instance that it starts."""


def telling_of_ec2(tag: Tag) -> Tag | None:
    """The same of what EC2 holds: instances also tell which Auto Scaling group started them."""
    return tag if tag.key == SCALING_NAME else telling(tag)


OWNER_TAGS = Card(
    name="owner_tags",
    holds=OwnerTags,
    actions=("elasticloadbalancing:DescribeTags",),
    builds_on=("load_balancers", "target_groups"),
    only_helps=True,
    key=("resource_arn",),
)


class TagsFacts(ElbFacts, frozen=True, kw_only=True):
    """Adds to a snapshot who owns what Elastic Load Balancing holds."""

    owner_tags: Observed[OwnerTags] = OWNER_TAGS.not_asked
