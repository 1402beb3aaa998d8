"""What every check must be: named as in the canonical list, told in two languages, tested, shown in the lab."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from albdoctor.checkup import registry
from albdoctor.checkup.check import Check
from albdoctor.checkup.declared import texts as texts_of
from albdoctor.checkup.finding import ERROR
from albdoctor.checkup.fix import Fix
from albdoctor.checkup.own import CRASHED, SUPPRESSION_EXPIRED
from albdoctor.lookup import retired
from albdoctor.text import Text, placeholders

ROOT = Path(__file__).parents[1]
CHECKS = registry.load()
IDS = [line.split("\t") for line in (ROOT / "checks" / "ids.tsv").read_text().splitlines()[1:]]
CANONICAL = {check_id: slug for check_id, slug, *_ in IDS}
RETIRED = {check_id: told_by for check_id, _, *retired in IDS for told_by in retired}
"""Ids that meant what another check tells: listed, so that none is used again."""
# Particles whose form depends on the word before them.
PARTICLE = re.compile(r"\}(은|는|이|가|을|를|와|과|으로|로|이나|나)(?=[\s.,)]|$)")
by_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


def _module(check: Check) -> str:
    return check.judge.__module__


def _fixes(check: Check) -> list[Fix]:
    """The check's own fix and every other that its module holds."""
    held: dict[str, object] = vars(import_module(_module(check)))
    return [*check.fixes, *(value for value in held.values() if isinstance(value, Fix))]


def _texts(check: Check) -> list[Text]:
    texts = [check.message, check.why]
    for fix in _fixes(check):
        texts += texts_of(fix)
    return texts


def test_every_name_is_canonical() -> None:
    names = {check.id: check.slug for check in (*CHECKS, CRASHED, SUPPRESSION_EXPIRED)}
    assert names == {check_id: CANONICAL[check_id] for check_id in names}


def test_what_a_retired_check_meant_is_told_by_one_that_is_there() -> None:
    there = {check.id for check in CHECKS}
    assert set(RETIRED.values()) <= there
    assert there.isdisjoint(RETIRED)
    assert {id_: told_by for id_, (_, told_by) in retired.RETIRED.items()} == RETIRED
    assert all(CANONICAL[id_] == slug for id_, (slug, _) in retired.RETIRED.items())
    assert len(CANONICAL) == len(set(CANONICAL.values())) == len(IDS)


@by_check
def test_file_and_folder_tell_the_name_and_stage(check: Check) -> None:
    name = f"{check.id.lower()}_{check.slug.replace('-', '_')}"
    assert _module(check) == f"albdoctor_checks.{check.stage.value}.{name}"


@by_check
def test_both_languages_say_the_same_values(check: Check) -> None:
    assert [text for text in _texts(check) if placeholders(text.en) != placeholders(text.ko)] == []
    assert [text for text in _texts(check) if not text.en.strip() or not text.ko.strip()] == []


@by_check
def test_korean_is_korean_and_glues_no_particle_to_a_value(check: Check) -> None:
    assert [text.ko for text in _texts(check) if PARTICLE.search(text.ko)] == []
    assert re.search("[가-힣]", check.message.ko)
    assert re.search("[가-힣]", check.why.ko)


@by_check
def test_message_is_one_sentence_without_a_full_stop(check: Check) -> None:
    assert not check.message.en.endswith(".")
    assert len(check.message.en) <= 200


@by_check
def test_every_error_has_something_to_do(check: Check) -> None:
    if check.severity is ERROR:
        assert [fix.summary.en for fix in _fixes(check) if not (fix.script or fix.by_hand or fix.console)] == []


@by_check
def test_sources_are_named(check: Check) -> None:
    assert check.refs
    assert [ref for ref in check.refs if not ref.startswith("https://")] == []


@by_check
def test_a_table_test_exists(check: Check) -> None:
    """A test file of its own, or a table over checks that judge the same facts."""
    wanted = re.compile(rf"\b{_module(check).rsplit('.', 1)[-1]}\b|\b{check.judge.__name__}\b")
    assert [path.name for path in (ROOT / "tests" / "checks").glob("test_alb*.py") if wanted.search(path.read_text())]
