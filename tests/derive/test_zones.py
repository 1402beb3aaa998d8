"""Zones: the one that serves a host, and the record sets in it that answer."""

from __future__ import annotations

import pytest

from albdoctor.derive.dns.held import answering, held_in, unread
from albdoctor.derive.dns.zones import delegated_away, is_live, public_zones, serving_zone
from albdoctor.derive.names import balancer_name
from albdoctor.facts.known import Gap, Known, Unknown, needed
from tests.support.build_dns import GABIA, OTHERS, OURS, delegation, record_set, records, zone

APEX, TWIN, SUB = zone(), zone("Z2", names=OTHERS), zone("Z3", "app.shop.example")
UNKNOWN = Unknown(gap=Gap.UNREACHABLE, asked="DNS delegation")


def test_the_longest_public_name_serves() -> None:
    private = zone("ZP", "www.app.shop.example", private=True)
    assert public_zones((APEX, SUB, private, zone("Z0", "op.example")), "www.app.shop.example") == (SUB,)
    assert public_zones((APEX, SUB), "myapp.shop.example") == (APEX,)
    assert public_zones((private,), "www.app.shop.example") == ()


def test_of_twins_the_delegated_one_serves() -> None:
    assert serving_zone((APEX, TWIN), "shop.example", Known(delegation(*OTHERS))) == TWIN
    assert serving_zone((APEX, TWIN), "shop.example", Known(delegation(*OURS))) == APEX
    assert serving_zone((TWIN, APEX), "shop.example", Known(delegation(*GABIA))) == TWIN
    assert serving_zone((APEX, TWIN), "shop.example", UNKNOWN) == APEX
    assert serving_zone((), "shop.example", UNKNOWN) is None


def test_one_name_server_of_the_zone_makes_it_live() -> None:
    assert is_live(APEX, delegation(OURS[0], *GABIA))
    assert not is_live(APEX, delegation(*GABIA))
    assert not is_live(zone(private=True), delegation(*OURS))


def test_a_zone_without_an_entry_was_not_read() -> None:
    assert unread(held_in((records(),), APEX)) is None
    assert unread(held_in((), APEX)) == Unknown(gap=Gap.NOT_ASKED, asked="route53:ListResourceRecordSets", detail="Z1")


@pytest.mark.parametrize(
    ("host", "owners"),
    [
        ("shop.example", ["shop.example"]),
        ("new.shop.example", ["*.shop.example"]),
        ("a.b.shop.example", ["*.shop.example"]),
        ("text.shop.example", []),
        ("x.text.shop.example", []),
        ("deep.shop.example", []),
    ],
)
def test_wildcards_answer_below_the_closest_name_that_exists(host: str, owners: list[str]) -> None:
    sets = records(
        record_set(alias="web-1.ap-northeast-2.elb.amazonaws.com"),
        record_set("\\052.shop.example", "A", "203.0.113.5"),
        record_set("text.shop.example", "TXT", '"x"'),
        record_set("very.deep.shop.example", "A", "203.0.113.6"),
    )
    assert [record.owner for record in needed(answering(sets, "shop.example", host))] == owners


def test_an_ns_below_the_apex_hands_the_host_on() -> None:
    held = records(record_set("app.shop.example", "NS", "ns.x.test"))
    assert delegated_away(held, "shop.example", "www.app.shop.example") == Known(True)
    assert delegated_away(held, "shop.example", "www.shop.example") == Known(False)


def test_an_alias_names_its_balancer_without_dualstack() -> None:
    alias = record_set(alias="dualstack.web-1.ap-northeast-2.elb.amazonaws.com")
    assert balancer_name(alias.leads_to) == "web-1.ap-northeast-2.elb.amazonaws.com"
    assert record_set(alias="d111.cloudfront.net").leads_to == "d111.cloudfront.net"
    assert record_set("shop.example", "CNAME", "Shop.Test.").leads_to == "shop.test"
    assert record_set("shop.example", "A", "203.0.113.5").leads_to == ""
