"""Snapshots of many balancers: each has two listeners, a certificate, a group of ten targets and its own security groups.

A hundred balancers share a VPC with two subnets. One group in ten is ill, each time in another way (see `ills`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from albdoctor.facts.snapshot import Facts
from benchmarks.ills import Ill, ill_of

REGION = "ap-northeast-2"
ELB = f"arn:aws:elasticloadbalancing:{REGION}:123456789012"
TARGETS = 10
BALANCERS_PER_VPC = 100

Groups = dict[str, list[dict[str, Any]]]


def snapshot(balancers: int, *, every: int = 10) -> Facts:
    """One snapshot in which a name leads to so many balancers; one group in `every` is ill."""
    known: Groups = {"prefix_lists": [], "hosted_zones": [], "record_sets": []}
    metrics: list[dict[str, Any]] = []
    parts = [_vpc(number) for number in range(-(-balancers // BALANCERS_PER_VPC))]
    for number in range(balancers):
        ill = ill_of(number // every) if number % every == 0 else Ill()
        parts += [_balancer(number, ill), _targets(number, ill), _around(number, ill)]
        metrics.append({"name": "HTTPCode_Target_2XX_Count", "load_balancer_arn": _arn("loadbalancer/app", number)})
    for part in parts:
        for name, things in part.items():
            known.setdefault(name, []).extend(things)
    groups: dict[str, Any] = {name: {"state": "known", "value": things} for name, things in known.items()}
    groups["metrics"] = {"state": "known", "value": {"hours": 3.0, "values": metrics}}
    groups["scan"] = {
        "domain": "shop.example",
        "host": "shop.example",
        "registrable": "shop.example",
        "taken_at": datetime(2026, 11, 22, tzinfo=UTC),
        "regions": [REGION],
    }
    return msgspec.convert(groups, Facts)


def _arn(kind: str, number: int, more: str = "") -> str:
    return f"{ELB}:{kind}/web-{number}/{number:016x}{more}"


def _balancer(number: int, ill: Ill) -> Groups:
    arn, group = _arn("loadbalancer/app", number), _arn("targetgroup", number)
    https, http = _arn("listener/app", number, "/443"), _arn("listener/app", number, "/80")
    certificate = f"arn:aws:acm:{REGION}:123456789012:certificate/{number:08x}"
    forward = {"Type": "forward", "TargetGroupArn": group}
    redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    attached = {"CertificateArn": certificate, "IsDefault": True}
    vpc = number // BALANCERS_PER_VPC
    return {
        "leads": [{"how": "option", "name": f"web-{number}", "region": REGION, "load_balancer_arn": arn}],
        "load_balancers": [
            {
                "LoadBalancerArn": arn,
                "LoadBalancerName": f"web-{number}",
                "DNSName": f"web-{number}-1.{REGION}.elb.amazonaws.com",
                "Scheme": "internet-facing",
                "VpcId": f"vpc-{vpc}",
                "AvailabilityZones": [
                    {"ZoneName": f"{REGION}{zone}", "SubnetId": f"subnet-{vpc}{zone}"} for zone in "ab"
                ],
                "SecurityGroups": [f"sg-alb-{number}"],
            }
        ],
        "listeners": [
            _listener(https, arn, 443, "HTTPS", forward) | {"Certificates": [attached]},
            _listener(http, arn, 80, "HTTP", redirect),
        ],
        "listeners_certificates": [{"listener_arn": https, "certificates": [attached]}],
        "rules": [_default(https, forward), _default(http, redirect)],
        "target_groups": [
            {
                "TargetGroupArn": group,
                "TargetGroupName": f"web-{number}",
                "Protocol": ill.protocol,
                "Port": 80,
                "HealthCheckProtocol": ill.protocol,
                "VpcId": f"vpc-{vpc}",
                "LoadBalancerArns": [arn],
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
    }


def _listener(arn: str, balancer: str, port: int, protocol: str, action: dict[str, Any]) -> dict[str, Any]:
    return {
        "ListenerArn": arn,
        "LoadBalancerArn": balancer,
        "Port": port,
        "Protocol": protocol,
        "DefaultActions": [action],
    }


def _default(listener: str, action: dict[str, Any]) -> dict[str, Any]:
    rule = f"{listener.replace(':listener/', ':listener-rule/')}/default"
    return {"RuleArn": rule, "Priority": "default", "IsDefault": True, "Actions": [action], "ListenerArn": listener}


def _targets(number: int, ill: Ill) -> Groups:
    group, vpc = _arn("targetgroup", number), number // BALANCERS_PER_VPC
    told: Groups = {"groups_health": [], "instances": [], "network_interfaces": [], "target_probes": []}
    healths: list[dict[str, Any]] = []
    for index in range(TARGETS):
        id_, zone = f"i-{number:06x}{index:02x}", "ab"[index % 2]
        address = f"10.{vpc}.{number % BALANCERS_PER_VPC + 128 * (index % 2)}.{index + 10}"
        place = {"SubnetId": f"subnet-{vpc}{zone}", "VpcId": f"vpc-{vpc}", "PrivateIpAddress": address}
        guards = [{"GroupId": f"sg-web-{number}"}]
        healths.append({"Target": {"Id": id_, "Port": 80}, "HealthCheckPort": "80", "TargetHealth": ill.health})
        told["instances"].append(place | {"InstanceId": id_, "State": {"Name": ill.state}, "SecurityGroups": guards})
        told["network_interfaces"].append(
            place
            | {
                "NetworkInterfaceId": f"eni-{id_[2:]}",
                "Attachment": {"DeviceIndex": 0, "InstanceId": id_},
                "Groups": guards,
            }
        )
        if ill.port is not None:
            who = {"target_group_arn": group, "target_id": id_, "target_port": 80}
            where = {"private_address": address, "public_address": f"203.0.113.{index}"}
            told["target_probes"].append(who | where | {"ports": [ill.port]})
    told["groups_health"].append({"target_group_arn": group, "targets": {"state": "known", "value": healths}})
    return told


def _around(number: int, ill: Ill) -> Groups:
    """The balancer's nodes and the security groups: one of the balancer, one of its targets."""
    vpc = number // BALANCERS_PER_VPC
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    world = [
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        for port in (80, 443)
    ]
    source = {"GroupId": f"sg-alb-{number}" if ill.way_open else "sg-of-an-old-balancer"}
    from_balancer = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [source]}]
    return {
        "network_interfaces": [
            {
                "NetworkInterfaceId": f"eni-{number:06x}{zone}",
                "Description": f"ELB app/web-{number}/{number:016x}",
                "SubnetId": f"subnet-{vpc}{zone}",
                "VpcId": f"vpc-{vpc}",
                "PrivateIpAddress": f"10.{vpc}.{number % BALANCERS_PER_VPC + 128 * index}.{5 + index}",
                "Association": {"PublicIp": f"198.{18 + index}.{number // 250}.{number % 250}"},
            }
            for index, zone in enumerate("ab")
        ],
        "security_groups": [
            {
                "GroupId": f"sg-{name}-{number}",
                "VpcId": f"vpc-{vpc}",
                "IpPermissions": rules,
                "IpPermissionsEgress": everything,
            }
            for name, rules in (("alb", world), ("web", from_balancer))
        ],
    }


def _vpc(number: int) -> Groups:
    vpc, subnets = f"vpc-{number}", [f"subnet-{number}{zone}" for zone in "ab"]
    entries = [
        {"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "CidrBlock": "0.0.0.0/0"}
        for egress in (False, True)
    ]
    guarded = [{"SubnetId": subnet} for subnet in subnets]
    route = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": f"igw-{number}"}
    return {
        "vpcs": [{"VpcId": vpc, "CidrBlock": f"10.{number}.0.0/16"}],
        "subnets": [
            {"SubnetId": subnet, "VpcId": vpc, "CidrBlock": f"10.{number}.{128 * index}.0/17"}
            for index, subnet in enumerate(subnets)
        ],
        "network_acls": [{"NetworkAclId": f"acl-{number}", "VpcId": vpc, "Entries": entries, "Associations": guarded}],
        "route_tables": [
            {"RouteTableId": f"rtb-{number}", "VpcId": vpc, "Routes": [route], "Associations": [{"Main": True}]}
        ],
        "internet_gateways": [
            {"InternetGatewayId": f"igw-{number}", "Attachments": [{"State": "available", "VpcId": vpc}]}
        ],
    }
