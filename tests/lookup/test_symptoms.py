"""Pages of symptoms: all codes and reasons that there are, each found by every way to write it; causes that exist."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import Session

from albdoctor.checkup import registry
from albdoctor.lookup.answer import Lookup
from albdoctor.lookup.symptom import Symptom
from albdoctor.lookup.symptoms import SYMPTOMS, symptom_of

CHECKS = registry.load()
LOOKUP = Lookup(CHECKS)
SLUGS = {check.slug for check in CHECKS}
NAMES = {symptom.name for symptom in SYMPTOMS}
CODES = """
    200 301 302 400 401 403 404 405 408 413 414 421 431 460
    463 464 500 501 502 503 504 505 507 561 562
"""
by_symptom = pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda symptom: symptom.name)


def test_every_code_has_a_page() -> None:
    assert [code for code in CODES.split() if code not in NAMES] == []


def test_every_health_reason_of_the_api_has_a_page() -> None:
    shape: Any = Session().get_service_model("elbv2").shape_for("TargetHealthReasonEnum")
    reasons = tuple(str(reason) for reason in shape.enum)
    assert len(reasons) > 10
    assert [reason for reason in reasons if reason not in NAMES] == []


@by_symptom
def test_causes_are_checks_and_each_is_named_once(symptom: Symptom) -> None:
    assert [slug for slug in symptom.causes if slug not in SLUGS] == []
    assert len(set(symptom.causes)) == len(symptom.causes)


@by_symptom
def test_a_page_tells_a_cause_and_its_sources(symptom: Symptom) -> None:
    assert symptom.causes or symptom.beyond or len(symptom.sender) > 1 or symptom.name.partition(".")[2]
    assert all(ref.startswith("https://") for ref in symptom.refs)
    assert symptom.refs
    for text in (symptom.title, *symptom.sender, *symptom.beyond):
        assert text.en.strip()
        assert text.ko.strip()


@by_symptom
def test_every_way_to_write_it_finds_it(symptom: Symptom) -> None:
    for name in (symptom.name, *symptom.also):
        assert LOOKUP.answer(name).symptom is symptom, name
        assert LOOKUP.answer(f"  {name.upper()} ").symptom is symptom, name


def test_no_two_are_written_alike() -> None:
    ways = [name for symptom in SYMPTOMS for name in (symptom.name, *symptom.also)]
    assert len(ways) == len(set(ways))


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("curl: (28)", "ERR_CONNECTION_TIMED_OUT"),
        ("NET::ERR_CERT_COMMON_NAME_INVALID", "ERR_CERT_COMMON_NAME_INVALID"),
        ("err_too_many_redirects", "ERR_TOO_MANY_REDIRECTS"),
        ("504 에러가 나요", "504"),
        ("target.timeout", "Target.Timeout"),
        ("배드 게이트웨이", "502"),
    ],
)
def test_a_symptom_as_people_type_it(asked: str, name: str) -> None:
    found = symptom_of(asked)
    assert found
    assert found.name == name


def test_a_symptom_among_other_words_is_pointed_to() -> None:
    found = LOOKUP.answer("nginx 502 after deploy")
    assert found.hits
    assert [symptom.name for symptom in found.seen] == ["502"]
