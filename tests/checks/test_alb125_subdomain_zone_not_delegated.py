"""ALB125 over facts: a hosted zone below the domain's, and the NS record that leads to it."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb125_subdomain_zone_not_delegated import subdomain_zone_not_delegated as check
from tests.support.build import balancer, facts
from tests.support.build_dns import GABIA, OTHERS, OURS, delegation, denied, record_set, records, zone
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DEV = "dev.shop.example"
ALIAS = record_set(DEV, alias=balancer().dns_name)
SUB = zone("ZDEV", name=DEV, names=OTHERS)


def seen(host: str = DEV, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "delegation": delegation(*OURS),
        "hosted_zones": (zone(), SUB),
        "record_sets": (records(), records(ALIAS, zone_id="ZDEV", name=DEV)),
    }
    return facts(host=host, **(base | groups))


def test_a_zone_to_which_its_parent_does_not_lead_is_found() -> None:
    assert told(check, seen()) == [
        "error confirmed hosted-zone/ZDEV: Hosted zone ZDEV (dev.shop.example) is never asked: its parent zone Z1"
        " (shop.example) has no NS record for it",
        "  route53 ListResourceRecordSets Z1 dev.shop.example -> NS: []",
        f"  route53 GetHostedZone ZDEV -> NameServers: {', '.join(OTHERS)}",
        "  fix[script, traffic]: Add an NS record for dev.shop.example to hosted zone Z1 (shop.example), with the name"
        " servers of ZDEV.",
    ]


def test_the_script_creates_the_record_in_the_parent_zone_and_replaces_none() -> None:
    script = script_of(check, seen(), impact="traffic")
    assert script.startswith("aws route53 change-resource-record-sets --hosted-zone-id Z1 ")
    (change,) = json.loads(script.partition("--change-batch '")[2].rstrip("'\n"))["Changes"]
    assert (change["Action"], change["ResourceRecordSet"]["Type"]) == ("CREATE", "NS")
    assert [one["Value"] for one in change["ResourceRecordSet"]["ResourceRecords"]] == [f"{name}." for name in OTHERS]


def test_a_delegated_zone_passes() -> None:
    walked = delegation(*OURS)
    below = replace(delegation(*OTHERS, domain=DEV).cuts[-1], parent_zone="shop.example")
    assert result_of(check, seen(delegation=replace(walked, cuts=(*walked.cuts, below)))) is Result.PASSED
    led = records(record_set(DEV, "NS", *(f"{name}." for name in OTHERS)))
    assert result_of(check, seen(record_sets=(led, records(ALIAS, zone_id="ZDEV", name=DEV)))) is Result.EMPTY


def test_where_the_parent_zone_is_not_ours_or_not_asked_it_is_another_matter() -> None:
    assert result_of(check, seen(hosted_zones=(SUB,))) is Result.EMPTY
    assert result_of(check, seen(delegation=delegation(*GABIA))) is Result.EMPTY
    assert result_of(check, seen(host="shop.example")) is Result.EMPTY


def test_a_zone_in_between_that_is_somebody_elses_would_hold_the_record() -> None:
    walked = delegation(*OURS)
    between = replace(delegation(*GABIA, domain=DEV).cuts[-1], parent_zone="shop.example")
    api = zone("ZAPI", name=f"api.{DEV}", names=OTHERS)
    groups: dict[str, Any] = {"hosted_zones": (zone(), api), "record_sets": (records(),)}
    elsewhere = seen(f"api.{DEV}", delegation=replace(walked, cuts=(*walked.cuts, between)), **groups)
    assert result_of(check, elsewhere) is Result.EMPTY
    assert result_of(check, seen(f"api.{DEV}", **groups)) is Result.FOUND


def test_of_two_zones_one_below_the_other_the_upper_one_is_found_first() -> None:
    api = zone("ZAPI", name=f"api.{DEV}", names=GABIA)
    both = seen(f"api.{DEV}", hosted_zones=(zone(), SUB, api))
    assert [line for line in told(check, both) if "hosted-zone/" in line] == told(check, seen())[:1]


def test_an_unused_zone_beside_records_that_answer_is_only_told() -> None:
    answers = seen(record_sets=(records(ALIAS), records(ALIAS, zone_id="ZDEV", name=DEV)))
    assert told(check, answers)[0].startswith("info confirmed hosted-zone/ZDEV: ")
    assert told(check, answers)[-1] == (
        "  fix[by hand, none]: Edit the records of dev.shop.example in hosted zone Z1 (shop.example), which answers;"
        " delete ZDEV if nobody needs it."
    )
    assert by_hand_of(check, answers, impact="none").endswith("\n" + "\n".join(f"  {name}" for name in OTHERS))


def test_not_known() -> None:
    assert result_of(check, seen(record_sets=denied("route53:ListResourceRecordSets"))) is Result.SKIPPED
    assert result_of(check, seen(record_sets=(records(ALIAS, zone_id="ZDEV", name=DEV),))) is Result.SKIPPED
