"""ALB153 and 154 over facts: what resolvers keep of an earlier state, and all that looks like it and is none."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.dns import Answer, HostAnswers, Record, ResolverAnswer
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb153_resolve_propagating import resolve_propagating
from albdoctor_checks.domain.alb154_resolve_negative_cached import resolve_negative_cached
from tests.support.build import facts
from tests.support.build_dns import (
    DOMAIN,
    GABIA,
    OURS,
    answer,
    delegation,
    denied,
    host_answers,
    record_set,
    records,
    zone,
)
from tests.support.table import result_of, told

NEW, NEWER, OLD, BALANCER = "203.0.113.5", "203.0.113.6", "198.51.100.7", "web-1.ap-northeast-2.elb.amazonaws.com"
SOA = "ns-1.awsdns-01.com awsdns-hostmaster.amazon.com 1 7200 900 1209600 86400"
GOOGLE, OWN = "8.8.8.8", "192.0.2.53"
FIXED: dict[str, Any] = {"hosted_zones": (zone(),), "record_sets": (records(record_set(DOMAIN, "A", NEW)),)}
ALIAS: dict[str, Any] = {"hosted_zones": (zone(),), "record_sets": (records(record_set(alias=BALANCER)),)}
ROUTED: dict[str, Any] = {
    "hosted_zones": (zone(),),
    "record_sets": (records(record_set(DOMAIN, "A", NEW, SetIdentifier="eu", GeoLocation={"ContinentCode": "EU"})),),
}


def resolver(
    *data: str,
    ttl: int = 240,
    type_: str = "A",
    rcode: str = "NOERROR",
    ns: tuple[str, ...] = OURS,
    soa: int = 0,
    name: str = GOOGLE,
    **fields: Any,
) -> ResolverAnswer:
    """What a resolver says; `soa`: the seconds of the zone's SOA record that comes with a "no"."""
    a = answer(*data, rcode=rcode, server=name, address=name, authoritative=False)
    negative = (Record(name=DOMAIN, type="SOA", ttl=soa, data=SOA),) if soa else ()
    kept = tuple(replace(one, ttl=ttl, type=type_) for one in a.records)
    a = replace(a, records=kept, authority=negative, recursion_available=True, **fields)
    named = answer(*ns, type_="NS", server=name, authoritative=False)
    named = replace(named, records=tuple(replace(one, ttl=86400) for one in named.records))
    return ResolverAnswer(resolver=name, a=a, aaaa=answer(type_="AAAA"), ns=named)


def seen(*resolvers: ResolverAnswer, now: HostAnswers | None = None, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "delegation": delegation(*OURS, own=OURS),
        "host_answers": now or host_answers(NEW),
        "resolver_answers": resolvers,
    }
    return facts(**(base | groups))


def by_name(target: str) -> HostAnswers:
    """The servers give a CNAME, and its end the address."""
    record = Record(name=DOMAIN, type="CNAME", ttl=300, data=target)
    a: Answer = replace(answer(), records=(record,))
    return replace(host_answers(NEW), a=(a,), chain=(target,), chain_rcode="NOERROR")


def test_an_older_answer_that_lives_longer_than_the_present_one_is_kept() -> None:
    assert told(resolve_propagating, seen(resolver(OLD, ttl=1500), resolver(NEW, name=OWN))) == [
        "info likely domain/shop.example: Resolvers keep an earlier answer for shop.example until 2026-11-22 08:05 UTC"
        " at the latest: 8.8.8.8",
        "  DNS shop.example -> 203.0.113.5",
        "  A shop.example @8.8.8.8 -> 198.51.100.7, for 1500 s at most",
        "  fix[by hand, none]: Wait until 2026-11-22 08:05 UTC; there is nothing left to change in DNS.",
    ]
    (finding,) = run_one(seen(resolver(OLD, ttl=1500)), resolve_propagating).findings
    assert finding.decide == "dig +noall +answer A shop.example @8.8.8.8"
    assert len(finding.alternatives) == 2


def test_signatures_are_no_answer() -> None:
    signature = Record(
        name=DOMAIN, type="RRSIG", ttl=9000, data="A 13 2 300 20261201000000 20261120000000 1 shop.example. AB=="
    )
    a = answer(NEW)
    signed = replace(host_answers(NEW), a=(replace(a, records=(*a.records, signature)),))
    assert (
        told(resolve_propagating, seen(resolver(OLD, ttl=1500), now=signed))[1] == "  DNS shop.example -> 203.0.113.5"
    )


def test_a_resolver_that_keeps_the_servers_of_before_keeps_their_answer() -> None:
    old = seen(resolver(OLD, ns=GABIA))
    lines = told(resolve_propagating, old)
    assert lines[2] == (
        "  A shop.example @8.8.8.8 -> 198.51.100.7, NS ns.gabia.co.kr, ns1.gabia.co.kr, for 86400 s at most"
    )
    assert "until 2026-11-23 07:40 UTC" in lines[0]
    (finding,) = run_one(old, resolve_propagating).findings
    assert [one.en[:12] for one in finding.alternatives] == ["The resolver"]


@pytest.mark.parametrize("rcode", ["NXDOMAIN", "NOERROR", "SERVFAIL"])
def test_old_servers_that_lead_nowhere_are_a_warning(rcode: str) -> None:
    nowhere = seen(resolver(rcode=rcode, ns=GABIA))
    assert told(resolve_propagating, nowhere)[0].startswith("warning likely domain/shop.example: Resolvers keep ")
    assert result_of(resolve_negative_cached, nowhere) is Result.EMPTY


