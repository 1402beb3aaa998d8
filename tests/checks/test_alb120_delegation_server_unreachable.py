"""ALB120 over facts: servers that answer nothing, beside others or alone."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.dns import Answer, Delegation, ResolverAnswer
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb120_delegation_server_unreachable import delegation_server_unreachable as check
from tests.support.build import facts
from tests.support.build_dns import GABIA, OURS, answer, delegation, denied, host_answers, zone
from tests.support.table import result_of, told

OTHER = ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")
DENIED = denied("route53:ListHostedZonesByName")
MUTE: dict[str, Any] = {"rcode": None, "authoritative": False, "error": "timeout", "records": ()}
"""What is left of an answer that never came."""
V6 = "2001:db8::53"


def some(*changed: dict[str, Any], names: tuple[str, ...] = OTHER, own: bool = False) -> Delegation:
    """The first of the servers answer so when asked for the SOA; `own`: for the NS record they answer all the same."""
    walked = delegation(*names, own=names if own else ())
    cut = walked.cuts[-1]
    mute = [replace(one, **fields) for one, fields in zip(cut.child_answers, changed, strict=False)]
    children = (*mute, *cut.child_answers[len(mute) :])
    return replace(walked, cuts=(walked.cuts[0], replace(cut, child_answers=children)))


def seen(walked: Delegation, **groups: Any) -> Facts:
    base: dict[str, Any] = {"delegation": walked, "hosted_zones": (), "host_answers": host_answers()}
    return facts(**(base | groups))


def resolver(rcode: str | None) -> ResolverAnswer:
    told_ = answer(server="192.0.2.53", rcode=rcode, error="" if rcode else "timeout")
    return ResolverAnswer(resolver="192.0.2.53", a=told_, aaaa=told_, ns=told_)


def test_a_server_that_answers_nothing_beside_one_that_does() -> None:
    assert told(check, seen(some(MUTE))) == [
        "warning likely domain/shop.example: 1 of 2 name servers of shop.example do not answer at all:"
        " amy.ns.cloudflare.com",
        "  SOA shop.example @amy.ns.cloudflare.com 192.0.2.1 -> timeout",
        "  fix[by hand, none]: Bring amy.ns.cloudflare.com back, or take them out of the delegation of shop.example.",
    ]
    (finding,) = run_one(seen(some(MUTE)), check).findings
    assert finding.decide == "dig +norecurse SOA shop.example @amy.ns.cloudflare.com"
    assert "the network of the machine that scans" in finding.alternatives[0].en


def test_where_none_answers_nobody_is_served() -> None:
    silent = some(MUTE, MUTE)
    for groups in ({}, {"hosted_zones": DENIED}, {"resolver_answers": (resolver("SERVFAIL"), resolver(None))}):
        assert told(check, seen(silent, **groups))[0].startswith("error likely domain/shop.example: 2 of 2 ")
    ours = seen(some(*[MUTE] * 4, names=OURS), hosted_zones=(zone(),))
    assert told(check, ours)[0].startswith("error likely ")


def test_where_none_answers_us_and_resolvers_are_answered_nothing_is_said() -> None:
    assert result_of(check, seen(some(MUTE, MUTE), resolver_answers=(resolver("NOERROR"),))) is Result.EMPTY


def test_of_a_delegation_that_is_wrong_its_own_check_tells() -> None:
    assert result_of(check, seen(some(MUTE, MUTE), hosted_zones=(zone(),))) is Result.EMPTY
    mixed = seen(some({}, {}, MUTE, names=(*OURS[:2], *GABIA)), hosted_zones=(zone(),))
    assert result_of(check, mixed) is Result.EMPTY


@pytest.mark.parametrize(
    "walked",
    [
        some(),
        some({"rcode": "SERVFAIL", "authoritative": False}),
        some(MUTE, own=True),
        some({"over_tcp": True}),
    ],
    ids=["all answer", "one fails, and answers", "a packet was lost", "over TCP only"],
)
def test_what_is_no_dead_server_passes(walked: Delegation) -> None:
    assert result_of(check, seen(walked)) is Result.PASSED


@pytest.mark.parametrize(
    "walked",
    [
        some(MUTE | {"error": "unreachable"}),
        some(MUTE | {"error": "malformed: trailing bytes"}),
        some(MUTE | {"error": "not asked: too many questions"}),
        some(MUTE | {"address": V6}),
    ],
    ids=[
        "no way there from here",
        "something came back",
        "never asked",
        "over IPv6, which this machine may not have",
    ],
)
def test_a_server_of_which_nothing_is_known_is_neither_dead_nor_passed(walked: Delegation) -> None:
    assert result_of(check, seen(walked)) is Result.EMPTY


def test_a_server_that_answers_at_one_of_its_addresses_is_there() -> None:
    walked = some()
    cut = walked.cuts[-1]
    (first, *_) = cut.child_answers
    dead = replace(first, address="192.0.2.9", rcode=None, error="timeout")
    both = replace(walked, cuts=(walked.cuts[0], replace(cut, child_answers=(*cut.child_answers, dead))))
    assert result_of(check, seen(both)) is Result.PASSED


def test_over_ipv6_a_server_is_dead_where_others_are_reached_so() -> None:
    over_6: Answer = answer(question="shop.example", type_="NS", address="2001:db8::1", authoritative=False)
    walked = some(MUTE | {"address": V6})
    reached = replace(walked, cuts=(walked.cuts[0], replace(walked.cuts[-1], parent_answers=(over_6,))))
    assert result_of(check, seen(reached)) is Result.FOUND


def test_nothing_delegated_is_nothing_to_judge() -> None:
    assert result_of(check, seen(delegation())) is Result.EMPTY
    assert result_of(check, facts(delegation=denied("DNS"))) is Result.SKIPPED
