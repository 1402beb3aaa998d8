"""What is asked where an ACM validation record is not there: each clue only where it can tell something."""

from __future__ import annotations

import pytest

from albdoctor.facts.dns import ValidationAnswer
from tests.support.dns_run import known, with_dns
from tests.support.dns_server import zone
from tests.support.dns_tree import AWS, GABIA, GABIA_NAME, SHOP, tree

EXPECTED = "_y9.acm-validations.aws"


def _asked(more: str, name: str = "_x9.shop.example") -> tuple[ValidationAnswer, set[tuple[str, str]]]:
    """The answer for a name, and what the domain's servers were asked for it."""
    servers = tree(shop=SHOP + more)
    (found,) = known(with_dns(servers, lambda dns: dns.validation_answers(((f"{name}.", f"{EXPECTED}."),))))
    return found, {(one[0], one[1]) for address in AWS for one in servers[address].asked}


def test_of_a_record_that_is_there_nothing_more_is_asked() -> None:
    found, asked = _asked(f"_x9 CNAME {EXPECTED}.\n")
    assert (found.doubled, found.others, found.wildcard, found.chain) == ((), (), (), ())
    assert {type_ for name, type_ in asked if "_x9" in name} == {"CNAME"}


def test_a_name_that_does_not_exist_is_looked_for_with_its_zone_once_more() -> None:
    found, asked = _asked(f"_x9.shop.example CNAME {EXPECTED}.\n")
    assert {(one.question, *one.data("CNAME")) for one in found.doubled} == {
        ("_x9.shop.example.shop.example", EXPECTED)
    }
    assert (found.others, found.wildcard, found.chain) == ((), (), ())
    assert ("_x9.shop.example", "TXT") not in asked


def test_of_a_name_with_other_data_its_data_are_asked_and_the_wildcards() -> None:
    found, _ = _asked('_x9 TXT "_y9.acm-validations.aws"\n* A 203.0.113.7\n')
    assert {data for one in found.others for data in one.data("TXT")} == {'"_y9.acm-validations.aws"'}
    assert {(one.type, *one.data("A")) for one in found.wildcard if one.records} == {("A", "203.0.113.7")}


def test_another_target_is_followed_to_its_end_out_of_the_zone() -> None:
    servers = tree(shop=SHOP + f"_x9 CNAME proof.{GABIA_NAME.removeprefix('ns.')}.\n")
    inside = f"@ NS {GABIA_NAME}.\nns A {GABIA}\nproof CNAME {EXPECTED}."
    servers[GABIA].zones = (zone("gabia.co.kr.", inside),)
    wanted = (("_x9.shop.example.", f"{EXPECTED}."),)
    (found,) = known(with_dns(servers, lambda dns: dns.validation_answers(wanted)))
    # Beyond lies AWS's own name, of which this tree knows nothing: there the proof is complete.
    assert found.chain == ("proof.gabia.co.kr", EXPECTED)
    assert found.chain_error == ""
    assert {one.rcode for one in found.wildcard} == {"NXDOMAIN"}


@pytest.mark.parametrize("mode", ["drop", "SERVFAIL"])
def test_of_servers_that_do_not_answer_nothing_more_is_asked(mode: str) -> None:
    servers = tree()
    for address in AWS:
        servers[address].mode = mode
    wanted = (("_x9.shop.example.", f"{EXPECTED}."),)
    (found,) = known(with_dns(servers, lambda dns: dns.validation_answers(wanted)))
    assert (found.doubled, found.others, found.wildcard, found.chain) == ((), (), (), ())
    assert not any("shop.example.shop.example" in one[0] for address in AWS for one in servers[address].asked)
