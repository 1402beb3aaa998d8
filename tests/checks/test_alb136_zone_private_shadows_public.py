"""ALB136 over facts: a private zone of the host's domain, beside what public DNS has."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.route53 import HostedZone, ZoneVpc
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb136_zone_private_shadows_public import zone_private_shadows_public as check
from tests.support.build import balancer, facts
from tests.support.build_dns import DOMAIN, OURS, delegation, denied, host_answers, record_set, records, zone
from tests.support.fixes import script_of
from tests.support.table import result_of, told

VPC = ZoneVpc(VPCRegion="ap-northeast-2", VPCId="vpc-1")
HIDING = replace(zone("ZP", private=True), vpcs=(VPC,))
ALIAS = record_set(alias=balancer().dns_name)
DATABASE = record_set(f"db.{DOMAIN}", "A", "10.0.1.10")


def seen(*inside: Any, public: tuple[Any, ...] = (ALIAS,), private: HostedZone = HIDING, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "delegation": delegation(*OURS),
        "hosted_zones": (zone(), private),
        "record_sets": (records(*public), records(*inside, zone_id="ZP", name=private.name)),
        "host_answers": host_answers("203.0.113.5", host=groups.get("host", DOMAIN)),
    }
    return facts(**(base | groups))


def test_a_private_zone_without_the_name_is_told() -> None:
    assert told(check, seen(DATABASE)) == [
        "info confirmed hosted-zone/ZP: Inside vpc-1 shop.example does not exist: private hosted zone ZP"
        " (shop.example) answers there and lacks it",
        "  route53 ListResourceRecordSets ZP shop.example -> ResourceRecordSets: []",
        "  route53 GetHostedZone ZP -> PrivateZone: true, VPCs: vpc-1",
        "  fix[script, none]: Create shop.example in private hosted zone ZP too, if anybody inside its VPCs asks for"
        " it.",
    ]


@pytest.mark.parametrize("owner", [f"www.{DOMAIN}", f"*.{DOMAIN}"])
def test_the_script_copies_the_public_records_under_the_hosts_own_name(owner: str) -> None:
    www = f"www.{DOMAIN}"
    facts_ = seen(DATABASE, public=(record_set(owner, alias=balancer().dns_name),), host=www)
    script = script_of(check, facts_, impact="none")
    assert script.startswith("aws route53 change-resource-record-sets --hosted-zone-id ZP ")
    (change,) = json.loads(script.partition("--change-batch '")[2].rstrip("'\n"))["Changes"]
    assert change["ResourceRecordSet"]["Name"] == f"{www}."
    assert change["ResourceRecordSet"]["AliasTarget"]["DNSName"] == balancer().dns_name


def test_what_cannot_be_copied_is_told_by_hand() -> None:
    routed = record_set(alias=balancer().dns_name, SetIdentifier="a", Weight=1)
    elsewhere = denied("route53:ListResourceRecordSets")
    another = seen(DATABASE, hosted_zones=(HIDING,))
    for facts_ in (seen(DATABASE, public=(routed,)), seen(DATABASE, public=()), another):
        assert script_of(check, facts_, impact="none") == ""
    assert result_of(check, seen(record_sets=elsewhere)) is Result.SKIPPED


@pytest.mark.parametrize(
    "inside",
    [
        record_set(alias=balancer().dns_name),
        record_set(DOMAIN, "A", "10.0.1.20"),
        record_set(f"*.{DOMAIN}", "A", "10.0.1.20"),
        record_set(f"www.{DOMAIN}", "NS", "ns1.other.example."),
    ],
    ids=["a twin", "an address of its own", "a wildcard", "it is handed on"],
)
def test_a_private_zone_that_answers_passes(inside: Any) -> None:
    host = DOMAIN if inside.owner == DOMAIN else f"www.{DOMAIN}"
    assert result_of(check, seen(inside, host=host)) is Result.PASSED


def test_the_nearest_private_zone_answers() -> None:
    dev = f"api.dev.{DOMAIN}"
    near = replace(HIDING, name=f"dev.{DOMAIN}")
    assert result_of(check, seen(record_set(dev, "A", "10.0.1.20"), private=near, host=dev)) is Result.PASSED
    assert result_of(check, seen(DATABASE, private=near, host=dev)) is Result.FOUND
    assert result_of(check, seen(DATABASE, private=near)) is Result.EMPTY, "it does not hold the host"


def test_nothing_is_hidden_where_there_is_nothing() -> None:
    assert result_of(check, seen(DATABASE, host_answers=host_answers(rcode="NXDOMAIN"))) is Result.EMPTY
    assert result_of(check, seen(hosted_zones=(zone(),))) is Result.EMPTY


def test_not_known() -> None:
    assert result_of(check, seen(DATABASE, record_sets=(records(ALIAS),))) is Result.SKIPPED
    assert result_of(check, seen(hosted_zones=denied("route53:ListHostedZonesByName"))) is Result.SKIPPED
    assert result_of(check, seen(record_set(DOMAIN, "NEWTYPE", "x"))) is Result.SKIPPED
