"""An organisation in moto: DNS in the management account, a load balancer in another, one that refuses, one closed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import boto3
from msgspec import Struct

from tests.support.aws_api import REGION, Reply, Request
from tests.support.aws_shop import client

MANAGEMENT = "123456789012"
HOST = "shop.example"
ROLE = "albdoctor"


class Organization(Struct, frozen=True, kw_only=True):
    """What was built."""

    port: int
    """Of moto."""
    web: str
    """Account with the load balancer that the name leads to."""
    empty: str
    refused: str
    """Account whose role nobody may assume."""
    closed: str
    balancer_arn: str


def build(port: int) -> Organization:
    """Make the accounts, and what they have."""
    organizations = client(port, "organizations", "us-east-1")
    organizations.create_organization(FeatureSet="ALL")
    web, empty, refused, closed = (
        organizations.create_account(AccountName=name, Email=f"{name}@corp.example")["CreateAccountStatus"]["AccountId"]
        for name in ("web", "empty", "refused", "closed")
    )
    organizations.close_account(AccountId=closed)
    balancer = balancer_in(port, web)
    route53 = client(port, "route53")
    zone = route53.create_hosted_zone(Name=HOST, CallerReference="1")["HostedZone"]["Id"]
    alias = {"HostedZoneId": "ZWKZPGTI48KDX", "DNSName": f"{balancer['DNSName']}.", "EvaluateTargetHealth": False}
    record = {"Name": f"{HOST}.", "Type": "A", "AliasTarget": alias}
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    return Organization(
        port=port, web=web, empty=empty, refused=refused, closed=closed, balancer_arn=balancer["LoadBalancerArn"]
    )


def client_in(port: int, account: str, service: str) -> Any:
    """A client in a member account, under an assumed role as moto has it."""
    arn = f"arn:aws:iam::{account}:role/builder"
    keys = client(port, "sts").assume_role(RoleArn=arn, RoleSessionName="builder")["Credentials"]
    return boto3.client(  # pyright: ignore[reportCallIssue, reportUnknownMemberType, reportUnknownVariableType] - no stubs of services
        service,  # type: ignore[call-overload]  # no stubs of services
        region_name=REGION,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def balancer_in(port: int, account: str, name: str = "web") -> Any:
    """Make a load balancer with a listener in a member account."""
    ec2, elb = client_in(port, account, "ec2"), client_in(port, account, "elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("ac")
    ]
    made = elb.create_load_balancer(Name=name, Subnets=subnets, Scheme="internet-facing")["LoadBalancers"][0]
    fixed = {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "ok"}
    actions = [{"Type": "fixed-response", "FixedResponseConfig": fixed}]
    elb.create_listener(LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=actions)
    return made


def regions(*names: str) -> Reply:
    """The answer of an account that has enabled these Regions."""
    items = "".join(f"<item><regionName>{name}</regionName></item>" for name in names)
    return Reply(200, f"<DescribeRegionsResponse><regionInfo>{items}</regionInfo></DescribeRegionsResponse>".encode())


def role_of(request: Request) -> str:
    """The ARN of the role that a request to STS is about."""
    found = re.search(r"RoleArn=([^&]+)", request.body.decode())
    return unquote(found[1]) if found else ""


def credentials(key: str, *, seconds: float) -> Reply:
    """STS's answer: credentials that hold so long."""
    ends = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    keys = f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    role = f"<Credentials>{keys}<Expiration>{ends}</Expiration></Credentials>"
    arn = "arn:aws:sts::111122223333:assumed-role/r/a"
    user = f"<AssumedRoleUser><AssumedRoleId>A:a</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser>"
    body = f"<AssumeRoleResponse><AssumeRoleResult>{role}{user}</AssumeRoleResult></AssumeRoleResponse>"
    return Reply(200, body.encode())
