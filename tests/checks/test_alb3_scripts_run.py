"""The scripts of the balancer's fixes, run as printed: the real AWS CLI against an emulated account."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from moto.server import ThreadedMotoServer

from albdoctor.checkup.engine import Result
from albdoctor.facts.acm import Certificate
from albdoctor.facts.ec2 import InternetGateways, PrefixLists, RouteTables, SecurityGroups, Subnets
from albdoctor.facts.elb import (
    AttachedCertificate,
    ListenerCertificates,
    Listeners,
    LoadBalancers,
    Rules,
    SslPolicies,
)
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb304_alb_internet_facing_in_private_subnet import (
    alb_internet_facing_in_private_subnet,
)
from albdoctor_checks.balancer.alb306_alb_sg_blocks_listener_port import alb_sg_blocks_listener_port
from albdoctor_checks.balancer.alb313_listener_https_missing import listener_https_missing
from albdoctor_checks.balancer.alb314_listener_http_missing import listener_http_missing
from albdoctor_checks.balancer.alb315_listener_protocol_port_swapped import listener_protocol_port_swapped
from albdoctor_checks.balancer.alb317_listener_cert_name_mismatch import listener_cert_name_mismatch
from albdoctor_checks.balancer.alb319_listener_redirect_to_missing_listener import (
    listener_redirect_to_missing_listener,
)
from albdoctor_checks.balancer.alb320_listener_redirect_keeps_port import listener_redirect_keeps_port
from albdoctor_checks.balancer.alb321_listener_redirect_loop import listener_redirect_loop
from albdoctor_checks.balancer.alb323_listener_default_action_is_error import listener_default_action_is_error
from albdoctor_checks.balancer.alb324_listener_tls_policy_weak import listener_tls_policy_weak
from albdoctor_checks.balancer.alb328_rule_host_not_matched import rule_host_not_matched
from albdoctor_checks.response.alb702_http_no_https_redirect import http_no_https_redirect
from tests.support.build import REGION, facts, redirect
from tests.support.build_web import address_probe, exchange, web
from tests.support.fixes import script_of
from tests.support.table import result_of, told

pytestmark = pytest.mark.lab

NOT_FOUND = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}


class Account:
    """An account with a VPC, a load balancer and a target group, seen through the same facts as a scan's."""

    def __init__(self, endpoint: str, name: str) -> None:
        """Build it."""
        self.environment = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        session: Any = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)
        self.ec2: Any = session.client("ec2", endpoint_url=endpoint)
        self.elb: Any = session.client("elbv2", endpoint_url=endpoint)
        self.acm: Any = session.client("acm", endpoint_url=endpoint)
        self.vpc: str = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [self.subnet(f"10.0.{number}.0/24", zone) for number, zone in ((1, "a"), (2, "c"))]
        self.gateway: str = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)
        self.group: str = self.ec2.create_security_group(GroupName="alb", Description="alb", VpcId=self.vpc)["GroupId"]
        made: Any = self.elb.create_load_balancer(Name=name, Subnets=self.subnets, SecurityGroups=[self.group])
        self.balancer: str = made["LoadBalancers"][0]["LoadBalancerArn"]
        made = self.elb.create_target_group(Name=f"{name}-http", Protocol="HTTP", Port=80, VpcId=self.vpc)
        self.target_group: str = made["TargetGroups"][0]["TargetGroupArn"]

    def subnet(self, cidr: str, zone: str) -> str:
        made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}")
        return str(made["Subnet"]["SubnetId"])

    def certificate(self, host: str = "shop.example") -> str:
        return str(self.acm.request_certificate(DomainName=host, ValidationMethod="DNS")["CertificateArn"])

    def listen(self, port: int, action: dict[str, Any], certificate: str = "") -> str:
        made = self.elb.create_listener(
            LoadBalancerArn=self.balancer,
            Protocol="HTTPS" if certificate else "HTTP",
            Port=port,
            DefaultActions=[action],
            **({"Certificates": [{"CertificateArn": certificate}]} if certificate else {}),
        )
        return str(made["Listeners"][0]["ListenerArn"])

    def admit(self, port: int) -> None:
        ranges = [{"CidrIp": "0.0.0.0/0"}]
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ranges}
        self.ec2.authorize_security_group_ingress(GroupId=self.group, IpPermissions=[rule])

    def forward(self) -> dict[str, Any]:
        return {"Type": "forward", "TargetGroupArn": self.target_group}

    def seen(self, *certificates: Certificate, **groups: Any) -> Facts:
        """Read the account as the collector does."""
        listeners = self.elb.describe_listeners(LoadBalancerArn=self.balancer)["Listeners"]
        attached: list[ListenerCertificates] = []
        rules: list[dict[str, Any]] = []
        for one in listeners:
            arn = one["ListenerArn"]
            rules += [rule | {"ListenerArn": arn} for rule in self.elb.describe_rules(ListenerArn=arn)["Rules"]]
            if one["Protocol"] == "HTTPS":
                listed = self.elb.describe_listener_certificates(ListenerArn=arn)["Certificates"]
                converted = msgspec.convert(listed, tuple[AttachedCertificate, ...])
                attached.append(ListenerCertificates(listener_arn=arn, certificates=converted))
        base: dict[str, Any] = {
            "load_balancers": msgspec.convert(
                self.elb.describe_load_balancers(LoadBalancerArns=[self.balancer])["LoadBalancers"], LoadBalancers
            ),
            "listeners": msgspec.convert(listeners, Listeners),
            "listeners_certificates": tuple(attached),
            "rules": msgspec.convert(rules, Rules),
            "certificates": certificates,
            "security_groups": msgspec.convert(self.ec2.describe_security_groups()["SecurityGroups"], SecurityGroups),
            "prefix_lists": msgspec.convert([], PrefixLists),
            "subnets": msgspec.convert(self.ec2.describe_subnets()["Subnets"], Subnets),
            "route_tables": msgspec.convert(self.ec2.describe_route_tables()["RouteTables"], RouteTables),
            "internet_gateways": msgspec.convert(
                self.ec2.describe_internet_gateways()["InternetGateways"], InternetGateways
            ),
        }
        return facts(**(base | groups))

    def run(self, script: str) -> None:
        assert script
        done = subprocess.run(
            ["bash", "-c", f"set -euo pipefail\n{script}"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def account(endpoint: str, request: pytest.FixtureRequest) -> Account:
    return Account(endpoint, re.sub("[^a-z]+", "-", str(request.node.name)[5:30]).strip("-"))


def issued(arn: str) -> Certificate:
    return Certificate(certificate_arn=arn, domain_name="shop.example", status="ISSUED")


def test_subnets_of_the_same_zones(account: Account) -> None:
    public = [account.subnet(f"10.0.{number}.0/24", zone) for number, zone in ((11, "a"), (12, "c"))]
    table = account.ec2.create_route_table(VpcId=account.vpc)["RouteTable"]["RouteTableId"]
    account.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=account.gateway)
    for one in public:
        account.ec2.associate_route_table(RouteTableId=table, SubnetId=one)
    account.run(script_of(alb_internet_facing_in_private_subnet, account.seen(), impact="brief"))
    assert told(alb_internet_facing_in_private_subnet, account.seen()) == []


def test_a_route_to_the_gateway(account: Account) -> None:
    account.run(script_of(alb_internet_facing_in_private_subnet, account.seen(), impact="brief"))
    assert told(alb_internet_facing_in_private_subnet, account.seen()) == []


def test_a_security_group_that_is_shut(account: Account) -> None:
    account.admit(80)
    account.listen(80, redirect())
    account.listen(443, account.forward(), account.certificate())
    account.run(script_of(alb_sg_blocks_listener_port, account.seen(), impact="none"))
    assert told(alb_sg_blocks_listener_port, account.seen()) == []


def test_an_https_listener_and_its_port(account: Account) -> None:
    account.admit(80)
    account.listen(80, account.forward())
    certificate = issued(account.certificate())
    account.run(script_of(listener_https_missing, account.seen(certificate), impact="none"))
    after = account.seen(certificate)
    assert told(listener_https_missing, after) == []
    assert [line for line in told(alb_sg_blocks_listener_port, after) if "port 443" in line] == []


def test_a_certificate_for_the_sni_list(account: Account) -> None:
    other, right = account.certificate("old.example"), account.certificate()
    account.listen(443, account.forward(), other)
    old = Certificate(certificate_arn=other, domain_name="old.example", status="ISSUED")
    account.run(script_of(listener_cert_name_mismatch, account.seen(old, issued(right)), impact="none"))
    assert told(listener_cert_name_mismatch, account.seen(old, issued(right))) == []


def test_a_loop_of_the_default_rule_and_of_a_rule(account: Account) -> None:
    back = redirect(Protocol="HTTP", Port="80")
    account.listen(80, redirect())
    https = account.listen(443, back, account.certificate())
    account.listen(8080, account.forward())
    account.run(script_of(listener_redirect_loop, account.seen(), impact="traffic"))
    assert told(listener_redirect_loop, account.seen()) == []
    own = {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}
    account.elb.create_rule(ListenerArn=https, Priority=8, Conditions=[own], Actions=[back])
    account.run(script_of(listener_redirect_loop, account.seen(), impact="traffic"))
    assert told(listener_redirect_loop, account.seen()) == []


def test_a_host_for_a_rule(account: Account) -> None:
    https = account.listen(443, NOT_FOUND, account.certificate())
    host = {"Field": "host-header", "HostHeaderConfig": {"Values": ["www.shop.example"]}}
    account.elb.create_rule(ListenerArn=https, Priority=9, Conditions=[host], Actions=[account.forward()])
    own = {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}
    http = account.listen(80, redirect())
    account.elb.create_rule(ListenerArn=http, Priority=9, Conditions=[own], Actions=[account.forward()])
    account.run(script_of(rule_host_not_matched, account.seen(), impact="traffic"))
    assert told(rule_host_not_matched, account.seen()) == []


def test_a_rule_for_a_host_that_another_listener_names(account: Account) -> None:
    https = account.listen(443, NOT_FOUND, account.certificate())
    http = account.listen(80, redirect())
    group = account.elb.create_target_group(Name="api", Protocol="HTTP", Port=80, VpcId=account.vpc)
    other = {"Type": "forward", "TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}
    for listener, name, action in ((https, "api.example", other), (http, "shop.example", account.forward())):
        host = {"Field": "host-header", "HostHeaderConfig": {"Values": [name]}}
        account.elb.create_rule(ListenerArn=listener, Priority=9, Conditions=[host], Actions=[action])
    account.run(script_of(rule_host_not_matched, account.seen(), impact="traffic"))
    assert told(rule_host_not_matched, account.seen()) == []
    rules = account.elb.describe_rules(ListenerArn=https)["Rules"]
    assert [(one["Priority"], one["Actions"][0].get("TargetGroupArn")) for one in rules] == [
        ("9", other["TargetGroupArn"]),
        ("10", account.target_group),
        ("default", None),
    ]


def test_a_redirect_to_https(account: Account) -> None:
    account.listen(80, account.forward())
    account.listen(443, account.forward(), account.certificate())
    wire = web(address_probe(http=(exchange("http://shop.example/"),)))
    tail = account.balancer.split(":loadbalancer/")[1]
    nodes = tuple(msgspec.structs.replace(one, description=f"ELB {tail}") for one in wire["network_interfaces"])
    account.run(
        script_of(http_no_https_redirect, account.seen(**(wire | {"network_interfaces": nodes})), impact="traffic")
    )
    listeners = account.elb.describe_listeners(LoadBalancerArn=account.balancer)["Listeners"]
    assert {one["Port"]: one["DefaultActions"][0]["Type"] for one in listeners} == {80: "redirect", 443: "forward"}


def test_a_listener_on_80_whose_port_is_open(account: Account) -> None:
    account.admit(80)
    account.admit(443)
    account.listen(443, account.forward(), account.certificate())
    account.run(script_of(listener_http_missing, account.seen(), impact="none"))
    assert told(listener_http_missing, account.seen()) == []
    assert [line for line in told(alb_sg_blocks_listener_port, account.seen()) if "port 80" in line] == []


def test_a_listener_on_443_that_spoke_plain_http(account: Account) -> None:
    certificate = issued(account.certificate())
    account.listen(443, account.forward())
    account.run(script_of(listener_protocol_port_swapped, account.seen(certificate), impact="brief"))
    assert told(listener_protocol_port_swapped, account.seen(certificate)) == []


def test_a_listener_on_80_that_spoke_tls(account: Account) -> None:
    account.listen(80, account.forward(), account.certificate())
    account.run(script_of(listener_protocol_port_swapped, account.seen(), impact="brief"))
    assert told(listener_protocol_port_swapped, account.seen()) == []


def test_a_tls_policy_of_2016(account: Account) -> None:
    arn = account.listen(443, account.forward(), account.certificate())
    account.elb.modify_listener(ListenerArn=arn, SslPolicy="ELBSecurityPolicy-2016-08")

    def seen() -> Facts:
        (listener,) = account.elb.describe_listeners(ListenerArns=[arn])["Listeners"]
        policies = account.elb.describe_ssl_policies(Names=[listener["SslPolicy"]])["SslPolicies"]
        return account.seen(ssl_policies=msgspec.convert(policies, SslPolicies))

    account.run(script_of(listener_tls_policy_weak, seen(), impact="none"))
    assert result_of(listener_tls_policy_weak, seen()) is Result.PASSED


def test_redirects_to_wrong_ports(account: Account) -> None:
    http = account.listen(80, redirect(Port="8443", Path="/shop/#{path}"))
    account.listen(443, account.forward(), account.certificate())
    account.run(script_of(listener_redirect_to_missing_listener, account.seen(), impact="traffic"))
    assert told(listener_redirect_to_missing_listener, account.seen()) == []
    host = {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}
    keeps = redirect(Port="#{port}")
    account.elb.create_rule(ListenerArn=http, Priority=9, Conditions=[host], Actions=[keeps])
    account.run(script_of(listener_redirect_keeps_port, account.seen(), impact="traffic"))
    assert told(listener_redirect_keeps_port, account.seen()) == []


def test_a_default_action_that_was_an_error(account: Account) -> None:
    account.listen(443, NOT_FOUND, account.certificate())
    account.listen(8080, account.forward())
    account.run(script_of(listener_default_action_is_error, account.seen(), impact="traffic"))
    assert told(listener_default_action_is_error, account.seen()) == []
