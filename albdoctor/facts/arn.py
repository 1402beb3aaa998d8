"""Amazon Resource Names, taken apart in one place: arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

from msgspec import Struct


# gc=False: no cycle can go through it.
class Arn(Struct, frozen=True, kw_only=True, gc=False):
    """The parts of an ARN; a text that is none is all resource."""

    partition: str = ""
    service: str = ""
    region: str = ""
    """Empty for a global service."""
    account: str = ""
    resource: str
    """All after the account: loadbalancer/app/NAME/ID, targetgroup/NAME/ID, certificate/ID."""

    @staticmethod
    def of(text: str) -> Arn:
        """Read an ARN."""
        parts = text.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":
            return Arn(resource=text)
        _, partition, service, region, account, resource = parts
        return Arn(partition=partition, service=service, region=region, account=account, resource=resource)

    @property
    def path(self) -> tuple[str, ...]:
        """The parts of the resource: its type first, then names and ids."""
        return tuple(self.resource.split("/"))


def region_of(arn: str) -> str:
    """The Region in an ARN; empty where it has none, or is no ARN."""
    return Arn.of(arn).region


def group_name(arn: str) -> str:
    """The name of a target group: in its ARN, targetgroup/NAME/ID."""
    path = Arn.of(arn).path
    return path[1] if len(path) > 1 else arn


def balancer_tail(arn: str) -> str:
    """The end of a load balancer's ARN that CloudWatch and interfaces use: app/NAME/ID."""
    return Arn.of(arn).resource.removeprefix("loadbalancer/")


def is_network(arn: str) -> bool:
    """Whether the ARN is that of a Network Load Balancer."""
    return balancer_tail(arn).startswith("net/")
