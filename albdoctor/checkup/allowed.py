"""Which gaps somebody lives with: `--allow-gaps[=KIND,...]`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeAlias

from albdoctor.errors import BadOptionError
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import CARDS
from albdoctor.text import Text

Allowed: TypeAlias = frozenset[str]
"""Kinds of gaps, sources, IAM services and actions."""

ALL = "all"
NONE: Allowed = frozenset()
EVERY: Allowed = frozenset({ALL})
AWS, DNS, REGISTRATION, PROBES = SOURCES = ("aws", "dns", "registration", "probes")
ACTION = re.compile(r"([a-z][a-z0-9-]*):[A-Z][A-Za-z0-9]*")
"""An IAM action, and the service before its colon."""
OF_PROBES = ("probes ", "direct probe ", "the way ")
NO_KIND = Text(
    en="--allow-gaps: there is no kind of gap {kind}; {near}: {kinds}; or an IAM service or action",
    ko="--allow-gaps: {kind}에 해당하는 종류가 없습니다. {near}: {kinds}, IAM 서비스 또는 작업",
)
NEAR = Text(en="did you mean {near}? There are", ko="혹시 {near}? 쓸 수 있는 값")
THERE_ARE = Text(en="there are", ko="쓸 수 있는 값")


def kinds() -> tuple[str, ...]:
    """What stands for more than one action."""
    return (ALL, *SOURCES, *Gap)


def allowed(words: Iterable[str]) -> Allowed:
    """Read kinds, several in a word with commas between; one that is none is a `BadOptionError`."""
    named = frozenset(kind.strip() for word in words for kind in word.split(",")) - {""}
    known = {*kinds(), *(name for card in CARDS.values() for action in card.actions for name in _of_action(action))}
    for kind in sorted(named - known):
        near = get_close_matches(kind, sorted(known), n=1)
        told = Text(en=NEAR.en.format(near=near[0]), ko=NEAR.ko.format(near=near[0])) if near else THERE_ARE
        raise BadOptionError(NO_KIND, kind=repr(kind), near=told, kinds=", ".join(kinds()))
    return named


def is_allowed(gap: Unknown, by: Allowed) -> bool:
    """Whether somebody lives with this gap."""
    return not by.isdisjoint({ALL, gap.gap, *_of_question(gap.asked)})


def _of_question(asked: str) -> tuple[str, ...]:
    """Where it was asked, and what."""
    if ACTION.fullmatch(asked):
        return (AWS, *_of_action(asked))
    if asked == CARDS["registration"].asked:
        return (REGISTRATION,)
    return (PROBES,) if asked.startswith(OF_PROBES) else (DNS,)


def _of_action(action: str) -> tuple[str, str]:
    return action.partition(":")[0], action
