"""ALB121, 139, 145 over facts: servers that lag, records that lead nowhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.dns import Delegation, HostAnswers, ResolverAnswer
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb121_delegation_server_lame import delegation_server_lame
from albdoctor_checks.domain.alb139_zone_record_name_doubled import zone_record_name_doubled
from albdoctor_checks.domain.alb145_zone_cname_broken import zone_cname_broken
from tests.support.build import balancer, facts
from tests.support.build_dns import (
    GABIA,
    OURS,
    answer,
    but,
    delegation,
    denied,
    host_answers,
    record_set,
    records,
    zone,
)
from tests.support.fixes import script_of
from tests.support.table import result_of, told

OTHER = ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")
SOUND: dict[str, Any] = {"delegation": delegation(*OURS), "hosted_zones": (zone(),)}


def lagging(*changed: dict[str, Any], names: tuple[str, ...] = OURS) -> Delegation:
    """The first of the domain's servers answer so."""
    seen = delegation(*names)
    cut = seen.cuts[-1]
    children = [replace(one, **fields) for one, fields in zip(cut.child_answers, changed, strict=False)]
    return replace(
        seen, cuts=(seen.cuts[0], replace(cut, child_answers=(*children, *cut.child_answers[len(children) :])))
    )


def served_by(seen: Delegation) -> Facts:
    """A sound domain but for its delegation."""
    groups: dict[str, Any] = SOUND | {"delegation": seen}
    return facts(**groups)


REFUSES: dict[str, Any] = {"rcode": "REFUSED", "authoritative": False}


def test_one_server_that_does_not_hold_the_zone_is_found() -> None:
    assert told(delegation_server_lame, facts(**but(SOUND, {"delegation": lagging(REFUSES)}))) == [
        f"warning confirmed domain/shop.example: 1 of 4 name servers of shop.example do not answer for it: {OURS[0]}",
        f"  SOA shop.example @{OURS[0]} -> REFUSED",
        f"  fix[by hand, none]: Let {OURS[0]} serve shop.example, or take them out of the delegation.",
    ]


@pytest.mark.parametrize(
    ("seen", "result"),
    [
        (lagging(REFUSES, names=("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")), Result.FOUND),
        (lagging({"authoritative": False}), Result.FOUND),
        (lagging({"rcode": "SERVFAIL"}, {"rcode": "SERVFAIL"}), Result.FOUND),
        (delegation(*OURS), Result.PASSED),
        # one that does not answer at all may be shut to us alone
        (lagging({"rcode": None, "error": "timeout"}), Result.EMPTY),
        # all of them, and other delegations, are other checks'
        (delegation(*OURS, children="REFUSED"), Result.EMPTY),
        (lagging(REFUSES, names=(*OURS[:2], *GABIA)), Result.EMPTY),
        (delegation(), Result.EMPTY),
    ],
)
def test_some_of_the_servers(seen: Delegation, result: Result) -> None:
    assert result_of(delegation_server_lame, facts(**but(SOUND, {"delegation": seen}))) is result


NEITHER: dict[str, Any] = {"hosted_zones": (), "delegation": delegation(*OTHER, children="REFUSED")}


def test_where_no_server_holds_the_zone_nobody_is_served() -> None:
    assert told(delegation_server_lame, facts(**NEITHER)) == [
        "error confirmed domain/shop.example: 2 of 2 name servers of shop.example do not answer for it:"
        f" {', '.join(OTHER)}",
        *(f"  SOA shop.example @{name} -> REFUSED" for name in OTHER),
        f"  fix[by hand, none]: Let {', '.join(OTHER)} serve shop.example, or take them out of the delegation.",
    ]
    unread = facts(**but(NEITHER, {"hosted_zones": denied("route53:ListHostedZonesByName")}))
    assert result_of(delegation_server_lame, unread) is Result.FOUND


def test_servers_that_turn_away_this_machine_alone_are_not_accused() -> None:
    others = facts(**but(NEITHER, {"resolver_answers": (resolver("NOERROR"),)}))
    assert result_of(delegation_server_lame, others) is Result.EMPTY
    failing = facts(**but(NEITHER, {"resolver_answers": (resolver("SERVFAIL"),)}))
    assert result_of(delegation_server_lame, failing) is Result.FOUND


def test_a_zone_that_route53_does_not_hold_is_another_checks_case() -> None:
    gone = facts(**but(NEITHER, {"delegation": delegation(*OURS, children="REFUSED")}))
    assert result_of(delegation_server_lame, gone) is Result.EMPTY


