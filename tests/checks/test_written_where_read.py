"""Validation records: a script writes only into a zone that the world asks; else they are made by hand, by name."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import run_one
from albdoctor.checkup.finding import Finding
from albdoctor.facts.dns import Cut, Delegation, NameServer
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import fill
from albdoctor_checks.certificate.alb201_acm_pending_validation import acm_pending_validation
from albdoctor_checks.certificate.alb202_acm_validation_cname_missing import acm_validation_cname_missing
from albdoctor_checks.certificate.alb212_acm_name_not_covered import acm_name_not_covered
from albdoctor_checks.certificate.alb213_acm_wrong_region import acm_wrong_region
from tests.support.build import balancer, facts, listener
from tests.support.build_dns import (
    CERTIFICATE_ARN,
    DOMAIN,
    GABIA,
    OTHERS,
    OURS,
    certificate,
    delegation,
    on_listener,
    records,
    validation_answer,
    zone,
)
from tests.support.table import told

CLOUDFLARE = ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")
TYPO = "ns-4.awsdns-04.co.uk.com"
HOST = f"www.{DOMAIN}"
WAITS: dict[str, Any] = {
    "certificates": (certificate(status="PENDING_VALIDATION"),),
    "validation_answers": (validation_answer(),),
    "record_sets": (records(),),
}
CHECKS: dict[str, tuple[Check, dict[str, Any]]] = {
    "ALB201": (acm_pending_validation, WAITS),
    "ALB202": (acm_validation_cname_missing, WAITS),
    "ALB212": (
        acm_name_not_covered,
        {
            "certificates": (certificate("*.shop.example"),),
            "listeners": (listener(443),),
            "listeners_certificates": (on_listener(CERTIFICATE_ARN),),
        },
    ),
    "ALB213": (
        acm_wrong_region,
        {
            "certificates": (),
            "certificates_elsewhere": (certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1")),),
            "load_balancers": (balancer(),),
        },
    ),
}


def handed_on(*names: str) -> Delegation:
    """Our zone is asked, and hands the host's own name on to these servers."""
    ours = delegation(*OURS)
    servers = tuple(NameServer(name=name, addresses=("198.51.100.9",), named_by=("198.51.100.1",)) for name in names)
    deeper = Cut(zone=HOST, parent_zone=DOMAIN, parent_answers=(), nameservers=servers)
    return replace(ours, cuts=(*ours.cuts, deeper))


READ: dict[str, dict[str, Any]] = {
    "all of the zone's servers": {"delegation": delegation(*OURS)},
    "some of the zone's servers": {"delegation": delegation(*OURS[:2])},
    "a misspelt one beside them": {"delegation": delegation(*OURS[:3], TYPO, unresolvable=(TYPO,))},
}
UNREAD: dict[str, tuple[dict[str, Any], str]] = {
    "another provider": (
        {"delegation": delegation(*CLOUDFLARE)},
        "Nobody asks hosted zone Z1: shop.example is served by Cloudflare (amy.ns.cloudflare.com,"
        " bob.ns.cloudflare.com). Create the record there; or correct the name servers at the registrar first",
    ),
    "another account": (
        {"delegation": delegation(*OTHERS)},
        "Nobody asks hosted zone Z1: shop.example is served by Amazon Route 53 (ns-11.awsdns-11.com,",
    ),
    "servers of somebody else beside ours": (
        {"delegation": delegation(*OURS[:2], *GABIA)},
        "Only some of the servers of shop.example are those of hosted zone Z1",
    ),
    "nobody": ({"delegation": delegation()}, "Nobody answers for shop.example: correct its name servers"),
    "a deleted zone": (
        {"delegation": delegation(*OTHERS, children="REFUSED")},
        "Nobody answers for shop.example: correct its name servers",
    ),
    "no answer at port 53": (
        {"delegation": Unknown(gap=Gap.UNREACHABLE, asked="DNS delegation")},
        "It could not be seen whether hosted zone Z1 is asked. Look with `dig +short NS shop.example`: if that prints"
        " ns-1.awsdns-01.com, ns-2.awsdns-02.net, ns-3.awsdns-03.org, ns-4.awsdns-04.co.uk, create the record in Z1;"
        " else with whoever runs the name servers that it prints.",
    ),
    "no zone and no answer": (
        {"delegation": Unknown(gap=Gap.UNREACHABLE, asked="DNS delegation"), "hosted_zones": ()},
        "Create the record with whoever runs the name servers that `dig +short NS shop.example` prints.",
    ),
    "no zone": (
        {"delegation": delegation(*GABIA), "hosted_zones": ()},
        "Create each record where its name is served; shop.example is served by Gabia (ns.gabia.co.kr,"
        " ns1.gabia.co.kr).",
    ),
}


def finding(of: str, groups: dict[str, Any]) -> Finding:
    """The one finding, filled in both languages."""
    check, base = CHECKS[of]
    every: dict[str, Any] = {"hosted_zones": (zone(),)} | base | groups
    snapshot = facts(**every)
    assert told(check, snapshot)
    (only,) = run_one(snapshot, check).findings
    return only


@pytest.mark.parametrize("case", READ)
@pytest.mark.parametrize("of", CHECKS)
def test_a_zone_that_is_asked_is_written_to(of: str, case: str) -> None:
    fix = finding(of, READ[case]).fix
    assert fix is not None
    assert "change-resource-record-sets" in fix.script


@pytest.mark.parametrize("case", UNREAD)
@pytest.mark.parametrize("of", CHECKS)
def test_what_nobody_reads_is_not_written(of: str, case: str) -> None:
    groups, words = UNREAD[case]
    one = finding(of, groups)
    assert one.fix is not None
    assert one.fix.by_hand is not None
    assert (one.fix.script, one.fix.console) == ("", ())
    assert words in fill(one.fix.by_hand.en, one.values)


def test_a_name_that_the_zone_hands_on_is_not_written_into_it() -> None:
    waits = certificate(HOST, status="PENDING_VALIDATION")
    at = validation_answer(name=f"_abc.{HOST}")
    for walk, answered, script in (
        (delegation(*OURS), at, True),
        (handed_on(*GABIA), at, False),
        (delegation(*OURS), replace(at, zone=HOST), False),
    ):
        groups: dict[str, Any] = {"certificates": (waits,), "validation_answers": (answered,), "delegation": walk}
        check, base = CHECKS["ALB202"]
        every: dict[str, Any] = {"hosted_zones": (zone(),)} | base | groups
        snapshot = facts(HOST, **every)
        (only,) = run_one(snapshot, check).findings
        assert only.fix is not None
        assert bool(only.fix.script) is script
