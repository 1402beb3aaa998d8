"""All symptoms that have a page of their own."""

from __future__ import annotations

import re
from functools import cache

from albdoctor.lookup.client_errors import CLIENT_ERRORS
from albdoctor.lookup.health_reasons import HEALTH_REASONS
from albdoctor.lookup.statuses import STATUSES
from albdoctor.lookup.symptom import Symptom
from albdoctor.lookup.terms import flat, is_code, terms

SYMPTOMS: tuple[Symptom, ...] = (*STATUSES, *HEALTH_REASONS, *CLIENT_ERRORS)


def symptom_of(asked: str) -> Symptom | None:
    """Find the page of a symptom that is named and nothing else, in any of the ways in which it is written.

    Names with a code in them may have other small words around them; sentences must be as they are shown, for their
    words alone can mean something else (a target refuses connections too).
    """
    return _by_letters().get(_letters(asked)) or _by_terms().get(flat(terms(asked)))


def symptoms_in(asked: str) -> tuple[Symptom, ...]:
    """Find the symptoms whose own name stands among other words."""
    said = flat(terms(asked))
    return tuple(one for one in SYMPTOMS if terms(one.name)[0].text in said)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def _ways() -> list[tuple[str, Symptom]]:
    return [(name, one) for one in reversed(SYMPTOMS) for name in reversed((one.name, *one.also))]


@cache
def _by_letters() -> dict[str, Symptom]:
    return {_letters(name): one for name, one in _ways()}


@cache
def _by_terms() -> dict[frozenset[str], Symptom]:
    named = [(flat(terms(name)), one) for name, one in _ways()]
    return {names: one for names, one in named if any(map(is_code, names))}
