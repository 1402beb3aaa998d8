"""ALB202 over facts: the CNAME that ACM waits for is nowhere."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result, run_one
from albdoctor_checks.certificate.alb202_acm_validation_cname_missing import acm_validation_cname_missing
from tests.support.build import facts
from tests.support.build_dns import (
    CERTIFICATE_ARN,
    OURS,
    but,
    certificate,
    delegation,
    denied,
    record_set,
    records,
    validation_answer,
    zone,
)
from tests.support.table import result_of, told

BASE: dict[str, Any] = {
    "certificates": (certificate(status="PENDING_VALIDATION"),),
    "validation_answers": (validation_answer(),),
    "hosted_zones": (zone(),),
    "record_sets": (records(),),
    "delegation": delegation(*OURS),
}
TOLD = [
    f"certificate/{CERTIFICATE_ARN}: The validation CNAME of the certificate for shop.example does not exist:"
    " _abc.shop.example",
    "  CNAME _abc.shop.example -> a.ns.example NXDOMAIN, CNAME: []",
]


def test_a_cname_that_is_nowhere_is_found() -> None:
    assert told(acm_validation_cname_missing, facts(**BASE)) == [
        f"error confirmed {TOLD[0]}",
        TOLD[1],
        "  fix[script, none]: Publish the CNAME records that ACM waits for, and keep them: renewal needs them too.",
    ]
    (finding,) = run_one(facts(**BASE), acm_validation_cname_missing).findings
    assert finding.fix is not None
    assert "aws acm wait certificate-validated" in finding.fix.script


def test_when_the_zones_cannot_be_read_it_is_likely() -> None:
    blind = facts(**but(BASE, {"record_sets": denied("route53:ListResourceRecordSets")}))
    assert told(acm_validation_cname_missing, blind) == [
        f"error likely {TOLD[0]}",
        TOLD[1],
        "  fix[script, none]: Publish the CNAME records that ACM waits for, and keep them: renewal needs them too.",
    ]


def test_a_cname_in_a_zone_that_nobody_asks_is_another_checks_case() -> None:
    held = (records(record_set("_abc.shop.example", "CNAME", "_def.acm-validations.aws.")),)
    assert result_of(acm_validation_cname_missing, facts(**but(BASE, {"record_sets": held}))) is Result.PASSED


def test_silence() -> None:
    public = (validation_answer("_def.acm-validations.aws"),)
    assert result_of(acm_validation_cname_missing, facts(**but(BASE, {"validation_answers": public}))) is Result.PASSED
    wrong = (validation_answer("_other.acm-validations.aws"),)
    assert result_of(acm_validation_cname_missing, facts(**but(BASE, {"validation_answers": wrong}))) is Result.PASSED
    good = (certificate(),)
    assert result_of(acm_validation_cname_missing, facts(**but(BASE, {"certificates": good}))) is Result.EMPTY


def test_unknown_is_not_absent() -> None:
    silent = (validation_answer(rcode=None),)
    assert result_of(acm_validation_cname_missing, facts(**but(BASE, {"validation_answers": silent}))) is Result.SKIPPED
    for group in ("certificates", "validation_answers"):
        unread = facts(**but(BASE, {group: denied("x:Y")}))
        assert result_of(acm_validation_cname_missing, unread) is Result.SKIPPED
