"""What AWS sends always, also as an empty list, and what it sends depending on other members.

Most fields of the facts have defaults, so a member that got lost would read as "empty": a security group without
permissions, a subnet without routes. Sources: the API references' samples, and the AWS CLI's examples, which
tests/collect/test_complete.py walks. A member that AWS may leave out is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from msgspec import Struct

from albdoctor.facts import acm, ec2, elb, registration, route53

Raw: TypeAlias = Mapping[str, Any]
"""A structure of an answer, as botocore parsed it."""
Rule: TypeAlias = Callable[[Raw], str | None]
"""The name of the member that is missing, or None."""

SENT: Mapping[type[Struct], tuple[str, ...]] = MappingProxyType(
    {
        ec2.SecurityGroup: ("VpcId", "IpPermissions", "IpPermissionsEgress"),
        ec2.IpPermission: ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"),
        ec2.UserIdGroupPair: ("GroupId",),
        ec2.RouteTable: ("VpcId", "Routes", "Associations"),
        ec2.Route: ("State",),
        ec2.NetworkAcl: ("VpcId", "IsDefault", "Entries", "Associations"),
        ec2.AclAssociation: ("SubnetId",),
        ec2.InternetGateway: ("Attachments",),
        ec2.GatewayAttachment: ("VpcId", "State"),
        ec2.Subnet: ("VpcId", "CidrBlock", "AvailabilityZone", "AvailableIpAddressCount"),
        ec2.Vpc: ("CidrBlock",),
        ec2.NetworkInterface: (
            "VpcId",
            "SubnetId",
            "AvailabilityZone",
            "Description",
            "Groups",
            "PrivateIpAddresses",
        ),
        ec2.PrivateAddress: ("Primary", "PrivateIpAddress"),
        elb.LoadBalancer: ("State", "Type", "VpcId", "AvailabilityZones"),
        elb.AvailabilityZone: ("SubnetId",),
        elb.Listener: ("DefaultActions",),
        elb.AttachedCertificate: ("CertificateArn",),
        elb.Rule: ("Conditions", "Actions", "IsDefault"),
        elb.Condition: ("Field",),
        elb.ForwardConfig: ("TargetGroups",),
        elb.RedirectConfig: ("Protocol", "Port", "Host", "Path", "StatusCode"),
        elb.TargetGroup: (
            "TargetType",
            "LoadBalancerArns",
            "HealthCheckEnabled",
            "HealthCheckIntervalSeconds",
            "HealthCheckTimeoutSeconds",
            "HealthyThresholdCount",
            "UnhealthyThresholdCount",
        ),
        elb.Attribute: ("Value",),
        elb.SslPolicy: ("SslProtocols",),
        route53.ZoneVpc: ("VPCId", "VPCRegion"),
        route53.AliasTarget: ("DNSName", "EvaluateTargetHealth"),
        acm.Certificate: ("SubjectAlternativeNames", "Status", "Type", "InUseBy"),
        registration.RegisteredDomain: ("Nameservers",),
    }
)
"""Members that are always there, besides those that the facts need anyway."""

SENT_AS_ITEM: Mapping[type[Struct], tuple[str, ...]] = MappingProxyType({elb.AttachedCertificate: ("IsDefault",)})
"""Members that are always there where the structure is an item of the answer, but not where it lies deeper."""


def _permission(raw: Raw) -> str | None:
    ported = raw.get("IpProtocol") in ("tcp", "udp", "6", "17")
    return _first_missing(raw, "FromPort", "ToPort") if ported else None


def _acl_entry(raw: Raw) -> str | None:
    if not _has_any(raw, "CidrBlock", "Ipv6CidrBlock"):
        return "CidrBlock"
    if raw.get("Protocol") not in ("6", "17"):
        return None
    return _first_missing(raw, "PortRange") or _first_missing(raw["PortRange"], "From", "To")


def _route(raw: Raw) -> str | None:
    """Every route leads somewhere; there are kinds of targets that the facts do not hold."""
    if not any(name.startswith("Destination") for name in raw):
        return "DestinationCidrBlock"
    led = any(name.endswith(("Id", "Arn")) and not name.startswith(("Destination", "InstanceOwner")) for name in raw)
    return None if led or raw.get("State") == "blackhole" else "GatewayId"


def _table_association(raw: Raw) -> str | None:
    placed = raw.get("Main") or _has_any(raw, "SubnetId", "GatewayId", "PublicIpv4Pool")
    return None if placed else "SubnetId"


def _interface(raw: Raw) -> str | None:
    """The primary private address is told twice, and so is its public one; an IPv6-only interface has neither."""
    addresses: list[Raw] = raw["PrivateIpAddresses"]
    if "Association" in raw and not any("Association" in each for each in addresses):
        return "PrivateIpAddresses.Association"
    none: Raw = {}
    primary = next((each for each in addresses if each.get("Primary")), none)
    return _first_missing(raw, *(name for name in ("PrivateIpAddress", "Association") if name in primary))


def _association(raw: Raw) -> str | None:
    """In a Wavelength Zone or on an Outpost an interface has an address of another kind."""
    return None if _has_any(raw, "PublicIp", "CarrierIp", "CustomerOwnedIp") else "PublicIp"


def _instance(raw: Raw) -> str | None:
    """A terminated instance has lost its network."""
    gone = raw["State"]["Name"] in ("shutting-down", "terminated")
    return None if gone else _first_missing(raw, "VpcId", "SubnetId", "SecurityGroups")


def _balancer(raw: Raw) -> str | None:
    if raw["Type"] == "application":
        return _first_missing(raw, "Scheme", "SecurityGroups", "IpAddressType", "CanonicalHostedZoneId")
    return None


def _listener(raw: Raw) -> str | None:
    return _first_missing(raw, "SslPolicy", "Certificates") if raw["Protocol"] in ("HTTPS", "TLS") else None


def _action(raw: Raw) -> str | None:
    match raw["Type"]:
        case "forward" if not raw.get("TargetGroupArn"):
            return None if raw.get("ForwardConfig", {}).get("TargetGroups") else "TargetGroupArn"
        case "redirect":
            return _first_missing(raw, "RedirectConfig")
        case "fixed-response":
            return _first_missing(raw, "FixedResponseConfig")
        case _:
            return None


def _forward(raw: Raw) -> str | None:
    """Network load balancers' single groups have no weight."""
    groups = raw["TargetGroups"]
    return "Weight" if len(groups) > 1 and any("Weight" not in group for group in groups) else None


