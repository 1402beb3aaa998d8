"""ALB115 over facts: the records are in the zone of the same name that nobody asks."""

from __future__ import annotations

import json

from msgspec.structs import replace

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Known
from albdoctor.facts.route53 import ZoneRecords
from albdoctor_checks.domain.alb115_delegation_points_to_sibling_zone import delegation_points_to_sibling_zone
from tests.support.build import facts
from tests.support.build_dns import OTHERS, OURS, delegation, denied, record_set, records, zone
from tests.support.table import result_of, told

BALANCER = "web-1234567890.ap-northeast-2.elb.amazonaws.com"
BOTH = (zone(), zone("Z2", names=OTHERS))
ALIAS = record_set(alias=f"dualstack.{BALANCER}")


def test_records_in_the_other_zone_are_found_and_copied() -> None:
    twins = facts(
        delegation=delegation(*OURS), hosted_zones=BOTH, record_sets=(records(), records(ALIAS, zone_id="Z2"))
    )
    assert told(delegation_points_to_sibling_zone, twins) == [
        "error confirmed domain/shop.example: The records of shop.example are in hosted zone Z2, but the"
        " delegated hosted zone is Z1, which lacks them",
        f"  NS shop.example asked of the servers of example (1 answered) -> {', '.join(OURS)}",
        f"  route53 GetHostedZone Z1 -> NameServers: {', '.join(OURS)}",
        "  route53 ListResourceRecordSets Z1 shop.example -> ResourceRecordSets: []",
        "  route53 ListResourceRecordSets Z2 shop.example -> shop.example A",
        "  fix[script, traffic]: Copy the records of shop.example from hosted zone Z2 into hosted zone Z1, which is"
        " the delegated one.",
    ]
    (finding,) = run_one(twins, delegation_points_to_sibling_zone).findings
    (change,) = json.loads(str(finding.values["change_batch"]))["Changes"]
    assert change["Action"] == "UPSERT"
    assert change["ResourceRecordSet"]["AliasTarget"]["DNSName"] == f"dualstack.{BALANCER}"
    assert finding.fix is not None
    assert finding.fix.script.startswith("aws route53 change-resource-record-sets --hosted-zone-id {zone_id}")


def test_a_record_of_a_routing_policy_is_not_copied_alone() -> None:
    weighted = record_set(alias=BALANCER, SetIdentifier="blue", Weight=10)
    twins = facts(
        delegation=delegation(*OURS), hosted_zones=BOTH, record_sets=(records(), records(weighted, zone_id="Z2"))
    )
    assert told(delegation_points_to_sibling_zone, twins)[-1].startswith("  fix[by hand, traffic]: Copy the records")
    (finding,) = run_one(twins, delegation_points_to_sibling_zone).findings
    assert finding.fix is not None
    assert finding.fix.script == ""
    assert finding.fix.by_hand is not None


def test_twins_below_the_domain_are_told_too() -> None:
    dev = "dev.shop.example"
    walked = delegation(*OURS)
    cut = replace(delegation(*OTHERS, domain=dev).cuts[-1], parent_zone="shop.example")
    below = replace(walked, cuts=(*walked.cuts, cut))
    twins = (zone(), zone("ZDEV", name=dev, names=OTHERS), zone("ZOLD", name=dev, names=OURS))
    alias = records(record_set(dev, alias=BALANCER), zone_id="ZOLD", name=dev)
    sets = (records(), records(zone_id="ZDEV", name=dev), alias)
    seen = facts(host=dev, delegation=below, hosted_zones=twins, record_sets=sets)
    assert told(delegation_points_to_sibling_zone, seen)[0] == (
        "error confirmed domain/dev.shop.example: The records of dev.shop.example are in hosted zone ZOLD, but the"
        " delegated hosted zone is ZDEV, which lacks them"
    )


def test_a_host_that_the_delegated_zone_hands_on_is_another_zones() -> None:
    handed_on = records(record_set("dev.shop.example", "NS", "ns1.other.example."))
    wild = records(record_set("*.shop.example", alias=BALANCER), zone_id="Z2")
    seen = facts(
        host="dev.shop.example", delegation=delegation(*OURS), hosted_zones=BOTH, record_sets=(handed_on, wild)
    )
    assert result_of(delegation_points_to_sibling_zone, seen) is Result.PASSED


def test_silence() -> None:
    live = facts(delegation=delegation(*OURS), hosted_zones=BOTH, record_sets=(records(ALIAS), records(zone_id="Z2")))
    assert result_of(delegation_points_to_sibling_zone, live) is Result.PASSED
    nowhere = facts(delegation=delegation(*OURS), hosted_zones=BOTH, record_sets=(records(), records(zone_id="Z2")))
    assert result_of(delegation_points_to_sibling_zone, nowhere) is Result.PASSED
    single = facts(delegation=delegation(*OURS), hosted_zones=(zone(),), record_sets=(records(),))
    assert result_of(delegation_points_to_sibling_zone, single) is Result.PASSED
    none = facts(delegation=delegation(*OURS), hosted_zones=(), record_sets=())
    assert result_of(delegation_points_to_sibling_zone, none) is Result.EMPTY


def test_a_zone_that_cannot_be_read_is_not_an_empty_one() -> None:
    unread = ZoneRecords(zone_id="Z1", records=denied("route53:ListResourceRecordSets"))
    for pair in (
        (unread, records(ALIAS, zone_id="Z2")),
        (records(), ZoneRecords(zone_id="Z2", records=unread.records)),
    ):
        snapshot = facts(delegation=delegation(*OURS), hosted_zones=BOTH, record_sets=Known(pair))
        assert result_of(delegation_points_to_sibling_zone, snapshot) is Result.SKIPPED