def test_servers_of_a_zone_below_the_domain_are_judged_too() -> None:
    walked = lagging(REFUSES, names=OTHER)
    below = replace(walked.cuts[-1], zone="dev.shop.example", parent_zone="shop.example")
    sound = delegation(*OURS)
    seen = facts(host="dev.shop.example", **but(SOUND, {"delegation": replace(sound, cuts=(*sound.cuts, below))}))
    assert told(delegation_server_lame, seen)[0].startswith("warning confirmed domain/dev.shop.example: 1 of 2 ")


def resolver(rcode: str = "SERVFAIL") -> ResolverAnswer:
    a = answer(server="192.0.2.53", question="shop.example", type_="A", rcode=rcode)
    return ResolverAnswer(resolver="192.0.2.53", a=a, aaaa=a, ns=a)


DOUBLED = record_set("www.shop.example.shop.example", alias=balancer().dns_name)
WWW = record_set("www.shop.example", alias=balancer().dns_name)


def test_a_doubled_name_is_found_and_copied_to_the_right_one() -> None:
    seen = facts(host="www.shop.example", **SOUND, record_sets=(records(DOUBLED),))
    assert told(zone_record_name_doubled, seen) == [
        "error confirmed hosted-zone/Z1: The record of www.shop.example was created as www.shop.example.shop.example:"
        " the zone's name stands in it twice",
        "  route53 ListResourceRecordSets Z1 www.shop.example.shop.example -> A",
        "  route53 ListResourceRecordSets Z1 www.shop.example -> ResourceRecordSets: []",
        "  fix[script, traffic]: Create www.shop.example in hosted zone Z1 as www.shop.example.shop.example is.",
    ]
    script = script_of(zone_record_name_doubled, seen, impact="traffic")
    (change,) = json.loads(script.partition("--change-batch '")[2].rstrip("'\n"))["Changes"]
    assert (change["Action"], change["ResourceRecordSet"]["Name"]) == ("UPSERT", "www.shop.example")


def test_a_policy_is_moved_by_hand() -> None:
    routed = record_set(DOUBLED.owner, alias=balancer().dns_name, SetIdentifier="a", Weight=1)
    seen = facts(host="www.shop.example", **SOUND, record_sets=(records(routed),))
    assert told(zone_record_name_doubled, seen)[-1].startswith("  fix[by hand, traffic]")


def test_a_doubled_name_beside_the_right_one_or_of_another_host_passes() -> None:
    for sets in ((DOUBLED, WWW), (record_set("api.shop.example.shop.example", alias=balancer().dns_name),)):
        seen = facts(host="www.shop.example", **SOUND, record_sets=(records(*sets),))
        assert result_of(zone_record_name_doubled, seen) is Result.PASSED
    assert result_of(zone_record_name_doubled, facts(**SOUND, record_sets=denied("route53"))) is Result.SKIPPED


def chained(*names: str, rcode: str, addresses: tuple[str, ...] = ()) -> HostAnswers:
    return HostAnswers(
        host="shop.example", zone="shop.example", a=(), aaaa=(), chain=names, chain_rcode=rcode, addresses=addresses
    )


def test_a_cname_to_nothing_is_found() -> None:
    assert told(zone_cname_broken, facts(host_answers=chained("gone.example.net", rcode="NXDOMAIN"))) == [
        "error confirmed domain/shop.example: shop.example is a CNAME that leads to no address: gone.example.net,"
        " the last name does not exist (NXDOMAIN)",
        "  CNAME shop.example -> gone.example.net",
        "  A and AAAA gone.example.net -> the last name does not exist (NXDOMAIN)",
        "  fix[by hand, none]: Let the CNAME of shop.example name something that has an address.",
    ]


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        (chained("a.example", "shop.example", rcode="NOERROR"), Result.FOUND),
        (chained("a.example", "b.example", "a.example", rcode=""), Result.FOUND),
        (chained("mail.example", rcode="NOERROR"), Result.FOUND),
        (chained("web.example", rcode="NOERROR", addresses=("203.0.113.5",)), Result.PASSED),
        (chained("slow.example", rcode="timeout"), Result.SKIPPED),
        (chained(*(f"n{number}.example" for number in range(8)), rcode="NOERROR"), Result.SKIPPED),
        (host_answers("203.0.113.5"), Result.EMPTY),
        (host_answers(rcode="NXDOMAIN"), Result.EMPTY),
    ],
)
def test_where_a_chain_ends(answers: HostAnswers, result: Result) -> None:
    assert result_of(zone_cname_broken, facts(host_answers=answers)) is result
