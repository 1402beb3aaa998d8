"""Strings from outside on a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from albdoctor.report.safe import lines, plain


@given(st.text())
def test_nothing_acts_or_hides(text: str) -> None:
    shown = plain(text)
    assert all(character == " " or character.isprintable() for character in shown)
    assert {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Zl", "Zp", "Cs"} == set()


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S"))))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert plain(text) == text


def test_escapes_are_shown() -> None:
    assert plain("a\x1b[31mb\nc\u202ed\U000e0001") == "a\\x1b[31mb\\nc\\u202ed\\U000e0001"
    assert plain("x" * 100, most=10) == "xxxxxxxxx…"
    assert lines("a\nb\x00") == ["a", "b\\x00"]
