"""The card of each AWS service that a scan asks: its names, where it answers, how hard it is asked, what is joined."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from albdoctor.facts.partitions import PARTITIONS

Told: TypeAlias = Callable[[Any], Iterable[Hashable]]
"""The values by which a thing was found: those of a filter's field, say."""


class Limit(Struct, frozen=True):
    """How hard one service is asked."""

    at_once: int
    burst: int
    """Questions that may go out before `per_second` holds."""
    per_second: float


OTHERS = Limit(at_once=4, burst=20, per_second=10.0)
"""For services that publish no rate."""


class Service(Struct, frozen=True, kw_only=True):
    """One service."""

    name: str
    """As botocore names its client."""
    prefix: str = ""
    """As IAM names its actions, where that is another name."""
    regional: bool = True
    """What it holds lies in a Region, so that a question tells which Region was looked at."""
    answers_in: Mapping[str, str] = {}
    """Of a global service: the one Region in which it answers, by partition; in another it does not exist."""
    limit: Limit = OTHERS
    """In each Region."""
    joined: Mapping[tuple[str, str], Told] = {}
    """Operations and filters whose answers tell by which value each thing was found: questions that can be joined."""
    also: Mapping[str, Mapping[str, object]] = {}
    """Parameters of an operation that go with every question."""
    once: frozenset[str] = frozenset()
    """Operations that are never sent again: the answer may be lost after they had their effect."""
    made_ahead: bool = True
    """Its client is made before it is needed."""

    @property
    def iam(self) -> str:
        """What its actions begin with, before the colon."""
        return self.prefix or self.name


ROUTE53 = Service(
    name="route53",
    regional=False,
    answers_in={each.name: each.home for each in PARTITIONS},
    # "Five requests per second per AWS account" (Route 53 developer guide, Quotas).
    limit=Limit(at_once=4, burst=5, per_second=5.0),
)
ELBV2 = Service(
    name="elbv2",
    prefix="elasticloadbalancing",
    # AWS counts 40 tokens, 10 a second, for the whole account (user guide, Request throttling): what deployments ask
    # comes out of them too, so some are left to them. `adaptive` slows down by itself when AWS refuses all the same.
    limit=Limit(at_once=12, burst=36, per_second=10.0),
)
# Instances and interfaces that a service manages (EKS Auto Mode, ECS Managed Instances) may be hidden from a list that
# does not ask for them (EC2 user guide, "Managed resource visibility"): a target there would never be found.
HIDDEN_TOO: Mapping[str, object] = {"IncludeManagedResources": True}
EC2 = Service(
    name="ec2",
    also=dict.fromkeys(("DescribeInstances", "DescribeInstanceStatus", "DescribeNetworkInterfaces"), HIDDEN_TOO),
    # Describing with a filter: a bucket of 100 tokens, 20 a second (EC2 developer guide, Request throttling).
    limit=Limit(at_once=8, burst=100, per_second=20.0),
    joined={
        ("DescribeSecurityGroups", "group-id"): lambda group: (group.group_id,),
        ("DescribeInstances", "instance-id"): lambda bundle: (each.instance_id for each in bundle.instances),
        ("DescribeNetworkInterfaces", "description"): lambda interface: (interface.description,),
        ("DescribeNetworkInterfaces", "attachment.instance-id"): lambda interface: (
            (interface.attachment.instance_id,) if interface.attachment else ()
        ),
    },
)
ACM = Service(
    name="acm",
    # ListCertificates 8, DescribeCertificate 10 a second (ACM user guide, Quotas).
    limit=Limit(at_once=4, burst=10, per_second=8.0),
)
CLOUDWATCH = Service(
    name="cloudwatch",
    # GetMetricData 50 a second (CloudWatch user guide, Quotas).
    limit=Limit(at_once=4, burst=50, per_second=50.0),
)
# What registers targets is asked for only where something is wrong with them.
AUTO_SCALING = Service(name="autoscaling", made_ahead=False)
ECS = Service(name="ecs", made_ahead=False)
SSM = Service(name="ssm", once=frozenset({"SendCommand"}))
ROUTE53DOMAINS = Service(
    name="route53domains",
    regional=False,
    answers_in={"aws": "us-east-1"},
    limit=Limit(at_once=1, burst=5, per_second=1.0),
    made_ahead=False,
)
# Asked only where a load balancer was seen to answer 403 itself.
WAFV2 = Service(name="wafv2", made_ahead=False)
# Asked only where a function is a target; GetPolicy 15 a second (Lambda developer guide, Quotas).
LAMBDA = Service(name="lambda", limit=Limit(at_once=4, burst=15, per_second=10.0), made_ahead=False)
STS = Service(name="sts", regional=False, made_ahead=False)
# Asked only by `--organization`.
ORGANIZATIONS = Service(
    name="organizations",
    regional=False,
    answers_in={each.name: each.home for each in PARTITIONS},
    # ListAccounts: 6 a second, a burst of 10 (Organizations user guide, Throttle limits).
    limit=Limit(at_once=1, burst=5, per_second=4.0),
    made_ahead=False,
)

SERVICES: Mapping[str, Service] = {
    each.name: each
    for each in (
        ROUTE53,
        ELBV2,
        EC2,
        ACM,
        CLOUDWATCH,
        AUTO_SCALING,
        ECS,
        SSM,
        ROUTE53DOMAINS,
        WAFV2,
        LAMBDA,
        STS,
        ORGANIZATIONS,
    )
}
"""By the client's name, in the order of the longest chain of questions: clients are made one after the other."""


def service_of(name: str) -> Service:
    """The card of a client's service; one without a card (botocore signs in with some) is only what it is called."""
    return SERVICES.get(name) or Service(name=name, regional=False, made_ahead=False)
