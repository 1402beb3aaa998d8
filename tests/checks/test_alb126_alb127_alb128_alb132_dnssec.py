"""ALB126, 127, 128, 132 over facts: where the chain of trust to the host breaks, and who notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import run_one
from albdoctor.facts.dnssec import Chain, Fits, SignedZone
from albdoctor.facts.known import Gap
from albdoctor.facts.snapshot import Facts
from albdoctor.redact.snapshot import redact
from albdoctor_checks.domain.alb126_dnssec_ds_without_dnskey import dnssec_ds_without_dnskey
from albdoctor_checks.domain.alb127_dnssec_ds_mismatch import dnssec_ds_mismatch
from albdoctor_checks.domain.alb128_dnssec_signature_invalid import dnssec_signature_invalid
from albdoctor_checks.domain.alb132_dnssec_resolver_says_bogus import dnssec_resolver_says_bogus
from tests.support.build import NOW, facts
from tests.support.build_dns import OURS, answer, delegation, denied
from tests.support.build_dnssec import (
    DS,
    OTHER_DS,
    chain,
    key,
    keys_answer,
    resolver,
    signature,
    signed_set,
    signed_zone,
)
from tests.support.table import result_of, told

EVERY = (dnssec_ds_without_dnskey, dnssec_ds_mismatch, dnssec_signature_invalid)
DAY = timedelta(days=1)
TIMES = f"{NOW - 15 * DAY:%Y-%m-%d %H:%M} - {NOW - 2 * DAY:%Y-%m-%d %H:%M}"
EXPIRED = signature(inception=NOW - 15 * DAY, expiration=NOW - 2 * DAY)
EARLY = signature(inception=NOW + 2 * DAY, expiration=NOW + 15 * DAY)
NO = signature(fits=Fits.NO)


def seen(*zones: SignedZone, ds: tuple[str, ...] = (DS,), **groups: Any) -> Facts:
    """The domain has a DS record, and this is its chain."""
    given: dict[str, Any] = {"dnssec": chain(*zones)} | groups
    return facts(delegation=delegation(*OURS, ds=ds), **given)


def results(of: Facts) -> str:
    """The results of the three checks of the chain."""
    return " ".join(result_of(check, of).value for check in EVERY)


NO_KEYS = signed_zone(keys=(), answers=(keys_answer(), keys_answer(server=OURS[1])), sets=())
OTHER_KEYS = signed_zone(trusts=(OTHER_DS,), keys=(key(trusted=False),))
SOUND = signed_zone()


def test_a_ds_record_over_an_unsigned_zone_is_found() -> None:
    assert told(dnssec_ds_without_dnskey, seen(NO_KEYS, resolver_answers=(resolver("SERVFAIL", "NOERROR", 9),))) == [
        "error confirmed domain/shop.example: example has a DS record for shop.example, and its zone is not signed:"
        f" no DNSKEY at {OURS[0]}, {OURS[1]}",
        f"  DS shop.example -> {DS}",
        "  DNSKEY shop.example -> DNSKEY: []",
        "  A shop.example @192.0.2.53 -> SERVFAIL, EDE 9; NOERROR with checking disabled",
        "  fix[by hand, none]: Remove the DS record of shop.example at the registrar; sign the zone first if DNSSEC is"
        " wanted.",
    ]


def test_a_ds_record_of_another_key_is_found() -> None:
    assert told(dnssec_ds_mismatch, seen(OTHER_KEYS, ds=(OTHER_DS,))) == [
        "error confirmed domain/shop.example: The DS record of shop.example is of key 999, and its zone has other keys"
        " (12345)",
        f"  DS shop.example -> {OTHER_DS}",
        "  DNSKEY shop.example -> 12345 (algorithm 13, flags 257)",
        "  fix[by hand, none]: Publish the DS record of the zone's present key at the registrar of shop.example, then"
        " remove the old one.",
    ]


def test_the_fix_names_the_ds_records_of_the_entry_keys() -> None:
    zone_key = key(tag="7", flags=256, ds=f"7 13 2 {'aa' * 32}", trusted=False)
    both = replace(OTHER_KEYS, keys=(key(trusted=False), zone_key))
    (finding,) = run_one(seen(both), dnssec_ds_mismatch).findings
    assert (finding.values["wanted"], finding.values["algorithm"]) == ((DS,), 13)
    alone = replace(OTHER_KEYS, keys=(zone_key,))
    (finding,) = run_one(seen(alone), dnssec_ds_mismatch).findings
    assert finding.values["wanted"] == (zone_key.ds,)


def test_an_expired_signature_is_found() -> None:
    zone = signed_zone(sets=(signed_set("DNSKEY", EXPIRED), signed_set("A", EXPIRED), signed_set("SOA")))
    assert told(dnssec_signature_invalid, seen(zone)) == [
        "error confirmed domain/shop.example: Signatures of shop.example do not hold: DNSKEY shop.example,"
        f" A shop.example: expired on {NOW - 2 * DAY:%Y-%m-%d}",
        f"  DNSKEY shop.example @{OURS[0]} -> RRSIG {TIMES} UTC, key 12345",
        f"  A shop.example @{OURS[0]} -> RRSIG {TIMES} UTC, key 12345",
        "  fix[by hand, none]: Let the DNS provider of shop.example sign the zone anew; until then, the DS record can"
        " be taken away.",
    ]


@pytest.mark.parametrize(
    ("sets", "what", "severity"),
    [
        ((signed_set("A", EARLY),), f"A shop.example: not valid before {NOW + 2 * DAY:%Y-%m-%d}", None),
        ((signed_set("A", NO),), "A shop.example: no signature of the zone's keys", None),
        ((signed_set("A"), signed_set("DNSKEY", sets=())), "DNSKEY shop.example: no signature", None),
        # one server of several, and what stands in denials alone
        ((signed_set("A", EXPIRED), signed_set("A", servers=(OURS[1],))), "A shop.example: expired on", "warning"),
        ((signed_set("A"), signed_set("SOA", sets=())), "SOA shop.example: no signature", "warning"),
    ],
)
def test_other_signatures(sets: tuple[Any, ...], what: str, severity: str | None) -> None:
    (finding,) = run_one(seen(signed_zone(sets=sets)), dnssec_signature_invalid).findings
    assert what in finding.values["what"].en  # type: ignore[union-attr]
    assert finding.severity == severity


UNTRIED = signature(fits=Fits.NOT_TRIED)
UNSUPPORTED = signature(fits=Fits.UNSUPPORTED, algorithm=99)


@pytest.mark.parametrize(
    ("zone", "outcome"),
    [
        (SOUND, "passed passed passed"),
        # one of several signatures, keys and DS records is enough
        (signed_zone(sets=(signed_set("A", EXPIRED, NO, signature()),)), "passed passed passed"),
        (signed_zone(trusts=(OTHER_DS, DS), keys=(key(), key(tag="7", trusted=False))), "passed passed passed"),
        # what nobody tried is not known, and neither is what a zone below on the same servers may have signed
        (signed_zone(sets=(signed_set("A", UNTRIED, NO),)), "skipped skipped skipped"),
        (signed_zone(sets=(signed_set("A", UNSUPPORTED),)), "skipped skipped skipped"),
        (signed_zone(sets=(signed_set("A", sets=(), others=True),)), "skipped skipped skipped"),
        (signed_zone(keys=(key(trusted=False),), left_out=True), "skipped skipped skipped"),
        (signed_zone(answers=(keys_answer(rcode="SERVFAIL"),)), "skipped skipped skipped"),
        # a server that did not give its keys may have others
        (
            signed_zone(sets=(signed_set("A", signature(fits=Fits.NO_KEY), servers=(OURS[3],)),)),
            "skipped skipped skipped",
        ),
        # unknown algorithms and digests count as unsigned (RFC 4035 section 5.2)
        (replace(OTHER_KEYS, trusts=(f"999 99 2 {'ab' * 32}",)), "empty empty empty"),
        (replace(OTHER_KEYS, trusts=(f"999 13 9 {'ab' * 32}",)), "empty empty empty"),
        # without a key there is none of another one, and without one that is trusted no signature was judged
        (NO_KEYS, "found empty empty"),
        (OTHER_KEYS, "passed found empty"),
        (signed_zone(sets=(signed_set("A", NO),)), "passed passed found"),
    ],
)
def test_each_fault_is_one_checks(zone: SignedZone, outcome: str) -> None:
    assert results(seen(zone)) == outcome


def test_one_server_without_keys_is_a_warning() -> None:
    some = replace(SOUND, answers=(*SOUND.answers, keys_answer(server=OURS[1])))
    (finding,) = run_one(seen(some), dnssec_ds_without_dnskey).findings
    assert (finding.severity, finding.values["servers"]) == ("warning", (OURS[1],))


@pytest.mark.parametrize(("zone", "check"), [(NO_KEYS, EVERY[0]), (OTHER_KEYS, EVERY[1])])
def test_where_a_resolver_has_validated_the_host_it_is_no_error(zone: SignedZone, check: Any) -> None:
    outcome = run_one(seen(zone, resolver_answers=(resolver("NOERROR", authenticated=True),)), check)
    assert [finding.severity for finding in outcome.findings] == ["warning"]
    assert [
        finding.severity for finding in run_one(seen(zone, resolver_answers=(resolver("NOERROR"),)), check).findings
    ] == [None]


def test_what_a_resolver_has_validated_is_no_gap() -> None:
    silent = signed_zone(answers=(keys_answer(rcode="SERVFAIL"),))
    for authenticated, outcome in ((True, "passed"), (False, "skipped")):
        said = (resolver("NOERROR", authenticated=authenticated),)
        unseen = facts(delegation=delegation(*OURS, ds=(DS,)), resolver_answers=said)
        assert results(seen(silent, resolver_answers=said)) == " ".join([outcome] * 3)
        assert results(unseen) == " ".join([outcome] * 3)


def test_this_machines_clock_is_not_the_domains_fault() -> None:
    above = signed_zone(zone="example", sets=(signed_set("DNSKEY", EXPIRED, name="example"),))
    late = signed_zone(sets=(signed_set("A", EXPIRED),))
    assert results(seen(above, late)) == "skipped skipped skipped"
    right = signed_zone(zone="example", sets=(signed_set("DNSKEY", name="example"),))
    assert results(seen(right, late)) == "passed passed found"


@pytest.mark.parametrize(
    ("off", "codes", "certainty"),
    [(timedelta(hours=3), (), "likely"), (timedelta(hours=3), (7,), "confirmed"), (2 * DAY, (), "confirmed")],
)
def test_some_hours_may_be_this_machines_clock(off: timedelta, codes: tuple[int, ...], certainty: str) -> None:
    for held in (
        signature(inception=NOW - 9 * DAY, expiration=NOW - off),
        signature(inception=NOW + off, expiration=NOW + 9 * DAY),
    ):
        said = (resolver("SERVFAIL", "NOERROR", *codes),) if codes else ()
        given = seen(signed_zone(sets=(signed_set("A", held),)), resolver_answers=said)
        (finding,) = run_one(given, dnssec_signature_invalid).findings
        assert (finding.certainty, len(finding.alternatives)) == (certainty, int(certainty == "likely"))


def test_redacted_facts_are_judged_alike() -> None:
    for zone in (SOUND, NO_KEYS, OTHER_KEYS, signed_zone(sets=(signed_set("A", EXPIRED),))):
        assert results(redact(seen(zone))) == results(seen(zone))
    told_of = repr(redact(seen(SOUND)))
    assert "12345" not in told_of
    assert "abab" not in told_of


def test_a_domain_without_ds_records_needs_no_chain() -> None:
    unsigned = facts(delegation=delegation(*OURS))
    assert results(unsigned) == "passed passed passed"
    assert results(facts(delegation=delegation())) == "empty empty empty"
    assert results(seen(dnssec=Chain())) == "passed passed passed"  # its TLD is not signed: nobody validates it


def test_what_nobody_could_see_is_a_gap() -> None:
    assert results(facts(delegation=delegation(*OURS, ds=(DS,)))) == "skipped skipped skipped"
    assert results(facts(delegation=denied("DNS delegation"), dnssec=Chain())) == "skipped skipped skipped"
    walked = delegation(*OURS)
    silent = answer(question="shop.example", type_="DS", error="timeout")
    cut = replace(walked.cuts[-1], ds_answers=(silent,))
    outcome = run_one(facts(delegation=replace(walked, cuts=(walked.cuts[0], cut))), dnssec_ds_mismatch)
    assert [(gap.gap, gap.asked, gap.detail) for gap in outcome.gaps] == [
        (Gap.UNREACHABLE, "DNS DS shop.example", "timeout")
    ]


def test_a_zone_below_of_which_nobody_said_whether_it_is_signed_is_a_gap() -> None:
    walked = delegation(*OURS, ds=(DS,))
    silent = answer(question="dev.shop.example", type_="DS", rcode="SERVFAIL")
    dev = replace(walked.cuts[-1], zone="dev.shop.example", parent_zone="shop.example", ds=(), ds_answers=(silent,))
    seen_below = replace(walked, cuts=(*walked.cuts, dev))
    outcome = run_one(
        facts(host="dev.shop.example", delegation=seen_below, dnssec=chain(OTHER_KEYS)), dnssec_ds_mismatch
    )
    assert [(gap.asked, gap.detail) for gap in outcome.gaps] == [("DNS DS dev.shop.example", "SERVFAIL")]
    assert len(outcome.findings) == 1


def test_an_anchor_that_does_not_fit_accuses_nobody() -> None:
    root = signed_zone(zone=".", keys=(key(trusted=False),), sets=())
    assert results(seen(root, SOUND)) == "skipped skipped skipped"


def test_resolvers_that_say_bogus_are_witnesses() -> None:
    said = resolver("SERVFAIL", "NOERROR", 6)
    assert told(dnssec_resolver_says_bogus, seen(SOUND, resolver_answers=(said,))) == [
        "error confirmed domain/shop.example: Resolvers that validate refuse shop.example as bogus: 192.0.2.53",
        "  A shop.example @192.0.2.53 -> SERVFAIL, EDE 6; NOERROR with checking disabled",
        "  fix[by hand, none]: Repair DNSSEC of shop.example, or remove its DS record at the registrar.",
    ]


def test_without_the_resolvers_reason_it_is_likely() -> None:
    (finding,) = run_one(
        seen(SOUND, resolver_answers=(resolver("SERVFAIL", "NOERROR"),)), dnssec_resolver_says_bogus
    ).findings
    assert (finding.certainty, finding.counted, len(finding.alternatives)) == ("likely", True, 2)


@pytest.mark.parametrize(
    ("said", "ds", "outcome"),
    [
        (resolver("NOERROR"), (DS,), "passed"),
        # no answer without checking either, or no server reached: lame, not bogus
        (resolver("SERVFAIL", "SERVFAIL"), (DS,), "empty"),
        (resolver("SERVFAIL", "NOERROR", 22), (DS,), "empty"),
        (resolver("SERVFAIL", None), (DS,), "empty"),
        # a domain that nobody signed is bogus only by the word of a resolver: it may have the old DS record still
        (resolver("SERVFAIL", "NOERROR"), (), "empty"),
        (resolver("SERVFAIL", "NOERROR", 9), (), "found"),
        (resolver("SERVFAIL", "NOERROR", 22, 9), (DS,), "found"),
    ],
)
def test_bogus_is_told_from_lame(said: Any, ds: tuple[str, ...], outcome: str) -> None:
    given = facts(delegation=delegation(*OURS, ds=ds), resolver_answers=(said,))
    assert result_of(dnssec_resolver_says_bogus, given).value == outcome


def test_no_resolver_is_no_witness_and_no_gap() -> None:
    assert result_of(dnssec_resolver_says_bogus, seen(SOUND, resolver_answers=denied("resolvers"))).value == "empty"


def test_a_zone_above_is_told_from_the_domain_itself() -> None:
    above = replace(NO_KEYS, zone="example", answers=(keys_answer(zone="example"),))
    both = run_one(seen(above, NO_KEYS), dnssec_ds_without_dnskey).findings
    assert [(finding.key, finding.values["domain"]) for finding in both] == [
        ("example", "example"),
        ("", "shop.example"),
    ]
    assert len({finding.fingerprint("ALB126") for finding in both}) == 2
