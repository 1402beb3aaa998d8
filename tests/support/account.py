"""A whole emulated account, written down: what a fix changed in it is the difference of two of these."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from albdoctor.lab.aws import AwsApi

Account = Mapping[str, str]
"""Each property of each thing: "target-group web / Port" -> "80"."""
VOLATILE = {
    *("ResponseMetadata", "CreatedTime", "CreatedAt", "IssuedAt", "LastModified", "LaunchTime", "NotAfter"),
    *("LoadBalancerArns", "Marker", "NextToken", "ServerId", "InUseBy", "NotBefore", "Serial", "StateTransitionReason"),
}
"""What says when, who answered, or what others say already."""
RANDOM = re.compile(r"\b([a-z]+)-[0-9a-f]{8,}\b")
"""Ids of parts."""
NUMBER = re.compile(r"(?<=-)\d{6,}(?=\.[a-z0-9-]+\.elb\.)")
"""In the DNS name of a load balancer."""
UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
SERVER = re.compile(r"\bns-\d+\.awsdns-\d+")


def account(api: AwsApi) -> Account:
    """Ask for everything that a fix could change; ids are written as the names that people know."""
    things = dict(_things(api))
    names = {id_: name for name, (id_, _) in things.items() if id_}
    ids = sorted(names, key=len, reverse=True)

    def readable(value: object) -> str:
        text = json.dumps(value, sort_keys=True, default=str)
        for id_ in ids:
            text = text.replace(id_, f"<{names[id_]}>")
        return NUMBER.sub("N", RANDOM.sub(r"\1-N", UUID.sub("UUID", SERVER.sub("ns-N.awsdns-N", text))))

    return {
        f"{name} / {field}": readable(value)
        for name, (_, fields) in things.items()
        for field, value in fields.items()
        if field not in VOLATILE
    }


def changes(before: Account, after: Account) -> list[str]:
    """One line for each property that is new, gone or another."""
    lines = [f"+ {key}: {after[key]}" for key in sorted(after.keys() - before.keys())]
    lines += [f"- {key}: {before[key]}" for key in sorted(before.keys() - after.keys())]
    both = sorted(before.keys() & after.keys())
    return lines + [f"~ {key}: {before[key]} -> {after[key]}" for key in both if before[key] != after[key]]


Thing = tuple[str, tuple[str, Mapping[str, Any]]]


def _things(api: AwsApi) -> Iterator[Thing]:
    """Name, id and fields of everything."""
    yield from _balancing(api)
    yield from _network(api)
    yield from _dns(api)
    yield from _certificates(api)
    yield from _functions(api)


def _functions(api: AwsApi) -> Iterator[Thing]:
    """Functions and their policies; statements are called as whoever wrote them likes."""
    for arn, one in api.functions.functions.items():
        policy = [
            {name: value for name, value in statement.items() if name != "Sid"} for statement in one.statements.values()
        ]
        yield f"function {arn.rpartition(':')[2]}", (arn, {"Policy": policy})


def _balancing(api: AwsApi) -> Iterator[Thing]:
    elb = api.client("elbv2")
    for one in elb.describe_load_balancers()["LoadBalancers"]:
        arn, name = one["LoadBalancerArn"], f"load-balancer {one['LoadBalancerName']}"
        attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        tags = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
        yield name, (arn, one | {"Attributes": attributes, "Tags": tags})
        for listener in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
            where = f"listener {one['LoadBalancerName']}:{listener['Port']}"
            listener_arn = listener["ListenerArn"]
            certificates = elb.describe_listener_certificates(ListenerArn=listener_arn)["Certificates"]
            yield where, (listener_arn, listener | {"Certificates": certificates})
            for rule in elb.describe_rules(ListenerArn=listener_arn)["Rules"]:
                if not rule["IsDefault"]:
                    yield f"rule {where} {rule['Priority']}", (rule["RuleArn"], rule)
    for one in elb.describe_target_groups()["TargetGroups"]:
        arn = one["TargetGroupArn"]
        health = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        targets = sorted(f"{each['Target']['Id']}:{each['Target'].get('Port', '')}" for each in health)
        attributes = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
        tags = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
        fields = one | {"Targets": targets, "Attributes": attributes, "Tags": tags}
        yield f"target-group {one['TargetGroupName']}", (arn, fields)


def _network(api: AwsApi) -> Iterator[Thing]:
    ec2 = api.client("ec2")
    vpcs = ec2.describe_vpcs()["Vpcs"]
    names = {one["VpcId"]: f"vpc-{number}" for number, one in enumerate(vpcs)}
    for one in vpcs:
        yield names[one["VpcId"]], (one["VpcId"], one)
    for one in ec2.describe_subnets()["Subnets"]:
        name = f"subnet {names[one['VpcId']]} {one.get('CidrBlock') or one['SubnetId']}"
        yield name, (one["SubnetId"], {key: value for key, value in one.items() if key != "AvailableIpAddressCount"})
    for one in ec2.describe_security_groups()["SecurityGroups"]:
        name = f"security-group {names[one['VpcId']]} {one['GroupName']}"
        yield name, (one["GroupId"], one)
    yield from _numbered("route-table", ec2.describe_route_tables()["RouteTables"], "RouteTableId", names)
    yield from _numbered("network-acl", ec2.describe_network_acls()["NetworkAcls"], "NetworkAclId", names)
    for reservation in ec2.describe_instances()["Reservations"]:
        for one in reservation["Instances"]:
            kept = {"State": one["State"], "SecurityGroups": one["SecurityGroups"], "SubnetId": one.get("SubnetId")}
            yield f"instance {one.get('PrivateIpAddress') or one['InstanceId']}", (one["InstanceId"], kept)


def _numbered(kind: str, listed: Iterable[Mapping[str, Any]], id_: str, vpcs: Mapping[str, str]) -> Iterator[Thing]:
    for number, one in enumerate(listed):
        yield f"{kind} {vpcs[one['VpcId']]} {number}", (one[id_], one)


def _dns(api: AwsApi) -> Iterator[Thing]:
    route53 = api.client("route53")
    named: dict[str, int] = {}
    for zone in route53.list_hosted_zones()["HostedZones"]:
        id_ = zone["Id"].removeprefix("/hostedzone/")
        count = named[zone["Name"]] = named.get(zone["Name"], 0) + 1
        name = f"zone {zone['Name']}" + (f" #{count}" if count > 1 else "")
        records = route53.list_resource_record_sets(HostedZoneId=id_)["ResourceRecordSets"]
        fields = {"Config": zone.get("Config", {})}
        for one in records:
            fields[f"{one['Name']} {one['Type']} {one.get('SetIdentifier', '')}".strip()] = one
        yield name, (id_, fields)
    domains = api.client("route53domains", "us-east-1")
    for one in _or_none(domains.list_domains)["Domains"]:
        detail = domains.get_domain_detail(DomainName=one["DomainName"])
        yield f"domain {one['DomainName']}", ("", {"Nameservers": [each["Name"] for each in detail["Nameservers"]]})


def _or_none(ask: Callable[[], Any]) -> Any:
    return ask()


def _certificates(api: AwsApi) -> Iterator[Thing]:
    for region in (api.region, "us-east-1", "us-west-2"):
        acm = api.client("acm", region)
        for number, one in enumerate(acm.list_certificates()["CertificateSummaryList"]):
            detail = acm.describe_certificate(CertificateArn=one["CertificateArn"])["Certificate"]
            kept = {key: detail.get(key) for key in ("Status", "SubjectAlternativeNames", "Type")}
            yield f"certificate {region} {number} {one['DomainName']}", (one["CertificateArn"], kept)