def test_of_a_record_that_gives_everybody_the_same_any_other_answer_is_old() -> None:
    assert result_of(resolve_propagating, seen(resolver(OLD), **FIXED)) is Result.FOUND
    gone = resolver("gone.example", type_="CNAME")
    assert told(resolve_propagating, seen(gone, **FIXED))[0].startswith("warning likely ")


@pytest.mark.parametrize(
    "healthy",
    [
        seen(resolver(OLD), **ROUTED),
        seen(resolver(OLD, ttl=60), **ALIAS),
        seen(resolver(OLD)),
        seen(resolver("10.0.1.10", ttl=1500)),
        seen(resolver("127.0.0.1", ttl=1500)),
        seen(resolver(OLD, ttl=1500, authoritative=True)),
        seen(resolver(OLD, ttl=1500, extended_errors=(15,))),
        seen(resolver(OLD, ns=GABIA), delegation=delegation(*OURS)),
        seen(resolver(OLD, ttl=1500), now=replace(host_answers(NEW), a=(answer(NEW), answer(rcode="NXDOMAIN")))),
        seen(resolver(OLD, ttl=1500), delegation=delegation(*OURS, *GABIA, own=OURS), hosted_zones=(zone(),)),
        seen(resolver(OLD, ttl=1500), now=host_answers(rcode="NXDOMAIN")),
        seen(),
        seen(resolver_answers=denied("DNS")),
        facts(host_answers=host_answers(NEW), delegation=delegation(*OURS)),
    ],
    ids=[
        "routed by place",
        "a load balancer's addresses rotate",
        "a provider's answer by place",
        "a company's own zone",
        "a filter's address",
        "the resolver serves the zone itself",
        "blocked, as it says",
        "what the zone itself names is not known",
        "the servers do not agree",
        "the delegation is the fault",
        "no address at all",
        "no resolver",
        "no word of resolvers",
        "resolvers not asked",
    ],
)
def test_another_answer_alone_is_no_cache(healthy: Facts) -> None:
    assert result_of(resolve_propagating, healthy) is Result.EMPTY
    assert result_of(resolve_negative_cached, healthy) is Result.EMPTY


def test_resolvers_that_say_the_same_pass() -> None:
    for check in (resolve_propagating, resolve_negative_cached):
        assert result_of(check, seen(resolver(NEW))) is Result.PASSED
        assert result_of(check, seen(resolver(NEW, ns=GABIA))) is Result.PASSED
        in_turn = seen(resolver(NEWER, ttl=1500), now=host_answers(NEW, NEWER))
        assert result_of(check, in_turn) is Result.PASSED
        behind_a_cdn = seen(resolver("d1.cdn.example", ttl=1500, type_="CNAME"), now=by_name("d1.cdn.example"))
        assert result_of(check, behind_a_cdn) is Result.PASSED
        assert result_of(check, facts(delegation=delegation(*OURS), host_answers=denied("DNS"))) is Result.SKIPPED


def test_a_no_that_the_servers_do_not_say_any_more_is_kept() -> None:
    kept = resolver(rcode="NXDOMAIN", soa=600)
    assert told(resolve_negative_cached, seen(kept, resolver(NEW, name=OWN))) == [
        "warning confirmed domain/shop.example: Resolvers keep that shop.example has no address until"
        " 2026-11-22 07:50 UTC at the latest: 8.8.8.8",
        "  DNS shop.example -> 203.0.113.5",
        "  A shop.example @8.8.8.8 -> NXDOMAIN, for 600 s at most",
        "  fix[by hand, none]: Wait until 2026-11-22 07:50 UTC; the record is there.",
    ]
    assert result_of(resolve_propagating, seen(kept)) is Result.EMPTY


@pytest.mark.parametrize(
    ("groups", "line"),
    [(FIXED, "warning confirmed "), (ALIAS, "warning confirmed "), ({}, "warning likely "), (ROUTED, "")],
    ids=["one record for everybody", "alias", "unknown provider", "routed by place"],
)
def test_an_empty_answer_may_be_meant_for_the_resolvers_place(groups: dict[str, Any], line: str) -> None:
    lines = told(resolve_negative_cached, seen(resolver(soa=900), **groups))
    assert [one[: len(line)] for one in lines[:1]] == ([line] if line else [])


def test_a_failure_is_kept_where_the_resolver_says_so() -> None:
    kept = resolver(rcode="SERVFAIL", extended_errors=(13,))
    assert "SERVFAIL, for 300 s at most" in told(resolve_negative_cached, seen(kept))[2]
    assert result_of(resolve_negative_cached, seen(resolver(rcode="SERVFAIL"))) is Result.EMPTY
    assert result_of(resolve_negative_cached, seen(resolver(rcode="REFUSED"))) is Result.EMPTY


def test_a_no_without_the_zones_word_is_a_filters() -> None:
    assert result_of(resolve_negative_cached, seen(resolver(rcode="NXDOMAIN"))) is Result.EMPTY
    foreign = resolver(rcode="NXDOMAIN", soa=600)
    rpz = replace(foreign.a, authority=(Record(name="rpz.example.net", type="SOA", ttl=600, data=SOA),))
    assert result_of(resolve_negative_cached, seen(replace(foreign, a=rpz))) is Result.EMPTY


def test_a_cache_that_names_years_gets_a_date_all_the_same() -> None:
    assert "until 2026-11-29 07:40 UTC" in told(resolve_propagating, seen(resolver(OLD, ttl=2**31 - 1)))[0]
