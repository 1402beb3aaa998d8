"""ALB203, ALB204, ALB205 and ALB207 over facts: what is in DNS in the place of an ACM validation record."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.finding import Finding
from albdoctor.facts.dns import Answer
from albdoctor_checks.certificate.alb202_acm_validation_cname_missing import acm_validation_cname_missing
from albdoctor_checks.certificate.alb203_acm_validation_name_doubled import acm_validation_name_doubled
from albdoctor_checks.certificate.alb204_acm_validation_target_suffixed import acm_validation_target_suffixed
from albdoctor_checks.certificate.alb205_acm_validation_value_mismatch import acm_validation_value_mismatch
from albdoctor_checks.certificate.alb206_acm_validation_in_dead_zone import acm_validation_in_dead_zone
from albdoctor_checks.certificate.alb207_acm_validation_cname_hidden import acm_validation_cname_hidden
from tests.support.build import facts, merged
from tests.support.build_dns import (
    CERTIFICATE_ARN,
    GABIA,
    OURS,
    answer,
    certificate,
    delegation,
    denied,
    record_set,
    records,
    validation_answer,
    zone,
)
from tests.support.table import result_of, told

EVERY = (
    acm_validation_cname_missing,
    acm_validation_name_doubled,
    acm_validation_target_suffixed,
    acm_validation_value_mismatch,
    acm_validation_in_dead_zone,
    acm_validation_cname_hidden,
)
VALUE, NAME = "_def.acm-validations.aws", "_abc.shop.example"
AT_GABIA: dict[str, Any] = {
    "certificates": (certificate(status="PENDING_VALIDATION"),),
    "hosted_zones": (),
    "record_sets": (),
    "delegation": delegation(*GABIA),
}
OURS_IT_IS: dict[str, Any] = AT_GABIA | {
    "hosted_zones": (zone(),),
    "record_sets": (records(),),
    "delegation": delegation(*OURS),
}
PUBLISH = "  fix[by hand, none]: Publish the CNAME records that ACM waits for, and keep them: renewal needs them too."
SUBJECT = f"error confirmed certificate/{CERTIFICATE_ARN}: "


def _got(*data: str, name: str = NAME, type_: str = "CNAME", rcode: str = "NOERROR") -> tuple[Answer, ...]:
    return (answer(*data, question=name, type_=type_, rcode=rcode),)


DOUBLED = replace(validation_answer(), doubled=_got(VALUE, name=f"{NAME}.shop.example"))
SUFFIXED = validation_answer(f"{VALUE}.shop.example")
DIFFERENT = replace(validation_answer("_old.acm-validations.aws"), chain=("_old.acm-validations.aws",))
PROXIED = replace(validation_answer(rcode="NOERROR"), others=_got("104.16.0.1", type_="A"))
AS_TEXT = replace(validation_answer(rcode="NOERROR"), others=_got(f'"{VALUE}"', type_="TXT"))
WILDCARD = replace(validation_answer("web.cdn.example"), wildcard=_got("web.cdn.example", name="*.shop.example"))
BELOW = replace(validation_answer(), zone="api.shop.example")
CASES: dict[str, tuple[Check, Any, list[str]]] = {
    "doubled": (
        acm_validation_name_doubled,
        DOUBLED,
        [
            f"{SUBJECT}The validation CNAME of the certificate for shop.example was created under a doubled name:"
            f" {NAME}.shop.example",
            f"  CNAME {NAME}.shop.example @a.ns.example -> NOERROR: CNAME {VALUE}",
            PUBLISH,
        ],
    ),
    "suffixed": (
        acm_validation_target_suffixed,
        SUFFIXED,
        [
            f"{SUBJECT}The validation CNAME of the certificate for shop.example leads to {VALUE}.shop.example:"
            " the domain was appended to its value",
            f"  CNAME {NAME} @a.ns.example -> NOERROR: CNAME {VALUE}.shop.example",
            "  fix[by hand, none]: Enter the CNAME's value so that nothing is appended to it.",
        ],
    ),
    "different": (
        acm_validation_value_mismatch,
        DIFFERENT,
        [
            f"{SUBJECT}The validation CNAME of the certificate for shop.example has another value than ACM waits for:"
            " _old.acm-validations.aws",
            f"  CNAME {NAME} @a.ns.example -> NOERROR: CNAME _old.acm-validations.aws",
            "  fix[by hand, none]: Replace the CNAME's value by the one that ACM waits for.",
        ],
    ),
    "proxied": (
        acm_validation_cname_hidden,
        PROXIED,
        [
            f"{SUBJECT}ACM does not see the validation CNAME of the certificate for shop.example: at {NAME} zone"
            " shop.example answers 104.16.0.1",
            f"  A {NAME} @a.ns.example -> NOERROR: A 104.16.0.1",
            "  fix[by hand, none]: Make the name a plain CNAME: no proxy, no flattening, and no other record of the"
            " same name.",
        ],
    ),
    "a wildcard": (
        acm_validation_cname_hidden,
        WILDCARD,
        [
            f"{SUBJECT}ACM does not see the validation CNAME of the certificate for shop.example: at {NAME} zone"
            " shop.example answers web.cdn.example",
            f"  CNAME {NAME} @a.ns.example -> NOERROR: CNAME web.cdn.example",
            PUBLISH,
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_told(case: str) -> None:
    check, given, lines = CASES[case]
    assert told(check, merged(AT_GABIA, {"validation_answers": (given,)})) == lines


@pytest.mark.parametrize("case", CASES)
def test_one_cause_is_told_by_one_check(case: str) -> None:
    snapshot = merged(OURS_IT_IS, {"validation_answers": (CASES[case][1],)})
    assert [one.id for one in EVERY if run_one(snapshot, one).findings] == [CASES[case][0].id]


def _finding(check: Check, groups: dict[str, Any]) -> Finding:
    (finding,) = run_one(facts(**groups), check).findings
    return finding


def _changes(finding: Finding) -> list[Any]:
    batches = finding.values["change_batch"]
    assert isinstance(batches, tuple)
    return [change for one in batches for change in json.loads(str(one))["Changes"]]


@pytest.mark.parametrize("case", CASES)
def test_in_a_zone_of_the_account_a_script_writes_the_right_record(case: str) -> None:
    check, given, _ = CASES[case]
    finding = _finding(check, OURS_IT_IS | {"validation_answers": (given,)})
    assert finding.fix is not None
    assert "aws acm wait certificate-validated" in finding.fix.script
    (change,) = _changes(finding)
    assert (change["Action"], change["ResourceRecordSet"]["Name"]) == ("UPSERT", f"{NAME}.")
    assert change["ResourceRecordSet"]["ResourceRecords"] == [{"Value": f"{VALUE}."}]


def test_a_text_in_the_account_is_replaced_in_the_same_batch_and_said() -> None:
    held = records(record_set(NAME, "TXT", f'"{VALUE}"'), record_set("shop.example", "TXT", '"v=spf1 -all"'))
    finding = _finding(
        acm_validation_cname_hidden, OURS_IT_IS | {"validation_answers": (AS_TEXT,), "record_sets": (held,)}
    )
    assert finding.fix is not None
    assert finding.values["removed"] == (f"TXT {NAME}",)
    assert len(finding.fix.effects_for(finding.values)) == 1
    changes = [(one["Action"], one["ResourceRecordSet"]["Type"]) for one in _changes(finding)]
    assert changes == [("DELETE", "TXT"), ("UPSERT", "CNAME")]


def test_a_record_above_a_delegated_zone_is_told_with_that_zone() -> None:
    held = records(record_set(NAME, "CNAME", f"{VALUE}."))
    groups: dict[str, Any] = OURS_IT_IS | {"validation_answers": (BELOW,), "record_sets": (held,)}
    assert told(acm_validation_cname_hidden, facts(**groups)) == [
        f"{SUBJECT}ACM does not see the validation CNAME of the certificate for shop.example: at {NAME} zone"
        " api.shop.example answers NXDOMAIN",
        f"  CNAME {NAME} @a.ns.example -> NXDOMAIN: []",
        "  fix[by hand, none]: Publish the CNAME in the zone that its name is looked up in (api.shop.example), not in"
        " the one above it.",
    ]
    assert [one.id for one in EVERY if run_one(facts(**groups), one).findings] == ["ALB207"]


@pytest.mark.parametrize("check", EVERY[1:4] + EVERY[5:])
def test_silence(check: Check) -> None:
    right = merged(OURS_IT_IS, {"validation_answers": (validation_answer(VALUE),)})
    assert result_of(check, right) is Result.PASSED
    issued = merged(OURS_IT_IS, {"certificates": (certificate(),), "validation_answers": (DIFFERENT,)})
    assert result_of(check, issued) is Result.EMPTY


@pytest.mark.parametrize("check", EVERY[1:4] + EVERY[5:])
def test_unknown_is_not_wrong(check: Check) -> None:
    silent = merged(OURS_IT_IS, {"validation_answers": (validation_answer(rcode=None),)})
    assert result_of(check, silent) is Result.SKIPPED
    for group in ("certificates", "validation_answers"):
        assert result_of(check, merged(OURS_IT_IS, {group: denied("x:Y")})) is Result.SKIPPED
    # Whether a zone of the account holds the record changes nothing of what the world is given.
    blind = merged(OURS_IT_IS, {"validation_answers": (SUFFIXED,), "record_sets": denied("x:Y")})
    assert [one.id for one in EVERY if run_one(blind, one).findings] == ["ALB204"]
