"""The chain of trust over a signed tree on loopback: what is asked, what verifies, and what it costs at most."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import dns.message
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.zone
import pytest
from dns.dnssectypes import DSDigest
from msgspec.structs import replace

from albdoctor.checkup.engine import run_one
from albdoctor.collect.dns.questions import Dns, root_anchors
from albdoctor.collect.dns.signed import TRIES, Verifier
from albdoctor.facts.dns import Delegation, HostAnswers
from albdoctor.facts.dnssec import Chain, Fits
from albdoctor_checks.domain.alb126_dnssec_ds_without_dnskey import dnssec_ds_without_dnskey
from albdoctor_checks.domain.alb127_dnssec_ds_mismatch import dnssec_ds_mismatch
from albdoctor_checks.domain.alb128_dnssec_signature_invalid import dnssec_signature_invalid
from tests.support.build import facts
from tests.support.dns_run import known, with_dns
from tests.support.dns_server import Server, answer
from tests.support.dns_signed import ROOT_KEY, signed, spoiled
from tests.support.dns_tree import AWS, SHOP
from tests.support.signing import NOT_YET, OVER, REVOKED, ZSK, Pair, add_signature, pair, sign

CHECKS = (dnssec_ds_without_dnskey, dnssec_ds_mismatch, dnssec_signature_invalid)


def asked(servers: dict[str, Server], host: str = "shop.example", *, anchor: bool = True) -> Any:
    async def work(dns_: Dns) -> tuple[Delegation, HostAnswers, Chain]:
        delegation = known(await dns_.delegation(keys=True))
        answers = known(await dns_.host_answers(delegation))
        return delegation, answers, await dns_.chain(delegation, answers)

    return with_dns(servers, work, host, trust_anchors=(ROOT_KEY.ds("."),) if anchor else ())


def found(servers: dict[str, Server], host: str = "shop.example", *, anchor: bool = True) -> list[str]:
    """What the three checks say: their ids and messages, or the gaps."""
    delegation, answers, chain = asked(servers, host, anchor=anchor)
    seen = facts(host=host, delegation=delegation, host_answers=answers, dnssec=chain)
    outcomes = [run_one(seen, check) for check in CHECKS]
    return [f"{one.check.id} {each.severity or 'error'}" for one in outcomes for each in one.findings] + sorted(
        {f"{gap.gap} {gap.detail}" for one in outcomes for gap in one.gaps}
    )


def questions(servers: dict[str, Server], type_: str) -> int:
    return sum(one[1] == type_ for server in servers.values() for one in server.asked)


KEY, OLD, ZONE_KEY = pair(), pair(), pair(ZSK)
DS, OLD_DS = KEY.ds("shop.example."), OLD.ds("shop.example.")


def by(*signers: Pair, **how: Any) -> Callable[[dns.zone.Zone], dns.zone.Zone]:
    def signing(one: dns.zone.Zone) -> dns.zone.Zone:
        return sign(one, *signers, **how)

    return signing


def unsigned(one: dns.zone.Zone) -> dns.zone.Zone:
    return one


def but_addresses(name: str, type_: str) -> bool:
    return (name, type_) != ("shop.example", "A")


def but_denials(_name: str, type_: str) -> bool:
    return type_ != "SOA"


def two_keys(one: dns.zone.Zone) -> dns.zone.Zone:
    """A KSK signs the keys, a ZSK everything else."""
    sign(one, ZONE_KEY, keys=(KEY, ZONE_KEY), only=lambda _name, type_: type_ != "DNSKEY")
    keys = one.find_rdataset("shop.example.", "DNSKEY")
    assert one.origin is not None
    add_signature(one, one.origin, keys, KEY)
    return one


HEALTHY: dict[str, dict[str, Server]] = {
    "one key for all": signed(DS, shop=by(KEY)),
    "a KSK and a ZSK": signed(DS, shop=two_keys),
    "two DS records, of which one is of a key to come": signed(OLD_DS, DS, shop=by(KEY)),
    "a second key, not signing yet": signed(DS, shop=by(KEY, keys=(KEY, OLD, ZONE_KEY))),
    "both keys sign": signed(OLD_DS, shop=by(KEY, OLD)),
    "SHA-1 and SHA-384 digests": signed(
        KEY.ds("shop.example.", DSDigest.SHA1), KEY.ds("shop.example.", DSDigest.SHA384), shop=by(KEY)
    ),
    "CDS and CDNSKEY": signed(DS, records=f"{SHOP}@ CDS {DS}\n@ CDNSKEY 0 3 0 AA==\n", shop=by(KEY)),
    "signed, and no DS": signed(shop=by(KEY)),
    "not signed": signed(),
    "an unknown algorithm": signed(f"{KEY.tag} 99 2 {'ab' * 32}"),
    "an unknown digest": signed(f"{KEY.tag} 13 9 {'ab' * 32}"),
    "a wildcard answers": signed(DS, records=SHOP.replace("www CNAME", "* CNAME"), shop=by(KEY)),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy(name: str) -> None:
    assert found(HEALTHY[name]) == []
    assert found(HEALTHY[name], anchor=False) == []


BROKEN: dict[str, tuple[dict[str, Server], list[str]]] = {
    "no keys": (signed(DS), ["ALB126 error"]),
    "no keys at one server": (signed(DS, shop=by(KEY), second=unsigned), ["ALB126 warning"]),
    "an old key's DS": (signed(OLD_DS, shop=by(KEY)), ["ALB127 error"]),
    "a revoked key's DS": (signed(pair(REVOKED).ds("shop.example."), shop=by(KEY)), ["ALB127 error"]),
    "expired": (signed(DS, shop=by(KEY, held=OVER)), ["ALB128 error"]),
    "expired at one server": (signed(DS, shop=by(KEY), second=by(KEY, held=OVER)), ["ALB128 warning"]),
    "not yet valid": (signed(DS, shop=by(KEY, held=NOT_YET)), ["ALB128 error"]),
    "the DS record's key does not sign the keys": (signed(OLD_DS, shop=by(KEY, keys=(KEY, OLD))), ["ALB128 error"]),
    "addresses without signatures": (
        signed(DS, shop=by(KEY, only=but_addresses)),
        ["ALB128 error"],
    ),
    "denials alone without signatures": (
        signed(DS, shop=by(KEY, only=but_denials)),
        ["ALB128 warning"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str) -> None:
    servers, expected = BROKEN[name]
    assert found(servers) == expected
    assert found(servers, anchor=False) == expected


def test_records_changed_after_they_were_signed() -> None:
    def changed(one: dns.zone.Zone) -> None:
        sign(one, KEY)
        one.find_rdataset("shop.example.", "A").add(dns.rdata.from_text("IN", "A", "203.0.113.99"))

    assert found(signed(DS, shop=changed)) == ["ALB128 error"]


def test_this_machines_clock_is_not_the_domains_fault() -> None:
    servers = signed(DS, shop=by(KEY, held=OVER), above={"held": OVER})
    assert found(servers) == [
        f"unreachable {zone_}: by this machine's clock no signature holds, of the zones above neither"
        for zone_ in (".", "example", "shop.example")
    ]


def test_an_unsigned_domain_costs_no_question() -> None:
    servers = signed()
    assert asked(servers)[2] == Chain()
    assert questions(servers, "DNSKEY") == 0


def test_the_chain_is_asked_once_and_on_the_way() -> None:
    servers = signed(DS, shop=by(KEY))

    async def on_the_way(dns_: Dns) -> tuple[int, int]:
        delegation = known(await dns_.delegation(keys=True))
        before = dns_.questions
        await dns_.chain(delegation, None)
        return before, dns_.questions

    before, after = with_dns(servers, on_the_way, trust_anchors=(ROOT_KEY.ds("."),))
    assert before == after
    assert questions(servers, "DNSKEY") == 4  # the root, the TLD, and each of the domain's two servers


def test_an_anchor_that_does_not_fit_is_a_gap_and_the_rest_is_judged() -> None:
    servers = signed(OLD_DS, shop=by(KEY))

    async def work(dns_: Dns) -> tuple[Delegation, Chain]:
        delegation = known(await dns_.delegation())
        return delegation, await dns_.chain(delegation, None)

    delegation, chain = with_dns(servers, work, trust_anchors=(pair().ds("."),))
    outcome = run_one(facts(delegation=delegation, dnssec=chain), dnssec_ds_mismatch)
    assert [gap.detail for gap in outcome.gaps] == [".: no key is a trust anchor"]
    assert len(outcome.findings) == 1


@pytest.mark.parametrize(
    ("above", "zones"),
    [
        ("NOERROR", []),  # the root's chain leaves the TLD unsigned: nobody validates what is below
        ("SERVFAIL", ["shop.example"]),  # nobody said so: the domain's own link is judged
    ],
)
def test_a_tld_without_ds_records(above: str, zones: list[str]) -> None:
    async def work(dns_: Dns) -> Chain:
        delegation = known(await dns_.delegation())
        tld, domain = delegation.cuts
        said = tuple(replace(one, rcode=above, records=()) for one in tld.ds_answers)
        return await dns_.chain(replace(delegation, cuts=(replace(tld, ds=(), ds_answers=said), domain)), None)

    chain = with_dns(signed(DS, shop=by(KEY)), work, trust_anchors=(ROOT_KEY.ds("."),))
    assert ([zone.zone for zone in chain.zones], chain.anchored) == (zones, False)


def test_silence_about_the_keys_is_a_gap() -> None:
    servers = signed(DS, shop=by(KEY))
    for address in AWS:
        servers[address].raw = _all_but_keys(servers[address])
    assert found(servers) == ["unreachable shop.example: SERVFAIL"]


def _all_but_keys(server: Server) -> Any:
    def raw(query: dns.message.Message) -> bytes:
        reply = answer(server, query)
        if query.question[0].rdtype == dns.rdatatype.DNSKEY:
            reply = dns.message.make_response(query)
            reply.set_rcode(dns.rcode.SERVFAIL)
        return reply.to_wire()

    return raw


def test_many_keys_and_signatures_cost_bounded_time_and_prove_nothing() -> None:
    """CVE-2023-50387: many keys with one tag, many signatures that fit none of them."""
    servers = signed(DS, shop=spoiled(KEY))
    started = time.perf_counter()
    delegation, answers, chain = asked(servers)
    assert time.perf_counter() - started < 30  # tried one by one they would take minutes
    last = chain.zones[-1]
    assert last.left_out
    assert {one.fits for each in last.sets for one in each.signatures} == {Fits.NOT_TRIED}
    seen = facts(delegation=delegation, host_answers=answers, dnssec=chain)
    assert [one for check in CHECKS for one in run_one(seen, check).findings] == []


def test_keys_that_are_few_enough_to_be_looked_at_cost_so_many_verifications_and_no_more() -> None:
    servers = signed(DS, shop=spoiled(KEY, others=20))
    delegation, answers, chain = asked(servers)
    last, cut = chain.zones[-1], delegation.cut("shop.example")
    assert not last.left_out
    assert Fits.YES not in {one.fits for each in last.sets for one in each.signatures}
    verifier = Verifier()
    verifier.zone("shop.example", (DS,), last.answers, (*answers.a, *cut.child_answers))
    assert verifier.tried == TRIES == 150


def test_the_bundled_anchors_are_two_digests() -> None:
    assert [one.split()[:3] for one in root_anchors().anchors] == [["20326", "8", "2"], ["38696", "8", "2"]]
    assert {len(one.split()[3]) for one in root_anchors().anchors} == {64}