CONFIGS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}
"""Where the values of a condition are; the older `Values` holds those of host-header and path-pattern too."""


def _condition(raw: Raw) -> str | None:
    name = CONFIGS.get(raw["Field"])
    if name is None or raw.get("Values"):
        return None
    return _first_missing(raw, name) or (None if _has_any(raw[name], "Values", "RegexValues") else "Values")


def _header(raw: Raw) -> str | None:
    return _first_missing(raw, "HttpHeaderName")


def _query(raw: Raw) -> str | None:
    return _first_missing(raw, "Value")


def _group(raw: Raw) -> str | None:
    """A function has no protocol, port or VPC; only HTTP health checks have a path and a matcher."""
    if raw["TargetType"] == "lambda":
        return None
    names: tuple[str, ...] = ("Protocol", "Port", "VpcId", "HealthCheckProtocol", "HealthCheckPort")
    if raw.get("Protocol") in ("HTTP", "HTTPS"):
        names = (*names, "HealthCheckPath", "Matcher", "ProtocolVersion")
    return _first_missing(raw, *names)


def _matcher(raw: Raw) -> str | None:
    return None if _has_any(raw, "HttpCode", "GrpcCode") else "HttpCode"


def _target(raw: Raw) -> str | None:
    return None if raw["Id"].startswith("arn:") else _first_missing(raw, "Port")


def _health(raw: Raw) -> str | None:
    told = raw["State"] in ("initial", "unhealthy", "unused", "draining", "unavailable")
    return _first_missing(raw, "Reason") if told else None


ROUTING = (
    "Weight",
    "Region",
    "GeoLocation",
    "Failover",
    "MultiValueAnswer",
    "CidrRoutingConfig",
    "GeoProximityLocation",
)
"""What tells record sets of one name and type apart; each comes with a `SetIdentifier`."""


def _records(raw: Raw) -> str | None:
    routed = _has_any(raw, *ROUTING)
    if routed != ("SetIdentifier" in raw):
        return "SetIdentifier" if routed else "Weight"
    return None if "AliasTarget" in raw else _first_missing(raw, "ResourceRecords", "TTL")


def _certificate(raw: Raw) -> str | None:
    """The records for its validation come some seconds after the request; an imported one has none."""
    match raw["Status"]:
        case "ISSUED":
            names: tuple[str, ...] = ("NotBefore", "NotAfter", "KeyAlgorithm")
        case "EXPIRED":
            names = ("NotAfter",)
        case "FAILED":
            names = ("FailureReason",)
        case _:
            names = ()
    if raw["Type"] == "AMAZON_ISSUED" and raw["Status"] in ("ISSUED", "EXPIRED"):
        names += ("DomainValidationOptions",)
    return _first_missing(raw, *names)


def _zone(raw: Raw) -> str | None:
    """Of the facts, not of the API: the collector has put two structures together."""
    return "DelegationSet.NameServers" if not (raw["private"] or raw.get("name_servers")) else None


RULES: Mapping[type[Struct], Rule] = MappingProxyType(
    {
        ec2.IpPermission: _permission,
        ec2.NetworkAclEntry: _acl_entry,
        ec2.Route: _route,
        ec2.RouteTableAssociation: _table_association,
        ec2.NetworkInterface: _interface,
        ec2.Association: _association,
        ec2.Instance: _instance,
        elb.LoadBalancer: _balancer,
        elb.Listener: _listener,
        elb.Action: _action,
        elb.ForwardConfig: _forward,
        elb.Condition: _condition,
        elb.HeaderValues: _header,
        elb.QueryPair: _query,
        elb.TargetGroup: _group,
        elb.Matcher: _matcher,
        elb.Target: _target,
        elb.Health: _health,
        route53.ResourceRecordSet: _records,
        route53.HostedZone: _zone,
        acm.Certificate: _certificate,
    }
)
"""What depends on other members; asked when those of `SENT` are there."""


def _has_any(raw: Raw, *names: str) -> bool:
    return any(name in raw for name in names)


def _first_missing(raw: Raw, *names: str) -> str | None:
    return next((name for name in names if name not in raw), None)
