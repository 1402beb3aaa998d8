"""ALB124 over facts: the NS record in the zone above, beside the account's zone below the domain."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.finding import Certainty
from albdoctor.facts.dns import Delegation
from albdoctor.facts.elb import How
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb124_subdomain_delegation_mismatch import subdomain_delegation_mismatch as check
from tests.support.build import facts
from tests.support.build_dns import (
    GABIA,
    OTHERS,
    OURS,
    delegation,
    denied,
    host_answers,
    lead,
    probe,
    probes,
    record_set,
    records,
    zone,
)
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DEV = "dev.shop.example"
SERVERS = ("ns-21.awsdns-21.com", "ns-22.awsdns-22.net", "ns-23.awsdns-23.org", "ns-24.awsdns-24.co.uk")
SUB = zone("ZDEV", name=DEV, names=SERVERS)
TYPO = "ns-24.awsdns-24.co.uk.com"


def below(*names: str, **how: Any) -> Delegation:
    """The domain on our servers, which lead on to these."""
    walked = delegation(*OURS)
    cut = replace(delegation(*names, domain=DEV, **how).cuts[-1], parent_zone="shop.example", ttl=300)
    return replace(walked, cuts=(*walked.cuts, cut))


def seen(
    *names: str, zones: tuple[Any, ...] = (zone(), SUB), groups: dict[str, Any] | None = None, **how: Any
) -> Facts:
    base: dict[str, Any] = {"delegation": below(*names, **how), "hosted_zones": zones}
    return facts(host=DEV, **(base | (groups or {})))


def test_a_zone_that_was_made_again_is_told() -> None:
    assert told(check, seen(*OTHERS, children="REFUSED")) == [
        "error confirmed domain/dev.shop.example: The zone above leads dev.shop.example to ns-11.awsdns-11.com,"
        " ns-12.awsdns-12.net, ns-13.awsdns-13.org, ns-14.awsdns-14.co.uk, not to hosted zone ZDEV: they refuse it,"
        " because their hosted zone was deleted",
        f"  NS dev.shop.example asked of the servers of shop.example (1 answered) -> {', '.join(OTHERS)}",
        f"  route53 GetHostedZone ZDEV -> NameServers: {', '.join(SERVERS)}",
        "  SOA dev.shop.example asked of each delegated server -> ns-11.awsdns-11.com REFUSED;"
        " ns-12.awsdns-12.net REFUSED; ns-13.awsdns-13.org REFUSED; ns-14.awsdns-14.co.uk REFUSED",
        "  fix[script, traffic]: Set the NS record of dev.shop.example in hosted zone Z1 (shop.example) to the name"
        " servers of hosted zone ZDEV.",
    ]


def test_the_script_writes_the_record_of_the_zone_above_and_keeps_its_ttl() -> None:
    script = script_of(check, seen(*OTHERS, children="REFUSED"), impact="traffic")
    assert script.startswith("aws route53 change-resource-record-sets --hosted-zone-id Z1 ")
    (change,) = json.loads(script.partition("--change-batch '")[2].rstrip("'\n"))["Changes"]
    written = change.pop("ResourceRecordSet")
    assert change == {"Action": "UPSERT"}
    assert written.pop("ResourceRecords") == [{"Value": f"{name}."} for name in SERVERS]
    assert written == {"Name": DEV, "Type": "NS", "TTL": 300}


@pytest.mark.parametrize(
    ("names", "how", "severity", "words", "by"),
    [
        (SERVERS[:2], {}, "warning", "only some of the zone's", "script"),
        ((*SERVERS[:3], TYPO), {"unresolvable": (TYPO,)}, "warning", "some of them do not exist", "script"),
        ((TYPO,), {"unresolvable": (TYPO,)}, "error", "some of them do not exist", "script"),
        ((*SERVERS[:2], *GABIA), {}, "error", "servers of somebody else are among them", "script"),
        (OTHERS, {}, "error", "they serve another hosted zone", "by hand"),
        (("amy.ns.cloudflare.com",), {}, "error", "they are another provider's", "by hand"),
        (GABIA, {}, "error", "they are another provider's", "by hand"),
    ],
)
def test_each_case_is_told_for_what_it_is(
    names: tuple[str, ...], how: dict[str, Any], severity: str, words: str, by: str
) -> None:
    lines = told(check, seen(*names, **how))
    assert lines[0].startswith(f"{severity} confirmed domain/dev.shop.example: ")
    assert words in lines[0]
    assert lines[-1].startswith(f"  fix[{by}, traffic]: ")


def test_where_the_zone_above_is_not_ours_it_is_done_by_hand() -> None:
    elsewhere = seen(*OTHERS, children="REFUSED", zones=(SUB,))
    assert by_hand_of(check, elsewhere, impact="traffic") == (
        "Open the NS record of dev.shop.example in the zone shop.example, and replace every name server in it with"
        " these:\n" + "\n".join(f"  {name}" for name in SERVERS)
    )
    never_asked = seen(*OTHERS, children="REFUSED", zones=(zone(names=GABIA), SUB))
    assert script_of(check, never_asked, impact="traffic") == "", "our zone of the name above is asked by nobody"


def test_a_zone_that_works_somewhere_else_is_no_error() -> None:
    named = {"host_answers": host_answers("203.0.113.5", host=DEV), "probes": probes(probe())}
    for groups, severity in (({"leads": (lead(How.ADDRESS),)}, "info"), (named, "warning"), ({}, "error")):
        assert told(check, seen(*OTHERS, groups=groups))[0].startswith(f"{severity} ")
    unseen = {"leads": denied("elasticloadbalancing:DescribeLoadBalancers"), "host_answers": named["host_answers"]}
    (doubted,) = run_one(seen(*OTHERS, groups=unseen), check).findings
    assert (doubted.certainty, doubted.decide) == (Certainty.LIKELY, "dig +short dev.shop.example")


def test_a_zone_that_is_delegated_passes() -> None:
    assert result_of(check, seen(*SERVERS)) is Result.PASSED
    twin = zone("ZTWIN", name=DEV, names=OTHERS)
    assert result_of(check, seen(*SERVERS, zones=(zone(), SUB, twin))) is Result.PASSED, "ALB115 tells of twins"


def test_a_record_that_is_right_already_is_only_late() -> None:
    led = records(record_set(DEV, "NS", *(f"{name}." for name in SERVERS)))
    assert result_of(check, seen(*OTHERS, children="REFUSED", groups={"record_sets": (led,)})) is Result.PASSED
    old = records(record_set(DEV, "NS", *(f"{name}." for name in OTHERS)))
    assert result_of(check, seen(*OTHERS, children="REFUSED", groups={"record_sets": (old,)})) is Result.FOUND


def test_nothing_below_the_domain_is_nothing_to_judge() -> None:
    assert result_of(check, facts(delegation=delegation(*OURS), hosted_zones=(zone(),))) is Result.EMPTY
    assert result_of(check, seen(*OTHERS, zones=(zone(),))) is Result.EMPTY, "the zone below is not ours"


def test_not_known() -> None:
    assert result_of(check, seen(*OTHERS, children=None)) is Result.SKIPPED
    unread = facts(host=DEV, delegation=below(*OTHERS), hosted_zones=denied("route53:ListHostedZonesByName"))
    assert result_of(check, unread) is Result.SKIPPED
