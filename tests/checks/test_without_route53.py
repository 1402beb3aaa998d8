"""The delegation checks where Route 53 may not be read: the parent's and the delegated servers' own words decide."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.dns import Delegation
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill
from albdoctor_checks.domain.alb106_registrar_default_nameservers import registrar_default_nameservers
from albdoctor_checks.domain.alb107_registrar_verification_parking import registrar_verification_parking
from albdoctor_checks.domain.alb112_delegation_missing import delegation_missing
from albdoctor_checks.domain.alb113_delegation_other_provider import delegation_other_provider
from albdoctor_checks.domain.alb114_delegation_stale_hosted_zone import delegation_stale_hosted_zone
from albdoctor_checks.domain.alb115_delegation_points_to_sibling_zone import delegation_points_to_sibling_zone
from albdoctor_checks.domain.alb116_delegation_to_foreign_account import delegation_to_foreign_account
from albdoctor_checks.domain.alb117_delegation_partial import delegation_partial
from albdoctor_checks.domain.alb118_delegation_mixed import delegation_mixed
from albdoctor_checks.domain.alb119_delegation_ns_unresolvable import delegation_ns_unresolvable
from tests.support.build import facts
from tests.support.build_dns import GABIA, OTHERS, OURS, answer, delegation, denied, registration, route53_domain, zone
from tests.support.fixes import by_hand_of
from tests.support.table import result_of, told

DENIED = denied("route53:ListHostedZonesByName")
TYPO = "ns-4.awsdns-04.co.uk.com"
CLOUDFLARE = ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")
WHITE = ("ns1.shop.example", "ns2.shop.example")
DEV = "dev.shop.example"
LOST = "ns1.gone.example"


def seen(*names: str, **how: Any) -> Facts:
    return facts(delegation=delegation(*names, **how), hosted_zones=DENIED, registration=registration())


BROKEN: dict[str, tuple[Check, Facts]] = {
    "missing": (delegation_missing, seen()),
    "parked": (registrar_verification_parking, seen("ns1.sedoparking.com", "ns2.sedoparking.com")),
    "stale": (delegation_stale_hosted_zone, seen(*OTHERS, children="REFUSED")),
    "partial": (delegation_partial, seen(*OURS[:2], own=OURS)),
    "mixed": (delegation_mixed, seen(*OURS[:2], *GABIA, own=OURS)),
    "typo": (delegation_ns_unresolvable, seen(*OURS[:3], TYPO, unresolvable=(TYPO,), own=OURS)),
    "ghost": (delegation_ns_unresolvable, seen(LOST, unresolvable=(LOST,))),
}
NEED_THE_ZONE = (
    registrar_default_nameservers,
    delegation_other_provider,
    delegation_points_to_sibling_zone,
    delegation_to_foreign_account,
)
EVERY = (*dict.fromkeys(check for check, _ in BROKEN.values()), *NEED_THE_ZONE)
SOUND = {
    "one provider": seen(*CLOUDFLARE),
    "a registrar's servers, on purpose or not": seen(*GABIA),
    "Route 53": seen(*OURS, own=OURS),
    "Route 53, whose own set is not known": seen(*OURS),
    "Route 53 under names of one's own": seen(*WHITE, own=WHITE),
    "two providers that name each other": seen(*OURS, *CLOUDFLARE, own=(*OURS, *CLOUDFLARE)),
    "servers that nobody outside finds, at another provider": seen(*CLOUDFLARE, own=(*CLOUDFLARE, "hidden.example")),
    "servers that are silent": seen(*OTHERS, children=None),
    "servers that fail": seen(*OTHERS, children="SERVFAIL"),
    "names in the parent's own zone": seen(missing="NOERROR"),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("of", EVERY, ids=lambda check: check.id)
def test_one_check_tells_it_and_for_the_others_the_account_is_the_gap(case: str, of: Check) -> None:
    check, snapshot = BROKEN[case]
    outcome = run_one(snapshot, of)
    assert not outcome.crash
    assert outcome.result is (Result.FOUND if check is of else Result.SKIPPED)
    assert DENIED in outcome.gaps or of is delegation_points_to_sibling_zone
    assert outcome.gaps


@pytest.mark.parametrize("case", SOUND)
@pytest.mark.parametrize("of", EVERY, ids=lambda check: check.id)
def test_what_may_be_right_is_no_fault_and_not_called_sound(case: str, of: Check) -> None:
    assert result_of(of, SOUND[case]) is Result.SKIPPED


def test_a_deleted_zone_is_told() -> None:
    assert told(*BROKEN["stale"]) == [
        "error confirmed domain/shop.example: shop.example is delegated to the name servers of a deleted Route 53"
        " hosted zone, which refuse it (ns-11.awsdns-11.com, ns-12.awsdns-12.net, ns-13.awsdns-13.org,"
        " ns-14.awsdns-14.co.uk), not to those of its own hosted zone",
        "  NS shop.example asked of the servers of example (1 answered) -> ns-11.awsdns-11.com, ns-12.awsdns-12.net,"
        " ns-13.awsdns-13.org, ns-14.awsdns-14.co.uk",
        "  SOA shop.example asked of each delegated server -> ns-11.awsdns-11.com REFUSED;"
        " ns-12.awsdns-12.net REFUSED; ns-13.awsdns-13.org REFUSED; ns-14.awsdns-14.co.uk REFUSED",
        "  fix[by hand, traffic]: Set the name servers of shop.example to exactly those of its own hosted zone.",
    ]
    by_hand = by_hand_of(*BROKEN["stale"], impact="traffic")
    assert by_hand.startswith("Gabia: ")
    assert "\n  aws route53 list-hosted-zones-by-name --dns-name shop.example " in by_hand


def test_a_zone_that_tells_its_own_servers_is_told_with_them() -> None:
    assert told(*BROKEN["mixed"]) == [
        "error confirmed domain/shop.example: shop.example is delegated to the name servers of its own hosted zone"
        " and also to ns.gabia.co.kr, ns1.gabia.co.kr",
        "  NS shop.example asked of the servers of example (1 answered) -> ns-1.awsdns-01.com, ns-2.awsdns-02.net,"
        " ns.gabia.co.kr, ns1.gabia.co.kr",
        f"  NS shop.example asked of the delegated servers -> {', '.join(OURS)}",
        "  SOA shop.example asked of each delegated server -> ns-1.awsdns-01.com NOERROR aa;"
        " ns-2.awsdns-02.net NOERROR aa; ns.gabia.co.kr NOERROR aa; ns1.gabia.co.kr NOERROR aa",
        "  fix[by hand, traffic]: Set the name servers of shop.example to exactly those of its own hosted zone.",
    ]
    assert by_hand_of(*BROKEN["mixed"], impact="traffic").endswith("\n" + "\n".join(f"  {name}" for name in OURS))
    assert told(*BROKEN["partial"])[0] == (
        "warning confirmed domain/shop.example: shop.example is delegated to ns-1.awsdns-01.com, ns-2.awsdns-02.net"
        " only, without the other name servers of its own hosted zone: ns-3.awsdns-03.org, ns-4.awsdns-04.co.uk"
    )


def test_names_that_do_not_exist_are_told_beside_those_that_were_meant() -> None:
    assert told(*BROKEN["typo"])[0] == (
        "warning confirmed domain/shop.example: shop.example is delegated to name servers that do not exist:"
        " ns-4.awsdns-04.co.uk.com; its own hosted zone has ns-4.awsdns-04.co.uk"
    )
    assert told(*BROKEN["ghost"])[0] == (
        "error confirmed domain/shop.example: shop.example is delegated to name servers that do not exist:"
        " ns1.gone.example"
    )


def test_two_zones_of_route53_are_told_from_each_other() -> None:
    """The parent names three servers of one zone, one of another: each says what its own zone has."""
    walked = delegation(*OURS[:3], OTHERS[0])
    own = [answer(*names, question="shop.example", type_="NS", server=names[0]) for names in (OURS, OTHERS)]
    both = replace(walked, cuts=(walked.cuts[0], replace(walked.cuts[1], child_ns=tuple(own))))
    lines = told(delegation_mixed, facts(delegation=both, hosted_zones=DENIED))
    assert lines[0].endswith("the name servers of its own hosted zone and also to ns-11.awsdns-11.com")


def test_a_missing_delegation_is_told_where_to_enter_it() -> None:
    in_account = replace(
        BROKEN["missing"][1], registered_domains=facts(registered_domains=(route53_domain(),)).registered_domains
    )
    assert by_hand_of(delegation_missing, in_account, impact="traffic").startswith(
        "Route 53 > Registered domains > shop.example > Actions > Edit name servers. "
    )
    unknown = facts(delegation=delegation(), hosted_zones=DENIED)
    assert by_hand_of(delegation_missing, unknown, impact="traffic").startswith(
        "Sign in where the domain was bought and open its name server settings. "
    )


def below(*names: str, **how: Any) -> Delegation:
    """The domain on our servers, and a zone below it that they delegate."""
    walked = delegation(*OURS, own=OURS)
    cut = replace(delegation(*names, domain=DEV, **how).cuts[-1], parent_zone="shop.example")
    return replace(walked, cuts=(*walked.cuts, cut))


def test_a_zone_below_the_domain_is_fixed_in_the_zone_above_it() -> None:
    lost = below(*OTHERS, children="REFUSED")
    ours = facts(host=DEV, delegation=lost, hosted_zones=(zone(),), registration=registration())
    assert told(delegation_stale_hosted_zone, ours)[0].startswith("error confirmed domain/dev.shop.example: ")
    assert by_hand_of(delegation_stale_hosted_zone, ours, impact="traffic").startswith(
        "Open the NS record of dev.shop.example in hosted zone Z1 (shop.example). "
    )
    unread = facts(host=DEV, delegation=lost, hosted_zones=DENIED, registration=registration())
    assert by_hand_of(delegation_stale_hosted_zone, unread, impact="traffic").startswith(
        "Open the NS record of dev.shop.example where the zone shop.example is served. "
    )
    right = facts(host=DEV, delegation=below(*CLOUDFLARE), hosted_zones=(zone(),))
    assert {result_of(check, right) for check in EVERY if check is not delegation_points_to_sibling_zone} == {
        Result.PASSED
    }


def test_where_the_account_has_no_such_zone_its_own_check_tells_who_serves() -> None:
    for check, snapshot in BROKEN.values():
        without = replace(snapshot, hosted_zones=facts(hosted_zones=()).hosted_zones)
        right = Result.FOUND if check is delegation_ns_unresolvable else Result.EMPTY
        assert result_of(check, without) is right


def test_hostile_names_stay_words() -> None:
    (finding,) = run_one(
        seen("{domain}.example", unresolvable=("{domain}.example",)), delegation_ns_unresolvable
    ).findings
    assert "{domain}.example" in fill(delegation_ns_unresolvable.message.en, finding.values)
