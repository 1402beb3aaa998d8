"""ALB146 over facts: the name with www, and the domain itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.dns import Answer, ServedRecords
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb146_zone_apex_www_pair import zone_apex_www_pair as check
from tests.support.build import balancer, facts
from tests.support.build_dns import DOMAIN, OURS, answer, delegation, denied, host_answers, record_set, records, zone
from tests.support.fixes import script_of
from tests.support.table import result_of, told

WWW = f"www.{DOMAIN}"
EMPTY = (answer(), answer(type_="AAAA"))
ALIAS = record_set(WWW, alias=balancer().dns_name)


def seen(*answers: Answer, sets: tuple[Any, ...] = (ALIAS,), **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "host": WWW,
        "delegation": delegation(*OURS),
        "hosted_zones": (zone(),),
        "record_sets": (records(*sets),),
        "served_records": ServedRecords(domain=DOMAIN, answers=answers),
        "host_answers": host_answers("203.0.113.5", host=WWW),
    }
    return facts(**(base | groups))


def test_a_domain_without_address_beside_its_www_is_told() -> None:
    assert told(check, seen(*EMPTY)) == [
        "info confirmed domain/shop.example: shop.example has no address, while www.shop.example has one: the site"
        " opens only with www",
        "  A shop.example @a.ns.example -> NOERROR, A: []",
        "  AAAA shop.example @a.ns.example -> NOERROR, AAAA: []",
        "  A and AAAA www.shop.example -> 203.0.113.5",
        "  fix[script, none]: Let shop.example lead where www.shop.example leads, if visitors may leave out www.",
    ]


@pytest.mark.parametrize("owner", [WWW, f"*.{DOMAIN}"])
def test_the_script_creates_the_same_alias_and_replaces_nothing(owner: str) -> None:
    script = script_of(check, seen(*EMPTY, sets=(record_set(owner, alias=balancer().dns_name),)), impact="none")
    assert script.startswith("aws route53 change-resource-record-sets --hosted-zone-id Z1 ")
    (change,) = json.loads(script.partition("--change-batch '")[2].rstrip("'\n"))["Changes"]
    assert (change["Action"], change["ResourceRecordSet"]["Name"]) == ("CREATE", f"{DOMAIN}.")
    assert change["ResourceRecordSet"]["AliasTarget"]["DNSName"] == balancer().dns_name


def test_what_cannot_be_copied_to_the_top_of_a_zone_is_told_by_hand() -> None:
    cname = record_set(WWW, "CNAME", balancer().dns_name)
    routed = record_set(WWW, alias=balancer().dns_name, SetIdentifier="a", Weight=1)
    for sets in ((cname,), (routed,), ()):
        assert script_of(check, seen(*EMPTY, sets=sets), impact="none") == ""
    unread = seen(*EMPTY, hosted_zones=denied("route53:ListHostedZonesByName"))
    assert script_of(check, unread, impact="none") == ""


def test_a_domain_that_leads_somewhere_passes() -> None:
    aliased = replace(answer("other.example", type_="CNAME"), type="A")
    for first in (answer("203.0.113.9"), aliased):
        assert result_of(check, seen(first, EMPTY[1])) is Result.PASSED
    over_6 = answer("2001:db8::5", type_="AAAA")
    assert result_of(check, seen(EMPTY[0], over_6)) is Result.PASSED


def test_only_what_was_seen_is_told() -> None:
    refused = answer(rcode="REFUSED", authoritative=False)
    for answers in ((), EMPTY[:1], (refused, EMPTY[1])):
        assert result_of(check, seen(*answers)) is Result.EMPTY
    assert result_of(check, seen(served_records=denied("DNS"))) is Result.EMPTY


def test_other_names_need_no_www() -> None:
    for host in (DOMAIN, f"api.{DOMAIN}", f"www.dev.{DOMAIN}"):
        assert result_of(check, seen(*EMPTY, host=host)) is Result.EMPTY
    assert result_of(check, seen(*EMPTY, host_answers=host_answers(host=WWW, rcode="NXDOMAIN"))) is Result.EMPTY
