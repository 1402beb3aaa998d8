"""ALB227 and ALB228 over facts: somebody else answers, and addresses that differ."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.wire import AddressProbe
from albdoctor_checks.certificate.alb227_tls_not_our_certificate import NOT_FOR_IT, tls_not_our_certificate
from albdoctor_checks.certificate.alb228_tls_nodes_differ import tls_nodes_differ
from tests.support.build import facts, listener
from tests.support.build_dns import CERTIFICATE_ARN, DOMAIN, certificate, denied, host_answers, on_listener
from tests.support.build_tls import (
    BAD,
    CUT,
    EXPIRED,
    GOOD,
    PLAIN,
    REFUSED,
    SELF_SIGNED,
    STRANGER,
    failing,
    served,
    shown,
    tls,
)
from tests.support.table import result_of, told

OURS: dict[str, Any] = {
    "listeners": (listener(),),
    "listeners_certificates": (on_listener(CERTIFICATE_ARN),),
    "certificates": (certificate(),),
}
IAM = "arn:aws:iam::123456789012:server-certificate/old"


def test_a_certificate_that_the_listener_does_not_hold_is_told() -> None:
    assert told(tls_not_our_certificate, facts(**OURS, **tls(shown(), STRANGER))) == [
        "error confirmed domain/shop.example: The certificate served for shop.example at 1 of 2 addresses"
        " (203.0.113.6) is none of the load balancer's: it is for old.test",
        "  TLS 203.0.113.6:443 SNI shop.example -> Hostname mismatch, certificate is not valid for 'shop.example'."
        " (OpenSSL 62): old.test",
        "  elasticloadbalancing DescribeListenerCertificates -> shop.example",
        "  fix[by hand, none]: Find out who answers at 203.0.113.6, and lead shop.example to the load balancer,"
        " or give that server a certificate for it.",
    ]


@pytest.mark.parametrize("unread", [{}, OURS | {"listeners_certificates": (on_listener(CERTIFICATE_ARN, IAM),)}])
def test_without_all_of_the_listener_s_certificates_it_is_likely(unread: dict[str, Any]) -> None:
    (finding,) = run_one(facts(**unread, **tls(STRANGER)), tls_not_our_certificate).findings
    assert finding.certainty == "likely"
    assert finding.values["whose"] == NOT_FOR_IT
    own = shown(served("other.test", own=True), code=18)
    assert result_of(tls_not_our_certificate, facts(**unread, **tls(own))) is Result.PASSED


def test_a_strangers_self_signed_certificate_is_a_stranger_s_too() -> None:
    own = shown(served("router.test", own=True), code=18)
    assert result_of(tls_not_our_certificate, facts(**OURS, **tls(own))) is Result.FOUND


@pytest.mark.parametrize("probe", [EXPIRED, CUT, SELF_SIGNED, shown(code=62), REFUSED, shown(served("cdn.test"))])
def test_the_listener_s_own_and_what_verifies_is_nobody_else_s(probe: AddressProbe) -> None:
    assert result_of(tls_not_our_certificate, facts(**OURS, **tls(shown(), probe))) is Result.PASSED


def test_a_cdn_s_certificate_counts_only_where_it_is_for_other_names() -> None:
    chain = msgspec.structs.replace(host_answers(BAD), chain=("d1.cloudfront.net",))
    cdn: dict[str, Any] = OURS | {"leads": (), "load_balancers": (), "host_answers": chain}
    named = facts(**(cdn | {"probes": tls(STRANGER)["probes"]}))
    (finding,) = run_one(named, tls_not_our_certificate).findings
    assert (finding.certainty, finding.values["whose"]) == ("confirmed", NOT_FOR_IT)
    other = tls(shown(served("x.test", own=True), code=18))["probes"]
    assert result_of(tls_not_our_certificate, facts(**(cdn | {"probes": other}))) is Result.PASSED


def test_addresses_that_differ_are_told() -> None:
    assert told(tls_nodes_differ, facts(**tls(shown(), STRANGER, failing("reset", "203.0.113.7")))) == [
        "error confirmed domain/shop.example: The addresses of shop.example differ in TLS: 2 of 3 turn visitors away,"
        " 203.0.113.6, 203.0.113.7",
        f"  TLS 203.0.113.5:443 SNI shop.example -> shop.example (SHA-256 {'0' * 16})",
        f"  TLS 203.0.113.6:443 SNI shop.example -> old.test (SHA-256 {'0' * 16}): Hostname mismatch, certificate is"
        " not valid for 'shop.example'. (OpenSSL 62)",
        "  TLS 203.0.113.7:443 SNI shop.example -> the TLS handshake fails (reset)",
        "  fix[by hand, none]: Let 203.0.113.6, 203.0.113.7 serve what the other addresses of shop.example serve,"
        " or take them out of DNS.",
    ]


@pytest.mark.parametrize("probe", [EXPIRED, CUT, SELF_SIGNED, STRANGER, PLAIN, REFUSED])
def test_each_way_to_differ_counts(probe: AddressProbe) -> None:
    assert result_of(tls_nodes_differ, facts(**tls(shown(), probe))) is Result.FOUND
    assert result_of(tls_nodes_differ, facts(**tls(probe))) is Result.EMPTY


def test_what_all_visitors_take_is_no_difference() -> None:
    another = shown(served(DOMAIN, f"www.{DOMAIN}"), address=BAD)
    assert result_of(tls_nodes_differ, facts(**tls(shown(), another))) is Result.PASSED
    unseen = tls(shown(), addresses=(GOOD, BAD))
    assert result_of(tls_nodes_differ, facts(**unseen)) is Result.PASSED
    others = tls(shown(), STRANGER, addresses=(GOOD,))
    assert result_of(tls_nodes_differ, facts(**others)) is Result.PASSED


@pytest.mark.parametrize("check", [tls_not_our_certificate, tls_nodes_differ])
def test_without_probes_nothing_is_said(check: Check) -> None:
    assert result_of(check, facts(host_answers=host_answers(GOOD), probes=denied("x:Y"))) is Result.SKIPPED
    assert result_of(check, facts(**tls())) is Result.EMPTY
