"""ALB224, 225, 226 over facts: served certificates that browsers refuse, and the fix by what the listener holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from albdoctor.checkup import Fix
from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.wire import AddressProbe
from albdoctor.text import Text, fill_script
from albdoctor_checks.certificate.alb224_tls_certificate_dates import tls_certificate_dates
from albdoctor_checks.certificate.alb225_tls_chain_incomplete import tls_chain_incomplete
from albdoctor_checks.certificate.alb226_tls_untrusted_issuer import tls_untrusted_issuer
from albdoctor_checks.fixes.served_certificate import SWAP_DEFAULT, SWAP_LISTED
from tests.support.build import LISTENER_443_ARN, NOW, facts, listener
from tests.support.build_dns import CERTIFICATE_ARN, DOMAIN, certificate, denied, host_answers, on_listener
from tests.support.build_tls import CUT, END, EXPIRED, GOOD, PRIVATE, SELF_SIGNED, served, shown, tls
from tests.support.table import result_of, told

WRONG = {tls_certificate_dates: EXPIRED, tls_chain_incomplete: CUT, tls_untrusted_issuer: SELF_SIGNED}
CHECKS = tuple(WRONG)
IMPORTED = certificate(Type="IMPORTED", arn=f"{CERTIFICATE_ARN}-imported")
ISSUED = certificate()
ELSEWHERE = (
    "  fix[by hand, none]: Put a certificate for shop.example that browsers trust, with its whole chain,"
    " where TLS ends: 203.0.113.6."
)
TWO = served(subject="CN=Sectigo R36,O=Sectigo Limited", issuer="CN=Sectigo R46,O=Sectigo Limited")
ROOT = served(subject="CN=Corp Root,O=Corp", own=True)


def held(*arns: str, certificates: tuple[Any, ...] = (IMPORTED, ISSUED)) -> dict[str, Any]:
    """The listener holds these."""
    return {
        "listeners": (listener(),),
        "listeners_certificates": (on_listener(*arns),),
        "certificates": certificates,
    }


def test_an_expired_certificate_is_told() -> None:
    assert told(tls_certificate_dates, facts(**tls(shown(), EXPIRED))) == [
        "error confirmed domain/shop.example: The certificate served for shop.example expired on 2026-11-21,"
        " at 1 of 2 addresses: 203.0.113.6",
        "  TLS 203.0.113.6:443 SNI shop.example -> certificate has expired (OpenSSL 10), CN=shop.example,"
        " 2026-08-24 - 2026-11-21",
        ELSEWHERE,
    ]


def test_one_that_is_not_valid_yet_and_one_of_the_chain_are_told() -> None:
    early = served(DOMAIN)
    early = msgspec.structs.replace(early, not_before=NOW + timedelta(1))
    (finding,) = run_one(facts(**tls(shown(early, code=9))), tls_certificate_dates).findings
    assert finding.values["what"] == Text(en="is not valid before 2026-11-23", ko="2026-11-23 이전에는 유효하지 않음")
    above = served(subject="CN=Old,O=Amazon", end=NOW - timedelta(days=9))
    chain = shown(served(DOMAIN, issuer="CN=Old,O=Amazon"), above, code=10)
    (finding,) = run_one(facts(**tls(chain)), tls_certificate_dates).findings
    assert "CN=Old,O=Amazon" in finding.evidence[0].saw.en
    kept = shown(code=10, words="certificate has expired")
    (finding,) = run_one(facts(**tls(kept)), tls_certificate_dates).findings
    assert finding.values["what"] == Text(en="is outside its dates", ko="certificate has expired (OpenSSL 10)")


def test_a_leaf_without_its_intermediate_is_told() -> None:
    assert told(tls_chain_incomplete, facts(**tls(shown(), CUT))) == [
        "error confirmed domain/shop.example: The certificate chain served for shop.example lacks its intermediate,"
        " CN=Amazon RSA 2048 M02,O=Amazon,C=US, at 1 of 2 addresses: 203.0.113.6",
        "  TLS 203.0.113.6:443 SNI shop.example -> unable to get local issuer certificate (OpenSSL 20):"
        " CN=shop.example",
        ELSEWHERE,
    ]


def test_a_longer_chain_that_breaks_off_may_be_one_that_nobody_trusts() -> None:
    probe = shown(served(DOMAIN, issuer=TWO.subject), TWO, code=20, words="unable to get local issuer certificate")
    snapshot = facts(**tls(probe))
    (finding,) = run_one(snapshot, tls_chain_incomplete).findings
    assert finding.certainty == "likely"
    assert finding.values["missing"] == "CN=Sectigo R46,O=Sectigo Limited"
    assert result_of(tls_untrusted_issuer, snapshot) is Result.EMPTY


def test_a_self_signed_certificate_is_told() -> None:
    assert told(tls_untrusted_issuer, facts(**tls(shown(), SELF_SIGNED))) == [
        "error confirmed domain/shop.example: No browser trusts the issuer of the certificate served for shop.example"
        " (self-signed), at 1 of 2 addresses: 203.0.113.6",
        "  TLS 203.0.113.6:443 SNI shop.example -> self-signed certificate (OpenSSL 18): issuer CN=shop.example",
        ELSEWHERE,
    ]


@pytest.mark.parametrize(
    ("probe", "certainty"),
    [
        (shown(served(DOMAIN, issuer=PRIVATE), code=20), "likely"),
        (shown(served(DOMAIN, issuer="CN=Amazonia CA,O=Amazonia Travel"), code=21), "likely"),
        (shown(served(DOMAIN, issuer=ROOT.subject), ROOT, code=19), "confirmed"),
        (shown(served(DOMAIN, issuer=PRIVATE), served(subject=PRIVATE, issuer=ROOT.subject), code=20), "confirmed"),
    ],
    ids=["an unknown issuer, nothing of it sent", "a name like an authority's", "a root of one's own", "a chain"],
)
def test_an_unknown_issuer_is_not_a_missing_intermediate(probe: AddressProbe, certainty: str) -> None:
    snapshot = facts(**tls(probe))
    (finding,) = run_one(snapshot, tls_untrusted_issuer).findings
    assert finding.certainty == certainty
    assert result_of(tls_chain_incomplete, snapshot) is Result.EMPTY


@pytest.mark.parametrize(("on", "fix"), [((IMPORTED,), SWAP_DEFAULT), ((ISSUED, IMPORTED), SWAP_LISTED)])
@pytest.mark.parametrize("check", CHECKS)
def test_a_better_certificate_of_the_account_takes_its_place(check: Check, on: tuple[Any, ...], fix: Fix) -> None:
    end = NOW - timedelta(days=1) if check is tls_certificate_dates else END
    imported = msgspec.structs.replace(IMPORTED, not_after=end)
    groups = tls(WRONG[check]) | held(*(one.certificate_arn for one in on), certificates=(imported, ISSUED))
    assert told(check, facts(**groups))[-1] == (
        "  fix[script, none]: Let the listener serve the certificate that ACM issued for shop.example instead."
    )
    (finding,) = run_one(facts(**groups), check).findings
    assert finding.fix is fix
    script = fill_script(fix.script, finding.values)
    assert f"CertificateArn={CERTIFICATE_ARN}\n" in script
    assert LISTENER_443_ARN in script


def test_without_a_better_one_it_is_imported_again() -> None:
    alone = tls(shown(), CUT) | held(IMPORTED.certificate_arn, certificates=(IMPORTED,))
    assert told(tls_chain_incomplete, facts(**alone))[-1] == (
        "  fix[by hand, none]: Import a certificate that browsers trust under the same ARN, with its whole chain."
    )
    ended = certificate(NotAfter=NOW - timedelta(days=1))
    narrow = certificate("shop.example", "x.test", Type="IMPORTED", arn=IMPORTED.certificate_arn)
    for spare, ours in ((ended, IMPORTED), (ISSUED, narrow)):
        leaf = shown(served(*ours.names, own=True), code=18)
        groups = tls(leaf) | held(ours.certificate_arn, certificates=(ours, spare))
        (finding,) = run_one(facts(**groups), tls_untrusted_issuer).findings
        assert finding.fix is not None
        assert not finding.fix.script


@pytest.mark.parametrize("check", CHECKS)
def test_what_verifies_is_silent_everywhere(check: Check) -> None:
    assert result_of(check, facts(**tls(shown()))) is Result.PASSED
    odd = shown(served("x.test", issuer=PRIVATE, end=NOW - timedelta(days=1)))
    assert result_of(check, facts(**tls(odd))) is Result.PASSED
    elsewhere = tls(shown(), EXPIRED, CUT, SELF_SIGNED, addresses=(GOOD,))
    assert result_of(check, facts(**elsewhere)) is Result.PASSED


@pytest.mark.parametrize("check", CHECKS)
def test_each_verdict_has_one_check(check: Check) -> None:
    for of, probe in WRONG.items():
        wanted = Result.FOUND if of is check else Result.EMPTY
        assert result_of(check, facts(**tls(probe))) is wanted
    assert result_of(check, facts(**tls(shown(code=26)))) is Result.EMPTY
    assert result_of(check, facts(host_answers=host_answers(GOOD), probes=denied("x:Y"))) is Result.SKIPPED
