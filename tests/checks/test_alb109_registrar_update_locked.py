"""ALB109 over facts: a lock counts where the delegation has to change, and whose lock it is decides how much."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import How
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb109_registrar_update_locked import registrar_update_locked
from tests.support.build import facts
from tests.support.build_dns import GABIA, OURS, delegation, denied, lead, registration, route53_domain, zone
from tests.support.table import result_of, told

CLOUDFLARE = ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")
SERVER, CLIENT = "server update prohibited", "clientUpdateProhibited https://icann.org/epp#clientUpdateProhibited"


def locked(*statuses: str, names: tuple[str, ...] = GABIA, **more: Any) -> Facts:
    """The domain at these name servers, its zone in the account, its registration with these statuses."""
    given: dict[str, Any] = {"hosted_zones": (zone(),)}
    given |= {"registration": registration(statuses=statuses), "delegation": delegation(*names)}
    return facts(**(given | more))


@pytest.mark.parametrize("status", [SERVER, "serverUpdateProhibited", "pending transfer", "pendingTransfer"])
def test_what_only_the_registry_lifts_is_in_the_way(status: str) -> None:
    assert told(registrar_update_locked, locked("active", status)) == [
        "warning confirmed domain/shop.example: shop.example needs other name servers, and its registration is locked"
        f" against changes: {status}",
        f"  WHOIS whois.nic.example:43 shop.example -> {status}",
        "  fix[by hand, none]: Have the lock lifted, or let the transfer end, before the name servers are changed.",
    ]


def test_the_registrars_own_lock_may_lift_itself() -> None:
    assert told(registrar_update_locked, locked(CLIENT)) == [
        "info likely domain/shop.example: shop.example needs other name servers, and its registration is locked"
        f" against changes: {CLIENT}",
        f"  WHOIS whois.nic.example:43 shop.example -> {CLIENT}",
        "  fix[by hand, none]: If the registrar does not take the new name servers, lift its lock on changes first.",
    ]


def test_route_53_domains_tells_its_own_lock() -> None:
    own = (route53_domain(status_list=("serverUpdateProhibited",)),)
    lines = told(registrar_update_locked, locked(registration=denied("RDAP"), registered_domains=own))
    assert lines[1] == "  route53domains GetDomainDetail shop.example -> serverUpdateProhibited"


@pytest.mark.parametrize("names", [(), GABIA, (*GABIA, *OURS[:2]), CLOUDFLARE, (*OURS[:3],)])
def test_every_delegation_that_has_to_change_counts(names: tuple[str, ...]) -> None:
    assert result_of(registrar_update_locked, locked(SERVER, names=names)) is Result.FOUND


SILENT = {
    "the usual lock against transfers": locked("client transfer prohibited", "client delete prohibited"),
    "no lock": locked("active"),
    "the delegation is right": locked(SERVER, names=OURS),
    "another provider leads to the balancer on purpose": locked(SERVER, names=CLOUDFLARE, leads=(lead(How.CNAME),)),
    "the registrar's DNS leads to the balancer on purpose": locked(SERVER, leads=(lead(How.CNAME),)),
    "on hold: other name servers would not help": locked(SERVER, "client hold"),
    "about to be deleted": locked(SERVER, "pending delete"),
}


@pytest.mark.parametrize("snapshot", SILENT.values(), ids=SILENT)
def test_a_lock_that_is_in_nobodys_way_passes(snapshot: Facts) -> None:
    assert result_of(registrar_update_locked, snapshot) is Result.PASSED


def test_a_wrong_delegation_counts_although_it_serves_some() -> None:
    mixed = locked(SERVER, names=(*GABIA, *OURS[:2]), leads=(lead(How.CNAME),))
    assert result_of(registrar_update_locked, mixed) is Result.FOUND


def test_where_no_status_is_known_nothing_is_said() -> None:
    assert result_of(registrar_update_locked, locked(registration=denied("WHOIS"))) is Result.EMPTY
