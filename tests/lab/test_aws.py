"""The AWS API of the lab, asked by boto3 as the tool asks it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from albdoctor.lab.aws import AwsApi
from albdoctor.lab.aws_acm import validation_record
from albdoctor.lab.aws_elb import Health
from albdoctor.lab.aws_route53 import MOST_ZONES, delegation_set
from albdoctor.lab.build import Builder, fixed_response, forward
from albdoctor.lab.nameservers import awsdns_address

pytestmark = pytest.mark.process


@pytest.fixture
def api() -> Iterator[AwsApi]:
    with AwsApi() as running:
        yield running


def refused(call: Any, **arguments: Any) -> str:
    """The error code of a call."""
    with pytest.raises(ClientError) as failure:
        call(**arguments)
    answer: dict[str, Any] = dict(failure.value.response)
    return str(answer["Error"]["Code"])


def test_account_is_empty_every_time() -> None:
    for _ in range(2):
        with AwsApi() as api:
            assert api.client("ec2").describe_vpcs()["Vpcs"] == []
            assert api.client("route53").list_hosted_zones()["HostedZones"] == []
            Builder(api).zone("shop.example")
            api.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")


def test_a_second_lab_in_the_process_is_refused_and_empties_nothing(api: AwsApi) -> None:
    api.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    with pytest.raises(RuntimeError, match="already up in this process"), AwsApi():
        pass
    assert len(api.client("ec2").describe_vpcs()["Vpcs"]) == 1


def test_environment_leads_every_client_here(api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "of-the-user")
    environment = api.environment()
    assert environment["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert api.client("sts").get_caller_identity()["Account"] == "123456789012"
    assert api.requests == [("sts", "GetCallerIdentity")]


def test_balancer_has_nodes_with_addresses(api: AwsApi) -> None:
    build = Builder(api)
    network = build.network()
    balancer = build.balancer(network)
    assert re.fullmatch(r"web-\d+\.ap-northeast-2\.elb\.amazonaws\.com", balancer.dns_name)
    assert balancer.zone_id == "ZWKZPGTI48KDX"
    tail = balancer.arn.split(":loadbalancer/")[1]
    ec2 = api.client("ec2")
    wanted = [{"Name": "description", "Values": [f"ELB {tail}"]}]
    nodes = ec2.describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]
    assert [(node["PrivateIpAddress"], node["Association"]["PublicIp"]) for node in nodes] == [
        ("10.0.1.200", "203.0.113.10"),
        ("10.0.2.200", "203.0.113.11"),
    ]
    assert all(node["RequesterManaged"] and node["Groups"][0]["GroupId"] == network.balancer_group for node in nodes)
    assert api.state.balancer_addresses(f"dualstack.{balancer.dns_name}.") == ("203.0.113.10", "203.0.113.11")
    by_address = [{"Name": "association.public-ip", "Values": ["203.0.113.11"]}]
    assert len(ec2.describe_network_interfaces(Filters=by_address)["NetworkInterfaces"]) == 1
    api.client("elbv2").set_security_groups(LoadBalancerArn=balancer.arn, SecurityGroups=[network.target_group])
    nodes = ec2.describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]
    assert {node["Groups"][0]["GroupId"] for node in nodes} == {network.target_group}
    api.client("elbv2").delete_load_balancer(LoadBalancerArn=balancer.arn)
    assert ec2.describe_network_interfaces(Filters=wanted)["NetworkInterfaces"] == []
    assert api.state.balancer_addresses(balancer.dns_name) is None


def test_internal_balancer_has_private_addresses_only(api: AwsApi) -> None:
    build = Builder(api)
    balancer = build.balancer(build.network(), internal=True)
    assert balancer.dns_name.startswith("internal-web-")
    assert api.state.balancer_addresses(balancer.dns_name) == ("10.0.1.200", "10.0.2.200")


def test_instance_keeps_its_public_address(api: AwsApi) -> None:
    build = Builder(api)
    machine = build.instance(build.network())
    assert (machine.private, machine.public) == ("10.0.1.10", "198.51.100.130")
    build.stop(machine)
    api.client("ec2").start_instances(InstanceIds=[machine.id])
    described = api.client("ec2").describe_instances()["Reservations"][0]["Instances"][0]
    assert described["PublicIpAddress"] == machine.public
    assert api.client("ec2").allocate_address(Domain="vpc")["PublicIp"].startswith("198.51.100.")


def test_zone_is_delegated_to_four_servers_of_its_own(api: AwsApi) -> None:
    build = Builder(api)
    first, second = build.zone("shop.example"), build.zone("shop.example")
    assert not set(first.name_servers) & set(second.name_servers)
    assert [server.partition(".")[2].partition(".")[2] for server in first.name_servers] == [
        "com",
        "net",
        "org",
        "co.uk",
    ]
    records = api.client("route53").list_resource_record_sets(HostedZoneId=first.id)["ResourceRecordSets"]
    assert {record["Type"]: [one["Value"] for one in record["ResourceRecords"]] for record in records} == {
        "NS": [f"{server}." for server in first.name_servers],
        "SOA": [f"{first.name_servers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"],
    }


def test_delegation_sets_are_all_different_and_have_addresses() -> None:
    names = [name for index in range(MOST_ZONES) for name in delegation_set(index)]
    assert len(set(names)) == 4 * MOST_ZONES
    assert len({awsdns_address(name) for name in names}) == 4 * MOST_ZONES


def test_certificate_is_issued_once_its_cnames_are_found() -> None:
    records: dict[str, str] = {}
    with AwsApi(resolve_cname=records.get) as api:
        acm = api.client("acm")
        arn = Builder(api).certificate(["shop.example", "*.shop.example", "www.shop.example"], issued=False)

        def described() -> dict[str, Any]:
            certificate: dict[str, Any] = acm.describe_certificate(CertificateArn=arn)["Certificate"]
            return certificate

        pending = described()
        assert (pending["Status"], pending["Type"]) == ("PENDING_VALIDATION", "AMAZON_ISSUED")
        assert not {"NotAfter", "NotBefore", "IssuedAt", "Serial"} & pending.keys()
        options = {option["DomainName"]: option["ResourceRecord"] for option in pending["DomainValidationOptions"]}
        assert options["shop.example"] == options["*.shop.example"] != options["www.shop.example"]
        records[options["shop.example"]["Name"].rstrip(".")] = options["shop.example"]["Value"]
        half = described()
        assert half["Status"] == "PENDING_VALIDATION"
        assert [option["ValidationStatus"] for option in half["DomainValidationOptions"]] == [
            "SUCCESS",
            "SUCCESS",
            "PENDING_VALIDATION",
        ]
        records[options["www.shop.example"]["Name"].rstrip(".")] = options["www.shop.example"]["Value"]
        assert acm.list_certificates()["CertificateSummaryList"][0]["Status"] == "ISSUED"
        records.clear()
        issued = described()
        assert issued["Status"] == "ISSUED"
        assert (issued["NotAfter"] - issued["NotBefore"]).days == 198


def test_certificate_list_shows_what_acm_shows(api: AwsApi) -> None:
    build = Builder(api)
    arn = build.certificate(["shop.example", "www.shop.example"])
    balancer = build.balancer(build.network())
    build.listener(balancer, fixed_response(), certificate=arn)
    summary = api.client("acm").list_certificates()["CertificateSummaryList"][0]
    assert summary["SubjectAlternativeNameSummaries"] == ["shop.example", "www.shop.example"]
    assert (summary["KeyAlgorithm"], summary["InUse"], summary["Status"]) == ("RSA_2048", True, "ISSUED")
    assert api.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]["InUseBy"] == [balancer.arn]
    assert api.client("acm").list_certificates(Includes={"keyTypes": ["EC_prime256v1"]})["CertificateSummaryList"] == []
    assert api.client("acm", "us-east-1").list_certificates()["CertificateSummaryList"] == []


def test_certificate_can_have_ended(api: AwsApi) -> None:
    arn = Builder(api).certificate(["shop.example"], issued=False)
    now = datetime.now(UTC)
    api.issue(arn, now - timedelta(days=200), now - timedelta(days=2))
    assert api.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "EXPIRED"


def test_listener_refuses_a_certificate_that_is_not_issued(api: AwsApi) -> None:
    build = Builder(api)
    balancer = build.balancer(build.network())
    pending = build.certificate(["shop.example"], issued=False)
    issued = build.certificate(["shop.example"])
    elb = api.client("elbv2")
    arguments = {
        "LoadBalancerArn": balancer.arn,
        "Protocol": "HTTPS",
        "Port": 443,
        "Certificates": [{"CertificateArn": pending}],
        "DefaultActions": [fixed_response()],
    }
    assert refused(elb.create_listener, **arguments) == "UnsupportedCertificate"
    listener = build.listener(balancer, fixed_response(), certificate=issued)
    for call in (elb.modify_listener, elb.add_listener_certificates):
        code = refused(call, ListenerArn=listener, Certificates=[{"CertificateArn": pending}])
        assert code == "UnsupportedCertificate"
    assert refused(elb.create_listener, **arguments | {"Certificates": [], "Port": 8443}) == "ValidationError"
    assert refused(elb.create_listener, **arguments | {"Certificates": [{"CertificateArn": issued}]}) == (
        "DuplicateListener"
    )


def test_new_default_certificate_leaves_the_sni_list(api: AwsApi) -> None:
    build = Builder(api)
    first, second, third = (build.certificate([f"{name}.example"]) for name in "abc")
    listener = build.listener(build.balancer(build.network()), fixed_response(), certificate=first, sni=[second])
    elb = api.client("elbv2")
    elb.modify_listener(ListenerArn=listener, Certificates=[{"CertificateArn": third}])
    listed = elb.describe_listener_certificates(ListenerArn=listener)["Certificates"]
    assert [(one["CertificateArn"], one["IsDefault"]) for one in listed] == [(third, True), (second, False)]


def test_group_follows_the_rules_that_use_it(api: AwsApi) -> None:
    build = Builder(api)
    network = build.network()
    balancer = build.balancer(network)
    old, new = (build.target_group(network, name=name) for name in ("old", "new"))
    listener = build.listener(balancer, old, port=80)
    elb = api.client("elbv2")

    def used() -> list[str]:
        return [
            one["TargetGroupArn"] for one in elb.describe_target_groups(LoadBalancerArn=balancer.arn)["TargetGroups"]
        ]

    assert used() == [old]
    elb.modify_listener(ListenerArn=listener, DefaultActions=[forward(new)])
    assert used() == [new]
    rule = build.rule(listener, old, paths=["/old/*"])
    assert sorted(used()) == sorted([old, new])
    elb.delete_rule(RuleArn=rule)
    assert used() == [new]


def test_health_check_of_an_https_group_is_http_by_default(api: AwsApi) -> None:
    build = Builder(api)
    arn = build.target_group(build.network(), protocol="HTTPS", port=443)
    group = api.client("elbv2").describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
    assert (group["HealthCheckProtocol"], group["HealthCheckPort"], group["HealthCheckPath"]) == (
        "HTTP",
        "traffic-port",
        "/",
    )


def test_one_instance_stands_in_a_group_with_several_ports(api: AwsApi) -> None:
    build = Builder(api)
    network = build.network()
    machine = build.instance(network)
    group = build.target_group(network, [machine, (machine, 8080)])
    elb = api.client("elbv2")

    def ports() -> list[int]:
        answer = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return [one["Target"]["Port"] for one in answer]

    assert ports() == [80, 8080]
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": machine.id}])
    assert ports() == [8080]
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": machine.id}])
    asked = elb.describe_target_health(TargetGroupArn=group, Targets=[{"Id": machine.id, "Port": 80}])
    assert asked["TargetHealthDescriptions"][0]["TargetHealth"]["Reason"] == "Target.NotRegistered"
    api.client("ec2").terminate_instances(InstanceIds=[machine.id])
    assert ports() == []


def test_denied_requests_are_denied_in_each_wire_format(api: AwsApi) -> None:
    api.denied = {
        "ec2:DescribeVpcs",
        "elasticloadbalancing:DescribeListeners",
        "acm:ListCertificates",
        "route53:ListHostedZonesByName",
        "route53domains:ListDomains",
        "cloudwatch:ListMetrics",
        "sts:GetCallerIdentity",
    }
    assert refused(api.client("ec2").describe_vpcs) == "UnauthorizedOperation"
    assert refused(api.client("elbv2").describe_listeners, LoadBalancerArn="arn:x") == "AccessDenied"
    assert refused(api.client("acm").list_certificates) == "AccessDeniedException"
    assert refused(api.client("route53").list_hosted_zones_by_name) == "AccessDenied"
    assert refused(api.client("route53domains", "us-east-1").list_domains) == "AccessDeniedException"
    assert refused(api.client("cloudwatch").list_metrics) == "AccessDeniedException"
    assert refused(api.client("sts").get_caller_identity) == "AccessDenied"
    with pytest.raises(ClientError, match="not authorized to perform: elasticloadbalancing:DescribeListeners"):
        api.client("elbv2").describe_listeners(ListenerArns=["arn:x"])


def test_requests_of_scans_are_told_apart(api: AwsApi) -> None:
    api.client("ec2").describe_vpcs()
    environment = {"PATH": os.environ["PATH"]} | api.environment()
    script = (
        "from albdoctor.collect.options import ConnectTo, Options; from albdoctor.collect.run import collect_all, now;"
        "h = 'a.example'; options = Options(domain=h, host=h, registrable=h, connect_to=ConnectTo());"
        "(facts,) = now(lambda: collect_all((options,), frozenset({'identities'}))); print(facts.identities)"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert "123456789012" in done.stdout
    assert api.scanned == ["sts:GetCallerIdentity"]
    assert api.requests == [("ec2", "DescribeVpcs"), ("sts", "GetCallerIdentity")]


def test_aws_cli_works_here(api: AwsApi) -> None:
    zone = Builder(api).zone("shop.example")
    script = f"""
        set -euo pipefail
        vpc=$(aws ec2 create-vpc --cidr-block 10.9.0.0/16 --query Vpc.VpcId --output text)
        arn=$(aws elbv2 create-target-group --name cli --protocol HTTP --port 80 --vpc-id "$vpc" \
            --query 'TargetGroups[0].TargetGroupArn' --output text)
        aws route53 get-hosted-zone --id {zone.id} --query 'DelegationSet.NameServers[0]' --output text
        aws elbv2 describe-target-health --target-group-arn "$arn" --output text
    """
    environment = {"PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))} | api.environment()
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [zone.name_servers[0]]


def test_target_health_is_what_the_lab_says(api: AwsApi) -> None:
    build = Builder(api)
    network = build.network()
    arn = build.target_group(network, [build.instance(network)])
    api.target_health = lambda _group, _target, port: Health("unhealthy", "Target.Timeout", "Request timed out", port)
    answer = api.client("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"][0]
    assert answer["HealthCheckPort"] == "80"
    assert answer["TargetHealth"] == {
        "State": "unhealthy",
        "Reason": "Target.Timeout",
        "Description": "Request timed out",
    }
    api.target_health = lambda _group, _target, port: Health("healthy", port=port)
    answer = api.client("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"][0]
    assert answer["TargetHealth"] == {"State": "healthy"}


def test_counters_are_in_cloudwatch(api: AwsApi) -> None:
    build = Builder(api)
    network = build.network()
    balancer, group = build.balancer(network), build.target_group(network)
    api.count("TargetTLSNegotiationErrorCount", balancer.arn, group, 2)
    api.count("TargetTLSNegotiationErrorCount", balancer.arn, group)
    one = {"Name": "LoadBalancer", "Value": balancer.arn.split(":loadbalancer/")[1]}
    both = [one, {"Name": "TargetGroup", "Value": group.split(":")[-1]}]
    now = datetime.now(UTC)
    queries = [
        {
            "Id": f"q{index}",
            "MetricStat": {
                "Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": name, "Dimensions": dimensions},
                "Period": 3600,
                "Stat": "Sum",
            },
        }
        for index, (name, dimensions) in enumerate(
            [
                ("TargetTLSNegotiationErrorCount", [one]),
                ("TargetTLSNegotiationErrorCount", both),
                ("HTTPCode_ELB_502_Count", [one]),
            ]
        )
    ]
    answer = api.client("cloudwatch").get_metric_data(
        StartTime=now - timedelta(hours=3), EndTime=now, MetricDataQueries=queries
    )
    assert [sum(result["Values"]) for result in answer["MetricDataResults"]] == [3.0, 3.0, 0.0]


def test_what_moto_cannot_is_an_error_that_nobody_retries(api: AwsApi) -> None:
    calls = (
        api.client("ssm").describe_instance_information,
        api.client("ec2").describe_network_insights_analyses,
        api.client("elbv2").describe_trust_stores,
        api.client("route53").list_cidr_collections,
    )
    assert [refused(call) for call in calls] == ["InvalidAction"] * 4
    assert len(api.requests) == len(api.failures) == 4


def test_changes_are_announced_before_their_answer(api: AwsApi) -> None:
    seen: list[int] = []
    api.on_change.append(lambda: seen.append(len(api.state.hosted_zones())))
    Builder(api).zone("shop.example")
    api.client("route53").list_hosted_zones()
    assert seen == [1]


def test_validation_record_is_the_same_every_time() -> None:
    record = validation_record("*.Shop.example")
    assert record == validation_record("shop.example")
    assert re.fullmatch(r"_[0-9a-f]{32}\.shop\.example\.", record["Name"])
    assert re.fullmatch(r"_[0-9a-f]{32}\.[a-z]{10}\.acm-validations\.aws\.", record["Value"])
