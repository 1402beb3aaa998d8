"""ALB144 over facts: what the zone's servers answer for its own name."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.dns import Delegation, Record, ServedRecords
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb144_zone_cname_at_apex import zone_cname_at_apex as check
from tests.support.build import facts
from tests.support.build_dns import answer, delegation, denied, host_answers
from tests.support.table import result_of, told

OTHER = ("ns1.other.example", "ns2.other.example")
TARGET = "web-1.ap-northeast-2.elb.amazonaws.com"
ALIAS = Record(name="shop.example", type="CNAME", ttl=300, data=TARGET)


def answering(*records: Record, **fields: Any) -> Delegation:
    """The first server answers the question for the zone's SOA with these records."""
    walked = delegation(*OTHER)
    first, *others = walked.cuts[-1].child_answers
    changed = replace(first, records=records, **fields)
    return replace(walked, cuts=(walked.cuts[0], replace(walked.cuts[-1], child_answers=(changed, *others))))


def seen(walked: Delegation) -> Facts:
    return facts(delegation=walked, hosted_zones=denied("route53:ListHostedZonesByName"))


def test_a_cname_in_the_place_of_the_soa_is_told() -> None:
    assert told(check, seen(answering(ALIAS))) == [
        f"error confirmed domain/shop.example: shop.example is a CNAME to {TARGET}, and also the name of a zone, where"
        " no CNAME is allowed",
        f"  SOA shop.example @ns1.other.example -> CNAME {TARGET}",
        "  fix[by hand, none]: Replace the CNAME of shop.example by an alias: ALIAS, ANAME or CNAME flattening at its"
        " DNS provider, or a Route 53 alias.",
    ]


def test_a_target_that_does_not_exist_is_a_cname_all_the_same() -> None:
    assert result_of(check, seen(answering(ALIAS, rcode="NXDOMAIN"))) is Result.FOUND


def test_a_server_that_answers_for_the_soa_and_hides_the_rest_is_found_by_the_address() -> None:
    host = answer(TARGET, type_="CNAME", server="ns1.other.example")
    apex = host_answers()
    groups: tuple[dict[str, Any], ...] = (
        {"host_answers": replace(apex, a=(replace(host, type="A"),))},
        {"host": "www.shop.example", "served_records": ServedRecords(domain="shop.example", answers=(host,))},
    )
    for group in groups:
        assert told(check, facts(delegation=answering(), **group))[1].endswith(f" -> CNAME {TARGET}")
    www = replace(host, question="www.shop.example", records=(replace(ALIAS, name="www.shop.example"),))
    below: dict[str, Any] = {"host_answers": host_answers(host="www.shop.example")}
    below["host_answers"] = replace(below["host_answers"], cname=(www,))
    assert result_of(check, facts(host="www.shop.example", delegation=answering(), **below)) is Result.PASSED


def test_what_looks_like_it_and_is_not_passes() -> None:
    below = replace(ALIAS, name="www.shop.example")
    renamed = Record(name="shop.example", type="DNAME", ttl=300, data="other.example")
    soa = Record(name="shop.example", type="SOA", ttl=900, data="ns1.other.example x 1 7200 900 1209600 86400")
    for records in ((soa,), (below,), (renamed, soa), ()):
        assert result_of(check, seen(answering(*records))) is Result.PASSED


def test_a_server_without_authority_says_nothing_about_the_zone() -> None:
    parked = delegation(*OTHER, children="REFUSED")
    first = replace(parked.cuts[-1].child_answers[0], rcode="NOERROR", records=(ALIAS,))
    walked = replace(parked, cuts=(parked.cuts[0], replace(parked.cuts[-1], child_answers=(first,))))
    assert result_of(check, seen(walked)) is Result.EMPTY


def test_a_zone_below_the_domain_is_judged_too() -> None:
    walked = delegation(*OTHER)
    dev = "dev.shop.example"
    cut = replace(delegation(*OTHER, domain=dev).cuts[-1], parent_zone="shop.example")
    first, *others = cut.child_answers
    aliased = replace(cut, child_answers=(replace(first, records=(replace(ALIAS, name=dev),)), *others))
    both = facts(host=dev, delegation=replace(walked, cuts=(*walked.cuts, aliased)))
    assert told(check, both)[0].startswith("error confirmed domain/dev.shop.example: ")


def test_not_known() -> None:
    assert result_of(check, facts(delegation=denied("DNS"))) is Result.SKIPPED
    assert result_of(check, seen(delegation(*OTHER, children=None))) is Result.EMPTY
