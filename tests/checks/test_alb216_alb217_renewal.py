"""ALB216 and ALB217 over facts: a certificate that serves today, and that nobody will renew in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result, run_one
from albdoctor_checks.certificate.alb215_acm_expired_or_expiring import acm_expired_or_expiring
from albdoctor_checks.certificate.alb216_acm_renewal_at_risk import acm_renewal_at_risk
from albdoctor_checks.certificate.alb217_acm_imported_cert_no_auto_renewal import acm_imported_cert_no_auto_renewal
from tests.support.build import NOW, facts, merged
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
    records,
    validation_answer,
    zone,
)
from tests.support.table import result_of, told

VALUE = "_def.acm-validations.aws"
SERVED: dict[str, Any] = {"listeners_certificates": (on_listener(CERTIFICATE_ARN),)}
BASE: dict[str, Any] = SERVED | {
    "certificates": (certificate(),),
    "validation_answers": (validation_answer(),),
    "hosted_zones": (zone(),),
    "record_sets": (records(),),
    "delegation": delegation(*OURS),
    "host_answers": host_answers("203.0.113.5"),
    "probes": probes(probe()),
}
RIGHT = {"validation_answers": (validation_answer(VALUE),)}


def _renewing(status: str, method: str = "DNS", **summary: Any) -> dict[str, Any]:
    """ACM tries to renew the certificate."""
    options = [{"DomainName": "shop.example", "ValidationStatus": "PENDING_VALIDATION"}]
    told_ = {"RenewalStatus": status, "DomainValidationOptions": options, **summary}
    validation = {"DomainName": "shop.example", "ValidationStatus": "SUCCESS", "ValidationMethod": method}
    more: dict[str, Any] = {} if method == "DNS" else {"DomainValidationOptions": [validation]}
    return {"certificates": (certificate(RenewalSummary=told_, **more),)}


def test_a_record_that_was_deleted_is_told_and_restored_by_a_script_that_attaches_nothing() -> None:
    assert told(acm_renewal_at_risk, facts(**BASE)) == [
        f"warning confirmed certificate/{CERTIFICATE_ARN}: ACM cannot renew the certificate that serves shop.example"
        " until 2027-04-21 (150 days left): its validation record is not public: _abc.shop.example",
        "  CNAME _abc.shop.example @a.ns.example -> NXDOMAIN: []",
        "  fix[script, none]: Restore the validation records, and leave them for ever: ACM renews by itself then.",
    ]
    (finding,) = run_one(facts(**BASE), acm_renewal_at_risk).findings
    assert finding.fix is not None
    assert "elbv2" not in finding.fix.script


def test_at_another_provider_it_is_restored_by_hand() -> None:
    (*_, last) = told(acm_renewal_at_risk, merged(BASE, {"delegation": delegation(*GABIA)}))
    assert last.startswith("  fix[by hand, none]: Restore the validation records")


def test_a_mail_that_nobody_answered_is_told() -> None:
    first, *_, last = told(acm_renewal_at_risk, merged(BASE, _renewing("PENDING_VALIDATION", "EMAIL")))
    assert first.endswith("nobody opened the link in its mail for shop.example")
    assert last.startswith("  fix[by hand, none]: Approve the renewal by the link in the mail")


def test_that_acm_gave_up_is_told_with_its_reason() -> None:
    failed = _renewing("FAILED", RenewalStatusReason="CAA_ERROR")
    first, seen, last = told(acm_renewal_at_risk, merged(BASE, RIGHT, failed))
    assert first.endswith("RenewalStatus is FAILED")
    assert seen == f"  acm DescribeCertificate {CERTIFICATE_ARN} -> RenewalStatus: FAILED CAA_ERROR"
    assert last.startswith("  fix[by hand, none]: Take away what ACM names as the reason")


HEALTHY: dict[str, dict[str, Any]] = {
    "the record is public": RIGHT,
    "over a chain": {
        "validation_answers": (replace(validation_answer("p.other.test"), chain=("p.other.test", VALUE)),)
    },
    "ACM has just begun": RIGHT | _renewing("PENDING_AUTO_RENEWAL"),
    "ACM sees the record in a moment": RIGHT | _renewing("PENDING_VALIDATION"),
    "renewed": RIGHT | _renewing("SUCCESS", "EMAIL"),
    "by mail, before its time": {
        "certificates": (
            certificate(DomainValidationOptions=[{"DomainName": "shop.example", "ValidationMethod": "EMAIL"}]),
        )
    },
}


@pytest.mark.parametrize("case", HEALTHY)
def test_silence(case: str) -> None:
    assert result_of(acm_renewal_at_risk, merged(BASE, HEALTHY[case])) is Result.PASSED


@pytest.mark.parametrize(
    "groups",
    [
        {"listeners_certificates": ()},
        {"certificates": (certificate(Type="IMPORTED"),)},
        {"certificates": (certificate(Type="PRIVATE"),)},
        {"certificates": (certificate(status="EXPIRED"),)},
    ],
)
def test_what_acm_does_not_renew_and_what_serves_nobody_is_no_matter(groups: dict[str, Any]) -> None:
    assert result_of(acm_renewal_at_risk, merged(BASE, groups)) is Result.EMPTY


def test_unknown_is_neither_lost_nor_safe_and_no_gap_of_a_site_that_serves() -> None:
    for answers in ((validation_answer(rcode=None),), (), denied("DNS")):
        outcome = run_one(merged(BASE, {"validation_answers": answers}), acm_renewal_at_risk)
        assert (outcome.result, outcome.gaps) == (Result.EMPTY, ())
    for group in ("certificates", "listeners_certificates"):
        assert result_of(acm_renewal_at_risk, merged(BASE, {group: denied("x:Y")})) is Result.SKIPPED


def _ending(life: float, left: float, type_: str = "IMPORTED") -> dict[str, Any]:
    """A certificate with days to live, and days left."""
    end = NOW + timedelta(days=left)
    return SERVED | {"certificates": (certificate(Type=type_, NotBefore=end - timedelta(days=life), NotAfter=end),)}


def test_an_imported_certificate_that_ends_is_told() -> None:
    assert told(acm_imported_cert_no_auto_renewal, facts(**_ending(398, 20))) == [
        f"warning confirmed certificate/{CERTIFICATE_ARN}: The certificate that serves shop.example until 2026-12-12"
        " (20 days left) was imported, and ACM does not renew it",
        f"  acm DescribeCertificate {CERTIFICATE_ARN} -> Type: IMPORTED, NotAfter: 2026-12-12",
        "  fix[by hand, none]: Get the certificate for shop.example renewed by its issuer, and import it under the same"
        " ARN before 2026-12-12.",
    ]
    (over,) = run_one(facts(**_ending(398, -1)), acm_imported_cert_no_auto_renewal).findings
    assert over.severity is None


@pytest.mark.parametrize(
    ("life", "left", "type_", "soon"),
    [
        (398, 31, "IMPORTED", False),
        (398, 29, "IMPORTED", True),
        # ACME clients renew when a third of the life is left, and a day or two may pass.
        (90, 29, "IMPORTED", False),
        (90, 21, "IMPORTED", True),
        (47, 15, "IMPORTED", False),
        (47, 11, "IMPORTED", True),
        (6, 2, "IMPORTED", False),
        (6, 1, "IMPORTED", True),
        (198, 31, "AMAZON_ISSUED", False),
        (198, 29, "AMAZON_ISSUED", True),
        (47, 16, "AMAZON_ISSUED", False),
        (47, 15, "AMAZON_ISSUED", True),
    ],
)
def test_soon_is_a_share_of_the_certificates_own_life(life: float, left: float, type_: str, soon: bool) -> None:
    snapshot = facts(**_ending(life, left, type_))
    assert bool(run_one(snapshot, acm_expired_or_expiring).findings) is soon
    imported = bool(run_one(snapshot, acm_imported_cert_no_auto_renewal).findings)
    assert imported is (soon and type_ == "IMPORTED")


def test_where_nobody_is_served_what_hides_the_domain_is_told_instead() -> None:
    hidden = merged(BASE, {"probes": probes(), "host_answers": host_answers(rcode="NXDOMAIN")})
    assert result_of(acm_renewal_at_risk, hidden) is Result.EMPTY
