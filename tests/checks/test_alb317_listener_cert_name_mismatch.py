"""ALB317 over facts: which certificate SNI picks, and whether it is for the host."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor.facts.acm import Certificate
from albdoctor.facts.elb import AttachedCertificate, ListenerCertificates
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb317_listener_cert_name_mismatch import listener_cert_name_mismatch as check
from tests.support.build import LISTENER_443_ARN, facts, listener
from tests.support.fixes import script_of
from tests.support.table import result_of, told

ACM = "arn:aws:acm:ap-northeast-2:123456789012:certificate"


def certificate(id_: str, *names: str, status: str = "ISSUED") -> Certificate:
    return Certificate(
        certificate_arn=f"{ACM}/{id_}", domain_name=names[0], subject_alternative_names=names, status=status
    )


OTHER = certificate("other", "old.example", "*.shop.example")
RIGHT = certificate("right", "shop.example")


def seen(*certificates: Certificate, attached: tuple[str, ...] = ("other",), **groups: Any) -> Facts:
    on_listener = tuple(
        AttachedCertificate(certificate_arn=f"{ACM}/{id_}", is_default=number == 0)
        for number, id_ in enumerate(attached)
    )
    base: dict[str, Any] = {
        "listeners": (listener(),),
        "listeners_certificates": (ListenerCertificates(listener_arn=LISTENER_443_ARN, certificates=on_listener),),
        "certificates": certificates,
    }
    return facts(**(base | groups))


def test_a_default_certificate_for_other_names_is_found() -> None:
    assert told(check, seen(OTHER)) == [
        f"error confirmed listener/{LISTENER_443_ARN}: "
        "The HTTPS:443 listener has no certificate for shop.example: it serves one for old.example, *.shop.example",
        f"  elasticloadbalancing DescribeListenerCertificates HTTPS:443 -> {ACM}/other",
        f"  acm DescribeCertificate {ACM}/other -> old.example, *.shop.example",
        "  fix[by hand, none]: Get a certificate for shop.example issued in ap-northeast-2 and add it to the listener.",
    ]


def test_the_script_adds_the_issued_certificate_of_the_region() -> None:
    assert script_of(check, seen(OTHER, RIGHT), impact="none") == (
        f"aws elbv2 add-listener-certificates --region ap-northeast-2 --listener-arn {LISTENER_443_ARN}"
        f" --certificates CertificateArn={ACM}/right\n"
    )
    assert script_of(check, seen(OTHER), impact="none") == ""
    assert (
        script_of(check, seen(OTHER, certificate("right", "shop.example", status="PENDING_VALIDATION")), impact="none")
        == ""
    )


def test_a_certificate_on_the_sni_list_is_enough() -> None:
    assert result_of(check, seen(OTHER, RIGHT, attached=("other", "right"))) is Result.PASSED
    assert result_of(check, seen(RIGHT, attached=("iam", "right"))) is Result.PASSED


def test_a_certificate_that_was_not_described_may_be_the_right_one() -> None:
    assert result_of(check, seen(OTHER, attached=("other", "iam"))) is Result.SKIPPED
    denied = Unknown(gap=Gap.DENIED, asked="acm:DescribeCertificate")
    assert result_of(check, seen(certificates=denied)) is Result.SKIPPED


def test_no_https_listener_or_no_certificate_at_all_is_nothing_to_judge() -> None:
    assert result_of(check, seen(OTHER, listeners=(listener(80),))) is Result.EMPTY
    assert result_of(check, seen(OTHER, attached=())) is Result.EMPTY
