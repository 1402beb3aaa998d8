"""Certificates: which cover a host, which a listener serves for it, and where ACM's CNAMEs are."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from albdoctor.derive.certificate.coverage import attached, covering, issued, pending, served_for, unread
from albdoctor.derive.certificate.validation import State, sought, waiting
from albdoctor.facts.acm import Certificate
from albdoctor.facts.dns import Answer, ValidationAnswer
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.route53 import HostedZone, HostedZones
from tests.support.build_dns import (
    answer,
    certificate,
    denied,
    on_listener,
    record_set,
    records,
    validation_answer,
    zone,
)

APEX = certificate("shop.example", arn="arn:aws:acm:ap-northeast-2:1:certificate/apex")
WILD = certificate("*.shop.example", arn="arn:aws:acm:ap-northeast-2:1:certificate/wild")
WWW = certificate("www.shop.example", arn="arn:aws:acm:us-east-1:1:certificate/www", status="PENDING_VALIDATION")
OTHER = certificate("other.example", arn="arn:aws:acm:ap-northeast-2:1:certificate/other")
ALL = (APEX, WILD, WWW, OTHER)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("shop.example", (APEX,)),
        ("www.shop.example", (WILD, WWW)),
        ("a.b.shop.example", ()),
    ],
)
def test_covering_means_one_label_for_a_wildcard(host: str, expected: tuple[Certificate, ...]) -> None:
    assert covering(ALL, host) == expected


def test_state_and_region_choose() -> None:
    assert issued(ALL) == (APEX, WILD, OTHER)
    assert issued(ALL, "us-east-1") == ()
    assert pending(ALL) == pending(ALL, "us-east-1") == (WWW,)


@pytest.mark.parametrize(
    ("host", "on_it", "served"),
    [
        ("shop.example", (OTHER, APEX), (APEX,)),
        ("www.shop.example", (OTHER, WILD, WWW), (WWW, WILD)),
        ("www.shop.example", (WILD,), (WILD,)),
        ("nobody.test", (OTHER, APEX), (OTHER,)),
        ("shop.example", (), ()),
    ],
)
def test_sni_picks_a_fitting_one_or_else_the_default(
    host: str, on_it: tuple[Certificate, ...], served: tuple[Certificate, ...]
) -> None:
    entry = on_listener(*(one.certificate_arn for one in on_it))
    assert served_for(host, entry, ALL) == tuple(one.certificate_arn for one in served)


def test_certificates_that_acm_does_not_know_are_listed() -> None:
    entry = on_listener("arn:aws:iam::1:server-certificate/old", APEX.certificate_arn)
    assert unread(entry, ALL) == ("arn:aws:iam::1:server-certificate/old",)
    assert attached((entry,)) == {"arn:aws:iam::1:server-certificate/old", APEX.certificate_arn}


def test_an_apex_and_its_wildcard_wait_for_one_record() -> None:
    both = certificate("shop.example", "*.shop.example", status="PENDING_VALIDATION")
    assert [record.name for record in waiting(both)] == ["_abc.shop.example."]
    assert waiting(APEX) == ()


WAITING = waiting(certificate(status="PENDING_VALIDATION"))
VALUE, NAME = "_def.acm-validations.aws", "_abc.shop.example"


def test_a_record_is_sought_in_public_and_in_the_account() -> None:
    cname = records(record_set(NAME, "CNAME", f"{VALUE}."))
    zones: Known[HostedZones] = Known((zone(),))
    (nowhere,) = sought(WAITING, (validation_answer(),), zones, Known((records(),)))
    assert nowhere.state is State.ABSENT
    assert nowhere.held == ()
    assert nowhere.nowhere
    (hidden,) = sought(WAITING, (validation_answer(),), zones, Known((cname,)))
    assert hidden.held == (zone(),)
    assert not hidden.nowhere
    (public,) = sought(WAITING, (validation_answer(VALUE),), zones, Known((cname,)))
    assert public.state is State.RIGHT


def _answer(*data: str, name: str = NAME, type_: str = "CNAME", rcode: str = "NOERROR") -> tuple[Answer, ...]:
    return (answer(*data, question=name, type_=type_, rcode=rcode),)


def _state(given: ValidationAnswer, *held: HostedZone) -> State | Unknown:
    sets = tuple(records(record_set(NAME, "CNAME", f"{VALUE}."), zone_id=one.id, name=one.name) for one in held)
    (one,) = sought(WAITING, (given,), Known(held), Known(sets))
    return one.state


TWICE = f"{NAME}.shop.example"
BESIDE = "*.shop.example"
STATES: dict[str, tuple[ValidationAnswer, State]] = {
    "right": (validation_answer(VALUE), State.RIGHT),
    "right without its underscore": (validation_answer(VALUE[1:]), State.RIGHT),
    "right at the end of a chain": (
        replace(validation_answer("proof.other.example"), chain=("proof.other.example", VALUE)),
        State.RIGHT,
    ),
    "right at one of two servers": (
        replace(validation_answer(), answers=(*_answer(VALUE), *_answer(rcode="NXDOMAIN"))),
        State.RIGHT,
    ),
    "the domain behind the value": (validation_answer(f"{VALUE}.shop.example"), State.SUFFIXED),
    "another domain behind the value": (validation_answer(f"{VALUE}.other.example"), State.DIFFERENT),
    "an older value": (validation_answer("_old.acm-validations.aws"), State.DIFFERENT),
    "a wildcard's value": (
        replace(validation_answer("web.cdn.example"), wildcard=_answer("web.cdn.example", name=BESIDE)),
        State.WILDCARD,
    ),
    "another value than the wildcard's": (
        replace(validation_answer("_old.acm-validations.aws"), wildcard=_answer("web.cdn.example", name=BESIDE)),
        State.DIFFERENT,
    ),
    "the name twice": (replace(validation_answer(), doubled=_answer(VALUE, name=TWICE)), State.DOUBLED),
    "the name twice, and the value": (
        replace(validation_answer(), doubled=_answer(f"{VALUE}.shop.example", name=TWICE)),
        State.DOUBLED,
    ),
    "the name twice, by a wildcard": (
        replace(validation_answer(), doubled=_answer("web.cdn.example", name=TWICE)),
        State.ABSENT,
    ),
    "a proxied record": (
        replace(validation_answer(rcode="NOERROR"), others=_answer("104.16.0.1", type_="A")),
        State.OTHER_DATA,
    ),
    "a text": (
        replace(validation_answer(rcode="NOERROR"), others=_answer(f'"{VALUE}"', type_="TXT")),
        State.OTHER_DATA,
    ),
    "a wildcard's address": (
        replace(
            validation_answer(rcode="NOERROR"),
            others=_answer("203.0.113.7", type_="A"),
            wildcard=_answer("203.0.113.7", type_="A", name=BESIDE),
        ),
        State.ABSENT,
    ),
    "nothing": (validation_answer(), State.ABSENT),
}


@pytest.mark.parametrize("case", STATES)
def test_what_stands_in_the_place_of_a_record_is_told_apart(case: str) -> None:
    given, state = STATES[case]
    assert _state(given) is state


def test_a_record_above_the_zone_of_its_name_is_hidden_by_the_cut() -> None:
    below = replace(validation_answer(), zone="api.shop.example")
    assert _state(below, zone()) is State.CUT
    assert _state(below, zone(), zone("Z2", "api.shop.example")) is State.ABSENT
    assert _state(validation_answer(), zone()) is State.ABSENT


def test_a_chain_that_could_not_be_followed_is_unknown() -> None:
    broken = replace(validation_answer("proof.other.example"), chain=("proof.other.example",), chain_error="timeout")
    assert _state(broken) == Unknown(gap=Gap.UNREACHABLE, asked="DNS CNAME proof.other.example", detail="timeout")


def test_unknown_is_not_absent() -> None:
    (silent,) = sought(WAITING, (validation_answer(rcode=None),), Known(()), Known(()))
    assert silent.state == Unknown(gap=Gap.UNREACHABLE, asked="DNS CNAME _abc.shop.example")
    (unasked,) = sought(WAITING, (), Known(()), Known(()))
    assert unasked.state == Unknown(gap=Gap.NOT_ASKED, asked="DNS CNAME _abc.shop.example")
    unread_sets = denied("route53:ListResourceRecordSets")
    (blind,) = sought(WAITING, (validation_answer(),), Known((zone(),)), unread_sets)
    assert blind.held == unread_sets
    assert blind.nowhere
