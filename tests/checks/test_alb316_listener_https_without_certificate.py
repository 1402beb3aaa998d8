"""ALB316 over facts: an HTTPS listener without a certificate."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb316_listener_https_without_certificate import (
    listener_https_without_certificate as check,
)
from albdoctor_checks.certificate.alb214_acm_issued_but_not_attached import acm_issued_but_not_attached
from tests.support.build import LISTENER_443_ARN, balancer, facts, listener
from tests.support.build_dns import CERTIFICATE_ARN, certificate, on_listener
from tests.support.build_tls import shown
from tests.support.build_web import NODE, web
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeListenerCertificates")


def seen(**groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(80), listener()),
        "listeners_certificates": (on_listener(),),
        "certificates": (certificate(),),
    }
    return facts(**(base | groups))


def test_a_listener_without_a_certificate_is_found() -> None:
    assert told(check, seen()) == [
        f"error confirmed listener/{LISTENER_443_ARN}: The HTTPS listener on port 443 has no certificate",
        "  elasticloadbalancing DescribeListenerCertificates HTTPS:443 -> Certificates: []",
        "  fix[script, none]: Make the issued certificate for shop.example the default one of the HTTPS:443 listener.",
    ]
    assert script_of(check, seen(), impact="none") == (
        f"aws elbv2 modify-listener --region ap-northeast-2 --listener-arn {LISTENER_443_ARN}"
        f" --certificates CertificateArn={CERTIFICATE_ARN}\n"
    )
    assert result_of(acm_issued_but_not_attached, seen()) is Result.EMPTY


@pytest.mark.parametrize(
    "certificates",
    [
        (),
        (certificate("other.example"),),
        (certificate(status="PENDING_VALIDATION"),),
        (certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1")),),
        Unknown(gap=Gap.DENIED, asked="acm:ListCertificates"),
    ],
)
def test_without_an_issued_one_it_is_by_hand(certificates: Any) -> None:
    words = by_hand_of(check, seen(certificates=certificates), impact="none")
    assert words.startswith("No issued certificate for shop.example was seen in ap-northeast-2.")


def test_one_certificate_is_enough() -> None:
    assert result_of(check, seen(listeners_certificates=(on_listener("arn:aws:iam::1:server-certificate/x"),))) is (
        Result.PASSED
    )


def test_a_handshake_that_was_seen_refutes_it_on_443_alone() -> None:
    served = web(shown(address=NODE))
    assert result_of(check, seen(**served)) is Result.PASSED
    other = listener(Port=8443)
    assert result_of(check, seen(listeners=(other,), **served)) is Result.FOUND


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=(listener(80),), listeners_certificates=())) is Result.EMPTY
    assert result_of(check, seen(listeners_certificates=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(listeners_certificates=())) is Result.SKIPPED
