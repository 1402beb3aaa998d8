"""ALB112 over facts: a domain that its parent does not know."""

from __future__ import annotations

from albdoctor.checkup.engine import Result, run_one
from albdoctor_checks.domain.alb112_delegation_missing import delegation_missing
from tests.support.build import facts
from tests.support.build_dns import OURS, delegation, denied, registration, zone
from tests.support.table import result_of, told

EVIDENCE = [
    "  NS shop.example asked of the servers of example (1 answered) -> NXDOMAIN, NS: []",
    "  route53 GetHostedZone Z1 -> NameServers: ns-1.awsdns-01.com, ns-2.awsdns-02.net,"
    " ns-3.awsdns-03.org, ns-4.awsdns-04.co.uk",
]
MESSAGE = "domain/shop.example: shop.example has no name servers in its parent zone, example"


def test_a_registered_domain_without_name_servers_is_found() -> None:
    missing = facts(delegation=delegation(), hosted_zones=(zone(),), registration=registration())
    assert told(delegation_missing, missing) == [
        f"error confirmed {MESSAGE}",
        *EVIDENCE,
        "  fix[by hand, traffic]: Set the name servers of shop.example to exactly those of hosted zone Z1.",
    ]


def test_without_registration_data_it_is_likely() -> None:
    missing = facts(delegation=delegation(), hosted_zones=(zone(),))
    assert told(delegation_missing, missing) == [
        f"error likely {MESSAGE}",
        *EVIDENCE,
        "  fix[by hand, traffic]: Set the name servers of shop.example to exactly those of hosted zone Z1.",
    ]
    (finding,) = run_one(missing, delegation_missing).findings
    assert [words.en for words in finding.alternatives] == [
        "The domain is not registered, or its registration lapsed.",
        "The registrar or the registry holds the domain back (clientHold, serverHold).",
    ]
    assert finding.decide == "whois shop.example"


def test_an_unregistered_domain_is_another_checks_case() -> None:
    lapsed = facts(delegation=delegation(), hosted_zones=(zone(),), registration=registration(registered=False))
    assert result_of(delegation_missing, lapsed) is Result.EMPTY


def test_a_delegated_domain_passes() -> None:
    assert result_of(delegation_missing, facts(delegation=delegation(*OURS), hosted_zones=(zone(),))) is Result.PASSED


def test_no_zone_is_nothing_to_judge_and_silence_is_no_nxdomain() -> None:
    assert result_of(delegation_missing, facts(delegation=delegation(), hosted_zones=())) is Result.EMPTY
    mute = facts(delegation=delegation(missing=None), hosted_zones=(zone(),))
    assert result_of(delegation_missing, mute) is Result.SKIPPED
    unread = facts(delegation=delegation(missing=None), hosted_zones=denied("route53:ListHostedZonesByName"))
    assert result_of(delegation_missing, unread) is Result.SKIPPED
