"""ALB213 over facts: the certificate is where CloudFront wants it, not the load balancer."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result, run_one
from albdoctor.text import fill_script
from albdoctor_checks.certificate.alb213_acm_wrong_region import acm_wrong_region
from tests.support.build import balancer, facts
from tests.support.build_dns import CERTIFICATE_ARN, GABIA, OURS, but, certificate, delegation, denied, zone
from tests.support.table import result_of, told

FAR_ARN = CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1")
BASE: dict[str, Any] = {
    "certificates": (),
    "certificates_elsewhere": (certificate(arn=FAR_ARN),),
    "load_balancers": (balancer(),),
}


def test_a_certificate_in_another_region_is_found() -> None:
    assert told(acm_wrong_region, facts(**BASE)) == [
        f"error confirmed certificate/{FAR_ARN} [ap-northeast-2]: The certificate for shop.example is in us-east-1,"
        " the load balancer in ap-northeast-2",
        "  acm ListCertificates ap-northeast-2 -> shop.example: []",
        f"  acm ListCertificates us-east-1 -> {FAR_ARN}",
        "  fix[by hand, none]: Request a certificate for shop.example in ap-northeast-2, validate it by DNS and add"
        " it to the HTTPS listener.",
    ]


def test_without_an_https_listener_the_script_ends_with_the_certificate() -> None:
    ours: dict[str, Any] = {"hosted_zones": (zone(),), "delegation": delegation(*OURS)}
    snapshot = facts(**but(BASE, ours | {"listeners": ()}))
    assert told(acm_wrong_region, snapshot)
    (finding,) = run_one(snapshot, acm_wrong_region).findings
    assert finding.fix is not None
    assert fill_script(finding.fix.script, finding.values).splitlines()[-1].startswith("aws acm wait")


def test_nothing_is_written_to_a_zone_that_is_not_seen_to_be_asked() -> None:
    for elsewhere in ({}, {"delegation": delegation(*GABIA)}):
        snapshot = facts(**but(BASE, {"hosted_zones": (zone(),), "listeners": ()} | elsewhere))
        assert "fix[by hand, none]" in told(acm_wrong_region, snapshot)[-1]


def test_a_request_that_waits_in_another_region_is_of_no_use_either() -> None:
    waiting = (certificate(arn=FAR_ARN, status="PENDING_VALIDATION"),)
    assert told(acm_wrong_region, facts(**but(BASE, {"certificates_elsewhere": waiting})))


def test_a_certificate_of_another_balancers_region_is_found_too() -> None:
    known = {"certificates": (certificate(arn=FAR_ARN),), "certificates_elsewhere": ()}
    assert told(acm_wrong_region, facts(**but(BASE, known))) == told(acm_wrong_region, facts(**BASE))


def test_silence() -> None:
    here = {"certificates": (certificate(),)}
    assert result_of(acm_wrong_region, facts(**but(BASE, here))) is Result.PASSED
    denied_elsewhere = here | {"certificates_elsewhere": denied("acm:ListCertificates")}
    assert result_of(acm_wrong_region, facts(**but(BASE, denied_elsewhere))) is Result.PASSED
    waiting = {"certificates": (certificate(status="PENDING_VALIDATION"),)}
    assert result_of(acm_wrong_region, facts(**but(BASE, waiting))) is Result.PASSED
    cdn = (certificate(arn=FAR_ARN, InUseBy=["arn:aws:cloudfront::123456789012:distribution/E1"]),)
    assert result_of(acm_wrong_region, facts(**but(BASE, {"certificates_elsewhere": cdn}))) is Result.EMPTY
    assert result_of(acm_wrong_region, facts(**but(BASE, {"certificates_elsewhere": ()}))) is Result.EMPTY
    assert result_of(acm_wrong_region, facts(**but(BASE, {"load_balancers": ()}))) is Result.EMPTY


def test_unknown_is_not_absent() -> None:
    for group in ("certificates", "certificates_elsewhere", "load_balancers"):
        assert result_of(acm_wrong_region, facts(**but(BASE, {group: denied("x:Y")}))) is Result.SKIPPED
