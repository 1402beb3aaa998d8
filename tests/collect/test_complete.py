"""What AWS always sends and did not is unknown in that one thing; what it may leave out is not missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from types import GenericAlias
from typing import Any

import msgspec
import pytest

from albdoctor.collect.aws.complete import read_complete
from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.facts import acm, ec2, elb, elb_actions, route53
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.mirror import LacksError, Mirror, field_of, lacks_in, restored, slot
from tests.support.build import GROUP_ARN

Raw = dict[str, Any]

CERTIFICATE_ARN = "arn:aws:acm:ap-northeast-2:123456789012:certificate/1"

PERMISSION: Raw = {
    "IpProtocol": "tcp",
    "FromPort": 443,
    "ToPort": 443,
    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
    "Ipv6Ranges": [],
    "PrefixListIds": [],
    "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": "1"}],
}
GROUP: Raw = {"GroupId": "sg-1", "VpcId": "vpc-1", "IpPermissions": [PERMISSION], "IpPermissionsEgress": []}
ENTRY: Raw = {
    "RuleNumber": 100,
    "Protocol": "6",
    "RuleAction": "allow",
    "Egress": False,
    "CidrBlock": "0.0.0.0/0",
    "PortRange": {"From": 443, "To": 443},
}
ACL: Raw = {
    "NetworkAclId": "acl-1",
    "VpcId": "vpc-1",
    "IsDefault": True,
    "Entries": [ENTRY],
    "Associations": [{"SubnetId": "subnet-1"}],
}
ROUTE: Raw = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
MAIN: Raw = {"Main": True, "RouteTableId": "rtb-1"}
TABLE: Raw = {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [ROUTE], "Associations": [MAIN]}
INTERFACE: Raw = {
    "NetworkInterfaceId": "eni-1",
    "VpcId": "vpc-1",
    "SubnetId": "subnet-1",
    "AvailabilityZone": "ap-northeast-2a",
    "Description": "ELB app/web/1",
    "Groups": [],
    "PrivateIpAddress": "10.0.0.1",
    "PrivateIpAddresses": [
        {"PrivateIpAddress": "10.0.0.1", "Primary": True, "Association": {"PublicIp": "203.0.113.1"}}
    ],
    "Association": {"PublicIp": "203.0.113.1"},
}
INSTANCE: Raw = {
    "InstanceId": "i-1",
    "State": {"Name": "running"},
    "VpcId": "vpc-1",
    "SubnetId": "subnet-1",
    "SecurityGroups": [],
}
BALANCER: Raw = {
    "LoadBalancerArn": "arn:1",
    "LoadBalancerName": "web",
    "DNSName": "web-1.ap-northeast-2.elb.amazonaws.com",
    "CanonicalHostedZoneId": "Z",
    "Scheme": "internal",
    "VpcId": "vpc-1",
    "State": {"Code": "active"},
    "Type": "application",
    "IpAddressType": "ipv4",
    "AvailabilityZones": [{"ZoneName": "ap-northeast-2a", "SubnetId": "subnet-1"}],
    "SecurityGroups": ["sg-1"],
}
FORWARD: Raw = {"Type": "forward", "TargetGroupArn": GROUP_ARN}
SHARED: Raw = {
    "Type": "forward",
    "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": name, "Weight": 1} for name in "ab"]},
}
REDIRECT: Raw = {
    "Type": "redirect",
    "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
}
FIXED: Raw = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
LISTENER: Raw = {
    "ListenerArn": "arn:2",
    "LoadBalancerArn": "arn:1",
    "Port": 443,
    "Protocol": "HTTPS",
    "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "Certificates": [{"CertificateArn": CERTIFICATE_ARN}],
    "DefaultActions": [FORWARD],
}
HOST: Raw = {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}
HEADER: Raw = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["1"]}}
QUERY: Raw = {"Field": "query-string", "QueryStringConfig": {"Values": [{"Value": "1"}]}}
RULE: Raw = {"RuleArn": "arn:3", "Priority": "1", "IsDefault": False, "Conditions": [HOST], "Actions": [FORWARD]}
TARGETS: Raw = {
    "TargetGroupArn": GROUP_ARN,
    "TargetGroupName": "web",
    "TargetType": "instance",
    "LoadBalancerArns": [],
    "Protocol": "HTTP",
    "ProtocolVersion": "HTTP1",
    "Port": 80,
    "VpcId": "vpc-1",
    "HealthCheckEnabled": True,
    "HealthCheckProtocol": "HTTP",
    "HealthCheckPort": "traffic-port",
    "HealthCheckPath": "/",
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckTimeoutSeconds": 5,
    "HealthyThresholdCount": 5,
    "UnhealthyThresholdCount": 2,
    "Matcher": {"HttpCode": "200"},
}
FUNCTION: Raw = {
    name: value
    for name, value in TARGETS.items()
    if name not in {"Protocol", "ProtocolVersion", "Port", "VpcId", "HealthCheckProtocol", "HealthCheckPort"}
} | {"TargetType": "lambda", "HealthCheckEnabled": False}
HEALTH: Raw = {
    "Target": {"Id": "i-1", "Port": 80},
    "TargetHealth": {"State": "unhealthy", "Reason": "Target.Timeout"},
}
RECORD: Raw = {"Name": "a.example.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "203.0.113.1"}]}
ALIAS: Raw = {
    "Name": "a.example.",
    "Type": "A",
    "AliasTarget": {"HostedZoneId": "Z", "DNSName": "b.example.", "EvaluateTargetHealth": False},
}
CERTIFICATE: Raw = {
    "CertificateArn": CERTIFICATE_ARN,
    "DomainName": "shop.example",
    "SubjectAlternativeNames": ["shop.example"],
    "Status": "ISSUED",
    "Type": "AMAZON_ISSUED",
    "KeyAlgorithm": "RSA_2048",
    "NotBefore": "2026-01-01T00:00:00Z",
    "NotAfter": "2027-01-01T00:00:00Z",
    "InUseBy": [],
    "DomainValidationOptions": [],
}
ZONE: Raw = {"id": "Z", "name": "shop.example", "private": False, "name_servers": ["ns-1.awsdns-01.net"]}

SUBNET: Raw = {
    "SubnetId": "subnet-1",
    "VpcId": "vpc-1",
    "CidrBlock": "10.0.0.0/24",
    "AvailabilityZone": "ap-northeast-2a",
    "AvailableIpAddressCount": 200,
}

WHOLE: tuple[tuple[type[Mirror], Raw], ...] = (
    (ec2.SecurityGroup, GROUP),
    (ec2.NetworkAcl, ACL),
    (ec2.RouteTable, TABLE),
    (ec2.InternetGateway, {"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}),
    (ec2.Subnet, SUBNET),
    (ec2.Vpc, {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}),
    (ec2.NetworkInterface, INTERFACE),
    (ec2.Instance, INSTANCE),
    (elb.LoadBalancer, BALANCER),
    (elb.Listener, LISTENER),
    (elb.Listener, LISTENER | {"DefaultActions": [SHARED]}),
    (elb.Listener, LISTENER | {"DefaultActions": [REDIRECT]}),
    (elb.Listener, LISTENER | {"DefaultActions": [FIXED]}),
    (elb.Rule, RULE),
    (elb.Rule, RULE | {"Conditions": [HEADER]}),
    (elb.Rule, RULE | {"Conditions": [QUERY]}),
    (elb.TargetGroup, TARGETS),
    (elb.TargetHealth, HEALTH),
    (route53.ResourceRecordSet, RECORD),
    (route53.ResourceRecordSet, ALIAS),
    (route53.HostedZone, ZONE),
    (acm.Certificate, CERTIFICATE),
)
"""Answers of which no member may be missing but those of `FREE`."""
FREE = {"UserId", "RouteTableId"}
"""Members that may be missing; a route table's own id is none of them, but its associations repeat it."""
NAMING: dict[type[Mirror], set[str]] = {
    ec2.SecurityGroup: {"GroupId"},
    ec2.NetworkAcl: {"NetworkAclId"},
    ec2.RouteTable: {"RouteTableId"},
    ec2.InternetGateway: {"InternetGatewayId"},
    ec2.Subnet: {"SubnetId"},
    ec2.Vpc: {"VpcId"},
    ec2.NetworkInterface: {"NetworkInterfaceId"},
    ec2.Instance: {"InstanceId"},
    elb.LoadBalancer: {"LoadBalancerArn"},
    elb.Listener: {"ListenerArn"},
    elb.Rule: {"RuleArn"},
    elb.TargetGroup: {"TargetGroupArn"},
    elb.TargetHealth: {"Target", "Target.Id"},
    route53.ResourceRecordSet: {"Name", "Type"},
    route53.HostedZone: {"id", "name", "private"},
    acm.Certificate: {"CertificateArn"},
}
"""Members without which nobody knows what the thing is."""


