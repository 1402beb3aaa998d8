"""Certificates: which cover a host, which a listener serves for it, and where ACM's CNAMEs are."""

from __future__ import annotations

import pytest

from albdoctor.derive.certificate.coverage import attached, covering, issued, pending, served_for, unread
from albdoctor.derive.certificate.validation import sought, waiting
from albdoctor.facts.acm import Certificate
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.route53 import HostedZones
from tests.support.build_dns import certificate, denied, on_listener, record_set, records, validation_answer, zone

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


def test_a_record_is_sought_in_public_and_in_the_account() -> None:
    one = certificate(status="PENDING_VALIDATION")
    cname = records(record_set("_abc.shop.example", "CNAME", "_def.acm-validations.aws."))
    zones: Known[HostedZones] = Known((zone(),))
    (nowhere,) = sought(one, (validation_answer(),), zones, Known((records(),)))
    assert nowhere.public is False
    assert nowhere.held == ()
    assert nowhere.nowhere
    (hidden,) = sought(one, (validation_answer(),), zones, Known((cname,)))
    assert hidden.held == (zone(),)
    assert not hidden.nowhere
    (public,) = sought(one, (validation_answer("_def.acm-validations.aws"),), zones, Known((cname,)))
    assert public.public is True


def test_unknown_is_not_absent() -> None:
    one = certificate(status="PENDING_VALIDATION")
    (silent,) = sought(one, (validation_answer(rcode=None),), Known(()), Known(()))
    assert silent.public == Unknown(gap=Gap.UNREACHABLE, asked="DNS CNAME _abc.shop.example")
    (unasked,) = sought(one, (), Known(()), Known(()))
    assert unasked.public == Unknown(gap=Gap.NOT_ASKED, asked="DNS CNAME _abc.shop.example")
    unread_sets = denied("route53:ListResourceRecordSets")
    (blind,) = sought(one, (validation_answer(),), Known((zone(),)), unread_sets)
    assert blind.held == unread_sets
    assert blind.nowhere
