"""Delegation: every case of the parent's set against the account's zones, and none twice."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from albdoctor.derive.dns.delegation import Delegated, Fit, delegated, is_route53_server, route53_address
from albdoctor.facts.dns import Delegation
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.route53 import HostedZone
from tests.support.build_dns import DOMAIN, GABIA, OTHERS, OURS, answer, delegation, zone

TYPO = "ns-4.awsdns-04.co.uk.com"


@pytest.mark.parametrize(
    ("seen", "zones", "fit"),
    [
        (delegation(*OURS), (zone(),), Fit.SOUND),
        (delegation(*OURS), (zone("Z2", names=OTHERS), zone()), Fit.SIBLING),
        (delegation(), (zone(),), Fit.MISSING),
        (delegation(missing="NOERROR"), (zone(),), Fit.MISSING),
        (delegation(*OURS[:2]), (zone(),), Fit.PARTIAL),
        (delegation(*OURS[:3], TYPO, unresolvable=(TYPO,)), (zone(),), Fit.MISTYPED),
        (delegation(TYPO, unresolvable=(TYPO,)), (zone(),), Fit.MISTYPED),
        (delegation(*OURS[:2], *GABIA), (zone(),), Fit.MIXED),
        (delegation(*OURS, GABIA[0]), (zone(),), Fit.MIXED),
        (delegation(*GABIA), (zone(),), Fit.REGISTRAR_DEFAULT),
        (delegation(GABIA[0], "ns1.elsewhere.test"), (zone(),), Fit.REGISTRAR_DEFAULT),
        (delegation("ns1.emailverification.info"), (zone(),), Fit.PARKED),
        (delegation(*OTHERS, children="REFUSED"), (zone(),), Fit.STALE),
        (delegation(*OTHERS), (zone(),), Fit.FOREIGN_ACCOUNT),
        (delegation("amy.ns.cloudflare.com", "bob.ns.cloudflare.com"), (zone(),), Fit.OTHER_PROVIDER),
        (delegation(OTHERS[0], "ns1.elsewhere.test"), (zone(),), Fit.OTHER_PROVIDER),
    ],
)
def test_every_case_has_one_name(seen: Delegation, zones: tuple[HostedZone, ...], fit: Fit) -> None:
    judged = delegated(DOMAIN, seen, zones)
    assert isinstance(judged, Delegated)
    assert judged.fit is fit


def white(*numbers: int) -> Delegation:
    """The domain is delegated to names of its own, with the addresses of Route 53's servers of these numbers."""
    seen = delegation(*(f"ns{number}.{DOMAIN}" for number in numbers))
    above, cut = seen.cuts
    given = zip(cut.nameservers, numbers, strict=True)
    servers = tuple(replace(one, addresses=(f"205.251.192.{at}", "2001:db8::1")) for one, at in given)
    return replace(seen, cuts=(above, replace(cut, nameservers=servers)))


@pytest.mark.parametrize(
    ("seen", "fit"),
    [
        (white(1, 2, 3, 4), Fit.SOUND),
        (white(1, 2), Fit.PARTIAL),
        (white(1, 2, 3, 11), Fit.MIXED),
        (white(11, 12, 13, 14), Fit.OTHER_PROVIDER),
    ],
    ids=["all", "two", "one of another zone", "another zone's"],
)
def test_servers_under_names_of_ones_own_are_known_by_their_addresses(seen: Delegation, fit: Fit) -> None:
    judged = delegated(DOMAIN, seen, (zone("Z2", names=("ns-9.awsdns-09.com",)), zone()))
    assert isinstance(judged, Delegated)
    assert judged.fit is (Fit.SIBLING if fit is Fit.SOUND else fit)
    assert all(name.endswith(DOMAIN) for name in judged.names)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("ns-1604.awsdns-08.co.uk", "205.251.198.68"),
        ("NS-37.awsdns-04.com.", "205.251.192.37"),
        ("ns-37.awsdns-cn-04.com", ""),
        ("ns1.shop.example", ""),
    ],
)
def test_the_address_of_a_server_of_route_53(name: str, address: str) -> None:
    assert route53_address(name) == address


def test_differences_are_listed_from_both_sides() -> None:
    judged = delegated(DOMAIN, delegation(*OURS[:2], *GABIA), (zone(),))
    assert isinstance(judged, Delegated)
    assert judged.missing == OURS[2:]
    assert judged.foreign == GABIA
    assert judged.live


def test_without_a_zone_there_is_nothing_to_compare() -> None:
    assert delegated(DOMAIN, delegation(*OURS), ()) is None
    assert delegated(DOMAIN, delegation(*OURS), (zone(private=True), zone(name="app.shop.example"))) is None


def test_silent_servers_decide_nothing() -> None:
    assert delegated(DOMAIN, delegation(missing=None), (zone(),)) == Unknown(
        gap=Gap.UNREACHABLE, asked="DNS NS shop.example of the parent's servers"
    )
    assert delegated(DOMAIN, delegation(*OTHERS, children=None), (zone(),)) == Unknown(
        gap=Gap.UNREACHABLE, asked="DNS SOA shop.example of the delegated servers"
    )
    assert isinstance(delegated(DOMAIN, delegation(*OTHERS, children="SERVFAIL"), (zone(),)), Unknown)


def test_a_parent_that_answers_with_an_alias_decides_nothing() -> None:
    last = answer("elsewhere.example", type_="CNAME")
    judged = delegated(DOMAIN, Delegation(domain=DOMAIN, cuts=(), last_answers=(last,)), (zone(),))
    assert judged == Unknown(gap=Gap.UNREACHABLE, asked="DNS NS shop.example of the parent's servers")


def test_servers_that_hold_parent_and_child_give_no_referral() -> None:
    last = answer(*OURS, type_="NS")
    judged = delegated(DOMAIN, Delegation(domain=DOMAIN, cuts=(), last_answers=(last,)), (zone(),))
    assert isinstance(judged, Delegated)
    assert judged.fit is Fit.SOUND


def test_route53_servers_are_known_by_their_names() -> None:
    assert all(map(is_route53_server, (*OURS, "NS-2051.awsdns-67.co.uk.")))
    assert not any(map(is_route53_server, (TYPO, "ns-1.awsdns.com", "xns-1.awsdns-01.com", *GABIA)))
