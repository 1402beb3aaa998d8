"""What AWS added to its API after the oldest botocore that albdoctor works with (`setup.cfg`).

botocore drops, without a word, what its models do not name: a member that is there would read as one that AWS left out.
So the models of an older one are completed from this table before a client is made of them; what the installed one
knows already stays as it is. `tests/collect/test_newer.py` compares the table with the models of a botocore that knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from msgspec import Struct

Kind: TypeAlias = "str | list[Kind] | dict[str, Kind]"
"""Of a value: "string" or "boolean", a list of one kind, or a structure of named members."""

CLAIM: Kind = {"Format": "string", "Name": "string", "Values": ["string"]}
DEPLOYMENT: Kind = {
    "alternateTargetGroupArn": "string",
    "productionListenerRule": "string",
    "testListenerRule": "string",
    "roleArn": "string",
}


class Added(Struct, frozen=True):
    """A member that AWS added to a structure."""

    service: str
    """As botocore names its client."""
    shape: str
    member: str
    kind: Kind


NEWER = (
    Added("acm", "CertificateDetail", "CertificateKeyPairOrigin", "string"),
    Added("acm", "CertificateDetail", "CertificateUsage", "string"),
    Added("acm", "CertificateDetail", "ManagedBy", "string"),
    Added("ecs", "LoadBalancer", "advancedConfiguration", DEPLOYMENT),
    Added("ec2", "DescribeInstancesRequest", "IncludeManagedResources", "boolean"),
    Added("ec2", "DescribeInstanceStatusRequest", "IncludeManagedResources", "boolean"),
    Added("ec2", "DescribeNetworkInterfacesRequest", "IncludeManagedResources", "boolean"),
    Added("ec2", "InstanceStatus", "AttachedEbsStatus", {"Status": "string"}),
    Added("ec2", "NatGateway", "AvailabilityMode", "string"),
    Added(
        "ec2",
        "Subnet",
        "BlockPublicAccessStates",
        {"InternetGatewayBlockMode": "string"},
    ),
    Added("ec2", "Subnet", "NetworkFirewallConnectivityType", "string"),
    Added("elbv2", "HostHeaderConditionConfig", "RegexValues", ["string"]),
    Added("elbv2", "HttpHeaderConditionConfig", "RegexValues", ["string"]),
    Added("elbv2", "PathPatternConditionConfig", "RegexValues", ["string"]),
    Added(
        "elbv2",
        "Action",
        "JwtValidationConfig",
        {"JwksEndpoint": "string", "Issuer": "string", "AdditionalClaims": [CLAIM]},
    ),
)
"""Everything that the facts or a question need of it."""


def complete(service: str, shapes: dict[str, Any]) -> None:
    """Add to the shapes of a service's model what they lack of this table; twice is as once."""
    for added in NEWER:
        if added.service == service and added.member not in shapes[added.shape]["members"]:
            made = _members(service, shapes, added.shape, {added.member: added.kind})
            shapes[added.shape]["members"].update(made)


def _members(service: str, shapes: dict[str, Any], within: str, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    """The members of a structure, each of a shape of its own that is named after where it lies."""
    made: dict[str, Any] = {}
    for name, kind in kinds.items():
        made[name] = {"shape": _shape(service, shapes, f"{within}{name}", kind)}
        if service == "ec2":  # alone in writing them in answers with a small letter at the beginning
            made[name]["locationName"] = f"{name[0].lower()}{name[1:]}"
    return made


def _shape(service: str, shapes: dict[str, Any], name: str, kind: Kind) -> str:
    if isinstance(kind, str):
        shapes[name] = {"type": kind}
    elif isinstance(kind, list):
        shapes[name] = {"type": "list", "member": {"shape": _shape(service, shapes, f"{name}Item", kind[0])}}
    else:
        shapes[name] = {"type": "structure", "members": _members(service, shapes, name, kind)}
    return name
