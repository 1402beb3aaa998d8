"""ALB232 over facts: a certificate that no load balancer can use is not counted, not attached, and told if needed."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.finding import Severity
from albdoctor.facts.elb import How
from albdoctor_checks.balancer.alb313_listener_https_missing import listener_https_missing
from albdoctor_checks.balancer.alb317_listener_cert_name_mismatch import listener_cert_name_mismatch
from albdoctor_checks.certificate.alb201_acm_pending_validation import acm_pending_validation
from albdoctor_checks.certificate.alb212_acm_name_not_covered import acm_name_not_covered
from albdoctor_checks.certificate.alb213_acm_wrong_region import acm_wrong_region
from albdoctor_checks.certificate.alb214_acm_issued_but_not_attached import acm_issued_but_not_attached
from albdoctor_checks.certificate.alb232_acm_not_usable_on_load_balancer import acm_not_usable_on_load_balancer
from tests.support.build import BALANCER_ARN, balancer, facts, forward, listener, rule
from tests.support.build_dns import (
    CERTIFICATE_ARN,
    OURS,
    but,
    certificate,
    delegation,
    denied,
    host_answers,
    lead,
    on_listener,
    probe,
    probes,
    zone,
)
from tests.support.table import result_of, told

OTHER_ARN = f"{CERTIFICATE_ARN}-other"
OTHER = certificate("*.shop.example", arn=OTHER_ARN)
UNFIT: dict[str, dict[str, str]] = {
    "the key is with an ACME client": {"CertificateKeyPairOrigin": "ACME"},
    "it is for clients": {"CertificateUsage": "CLIENT_AUTH_ONLY"},
    "it is CloudFront's": {"ManagedBy": "CLOUDFRONT"},
}
FIT: dict[str, dict[str, Any]] = {
    "the older roots": {},
    "a key of AWS, for both": {
        "CertificateKeyPairOrigin": "AWS_MANAGED",
        "CertificateUsage": "CLIENT_AND_SERVER_AUTH",
    },
    "an imported key": {"CertificateKeyPairOrigin": "CUSTOMER_PROVIDED", "Type": "IMPORTED"},
    "a load balancer has it": {"CertificateUsage": "CLIENT_AUTH_ONLY", "InUseBy": [BALANCER_ARN]},
}
BASE: dict[str, Any] = {
    "certificates": (OTHER, certificate(CertificateUsage="CLIENT_AUTH_ONLY")),
    "certificates_elsewhere": (),
    "load_balancers": (balancer(),),
    "listeners": (listener(443), listener(80)),
    "rules": (rule(port=80), rule()),
    "listeners_certificates": (on_listener(OTHER_ARN),),
    "hosted_zones": (zone(),),
    "delegation": delegation(*OURS),
    "leads": (lead(How.ADDRESS),),
}
HTTP_ONLY: dict[str, Any] = {
    "listeners": (listener(80, DefaultActions=[forward()]),),
    "rules": (rule(port=80, Actions=[forward()]),),
    "listeners_certificates": (),
}


def test_the_only_certificate_is_of_no_use() -> None:
    assert told(acm_not_usable_on_load_balancer, facts(**BASE)) == [
        f"error confirmed certificate/{CERTIFICATE_ARN} [ap-northeast-2]: The only certificate for shop.example in"
        " ap-northeast-2 cannot be used on a load balancer (CertificateUsage: CLIENT_AUTH_ONLY)",
        f"  acm DescribeCertificate {CERTIFICATE_ARN} -> ISSUED: shop.example; CertificateUsage: CLIENT_AUTH_ONLY",
        "  fix[script, none]: Request a certificate for shop.example in ap-northeast-2, validate it by DNS and add it"
        " to the HTTPS listener.",
    ]
    assert result_of(acm_not_usable_on_load_balancer, facts(**but(BASE, HTTP_ONLY))) is Result.FOUND


def test_without_a_zone_that_is_asked_the_new_one_is_validated_by_hand() -> None:
    assert "fix[by hand, none]" in told(acm_not_usable_on_load_balancer, facts(**but(BASE, {"hosted_zones": ()})))[-1]


@pytest.mark.parametrize("kind", UNFIT)
def test_no_check_counts_it_and_no_fix_attaches_it(kind: str) -> None:
    one = certificate(**UNFIT[kind])
    with_https = facts(**but(BASE, {"certificates": (OTHER, one)}))
    without = facts(**but(BASE, HTTP_ONLY | {"certificates": (one,)}))
    assert result_of(acm_not_usable_on_load_balancer, with_https) is Result.FOUND
    assert result_of(acm_issued_but_not_attached, with_https) is Result.EMPTY
    assert result_of(acm_name_not_covered, with_https) is Result.EMPTY, "told once"
    for check, snapshot in ((listener_cert_name_mismatch, with_https), (listener_https_missing, without)):
        (finding,) = run_one(snapshot, check).findings
        assert finding.fix is not None
        assert finding.fix.script == ""
        assert CERTIFICATE_ARN not in str(finding.values)
    waits = certificate(arn=f"{CERTIFICATE_ARN}-waits", status="PENDING_VALIDATION")
    pending = facts(**but(BASE, {"certificates": (OTHER, one, waits)}))
    assert result_of(acm_pending_validation, pending) is Result.FOUND, "it does not stand in for one that waits"
    far = certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1"), **UNFIT[kind])
    elsewhere = facts(**but(BASE, {"certificates": (OTHER,), "certificates_elsewhere": (far,)}))
    assert result_of(acm_wrong_region, elsewhere) is Result.EMPTY, "nor is it one of ours in the wrong Region"


@pytest.mark.parametrize("kind", FIT)
def test_what_a_load_balancer_can_use_is_no_case(kind: str) -> None:
    sound = facts(**but(BASE, {"certificates": (OTHER, certificate(**FIT[kind]))}))
    assert result_of(acm_not_usable_on_load_balancer, sound) is Result.PASSED
    assert result_of(acm_issued_but_not_attached, sound) is Result.FOUND


def test_beside_what_serves_it_is_where_it_belongs() -> None:
    seen: dict[str, Any] = {"host_answers": host_answers("203.0.113.5"), "probes": probes(probe())}
    usable = certificate(arn=f"{CERTIFICATE_ARN}-usable")
    healthy: tuple[dict[str, Any], ...] = (
        seen,
        seen | HTTP_ONLY,
        {"certificates": (*BASE["certificates"], usable)},
        {"certificates": (OTHER, certificate(CertificateUsage="CLIENT_AUTH_ONLY", InUseBy=[BALANCER_ARN]))},
        {"listeners_certificates": (on_listener(CERTIFICATE_ARN),)},
    )
    for groups in healthy:
        assert result_of(acm_not_usable_on_load_balancer, facts(**but(BASE, groups))) is Result.PASSED
    assert result_of(acm_not_usable_on_load_balancer, facts(**but(BASE, {"certificates": (OTHER,)}))) is Result.EMPTY


def test_where_the_name_does_not_lead_to_the_load_balancer_it_is_a_warning() -> None:
    (finding,) = run_one(facts(**but(BASE, {"leads": ()})), acm_not_usable_on_load_balancer).findings
    assert finding.severity is Severity.WARNING


def test_a_usable_one_in_another_region_is_another_checks_case() -> None:
    far = certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1"))
    snapshot = facts(**but(BASE, {"certificates_elsewhere": (far,)}))
    assert result_of(acm_not_usable_on_load_balancer, snapshot) is Result.EMPTY
    assert result_of(acm_wrong_region, snapshot) is Result.FOUND


def test_unknown_is_not_absent() -> None:
    for group in ("certificates", "load_balancers", "listeners_certificates"):
        snapshot = facts(**but(BASE, {group: denied("x:Y")}))
        assert result_of(acm_not_usable_on_load_balancer, snapshot) is Result.SKIPPED
    iam = (on_listener("arn:aws:iam::123456789012:server-certificate/old"),)
    may_cover = facts(**but(BASE, {"listeners_certificates": iam}))
    assert result_of(acm_not_usable_on_load_balancer, may_cover) is Result.SKIPPED
