"""What moves name servers lists, before the steps, the records that the present ones hold and the zone lacks."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import run_one
from albdoctor.checkup.fix import Impact
from albdoctor.derive.dns.leaving import names_compared
from albdoctor.facts.dns import Answer, Cut, Delegation, NameServer, ServedRecords
from albdoctor.facts.known import Known
from albdoctor.text import Lang, fill
from albdoctor_checks.domain.alb106_registrar_default_nameservers import registrar_default_nameservers
from albdoctor_checks.domain.alb113_delegation_other_provider import delegation_other_provider
from albdoctor_checks.domain.alb116_delegation_to_foreign_account import delegation_to_foreign_account
from albdoctor_checks.domain.alb118_delegation_mixed import delegation_mixed
from tests.support.build import facts
from tests.support.build_dns import DOMAIN, GABIA, OTHERS, OURS, answer, delegation, denied, record_set, records, zone
from tests.support.named_only import named_only
from tests.support.table import told

CLOUDFLARE = ("amy.ns.cloudflare.com", "bob.ns.cloudflare.com")
MOVES: dict[str, tuple[Check, tuple[str, ...]]] = {
    "ALB106": (registrar_default_nameservers, GABIA),
    "ALB113": (delegation_other_provider, CLOUDFLARE),
    "ALB116": (delegation_to_foreign_account, OTHERS),
    "ALB118": (delegation_mixed, (*OURS[:2], *GABIA)),
}
LANGS: tuple[Lang, ...] = ("en", "ko")
SPF, DMARC = '"v=spf1 include:_spf.mail.example -all"', '"v=DMARC1; p=none"'


def asked(name: str, type_: str, *data: str) -> Answer:
    """What the present server says of a name."""
    return answer(*data, question=name, type_=type_)


SERVED = ServedRecords(
    domain=DOMAIN,
    answers=(
        asked(DOMAIN, "A", "198.51.100.7"),
        asked(DOMAIN, "AAAA"),
        asked(DOMAIN, "MX", "10 mail.example", "20 other.example"),
        asked(DOMAIN, "TXT", SPF),
        asked(DOMAIN, "CAA", '0 issue "amazon.com"'),
        asked(f"www.{DOMAIN}", "A", "198.51.100.7"),
        asked(f"_dmarc.{DOMAIN}", "TXT", DMARC),
    ),
)
EVERY = (
    "shop.example A 198.51.100.7",
    "shop.example MX 10 mail.example",
    "shop.example MX 20 other.example",
    f"shop.example TXT {SPF}",
    'shop.example CAA 0 issue "amazon.com"',
    "www.shop.example A 198.51.100.7",
    f"_dmarc.shop.example TXT {DMARC}",
)


def effects(of: str, lang: Lang, **groups: Any) -> list[str]:
    """The side effects of the fix, filled in."""
    check, servers = MOVES[of]
    base: dict[str, Any] = {
        "delegation": delegation(*servers),
        "hosted_zones": (zone(),),
        "served_records": SERVED,
        "record_sets": (records(),),
    }
    snapshot = facts(**(base | groups))
    assert told(check, snapshot)
    (finding,) = run_one(snapshot, check).findings
    assert finding.fix is not None
    assert finding.fix.impact is Impact.TRAFFIC
    return [fill(text.of(lang), finding.values, lang) for text in finding.fix.effects_for(finding.values)]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("of", MOVES)
def test_what_the_zone_lacks_is_listed(of: str, lang: Lang) -> None:
    listed = effects(of, lang)[0].splitlines()
    assert "Z1" in listed[0]
    assert tuple(line.removeprefix("- ") for line in listed[1:]) == EVERY


def test_what_the_zone_has_is_not_listed() -> None:
    alias = record_set(DOMAIN, "A", alias="web-1.elb.amazonaws.com")
    mail = record_set(DOMAIN, "MX", "10 Mail.example.", "5 new.example.")
    spf = record_set(DOMAIN, "TXT", SPF)
    wild = record_set("\\052.shop.example", "CNAME", "shop.example.")
    listed = effects("ALB113", "en", record_sets=(records(alias, mail, spf, wild),))[0].splitlines()[1:]
    assert [line.removeprefix("- ") for line in listed] == [EVERY[2], EVERY[4], EVERY[6]]


def below(*servers: NameServer, of: str = f"api.{DOMAIN}", parent: str = DOMAIN, ds: tuple[str, ...] = ()) -> Cut:
    """A zone that the present servers delegate."""
    return Cut(zone=of, parent_zone=parent, parent_answers=(), nameservers=servers, ttl=300, ds=ds)


def walked(*cuts: Cut) -> Delegation:
    """The walk down to a host below these."""
    whole = delegation(*CLOUDFLARE)
    return replace(whole, cuts=(*whole.cuts, *cuts))


AWAY = NameServer(name="ns1.other.example", addresses=("192.0.2.7",), named_by=("198.51.100.1",))
INSIDE = NameServer(name=f"ns2.api.{DOMAIN}", addresses=("192.0.2.8", "2001:db8::8"), named_by=("198.51.100.1",))
LEADS_THERE = (
    "api.shop.example NS ns1.other.example",
    "api.shop.example NS ns2.api.shop.example",
    "api.shop.example DS 1 13 2 abcd",
    "ns2.api.shop.example A 192.0.2.8",
    "ns2.api.shop.example AAAA 2001:db8::8",
)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("served", [SERVED, denied("x")])
def test_zones_that_the_present_servers_delegate_are_lost_too(served: Any, lang: Lang) -> None:
    deeper = below(AWAY, of=f"v2.api.{DOMAIN}", parent=f"api.{DOMAIN}")
    walk = walked(below(AWAY, INSIDE, ds=("1 13 2 abcd",)), deeper)
    listed = effects("ALB113", lang, delegation=walk, served_records=served)[0].splitlines()[1:]
    assert tuple(line.removeprefix("- ") for line in listed) == (*(EVERY if served is SERVED else ()), *LEADS_THERE)


def test_zones_that_the_hosted_zone_delegates_too_are_not_lost() -> None:
    own = (
        record_set(f"api.{DOMAIN}", "NS", "NS1.other.example.", f"ns2.api.{DOMAIN}."),
        record_set(f"api.{DOMAIN}", "DS", "1 13 2 ABCD"),
        record_set(f"ns2.api.{DOMAIN}", "A", "192.0.2.8"),
    )
    walk = walked(below(AWAY, INSIDE, ds=("1 13 2 abcd",)))
    first, *_ = effects("ALB113", "en", delegation=walk, served_records=denied("x"), record_sets=(records(*own),))
    assert first.startswith("Records that exist only at the present name servers")
    half = records(record_set(f"api.{DOMAIN}", "NS", "ns1.other.example."))
    listed = effects("ALB113", "en", delegation=walk, served_records=denied("x"), record_sets=(half,))[0]
    assert tuple(line.removeprefix("- ") for line in listed.splitlines()[1:]) == LEADS_THERE[1:]


def test_without_both_sides_the_general_sentence_stands_alone() -> None:
    nothing = ServedRecords(domain=DOMAIN)
    gaps: tuple[dict[str, Any], ...] = (
        {"served_records": denied("x")},
        {"served_records": nothing},
        {"record_sets": denied("route53:ListResourceRecordSets")},
        {"record_sets": ()},
    )
    for gap in gaps:
        first, *others = effects("ALB106", "en", **gap)
        assert first.startswith("Records that exist only at the present name servers")
        assert len(others) == 1


@pytest.mark.parametrize("lang", LANGS)
def test_of_a_large_zone_what_was_not_read_is_listed_apart(lang: Lang) -> None:
    mail = record_set(DOMAIN, "MX", "10 mail.example", "20 other.example")
    lost, unread, *_ = effects("ALB113", lang, record_sets=(named_only(records(mail), DOMAIN, DOMAIN),))
    assert [line.removeprefix("- ") for line in lost.splitlines()[1:]] == [EVERY[0], *EVERY[3:5]]
    assert "Z1" in unread.splitlines()[0]
    assert [line.removeprefix("- ") for line in unread.splitlines()[1:]] == [*EVERY[5:]]


def test_a_large_zone_is_asked_for_what_the_present_servers_hold() -> None:
    names = names_compared(DOMAIN, Known(SERVED), delegation(*CLOUDFLARE))
    large = named_only(records(record_set("\\052.shop.example", "A", "192.0.2.1")), DOMAIN, DOMAIN, names)
    listed, *others = effects("ALB113", "en", record_sets=(large,))
    assert tuple(line.removeprefix("- ") for line in listed.splitlines()[1:]) == (*EVERY[:5], EVERY[6])
    assert not any("not looked up" in each for each in others)
