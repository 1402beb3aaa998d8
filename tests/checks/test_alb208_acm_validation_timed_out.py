"""ALB208 over facts: a request for a certificate that came to nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor_checks.certificate.alb208_acm_validation_timed_out import acm_validation_timed_out
from albdoctor_checks.certificate.alb212_acm_name_not_covered import acm_name_not_covered
from tests.support.build import NOW, balancer, facts, listener, merged
from tests.support.build_dns import (
    CERTIFICATE_ARN,
    GABIA,
    OURS,
    certificate,
    delegation,
    denied,
    host_answers,
    on_listener,
    probe,
    probes,
    zone,
)
from tests.support.table import result_of, told

ENDED = certificate("shop.example", "www.shop.example", status="VALIDATION_TIMED_OUT")
FAILED = certificate(status="FAILED", FailureReason="CAA_ERROR")
BASE: dict[str, Any] = {
    "load_balancers": (balancer(),),
    "listeners": (),
    "listeners_certificates": (),
    "certificates": (ENDED,),
    "certificates_elsewhere": (),
    "hosted_zones": (zone(),),
    "record_sets": (),
    "delegation": delegation(*OURS),
}


def test_a_request_that_timed_out_is_told_and_made_anew_for_all_of_its_names() -> None:
    assert told(acm_validation_timed_out, facts(**BASE)) == [
        f"error confirmed certificate/{CERTIFICATE_ARN}: The request for a certificate for shop.example in"
        " ap-northeast-2 came to nothing: VALIDATION_TIMED_OUT",
        f"  acm DescribeCertificate {CERTIFICATE_ARN} -> Status: VALIDATION_TIMED_OUT; shop.example PENDING_VALIDATION,"
        " www.shop.example PENDING_VALIDATION",
        "  fix[script, none]: Request the certificate anew in ap-northeast-2 (shop.example, www.shop.example): what"
        " ended is never issued.",
    ]


def test_why_it_failed_is_told() -> None:
    first, *_ = told(acm_validation_timed_out, merged(BASE, {"certificates": (FAILED,)}))
    assert first.endswith("came to nothing: FAILED CAA_ERROR")


def test_where_another_zone_is_asked_nothing_is_written() -> None:
    (*_, last) = told(acm_validation_timed_out, merged(BASE, {"delegation": delegation(*GABIA)}))
    assert last.startswith("  fix[by hand, none]: Request the certificate anew")
    foreign = certificate("shop.example", "other.test", status="VALIDATION_TIMED_OUT")
    (*_, last) = told(acm_validation_timed_out, merged(BASE, {"certificates": (foreign,)}))
    assert last.startswith("  fix[by hand, none]: Request the certificate anew")


def test_the_last_one_is_told() -> None:
    old = certificate(arn=f"{CERTIFICATE_ARN}-old", status="FAILED", CreatedAt=NOW - timedelta(days=9))
    new = certificate(arn=f"{CERTIFICATE_ARN}-new", status="VALIDATION_TIMED_OUT", CreatedAt=NOW - timedelta(days=4))
    (finding,) = run_one(merged(BASE, {"certificates": (new, old)}), acm_validation_timed_out).findings
    assert finding.subject.id.endswith("-new")


HEALTHY: dict[str, dict[str, Any]] = {
    "another was issued": {"certificates": (ENDED, certificate(arn=f"{CERTIFICATE_ARN}-2"))},
    "another waits": {"certificates": (ENDED, certificate(arn=f"{CERTIFICATE_ARN}-2", status="PENDING_VALIDATION"))},
    "one was imported": {"certificates": (ENDED, certificate(arn=f"{CERTIFICATE_ARN}-2", Type="IMPORTED"))},
    "visitors are served all the same": {
        "host_answers": host_answers("203.0.113.5"),
        "probes": probes(probe()),
    },
    "one lies in another Region, which is told": {
        "certificates_elsewhere": (certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1")),)
    },
}


@pytest.mark.parametrize("case", HEALTHY)
def test_silence(case: str) -> None:
    assert result_of(acm_validation_timed_out, merged(BASE, HEALTHY[case])) is Result.PASSED


def test_nothing_ended() -> None:
    assert result_of(acm_validation_timed_out, merged(BASE, {"certificates": (certificate(),)})) is Result.EMPTY


def test_unknown_is_not_ended() -> None:
    for group in ("certificates", "load_balancers", "listeners_certificates"):
        assert result_of(acm_validation_timed_out, merged(BASE, {group: denied("x:Y")})) is Result.SKIPPED
    # A certificate of IAM's on the listener may be for the host.
    theirs = {"listeners_certificates": (on_listener("arn:aws:iam::1:server-certificate/old"),)}
    assert result_of(acm_validation_timed_out, merged(BASE, theirs)) is Result.SKIPPED


def test_that_no_certificate_covers_the_name_is_not_told_beside_it() -> None:
    other = certificate("other.test", arn=f"{CERTIFICATE_ARN}-2")
    on_it = {"listeners": (listener(),), "listeners_certificates": (on_listener(f"{CERTIFICATE_ARN}-2"),)}
    snapshot = merged(BASE, on_it, {"certificates": (ENDED, other)})
    assert [one.subject.id for one in run_one(snapshot, acm_validation_timed_out).findings] == [CERTIFICATE_ARN]
    assert run_one(snapshot, acm_name_not_covered).findings == ()
