"""ALB138 over facts: a zone that lacks the host."""

from __future__ import annotations

import json
from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import How
from albdoctor.facts.route53 import ResourceRecordSet, ZoneRecords
from albdoctor_checks.domain.alb138_zone_record_missing import zone_record_missing
from tests.support.build import balancer, facts
from tests.support.build_dns import (
    GABIA,
    OTHERS,
    OURS,
    delegation,
    denied,
    host_answers,
    lead,
    record_set,
    records,
    zone,
)
from tests.support.table import result_of, told

BALANCER = "web-1234567890.ap-northeast-2.elb.amazonaws.com"
SOUND: dict[str, Any] = {"delegation": delegation(*OURS), "hosted_zones": (zone(),)}
MESSAGE = "Hosted zone Z1 (shop.example) has no A, AAAA or CNAME record for www.shop.example"


def test_a_live_zone_without_the_host_is_found() -> None:
    bare = facts(host="www.shop.example", **SOUND, record_sets=(records(record_set(alias=BALANCER)),))
    assert told(zone_record_missing, bare) == [
        f"error confirmed hosted-zone/Z1: {MESSAGE}",
        "  route53 ListResourceRecordSets Z1 www.shop.example -> ResourceRecordSets: []",
        "  fix[by hand, traffic]: Make www.shop.example an alias to its load balancer in hosted zone Z1.",
    ]
    (finding,) = run_one(bare, zone_record_missing).findings
    assert finding.fix is not None
    assert finding.fix.script == ""


def test_other_types_at_the_host_are_shown_and_no_address() -> None:
    text = records(record_set("www.shop.example", "TXT", '"x"'))
    assert told(zone_record_missing, facts(host="www.shop.example", **SOUND, record_sets=(text,))) == [
        f"error confirmed hosted-zone/Z1: {MESSAGE}",
        "  route53 ListResourceRecordSets Z1 www.shop.example -> TXT",
        "  fix[by hand, traffic]: Make www.shop.example an alias to its load balancer in hosted zone Z1.",
    ]


def test_a_type_that_comes_later_may_lead_somewhere() -> None:
    newer = records(record_set("shop.example", "ANAME", "elsewhere.example"))
    assert result_of(zone_record_missing, facts(**SOUND, record_sets=(newer,))) is Result.SKIPPED


def test_the_balancer_that_is_meant_makes_a_script() -> None:
    meant = facts(**SOUND, record_sets=(records(),), leads=(lead(How.CERTIFICATE),), load_balancers=(balancer(),))
    assert told(zone_record_missing, meant)
    (finding,) = run_one(meant, zone_record_missing).findings
    assert finding.fix is not None
    assert finding.fix.script
    assert json.loads(str(finding.values["change_batch"])) == {
        "Changes": [
            {
                "Action": "UPSERT",
                "ResourceRecordSet": {
                    "Name": "shop.example",
                    "Type": "A",
                    "AliasTarget": {
                        "HostedZoneId": "ZWKZPGTI48KDX",
                        "DNSName": BALANCER,
                        "EvaluateTargetHealth": False,
                    },
                },
            }
        ]
    }


@pytest.mark.parametrize(
    ("sets", "result"),
    [
        ((record_set("*.shop.example", alias=BALANCER),), Result.PASSED),
        ((record_set("\\052.shop.example", alias=BALANCER),), Result.PASSED),
        ((record_set("www.shop.example", "CNAME", "x.test"),), Result.PASSED),
        ((record_set("www.shop.example", "NS", "ns.x.test"),), Result.PASSED),
        # An explicit name, and a name above one that exists, stop the wildcard (RFC 4592).
        ((record_set("*.shop.example", alias=BALANCER), record_set("www.shop.example", "TXT", '"x"')), Result.FOUND),
        ((record_set("*.shop.example", alias=BALANCER), record_set("a.www.shop.example", "A", "x")), Result.FOUND),
    ],
)
def test_wildcards_and_delegations_answer_too(sets: tuple[ResourceRecordSet, ...], result: Result) -> None:
    snapshot = facts(host="www.shop.example", **SOUND, record_sets=(records(*sets),))
    assert result_of(zone_record_missing, snapshot) is result


@pytest.mark.parametrize(
    ("names", "result"),
    [
        (GABIA, Result.FOUND),
        ((), Result.FOUND),
        (OTHERS, Result.EMPTY),
        (("amy.ns.cloudflare.com",), Result.EMPTY),
    ],
)
def test_a_zone_unused_by_intent_lacks_nothing(names: tuple[str, ...], result: Result) -> None:
    snapshot = facts(delegation=delegation(*names), hosted_zones=(zone(),), record_sets=(records(),))
    assert result_of(zone_record_missing, snapshot) is result


def test_a_host_that_reaches_the_balancer_by_other_servers_lacks_nothing() -> None:
    snapshot = facts(
        delegation=delegation(*GABIA), hosted_zones=(zone(),), record_sets=(records(),), leads=(lead(How.CNAME),)
    )
    assert result_of(zone_record_missing, snapshot) is Result.EMPTY


def test_a_record_in_the_twin_of_the_zone_is_another_checks_case() -> None:
    twins: dict[str, Any] = {"delegation": delegation(*OURS), "hosted_zones": (zone(), zone("Z2", names=OTHERS))}
    there = (records(), records(record_set(alias=BALANCER), zone_id="Z2"))
    assert result_of(zone_record_missing, facts(**twins, record_sets=there)) is Result.EMPTY
    nowhere = (records(), records(zone_id="Z2"))
    assert result_of(zone_record_missing, facts(**twins, record_sets=nowhere)) is Result.FOUND


def test_unknown_is_not_absent() -> None:
    unread = denied("route53:ListResourceRecordSets")
    assert result_of(zone_record_missing, facts(**SOUND, record_sets=unread)) is Result.SKIPPED
    part = ZoneRecords(zone_id="Z1", records=unread)
    assert result_of(zone_record_missing, facts(**SOUND, record_sets=(part,))) is Result.SKIPPED
    mute = facts(delegation=delegation(missing=None), hosted_zones=(zone(),), record_sets=(records(),))
    assert result_of(zone_record_missing, mute) is Result.SKIPPED


def test_no_zone_is_nothing_to_judge() -> None:
    empty = facts(delegation=delegation(*OURS), hosted_zones=(), record_sets=())
    assert result_of(zone_record_missing, empty) is Result.EMPTY


def test_a_name_that_answers_elsewhere_may_lead_to_a_balancer_nobody_could_see() -> None:
    seen: dict[str, Any] = {
        "delegation": delegation(*GABIA),
        "hosted_zones": (zone(),),
        "record_sets": (records(),),
        "leads": denied("elasticloadbalancing:DescribeLoadBalancers"),
    }
    assert result_of(zone_record_missing, facts(**seen, host_answers=host_answers("203.0.113.5"))) is Result.SKIPPED
    assert result_of(zone_record_missing, facts(**seen, host_answers=host_answers())) is Result.FOUND
    live: dict[str, Any] = seen | {"delegation": delegation(*OURS), "host_answers": host_answers("203.0.113.5")}
    assert result_of(zone_record_missing, facts(**live)) is Result.FOUND