def without(raw: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every way to leave one member out, and where it was."""
    if isinstance(raw, dict):
        held: Raw = raw  # pyright: ignore[reportUnknownVariableType] - parsed JSON
        for name, value in held.items():
            here = f"{place}.{name}".lstrip(".")
            yield here, {other: each for other, each in held.items() if other != name}
            yield from ((lost, held | {name: less}) for lost, less in without(value, here))
    elif isinstance(raw, list):
        items: list[Any] = raw  # pyright: ignore[reportUnknownVariableType] - parsed JSON
        for at, item in enumerate(items):
            yield from ((lost, [*items[:at], less, *items[at + 1 :]]) for lost, less in without(item, place))


def members(facts: Any) -> list[str]:
    """What is missing, as AWS names it."""
    return [lack.member for lack in lacks_in(facts)]


def as_list(raw: Any, type_: type[Mirror]) -> tuple[Any, ...]:
    """An answer with these items."""
    items: Any = GenericAlias(tuple, (type_, ...))
    facts: tuple[Any, ...] = read_complete(raw, items, "service:Action")
    return facts


@pytest.mark.parametrize(("type_", "raw"), WHOLE)
def test_a_whole_answer_is_read(type_: type[Mirror], raw: Raw) -> None:
    facts = read_complete(raw, type_, "x")
    assert type(facts) is type_
    assert members(facts) == []


@pytest.mark.parametrize(("type_", "raw"), WHOLE)
def test_without_any_member_that_member_is_unknown(type_: type[Mirror], raw: Raw) -> None:
    whole = read_complete(raw, type_, "service:Action")
    for lost, less in without(raw):
        name = lost.rpartition(".")[2]
        if lost in NAMING[type_]:
            with pytest.raises(NotAnsweredError) as caught:
                as_list([raw, less], type_)
            assert (caught.value.unknown.gap, caught.value.unknown.asked) == (Gap.FAILED, "service:Action"), lost
        elif name not in FREE:
            first, second = as_list([raw, less], type_)
            assert first == whole, lost
            assert second != whole, lost
            missing = {part for member in members(second) for part in member.split(".")}
            assert name in missing, lost


@pytest.mark.parametrize(("type_", "raw"), WHOLE)
def test_what_is_missing_cannot_be_read_and_is_written_and_copied_like_anything_else(
    type_: type[Mirror], raw: Raw
) -> None:
    for lost, less in without(raw):
        if lost in NAMING[type_] or "." in lost:
            continue
        facts = read_complete(less, type_, "service:Action")
        by_field = {field_of(type_, lack.member): lack for lack in reversed(facts.lacks or ())}
        for field, lack in by_field.items():
            with pytest.raises(LacksError) as caught:
                getattr(facts, field)
            assert caught.value.unknown == Unknown(
                gap=Gap.FAILED, asked="service:Action", detail=f"{lack.of}: no {lack.member} in the answer"
            )
        again = msgspec.convert(msgspec.to_builtins(facts), type_)
        assert restored(again) == facts
        assert hash(restored(again)) == hash(facts)
        assert type(msgspec.structs.replace(facts)) is type(facts)


def less(raw: Raw, *names: str, **more: Any) -> Raw:
    return {name: value for name, value in raw.items() if name not in names} | more


@pytest.mark.parametrize(
    ("type_", "raw", "lacks"),
    [
        (ec2.SecurityGroup, less(GROUP, "IpPermissions"), ["IpPermissions"]),
        (ec2.SecurityGroup, less(GROUP, IpPermissions=[less(PERMISSION, "IpRanges")]), ["IpRanges"]),
        (ec2.SecurityGroup, less(GROUP, IpPermissions=[less(PERMISSION, "ToPort")]), ["ToPort"]),
        (
            ec2.RouteTable,
            less(TABLE, Routes=[less(ROUTE, "GatewayId")]),
            ["GatewayId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "NetworkInterfaceId"],
        ),
        (ec2.RouteTable, less(TABLE, Associations=[{}]), ["Main", "SubnetId"]),
        (ec2.NetworkAclEntry, less(ENTRY, PortRange={"From": 1}), ["To"]),
        (ec2.NetworkAclEntry, less(ENTRY, "Protocol", "PortRange"), ["Protocol", "PortRange"]),
        (ec2.Subnet, less(SUBNET, "CidrBlock"), ["CidrBlock"]),
        (elb.AttachedCertificate, {"CertificateArn": "arn:4"}, ["IsDefault"]),
        (elb_actions.Action, less(FORWARD, "TargetGroupArn"), ["TargetGroupArn", "ForwardConfig"]),
        (elb.Listener, less(LISTENER, "Protocol", "SslPolicy"), ["Protocol", "SslPolicy"]),
        (elb_actions.RedirectConfig, {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}, ["Port"]),
        (
            elb_actions.RedirectConfig,
            {"Protocol": "#{protocol}", "Port": "#{port}", "Path": "/#{path}", "StatusCode": "HTTP_301"},
            ["Host"],
        ),
        (elb.Condition, {"Field": "host-header", "HostHeaderConfig": {}}, ["Values", "RegexValues"]),
        (elb.Condition, {"Field": "host-header"}, ["Values", "HostHeaderConfig"]),
        (elb.TargetGroup, less(TARGETS, "ProtocolVersion"), ["ProtocolVersion"]),
        (elb.TargetGroup, less(TARGETS, "TargetType", "Protocol", "Port"), ["TargetType", "Protocol", "Port"]),
        (elb.Health, {"State": "unused"}, ["Reason"]),
        (route53.ResourceRecordSet, less(RECORD, Weight=1), ["SetIdentifier"]),
        (
            route53.ResourceRecordSet,
            less(RECORD, SetIdentifier="a"),
            ["Weight", "Region", "Failover", "MultiValueAnswer"],
        ),
        (route53.HostedZone, less(ZONE, name_servers=[]), ["name_servers"]),
        (acm.Certificate, less(CERTIFICATE, "FailureReason", Status="FAILED"), ["FailureReason"]),
    ],
)
def test_what_is_missing_is_named(type_: type[Mirror], raw: Raw, lacks: list[str]) -> None:
    assert members(read_complete(raw, type_, "x")) == lacks


def test_a_lack_is_told_of_the_nearest_thing_that_has_a_name() -> None:
    bare = less(REDIRECT["RedirectConfig"], "StatusCode")
    rule = read_complete(less(RULE, Actions=[less(REDIRECT, RedirectConfig=bare)]), elb.Rule, "elb:DescribeRules")
    redirect = rule.actions[0].redirect_config
    assert redirect is not None
    with pytest.raises(LacksError, match=r"elb:DescribeRules: failed arn:3: no StatusCode in the answer"):
        str(redirect.status_code)
    health = read_complete(less(HEALTH, TargetHealth={"State": "unused"}), elb.TargetHealth, "x")
    assert [lack.of for lack in lacks_in(health)] == ["i-1"]


def test_a_redirect_keeps_of_the_request_what_it_does_not_name() -> None:
    action = read_complete(REDIRECT, elb_actions.Action, "x")
    redirect = action.redirect_config
    assert redirect is not None
    assert (redirect.host, redirect.path, redirect.query) == ("#{host}", "/#{path}", "#{query}")


def test_what_stands_in_the_place_of_a_missing_member_is_blank() -> None:
    listener = read_complete(less(LISTENER, "Port"), elb.Listener, "x")
    assert slot(listener, "port") == 0


@pytest.mark.parametrize(
    ("type_", "raw"),
    [
        (ec2.IpPermission, less(PERMISSION, "FromPort", "ToPort", IpProtocol="-1")),
        (ec2.IpPermission, less(PERMISSION, "FromPort", "ToPort", IpProtocol="50")),
        (ec2.NetworkAclEntry, less(ENTRY, "PortRange", Protocol="-1")),
        (ec2.NetworkAclEntry, less(ENTRY, "CidrBlock", Ipv6CidrBlock="::/0")),
        *((ec2.Route, less(ROUTE, "GatewayId", **{name: "x"})) for name in (
            "CarrierGatewayId", "CoreNetworkArn", "EgressOnlyInternetGatewayId", "InstanceId", "LocalGatewayId",
            "NatGatewayId", "NetworkInterfaceId", "OdbNetworkArn", "TransitGatewayId", "VpcPeeringConnectionId",
        )),
        (ec2.Route, less(ROUTE, "GatewayId", State="blackhole")),
        (ec2.Route, less(ROUTE, "DestinationCidrBlock", DestinationPrefixListId="pl-1")),
        (ec2.RouteTableAssociation, {"Main": False, "GatewayId": "igw-1"}),
        (ec2.RouteTable, less(TABLE, Associations=[])),
        (ec2.InternetGateway, {"InternetGatewayId": "igw-1", "Attachments": []}),
        (ec2.NetworkInterface, less(INTERFACE, "PrivateIpAddress", "Association", PrivateIpAddresses=[])),
        (ec2.Subnet, less(SUBNET, "CidrBlock", "AvailableIpAddressCount", Ipv6Native=True)),
        (ec2.Instance, {"InstanceId": "i-1", "State": {"Name": "terminated"}}),
        (elb.LoadBalancer, less(BALANCER, "SecurityGroups", Type="network")),
        (elb.LoadBalancer, less(BALANCER, "SecurityGroups", "Scheme", "IpAddressType", Type="gateway")),
        (elb.Listener, less(LISTENER, "SslPolicy", "Certificates", Protocol="HTTP")),
        (elb_actions.Action, {"Type": "authenticate-oidc"}),
        (elb_actions.Action, {"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": GROUP_ARN}]}}),
        (elb.Condition, {"Field": "path-pattern", "Values": ["/a"]}),
        (elb.Condition, {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["a"]}}),
        (elb.Condition, {"Field": "brand-new"}),
        (elb.TargetGroup, FUNCTION),
        (elb.TargetGroup, less(TARGETS, "HealthCheckPath", "Matcher", "ProtocolVersion", Protocol="TCP")),
        (elb.TargetGroup, less(TARGETS, ProtocolVersion="GRPC", Matcher={"GrpcCode": "12"})),
        (elb.TargetHealth, {"Target": {"Id": "arn:aws:lambda:::f"}, "TargetHealth": {"State": "healthy"}}),
        (route53.ResourceRecordSet, less(ALIAS, SetIdentifier="a", GeoProximityLocation={})),
        (route53.HostedZone, less(ZONE, name_servers=[], private=True)),
        (acm.Certificate, less(CERTIFICATE, "DomainValidationOptions", Type="IMPORTED")),
        (acm.Certificate, less(CERTIFICATE, "NotBefore", "NotAfter", "DomainValidationOptions", Status="INACTIVE")),
    ],
)  # fmt: skip
def test_what_aws_may_leave_out_is_not_missed(type_: type[Mirror], raw: Raw) -> None:
    assert members(read_complete(raw, type_, "x")) == []


EXAMPLES: tuple[tuple[str, str, type[Mirror]], ...] = (
    ("ec2/describe-route-tables", "RouteTables", ec2.RouteTable),
    ("ec2/describe-network-acls", "NetworkAcls", ec2.NetworkAcl),
    ("ec2/describe-internet-gateways", "InternetGateways", ec2.InternetGateway),
    ("ec2/describe-subnets", "Subnets", ec2.Subnet),
    ("ec2/describe-vpcs", "Vpcs", ec2.Vpc),
    ("ec2/describe-network-interfaces", "NetworkInterfaces", ec2.NetworkInterface),
    ("elbv2/describe-load-balancers", "LoadBalancers", elb.LoadBalancer),
    ("elbv2/describe-listeners", "Listeners", elb.Listener),
    ("elbv2/set-rule-priorities", "Rules", elb.Rule),
    ("elbv2/describe-target-groups", "TargetGroups", elb.TargetGroup),
    ("elbv2/describe-target-health", "TargetHealthDescriptions", elb.TargetHealth),
    ("elbv2/describe-listener-certificates", "Certificates", elb.AttachedCertificate),
)
"""Examples of the AWS CLI, the member of their answers, and its facts."""


@pytest.mark.parametrize(("name", "member", "type_"), EXAMPLES)
def test_the_examples_of_the_aws_cli_are_complete(name: str, member: str, type_: type[Mirror]) -> None:
    text = Path(str(distribution("awscli").locate_file(f"awscli/examples/{name}.rst"))).read_text()
    answers = [block[member] for block in blocks(text) if member in block]
    assert answers
    assert [members(as_list(answer, type_)) for answer in answers] == [[]] * len(answers)


def blocks(text: str) -> Iterator[Raw]:
    """Every JSON object in a text."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            found, at = decoder.raw_decode(text, at)
            yield found
        except ValueError:
            at += 1
        at = text.find("{", at)
