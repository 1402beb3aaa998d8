"""Guards 2 and 3: what the name leads to, and which hosted zone is its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.guards.told import told
from tests.kinds.names import records
from tests.kinds.site import BASE, HOST, VPC, WEB_NAME, Change, Raw, judged, of
from tests.kinds.zones import no_address, without_record

GONE = "web-1111111111.ap-northeast-2.elb.amazonaws.com"


def alias(target: str) -> Change:
    """Where the alias record leads."""

    def make(raw: Raw) -> None:
        records(raw)[0]["AliasTarget"]["DNSName"] = target

    return make


def zone(name: str, *held: Raw, private: bool = False, id_: str = "ZOTHER") -> Change:
    """One more hosted zone of the account, to which nothing leads."""
    servers = () if private else ("ns-1.awsdns-01.com", "ns-2.awsdns-02.net")
    vpcs = [{"id": VPC, "region": "ap-northeast-2"}] if private else []
    made: dict[str, Any] = {"id": id_, "name": name, "private": private, "name_servers": list(servers), "vpcs": vpcs}

    def make(raw: Raw) -> None:
        of(raw, "hosted_zones").append(made)
        of(raw, "record_sets").append({"zone_id": id_, "records": {"state": "known", "value": list(held)}})

    return make


def elsewhere(name: str = f"{HOST}.") -> Raw:
    """A record that leads to another server."""
    return {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "203.0.113.99"}]}


# --- 2: `dualstack.` in front of the alias target is the same ALB -----------------------------------------------------


@pytest.mark.parametrize(
    "target", [WEB_NAME, f"dualstack.{WEB_NAME}", f"dualstack.{WEB_NAME}.", f"DualStack.{WEB_NAME.upper()}."]
)
def test_guard_02_dualstack_in_front_of_the_alias_target_is_the_same_load_balancer(target: str) -> None:
    assert told(judged(alias(target)), info=True) == []


def test_guard_02_twin_dualstack_name_of_a_load_balancer_that_is_gone_is_told() -> None:
    def nobody_has_it(raw: Raw) -> None:
        raw["leads"]["value"] = [{"how": "alias", "name": f"dualstack.{GONE}", "region": "ap-northeast-2"}]

    report = judged(alias(f"dualstack.{GONE}"), no_address(), nobody_has_it)
    assert told(report)[0] == "error zone-alias-dangling"


# --- 3: the zone of a host is the longest match on label boundaries, public before private, the live one --------------


@pytest.mark.parametrize("name", ["hop.example", "op.example", "myshop.example", "shop.example.com", "example"])
def test_guard_03_zone_that_merely_looks_alike_is_not_the_hosts(name: str) -> None:
    assert told(judged(zone(name, elsewhere())), info=True) == []


@pytest.mark.parametrize("name", ["hop.example", "myshop.example", "example"])
def test_guard_03_record_in_a_zone_that_merely_looks_alike_does_not_count(name: str) -> None:
    report = judged(zone(name, BASE["record_sets"]["value"][0]["records"]["value"][0]), without_record)
    assert told(report) == ["error zone-record-missing"]


def test_guard_03_private_zone_is_not_taken_for_the_public_one() -> None:
    report = judged(zone(HOST, elsewhere(), private=True))
    assert (report.verdict, told(report)) == ("sound", [])


def test_guard_03_public_zone_to_which_nothing_is_delegated_is_not_taken_for_the_live_one() -> None:
    report = judged(zone(HOST, elsewhere()))
    assert (report.verdict, told(report)) == ("sound", [])
    assert told(report, info=True) == ["info zone-duplicate-name"]


def test_guard_03_twin_record_that_the_live_zone_lacks_is_told_although_others_hold_it() -> None:
    record = BASE["record_sets"]["value"][0]["records"]["value"][0]
    assert told(judged(zone(HOST, record, private=True), without_record)) == ["error zone-record-missing"]
    # A second public zone that holds the record is the better explanation: the domain leads to the wrong one of two.
    assert told(judged(zone(HOST, record), without_record))[0] == "error delegation-points-to-sibling-zone"
