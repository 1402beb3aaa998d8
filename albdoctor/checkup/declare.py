"""Declares a check: the decorator that makes one out of a generator function and its words."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from albdoctor.checkup.check import Check, Judge
from albdoctor.checkup.declared import prove
from albdoctor.checkup.finding import Severity
from albdoctor.checkup.fix import Fix
from albdoctor.checkup.owned import for_owners
from albdoctor.checkup.signals import Signal
from albdoctor.derive.needs import BadNeedError, wants_of
from albdoctor.errors import BadCheckError
from albdoctor.text import Text

NO_WORDS = Text(en="", ko="")
OURS = "albdoctor_checks."
"""Our own declarations are proved by a test (`tests/checkup/test_our_declarations.py`), so that no scan need do it."""


def check(
    *,
    id: str,  # noqa: A002 - the public word for it
    slug: str,
    severity: Severity,
    since: str,
    message: Text,
    why: Text,
    fixes: tuple[Fix, ...],
    breaks: set[Signal] | frozenset[Signal] = frozenset(),
    shows: set[Signal] | frozenset[Signal] = frozenset(),
    explains: set[str] | frozenset[str] = frozenset(),
    last_word: bool = False,
    stays: bool = False,
    mends: set[str] | frozenset[str] = frozenset(),
    at_the_door: bool = False,
    words: Text = NO_WORDS,
    refs: tuple[str, ...] = (),
) -> Callable[[Judge], Check]:
    """Make a check out of a generator function. A wrong declaration is a `BadCheckError` at import."""

    def decorate(judge: Judge) -> Check:
        try:
            wants = wants_of(judge)
        except BadNeedError as error:
            raise BadCheckError(f"{id}: {error}") from error
        made = Check(
            id=id,
            slug=slug,
            severity=severity,
            since=since,
            message=message,
            why=why,
            fixes=fixes,
            judge=judge,
            wants=wants,
            breaks=frozenset(breaks),
            shows=frozenset(shows),
            explains=frozenset(explains),
            last_word=last_word,
            stays=stays,
            mends=frozenset(mends),
            at_the_door=at_the_door,
            words=words,
            refs=refs,
        )
        if not judge.__module__.startswith(OURS):
            prove(made)
        judging, more = for_owners(judge, fixes)
        return replace(made, judge=judging, wants=(*wants, *more))

    return decorate
