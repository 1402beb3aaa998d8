"""The fix scripts of groups, network and targets, run as printed by the real AWS CLI on an emulated account."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import boto3
import httpx
import msgspec
import pytest
from moto.server import ThreadedMotoServer

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import run_one
from albdoctor.text import fill_script
from albdoctor_checks.network.alb501_net_target_sg_blocks_traffic_port import net_target_sg_blocks_traffic_port
from albdoctor_checks.network.alb505_net_nacl_target_side import net_nacl_target_side
from albdoctor_checks.target.alb603_target_instance_not_running import target_instance_not_running
from albdoctor_checks.target_group.alb401_tg_https_target_speaks_http import tg_https_target_speaks_http
from albdoctor_checks.target_group.alb402_tg_http_target_speaks_https import tg_http_target_speaks_https
from albdoctor_checks.target_group.alb403_tg_port_not_served import tg_port_not_served
from albdoctor_checks.target_group.alb418_hc_protocol_mismatch import hc_protocol_mismatch
from albdoctor_checks.target_group.alb419_hc_port_mismatch import hc_port_mismatch
from albdoctor_checks.target_group.alb420_hc_redirect_not_accepted import hc_redirect_not_accepted
from albdoctor_checks.target_group.alb421_hc_path_not_found import hc_path_not_found
from albdoctor_checks.target_group.alb426_hc_slow_response import hc_slow_response
from tests.support.build import REGION, balancer, group, listener, rule, target
from tests.support.build_net import SG_ALB, entry, permission, security_group
from tests.support.build_net import acl as make_acl
from tests.support.build_targets import (
    TIMEOUT,
    answer,
    health,
    instance,
    over_tls,
    plain,
    probed,
    refused,
    scene,
    unhealthy,
    wrong_code,
)
from tests.support.build_ways import behind, eni

pytestmark = pytest.mark.lab


class Account:
    """An emulated account with a balancer, an instance and a group that two things forward to."""

    def __init__(self, endpoint: str) -> None:
        """Build it at an endpoint."""
        self.keys = {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_ENDPOINT_URL": endpoint,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        self.elb = self._client("elbv2", endpoint)
        self.ec2 = ec2 = self._client("ec2", endpoint)
        self.vpc: str = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        zones = (("10.0.1.0/24", "a"), ("10.0.2.0/24", "c"))
        made = [
            ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr, AvailabilityZone=REGION + zone) for cidr, zone in zones
        ]
        self.subnets = subnets = [one["Subnet"]["SubnetId"] for one in made]
        started = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=subnets[0])
        self.instance: str = started["Instances"][0]["InstanceId"]
        balancer = self.elb.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"][0]
        self.balancer: str = balancer["LoadBalancerArn"]

    @staticmethod
    def _client(service: str, endpoint: str) -> Any:
        return cast("Any", boto3).client(
            service,
            region_name=REGION,
            endpoint_url=endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def serve(self, protocol: str, port: int, **settings: Any) -> dict[str, Any]:
        """Make a group, register the instance, forward a listener's default action and a rule to it."""
        made = self.elb.create_target_group(
            Name=f"web-{protocol.lower()}", Protocol=protocol, Port=port, VpcId=self.vpc, **settings
        )
        arn = made["TargetGroups"][0]["TargetGroupArn"]
        self.elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": self.instance, "Port": port}])
        forward = [{"Type": "forward", "TargetGroupArn": arn}]
        made = self.elb.create_listener(
            LoadBalancerArn=self.balancer, Protocol="HTTP", Port=8000 + port % 1000, DefaultActions=forward
        )
        self.listener = made["Listeners"][0]["ListenerArn"]
        path = [{"Field": "path-pattern", "Values": ["/api/*"]}]
        made = self.elb.create_rule(ListenerArn=self.listener, Priority=1, Conditions=path, Actions=forward)
        self.rule = made["Rules"][0]["RuleArn"]
        return self.described(arn)

    def described(self, arn: str) -> dict[str, Any]:
        return dict(self.elb.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0])

    def registered(self, arn: str) -> list[tuple[str, int]]:
        told = self.elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        return [(one["Target"]["Id"], one["Target"]["Port"]) for one in told]

    def forwards(self) -> set[str]:
        """Where the listener and its rule forward to."""
        told = self.elb.describe_rules(ListenerArn=self.listener)["Rules"]
        return {action["TargetGroupArn"] for one in told for action in one["Actions"]}

    def scene(self, seen: dict[str, Any], target: Any, *ports: Any) -> Any:
        """The snapshot of this account, with a target and its probe."""
        arn = seen["TargetGroupArn"]
        actions = [{"Type": "forward", "TargetGroupArn": arn}]
        listeners = (listener(ListenerArn=self.listener, DefaultActions=actions),)
        rules = (rule("1", RuleArn=self.rule, ListenerArn=self.listener, Actions=actions),)
        probe = probed(*ports, port=target.target.port, id_=self.instance)
        probe = msgspec.structs.replace(probe, target_group_arn=arn)
        return scene(
            target_groups=(group(**seen),),
            groups_health=health(target, group_arn=arn),
            listeners=listeners,
            rules=rules,
            target_probes=(probe,),
        )

    def repair(self, check: Check, facts: Any) -> None:
        """Run the script of the only finding as printed."""
        (finding,) = run_one(facts, check).findings
        script = "set -euo pipefail\n" + fill_script((finding.fix or check.fixes[0]).script, finding.values)
        done = subprocess.run(["bash", "-c", script], env=self.keys, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def account() -> Iterator[Account]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    httpx.post(f"http://{host}:{port}/moto-api/reset").raise_for_status()  # its state outlives a server
    yield Account(f"http://{host}:{port}")
    server.stop()


def test_https_group_is_replaced_by_http(account: Account) -> None:
    old = account.serve(
        "HTTPS", 443, HealthCheckProtocol="HTTPS", HealthCheckPort="8080", Matcher={"HttpCode": "200,204"}
    )
    facts = account.scene(old, unhealthy(443, id_=account.instance, check=8080), refused(443), refused(8080), plain(80))
    account.repair(tg_https_target_speaks_http, facts)
    (arn,) = account.forwards()
    new = account.described(arn)
    assert arn != old["TargetGroupArn"]
    assert (new["TargetGroupName"], new["Protocol"], new["Port"]) == ("web-http", "HTTP", 80)
    assert (new["HealthCheckProtocol"], new["HealthCheckPort"], new["Matcher"]) == (
        "HTTP",
        "traffic-port",
        {"HttpCode": "200,204"},
    )
    assert account.registered(arn) == [(account.instance, 80)]
    # The other two findings of the same outage: harmless after the first script.
    account.repair(tg_port_not_served, facts)
    account.repair(hc_port_mismatch, facts)
    assert account.registered(old["TargetGroupArn"]) == [(account.instance, 80)]
    assert account.described(old["TargetGroupArn"])["HealthCheckPort"] == "traffic-port"


def test_http_group_is_replaced_by_https_with_proof(account: Account) -> None:
    old = account.serve("HTTP", 443)
    complaint = answer(400, "The plain HTTP request was sent to HTTPS port")
    facts = account.scene(old, wrong_code(400, 443, id_=account.instance), over_tls(443, complaint))
    account.repair(tg_http_target_speaks_https, facts)
    (arn,) = account.forwards()
    assert account.described(arn)["Protocol"] == "HTTPS"
    assert account.registered(arn) == [(account.instance, 443)]


def test_health_check_settings_are_repaired(account: Account) -> None:
    old = account.serve("HTTP", 80, HealthCheckProtocol="HTTPS", HealthCheckPath="/healthz")
    arn = old["TargetGroupArn"]
    account.repair(hc_protocol_mismatch, account.scene(old, unhealthy(id_=account.instance), plain(80)))
    seen = account.described(arn)
    assert seen["HealthCheckProtocol"] == "HTTP"
    lost = plain(80, answer(404), http_by_name=answer(404), root=answer(200))
    account.repair(hc_path_not_found, account.scene(seen, wrong_code(404, id_=account.instance), lost))
    seen = account.described(arn)
    assert seen["HealthCheckPath"] == "/"
    forced = plain(80, answer(301, location="https://shop.example/"))
    account.repair(hc_redirect_not_accepted, account.scene(seen, wrong_code(301, id_=account.instance), forced))
    assert account.described(arn)["Matcher"] == {"HttpCode": "200,301"}


def test_network_is_opened_and_the_instance_started(account: Account) -> None:
    guard = account.ec2.create_security_group(GroupName="web", Description="targets", VpcId=account.vpc)["GroupId"]
    source = account.ec2.create_security_group(GroupName="alb", Description="balancer", VpcId=account.vpc)["GroupId"]
    acl = account.ec2.create_network_acl(VpcId=account.vpc)["NetworkAcl"]["NetworkAclId"]
    sick = unhealthy(reason=TIMEOUT, id_=account.instance)
    around: dict[str, Any] = {
        "load_balancers": (balancer(SecurityGroups=[source]),),
        "network_interfaces": (eni(account.instance, Groups=[{"GroupId": guard}]),),
    }
    closed = (SG_ALB, security_group(guard), security_group(source))
    account.repair(net_target_sg_blocks_traffic_port, behind(sick, security_groups=closed, **around))
    (admitted,) = account.ec2.describe_security_groups(GroupIds=[guard])["SecurityGroups"][0]["IpPermissions"]
    assert (admitted["FromPort"], admitted["ToPort"], admitted["UserIdGroupPairs"][0]["GroupId"]) == (80, 80, source)

    opened = (SG_ALB, security_group(guard, permission(80, 80, source)), security_group(source))
    acls = (
        make_acl("acl-alb", subnets=("subnet-a", "subnet-c")),
        make_acl(acl, entry(100, "deny"), subnets=("subnet-t",)),
    )
    account.repair(net_nacl_target_side, behind(sick, security_groups=opened, network_acls=acls, **around))
    entries = account.ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"]
    written = [(one["RuleNumber"], one["Egress"], one["CidrBlock"]) for one in entries if one["RuleNumber"] <= 100]
    assert sorted(written) == [
        (98, False, "10.0.1.0/24"),
        (99, False, "10.0.2.0/24"),
        (99, True, "10.0.1.0/24"),
        (100, True, "10.0.2.0/24"),
    ]

    account.ec2.stop_instances(InstanceIds=[account.instance])
    stopped = target(account.instance, state="unused", reason="Target.InvalidState")
    account.repair(target_instance_not_running, scene(stopped, instances=(instance("stopped", account.instance),)))
    (told,) = account.ec2.describe_instances(InstanceIds=[account.instance])["Reservations"]
    assert told["Instances"][0]["State"]["Name"] == "running"


def test_health_check_waits_longer(account: Account) -> None:
    old = account.serve("HTTP", 80)
    late = plain(80, msgspec.structs.replace(answer(200), milliseconds=31_000.0))
    account.repair(hc_slow_response, account.scene(old, unhealthy(reason=TIMEOUT, id_=account.instance), late))
    seen = account.described(old["TargetGroupArn"])
    assert (seen["HealthCheckTimeoutSeconds"], seen["HealthCheckIntervalSeconds"]) == (62, 67)
