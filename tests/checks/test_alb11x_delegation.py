"""ALB107, 113, 114, 116 to 119 over facts: each tells its own case of the delegation and passes on every other."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.finding import Certainty, Severity
from albdoctor.facts.elb import How
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb106_registrar_default_nameservers import registrar_default_nameservers
from albdoctor_checks.domain.alb107_registrar_verification_parking import registrar_verification_parking
from albdoctor_checks.domain.alb112_delegation_missing import delegation_missing
from albdoctor_checks.domain.alb113_delegation_other_provider import delegation_other_provider
from albdoctor_checks.domain.alb114_delegation_stale_hosted_zone import delegation_stale_hosted_zone
from albdoctor_checks.domain.alb116_delegation_to_foreign_account import delegation_to_foreign_account
from albdoctor_checks.domain.alb117_delegation_partial import delegation_partial
from albdoctor_checks.domain.alb118_delegation_mixed import delegation_mixed
from albdoctor_checks.domain.alb119_delegation_ns_unresolvable import delegation_ns_unresolvable
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
    registration,
    zone,
)
from tests.support.table import result_of, told

CLOUDFLARE = ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")
TYPO = "ns-4.awsdns-04.co.uk.com"
OUR_NAMES = ", ".join(OURS)
ZONE_LINE = f"  route53 GetHostedZone Z1 -> NameServers: {OUR_NAMES}"


def seen(*names: str, children: str | None = "NOERROR", unresolvable: tuple[str, ...] = ()) -> Facts:
    """The domain delegated to these servers, with its zone in the account."""
    return facts(
        delegation=delegation(*names, children=children, unresolvable=unresolvable),
        hosted_zones=(zone(),),
        registration=registration(),
    )


CASES: dict[str, tuple[Check, Facts]] = {
    "registrar": (registrar_default_nameservers, seen(*GABIA)),
    "missing": (delegation_missing, seen()),
    "other": (delegation_other_provider, seen(*CLOUDFLARE)),
    "stale": (delegation_stale_hosted_zone, seen(*OTHERS, children="REFUSED")),
    "partial": (delegation_partial, seen(*OURS[:3])),
    "parked": (registrar_verification_parking, seen("ns1.emailverification.info")),
    "foreign": (delegation_to_foreign_account, seen(*OTHERS)),
    "typo": (delegation_ns_unresolvable, seen(*OURS[:3], TYPO, unresolvable=(TYPO,))),
    "mixed": (delegation_mixed, seen(*OURS[:2], *GABIA)),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("of", CASES)
def test_one_check_finds_a_case_and_the_others_pass(case: str, of: str) -> None:
    check, snapshot = CASES[of][0], CASES[case][1]
    assert result_of(check, snapshot) is (Result.FOUND if case == of else Result.PASSED)


@pytest.mark.parametrize("of", CASES)
def test_no_zone_is_nothing_to_judge_and_a_denied_group_is_a_gap(of: str) -> None:
    check = CASES[of][0]
    assert result_of(check, facts(delegation=delegation(*GABIA), hosted_zones=())) is Result.EMPTY
    unread = facts(delegation=delegation(*GABIA), hosted_zones=denied("route53:ListHostedZonesByName"))
    assert result_of(check, unread) is Result.SKIPPED
    mute = facts(delegation=delegation(missing=None), hosted_zones=(zone(),))
    assert result_of(check, mute) is Result.SKIPPED


def test_other_provider_is_told() -> None:
    assert told(*CASES["other"]) == [
        "error confirmed domain/shop.example: shop.example is served by amy.ns.cloudflare.com, bob.ns.cloudflare.com,"
        " not by hosted zone Z1: records in that zone have no effect",
        "  NS shop.example asked of the servers of example (1 answered)"
        " -> amy.ns.cloudflare.com, bob.ns.cloudflare.com",
        ZONE_LINE,
        "  SOA shop.example asked of each delegated server -> amy.ns.cloudflare.com NOERROR aa;"
        " bob.ns.cloudflare.com NOERROR aa",
        "  fix[by hand, traffic]: Set the name servers of shop.example to exactly those of hosted zone Z1.",
    ]


def test_a_site_that_works_at_another_provider_is_no_error() -> None:
    elsewhere: dict[str, Any] = {"delegation": delegation(*CLOUDFLARE), "hosted_zones": (zone(),), "leads": ()}
    named, not_named = host_answers("203.0.113.5"), host_answers("198.51.100.7")
    seen_so: tuple[dict[str, Any], ...] = (
        {"leads": (lead(How.ADDRESS),)},
        {"host_answers": named, "probes": probes(probe())},
        {"host_answers": named, "probes": probes(probe(status=502))},
        {"host_answers": named, "probes": probes(probe(verified=False))},
        {"host_answers": not_named, "probes": probes(probe())},  # the balancer's own address: the name leads elsewhere
        {"probes": probes(probe())},
        {},
    )
    for check in (delegation_other_provider, delegation_to_foreign_account):
        groups: dict[str, Any] = (
            elsewhere if check is delegation_other_provider else elsewhere | {"delegation": delegation(*OTHERS)}
        )
        severities = [run_one(facts(**(groups | more)), check).findings[0].severity for more in seen_so]
        assert severities == [Severity.INFO, Severity.WARNING, None, None, None, None, None]


def test_stale_zone_is_told() -> None:
    assert told(*CASES["stale"]) == [
        "error confirmed domain/shop.example: shop.example is delegated to the name servers of a deleted"
        " Route 53 hosted zone, which refuse it (ns-11.awsdns-11.com, ns-12.awsdns-12.net, ns-13.awsdns-13.org,"
        " ns-14.awsdns-14.co.uk), not to those of hosted zone Z1",
        "  NS shop.example asked of the servers of example (1 answered) -> ns-11.awsdns-11.com, ns-12.awsdns-12.net,"
        " ns-13.awsdns-13.org, ns-14.awsdns-14.co.uk",
        ZONE_LINE,
        "  SOA shop.example asked of each delegated server -> ns-11.awsdns-11.com REFUSED;"
        " ns-12.awsdns-12.net REFUSED; ns-13.awsdns-13.org REFUSED; ns-14.awsdns-14.co.uk REFUSED",
        "  fix[by hand, traffic]: Set the name servers of shop.example to exactly those of hosted zone Z1.",
    ]


def test_servers_that_time_out_do_not_prove_a_deleted_zone() -> None:
    assert result_of(delegation_stale_hosted_zone, seen(*OTHERS, children=None)) is Result.SKIPPED


def test_partial_is_told() -> None:
    assert told(*CASES["partial"]) == [
        "warning confirmed domain/shop.example: shop.example is delegated to ns-1.awsdns-01.com,"
        " ns-2.awsdns-02.net, ns-3.awsdns-03.org only, without the other name servers of hosted zone"
        " Z1: ns-4.awsdns-04.co.uk",
        "  NS shop.example asked of the servers of example (1 answered)"
        " -> ns-1.awsdns-01.com, ns-2.awsdns-02.net, ns-3.awsdns-03.org",
        ZONE_LINE,
        "  fix[by hand, traffic]: Set the name servers of shop.example to exactly those of hosted zone Z1.",
    ]


def test_mixed_is_told() -> None:
    assert told(*CASES["mixed"]) == [
        "error confirmed domain/shop.example: shop.example is delegated to the name servers of hosted zone"
        " Z1 and also to ns.gabia.co.kr, ns1.gabia.co.kr",
        "  NS shop.example asked of the servers of example (1 answered) -> ns-1.awsdns-01.com, ns-2.awsdns-02.net,"
        " ns.gabia.co.kr, ns1.gabia.co.kr",
        ZONE_LINE,
        "  SOA shop.example asked of each delegated server -> ns-1.awsdns-01.com NOERROR aa;"
        " ns-2.awsdns-02.net NOERROR aa; ns.gabia.co.kr NOERROR aa; ns1.gabia.co.kr NOERROR aa",
        "  fix[by hand, traffic]: Set the name servers of shop.example to exactly those of hosted zone Z1.",
    ]


def test_parking_for_an_unverified_registrant_is_told() -> None:
    assert told(*CASES["parked"]) == [
        "error confirmed domain/shop.example: shop.example uses parking name servers"
        " (ns1.emailverification.info), not those of hosted zone Z1",
        "  NS shop.example asked of the servers of example (1 answered) -> ns1.emailverification.info",
        ZONE_LINE,
        "  fix[by hand, none]: Confirm the registrant's e-mail address; the name servers come back by themselves.",
    ]
    (unverified,) = run_one(CASES["parked"][1], registrar_verification_parking).findings
    assert unverified.fix is not None
    assert unverified.fix == registrar_verification_parking.fixes[0]
    (parked,) = run_one(seen("ns1.sedo.com"), registrar_verification_parking).findings
    assert parked.fix is not None
    assert parked.fix.by_hand is not None
    assert "\n  {nameservers[]}\n" in parked.fix.by_hand.en


def test_a_zone_of_another_account_is_told() -> None:
    lines = told(*CASES["foreign"])
    assert lines[0] == (
        "error confirmed domain/shop.example: shop.example is served by another Route 53 hosted zone"
        " (ns-11.awsdns-11.com, ns-12.awsdns-12.net, ns-13.awsdns-13.org, ns-14.awsdns-14.co.uk), not by Z1:"
        " records in Z1 have no effect"
    )
    reached = facts(delegation=delegation(*OTHERS), hosted_zones=(zone(),), leads=(lead(How.ADDRESS),))
    (finding,) = run_one(reached, delegation_to_foreign_account).findings
    assert finding.severity is Severity.INFO


def test_a_misspelt_name_server_is_told_beside_the_right_one() -> None:
    assert told(*CASES["typo"])[0] == (
        "warning confirmed domain/shop.example: shop.example is delegated to name servers that do not exist:"
        " ns-4.awsdns-04.co.uk.com; hosted zone Z1 has ns-4.awsdns-04.co.uk"
    )
    alone = seen(TYPO, unresolvable=(TYPO,))
    assert told(delegation_ns_unresolvable, alone)[0].startswith("error confirmed domain/shop.example: ")


def test_a_name_with_addresses_may_lead_to_a_balancer_that_may_not_be_described() -> None:
    blind: dict[str, Any] = {"leads": denied("elasticloadbalancing:DescribeLoadBalancers"), "hosted_zones": (zone(),)}
    cases = (
        (registrar_default_nameservers, delegation(*GABIA)),
        (delegation_other_provider, delegation(*CLOUDFLARE)),
        (delegation_to_foreign_account, delegation(*OTHERS)),
    )
    for check, parents in cases:
        seen = facts(**blind, delegation=parents, host_answers=host_answers("203.0.113.5"))
        (doubted,) = run_one(seen, check).findings
        assert doubted.certainty is Certainty.LIKELY
        assert doubted.decide == "dig +short shop.example"
        assert "on purpose" in doubted.alternatives[-1].en
        (sure,) = run_one(facts(**blind, delegation=parents, host_answers=host_answers()), check).findings
        assert sure.certainty is Certainty.CONFIRMED, "a name without addresses leads nowhere"
