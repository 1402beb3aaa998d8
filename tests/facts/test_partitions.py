"""The partitions are botocore's: one that AWS adds is noticed here."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from albdoctor.collect.aws.finder import parse_name
from albdoctor.derive.dns.delegation import is_route53_server
from albdoctor.derive.names import is_balancer_name
from albdoctor.facts.partitions import PARTITIONS, is_region, partition_of


def _data(name: str) -> Any:
    return botocore.session.Session().get_component("data_loader").load_data(name)


def test_names_suffixes_patterns_and_homes_are_botocores() -> None:
    ours = {each.name: (each.suffix, each.regions.replace("-", r"\-"), each.home) for each in PARTITIONS}
    theirs = {
        each["id"]: (
            each["outputs"]["dnsSuffix"],
            each["regionRegex"].removeprefix("^").removesuffix("$"),
            each["outputs"]["implicitGlobalRegion"],
        )
        for each in _data("partitions")["partitions"]
    }
    assert ours == theirs


def test_route53_answers_in_the_home_region() -> None:
    for partition in _data("endpoints")["partitions"]:
        for name, endpoint in partition["services"].get("route53", {}).get("endpoints", {}).items():
            if not name.startswith("fips"):
                assert partition_of(endpoint["credentialScope"]["region"]).home == endpoint["credentialScope"]["region"]


def test_every_region_that_botocore_knows_is_in_its_partition() -> None:
    regions = [
        (region, partition["partition"], partition["dnsSuffix"])
        for partition in _data("endpoints")["partitions"]
        for region in partition["regions"]
    ]
    assert len(regions) > 40
    for region, name, suffix in regions:
        assert partition_of(region).name == name
        dns_name = f"web-1234567890.{region}.elb.{suffix}"
        told = parse_name(dns_name)
        assert told is not None
        assert (told.name, told.region, is_balancer_name(dns_name)) == ("web", region, True)
        network = parse_name(f"net-0123456789abcdef.elb.{region}.{suffix}")
        assert network is not None
        assert (network.name, network.region) == ("net", region)


def test_an_unknown_region_is_of_the_public_partition() -> None:
    assert partition_of("").name == "aws"
    assert is_region("ap-tomorrow-9", "amazonaws.com")


@pytest.mark.parametrize(
    "name",
    [
        "x-1.s3.elb.amazonaws.com",
        "x-1.sts.elb.amazonaws.com",
        "x-1.us-east-1.elb.amazonaws.com.cn",
        "x-1.cn-north-1.elb.amazonaws.com",
        "x-1.elb.s3.amazonaws.com",
        "x-1.us-east-1-x.elb.amazonaws.com",
        "x-1.us-east-1.elb.amazonaws.com.evil.example",
        "x-1.us-east-\u0661.elb.amazonaws.com",
    ],
)
def test_what_names_no_region_leads_nowhere(name: str) -> None:
    assert parse_name(name) is None


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("ns-1604.awsdns-08.co.uk", True),
        ("ns-12.awsdns-us-gov-34.us", True),
        ("ns-12.awsdns-cn-34.biz", True),
        ("ns-12.awsdns-34.com.evil.example", False),
        ("ns-12.awsdns-evil-34.com", False),
        ("ns1.awsdns-08.com", False),
    ],
)
def test_name_servers_of_route53_in_every_partition(name: str, is_one: bool) -> None:
    assert is_route53_server(name) is is_one
