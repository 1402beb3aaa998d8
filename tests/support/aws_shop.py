"""A shop in moto: zone, certificate, balancer, targets and the network around them, built with boto3."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import boto3
from msgspec import Struct

from tests.support.aws_api import REGION


class Shop(Struct, frozen=True, kw_only=True):
    """What was built."""

    port: int
    """Of moto."""
    zone_id: str
    balancer_arn: str
    balancer_name: str
    group_arn: str
    certificate_arn: str
    elsewhere_arn: str
    """A certificate for the same name in us-east-1."""
    vpc_id: str
    instance_id: str
    balancer_group: str
    target_group: str
    prefix_list: str


@contextmanager
def moto_server() -> Generator[int]:
    """Serve moto with an empty account; gives its port."""
    # Run only needs one image; moto's list of all takes seconds to read.
    os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        port = int(server.get_host_and_port()[1])
        reset(port)
        yield port
        reset(port)
    finally:
        server.stop()


def reset(port: int) -> None:
    """Empty the account."""
    request = Request(f"http://127.0.0.1:{port}/moto-api/reset", method="POST")
    urlopen(request).close()  # noqa: S310 - loopback


def client(port: int, service: str, region: str = REGION) -> Any:
    """A boto3 client of moto."""
    return boto3.client(  # pyright: ignore[reportCallIssue, reportUnknownMemberType, reportUnknownVariableType] - no stubs of services
        service,  # type: ignore[call-overload]  # no stubs of services
        region_name=region,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
    )


def build(port: int) -> Shop:
    """Build the shop: HTTPS:443 to an instance and an address, HTTP:80 redirects, a rule for the host."""
    ec2, elb, acm = client(port, "ec2"), client(port, "elbv2"), client(port, "acm")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet_ids = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("ac")
    ]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
    listed = ec2.create_managed_prefix_list(
        PrefixListName="office", MaxEntries=5, AddressFamily="IPv4", Entries=[{"Cidr": "198.51.100.0/24"}]
    )["PrefixList"]["PrefixListId"]
    front, back = (_security_group(ec2, vpc_id, name, listed) for name in ("front", "back"))
    instance = ec2.run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=subnet_ids[0], SecurityGroupIds=[back]
    )["Instances"][0]
    ec2.create_network_interface(SubnetId=subnet_ids[1], PrivateIpAddress="10.0.1.77", Groups=[back])
    certificate = acm.request_certificate(DomainName="shop.example", SubjectAlternativeNames=["*.shop.example"])
    elsewhere = client(port, "acm", "us-east-1").request_certificate(DomainName="shop.example")
    acm.request_certificate(DomainName="other.example")
    placed = {"Subnets": subnet_ids, "SecurityGroups": [front], "Scheme": "internet-facing"}
    balancer = elb.create_load_balancer(Name="web", **placed)["LoadBalancers"][0]
    arn = balancer["LoadBalancerArn"]
    group = _groups(elb, arn, vpc_id, instance["InstanceId"], certificate["CertificateArn"])
    _node(ec2, subnet_ids[0], front, arn)
    return Shop(
        port=port,
        zone_id=_zone(client(port, "route53"), balancer["DNSName"]),
        balancer_arn=arn,
        balancer_name=balancer["DNSName"],
        group_arn=group,
        certificate_arn=certificate["CertificateArn"],
        elsewhere_arn=elsewhere["CertificateArn"],
        vpc_id=vpc_id,
        instance_id=instance["InstanceId"],
        balancer_group=front,
        target_group=back,
        prefix_list=listed,
    )


def _security_group(ec2: Any, vpc_id: str, name: str, listed: str) -> str:
    group_id: str = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id)["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": listed}]}
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission])
    return group_id


def _groups(elb: Any, arn: str, vpc_id: str, instance_id: str, certificate: str) -> str:
    group: str = elb.create_target_group(Name="web-https", Protocol="HTTPS", Port=443, VpcId=vpc_id)["TargetGroups"][0][
        "TargetGroupArn"
    ]
    by_address = elb.create_target_group(Name="web-ip", Protocol="HTTP", Port=80, VpcId=vpc_id, TargetType="ip")
    address_arn = by_address["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": instance_id}])
    elb.register_targets(TargetGroupArn=address_arn, Targets=[{"Id": "10.0.1.77"}])
    secure = elb.create_listener(
        LoadBalancerArn=arn,
        Protocol="HTTPS",
        Port=443,
        SslPolicy="ELBSecurityPolicy-2016-08",
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )["Listeners"][0]["ListenerArn"]
    # AWS answers all members, whatever was given; moto only those that were.
    redirect = {"Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "StatusCode": "HTTP_301"}
    elb.create_listener(
        LoadBalancerArn=arn,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "redirect", "RedirectConfig": redirect}],
    )
    elb.create_rule(
        ListenerArn=secure,
        Priority=10,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": address_arn}],
    )
    return group


def _node(ec2: Any, subnet_id: str, group_id: str, balancer_arn: str) -> None:
    """The interface of a balancer's node: moto makes none."""
    tail = balancer_arn.split(":loadbalancer/")[1]
    ec2.create_network_interface(SubnetId=subnet_id, Groups=[group_id], Description=f"ELB {tail}")


def _zone(route53: Any, balancer_name: str) -> str:
    zone: str = route53.create_hosted_zone(Name="shop.example", CallerReference="1")["HostedZone"]["Id"]
    alias = {"HostedZoneId": "ZWKZPGTI48KDX", "DNSName": f"dualstack.{balancer_name}.", "EvaluateTargetHealth": False}
    records = [
        {"Name": "shop.example.", "Type": "A", "AliasTarget": alias},
        {"Name": "*.shop.example.", "Type": "A", "AliasTarget": alias},
        {"Name": "static.shop.example.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "203.0.113.9"}]},
    ]
    changes = [{"Action": "CREATE", "ResourceRecordSet": record} for record in records]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    return zone.removeprefix("/hostedzone/")
