"""ALB143 over facts: node addresses typed into an A record."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.ec2 import NetworkInterface
from albdoctor_checks.domain.alb143_zone_hardcoded_lb_ips import zone_hardcoded_lb_ips
from tests.support.build import balancer, facts
from tests.support.build_dns import DOMAIN, OURS, but, delegation, denied, record_set, records, zone
from tests.support.table import result_of, told


def node(public_ip: str, description: str = "ELB app/web/50dc6c495c0c9188") -> NetworkInterface:
    fields = {"NetworkInterfaceId": "eni-1", "Description": description, "Association": {"PublicIp": public_ip}}
    return msgspec.convert(fields, NetworkInterface)


BASE: dict[str, Any] = {
    "hosted_zones": (zone(),),
    "record_sets": (records(record_set(DOMAIN, "A", "203.0.113.5", "198.51.100.7")),),
    "load_balancers": (balancer(),),
    "network_interfaces": (node("203.0.113.5"), node("203.0.113.6")),
    "delegation": delegation(*OURS),
}


def test_node_addresses_in_a_record_are_found() -> None:
    assert told(zone_hardcoded_lb_ips, facts(**BASE)) == [
        "warning confirmed record/Z1/shop.example/A: The A record of shop.example holds fixed addresses of"
        " load balancer web: 203.0.113.5",
        "  route53 ListResourceRecordSets Z1 shop.example A -> 203.0.113.5, 198.51.100.7",
        "  ec2 DescribeNetworkInterfaces -> ELB app/web/50dc6c495c0c9188: 203.0.113.5",
        "  fix[script, traffic]: Make shop.example an alias to its load balancer in hosted zone Z1.",
    ]
    (finding,) = run_one(facts(**BASE), zone_hardcoded_lb_ips).findings
    (change,) = json.loads(str(finding.values["change_batch"]))["Changes"]
    assert change["ResourceRecordSet"]["AliasTarget"]["HostedZoneId"] == "ZWKZPGTI48KDX"


def test_a_weighted_record_is_left_to_its_owner() -> None:
    weighted = (records(record_set(DOMAIN, "A", "203.0.113.5", SetIdentifier="blue", Weight=1)),)
    (finding,) = run_one(facts(**but(BASE, {"record_sets": weighted})), zone_hardcoded_lb_ips).findings
    assert finding.fix is not None
    assert finding.fix.script == ""


def test_silence() -> None:
    others = (node("203.0.113.5", "ELB app/other/1"), node("203.0.113.5", "Primary network interface"))
    assert result_of(zone_hardcoded_lb_ips, facts(**but(BASE, {"network_interfaces": others}))) is Result.PASSED
    alias = (records(record_set(alias="web-1234567890.ap-northeast-2.elb.amazonaws.com")),)
    assert result_of(zone_hardcoded_lb_ips, facts(**but(BASE, {"record_sets": alias}))) is Result.PASSED
    assert result_of(zone_hardcoded_lb_ips, facts(**but(BASE, {"record_sets": (records(),)}))) is Result.EMPTY
    assert result_of(zone_hardcoded_lb_ips, facts(**but(BASE, {"hosted_zones": (), "record_sets": ()}))) is Result.EMPTY


def test_unknown_is_not_absent() -> None:
    for group in ("network_interfaces", "record_sets", "load_balancers"):
        assert result_of(zone_hardcoded_lb_ips, facts(**but(BASE, {group: denied("x:Y")}))) is Result.SKIPPED
