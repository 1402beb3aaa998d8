# ruff: noqa: ANN401 - boto3 makes clients at run time
"""Fills an account with a plain fleet: `python fleet_fill.py BALANCERS`, against AWS_ENDPOINT_URL.

One VPC with two public subnets and a pool of instances. Each balancer has its nodes' interfaces, a certificate, an HTTPS
listener that forwards to a group of two instances, an HTTP listener that redirects, and a name of the one hosted zone.
One group in ten has targets that are stopped.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import boto3
from botocore.config import Config
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

THREADS = 8
DOMAIN = "shop.example"
BATCH = 100
"""Records of one change."""
POOL = 20
"""Instances that the groups share; the last two are stopped."""
ILL = 10
"""Every so many groups has the stopped instances."""
WORLD = "0.0.0.0/0"
REDIRECT = {
    "Type": "redirect",
    # Whole, as AWS answers it: moto gives back no more than it got.
    "RedirectConfig": {
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
        "StatusCode": "HTTP_301",
    },
}
POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"


@dataclass(frozen=True)
class Ground:
    """What all balancers stand on."""

    vpc: str
    subnets: tuple[str, ...]
    balancer_group: str
    instances: tuple[str, ...]


def client(service: str) -> Any:
    """Make a client of the account that the environment names."""
    session: Any = boto3.Session()
    return session.client(service, config=Config(max_pool_connections=THREADS))


def ground(ec2: Any) -> Ground:
    """Build the VPC, its network and the pool of instances."""
    region = ec2.meta.region_name
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=WORLD, GatewayId=gateway)
    subnets: list[str] = []
    for number, zone in enumerate("ac"):
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number * 64}.0/18", AvailabilityZone=f"{region}{zone}")
        subnets.append(made["Subnet"]["SubnetId"])
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[-1])
    balancer_group = security_group(ec2, vpc, "alb", (80, 443), {"IpRanges": [{"CidrIp": WORLD}]})
    web_group = security_group(ec2, vpc, "web", (80,), {"UserIdGroupPairs": [{"GroupId": balancer_group}]})
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    run = ec2.run_instances(
        ImageId=image, MinCount=POOL, MaxCount=POOL, SubnetId=subnets[0], SecurityGroupIds=[web_group]
    )
    return Ground(vpc, tuple(subnets), balancer_group, tuple(each["InstanceId"] for each in run["Instances"]))


def security_group(ec2: Any, vpc: str, name: str, ports: tuple[int, ...], source: dict[str, Any]) -> str:
    """Make a group that admits TCP ports from a source."""
    made: str = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    permissions = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port} | source for port in ports]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=permissions)
    return made


def certificate(key: ec.EllipticCurvePrivateKey, name: str) -> dict[str, bytes]:
    """Make what ImportCertificate takes, valid for 198 days."""
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=198))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {"Certificate": builder.sign(key, hashes.SHA256()).public_bytes(pem), "PrivateKey": private}


def balancer(elb: Any, ec2: Any, acm: Any, on: Ground, key: ec.EllipticCurvePrivateKey, number: int) -> dict[str, Any]:
    """Build one balancer with everything that hangs on it; gives the record of its name."""
    name = f"web-{number}"
    made = elb.create_load_balancer(
        Name=name, Type="application", Scheme="internet-facing", Subnets=on.subnets, SecurityGroups=[on.balancer_group]
    )
    arn: str = made["LoadBalancers"][0]["LoadBalancerArn"]
    for subnet in on.subnets:
        description = f"ELB {arn.split(':loadbalancer/')[-1]}"
        ec2.create_network_interface(SubnetId=subnet, Description=description, Groups=[on.balancer_group])
    group = elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=on.vpc, HealthCheckPath="/health")
    group_arn: str = group["TargetGroups"][0]["TargetGroupArn"]
    first = POOL - 2 if number % ILL == 0 else number % (POOL - 3)
    elb.register_targets(TargetGroupArn=group_arn, Targets=[{"Id": on.instances[first + step]} for step in (0, 1)])
    held = acm.import_certificate(**certificate(key, f"{name}.{DOMAIN}"))["CertificateArn"]
    elb.create_listener(
        LoadBalancerArn=arn,
        Protocol="HTTPS",
        Port=443,
        SslPolicy=POLICY,
        Certificates=[{"CertificateArn": held}],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group_arn}],
    )
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[REDIRECT])
    one = made["LoadBalancers"][0]
    alias = {"HostedZoneId": one["CanonicalHostedZoneId"], "DNSName": one["DNSName"], "EvaluateTargetHealth": True}
    return {"Name": f"{name}.{DOMAIN}", "Type": "A", "AliasTarget": alias}


def publish(route53: Any, records: list[dict[str, Any]]) -> None:
    """Make the hosted zone, and a record for each name."""
    zone = route53.create_hosted_zone(Name=DOMAIN, CallerReference=DOMAIN)["HostedZone"]["Id"]
    for first in range(0, len(records), BATCH):
        changes = [{"Action": "UPSERT", "ResourceRecordSet": one} for one in records[first : first + BATCH]]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def main() -> None:
    """Fill."""
    elb, ec2, acm = client("elbv2"), client("ec2"), client("acm")
    on = ground(ec2)
    build = partial(balancer, elb, ec2, acm, on, ec.generate_private_key(ec.SECP256R1()))
    with ThreadPoolExecutor(THREADS) as pool:
        publish(client("route53"), list(pool.map(build, range(int(sys.argv[1])))))
    ec2.stop_instances(InstanceIds=on.instances[-2:])


if __name__ == "__main__":
    if "127.0.0.1" not in os.environ.get("AWS_ENDPOINT_URL", ""):
        sys.exit("AWS_ENDPOINT_URL must lead to an emulated account on 127.0.0.1: this program creates resources")
    main()
