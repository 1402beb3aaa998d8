"""Ranks checks by what people type.

Rare words weigh more than frequent ones (idf), and one whole phrase more than words from everywhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from functools import cache
from math import log
from typing import NamedTuple

from albdoctor.checkup.check import Check
from albdoctor.lookup.symptom import Symptom
from albdoctor.lookup.synonyms import THINGS
from albdoctor.lookup.terms import Term, flat, is_code, quality, stem, terms

WORDS = 1.0
MESSAGE = 0.9
SYMPTOM = 0.8
REST = 0.35
"""How much a word weighs by where it stands: in a check's words, its message, its symptoms, its other texts."""
FADES = 0.93
"""How much less each next cause of a symptom weighs than the one before."""
PHRASE = 1.6
"""How much the closest phrase weighs against all words together."""
HELD = 0.45
"""The share of what was asked that a check must hold to be shown at all."""
CLOSE = 0.62
"""The share of the best score that another check needs to be shown beside it."""
MOST = 8
OURS = re.compile(r"[0-9]{3}|[._]")
CERTAIN = 0.75
"""The share from which on a check is shown although no thing of ours is named."""
LEAST = 0.7
"""The least score of a check that is shown."""
UNKNOWN = 0.5
"""How much a word that no check knows weighs against a known one that only one check has."""
VERB = 0.15
"""The same of a Korean verb."""


class Phrase(NamedTuple):
    """Words that people say together, and how much they speak for each check."""

    terms: tuple[Term, ...]
    checks: Mapping[str, float]


class Hit(NamedTuple):
    """A check, how well it fits, and the share of what was asked that it holds (by weight, 0 to 1)."""

    check: Check
    score: float
    held: float


