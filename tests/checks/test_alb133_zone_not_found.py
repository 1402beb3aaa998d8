"""ALB133 over facts: an account without a zone for the host."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.finding import Certainty, Finding, Severity
from albdoctor.facts.dns import Delegation, ResolverAnswer
from albdoctor.facts.elb import How
from albdoctor.text import Lang, fill
from albdoctor_checks.domain.alb133_zone_not_found import zone_not_found
from albdoctor_checks.fixes import hosted_zone
from tests.support.build import balancer, facts
from tests.support.build_dns import (
    GABIA,
    OTHERS,
    answer,
    but,
    delegation,
    denied,
    host_answers,
    lead,
    probe,
    probes,
    zone,
)
from tests.support.table import result_of, told

LANGS: tuple[Lang, ...] = ("en", "ko")


def resolver(rcode: str, *names: str) -> ResolverAnswer:
    """What a resolver says about the domain's servers."""
    mute = answer(rcode="SERVFAIL", authoritative=False)
    ns = answer(*names, type_="NS", rcode=rcode, authoritative=False)
    return ResolverAnswer(resolver="192.0.2.53", a=mute, aaaa=mute, ns=ns)


def mixed(*names: str) -> Delegation:
    """All but the first server refuse."""
    told = delegation(*names, children="REFUSED")
    *above, cut = told.cuts
    (first, *others) = (*delegation(*names).cuts[-1].child_answers[:1], *cut.child_answers[1:])
    return replace(told, cuts=(*above, replace(cut, child_answers=(first, *others))))


AT_GABIA: dict[str, Any] = {"hosted_zones": (), "delegation": delegation(*GABIA), "load_balancers": (balancer(),)}
DELETED: dict[str, Any] = {"hosted_zones": (), "delegation": delegation(*OTHERS, children="REFUSED")}
SERVED: dict[str, dict[str, Any]] = {
    "another account's zone": {"delegation": delegation(*OTHERS)},
    "another account's zone, silent from here": {"delegation": delegation(*OTHERS, children=None)},
    "a zone whose servers fail at the moment": {"delegation": delegation(*OTHERS, children="SERVFAIL")},
    "another provider": {"delegation": delegation(*GABIA)},
    "another provider that is down": {
        "delegation": delegation(*GABIA, children=None),
        "resolver_answers": (resolver("SERVFAIL"),),
    },
    "another provider that turns us away": {
        "delegation": delegation(*GABIA, children="REFUSED"),
        "resolver_answers": (resolver("NOERROR", *GABIA),),
    },
    "the parent's own records": {
        "delegation": delegation(missing="NOERROR"),
        "host_answers": host_answers("192.0.2.9"),
    },
    "one of two servers still holds it": {"delegation": mixed(*OTHERS)},
}
UNSERVED: dict[str, dict[str, Any]] = {
    "the parent names nobody": {"delegation": delegation()},
    "servers of a deleted zone": {"delegation": delegation(*OTHERS, children="REFUSED")},
    "a provider's servers without the zone": {"delegation": delegation(*GABIA, children="REFUSED")},
    "servers without an address": {"delegation": delegation(*GABIA, unresolvable=GABIA)},
}


def finding(**groups: Any) -> Finding:
    (only,) = run_one(facts(**groups), zone_not_found).findings
    return only


def test_a_balancer_without_a_zone_is_found() -> None:
    assert told(zone_not_found, facts(**AT_GABIA)) == [
        "error confirmed domain/shop.example: This account has no public hosted zone for shop.example; its"
        " name servers are ns.gabia.co.kr, ns1.gabia.co.kr",
        "  route53 ListHostedZonesByName shop.example -> HostedZones: []",
        "  NS shop.example -> ns.gabia.co.kr, ns1.gabia.co.kr",
        "  fix[by hand, none]: Make the record of shop.example where shop.example is served, or scan with the profile"
        " of the account that holds its hosted zone.",
    ]
    fix = finding(**AT_GABIA).fix
    assert fix is not None
    assert fix.script == ""


