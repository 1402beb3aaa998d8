"""ALB106 over facts: the registrar's own name servers, the fix at this registrar, and when it stays silent."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.finding import Finding, Severity
from albdoctor.facts.elb import How
from albdoctor.facts.snapshot import Facts
from albdoctor.text import Lang, fill, fill_script
from albdoctor_checks.domain.alb106_registrar_default_nameservers import registrar_default_nameservers
from tests.support.build import facts
from tests.support.build_dns import GABIA, OURS, delegation, denied, lead, registration, route53_domain, zone
from tests.support.table import result_of, told

AT_GABIA = facts(delegation=delegation(*GABIA), hosted_zones=(zone(),), registration=registration())


def finding(snapshot: Facts) -> Finding:
    (only,) = run_one(snapshot, registrar_default_nameservers).findings
    return only


def test_the_registrars_own_servers_are_found() -> None:
    assert told(registrar_default_nameservers, AT_GABIA) == [
        "error confirmed domain/shop.example: shop.example uses the default name servers of Gabia"
        " (ns.gabia.co.kr, ns1.gabia.co.kr), not those of hosted zone Z1",
        "  NS shop.example asked of the servers of example (1 answered) -> ns.gabia.co.kr, ns1.gabia.co.kr",
        "  route53 GetHostedZone Z1 -> NameServers: ns-1.awsdns-01.com, ns-2.awsdns-02.net,"
        " ns-3.awsdns-03.org, ns-4.awsdns-04.co.uk",
        "  fix[by hand, traffic]: Set the name servers of shop.example to exactly those of hosted zone Z1.",
    ]


def test_the_fix_names_gabias_menu_and_the_four_names_on_lines_of_their_own() -> None:
    found = finding(AT_GABIA)
    assert found.fix is not None
    assert found.fix.by_hand is not None
    assert found.fix.script == ""
    languages: tuple[Lang, ...] = ("en", "ko")
    for lang in languages:
        lines = fill(found.fix.by_hand.of(lang), found.values, lang).splitlines()
        assert "My가비아 > 서비스 관리 > 도메인 통합 관리툴" in lines[0]
        assert lines[1:5] == [f"  {name}" for name in OURS]
        assert "https://customer.gabia.com/manual/domain/286/991" in lines[-1]


def test_a_domain_of_route53_domains_is_fixed_by_a_script() -> None:
    snapshot = facts(delegation=delegation(*GABIA), hosted_zones=(zone(),), registered_domains=(route53_domain(),))
    found = finding(snapshot)
    assert told(registrar_default_nameservers, snapshot)
    assert found.fix is not None
    assert found.fix.by_hand is None
    assert fill_script(found.fix.script, found.values) == (
        "aws route53domains update-domain-nameservers --region us-east-1 --domain-name shop.example --nameservers"
        " Name=ns-1.awsdns-01.com Name=ns-2.awsdns-02.net Name=ns-3.awsdns-03.org Name=ns-4.awsdns-04.co.uk"
    )


@pytest.mark.parametrize(
    ("registrar", "words"),
    [
        ({"registrar": "Cloudflare, Inc.", "registrar_iana_id": 1910}, "allows no name servers but its own"),
        ({"registrar": "Tiny {Names} Ltd", "registrar_iana_id": None}, "where the domain was bought (Tiny Names Ltd)"),
        ({"registrar": "", "registrar_iana_id": None}, "Gabia: My가비아"),
        (
            {"registrar": "GMO Internet Group, Inc. d/b/a Onamae.com", "registrar_iana_id": 49},
            "Onamae (お名前.com): Navi",
        ),
        (
            {"registrar": "Tiny Ltd", "registrar_iana_id": None, "registrar_url": "https://tiny.example/"},
            "where the domain was bought (Tiny Ltd, https://tiny.example/)",
        ),
    ],
)
def test_the_fix_follows_the_registration_then_the_name_servers(registrar: dict[str, Any], words: str) -> None:
    snapshot = facts(delegation=delegation(*GABIA), hosted_zones=(zone(),), registration=registration(**registrar))
    assert told(registrar_default_nameservers, snapshot)
    found = finding(snapshot)
    assert found.fix is not None
    assert found.fix.by_hand is not None
    assert words in fill(found.fix.by_hand.en, found.values)


@pytest.mark.parametrize(
    ("registrar", "words"),
    [
        ("GMO Internet Group, Inc. d/b/a Onamae.com", "Muumuu Domain (ムームードメイン): コントロールパネル"),
        ("Tucows Domains Inc.", "Muumuu Domain (ムームードメイン): コントロールパネル"),
        ("GoDaddy.com, LLC", "GoDaddy: Domain Portfolio"),
    ],
)
def test_a_reseller_is_known_by_its_name_servers_where_its_registrar_sells_through_others(
    registrar: str, words: str
) -> None:
    sold = registration(registrar=registrar, registrar_iana_id=None)
    names = ("dns01.muumuu-domain.com", "dns02.muumuu-domain.com")
    found = finding(facts(delegation=delegation(*names), hosted_zones=(zone(),), registration=sold))
    assert found.fix is not None
    assert found.fix.by_hand is not None
    assert fill(found.fix.by_hand.en, found.values).startswith(words)


@pytest.mark.parametrize(
    ("ttl", "words"),
    [(172800, "48 hours"), (7200, "2 hours"), (3600, "60 minutes"), (90, "90 seconds"), (0, "the time that the SOA")],
)
def test_how_long_the_old_servers_are_kept_is_what_the_parent_says(ttl: int, words: str) -> None:
    walked = delegation(*GABIA)
    kept = replace(walked, cuts=(walked.cuts[0], replace(walked.cuts[1], ttl=ttl)))
    found = finding(facts(delegation=kept, hosted_zones=(zone(),)))
    assert found.fix is not None
    effects = [fill(one.en, found.values) for one in found.fix.effects_for(found.values)]
    assert effects[-1].startswith(f"Resolvers keep the present answer for up to {words}")


def test_a_ds_record_is_to_be_removed_first() -> None:
    signed = facts(delegation=delegation(*GABIA, ds=("1 13 2 AB",)), hosted_zones=(zone(),))
    found = finding(signed)
    assert found.fix is not None
    assert "DS record" in found.fix.effects_for(found.values)[0].en


def test_a_host_that_reaches_the_balancer_anyway_is_no_error() -> None:
    served_there = facts(delegation=delegation(*GABIA), hosted_zones=(zone(),), leads=(lead(How.CNAME),))
    inferred = facts(delegation=delegation(*GABIA), hosted_zones=(zone(),), leads=(lead(How.CERTIFICATE),))
    assert finding(served_there).severity is Severity.INFO
    assert told(registrar_default_nameservers, inferred)[0].startswith("error ")


def test_silence() -> None:
    sound = facts(delegation=delegation(*OURS), hosted_zones=(zone(),))
    assert result_of(registrar_default_nameservers, sound) is Result.PASSED
    mixed = facts(delegation=delegation(*OURS, *GABIA), hosted_zones=(zone(),))
    assert result_of(registrar_default_nameservers, mixed) is Result.PASSED
    no_zone = facts(delegation=delegation(*GABIA), hosted_zones=())
    assert result_of(registrar_default_nameservers, no_zone) is Result.EMPTY


def test_unknown_is_not_absent() -> None:
    no_zones = facts(delegation=delegation(*GABIA), hosted_zones=denied("route53:ListHostedZonesByName"))
    assert result_of(registrar_default_nameservers, no_zones) is Result.SKIPPED
    mute = facts(delegation=delegation(missing=None), hosted_zones=(zone(),))
    assert result_of(registrar_default_nameservers, mute) is Result.SKIPPED
