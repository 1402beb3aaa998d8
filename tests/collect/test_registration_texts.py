"""Readers of RDAP and WHOIS answers: whatever a server sends, they give a registration or nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albdoctor.collect.registry.rdap import read_rdap
from albdoctor.collect.registry.whois_text import KEYS, rdap_status, read_date, read_whois, referred_server

pytestmark = pytest.mark.sweep

WORDS = st.sampled_from(
    [key for keys in KEYS.values() for key in keys]
    + ["shop.kr", "# ENGLISH", "No match", "not found", "2027. 02. 28.", "[", "]", ":", "\n", "(2027/01/31)", " "]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(st.one_of(st.text(), st.lists(st.one_of(WORDS, st.text(max_size=10)), max_size=60).map("".join)))
def test_any_whois_text(text: str) -> None:
    found = read_whois(text, "shop.kr", "whois.kr:43")
    assert found is None or (found.domain, found.source) == ("shop.kr", "whois")
    assert "\n" not in referred_server(text)


@given(st.binary())
def test_any_bytes_as_rdap(body: bytes) -> None:
    assert read_rdap(body, "shop.com", "https://rdap.example/") is None


@given(
    st.fixed_dictionaries(
        {"ldhName": st.just("shop.com")},
        optional=dict.fromkeys(("objectClassName", "status", "events", "entities", "nameservers", "secureDNS"), JSON),
    )
)
def test_any_json_as_rdap(found: dict[str, object]) -> None:
    read = read_rdap(json.dumps(found).encode(), "shop.com", "https://rdap.example/")
    assert read is None or read.registered


@given(JSON, JSON, JSON)
def test_any_registrar_and_dates(card: object, number: object, date: object) -> None:
    body: dict[str, Any] = {
        "ldhName": "shop.com",
        "entities": [
            {
                "roles": ["registrar"],
                "vcardArray": ["vcard", [["fn", {}, "text", card], card]],
                "publicIds": [{"type": "IANA Registrar ID", "identifier": number}],
            }
        ],
        "events": [{"eventAction": "expiration", "eventDate": date}],
        "secureDNS": {"dsData": [card, {"keyTag": card, "algorithm": 8, "digestType": 2, "digest": number}]},
    }
    read = read_rdap(json.dumps(body).encode(), "shop.com", "https://rdap.example/")
    assert read is not None


def test_deep_json_is_refused() -> None:
    assert read_rdap(b"[" * 100_000, "shop.com", "https://rdap.example/") is None


@given(st.text())
def test_any_date(text: str) -> None:
    found = read_date(text)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2027. 02. 28.", datetime(2027, 2, 28, tzinfo=UTC)),
        ("2027/02/28", datetime(2027, 2, 28, tzinfo=UTC)),
        ("2027-02-28", datetime(2027, 2, 28, tzinfo=UTC)),
        ("28-Feb-2027", datetime(2027, 2, 28, tzinfo=UTC)),
        ("2027-02-28T01:02:03.5Z", datetime(2027, 2, 28, 1, 2, 3, tzinfo=UTC)),
        ("2027-02-28T10:02:03+09:00", datetime(2027, 2, 28, 1, 2, 3, tzinfo=UTC)),
        ("2027-02-28 01:02:03", datetime(2027, 2, 28, 1, 2, 3, tzinfo=UTC)),
        ("2027/02/28 10:02:03 (JST)", datetime(2027, 2, 28, 1, 2, 3, tzinfo=UTC)),
        ("9999. 12. 31.", datetime(9999, 12, 31, tzinfo=UTC)),
        ("2027-02-30", None),
        ("soon", None),
        ("", None),
    ],
)
def test_dates(text: str, date: datetime | None) -> None:
    assert read_date(text) == date


def test_expiry_in_the_state_of_a_co_jp_name() -> None:
    text = "[Domain Name]  SONY.CO.JP\n[State]  Connected (2027/01/31)\n[Name Server]  ns1.sony.co.jp\n"
    found = read_whois(text, "sony.co.jp", "whois.jprs.jp:43")
    assert found is not None
    assert (found.expires, found.statuses) == (datetime(2027, 1, 31, tzinfo=UTC), ("connected",))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("clientHold", "client hold"),
        ("clientHold https://icann.org/epp#clientHold", "client hold"),
        ("client hold", "client hold"),
        ("redemptionPeriod", "redemption period"),
        ("ok https://icann.org/epp#ok", "active"),
        ("Active", "active"),
        ("inactive", "inactive"),
    ],
)
def test_statuses_in_rdap_words(status: str, words: str) -> None:
    assert rdap_status(status) == words