def test_route53_servers_that_refuse_mean_a_deleted_zone() -> None:
    assert told(zone_not_found, facts(**DELETED)) == [
        "error confirmed domain/shop.example: This account has no public hosted zone for shop.example; its"
        " name servers are ns-11.awsdns-11.com, ns-12.awsdns-12.net, ns-13.awsdns-13.org,"
        " ns-14.awsdns-14.co.uk",
        "  route53 ListHostedZonesByName shop.example -> HostedZones: []",
        "  NS shop.example -> ns-11.awsdns-11.com, ns-12.awsdns-12.net, ns-13.awsdns-13.org, ns-14.awsdns-14.co.uk",
        "  fix[script, traffic]: Create a hosted zone for shop.example, then enter its four name servers at the"
        " registrar.",
    ]
    fix = finding(**DELETED).fix
    assert fix is not None
    assert fix.script.startswith("aws route53 create-hosted-zone --name {domain}")


@pytest.mark.parametrize("case", SERVED)
def test_no_zone_is_created_for_a_domain_that_somebody_may_serve(case: str) -> None:
    served = finding(**AT_GABIA | SERVED[case])
    by_hand = served.fix.by_hand if served.fix else None
    assert served.fix is hosted_zone.ELSEWHERE
    assert by_hand is not None
    for lang in LANGS:
        words = fill(by_hand.of(lang), served.values, lang)
        assert "  albdoctor scan shop.example --profile OTHER_PROFILE --profile THIS_PROFILE" in words.splitlines()
        assert str(served.values["served_by"]) in words


@pytest.mark.parametrize("case", UNSERVED)
def test_a_zone_is_created_where_nobody_is_served(case: str) -> None:
    assert finding(**AT_GABIA | UNSERVED[case]).fix is hosted_zone.CREATE


def test_the_provider_is_named() -> None:
    names = ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")
    served = finding(**AT_GABIA | {"delegation": delegation(*names)})
    assert served.values["served_by"] == "Cloudflare (amy.ns.cloudflare.com, bob.ns.cloudflare.com)"


def test_route53_servers_that_answer_may_be_another_accounts() -> None:
    elsewhere = finding(hosted_zones=(), delegation=delegation(*OTHERS))
    assert elsewhere.certainty is Certainty.LIKELY
    assert "another account" in elsewhere.alternatives[0].en
    silent = finding(hosted_zones=(), delegation=delegation(*OTHERS, children=None))
    assert silent.certainty is Certainty.LIKELY


def test_dns_elsewhere_by_intent_is_info() -> None:
    assert finding(**AT_GABIA, leads=(lead(How.ADDRESS),)).severity is Severity.INFO
    works: dict[str, Any] = {"leads": (), "host_answers": host_answers("203.0.113.5"), "probes": probes(probe())}
    assert finding(**AT_GABIA, **works).severity is Severity.INFO


def test_a_name_that_leads_here_is_left_where_it_is_served() -> None:
    for servers in (GABIA, OTHERS):
        fix = finding(**AT_GABIA | {"delegation": delegation(*servers)}, leads=(lead(How.ADDRESS),)).fix
        assert fix is not None
        assert fix.summary.en.startswith("Nothing to do for {host}, which leads to the load balancer")
        assert fix.script == "", "an empty zone of one's own would take the name away from the one that works"
    leads: dict[str, Any] = {"leads": (lead(How.ADDRESS),)}
    assert told(zone_not_found, facts(**AT_GABIA, **leads))[-1] == (
        "  fix[by hand, none]: Nothing to do for shop.example, which leads to the load balancer; change its records"
        " where shop.example is served."
    )


def test_a_balancer_that_answers_where_the_name_does_not_lead_is_no_working_name() -> None:
    for addresses in ((), ("198.51.100.7",)):
        seen: dict[str, Any] = {"leads": (), "host_answers": host_answers(*addresses), "probes": probes(probe())}
        assert told(zone_not_found, facts(**DELETED, **seen))[0].startswith("error ")


def test_silence() -> None:
    other = facts(hosted_zones=(zone(),), delegation=delegation(*GABIA), load_balancers=(balancer(),))
    assert result_of(zone_not_found, other) is Result.PASSED
    nobody = facts(hosted_zones=(), delegation=delegation(*GABIA), load_balancers=())
    assert result_of(zone_not_found, nobody) is Result.EMPTY


def test_unknown_is_not_absent() -> None:
    unread = denied("route53:ListHostedZonesByName")
    assert result_of(zone_not_found, facts(**but(AT_GABIA, {"hosted_zones": unread}))) is Result.SKIPPED
    blind = denied("elasticloadbalancing:DescribeLoadBalancers")
    assert result_of(zone_not_found, facts(**but(AT_GABIA, {"load_balancers": blind}))) is Result.SKIPPED
