"""ALB209 and ALB210 over facts: CAA records that keep Amazon from issuing or renewing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result, run_one
from albdoctor.derive.certificate.caa import PARAMETERS_BIND
from albdoctor.facts.dns import CaaSet
from albdoctor_checks.certificate.alb209_acm_caa_forbids import acm_caa_forbids
from albdoctor_checks.certificate.alb210_acm_caa_forbids_wildcard import acm_caa_forbids_wildcard
from tests.support.build import balancer, merged
from tests.support.build_dns import (
    CERTIFICATE_ARN,
    GABIA,
    OURS,
    certificate,
    delegation,
    denied,
    on_listener,
    record_set,
    records,
    zone,
)
from tests.support.table import result_of, told

OTHERS_ONLY = ('0 issue "letsencrypt.org"',)
NO_WILDCARDS = ('0 issue "amazon.com"', '0 issuewild ";"')
FAILED = certificate(status="FAILED", FailureReason="CAA_ERROR")
WILD = certificate("shop.example", "*.shop.example", status="PENDING_VALIDATION")
BASE: dict[str, Any] = {
    "load_balancers": (balancer(),),
    "listeners": (),
    "listeners_certificates": (),
    "certificates": (FAILED,),
    "certificates_elsewhere": (),
    "hosted_zones": (),
    "record_sets": (),
    "delegation": delegation(*GABIA),
}


def _set(records_: tuple[str, ...], name: str = "shop.example", **fields: str) -> CaaSet:
    return CaaSet(name=name, records=records_, **{"found_at": "shop.example", "owner": "shop.example", **fields})


def _ours(*values: str, **groups: Any) -> dict[str, Any]:
    """The domain is served by a zone of the account, which has these CAA records."""
    held = (records(record_set("shop.example", "CAA", *values)),)
    served = {"hosted_zones": (zone(),), "record_sets": held, "delegation": delegation(*OURS)}
    return BASE | served | groups


def test_a_set_that_names_others_is_found() -> None:
    assert told(acm_caa_forbids, merged(BASE, {"caa_sets": (_set(OTHERS_ONLY),)})) == [
        f"error confirmed certificate/{CERTIFICATE_ARN}: The CAA records of shop.example do not let Amazon issue a"
        ' certificate for shop.example: 0 issue "letsencrypt.org"',
        '  CAA shop.example -> shop.example: 0 issue "letsencrypt.org"',
        "  fix[by hand, none]: Add CAA records for Amazon at shop.example; those that are there stay.",
    ]


def test_wildcards_are_a_finding_of_their_own() -> None:
    sets = (_set(NO_WILDCARDS), _set(NO_WILDCARDS, "*.shop.example"))
    snapshot = merged(BASE, {"certificates": (WILD,), "caa_sets": sets})
    assert told(acm_caa_forbids_wildcard, snapshot) == [
        f"error confirmed certificate/{CERTIFICATE_ARN}: The issuewild CAA records of shop.example do not let Amazon"
        ' issue a certificate for *.shop.example: 0 issue "amazon.com", 0 issuewild ";"',
        '  CAA *.shop.example -> shop.example: 0 issue "amazon.com"; 0 issuewild ";"',
        "  fix[by hand, none]: Add CAA records for Amazon at shop.example; those that are there stay.",
    ]
    assert result_of(acm_caa_forbids, snapshot) is Result.PASSED


def test_of_a_certificate_that_serves_only_the_renewal_is_at_stake() -> None:
    serving = {"certificates": (certificate(),), "listeners_certificates": (on_listener(CERTIFICATE_ARN),)}
    (finding,) = run_one(merged(BASE, serving, {"caa_sets": (_set(OTHERS_ONLY),)}), acm_caa_forbids).findings
    assert finding.severity == "warning"
    imported = serving | {"certificates": (certificate(Type="IMPORTED"),)}
    assert result_of(acm_caa_forbids, merged(BASE, imported, {"caa_sets": (_set(OTHERS_ONLY),)})) is Result.EMPTY


def _changes(groups: dict[str, Any], sets: tuple[CaaSet, ...]) -> list[list[str]]:
    (finding,) = run_one(merged(groups, {"caa_sets": sets}), acm_caa_forbids).findings
    assert finding.fix is not None
    assert finding.fix.script
    batches = finding.values["change_batch"]
    assert isinstance(batches, tuple)
    changes = [change for one in batches for change in json.loads(str(one))["Changes"]]
    assert {(one["Action"], one["ResourceRecordSet"]["Name"]) for one in changes} == {("UPSERT", "shop.example.")}
    return [[one["Value"] for one in change["ResourceRecordSet"]["ResourceRecords"]] for change in changes]


def test_in_a_zone_of_the_account_amazon_is_added_and_nothing_taken_away() -> None:
    assert _changes(_ours(*OTHERS_ONLY), (_set(OTHERS_ONLY),)) == [[*OTHERS_ONLY, '0 issue "amazon.com"']]
    # One script for both: the second one would undo the first.
    both = ('0 issue "letsencrypt.org"', '0 issuewild "letsencrypt.org"')
    sets = (_set(both), _set(both, "*.shop.example"))
    wild = _ours(*both, certificates=(WILD,))
    assert _changes(wild, sets) == [[*both, '0 issue "amazon.com"', '0 issuewild "amazon.com"']]


def test_a_zone_that_has_other_records_than_the_world_sees_is_not_written_to() -> None:
    (finding,) = run_one(
        merged(_ours('0 issue "digicert.com"'), {"caa_sets": (_set(OTHERS_ONLY),)}), acm_caa_forbids
    ).findings
    assert finding.fix is not None
    assert not finding.fix.script


def test_records_at_the_target_of_a_cname_are_anothers() -> None:
    sets = (_set(OTHERS_ONLY, owner="pages.other.test"),)
    (last,) = told(acm_caa_forbids, merged(_ours(), {"caa_sets": sets}))[-1:]
    assert last == (
        "  fix[by hand, none]: Have CAA records for Amazon added at pages.other.test, where shop.example leads, or let"
        " shop.example not be a CNAME."
    )


def test_a_critical_property_that_nobody_knows_is_found_too() -> None:
    (*_, last) = told(acm_caa_forbids, merged(BASE, {"caa_sets": (_set(('128 mine "x"',)),)}))
    assert last.startswith("  fix[by hand, none]: Take the critical flag (128) off the CAA records of shop.example")


def test_parameters_are_likely_and_only_from_the_day_they_bind() -> None:
    snapshot = merged(BASE, {"caa_sets": (_set(('0 issue "amazon.com; validationmethods=http-01"',)),)})
    assert result_of(acm_caa_forbids, snapshot) is Result.PASSED
    later = replace(snapshot, scan=replace(snapshot.scan, taken_at=PARAMETERS_BIND))
    first, *_ = told(acm_caa_forbids, later)
    assert first.startswith(f"error likely certificate/{CERTIFICATE_ARN}: ")


@pytest.mark.parametrize("check", [acm_caa_forbids, acm_caa_forbids_wildcard])
def test_silence(check: Any) -> None:
    for found in (('0 issue "amazon.com"',), (), ('0 iodef "mailto:x@shop.example"',)):
        assert result_of(check, merged(BASE, {"caa_sets": (_set(found),)})) is Result.PASSED
    nothing = {"certificates": (certificate(), FAILED), "caa_sets": (_set(OTHERS_ONLY),)}
    # The failed request is old: another one was issued, and no listener serves it yet.
    assert result_of(check, merged(BASE, nothing)) is Result.EMPTY


@pytest.mark.parametrize("check", [acm_caa_forbids, acm_caa_forbids_wildcard])
def test_unknown_is_no_permission_and_no_bar(check: Any) -> None:
    lost = CaaSet(name="shop.example", error="CAA of shop.example: SERVFAIL")
    for sets in ((lost,), denied("DNS CAA records")):
        assert result_of(check, merged(BASE, {"caa_sets": sets})) is Result.SKIPPED
        serving = {"certificates": (certificate(),), "listeners_certificates": (on_listener(CERTIFICATE_ARN),)}
        assert not run_one(merged(BASE, serving, {"caa_sets": sets}), check).gaps


@pytest.mark.parametrize("check", [acm_caa_forbids, acm_caa_forbids_wildcard])
def test_a_name_that_was_not_asked_or_cannot_be_read_is_no_permission(check: Any) -> None:
    asked = _set(('0 issue "amazon.com"',))
    two_names = {"certificates": (certificate("shop.example", "www.shop.example", status="FAILED"),)}
    assert result_of(check, merged(BASE, two_names, {"caa_sets": (asked,)})) is Result.SKIPPED
    assert result_of(check, merged(BASE, {"caa_sets": (_set(('0 issue "a\\"b"',)),)})) is Result.SKIPPED


@pytest.mark.parametrize("check", [acm_caa_forbids, acm_caa_forbids_wildcard])
def test_a_renewal_whose_records_could_not_be_seen_is_neither_barred_nor_passed(check: Any) -> None:
    serving = {"certificates": (certificate(),), "listeners_certificates": (on_listener(CERTIFICATE_ARN),)}
    lost = CaaSet(name="shop.example", error="CAA of shop.example: SERVFAIL")
    for sets in ((lost,), ()):
        assert result_of(check, merged(BASE, serving, {"caa_sets": sets})) is Result.EMPTY
