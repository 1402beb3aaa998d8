"""ALB222 and ALB230 over facts: plain HTTP on port 443, and handshakes that fail."""

from __future__ import annotations

import pytest

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.wire import AddressProbe
from albdoctor.text import Text
from albdoctor_checks.certificate.alb222_tls_not_tls import tls_not_tls
from albdoctor_checks.certificate.alb230_tls_handshake_fails import tls_handshake_fails
from albdoctor_checks.certificate.handshake_reasons import CUT, MUTUAL, NO_NAME, OTHER_PROTOCOL, VERSIONS
from tests.support.build import facts
from tests.support.build_dns import denied, host_answers
from tests.support.build_tls import BAD, GOOD, PLAIN, failing, plain, shown, tls
from tests.support.table import result_of, told

NGINX = "<center>The plain HTTP request was sent to HTTPS port</center>"


def test_plain_http_on_443_is_told() -> None:
    assert told(tls_not_tls, facts(**tls(shown(), PLAIN))) == [
        "error confirmed domain/shop.example: Port 443 speaks plain HTTP instead of TLS at 1 of 2 addresses of"
        " shop.example: 203.0.113.6",
        "  TLS 203.0.113.6:443 SNI shop.example -> WRONG_VERSION_NUMBER",
        "  GET http://shop.example:443/ at 203.0.113.6 -> 200",
        "  fix[by hand, none]: Let port 443 of 203.0.113.6 speak TLS, with a certificate for shop.example.",
    ]


@pytest.mark.parametrize(
    "probe",
    [
        failing("UNEXPECTED_EOF_WHILE_READING", plain=plain(status=400, body=NGINX)),
        failing("TLSV1_ALERT_INTERNAL_ERROR", plain=plain(status=400, body="Bad Request")),
        failing("reset"),
    ],
    ids=["a complaint about plain HTTP", "an alert is TLS", "no answer to plain HTTP"],
)
def test_a_tls_port_that_refuses_is_a_failed_handshake(probe: AddressProbe) -> None:
    snapshot = facts(**tls(probe))
    assert result_of(tls_not_tls, snapshot) is Result.EMPTY
    assert result_of(tls_handshake_fails, snapshot) is Result.FOUND


def test_a_bad_request_alone_proves_no_tls() -> None:
    snapshot = facts(**tls(failing("WRONG_VERSION_NUMBER", plain=plain(status=400, body="Bad Request"))))
    assert result_of(tls_not_tls, snapshot) is Result.FOUND
    assert result_of(tls_handshake_fails, snapshot) is Result.EMPTY


def test_a_failed_handshake_is_told_with_openssl_s_reason() -> None:
    both = tls(failing("TLSV1_ALERT_PROTOCOL_VERSION", GOOD), failing("TLSV1_ALERT_PROTOCOL_VERSION"))
    assert told(tls_handshake_fails, facts(**both)) == [
        "error confirmed domain/shop.example: The TLS handshake for shop.example fails (TLSV1_ALERT_PROTOCOL_VERSION)"
        " at 2 of 2 addresses: 203.0.113.5, 203.0.113.6",
        "  TLS 203.0.113.5:443 SNI shop.example -> TLSV1_ALERT_PROTOCOL_VERSION",
        "  TLS 203.0.113.6:443 SNI shop.example -> TLSV1_ALERT_PROTOCOL_VERSION",
        "  fix[by hand, none]: Let whoever ends TLS at 203.0.113.5, 203.0.113.6 complete the handshake for"
        " shop.example: the reason says what stands in its way.",
    ]


def test_a_refusal_after_the_handshake_is_one_too() -> None:
    """In TLS 1.3 the alert about the missing client certificate comes when the request is sent."""
    late = tls(shown(failure="tls: TLSV13_ALERT_CERTIFICATE_REQUIRED"))
    (finding,) = run_one(facts(**late), tls_handshake_fails).findings
    assert finding.values["reason"] == "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    assert finding.alternatives == (MUTUAL,)


@pytest.mark.parametrize(
    ("reason", "likeliest"),
    [
        ("TLSV1_ALERT_PROTOCOL_VERSION", VERSIONS),
        ("UNSUPPORTED_PROTOCOL", VERSIONS),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", VERSIONS),
        ("DH_KEY_TOO_SMALL", VERSIONS),
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", MUTUAL),
        ("SSLV3_ALERT_BAD_CERTIFICATE", MUTUAL),
        ("TLSV1_UNRECOGNIZED_NAME", NO_NAME),
        ("TLSV1_ALERT_INTERNAL_ERROR", NO_NAME),
        ("UNEXPECTED_EOF_WHILE_READING", CUT),
        ("reset", CUT),
        ("timeout", CUT),
        ("WRONG_VERSION_NUMBER", OTHER_PROTOCOL),
        ("SOMETHING_NEW", VERSIONS),
    ],
)
def test_the_reason_tells_what_it_can_be(reason: str, likeliest: Text) -> None:
    (finding,) = run_one(facts(**tls(failing(reason))), tls_handshake_fails).findings
    assert finding.alternatives[0] == likeliest
    assert finding.decide == f"openssl s_client -servername shop.example -connect {BAD}:443 </dev/null"


def test_where_it_ends_well_without_a_name_it_is_the_name() -> None:
    (finding,) = run_one(facts(**tls(failing("reset", without_sni=True))), tls_handshake_fails).findings
    assert finding.alternatives == (NO_NAME,)
    assert [seen.saw.en for seen in finding.evidence] == [
        "reset",
        "without a server name (SNI) the handshake completes",
    ]


@pytest.mark.parametrize("check", [tls_not_tls, tls_handshake_fails])
def test_what_is_no_fault_of_the_name_s_addresses_is_silent(check: Check) -> None:
    assert result_of(check, facts(**tls(shown()))) is Result.PASSED
    others = tls(shown(), failing("reset"), addresses=(GOOD,))
    assert result_of(check, facts(**others)) is Result.PASSED
    assert result_of(check, facts(**tls())) is Result.EMPTY
    unseen = facts(host_answers=host_answers(GOOD), probes=denied("x:Y"))
    assert result_of(check, unseen) is Result.SKIPPED
