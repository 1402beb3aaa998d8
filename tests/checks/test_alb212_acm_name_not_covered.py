"""ALB212 over facts: a host that no certificate names."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result, run_one
from albdoctor.text import fill_script
from albdoctor_checks.certificate.alb212_acm_name_not_covered import acm_name_not_covered
from tests.support.build import LISTENER_443_ARN, facts, listener
from tests.support.build_dns import CERTIFICATE_ARN, OURS, but, certificate, delegation, denied, on_listener, zone
from tests.support.table import result_of, told

BASE: dict[str, Any] = {
    "certificates": (certificate("*.shop.example"),),
    "listeners": (listener(443), listener(80)),
    "listeners_certificates": (on_listener(CERTIFICATE_ARN),),
    "hosted_zones": (zone(),),
    "delegation": delegation(*OURS),
}


def test_an_apex_under_a_wildcard_alone_is_found() -> None:
    assert told(acm_name_not_covered, facts(**BASE)) == [
        "error confirmed domain/shop.example [ap-northeast-2]: No certificate in ap-northeast-2 covers shop.example:"
        " those on the HTTPS listener are for *.shop.example",
        "  elasticloadbalancing DescribeListenerCertificates -> *.shop.example",
        "  acm ListCertificates ap-northeast-2 -> shop.example: []",
        "  fix[script, none]: Request a certificate for shop.example in ap-northeast-2, validate it by DNS and add it"
        " to the HTTPS listener.",
    ]


def test_what_lies_elsewhere_changes_nothing_when_cloudfront_has_it_or_nobody_may_look() -> None:
    far, distribution = CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1"), "arn:aws:cloudfront::1:distribution/E1"
    for elsewhere in ((certificate(arn=far, InUseBy=[distribution]),), denied("acm:ListCertificates")):
        snapshot = facts(**but(BASE, {"certificates_elsewhere": elsewhere}))
        assert told(acm_name_not_covered, snapshot) == told(acm_name_not_covered, facts(**BASE))


def test_the_script_requests_validates_and_attaches() -> None:
    (finding,) = run_one(facts(**BASE), acm_name_not_covered).findings
    assert finding.fix is not None
    lines = fill_script(finding.fix.script, finding.values).splitlines()
    assert lines[0].startswith(
        "certificate=$(aws acm request-certificate --region ap-northeast-2 --domain-name shop.example"
    )
    assert "--hosted-zone-id Z1" in lines[-3]
    assert lines[-2].startswith("aws acm wait certificate-validated --region ap-northeast-2")
    assert lines[-1] == (
        "aws elbv2 add-listener-certificates --region ap-northeast-2"
        f' --listener-arn {LISTENER_443_ARN} --certificates CertificateArn="$certificate"'
    )


def test_without_a_zone_it_is_done_by_hand() -> None:
    snapshot = facts(**but(BASE, {"hosted_zones": ()}))
    assert told(acm_name_not_covered, snapshot)
    (finding,) = run_one(snapshot, acm_name_not_covered).findings
    assert finding.fix is not None
    assert finding.fix.script == ""


def test_silence() -> None:
    good = (certificate(),)
    assert result_of(acm_name_not_covered, facts(**but(BASE, {"certificates": good}))) is Result.PASSED
    expired = (certificate(status="EXPIRED"),)
    assert result_of(acm_name_not_covered, facts(**but(BASE, {"certificates": expired}))) is Result.PASSED
    spare = (certificate("*.shop.example"), certificate(arn=f"{CERTIFICATE_ARN}-2"))
    assert result_of(acm_name_not_covered, facts(**but(BASE, {"certificates": spare}))) is Result.PASSED
    waiting = (certificate("*.shop.example"), certificate(arn=f"{CERTIFICATE_ARN}-2", status="PENDING_VALIDATION"))
    assert result_of(acm_name_not_covered, facts(**but(BASE, {"certificates": waiting}))) is Result.EMPTY
    far = {"certificates_elsewhere": (certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1")),)}
    assert result_of(acm_name_not_covered, facts(**but(BASE, far))) is Result.EMPTY
    no_https = {"listeners": (listener(80),), "listeners_certificates": ()}
    assert result_of(acm_name_not_covered, facts(**but(BASE, no_https))) is Result.EMPTY


def test_a_certificate_that_cannot_be_read_may_cover_the_host() -> None:
    iam = (on_listener("arn:aws:iam::123456789012:server-certificate/old"),)
    assert result_of(acm_name_not_covered, facts(**but(BASE, {"listeners_certificates": iam}))) is Result.SKIPPED
    for group in ("certificates", "listeners", "listeners_certificates"):
        assert result_of(acm_name_not_covered, facts(**but(BASE, {group: denied("x:Y")}))) is Result.SKIPPED
