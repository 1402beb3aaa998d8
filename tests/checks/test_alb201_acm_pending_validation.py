"""ALB201 over facts: a certificate that waits."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.acm import Certificate
from albdoctor.text import fill, fill_script
from albdoctor_checks.certificate.alb201_acm_pending_validation import acm_pending_validation
from tests.support.build import LISTENER_443_ARN, facts, listener
from tests.support.build_dns import CERTIFICATE_ARN, OURS, certificate, delegation, denied, zone
from tests.support.table import result_of, told

WAITING = certificate(status="PENDING_VALIDATION")


def test_a_waiting_certificate_is_found() -> None:
    assert told(acm_pending_validation, facts(certificates=(WAITING,))) == [
        f"error confirmed certificate/{CERTIFICATE_ARN}: The certificate for shop.example is pending"
        " validation: ACM does not find _abc.shop.example",
        f"  acm DescribeCertificate {CERTIFICATE_ARN} -> Status: PENDING_VALIDATION; shop.example PENDING_VALIDATION",
        "  fix[by hand, none]: Publish the CNAME records that ACM waits for, and keep them: renewal needs them too.",
    ]


def test_without_a_zone_the_records_are_typed_by_hand() -> None:
    (finding,) = run_one(facts(certificates=(WAITING,)), acm_pending_validation).findings
    assert finding.fix is not None
    assert finding.fix.script == ""
    assert finding.fix.by_hand is not None
    told = fill(finding.fix.by_hand.en, finding.values)
    assert told.splitlines()[-1:] == ["  _abc.shop.example. CNAME _def.acm-validations.aws."]


def test_the_zone_of_the_account_makes_a_script_that_ends_on_the_listener() -> None:
    snapshot = facts(
        certificates=(WAITING,),
        hosted_zones=(zone(),),
        delegation=delegation(*OURS),
        listeners=(listener(443), listener(80)),
    )
    assert told(acm_pending_validation, snapshot)
    (finding,) = run_one(snapshot, acm_pending_validation).findings
    assert finding.fix is not None
    assert finding.fix.by_hand is None
    assert fill_script(finding.fix.script, finding.values).splitlines() == [
        "aws route53 change-resource-record-sets --hosted-zone-id Z1 --change-batch"
        ' \'{"Changes": [{"Action": "UPSERT", "ResourceRecordSet": {"Name": "_abc.shop.example.", "Type": "CNAME",'
        ' "TTL": 300, "ResourceRecords": [{"Value": "_def.acm-validations.aws."}]}}]}\'',
        f"aws acm wait certificate-validated --region ap-northeast-2 --certificate-arn {CERTIFICATE_ARN}",
        "aws elbv2 add-listener-certificates --region ap-northeast-2"
        f" --listener-arn {LISTENER_443_ARN} --certificates CertificateArn={CERTIFICATE_ARN}",
    ]


def by_mail(method: str = "EMAIL", **fields: Any) -> Certificate:
    option = {"DomainName": "www.shop.example", "ValidationStatus": "PENDING_VALIDATION", "ValidationMethod": method}
    return certificate("www.shop.example", status="PENDING_VALIDATION", DomainValidationOptions=[option | fields])


def test_a_mail_that_nobody_opened_is_told_with_the_mailboxes_it_went_to() -> None:
    waiting = by_mail(ValidationDomain="shop.example")
    snapshot = facts("www.shop.example", certificates=(waiting,))
    assert told(acm_pending_validation, snapshot) == [
        f"error confirmed certificate/{CERTIFICATE_ARN}: The certificate for www.shop.example is pending validation:"
        " nobody opened the link in its mail for www.shop.example",
        f"  acm DescribeCertificate {CERTIFICATE_ARN} -> Status: PENDING_VALIDATION;"
        " www.shop.example PENDING_VALIDATION",
        "  fix[by hand, none]: Open the link in the mail that ACM sent, or request the certificate anew with DNS"
        " validation.",
    ]
    (finding,) = run_one(snapshot, acm_pending_validation).findings
    assert finding.fix is not None
    assert finding.fix.by_hand is not None
    mail, again, _, anew = fill(finding.fix.by_hand.en, finding.values).splitlines()
    assert "webmaster@ of shop.example;" in mail
    assert again.endswith("--domain www.shop.example --validation-domain shop.example")
    assert anew.endswith("--domain-name www.shop.example --subject-alternative-names www.shop.example")


def test_right_after_the_request_acm_has_named_no_record() -> None:
    fresh = certificate(status="PENDING_VALIDATION", DomainValidationOptions=[])
    first, _, fix = told(acm_pending_validation, facts(certificates=(fresh,)))
    assert first.endswith("pending validation: ACM has named no record yet that it waits for")
    assert fix.startswith("  fix[by hand, none]: Wait a minute and scan again")


def test_one_that_cloudfront_asked_for_is_nothing_that_a_listener_waits_for() -> None:
    """Validation by HTTP is CloudFront's alone."""
    snapshot = facts("www.shop.example", certificates=(by_mail("HTTP"),))
    assert result_of(acm_pending_validation, snapshot) is Result.EMPTY


def test_silence() -> None:
    assert result_of(acm_pending_validation, facts(certificates=(certificate(),))) is Result.PASSED
    spare = certificate(arn=CERTIFICATE_ARN.replace("43c5", "99c5"))
    assert result_of(acm_pending_validation, facts(certificates=(WAITING, spare))) is Result.PASSED
    other = certificate("other.example", status="PENDING_VALIDATION")
    assert result_of(acm_pending_validation, facts(certificates=(other,))) is Result.EMPTY
    assert result_of(acm_pending_validation, facts(certificates=())) is Result.EMPTY


def test_one_issued_in_another_region_does_not_help() -> None:
    far = certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1"))
    assert result_of(acm_pending_validation, facts(certificates=(WAITING, far))) is Result.FOUND


def test_a_spare_request_where_no_listener_is_hurts_nobody() -> None:
    """A certificate for CloudFront, say: the load balancer's own is issued."""
    here = certificate()
    far = certificate(arn=CERTIFICATE_ARN.replace("ap-northeast-2", "us-east-1"), status="PENDING_VALIDATION")
    known = facts(certificates=(here, far), listeners=(listener(443),))
    assert result_of(acm_pending_validation, known) is Result.PASSED
    nowhere = facts(certificates=(far,), listeners=(listener(443),))
    assert result_of(acm_pending_validation, nowhere) is Result.FOUND
    needed = facts(certificates=(WAITING, certificate(arn=far.certificate_arn)), listeners=(listener(443),))
    assert result_of(acm_pending_validation, needed) is Result.FOUND
    unseen = facts(certificates=(here, far), listeners=denied("elasticloadbalancing:DescribeListeners"))
    assert result_of(acm_pending_validation, unseen) is Result.SKIPPED


def test_unknown_is_not_absent() -> None:
    assert result_of(acm_pending_validation, facts(certificates=denied("acm:ListCertificates"))) is Result.SKIPPED
