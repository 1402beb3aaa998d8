"""What people type finds the right check among the first three: phrases of real reports, and the same said otherwise.

`phrases.tsv` was gathered from public threads in both languages, by cause. `said_otherwise.tsv` was written before the
checks' words were looked at again, so that the kind is measured and not the list.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from albdoctor.checkup import registry
from albdoctor.checkup.check import Check
from albdoctor.derive.dns.registrar_table import REGISTRARS
from albdoctor.lookup.answer import Answer, Lookup

pytestmark = pytest.mark.sweep

HERE = Path(__file__).parent
CHECKS = registry.load()
LOOKUP = Lookup(CHECKS)
BY_SLUG = {check.slug: check.id for check in CHECKS}
TABLES = ("phrases", "said_otherwise")
LANGUAGES = ("en", "ko")
BOUND = 90
"""Per cent."""
FIRST = 3
UNRELATED = [line for line in (HERE / "unrelated.txt").read_text().splitlines() if line]


@cache
def _rows(table: str) -> list[dict[str, str]]:
    with (HERE / f"{table}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _ids(found: Answer) -> list[str]:
    """The checks that are told, in their order."""
    if found.symptom:
        return [BY_SLUG[slug] for slug in found.symptom.causes]
    return [check.id for check in ((found.check,) if found.check else found.hits)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", TABLES)
def test_the_right_check_is_among_the_first_three(table: str, language: str) -> None:
    rows = [row for row in _rows(table) if row["language"] == language]
    told = [(row, _ids(LOOKUP.answer(row["phrase"]))[:FIRST]) for row in rows]
    missed = [
        f"{row['phrase']}: {' '.join(first) or 'nothing'}, not {row['checks']}"
        for row, first in told
        if set(first).isdisjoint(row["checks"].split())
    ]
    share = 100 * (len(rows) - len(missed)) / len(rows)
    print(f"{table} {language}: {share:.1f} % of {len(rows)}", *missed, sep="\n")
    assert share >= BOUND, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_are_whole(language: str) -> None:
    assert sum(row["language"] == language for row in _rows("phrases")) == 160
    ids = {check.id for check in CHECKS}
    assert [row for table in TABLES for row in _rows(table) if not set(row["checks"].split()) <= ids] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_has_words_in_both_languages_and_each_of_them_finds_it(check: Check) -> None:
    phrases = [phrase.strip() for text in (check.words.en, check.words.ko) for phrase in text.split(";")]
    assert all(phrases)
    assert [phrase for phrase in phrases if check.id not in _ids(LOOKUP.answer(phrase))] == []


@pytest.mark.parametrize("asked", UNRELATED)
def test_what_is_none_of_our_business_finds_nothing(asked: str) -> None:
    found = LOOKUP.answer(asked)
    assert (found.check, found.symptom, found.hits, found.seen) == (None, None, (), ())


@pytest.mark.parametrize("word", [word for registrar in REGISTRARS for word in registrar.words])
@pytest.mark.parametrize("what", ["{} name servers", "{} 네임서버"])
def test_the_name_of_a_registrar_finds_its_default_name_servers(word: str, what: str) -> None:
    assert "ALB106" in _ids(LOOKUP.answer(what.format(word)))[:FIRST]


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("secuirty group", "security group"),
        ("listner missing", "listener missing"),
        ("target grop empty", "target group empty"),
        ("certificat expired", "certificate expired"),
        ("namserver mismatch", "nameserver mismatch"),
        ("infinite redirct", "infinite redirect"),
        ("로드벨런서 보안 그룹", "로드밸런서 보안 그룹"),
        ("타켓 그룹 포트", "타겟 그룹 포트"),
        ("리다이랙트 루프", "리다이렉트 루프"),
        ("네임써버 변경", "네임서버 변경"),
    ],
)
def test_one_wrong_letter_finds_the_same(typed: str, right: str) -> None:
    found = _ids(LOOKUP.answer(right))[:FIRST]
    assert found
    assert set(_ids(LOOKUP.answer(typed))[:FIRST]) & set(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("대상 그룹 포트 불일치", "타겟그룹 포트 불일치"),
        ("헬스체크 경로", "상태 검사 경로"),
        ("security group inbound 443", "보안그룹 인바운드 443"),
        ("bad gateway", "502"),
        ("no HTTPS listener", "HTTPS 리스너 없음"),
        ("health check 404", "헬스 체크 404"),
        ("k8s ingress 404", "kubernetes ingress 404"),
    ],
)
def test_other_words_for_one_thing_find_the_same(one: str, other: str) -> None:
    found = _ids(LOOKUP.answer(one))
    assert found
    assert found[0] in _ids(LOOKUP.answer(other))[:FIRST]


@pytest.mark.parametrize(("asked", "not_found"), [("507", "ALB401"), ("error 599", "ALB401"), ("461", "ALB327")])
def test_numbers_are_compared_as_they_are(asked: str, not_found: str) -> None:
    assert not_found not in _ids(LOOKUP.answer(asked))
