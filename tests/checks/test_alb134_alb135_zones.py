"""ALB134 and ALB135 over facts: two zones of one name, and a zone that only a VPC sees."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor_checks.domain.alb134_zone_duplicate_name import zone_duplicate_name
from albdoctor_checks.domain.alb135_zone_private_only import zone_private_only
from tests.support.build import facts
from tests.support.build_dns import GABIA, OTHERS, OURS, but, delegation, denied, host_answers, zone
from tests.support.table import result_of, told

TWINS = (zone("Z2", names=OTHERS), zone())
PRIVATE: dict[str, Any] = {"hosted_zones": (zone("ZP", private=True),), "host_answers": host_answers(rcode="NXDOMAIN")}


def test_two_zones_of_one_name_are_found_and_the_delegated_one_is_kept() -> None:
    assert told(zone_duplicate_name, facts(hosted_zones=TWINS, delegation=delegation(*OURS))) == [
        "info confirmed hosted-zone/Z1: The account has 2 public hosted zones named shop.example: Z2, Z1",
        f"  route53 GetHostedZone Z2 -> NameServers: {', '.join(OTHERS)}",
        f"  route53 GetHostedZone Z1 -> NameServers: {', '.join(OURS)}",
        "  fix[by hand, none]: Keep Z1, copy what only the other zones have into it, and delete those.",
    ]


def test_one_public_zone_beside_a_private_one_or_a_parent_passes() -> None:
    sound = facts(hosted_zones=(zone(), zone("ZP", private=True), zone("Z0", "example")))
    assert result_of(zone_duplicate_name, sound) is Result.PASSED
    assert result_of(zone_duplicate_name, facts(hosted_zones=())) is Result.EMPTY
    unread = facts(hosted_zones=denied("route53:ListHostedZonesByName"))
    assert result_of(zone_duplicate_name, unread) is Result.SKIPPED


def test_a_host_that_only_a_vpc_can_find_is_found() -> None:
    assert told(zone_private_only, facts(**PRIVATE)) == [
        "error confirmed hosted-zone/ZP: shop.example is only in private hosted zone ZP:"
        " public DNS has no address for it",
        "  route53 ListHostedZonesByName shop.example -> ZP shop.example PrivateZone: true",
        "  A shop.example -> NXDOMAIN",
        "  fix[by hand, none]: Make the record of shop.example where shop.example is served, or scan with the profile"
        " of the account that holds its hosted zone.",
    ]


def test_a_zone_is_created_only_for_a_domain_that_nobody_serves() -> None:
    nobody = told(zone_private_only, facts(**but(PRIVATE, {"delegation": delegation()})))
    assert nobody[-1] == (
        "  fix[script, traffic]: Create a hosted zone for shop.example, then enter its four name servers at the"
        " registrar."
    )
    for servers in (GABIA, OTHERS):
        served = told(zone_private_only, facts(**but(PRIVATE, {"delegation": delegation(*servers)})))
        assert served[-1].startswith("  fix[by hand, none]: Make the record of shop.example where")


def test_a_private_zone_by_intent_passes() -> None:
    elsewhere = facts(**but(PRIVATE, {"host_answers": host_answers("203.0.113.5")}))
    assert result_of(zone_private_only, elsewhere) is Result.PASSED
    both = facts(**but(PRIVATE, {"hosted_zones": (zone("ZP", private=True), zone())}))
    assert result_of(zone_private_only, both) is Result.PASSED
    assert result_of(zone_private_only, facts(**but(PRIVATE, {"hosted_zones": ()}))) is Result.EMPTY


def test_unknown_is_not_absent() -> None:
    silent = facts(**but(PRIVATE, {"host_answers": host_answers(rcode=None)}))
    assert result_of(zone_private_only, silent) is Result.SKIPPED
    for group in PRIVATE:
        assert result_of(zone_private_only, facts(**but(PRIVATE, {group: denied("x:Y")}))) is Result.SKIPPED
