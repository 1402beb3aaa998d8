"""ALB214, 215, 223 over facts: a certificate that is not on the listener, that ends, and the default one served."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.text import fill_script
from albdoctor_checks.certificate.alb214_acm_issued_but_not_attached import acm_issued_but_not_attached
from albdoctor_checks.certificate.alb215_acm_expired_or_expiring import acm_expired_or_expiring
from albdoctor_checks.certificate.alb223_tls_default_certificate import tls_default_certificate
from tests.support.build import LISTENER_443_ARN, NOW, facts, listener
from tests.support.build_dns import CERTIFICATE_ARN, but, certificate, denied, on_listener, probe, probes
from tests.support.table import result_of, told

OTHER_ARN = f"{CERTIFICATE_ARN}-other"
OTHER = certificate("other.example", arn=OTHER_ARN)
BASE: dict[str, Any] = {
    "certificates": (certificate(), OTHER),
    "listeners": (listener(443), listener(80)),
    "listeners_certificates": (on_listener(OTHER_ARN),),
}
SERVED: dict[str, Any] = {
    "probes": probes(probe(names=("other.example",), verified=False)),
    "certificates": (OTHER,),
    "listeners_certificates": (on_listener(OTHER_ARN),),
}


def ending(days: int) -> dict[str, Any]:
    when = (NOW + timedelta(days=days)).isoformat()
    return {"certificates": (certificate(NotAfter=when),), "listeners_certificates": (on_listener(CERTIFICATE_ARN),)}


def test_an_issued_certificate_that_is_not_on_the_listener_is_found() -> None:
    assert told(acm_issued_but_not_attached, facts(**BASE)) == [
        f"error confirmed certificate/{CERTIFICATE_ARN} [{LISTENER_443_ARN}]: A certificate for shop.example is issued,"
        " but the HTTPS listener on port 443 does not have it",
        f"  acm DescribeCertificate {CERTIFICATE_ARN} -> ISSUED: shop.example",
        f"  elasticloadbalancing DescribeListenerCertificates HTTPS:443 -> {OTHER_ARN}",
        "  fix[script, none]: Add the certificate for shop.example to the HTTPS listener on port 443.",
    ]
    (finding,) = run_one(facts(**BASE), acm_issued_but_not_attached).findings
    assert fill_script(acm_issued_but_not_attached.fixes[0].script, finding.values) == (
        "aws elbv2 add-listener-certificates --region ap-northeast-2"
        f" --listener-arn {LISTENER_443_ARN} --certificates CertificateArn={CERTIFICATE_ARN}"
    )


def test_an_attached_one_passes_and_none_is_another_checks_case() -> None:
    attached = (on_listener(OTHER_ARN, CERTIFICATE_ARN),)
    both = facts(**but(BASE, {"listeners_certificates": attached}))
    assert result_of(acm_issued_but_not_attached, both) is Result.PASSED
    assert result_of(acm_issued_but_not_attached, facts(**but(BASE, {"certificates": (OTHER,)}))) is Result.EMPTY
    far = (OTHER, certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1")))
    assert result_of(acm_issued_but_not_attached, facts(**but(BASE, {"certificates": far}))) is Result.EMPTY


def test_a_listener_that_cannot_be_read_is_a_gap() -> None:
    iam = (on_listener("arn:aws:iam::123456789012:server-certificate/old"),)
    unread = facts(**but(BASE, {"listeners_certificates": iam}))
    assert result_of(acm_issued_but_not_attached, unread) is Result.SKIPPED
    for group in BASE:
        assert result_of(acm_issued_but_not_attached, facts(**but(BASE, {group: denied("x:Y")}))) is Result.SKIPPED


@pytest.mark.parametrize(
    ("days", "severity", "expires", "fix"),
    [
        (
            -2,
            "error",
            "expired on {day}",
            "Replace the certificate (AMAZON_ISSUED), or have ACM renew it now: it expired on {day}.",
        ),
        (
            10,
            "warning",
            "expires on {day} (10 days left)",
            "Have ACM renew the certificate (AMAZON_ISSUED) before {day}, or replace it.",
        ),
    ],
)
def test_a_certificate_that_ends_is_found(days: int, severity: str, expires: str, fix: str) -> None:
    snapshot = facts(**ending(days))
    day = (NOW + timedelta(days=days)).date().isoformat()
    assert told(acm_expired_or_expiring, snapshot) == [
        f"{severity} confirmed certificate/{CERTIFICATE_ARN}: The listener's certificate for shop.example"
        f" {expires.format(day=day)}",
        f"  acm DescribeCertificate {CERTIFICATE_ARN} -> NotAfter: {day}, AMAZON_ISSUED",
        f"  fix[by hand, none]: {fix.format(day=day)}",
    ]


def test_a_lasting_one_passes_and_an_unused_one_is_no_fault() -> None:
    assert result_of(acm_expired_or_expiring, facts(**ending(90))) is Result.PASSED
    unused = but(ending(-2), {"listeners_certificates": (on_listener(),)})
    assert result_of(acm_expired_or_expiring, facts(**unused)) is Result.EMPTY
    for group in ending(1):
        snapshot = facts(**but(ending(1), {group: denied("x:Y")}))
        assert result_of(acm_expired_or_expiring, snapshot) is Result.SKIPPED


def test_the_default_certificate_for_a_strangers_name_is_found() -> None:
    assert told(tls_default_certificate, facts(**SERVED)) == [
        "error confirmed domain/shop.example: The certificate served for shop.example is the listener's default one,"
        " for other.example (at 203.0.113.5)",
        "  TLS 203.0.113.5:443 SNI shop.example -> other.example",
        "  fix[by hand, none]: Add a certificate for shop.example to the HTTPS listener.",
    ]


def test_a_fitting_or_a_foreign_certificate_is_not_this_case() -> None:
    good = but(SERVED, {"probes": probes(probe())})
    assert result_of(tls_default_certificate, facts(**good)) is Result.PASSED
    foreign = but(SERVED, {"probes": probes(probe(names=("parking.test",)))})
    assert result_of(tls_default_certificate, facts(**foreign)) is Result.PASSED
    assert result_of(tls_default_certificate, facts(**but(SERVED, {"probes": probes()}))) is Result.EMPTY
    for group in SERVED:
        assert result_of(tls_default_certificate, facts(**but(SERVED, {group: denied("x:Y")}))) is Result.SKIPPED
