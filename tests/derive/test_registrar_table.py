"""The table of registrars: each row can be followed and says where it is from; none is hidden by another."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from albdoctor.derive.dns.registrar_table import DATE, REGISTRARS, Registrar
from albdoctor.derive.dns.registrars import default_registrar, registrar_named
from tests.support.build_dns import registration


@pytest.mark.parametrize("row", REGISTRARS, ids=lambda row: row.name)
def test_a_row_is_whole(row: Registrar) -> None:
    assert row.menu.en
    assert row.menu.ko
    assert row.page.startswith(("https://", "http://www.tucowsdomains.com/"))
    assert row.source
    assert date(2026, 1, 1) < date.fromisoformat(row.checked) <= date.fromisoformat(DATE)
    assert all(word == word.lower() for word in row.words)


def test_no_id_word_or_name_server_belongs_to_two() -> None:
    every = [*(one for row in REGISTRARS for one in (*row.iana_ids, *row.words, *row.nameservers))]
    assert [one for one, times in Counter(every).items() if times > 1] == []
    for row in REGISTRARS:
        for word in row.words:
            assert registrar_named(registration(registrar=f"The {word} Company", registrar_iana_id=None)) == row
        for pattern in row.nameservers:
            assert default_registrar((pattern.replace("*", "1"),)) == row


def test_a_provider_that_one_chooses_is_no_registrars_default() -> None:
    for name in ("amy.ns.cloudflare.com", "ns-cloud-a1.googledomains.com", "ns-1.awsdns-01.com", "aa.dns-parking.com"):
        assert default_registrar((name,)) is None