class Index:
    """The terms of all checks, ready to be asked."""

    def __init__(self, checks: tuple[Check, ...], symptoms: tuple[Symptom, ...]) -> None:
        """Read every text of the checks; causes of symptoms that are no check of these are left out."""
        self._checks = checks
        self._found: dict[Term, dict[str, float]] = {}
        self._phrases = [phrase for check in checks for phrase in _phrases_of(check)]
        self._phrases += [phrase for symptom in symptoms for phrase in _phrases_by(symptom, checks)]
        self._places: dict[str, dict[str, float]] = defaultdict(dict)
        for check in checks:
            for text, weight in _texts(check):
                for name in flat(terms(text)):
                    self._put(name, check.id, weight)
        for phrase in self._phrases:
            for check_id, weight in phrase.checks.items():
                for name in flat(phrase.terms):
                    self._put(name, check_id, weight)
        self._phrases_with: dict[str, set[int]] = defaultdict(set)
        for number, phrase in enumerate(self._phrases):
            for name in flat(phrase.terms):
                self._phrases_with[name].add(number)

    @property
    def names(self) -> Container[str]:
        """Every term that stands in a text."""
        return self._places

    def ranked(self, asked: str) -> list[Hit]:
        """Give the checks that fit, the best first; empty where hardly anything of what was asked is known."""
        said = terms(asked)
        weights = [self._weight(term) for term in said]
        whole = sum(weights)
        if not whole:
            return []
        close = [self._close(term) for term in said]
        scores: dict[str, float] = defaultdict(float)
        held: dict[str, float] = defaultdict(float)
        for weight, names in zip(weights, close, strict=True):
            best: dict[str, float] = defaultdict(float)
            seen: dict[str, float] = defaultdict(float)
            for name, alike in names.items():
                for check_id, place in self._places[name].items():
                    best[check_id] = max(best[check_id], alike * place)
                    seen[check_id] = max(seen[check_id], alike)
            for check_id, share in best.items():
                scores[check_id] += share * weight / whole
                held[check_id] += seen[check_id] * weight / whole
        for check_id, fit in self._closest(weights, close).items():
            scores[check_id] += PHRASE * fit
        hits = [Hit(check, scores[check.id], held[check.id]) for check in self._checks if held[check.id] >= HELD]
        return sorted(hits, key=lambda hit: (-hit.score, hit.check.id))

    def found(self, asked: str) -> list[Hit]:
        """Give what is worth showing of `ranked`."""
        ours = any(_is_ours(name) for term in terms(asked) for name in self._close(term))
        hits = [hit for hit in self.ranked(asked) if hit.score >= LEAST and (ours or hit.held >= CERTAIN)]
        return [hit for hit in hits if hit.score >= CLOSE * hits[0].score][:MOST]

    def _put(self, name: str, check_id: str, weight: float) -> None:
        self._places[name][check_id] = max(weight, self._places[name].get(check_id, 0.0))

    def _weight(self, term: Term) -> float:
        """How much a term says: the fewer checks speak of it, the more; a term that nobody knows says a part."""
        close = self._close(term)
        if not close:
            return self._rare(0) * (VERB if term.verb else UNKNOWN)
        best = max(close.values())
        return max(self._rare(len(self._places[name])) for name, alike in close.items() if alike == best)

    def _rare(self, count: int) -> float:
        return log(1 + len(self._checks) / (1 + count))

    def _close(self, term: Term) -> dict[str, float]:
        if term not in self._found:
            self._found[term] = self._look(term)
        return self._found[term]

    def _look(self, term: Term) -> dict[str, float]:
        """The known terms that stand for one that was said, and how well; of an unknown compound its parts."""
        if term.text in self._places:
            return {term.text: 1.0} | self._alike(term.text)
        if term.parts:
            known = [part for part in term.parts if part in self._places]
            return {part: len(known) / len(term.parts) for part in known}
        return self._alike(term.text)

    def _alike(self, text: str) -> dict[str, float]:
        if is_code(text):
            return {}
        return {name: alike for name in self._places if (alike := quality(text, name)) > 0}

    def _closest(self, weights: list[float], close: list[dict[str, float]]) -> dict[str, float]:
        """How well the closest phrase of each check fits: the mean of what it holds of the question, and vice versa."""
        whole = sum(weights)
        numbers = {number for names in close for name in names for number in self._phrases_with[name]}
        best: dict[str, float] = defaultdict(float)
        for number in numbers:
            phrase = self._phrases[number]
            own = flat(phrase.terms)
            asked = sum(
                weight * max((alike for name, alike in names.items() if name in own), default=0.0)
                for weight, names in zip(weights, close, strict=True)
            )
            said = {name: max((names.get(name, 0.0) for names in close), default=0.0) for name in own}
            rare = [
                (self._rare(len(self._places[term.text])), max(said[name] for name in (term.text, *term.parts)))
                for term in phrase.terms
            ]
            of_phrase = sum(weight * alike for weight, alike in rare) / sum(weight for weight, _ in rare)
            of_asked = asked / whole
            if of_asked and of_phrase:
                fit = 2 * of_asked * of_phrase / (of_asked + of_phrase)
                for check_id, weight in phrase.checks.items():
                    best[check_id] = max(best[check_id], fit * weight)
        return best


@cache
def _things() -> frozenset[str]:
    return frozenset(stem(thing) for thing in THINGS)


def _is_ours(name: str) -> bool:
    """Whether a term is about our things alone: a name of AWS, DNS, TLS or HTTP, a status, an error's name."""
    return name in _things() or OURS.search(name) is not None


def _texts(check: Check) -> Iterator[tuple[str, float]]:
    for text in (check.message.en, check.message.ko, check.slug):
        yield text, MESSAGE
    for told in (check.why, *(fix.summary for fix in check.fixes)):
        yield told.en, REST
        yield told.ko, REST


def _phrases_of(check: Check) -> Iterator[Phrase]:
    said = [(phrase, WORDS) for text in (check.words.en, check.words.ko) for phrase in text.split(";")]
    said += [(check.message.en, MESSAGE), (check.message.ko, MESSAGE), (check.slug.replace("-", " "), MESSAGE)]
    for phrase, weight in said:
        if found := terms(phrase):
            yield Phrase(found, {check.id: weight})


def _phrases_by(symptom: Symptom, checks: tuple[Check, ...]) -> Iterator[Phrase]:
    ids = {check.slug: check.id for check in checks}
    causes = [ids[slug] for slug in symptom.causes if slug in ids]
    weights = {check_id: SYMPTOM * FADES**place for place, check_id in enumerate(causes)}
    for name in (symptom.name, *symptom.also):
        if found := terms(name):
            yield Phrase(found, weights)
