"""What differs between two snapshots of one site, thing by thing; when and how fast it was asked is no difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, cast

import msgspec
from msgspec import Struct

from albdoctor.facts.groups import Card
from albdoctor.facts.known import Known, Unknown
from albdoctor.facts.snapshot import CARDS, Facts

Plain: TypeAlias = Any
"""JSON as Python has it."""
PASSING = frozenset({"course", "milliseconds", "seconds", "taken_at", "ttl"})
"""Members that differ from scan to scan though nothing was changed, or of which another tells the sum."""


class Change(Struct, frozen=True, kw_only=True):
    """One difference."""

    group: str
    """The group of facts: "listeners"."""
    thing: str = ""
    """What in it, by its key; empty for the group as a whole."""
    member: str = ""
    """Which member of it: `DefaultActions[0].TargetGroupArn`; empty for the thing as a whole."""
    before: str
    """As JSON; empty: it was not there."""
    after: str


def changes(before: Facts, after: Facts) -> tuple[Change, ...]:
    """List the differences in the order of the groups; what one of the two could not see is one too."""
    return tuple(change for card in CARDS.values() for change in _of_group(card, before, after))


def _of_group(card: Card[Any], before: Facts, after: Facts) -> Iterator[Change]:
    first, then = getattr(before, card.name), getattr(after, card.name)
    if isinstance(first, Unknown) or isinstance(then, Unknown):
        if _gap(first) != _gap(then):
            yield Change(group=card.name, before=_gap(first), after=_gap(then))
        return
    old, new = _things(card, first), _things(card, then)
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield Change(group=card.name, thing=key, before=_json(old[key]), after="")
        elif key not in old:
            yield Change(group=card.name, thing=key, before="", after=_json(new[key]))
        else:
            for member, one, other in _members(old[key], new[key]):
                yield Change(group=card.name, thing=key, member=member, before=_json(one), after=_json(other))


def _gap(observed: object) -> str:
    return f"? {observed.gap.value}" if isinstance(observed, Unknown) else ""


def _things(card: Card[Any], observed: Known[Any]) -> Mapping[str, Plain]:
    """The entries of a group by their key, as JSON; without a key the group is one thing."""
    if not card.key:
        return {"": msgspec.to_builtins(observed.value)}
    entries = card.entries_of(observed.value)
    return {_named(card.key_of(entry)): msgspec.to_builtins(entry) for entry in entries}


def _named(key: object) -> str:
    return " ".join(map(str, cast("tuple[object, ...]", key))) if isinstance(key, tuple) else str(key)


def _members(old: Plain, new: Plain, path: str = "") -> Iterator[tuple[str, Plain, Plain]]:
    if isinstance(old, dict) and isinstance(new, dict):
        before, after = cast("dict[str, Plain]", old), cast("dict[str, Plain]", new)
        for name in dict.fromkeys((*before, *after)):
            if name not in PASSING:
                yield from _members(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif isinstance(old, list) and isinstance(new, list):
        first, then = _sorted(old), _sorted(new)
        if len(first) != len(then):
            yield path, first, then
            return
        for number, (one, other) in enumerate(zip(first, then, strict=True)):
            yield from _members(one, other, f"{path}[{number}]")
    elif old != new:
        yield path, old, new


def _sorted(items: Plain) -> list[Plain]:
    """Lists of words are sets: servers and APIs give them in any order."""
    return sorted(items) if all(isinstance(item, str) for item in items) else items


def _json(value: Plain) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()
