"""What is told about words that were typed: a check, a symptom, the checks that fit, or what may have been meant."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cached_property

from msgspec import Struct

from albdoctor.checkup.check import Check
from albdoctor.lookup.index import Index
from albdoctor.lookup.symptom import Symptom
from albdoctor.lookup.symptoms import SYMPTOMS, symptom_of, symptoms_in
from albdoctor.lookup.terms import mended

PREFIX = re.compile(r"[a-z]{3,8}[0-9]{1,2}")
NEAR = 3
"""How many names are suggested."""


class Answer(Struct, frozen=True, kw_only=True):
    """At most one of the first three has something; `near` does where none of them has."""

    check: Check | None = None
    symptom: Symptom | None = None
    hits: tuple[Check, ...] = ()
    """The best first."""
    seen: tuple[Symptom, ...] = ()
    """Symptoms that are named among other words."""
    near: tuple[str, ...] = ()
    """Names and words that look like what was asked."""


class Lookup:
    """Answers what is asked about some checks."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        """Read no text yet: an id or a code needs none."""
        self._checks = checks

    @cached_property
    def _index(self) -> Index:
        return Index(self._checks, SYMPTOMS)

    def answer(self, asked: str) -> Answer:
        """Look up an id or slug, the beginning of ids, a symptom, or any words."""
        name = asked.strip().lower()
        named = [check for check in self._checks if name in (check.id.lower(), check.slug)]
        if named:
            return Answer(check=named[0])
        begun = tuple(check for check in self._checks if PREFIX.fullmatch(name) and check.id.lower().startswith(name))
        if begun:
            return Answer(hits=begun)
        symptom = symptom_of(asked)
        if symptom:
            return Answer(symptom=symptom)
        slips = _slips(name)
        if slips:
            return Answer(near=slips)
        spelled = mended(asked, self._index.names)
        seen = symptoms_in(spelled)
        hits = tuple(hit.check for hit in self._index.found(spelled))
        return Answer(hits=hits, seen=seen) if hits or seen else Answer(near=_near(name, self._checks))


def _slips(name: str) -> tuple[str, ...]:
    """Names of errors and reasons that differ by a letter or two: their parts alone would find anything."""
    if " " in name or not ("_" in name or "." in name):
        return ()
    names = {symptom.name.lower(): symptom.name for symptom in SYMPTOMS}
    return tuple(names[one] for one in get_close_matches(name, names, n=NEAR, cutoff=0.9))


def _near(name: str, checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Names that differ by a few letters: of checks and symptoms first, then words that people use."""
    names = {one.lower(): one for check in checks for one in (check.slug, check.id)}
    names |= {symptom.name.lower(): symptom.name for symptom in SYMPTOMS}
    said = {word.lower(): word for check in checks for word in re.findall(r"[^\W\d_]{3,}", _words(check))}
    known = said | names
    whole = get_close_matches(name, names, n=NEAR, cutoff=0.7)
    parts = [near for word in name.split() for near in get_close_matches(word, known, n=2, cutoff=0.75)]
    return tuple(dict.fromkeys(known[one] for one in (*whole, *parts)))[:NEAR]


def _words(check: Check) -> str:
    return f"{check.words.en} {check.words.ko}"
