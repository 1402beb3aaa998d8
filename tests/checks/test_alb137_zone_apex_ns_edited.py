"""ALB137 over facts: the NS record of a zone on Route 53, beside what the zone above names."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.dns import Answer, Delegation
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb137_zone_apex_ns_edited import zone_apex_ns_edited as check
from tests.support.build import facts
from tests.support.build_dns import GABIA, OTHERS, OURS, answer, delegation, denied, zone
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DENIED = denied("route53:ListHostedZonesByName")
CLOUDFLARE = ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")
WHITE = ("ns1.shop.example", "ns2.shop.example")
HELD = (zone(),)


def saying(*own: str, names: tuple[str, ...] = OURS, domain: str = "shop.example", **fields: Any) -> Delegation:
    """The parent names these servers, and the first of them gives this NS record for the zone."""
    walked = delegation(*names, domain=domain)
    ns: Answer = answer(*own, question=domain, type_="NS", server=names[0], **fields)
    return replace(walked, cuts=(walked.cuts[0], replace(walked.cuts[-1], child_ns=(ns,))))


def seen(*own: str, zones: object = HELD, **fields: Any) -> Facts:
    return facts(delegation=saying(*own, **fields), hosted_zones=zones)


def test_an_edited_record_is_told() -> None:
    assert told(check, seen(*GABIA)) == [
        "warning confirmed domain/shop.example: The NS record in the zone shop.example itself names servers that the"
        " zone above does not: ns.gabia.co.kr, ns1.gabia.co.kr",
        "  NS shop.example @ns-1.awsdns-01.com -> ns.gabia.co.kr, ns1.gabia.co.kr",
        f"  NS shop.example asked of the servers of example (1 answered) -> {', '.join(OURS)}",
        "  fix[script, traffic]: Set the NS record of shop.example, in its own zone, to exactly these name servers:"
        f" {', '.join(OURS)}.",
    ]


def test_the_script_sets_the_record_as_route53_made_it() -> None:
    script = script_of(check, seen(*GABIA), impact="traffic")
    assert script.startswith("aws route53 change-resource-record-sets --hosted-zone-id Z1 ")
    (change,) = json.loads(script.partition("--change-batch '")[2].rstrip("'\n"))["Changes"]
    assert change == {
        "Action": "UPSERT",
        "ResourceRecordSet": {
            "Name": "shop.example",
            "Type": "NS",
            "TTL": 172800,
            "ResourceRecords": [{"Value": f"{name}."} for name in OURS],
        },
    }


def test_without_the_account_it_is_told_by_hand() -> None:
    for zones in (DENIED, ()):
        by_hand = by_hand_of(check, seen(*GABIA, zones=zones), impact="traffic")
        assert by_hand.endswith("\n" + "\n".join(f"  {name}" for name in OURS))


def test_another_zones_servers_are_found_too() -> None:
    assert result_of(check, seen(*OTHERS)) is Result.FOUND


def test_servers_that_were_only_added_may_be_a_second_provider() -> None:
    (finding,) = run_one(seen(*OURS, *CLOUDFLARE), check).findings
    assert told(check, seen(*OURS, *CLOUDFLARE))[0].startswith("warning likely ")
    assert finding.decide == "dig +norecurse SOA shop.example @amy.ns.cloudflare.com"
    assert "second provider" in finding.alternatives[0].en


@pytest.mark.parametrize(
    ("own", "names"),
    [
        (OURS, OURS),
        (OURS[:3], OURS),
        (WHITE, OURS),
    ],
    ids=["as it was made", "one server left out", "names of one's own"],
)
def test_what_is_no_mistake_passes(own: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert result_of(check, seen(*own, names=names)) is Result.PASSED


def test_where_the_zone_above_is_wrong_its_own_check_tells() -> None:
    assert result_of(check, seen(*OURS, names=OURS[:2])) is Result.EMPTY
    assert result_of(check, seen(*OURS, names=OURS[:2], zones=DENIED)) is Result.EMPTY
    assert result_of(check, seen(*OTHERS, names=OTHERS)) is Result.EMPTY, "another account's zone"


@pytest.mark.parametrize("names", [CLOUDFLARE, WHITE, (*OURS, *CLOUDFLARE)])
def test_other_providers_may_say_what_they_like(names: tuple[str, ...]) -> None:
    assert result_of(check, seen(*names[:1], names=names, zones=())) is Result.EMPTY


def test_a_server_without_authority_and_one_that_gives_none_say_nothing() -> None:
    assert result_of(check, seen(*GABIA, authoritative=False)) is Result.EMPTY
    assert result_of(check, seen()) is Result.EMPTY
    assert result_of(check, facts(delegation=denied("DNS"))) is Result.SKIPPED


def test_a_zone_below_the_domain_is_judged_too() -> None:
    dev = "dev.shop.example"
    walked, sub = delegation(*OURS), zone("ZDEV", name=dev, names=OTHERS)
    cut = replace(saying(*GABIA, names=OTHERS, domain=dev).cuts[-1], parent_zone="shop.example")
    both = facts(host=dev, delegation=replace(walked, cuts=(*walked.cuts, cut)), hosted_zones=(zone(), sub))
    assert told(check, both)[0].startswith("warning confirmed domain/dev.shop.example: ")
    assert "--hosted-zone-id ZDEV " in script_of(check, both, impact="traffic")
