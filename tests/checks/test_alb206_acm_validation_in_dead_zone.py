"""ALB206 over facts: the CNAME is in a zone that nobody asks."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.route53 import ZoneRecords
from albdoctor_checks.certificate.alb206_acm_validation_in_dead_zone import acm_validation_in_dead_zone
from tests.support.build import facts
from tests.support.build_dns import (
    CERTIFICATE_ARN,
    GABIA,
    OTHERS,
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

CNAME = record_set("_abc.shop.example", "CNAME", "_def.acm-validations.aws.")
BASE: dict[str, Any] = {
    "certificates": (certificate(status="PENDING_VALIDATION"),),
    "validation_answers": (validation_answer(),),
    "hosted_zones": (zone(),),
    "record_sets": (records(CNAME),),
    "delegation": delegation(*GABIA),
}


def test_a_record_in_a_zone_that_nobody_asks_is_found() -> None:
    assert told(acm_validation_in_dead_zone, facts(**BASE)) == [
        f"error confirmed certificate/{CERTIFICATE_ARN}: The validation CNAME of the certificate for"
        " shop.example is in hosted zone Z1, which public DNS never asks",
        "  route53 ListResourceRecordSets Z1 -> _abc.shop.example CNAME",
        "  fix[by hand, none]: Correct the name servers at the registrar, so that the hosted zone with the record is"
        " asked; ACM itself needs nothing.",
    ]
    (finding,) = run_one(facts(**BASE), acm_validation_in_dead_zone).findings
    assert finding.fix is not None
    assert finding.fix.script == ""


def test_a_live_twin_of_the_zone_gets_the_record_by_script() -> None:
    twins = {
        "hosted_zones": (zone(), zone("Z2", names=OTHERS)),
        "record_sets": (records(CNAME), records(zone_id="Z2")),
        "delegation": delegation(*OTHERS),
    }
    snapshot = facts(**but(BASE, twins))
    assert told(acm_validation_in_dead_zone, snapshot)
    (finding,) = run_one(snapshot, acm_validation_in_dead_zone).findings
    assert finding.fix is not None
    assert finding.fix.script
    assert finding.values["zone_id"] == ("Z2",)


def test_silence() -> None:
    public = (validation_answer("_def.acm-validations.aws"),)
    assert result_of(acm_validation_in_dead_zone, facts(**but(BASE, {"validation_answers": public}))) is Result.PASSED
    nowhere = (records(),)
    assert result_of(acm_validation_in_dead_zone, facts(**but(BASE, {"record_sets": nowhere}))) is Result.PASSED
    good = (certificate(),)
    assert result_of(acm_validation_in_dead_zone, facts(**but(BASE, {"certificates": good}))) is Result.EMPTY


def test_unknown_is_not_absent() -> None:
    unread = (ZoneRecords(zone_id="Z1", records=denied("route53:ListResourceRecordSets")),)
    assert result_of(acm_validation_in_dead_zone, facts(**but(BASE, {"record_sets": unread}))) is Result.SKIPPED
    for group in BASE:
        snapshot = facts(**but(BASE, {group: denied("x:Y")}))
        assert result_of(acm_validation_in_dead_zone, snapshot) is Result.SKIPPED
