"""ALB105, 108, 110 and 111 over facts: what whoever holds the registration has for the domain, beside its parent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import How
from albdoctor.facts.registration import NamedServer, RegisteredDomain
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb105_registrar_no_nameservers import registrar_no_nameservers
from albdoctor_checks.domain.alb106_registrar_default_nameservers import registrar_default_nameservers
from albdoctor_checks.domain.alb108_registrar_publish_lag import registrar_publish_lag
from albdoctor_checks.domain.alb110_registrar_fixed_nameservers import registrar_fixed_nameservers
from albdoctor_checks.domain.alb111_registrar_route53_record_differs import registrar_route53_record_differs
from albdoctor_checks.domain.alb112_delegation_missing import delegation_missing
from albdoctor_checks.domain.alb113_delegation_other_provider import delegation_other_provider
from albdoctor_checks.domain.alb114_delegation_stale_hosted_zone import delegation_stale_hosted_zone
from albdoctor_checks.domain.alb117_delegation_partial import delegation_partial
from tests.support.build import NOW, facts
from tests.support.build_dns import (
    DOMAIN,
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
    route53_domain,
    zone,
)
from tests.support.table import result_of, told

CLOUDFLARE = ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")
AT_CLOUDFLARE = registration(
    source="rdap", registrar="Cloudflare, Inc.", registrar_iana_id=1910, nameservers=CLOUDFLARE
)
NAMED = ", ".join(OURS)
SEEN = {"leads": (), "host_answers": host_answers("203.0.113.80")}


def at_amazon(*names: str) -> tuple[RegisteredDomain]:
    return (route53_domain(nameservers=tuple(NamedServer(name=one) for one in names)),)


def seen(*parent: str, children: str = "NOERROR", **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "delegation": delegation(*parent, children=children),
        "hosted_zones": (zone(),),
        "registration": denied("RDAP"),
        **SEEN,
    }
    return facts(**(base | groups))


def test_a_domain_without_name_servers_is_told_by_its_registration() -> None:
    empty = registration(source="rdap", server="https://rdap.example/domain/shop.example", statuses=("inactive",))
    assert told(registrar_no_nameservers, seen(registration=empty)) == [
        "error confirmed domain/shop.example: shop.example is registered without name servers",
        "  NS shop.example asked of the servers of example (1 answered) -> NXDOMAIN, NS: []",
        f"  route53 GetHostedZone Z1 -> NameServers: {NAMED}",
        "  RDAP https://rdap.example/domain/shop.example shop.example -> nameservers: [], status: inactive",
        "  fix[by hand, traffic]: Set the name servers of shop.example to exactly those of hosted zone Z1.",
    ]
    assert result_of(delegation_missing, seen(registration=empty)) is Result.EMPTY


def test_the_accounts_own_registration_tells_it_too() -> None:
    own = seen(registered_domains=at_amazon())
    assert told(registrar_no_nameservers, own)[3:] == [
        "  route53domains GetDomainDetail shop.example -> Nameservers: []",
        "  fix[script, traffic]: Set the name servers of shop.example to exactly those of hosted zone Z1.",
    ]
    assert result_of(delegation_missing, own) is Result.EMPTY


@pytest.mark.parametrize(
    ("fields", "result"),
    [
        ({"created": NOW}, Result.FOUND),
        ({"expires": NOW}, Result.FOUND),
        ({"statuses": ("inactive",)}, Result.FOUND),
        ({}, Result.PASSED),
        ({"created": NOW, "nameservers": GABIA}, Result.PASSED),
        ({"created": NOW, "statuses": ("client hold",)}, Result.PASSED),
        ({"created": NOW, "statuses": ("pending delete",)}, Result.PASSED),
        ({"registered": False}, Result.PASSED),
    ],
)
def test_a_terse_answer_or_a_hold_says_nothing_of_name_servers(fields: dict[str, Any], result: Result) -> None:
    told_ = seen(registration=registration(**fields))
    assert result_of(registrar_no_nameservers, told_) is result
    if fields in ({}, {"created": NOW, "nameservers": GABIA}):
        assert result_of(delegation_missing, told_) is Result.FOUND


def test_no_registration_data_is_nothing_to_judge_and_a_delegated_domain_passes() -> None:
    assert result_of(registrar_no_nameservers, seen(registered_domains=())) is Result.EMPTY
    assert result_of(registrar_no_nameservers, seen(registered_domains=denied("GetDomainDetail"))) is Result.SKIPPED
    assert result_of(registrar_no_nameservers, seen(*GABIA)) is Result.PASSED
    assert result_of(registrar_no_nameservers, seen(*OURS, registration=registration(created=NOW))) is Result.PASSED
    assert result_of(registrar_no_nameservers, facts(delegation=denied("DNS"))) is Result.SKIPPED


def test_a_change_that_the_registry_has_and_the_zone_above_has_not_is_waited_for() -> None:
    changed = registration(nameservers=OURS, changed=NOW - timedelta(minutes=20))
    assert told(registrar_publish_lag, seen(*GABIA, registration=changed)) == [
        "error confirmed domain/shop.example: The name servers of shop.example are right at the registrar; example does"
        " not show them yet",
        "  NS shop.example asked of the servers of example (1 answered) -> ns.gabia.co.kr, ns1.gabia.co.kr",
        f"  route53 GetHostedZone Z1 -> NameServers: {NAMED}",
        f"  WHOIS whois.nic.example:43 shop.example -> nameservers: {NAMED}, last changed 2026-11-22 07:20 UTC",
        "  fix[by hand, none]: Wait until example publishes the name servers that shop.example has already; do not"
        " enter them again.",
    ]
    assert result_of(registrar_default_nameservers, seen(*GABIA, registration=changed)) is Result.PASSED


def test_a_change_at_route_53_domains_is_waited_for_whatever_the_registry_says() -> None:
    old = registration(nameservers=GABIA, changed=NOW - timedelta(days=300))
    own = seen(*GABIA, registration=old, registered_domains=at_amazon(*OURS))
    assert told(registrar_publish_lag, own)[3] == (
        f"  route53domains GetDomainDetail shop.example -> Nameservers: {NAMED}"
    )


@pytest.mark.parametrize("parent", [(), GABIA, CLOUDFLARE, (*OURS[:2], *GABIA), OURS[:2], OTHERS])
def test_every_other_delegation_is_outrun(parent: tuple[str, ...]) -> None:
    lag = seen(*parent, children="REFUSED", registration=registration(nameservers=OURS))
    assert result_of(registrar_publish_lag, lag) is Result.FOUND
    for check in (delegation_missing, delegation_other_provider, delegation_stale_hosted_zone, delegation_partial):
        assert result_of(check, lag) is Result.PASSED


def test_of_two_zones_the_one_that_was_entered_is_meant() -> None:
    two = seen(*GABIA, hosted_zones=(zone(), zone("Z2", names=OTHERS)), registration=registration(nameservers=OTHERS))
    assert told(registrar_publish_lag, two)[2] == f"  route53 GetHostedZone Z2 -> NameServers: {', '.join(OTHERS)}"


def test_who_is_served_meanwhile_waits_without_harm() -> None:
    changed = registration(nameservers=OURS)
    works = seen(*GABIA, registration=changed, probes=probes(probe("203.0.113.80")))
    assert told(registrar_publish_lag, works)[0].startswith("warning ")
    arrived = seen(*GABIA, registration=changed, leads=(lead(How.ADDRESS),))
    assert told(registrar_publish_lag, arrived)[0].startswith("info ")


@pytest.mark.parametrize(
    "other",
    [
        seen(*GABIA, registration=registration(nameservers=OURS, changed=NOW - timedelta(days=3))),
        seen(*GABIA, registration=registration(nameservers=GABIA)),
        seen(*GABIA, registration=registration(nameservers=OURS[:3])),
        seen(registration=registration(nameservers=OURS, statuses=("client hold",))),
        seen("ns1.emailverification.info", registration=registration(nameservers=OURS)),
        seen(*OURS, registration=registration(nameservers=OURS)),
        seen(*GABIA),
    ],
    ids=["had them for days", "has others", "has some of them", "on hold", "held back", "published", "nothing known"],
)
def test_what_is_no_lag_passes(other: Facts) -> None:
    assert result_of(registrar_publish_lag, other) is Result.PASSED


def test_a_registrar_that_allows_its_own_servers_only_is_told_as_that() -> None:
    fixed = seen(*CLOUDFLARE, registration=AT_CLOUDFLARE)
    assert told(registrar_fixed_nameservers, fixed) == [
        "error confirmed domain/shop.example: shop.example is registered at Cloudflare Registrar, which allows no name"
        " servers but its own: hosted zone Z1 is never asked",
        "  NS shop.example asked of the servers of example (1 answered) -> amy.ns.cloudflare.com,"
        " bob.ns.cloudflare.com",
        f"  route53 GetHostedZone Z1 -> NameServers: {NAMED}",
        "  RDAP whois.nic.example:43 shop.example -> Cloudflare, Inc.",
        "  fix[by hand, traffic]: Create the records of shop.example at Cloudflare Registrar, or transfer the domain to"
        " a registrar that allows the name servers of hosted zone Z1.",
    ]
    assert result_of(delegation_other_provider, fixed) is Result.EMPTY


def test_cloudflare_dns_that_leads_to_the_load_balancer_is_as_it_should_be() -> None:
    arrived = seen(*CLOUDFLARE, registration=AT_CLOUDFLARE, leads=(lead(How.ADDRESS),))
    assert told(registrar_fixed_nameservers, arrived)[0].startswith("info confirmed ")
    unseen = seen(*CLOUDFLARE, registration=AT_CLOUDFLARE, leads=denied("elasticloadbalancing:DescribeLoadBalancers"))
    assert told(registrar_fixed_nameservers, unseen)[0].startswith("error likely ")


@pytest.mark.parametrize(
    "other",
    [
        seen(*CLOUDFLARE, registration=registration()),
        seen(*OURS, registration=AT_CLOUDFLARE),
        seen(*CLOUDFLARE, registration=AT_CLOUDFLARE, registered_domains=at_amazon(*CLOUDFLARE)),
        seen(*CLOUDFLARE, registration=AT_CLOUDFLARE, hosted_zones=()),
    ],
    ids=["another registrar", "delegated to the zone", "the account's own after all", "no zone"],
)
def test_where_name_servers_can_be_changed_or_need_not_nothing_is_told(other: Facts) -> None:
    assert result_of(registrar_fixed_nameservers, other) in (Result.PASSED, Result.EMPTY)


def test_no_registration_is_nothing_to_say_of_a_registrar() -> None:
    assert result_of(registrar_fixed_nameservers, seen(*CLOUDFLARE)) is Result.EMPTY
    assert result_of(delegation_other_provider, seen(*CLOUDFLARE)) is Result.FOUND
    assert result_of(registrar_fixed_nameservers, facts(delegation=denied("DNS"))) is Result.SKIPPED


def test_the_accounts_domain_with_the_servers_of_a_zone_that_is_gone_is_found() -> None:
    gone = seen(*OTHERS, children="REFUSED", registered_domains=at_amazon(*OTHERS))
    lines = told(registrar_route53_record_differs, gone)
    assert lines[0] == (
        "error confirmed domain/shop.example: shop.example is registered in Route 53 with name servers that refuse it"
        f" ({', '.join(OTHERS)}), not with those of hosted zone Z1"
    )
    assert lines[3] == f"  route53domains GetDomainDetail {DOMAIN} -> Nameservers: {', '.join(OTHERS)}"
    assert lines[-1] == (
        "  fix[script, traffic]: Set the name servers of shop.example to exactly those of hosted zone Z1."
    )
    assert result_of(delegation_stale_hosted_zone, gone) is Result.EMPTY


def test_what_is_no_stale_registration_of_the_account_is_told_elsewhere_or_passes() -> None:
    sold = seen(*OTHERS, children="REFUSED", registered_domains=())
    assert result_of(registrar_route53_record_differs, sold) is Result.PASSED
    assert result_of(delegation_stale_hosted_zone, sold) is Result.FOUND
    unseen = seen(*OTHERS, children="REFUSED", registered_domains=denied("route53domains:GetDomainDetail"))
    assert result_of(registrar_route53_record_differs, unseen) is Result.SKIPPED
    assert result_of(delegation_stale_hosted_zone, unseen) is Result.FOUND
    assert result_of(registrar_route53_record_differs, seen(*OURS)) is Result.PASSED
    on_purpose = seen(*CLOUDFLARE, registered_domains=at_amazon(*CLOUDFLARE))
    assert result_of(registrar_route53_record_differs, on_purpose) is Result.PASSED
    served = seen(*OTHERS, registered_domains=at_amazon(*OTHERS))
    assert result_of(registrar_route53_record_differs, served) is Result.PASSED
    without_account = facts(delegation=denied("DNS"), registered_domains=at_amazon(*OTHERS))
    assert result_of(registrar_route53_record_differs, without_account) is Result.SKIPPED
