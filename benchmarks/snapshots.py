"""Snapshots of many balancers for the benchmarks: two listeners, one group and ten targets each, one group in ten ill."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from albdoctor.facts.snapshot import Facts

REGION = "ap-northeast-2"
ELB = f"arn:aws:elasticloadbalancing:{REGION}:123456789012"
TARGETS = 10
ILL = 10
"""Every so many groups has unhealthy targets."""


def snapshot(balancers: int) -> Facts:
    """One snapshot in which a name leads to so many balancers."""
    known: dict[str, list[dict[str, Any]]] = {
        name: []
        for name in (
            *("leads", "load_balancers", "listeners", "listeners_certificates", "rules", "target_groups"),
            *("groups_health", "certificates", "instances", "network_interfaces", "hosted_zones", "record_sets"),
        )
    }
    for number in range(balancers):
        for name, things in _balancer(number).items():
            known[name] += things
    groups = {name: {"state": "known", "value": things} for name, things in (known | _network()).items()}
    scan = {
        "domain": "shop.example",
        "host": "shop.example",
        "registrable": "shop.example",
        "taken_at": datetime(2026, 11, 22, tzinfo=UTC),
        "regions": [REGION],
    }
    return msgspec.convert({"scan": scan} | groups, Facts)


def _balancer(number: int) -> dict[str, list[dict[str, Any]]]:
    name = f"web-{number}"
    arn, group = f"{ELB}:loadbalancer/app/{name}/{number:016x}", f"{ELB}:targetgroup/{name}/{number:016x}"
    https, http = f"{ELB}:listener/app/{name}/{number:016x}/443", f"{ELB}:listener/app/{name}/{number:016x}/80"
    certificate = f"arn:aws:acm:{REGION}:123456789012:certificate/{number:08x}"
    forward = {"Type": "forward", "TargetGroupArn": group}
    redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    attached = {"CertificateArn": certificate, "IsDefault": True}
    ids = [f"i-{number:06x}{index:02x}" for index in range(TARGETS)]
    return {
        "leads": [{"how": "option", "name": name, "region": REGION, "load_balancer_arn": arn}],
        "load_balancers": [
            {
                "LoadBalancerArn": arn,
                "LoadBalancerName": name,
                "DNSName": f"{name}-1.{REGION}.elb.amazonaws.com",
                "Scheme": "internet-facing",
                "VpcId": "vpc-1",
                "AvailabilityZones": [{"ZoneName": f"{REGION}a", "SubnetId": "subnet-a"}],
                "SecurityGroups": ["sg-alb"],
            }
        ],
        "listeners": [
            {
                "ListenerArn": https,
                "LoadBalancerArn": arn,
                "Port": 443,
                "Protocol": "HTTPS",
                "Certificates": [attached],
                "DefaultActions": [forward],
            },
            {
                "ListenerArn": http,
                "LoadBalancerArn": arn,
                "Port": 80,
                "Protocol": "HTTP",
                "DefaultActions": [redirect],
            },
        ],
        "listeners_certificates": [{"listener_arn": https, "certificates": [attached]}],
        "rules": [_default(https, forward), _default(http, redirect)],
        "target_groups": [
            {
                "TargetGroupArn": group,
                "TargetGroupName": name,
                "Protocol": "HTTP",
                "Port": 80,
                "VpcId": "vpc-1",
                "LoadBalancerArns": [arn],
            }
        ],
        "groups_health": [
            {
                "target_group_arn": group,
                "targets": {"state": "known", "value": [_target(id_, ill=number % ILL == 0) for id_ in ids]},
            }
        ],
        "certificates": [
            {
                "CertificateArn": certificate,
                "DomainName": "shop.example",
                "SubjectAlternativeNames": ["shop.example"],
                "Status": "ISSUED",
                "Type": "AMAZON_ISSUED",
                "NotAfter": datetime(2027, 5, 1, tzinfo=UTC),
            }
        ],
        "instances": [_instance(id_, number, index) for index, id_ in enumerate(ids)],
        "network_interfaces": [_interface(id_, number, index) for index, id_ in enumerate(ids)],
    }


def _default(listener: str, action: dict[str, Any]) -> dict[str, Any]:
    rule = f"{listener.replace(':listener/', ':listener-rule/')}/default"
    return {
        "RuleArn": rule,
        "Priority": "default",
        "IsDefault": True,
        "Actions": [action],
        "listener_arn": listener,
        "ListenerArn": listener,
    }


def _target(id_: str, *, ill: bool) -> dict[str, Any]:
    health = {"State": "healthy"}
    if ill:
        health = {
            "State": "unhealthy",
            "Reason": "Target.ResponseCodeMismatch",
            "Description": "Health checks failed with these codes: [404]",
        }
    return {"Target": {"Id": id_, "Port": 80}, "HealthCheckPort": "80", "TargetHealth": health}


def _address(number: int, index: int) -> str:
    return f"10.{number // 250}.{number % 250}.{index + 10}"


def _instance(id_: str, number: int, index: int) -> dict[str, Any]:
    return {
        "InstanceId": id_,
        "State": {"Name": "running"},
        "SubnetId": "subnet-a",
        "VpcId": "vpc-1",
        "PrivateIpAddress": _address(number, index),
        "SecurityGroups": [{"GroupId": "sg-web"}],
    }


def _interface(id_: str, number: int, index: int) -> dict[str, Any]:
    return {
        "NetworkInterfaceId": f"eni-{id_[2:]}",
        "SubnetId": "subnet-a",
        "VpcId": "vpc-1",
        "PrivateIpAddress": _address(number, index),
        "Attachment": {"DeviceIndex": 0, "InstanceId": id_},
        "Groups": [{"GroupId": "sg-web"}],
    }


def _network() -> dict[str, list[dict[str, Any]]]:
    world = [
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        for port in (80, 443)
    ]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    from_alb = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [{"GroupId": "sg-alb"}]}]
    entries = [
        {"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "CidrBlock": "0.0.0.0/0"}
        for egress in (False, True)
    ]
    return {
        "security_groups": [
            {"GroupId": "sg-alb", "VpcId": "vpc-1", "IpPermissions": world, "IpPermissionsEgress": everything},
            {"GroupId": "sg-web", "VpcId": "vpc-1", "IpPermissions": from_alb, "IpPermissionsEgress": everything},
        ],
        "prefix_lists": [],
        "network_acls": [
            {"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Entries": entries, "Associations": [{"SubnetId": "subnet-a"}]}
        ],
        "route_tables": [
            {
                "RouteTableId": "rtb-1",
                "VpcId": "vpc-1",
                "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}],
                "Associations": [{"Main": True}],
            }
        ],
        "internet_gateways": [
            {"InternetGatewayId": "igw-1", "Attachments": [{"State": "available", "VpcId": "vpc-1"}]}
        ],
        "subnets": [{"SubnetId": "subnet-a", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/8"}],
        "vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/8"}],
    }
