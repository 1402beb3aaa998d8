"""ALB101, 102, 104 over facts: what the registry says about the domain itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from albdoctor.checkup.engine import Result
from albdoctor_checks.domain.alb101_registrar_domain_not_registered import registrar_domain_not_registered
from albdoctor_checks.domain.alb102_registrar_on_hold import registrar_on_hold
from albdoctor_checks.domain.alb103_registrar_in_redemption import registrar_in_redemption
from albdoctor_checks.domain.alb104_registrar_expiring import registrar_expiring
from albdoctor_checks.domain.alb112_delegation_missing import delegation_missing
from tests.support.build import NOW, facts
from tests.support.build_dns import GABIA, delegation, denied, registration, route53_domain, zone
from tests.support.table import result_of, told

NOBODYS = registration(registered=False)


def test_a_domain_that_registry_and_parent_deny_is_found() -> None:
    assert told(registrar_domain_not_registered, facts(registration=NOBODYS, delegation=delegation())) == [
        "error confirmed domain/shop.example: shop.example is not registered",
        "  WHOIS whois.nic.example:43 shop.example -> not found",
        "  NS shop.example @a.ns.example -> NXDOMAIN",
        "  fix[by hand, none]: Register shop.example, or scan the name that you meant.",
    ]


def test_a_registered_or_delegated_domain_passes() -> None:
    held = facts(registration=registration(), delegation=delegation())
    assert result_of(registrar_domain_not_registered, held) is Result.PASSED
    contradicted = facts(registration=NOBODYS, delegation=delegation(*GABIA))
    assert result_of(registrar_domain_not_registered, contradicted) is Result.PASSED


def test_no_registration_data_is_no_proof() -> None:
    unknown = facts(registration=denied("WHOIS"), delegation=delegation())
    assert result_of(registrar_domain_not_registered, unknown) is Result.SKIPPED
    mute = facts(registration=NOBODYS, delegation=delegation(missing=None))
    assert result_of(registrar_domain_not_registered, mute) is Result.SKIPPED


@pytest.mark.parametrize("status", ["client hold", "serverHold", "clientHold https://icann.org/epp#clientHold"])
def test_a_hold_is_found(status: str) -> None:
    held = facts(registration=registration(statuses=("active", status)))
    assert told(registrar_on_hold, held) == [
        f"error confirmed domain/shop.example: shop.example is on hold: {status}",
        f"  WHOIS whois.nic.example:43 shop.example -> {status}",
        "  fix[by hand, none]: Have the hold lifted at the registrar; changing name servers will not help.",
    ]


def test_a_hold_that_comes_with_the_end_of_the_registration_is_told_as_that() -> None:
    lapsed = facts(registration=registration(statuses=("redemption period", "client hold")))
    assert told(registrar_on_hold, lapsed) == []
    (first, *_) = told(registrar_in_redemption, lapsed)
    assert first.startswith("error confirmed domain/shop.example: ")


def test_other_statuses_are_no_hold() -> None:
    locked = facts(registration=registration(statuses=("client transfer prohibited",)))
    assert result_of(registrar_on_hold, locked) is Result.PASSED
    assert result_of(registrar_on_hold, facts(registration=NOBODYS)) is Result.EMPTY
    assert result_of(registrar_on_hold, facts(registration=denied("WHOIS"))) is Result.EMPTY


@pytest.mark.parametrize(
    ("status", "result"), [("clientHold", Result.FOUND), ("clientTransferProhibited", Result.PASSED)]
)
def test_route_53_domains_tells_a_hold_where_no_registry_does(status: str, result: Result) -> None:
    held = facts(registration=denied("RDAP"), registered_domains=(route53_domain(status_list=(status,)),))
    assert result_of(registrar_on_hold, held) is result
    if result is Result.FOUND:
        assert told(registrar_on_hold, held)[1] == "  route53domains GetDomainDetail shop.example -> clientHold"


@pytest.mark.parametrize("status", ["redemption period", "redemptionPeriod", "pendingDelete", "pending restore"])
def test_a_lapsed_domain_is_found_and_not_told_to_lack_name_servers(status: str) -> None:
    lapsed = facts(registration=registration(statuses=(status,)), delegation=delegation(), hosted_zones=(zone(),))
    assert told(registrar_in_redemption, lapsed) == [
        f"error confirmed domain/shop.example: The registration of shop.example has lapsed: {status}",
        f"  WHOIS whois.nic.example:43 shop.example -> {status}",
        "  fix[by hand, none]: Ask the registrar (Gabia, Inc.) to restore shop.example today; changing name servers is"
        " not possible.",
    ]
    assert result_of(delegation_missing, lapsed) is Result.EMPTY


@pytest.mark.parametrize("statuses", [(), ("active",), ("autoRenewPeriod",), ("clientHold",), ("inactive",)])
def test_other_states_are_no_redemption(statuses: tuple[str, ...]) -> None:
    assert result_of(registrar_in_redemption, facts(registration=registration(statuses=statuses))) is Result.PASSED
    in_account = facts(registration=denied("RDAP"), registered_domains=(route53_domain(status_list=statuses),))
    assert result_of(registrar_in_redemption, in_account) is Result.PASSED
    assert result_of(registrar_in_redemption, facts(registration=denied("RDAP"))) is Result.EMPTY


@pytest.mark.parametrize(("days", "severity"), [(20, "warning"), (5, "error"), (-1, "error")])
def test_a_registration_that_ends_soon_is_found(days: int, severity: str) -> None:
    ending = facts(registration=registration(expires=NOW + timedelta(days=days)))
    day = (NOW + timedelta(days=days)).date().isoformat()
    assert told(registrar_expiring, ending) == [
        f"{severity} confirmed domain/shop.example: The registration of shop.example ends on {day} ({days} days left)",
        f"  WHOIS whois.nic.example:43 shop.example -> {day}",
        "  fix[by hand, none]: Renew shop.example at its registrar (Gabia, Inc.) and turn auto-renewal on.",
    ]


def test_a_registration_that_lasts_or_renews_itself_passes() -> None:
    lasting = facts(registration=registration(expires=NOW + timedelta(days=300)))
    assert result_of(registrar_expiring, lasting) is Result.PASSED
    soon: dict[str, Any] = {"registration": registration(expires=NOW + timedelta(days=5))}
    assert result_of(registrar_expiring, facts(**soon, registered_domains=(route53_domain(),))) is Result.PASSED
    manual = (route53_domain(auto_renew=False),)
    assert result_of(registrar_expiring, facts(**soon, registered_domains=manual)) is Result.FOUND


def test_no_date_is_nothing_to_judge_and_no_data_a_gap() -> None:
    assert result_of(registrar_expiring, facts(registration=registration())) is Result.EMPTY
    assert result_of(registrar_expiring, facts(registration=denied("WHOIS"))) is Result.SKIPPED
